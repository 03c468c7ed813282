"""Whole robots; rotors, gaits, supervision."""

from __future__ import annotations

ROTOR = """
with maybe(0.35):
    if fault[i] != 0:
        thrust[i] = 0.0
        return
ep__pos_err = goal[i] - pos[i]
ev__vel_err = pick(goal_v[i] - vel[i], -vel[i])
with maybe(0.4):
    gap__far = length(ep)
    if gap > num(2.0, 5.0, 1.0):
        ep = ep * (num(2.0, 5.0, 1.0) / gap)
acc__a_des = cw_mul(k_p, ep) + cw_mul(k_v, ev)
with maybe(0.5):
    if length(acc) > max_acc:
        acc = normalize(acc) * max_acc
f__f_des = mass * (acc + vec(0.0, 0.0, g))
with maybe(0.4):
    tilt_xy__lateral = sqrt(f.x * f.x + f.y * f.y)
    limit__room = max(f.z, 0.0) * tan(clamp(max_tilt, 0.0, 1.0))
    if tilt_xy > limit:
        f = vec(f.x * limit / safe(tilt_xy), f.y * limit / safe(tilt_xy), f.z)
with either:
    with _(2):
        up__z_body = quat_rotate(quat[i], vec(0.0, 0.0, 1.0))
        total__u1 = dot(f, up)
        want__z_des = normalize(f)
        e_r__att_err = pick(cross(up, want), quat_rotate_inv(quat[i], cross(up, want)))
    with _:
        local__f_body = quat_rotate_inv(quat[i], f)
        total__u1 = local.z
        n__z_des = normalize(local)
        e_r__att_err = vec(-n.y, n.x, 0.0)
with maybe(0.6):
    total = clamp(total, 0.0, max_thrust)
m__torque_des = k_r * e_r - cw_mul(k_w, omega[i])
with maybe(0.4):
    w__rates = omega[i]
    m += cross(w, cw_mul(k_w, w)) * num(0.01, 0.1)
with either:
    with _(2):
        thrust[i] = total
        moment[i] = m
    with _(2):
        base__quarter = 0.25 * total
        roll__mx = m.x / (2.0 * arm)
        pitch__my = m.y / (2.0 * arm)
        yaw__mz = m.z / (4.0 * k_m)
        with either:
            with _:
                rotor[i, 0] = max(base - pitch + yaw, 0.0)
                rotor[i, 1] = max(base + roll - yaw, 0.0)
                rotor[i, 2] = max(base + pitch + yaw, 0.0)
                rotor[i, 3] = max(base - roll - yaw, 0.0)
            with _:
                for r__m in range(4):
                    s_roll__sx = -1.0 if r % 2 == 0 else 1.0
                    s_pitch__sy = 1.0 if r < 2 else -1.0
                    u__cmd_r = base + s_roll * roll + s_pitch * pitch
                    if r == 0 or r == 3:
                        u += yaw
                    else:
                        u -= yaw
                    with either:
                        with _:
                            rotor[i, r] = clamp(u, 0.0, 0.25 * max_thrust)
                        with _:
                            rotor[i, r] = sqrt(max(u, 0.0)) * battery[i]
with maybe(0.3):
    tally(length(ep))
"""

GAIT = """
ph__leg_phase = phase[i] + offset[j]
with either:
    with _:
        ph = ph - floor(ph)
    with _:
        if ph >= 1.0:
            ph -= 1.0
        elif ph < 0.0:
            ph += 1.0
state_ij__leg = leg_state[i, j]
elapsed__t_in = timer[i, j] + dt
home__p0 = hip[i, j]
p__goal_p = home
swing_s__s = clamp((ph - duty) / max(1.0 - duty, num(0.01, 0.1)), 0.0, 1.0)
legs()
with maybe(0.4):
    step_len__stride = pick(cmd[i] * (0.5 / freq[i]), 0.5 * duty * cmd[i] / freq[i])
    with maybe(0.5):
        if length(step_len) > max_acc:
            step_len = normalize(step_len) * max_acc
    p += step_len * (swing_s - 0.5)
foot[i, j] = p
leg_state[i, j] = state_ij
timer[i, j] = elapsed
with maybe(0.3):
    if state_ij == 0 and contact[i, j] == 0:
        tally(elapsed)
"""

_STANCE = """
if ph > duty:
    state_ij = 1
    elapsed = 0.0
    with maybe(0.4):
        atomic_add(event, 0, 1)
with maybe(0.5):
    if contact[i, j] == 0 and elapsed > early:
        state_ij = 2
p = pick(home, home - dt * cmd[i])
"""

_SWING = """
p.z = p.z + height * pick(sin(3.14159 * swing_s), 4.0 * swing_s * (1.0 - swing_s))
with either:
    with _:
        if contact[i, j] != 0 and swing_s > 0.5:
            state_ij = 0
            elapsed = 0.0
    with _:
        if ph < duty:
            state_ij = 0
            elapsed = 0.0
            with maybe(0.5):
                atomic_add(event, 1, 1)
"""

_LOST = """
p.z = p.z - height * min(elapsed / early, 1.0)
if contact[i, j] != 0:
    state_ij = 0
    elapsed = 0.0
"""

FSM = """
mode_now__s = state[i]
t__time = clock[i] + dt
lean__tilt_i = tilt[i]
next__s_next = mode_now
gain__out = real(0.0)
with maybe(0.5):
    if fault[i] != 0 or not isfinite(lean):
        state[i] = num(4, 3)
        clock[i] = 0.0
        out_cmd[i] = 0.0
        return
states()
with maybe(0.5):
    if lean > max_tilt and mode_now != 3:
        next = 3
if next != mode_now:
    t = 0.0
    with maybe(0.7):
        atomic_add(event, clamp(next, 0, 3), 1)
state[i] = next
clock[i] = t
out_cmd[i] = pick(gain, clamp(gain, 0.0, 1.0), gain * strength[i])
with maybe(0.3):
    tally(gain)
"""

STATES = (
    (
        "mode_now == 0",
        """
gain = num(0.1, 0.05, 0.2)
if t > num(0.5, 1.0, 0.2):
    next = 1
""",
    ),
    (
        "mode_now == 1",
        """
gain = clamp(t / rise, 0.0, 1.0)
if t > rise:
    next = 2
""",
    ),
    (
        "mode_now == 2",
        """
gain = 1.0
if speed[i] < early and t > 2.0 * rise:
    next = 0
elif lean > 0.5 * max_tilt:
    gain = 0.5
""",
    ),
    (
        "mode_now == 3",
        """
gain = exp(-min(t / rise, 5.0))
if lean < 0.2 * max_tilt and t > rise:
    next = 1
""",
    ),
    (
        "mode_now == 4",
        """
if fault[i] == 0 and battery[i] > num(0.2, 0.1):
    next = 0
""",
    ),
)

LEGS = (("state_ij == 0", _STANCE), ("state_ij == 1", _SWING), ("state_ij == 2", _LOST))
