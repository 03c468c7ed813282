"""Terms of a reward, when an episode ends, what becomes of it then."""

from __future__ import annotations

HELPERS = """
def gaussian_kernel__exp_tracking(err, s):
    'Gaussian kernel of an error.'
    return exp(-clamp(err / safe(s * s), 0.0, 16.0))
def inverse_kernel__inverse_error(err, s):
    'Reward that falls with the error.'
    return s / safe(err + s)
def limit_violation__out_of_limits(x, lo, hi):
    'How far a joint is beyond its limits.'
    if x < lo:
        return lo - x
    if x > hi:
        return x - hi
    return 0.0
def up_alignment__uprightness(q):
    'How upright a rotated body stands.'
    up = quat_rotate(q, vec(0.0, 0.0, 1.0))
    return up.z
"""

TERMS = (
    """
v_local__base_vel__v_b = quat_rotate_inv(rot[i], vel[i])
want__command__c_vel = cmd[i]
ex__dvx__err_x = want.x - v_local.x
ey__dvy__err_y = want.y - v_local.y
with either:
    with _:
        track__lin_track__r_vel = gaussian_kernel(ex * ex + ey * ey, sigma)
    with _:
        track__lin_track__r_vel = inverse_kernel(abs(ex) + abs(ey), sigma)
reward += w_track * track
with maybe(0.5):
    yaw_err__ew__spin_err = want.z - ang[i].z
    reward += pick(0.5 * w_track, w_track) * gaussian_kernel(yaw_err * yaw_err, sigma)
""",
    """
upright__up_dot__proj_up = up_alignment(rot[i])
with either:
    with _:
        reward += w_up * upright
    with _:
        if upright > num(0.9, 0.93, 0.8):
            reward += w_up
    with _:
        reward -= w_up * (1.0 - upright) * (1.0 - upright)
with maybe(0.6):
    if upright < num(0.0, 0.2, 0.5):
        failed = 1
""",
    """
effort__act_cost__energy = real(0.0)
for c in range(acts):
    with either:
        with _:
            effort += act[i, c] * act[i, c]
        with _:
            jerk__da__rate = act[i, c] - prev[i, c]
            effort += jerk * jerk
            prev_out[i, c] = act[i, c]
        with _:
            effort += abs(act[i, c])
reward -= w_act * effort
""",
    """
speed_cost__vel_cost__qd_sum = real(0.0)
limit_cost__over__lim_sum = real(0.0)
for c in range(dofs):
    angle__qc__joint_angle = q[i, c]
    speed_cost += pick(qd[i, c] * qd[i, c], abs(qd[i, c]))
    limit_cost += limit_violation(angle, lo[c], hi[c])
    with maybe(0.3):
        limit_cost += 0.1 * abs(angle - q0[c])
reward -= w_vel * speed_cost
reward -= w_lim * pick(limit_cost, limit_cost * limit_cost)
""",
    """
to_goal__delta__offset = goal[i] - pos[i]
dist__goal_dist__d_goal = length(to_goal)
with either:
    with _:
        reward += w_goal * gaussian_kernel(dist * dist, sigma)
    with _:
        reward -= w_goal * dist
    with _:
        reward += w_goal * dot(vel[i], to_goal) / safe(dist)
with maybe(0.5):
    if dist < radius:
        reward += pick(alive, 2.0 * alive)
        with maybe(0.4):
            success = 1
""",
    """
z__torso_z__base_h = pos[i].z
dz__h_err__height_err = z - height
reward -= w_height * pick(dz * dz, abs(dz))
with maybe(0.6):
    if z < pick(0.5 * height, height - 0.3):
        failed = 1
""",
    """
for leg in range(legs):
    with either:
        with _:
            if contact[i, leg] == 1:
                if air[i, leg] > 0.0:
                    reward += w_air * (air[i, leg] - num(0.5, 0.3))
                air[i, leg] = 0.0
            else:
                air[i, leg] += dt
        with _:
            lift__clear__swing = feet[i, leg]
            if contact[i, leg] == 0 and lift > num(0.05, 0.1):
                reward += w_air * pick(lift, min(lift, 0.2))
""",
    """
wobble__roll_rate__xy_rate = ang[i].x * ang[i].x + ang[i].y * ang[i].y
reward -= w_vel * wobble
with maybe(0.4):
    reward -= w_height * vel[i].z * vel[i].z
""",
)

END = """
steps__count__t_now = progress[i] + 1
with maybe(0.6):
    if isfinite(reward):
        reward = clamp(reward, -num(10.0, 5.0), num(10.0, 5.0))
    else:
        reward = 0.0
        failed = 1
with maybe(0.6):
    if failed == 1:
        reward = pick(death, reward - death, reward + death)
done__ended__is_done = failed
with maybe(0.4):
    if success == 1:
        done = 1
with either:
    with _(2):
        if steps >= max_steps:
            done = 1
            with maybe(0.5):
                time_out[i] = 1
    with _:
        if steps >= max_steps - 1 and failed == 0:
            time_out[i] = 1
            done = 1
        else:
            time_out[i] = 0
reward_out[i] = pick(reward, reward * dt)
done_out[i] = done
with either:
    with _:
        progress[i] = steps
    with _:
        progress[i] = 0 if done == 1 else steps
with maybe(0.35):
    ret[i] += reward
with maybe(0.3):
    tally(reward)
"""

RESET = """
with either:
    with _(3):
        if reset[i] == 0:
            return
    with _:
        if reset[i] == 0 and progress[i] < max_steps:
            return
for c in range(dofs):
    with either:
        with _:
            angle__q_new__value = start_q[c] + spread * (pushed[i, c] - 0.5)
        with _:
            angle__q_new__value = start_q[c] * (1.0 + spread * pushed[i, c])
        with _:
            angle__q_new__value = lerp(lo[c], hi[c], clamp(pushed[i, c], 0.0, 1.0))
    with maybe(0.6):
        angle = clamp(angle, lo[c], hi[c])
    q_out[i, c] = angle
    with either:
        with _:
            qd_out[i, c] = 0.0
        with _:
            qd_out[i, c] = spread * pushed[i, c]
base__spawn__root = origin[i]
with maybe(0.6):
    base.z += height
with maybe(0.4):
    base.x += spread * pushed[i, 0]
pos_out[i] = base
with maybe(0.6):
    heading__yaw__angle0 = pick(6.2832 * pushed[i, 0], spread * pushed[i, 0])
    rot_out[i] = quat_from_axis_angle(vec(0.0, 0.0, 1.0), heading)
with maybe(0.6):
    vel_out[i] = zero(vel_out[i])
with maybe(0.4):
    for a in range(acts):
        prev_out[i, a] = 0.0
progress[i] = 0
with maybe(0.4):
    ret[i] = 0.0
with maybe(0.3):
    tally(base.z)
"""
