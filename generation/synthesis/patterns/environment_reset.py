"""Batched environments between steps: episodes end, are reset, counted, recorded and given new commands.

Free choices: who is reset (a list, a mask, a flag word), to what (defaults, noise around them, another slot),
which terminations count, how histories roll, what is reported.
Source: Makoviychuk et al., "Isaac Gym", 2021; Rudin et al., "Learning to Walk in Minutes", 2021.
"""

from __future__ import annotations

from generation.language.types import F32, vector
from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.sketches import Sketch

VERBS = ("reset", "update", "apply", "step", "record")
FIELDS = ("rigid_body",)
SUBJECTS = ("envs", "worlds", "episodes", "environments", "robots")
_FORMS = Weights({"selected": 26, "masked": 22, "episode": 24, "command": 14, "history": 18})
TITLES = {
    "selected": ("reset_envs reset_selected", "Reset the selected environments."),
    "masked": ("reset_masked reset_dofs", "Reset the environments that a mask selects."),
    "episode": ("update_episodes step_episodes",),
    "command": ("resample_commands update_commands",),
    "history": ("roll_history update_history",),
}

_SCOPE = {
    "worlds": "n:worlds num_envs num_worlds world_count",
    "dofs": "n:dofs num_dofs dof_count joint_dof_count",
    "ids": "i!worlds[n] env_ids reset_ids world_indices",
    "done": "b[n] done reset_mask world_mask",
    "flag": "i[n] reset_buf done_flags reset_flag",
    "q": "out s[worlds,dofs] joint_q dof_pos qpos",
    "qd": "out s[worlds,dofs] joint_qd dof_vel qvel",
    "q0": "s[dofs] default_joint_pos default_dof_pos qpos0",
    "q0_env": "s[worlds,dofs] default_joint_q spawn_joint_pos initial_qpos",
    "lo": "s[dofs] joint_lower dof_lower_limits limit_lower",
    "hi": "s[dofs] joint_upper dof_upper_limits limit_upper",
    "act": "out s[worlds,dofs] last_actions prev_actions action_buffer",
    "root_p": "out v3[worlds] root_pos base_position body_pos",
    "root_r": "out q[worlds] root_quat base_rotation root_rot",
    "root_v": "out v3[worlds] root_lin_vel base_velocity root_vel",
    "origin": "v3[worlds] env_origins spawn_positions world_origin",
    "spawn_r": "q default_root_quat spawn_rotation init_rot",
    "air": "out s[worlds] feet_air_time contact_time idle_time",
    "mu": "out s[worlds] friction ground_friction friction_coef",
    "mu_lo": "s friction_min min_friction mu_low",
    "mu_hi": "s friction_max max_friction mu_high",
    "wake": "out b[worlds] is_awake just_reset fresh_start",
    "lap": "inout i[worlds] reset_counter episode_index num_episodes",
    "vmax": "s max_velocity velocity_limit joint_vel_limit",
    "energy": "s[n] energy_used power_draw effort_cost",
    "w_energy": "s energy_weight effort_weight power_penalty",
    "success": "b[n] goal_reached success_buf target_hit",
    "stat_ok": "inout i[1] success_count num_success solved",
    "stat_len": "inout i[1] length_sum total_steps episode_steps",
    "longest": "inout i[1] max_length longest_episode peak_steps",
    "smooth_vel": "inout s[n,rows] filtered_vel smoothed_velocity vel_lpf",
    "torque": "inout s[n,rows] applied_torque joint_effort ctrl",
    "height": "s spawn_height base_height init_z",
    "noise": "s reset_noise noise_scale spawn_noise",
    "seed": "i seed rng_seed base_seed",
    "steps": "out i[worlds] episode_length progress_buf step_count",
    "ret": "out s[worlds] episode_return reward_sum cumulative_reward",
    "dq": "inout s[n,rows] joint_q dof_pos qpos",
    "dqd": "inout s[n,rows] joint_qd dof_vel qvel",
    "d0": "s[n,rows] default_joint_q initial_qpos saved_qpos",
    "d0_dof": "s[rows] default_joint_pos qpos0 home_position",
    "dact": "inout s[n,rows] last_actions prev_actions action_buffer",
    "dlo": "s[rows] joint_lower dof_lower_limits limit_lower",
    "dhi": "s[rows] joint_upper dof_upper_limits limit_upper",
    "warm": "inout s[n,rows] warmstart qacc_warmstart lambda_cache",
    "bits": "i[n] reset_flags event_bits status_flags",
    "counts": "inout i[n] episode_length progress_buf step_count",
    "max_steps": "i max_episode_length max_steps episode_limit",
    "base": "v3[n] root_pos base_position torso_pos",
    "up": "q[n] root_quat base_rotation torso_rot",
    "up_axis": "v3 up_axis up_direction world_up",
    "min_z": "s min_height termination_height fall_height",
    "contact": "s[n] contact_force_norm illegal_contact_force base_contact",
    "max_f": "s max_contact_force contact_threshold force_limit",
    "reward": "s[n] rewards reward_buf step_reward",
    "total": "inout s[n] episode_return reward_sum cumulative_reward",
    "ended": "out i[n] reset_buf terminated done_out",
    "why": "out i[n] termination_reason done_code reset_cause",
    "timed": "out b[n] time_outs truncated timeout_buf",
    "stat_n": "inout i[1] num_resets finished_count episodes_done",
    "stat_r": "inout s[1] return_sum finished_return total_return",
    "list_n": "inout i>capacity[1] reset_count num_reset active_count",
    "list": "out i[capacity] reset_list reset_ids env_ids_out",
    "capacity": "n:capacity num_envs max_resets list_capacity",
    "timer": "inout s[n] command_timer time_left resample_timer",
    "dt": "s dt step_dt control_dt",
    "cmd": "inout v3[n] commands velocity_command target_velocity",
    "cmd_hi": "v3 command_max command_range max_velocity",
    "heading": "out s[n] heading_target yaw_command target_heading",
    "period": "s resample_time command_period hold_time",
    "stand": "s standing_fraction zero_command_prob still_ratio",
    "is_still": "out b[n] is_standing zero_command standing_mask",
    "buffer": "inout s[n,depth,rows] history obs_history sensor_buffer",
    "depth": "n:depth history_length buffer_size num_frames",
    "obs": "s[n,rows] observations current_obs measurement",
    "delayed": "out s[n,rows] delayed_obs lagged_value stale_obs",
    "clip": "s clip_value obs_clip saturation",
    "lag": "i[n] delay_steps lag_frames latency",
    "head": "i>depth[1] write_index head cursor",
    "gain": "c obs_scale scale normalizer",
}

