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
from generation.synthesis.patterns.robot_reward.rewards import END, HELPERS, RESET, TERMS
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
        s(RESET)
        framing.bookkeeping(b, 0.25)
    elif form == "observe":
        _observe(b, s)
    else:
        s(HELPERS)
        s(
            "reward__rew__r_total = real(0.0)"
            if b.chance(0.5)
            else "reward__rew__r_total = real(0.0)\nreward += alive"
        )
        s("failed__fallen__dead = int(0)\nsuccess__reached__won = int(0)")
        for term in b.sample(TERMS, b.integer(2, 6)):
            s(term)
        s(END)
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
