"""Environments of reinforcement learning: rewards, terminations, resets, observations and actions, one
world per thread.

Free choices: task (run, reach, balance, hover), which terms are in the reward, how they are shaped, when an
episode ends, what is reset, what is observed.
Source: Makoviychuk et al., "Isaac Gym", 2021; Todorov et al., "MuJoCo", 2012.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.sketches import Sketch

_VERBS = {
    "reward": ("compute_reward", "env_reward", "evaluate_step", "reward_and_done"),
    "reset": ("reset_envs", "reset_state", "respawn"),
    "observe": ("compute_observations", "observe", "fill_observations"),
}
VERBS = _VERBS["reward"]
FIELDS = ("rigid_body",)
_FORMS = Weights({"reward": 58, "reset": 20, "observe": 22})
TITLES = {
    "reward": ("compute_reward compute_rewards eval_reward", "Reward of each environment."),
    "reset": ("reset_envs reset_environments check_termination", "Reset environments."),
    "observe": ("compute_observations fill_observations observe", "Fill the observation buffer."),
}

_SCOPE = {
    "pos": "v3[n] root_pos base_position torso_pos",
    "rot": "q[n] root_rot base_orientation torso_quat",
    "vel": "v3[n] root_vel base_lin_vel torso_velocity",
    "ang": "v3[n] root_ang_vel base_ang_vel torso_omega",
    "q": "s[n,dofs] joint_pos dof_pos joint_q",
    "qd": "s[n,dofs] joint_vel dof_vel joint_qd",
    "q0": "s[dofs] default_pos joint_default rest_pose",
    "lo": "s[dofs] joint_lower dof_limit_lower lower_limits",
    "hi": "s[dofs] joint_upper dof_limit_upper upper_limits",
    "act": "s[n,acts] actions action_in commands",
    "prev": "s[n,acts] prev_actions last_actions",
    "prev_out": "out s[n,acts] prev_actions_out last_actions_out",
    "dofs": "n:dofs num_dofs dof_count num_joints",
    "acts": "n:acts num_actions action_dim",
    "goal": "v3[n] target_pos goal_position targets",
    "cmd": "v3[n] velocity_command cmd_vel commands_xyz",
    "feet": "s[n,legs] foot_height feet_z foot_clearance",
    "contact": "i[n,legs] foot_contact contact_flags in_contact",
    "air": "inout s[n,legs] feet_air_time air_time",
    "legs": "n:legs num_feet num_legs",
    "progress": "inout i[n] episode_length progress_buf step_count",
    "max_steps": "i max_episode_length max_steps horizon",
    "reward_out": "out s[n] rewards reward_buf reward_out",
    "done_out": "out i[n] dones reset_buf terminated",
    "time_out": "out i[n] timeouts truncated time_outs",
    "ret": "inout s[n] returns episode_return cumulative_reward",
    "w_track": "c tracking_weight w_track lin_vel_scale",
    "w_up": "s up_weight upright_scale w_up",
    "w_act": "s action_cost w_action energy_scale",
    "w_vel": "s dof_vel_scale joint_vel_cost",
    "w_lim": "s limit_cost dof_limit_penalty",
    "w_goal": "c goal_weight distance_scale w_goal",
    "w_height": "s height_weight w_height",
    "w_air": "s air_time_scale w_air",
    "alive": "s alive_bonus alive_reward survive_reward",
    "death": "s death_cost termination_penalty fail_reward",
    "height": "s target_height nominal_height min_height",
    "sigma": "s tracking_sigma temperature sigma",
    "radius": "s success_radius goal_tolerance reach_radius",
    "dt": "s dt control_dt step_dt",
    "obs": "out s[n,obs_dim] observations obs_buf obs",
    "scale": "s obs_scale dof_vel_obs_scale velocity_scale",
    "clip": "s clip_obs clip_value obs_limit",
    "noise": "s[n,dofs] obs_noise joint_noise",
    "start_q": "s[dofs] initial_pos reset_pose start_joint_pos",
    "q_out": "inout s[n,dofs] joint_pos dof_pos joint_q",
    "qd_out": "inout s[n,dofs] joint_vel dof_vel joint_qd",
    "pos_out": "inout v3[n] root_pos base_position torso_pos",
    "rot_out": "inout q[n] root_rot base_orientation torso_quat",
    "vel_out": "inout v3[n] root_vel base_lin_vel torso_velocity",
    "origin": "v3[n] env_origins spawn_positions world_origin",
    "reset": "i[n] reset_mask reset_buf needs_reset",
    "spread": "s reset_spread spawn_range joint_spread",
    "pushed": "s[n,dofs] random_offsets noise_table reset_noise",
}

_HELPERS = """
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

_TERMS = (
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

_END = """
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

_RESET = """
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

_OBSERVE = """
(r__quat__base_q := rot[i])
lv__v_local__lin = quat_rotate_inv(r, vel[i])
with maybe(0.3):
    lv = lv * scale
put3(lv)
with maybe(0.6):
    av__w_local__rates = quat_rotate_inv(r, ang[i]) * pick(scale, num(0.25, 0.2))
    put3(av)
with maybe(0.6):
    down__gravity_b__grav = quat_rotate_inv(r, vec(0.0, 0.0, -1.0))
    put3(down)
with maybe(0.5):
    rel__goal_local__to_target = quat_rotate_inv(r, goal[i] - pos[i])
    with maybe(0.5):
        far__goal_len__reach = length(rel)
        if far > clip:
            rel = rel * (clip / far)
    put3(rel)
with maybe(0.4):
    put3(cmd[i])
"""


def build(b: Builder) -> None:
    b.grid(1)
    framing.prologue(b)
    form = b.form(_FORMS)
    b.verbs = _VERBS[form]
    s = Sketch(b, **_SCOPE)
    s.scope["tally"] = lambda e: framing.tally(b, e, "mean_reward", "score", "return_sum")
    if form == "reset":
        s(_RESET)
        framing.bookkeeping(b, 0.25)
    elif form == "observe":
        _observe(b, s)
    else:
        s(_HELPERS)
        s(
            "reward__rew__r_total = real(0.0)"
            if b.chance(0.5)
            else "reward__rew__r_total = real(0.0)\nreward += alive"
        )
        s("failed__fallen__dead = int(0)\nsuccess__reached__won = int(0)")
        for term in b.sample(_TERMS, b.integer(2, 6)):
            s(term)
        s(_END)
    s.done()


def _observe(b: Builder, s: Sketch) -> None:
    """Base velocities, gravity, goal and joints side by side in one row of the observation buffer."""
    place = 0

    def put3(value):
        nonlocal place
        s.scope["part"] = value
        for letter in "xyz":
            s(f"obs[i, {place}] = pick(part.{letter}, part.{letter}, clamp(part.{letter}, -clip, clip))")
            place += 1

    s.scope["put3"] = put3
    s.scope["obs"] = "out s[n,48] observations obs_buf obs"
    s(_OBSERVE)
    count = b.pick((6, 8, 12))
    s.scope |= {name: text.replace("dofs]", f"{count}]") for name, text in _SCOPE.items() if "dofs]" in text}
    s(f"""
for c in range({count}):
    a__angle__qc = q[i, c] - q0[c]
    with maybe(0.3):
        a += noise[i, c]
    with maybe(0.4):
        a = clamp(a, -clip, clip)
    obs[i, {place} + c] = a
    with maybe(0.7):
        obs[i, {place + count} + c] = pick(qd[i, c] * scale, qd[i, c])
""")
    framing.bookkeeping(b, 0.25)