_SELECTED = """
e__env__world = ids[i]
with maybe(0.5):
    rng__state__rng_state = rand_init(seed, pick(e, i))
    with maybe(0.5):
        offset__shift__delta = noise * vec(randf(rng, -1.0, 1.0), randf(rng, -1.0, 1.0), 0.0)
with either:
    with _(2):
        for d in range(dofs):
            with either:
                with _:
                    start__target__q_init = q0[d]
                with _:
                    start__target__q_init = q0_env[e, d]
            with maybe(0.5):
                start += noise * JITTER
            with maybe(0.4):
                start = clamp(start, lo[d], hi[d])
            q[e, d] = start
            with maybe(0.7):
                qd[e, d] = pick(0.0, noise * JITTER)
            with maybe(0.3):
                act[e, d] = pick(0.0, start)
    with _:
        pass_slot__spawn = origin[e]
with maybe(0.6):
    p__spawn_pos__pos = origin[e]
    with maybe(0.5):
        p = p + vec(0.0, 0.0, height)
    with maybe(0.4):
        p = p + noise * vec(JITTER, JITTER, 0.0)
    root_p[e] = p
    with maybe(0.6):
        with either:
            with _:
                root_r[e] = spawn_r
            with _:
                yaw__angle = num(3.14159, 0.5) * JITTER
                root_r[e] = pick(turn(yaw), spawn_r * turn(yaw))
    with maybe(0.5):
        root_v[e] = vec(0.0, 0.0, 0.0)
with maybe(0.35):
    air[e] = 0.0
with maybe(0.25):
    mu[e] = mu_lo + (mu_hi - mu_lo) * JITTER
with maybe(0.25):
    wake[e] = True
with maybe(0.25):
    lap[e] = lap[e] + 1
with either:
    with _(2):
        steps[e] = 0
        with maybe(0.6):
            ret[e] = 0.0
    with _:
        ret[e] = 0.0
"""

