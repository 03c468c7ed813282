"""Control of joints and actuators: from commands to torques, through gains, delays, motors and limits.

Free choices: the law (PD, PID, impedance), the kind of each actuator, activation dynamics, motor curves,
transmission, what is clamped and what is logged.
Source: Siciliano et al., "Robotics", 2009; Hwangbo et al., "Learning agile and
dynamic motor skills for legged robots", 2019.
"""

from __future__ import annotations

from generation.language.types import vector
from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.joint_control.actuation import ACTIVATION, TRANSMISSION
from generation.synthesis.patterns.joint_control.torques import LAW, TASK, TYPES
from generation.synthesis.sketches import Sketch

VERBS = ("apply", "compute", "update", "step")
FIELDS = ("rigid_body",)
SUBJECTS = ("actuators", "joint_torques", "control", "motors", "commands", "efforts")
TITLES = {
    "law": ("apply_pd_control compute_joint_torques pid_step", "Torques that drive joints to their targets."),
    "types": ("actuator_force actuation eval_actuators", "Force of each actuator by its kind."),
    "activation": ("update_activation muscle_activation act_dot", "Activation states of actuators in time."),
    "transmission": ("scatter_actuator_forces transmission", "Actuator forces to joint forces."),
    "task": ("impedance_control task_space_wrench", "Wrench that pulls an end effector to its target."),
}
_FORMS = Weights({"law": 30, "types": 24, "activation": 18, "transmission": 16, "task": 22})

_SCOPE = {
    "q": "s[n,rows] joint_pos joint_q dof_pos",
    "qd": "s[n,rows] joint_vel joint_qd dof_vel",
    "goal": "s[n,rows] target_pos joint_target actions",
    "goal_d": "s[n,rows] target_vel vel_target velocity_command",
    "ff": "s[n,rows] feedforward effort_target tau_ff",
    "q0": "s[rows] default_pos rest_pose nominal_pos",
    "kp": "s[rows] stiffness kp p_gains",
    "kd": "s[rows] damping kd d_gains",
    "ki": "s[rows] ki integral_gain i_gains",
    "scale": "s action_scale command_scale target_scale",
    "acc": "inout s[n,rows] integral_error error_sum integrator",
    "last": "inout s[n,rows] prev_error last_error error_prev",
    "sat": "s integral_limit windup_limit max_integral",
    "dt": "s dt control_dt step_dt",
    "lim": "s[rows] effort_limit torque_limit max_torque",
    "vlim": "s[rows] velocity_limit no_load_speed max_speed",
    "stall": "s[rows] saturation_effort stall_torque peak_torque",
    "lo": "s[rows] joint_lower limit_lower range_min",
    "hi": "s[rows] joint_upper limit_upper range_max",
    "fs": "s[rows] static_friction coulomb_friction dry_friction",
    "fv": "s[rows] viscous_friction dynamic_friction drag",
    "strength": "s[n,rows] motor_strength gain_noise torque_scale",
    "tau": "out s[n,rows] joint_torque applied_effort torques",
    "raw": "out s[n,rows] computed_effort raw_torque unclamped",
    "power": "inout s[n] power energy_used work",
    "hold": "b[n,rows] is_locked brake_engaged frozen",
    "mode": "i[rows] control_mode drive_mode actuator_mode",
    "delay": "s[n,lags,rows] target_history command_buffer delayed_targets",
    "lags": "n:lags max_delay buffer_length history_length",
    "lag": "i[n] delay_steps latency lag",
    "ctrl": "s[n,rows] ctrl control commands",
    "act": "s[n,rows] act activation muscle_act",
    "len": "s[n,rows] actuator_length tendon_length ten_length",
    "vel": "s[n,rows] actuator_velocity tendon_velocity ten_velocity",
    "kind": "i[rows] actuator_type gain_type biastype",
    "g0": "s[rows,3] gain_prm actuator_gainprm gains",
    "b0": "s[rows,3] bias_prm actuator_biasprm biases",
    "clo": "s[rows] ctrl_min ctrlrange_lower control_low",
    "chi": "s[rows] ctrl_max ctrlrange_upper control_high",
    "limited": "b[rows] ctrl_limited has_ctrl_limit clamp_ctrl",
    "force": "out s[n,rows] actuator_force act_force motor_force",
    "act_out": "out s[n,rows] act_out activation_next act_new",
    "tau_up": "s[rows] tau_act time_up rise_time",
    "tau_dn": "s[rows] tau_deact time_down fall_time",
    "f_in": "s[n,rows] actuator_force act_force motor_force",
    "gear": "s[rows] gear gear_ratio reduction",
    "joint": "i?joints[rows] actuator_joint trnid joint_of",
    "qfrc": "inout s[n,joints] joint_force qfrc_actuator tau_joint",
    "mate": "i?joints[rows] mimic_joint coupled_joint passive_joint",
    "ratio": "s[rows] coupling_ratio mimic_ratio coef",
    "eff": "s[rows] efficiency gear_efficiency transmission_eff",
    "x": "v3[n] ee_pos tip_pos hand_pos",
    "r": "q[n] ee_quat tip_rot hand_rot",
    "v": "v3[n] ee_lin_vel tip_vel hand_vel",
    "w": "v3[n] ee_ang_vel tip_omega hand_omega",
    "xg": "v3[n] target_pos goal_pos desired_pos",
    "rg": "q[n] target_quat goal_rot desired_rot",
    "kx": "c pos_stiffness kp_pos task_stiffness",
    "kr": "c rot_stiffness kp_rot angular_stiffness",
    "dx": "s pos_damping kd_pos damping_ratio",
    "dr": "s rot_damping kd_rot angular_damping",
    "fmax": "s max_force force_limit wrench_limit",
    "fx": "out v3[n] task_force ee_force force_out",
    "tx": "out v3[n] task_torque ee_torque torque_out",
    "done": "out i[n] at_goal reached success",
    "tol": "s tolerance pos_tolerance goal_radius",
}


_TEXT = {
    "law": LAW,
    "types": TYPES,
    "activation": ACTIVATION,
    "transmission": TRANSMISSION,
    "task": TASK,
}


def build(b: Builder) -> None:
    b.space = vector(3, b.real)
    form = b.form(_FORMS)
    b.grid(1 if form == "task" else 2)
    if b.chance(0.4):
        framing.prologue(b)
    s = Sketch(b, **_SCOPE, gravity_comp="v3 gravity_compensation load_force bias_force")
    s.scope["tempered"] = lambda e: framing.tempered(b, e)
    s.scope["tally"] = lambda e: framing.tally(b, e, "effort", "power", "load")
    s(_TEXT[form])
    framing.bookkeeping(b, 0.12)
    s.done()
