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
from generation.synthesis.patterns.environment_reset.resets import MASKED, SELECTED
from generation.synthesis.patterns.environment_reset.steps import COMMAND, EPISODE, HISTORY
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
    "first_step": "i start_step initial_step warmup_steps",
    "start_step": "i[n] start_steps initial_progress offset_steps",
    "max_age": "i max_episode_length max_steps episode_limit",
    "bonus": "s initial_return return_offset start_bonus",
    "start_return": "s[n] start_returns saved_returns initial_rewards",
    "steps": "inout i[worlds] episode_length progress_buf step_count",
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
    "tick": "i frame_index tick sim_step",
    "cursor": "i>depth[n] write_slots cursors env_head",
    "head": "i>depth[1] write_index head cursor",
    "gain": "c obs_scale scale normalizer",
}


_TEXT = {
    "selected": SELECTED,
    "masked": MASKED,
    "episode": EPISODE,
    "command": COMMAND,
    "history": HISTORY,
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