_MASKED = """
with either:
    with _(2):
        if not done[i]:
            return
    with _:
        if flag[i] == 0:
            return
    with _:
        if bits[i] & num(1, 2, 4) == 0:
            return
with either:
    with _(3):
        with either:
            with _(2):
                value__start__q_init = d0[i, j]
            with _:
                value__start__q_init = d0_dof[j]
        with maybe(0.4):
            rng__state = rand_init(seed, i * rows + j)
            value += noise * randf(rng, -1.0, 1.0)
        with either:
            with _:
                value = clamp(value, dlo[j], dhi[j])
            with _(2):
                with maybe(0.4):
                    if value < dlo[j]:
                        value = dlo[j]
                    elif value > dhi[j]:
                        value = dhi[j]
        dq[i, j] = value
        with maybe(0.6):
            dqd[i, j] = pick(0.0, clamp(dqd[i, j], -vmax, vmax), dqd[i, j] * num(0.5, 0.1))
        with maybe(0.3):
            smooth_vel[i, j] = 0.0
        with maybe(0.3):
            torque[i, j] = 0.0
        with maybe(0.4):
            dact[i, j] = pick(0.0, value)
        with maybe(0.3):
            warm[i, j] = 0.0
    with _:
        span__range = dhi[j] - dlo[j]
        rng__state = rand_init(seed, i * rows + j)
        with either:
            with _:
                dq[i, j] = dlo[j] + span * randf(rng)
            with _:
                mid__center = 0.5 * (dlo[j] + dhi[j])
                dq[i, j] = mid + noise * span * pick(randf(rng, -0.5, 0.5), randn(rng))
        with maybe(0.5):
            dqd[i, j] = noise * randn(rng)
        with maybe(0.3):
            warm[i, j] = 0.0
with maybe(0.5):
    if j == 0:
        counts[i] = 0
        with maybe(0.5):
            total[i] = 0.0
"""

_EPISODE = """
t__age__step = counts[i] + 1
reason__code__cause = int(0)
if pick(base[i].z, dot(base[i], up_axis), base[i].y) < min_z:
    reason = 1
with maybe(0.5):
    upright__up_z__tilt = quat_rotate(up[i], vec(0.0, 0.0, 1.0))
    if upright.z < num(0.0, 0.5, 0.2):
        reason = pick(2, reason | 2)
with maybe(0.5):
    if contact[i] > max_f:
        reason = pick(3, reason | 4)
late__expired__timeout = t >= max_steps
with either:
    with _(2):
        over__finished = reason != 0 or late
    with _:
        over__finished = late
        if reason > 0:
            over = True
with maybe(0.4):
    if success[i]:
        reason = 0
        late = True
        with maybe(0.5):
            atomic_add(stat_ok, 0, 1)
r__gain__step_r = reward[i]
with maybe(0.3):
    r = r - w_energy * energy[i]
with maybe(0.3):
    if reason != 0:
        r = r - num(1.0, 2.0, 10.0)
with maybe(0.3):
    r = clamp(r, num(-10.0, -1.0), num(10.0, 5.0))
with maybe(0.7):
    total[i] = total[i] + r
with either:
    with _(2):
        if over:
            ended[i] = 1
            with maybe(0.5):
                atomic_add(stat_n, 0, 1)
            with maybe(0.5):
                atomic_add(stat_r, 0, r)
            with maybe(0.4):
                slot__place = atomic_add(list_n, 0, 1)
                if slot < capacity:
                    list[slot] = i
            with maybe(0.35):
                atomic_add(stat_len, 0, t)
            with maybe(0.25):
                atomic_max(longest, 0, t)
            counts[i] = 0
        else:
            with maybe(0.7):
                ended[i] = 0
            counts[i] = t
    with _:
        ended[i] = 1 if over else 0
        counts[i] = 0 if over else t
with maybe(0.5):
    why[i] = reason
with maybe(0.4):
    timed[i] = late and reason == 0
"""

_COMMAND = """
left__remaining = timer[i] - dt
with maybe(0.3):
    if done[i]:
        left = 0.0
if left > 0.0:
    timer[i] = left
    with maybe(0.3):
        cmd[i] = cmd[i] * num(0.99, 0.995)
    return
rng__state = rand_init(seed, i)
with either:
    with _:
        vx__lin_x = randf(rng, -1.0, 1.0) * cmd_hi.x
        vy__lin_y = randf(rng, -1.0, 1.0) * cmd_hi.y
    with _:
        speed__target_speed = randf(rng) * cmd_hi.x
        ang__direction = randf(rng, -3.14159, 3.14159)
        vx__lin_x = speed * cos(ang)
        vy__lin_y = speed * sin(ang)
yaw__turn_rate__wz = pick(randf(rng, -1.0, 1.0), randn(rng)) * cmd_hi.z
with maybe(0.4):
    if abs(vx) < num(0.1, 0.2) and abs(vy) < num(0.1, 0.2):
        vx = 0.0
        vy = 0.0
with maybe(0.4):
    heading[i] = randf(rng, -3.14159, 3.14159)
with either:
    with _(2):
        still__stop = randf(rng) < stand
        if still:
            cmd[i] = vec(0.0, 0.0, 0.0)
        else:
            cmd[i] = vec(vx, vy, yaw)
        with maybe(0.5):
            is_still[i] = still
    with _:
        cmd[i] = vec(vx, vy, yaw)
with either:
    with _:
        timer[i] = period
    with _:
        timer[i] = period * (0.5 + randf(rng))
with maybe(0.4):
    counts[i] = counts[i] + 1
"""

_HISTORY = """
with maybe(0.5):
    if done[i]:
        for c in range(depth):
            buffer[i, c, j] = pick(0.0, obs[i, j])
        with maybe(0.5):
            delayed[i, j] = obs[i, j]
        return
with maybe(0.4):
    value__reading__fresh = obs[i, j] * gain
    with maybe(0.4):
        value = clamp(value, -clip, clip)
    with maybe(0.3):
        rng__state = rand_init(seed, i * rows + j)
        value += noise * pick(randn(rng), randf(rng, -1.0, 1.0))
    with maybe(0.3):
        if not isfinite(value):
            value = pick(0.0, buffer[i, 0, j])
with either:
    with _(2):
        at__slot__cursor_now = head[0]
        buffer[i, at, j] = READ
        with maybe(0.7):
            with either:
                with _:
                    past__old_slot = (at + depth - clamp(lag[i], 0, depth - 1)) % depth
                with _:
                    past__old_slot = at - lag[i]
                    if past < 0:
                        past = max(past + depth, 0)
                    past = min(past, depth - 1)
            delayed[i, j] = buffer[i, past, j]
    with _(2):
        for c in range(depth - 1):
            src__older = depth - 2 - c
            buffer[i, min(max(src, 0) + 1, depth - 1), j] = buffer[i, max(src, 0), j]
        buffer[i, 0, j] = READ
        with maybe(0.5):
            delayed[i, j] = buffer[i, clamp(lag[i], 0, depth - 1), j]
    with _:
        acc__mean__window = real(0.0)
        for c in range(depth):
            acc += buffer[i, c, j]
        delayed[i, j] = pick(acc / real(depth), lerp(READ, acc / real(depth), 0.5))
        buffer[i, head[0], j] = READ
"""

_TEXT = {
    "selected": _SELECTED,
    "masked": _MASKED,
    "episode": _EPISODE,
    "command": _COMMAND,
    "history": _HISTORY,
}


def build(b: Builder) -> None:
    b.real, b.space = F32, vector(3, F32)
    form = b.form(_FORMS)
    b.grid(2 if form in ("masked", "history") else 1)
    if b.chance(0.3):
        framing.prologue(b)
    s = Sketch(b, **_SCOPE, rows="n:rows num_dofs dof_count num_obs")
    s.scope["turn"] = lambda angle: s.b.let(_yaw(s, angle), "spin", "yaw_rot")
    text = _TEXT[form]
    if "rng" in text and form == "selected":
        text = text.replace("JITTER", b.pick(("randf(rng, -1.0, 1.0)", "randn(rng)", "(randf(rng) - 0.5)")))
        text = text.replace("with maybe(0.5):\n    rng", "with maybe(1.0):\n    rng", 1)
    if form == "history":
        fresh = b.chance(0.5)
        text = text.replace("with maybe(0.4):\n    value", f"with maybe({float(fresh)}):\n    value")
        text = text.replace("READ", "value" if fresh else "obs[i, j]")
    s(text)
    framing.bookkeeping(b, 0.1)
    s.done()


def _yaw(s: Sketch, angle):
    s.scope["yaw_angle"] = angle
    s("turned__yaw_quat = quat_from_axis_angle(vec(0.0, 0.0, 1.0), yaw_angle)")
    return s.scope["turned"]
