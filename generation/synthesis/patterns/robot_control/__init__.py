"""Robot control: actuators by type, joint drives by mode, rotor mixing, gaits, supervision.

Free choices: who is the thread (actuator, joint, robot), gain and bias laws, delays, saturation of a motor,
anti-windup, deadbands, rate limits, safety states.
Source: Todorov et al., "MuJoCo", IROS 2012 (actuation model); Hwangbo et al., "Learning agile and dynamic
motor skills", 2019; Mellinger and Kumar, "Minimum Snap Trajectory Generation", 2011.
"""

from __future__ import annotations

from generation.synthesis.forms import Family, Form, drawn
from generation.synthesis.patterns.robot_control.joints import ACTUATOR, BIAS, DYN, GAIN, JOINT, MODES
from generation.synthesis.patterns.robot_control.robots import FSM, GAIT, LEGS, ROTOR, STATES

VERBS = ("actuate", "apply_control", "compute_torques")

FIELDS = ("rigid_body",)

_SCOPE = {
    "ctrl": "s[n,rows] ctrl actions control",
    "action": "s[n,rows] actions policy_output raw_actions",
    "last": "inout s[n,rows] last_actions prev_targets filtered",
    "q": "s[n,rows] joint_q dof_pos qpos",
    "qd": "s[n,rows] joint_qd dof_vel qvel",
    "default_q": "s[rows] default_q default_dof_pos neutral_pose",
    "kp": "s[rows] kp joint_stiffness p_gains",
    "kd": "s[rows] kd joint_damping d_gains",
    "ki": "s[rows] ki i_gains integral_gain",
    "integral": "inout s[n,rows] integral error_sum integrator",
    "effort": "s[rows] effort_limit torque_limits tau_max",
    "vel_max": "s[rows] velocity_limit max_joint_vel qd_max",
    "lower": "s[rows] joint_lower lower_limits q_min",
    "upper": "s[rows] joint_upper upper_limits q_max",
    "tau": "out s[n,rows] joint_tau torques joint_act",
    "tau_sum": "inout s[n,dofs] qfrc_actuator joint_f generalized_force",
    "target": "out s[n,rows] joint_targets position_target q_des",
    "dt": "s dt control_dt sim_dt",
    "scale": "s action_scale scale",
    "mode": "i[rows] control_mode drive_mode joint_mode",
    "gain_type": "i[rows] gain_type actuator_gaintype",
    "bias_type": "i[rows] bias_type actuator_biastype",
    "dyn_type": "i[rows] dyn_type actuator_dyntype",
    "gain_prm": "s[rows,3] gain_params actuator_gainprm",
    "bias_prm": "s[rows,3] bias_params actuator_biasprm",
    "dyn_tau": "s[rows] time_constant dyn_tau actuator_tau",
    "act": "s[n,rows] act activation",
    "act_dot": "out s[n,rows] act_dot activation_rate",
    "act_next": "out s[n,rows] act_next new_activation",
    "length_a": "s[n,rows] actuator_length tendon_length",
    "vel_a": "s[n,rows] actuator_velocity tendon_velocity",
    "gear": "s[rows] gear transmission_ratio",
    "dof": "i?dofs[rows] actuator_dof joint_id trn_id",
    "ctrl_lo": "s[rows] ctrl_min ctrlrange_low",
    "ctrl_hi": "s[rows] ctrl_max ctrlrange_high",
    "limited": "i[rows] ctrl_limited has_limits",
    "strength": "s[n] motor_strength strength_scale",
    "battery": "s[n] battery_voltage supply_scale",
    "fault": "i[n] fault_state estop disabled",
    "delay": "s[n,rows] delayed_actions action_history",
    "pos": "v[n] position quad_pos base_pos",
    "vel": "v[n] velocity quad_vel base_lin_vel",
    "quat": "q[n] orientation quad_quat base_quat",
    "omega": "v[n] angular_velocity body_rates base_ang_vel",
    "goal": "v[n] target_pos goal_pos waypoint",
    "goal_v": "v[n] target_vel goal_vel feedforward_vel",
    "mass": "c mass total_mass",
    "g": "s gravity g_mag",
    "k_p": "v pos_gain kp_pos k_pos",
    "k_v": "v vel_gain kd_pos k_vel",
    "k_r": "s att_gain k_rot attitude_p",
    "k_w": "v rate_gain k_omega attitude_d",
    "thrust": "out s[n] thrust collective total_thrust",
    "moment": "out v[n] moment body_torque torque_cmd",
    "rotor": "out s[n,4] rotor_speed motor_cmd rotor_thrust",
    "arm": "s arm_length rotor_arm",
    "k_m": "s moment_coefficient drag_ratio",
    "max_tilt": "s max_tilt tilt_limit",
    "max_thrust": "s max_thrust thrust_limit",
    "max_acc": "s max_accel accel_limit",
    "phase": "s[n] gait_phase phase leg_clock",
    "freq": "s[n] gait_freq step_frequency",
    "offset": "s[rows] phase_offset leg_offset",
    "duty": "s duty_factor stance_ratio",
    "contact": "i[n,rows] foot_contact contact_flag",
    "foot": "out v[n,rows] foot_target swing_target",
    "hip": "v[n,rows] hip_pos default_foot nominal_foot",
    "cmd": "v[n] command velocity_command",
    "height": "s swing_height step_height clearance",
    "leg_state": "inout i[n,rows] leg_state foot_state",
    "timer": "inout s[n,rows] state_timer swing_time",
    "early": "s touchdown_threshold early_contact",
    "state": "inout i[n] robot_state fsm_state mode",
    "clock": "inout s[n] state_clock time_in_state",
    "tilt": "s[n] tilt_angle base_tilt",
    "speed": "s[n] speed_estimate base_speed",
    "rise": "s stand_time rise_duration",
    "event": "inout i[4] event_count transitions",
    "out_cmd": "out s[n] output_gain gain_scale",
}


def _actuator(form):
    """An actuator without states acts with its control."""

    def direct(b, s):
        s.scope["direct"] = lambda: s.scope.__setitem__("level", s["u"])
        return form(b, s)

    return direct


build = Family(
    _SCOPE,
    Form(
        22,
        "actuator_force actuate fwd_actuation",
        _actuator(drawn(ACTUATOR, dyn=DYN, law_gain=GAIN, law_bias=BIAS)),
        threads=(2,),
        space=(3,),
        prologue=False,
        summary="Actuator forces from controls, gains and biases.",
    ),
    Form(
        24,
        "compute_torques pd_control apply_drives",
        drawn(JOINT, modes=MODES),
        "power saturation",
        (2,),
        (3,),
        summary="Joint torques from actions.",
    ),
    Form(
        20,
        "rotor_control attitude_control mix_rotors",
        ROTOR,
        "position_error",
        space=(3,),
        summary="Position and attitude control of a quadrotor.",
    ),
    Form(
        18,
        "gait update_gait swing_legs",
        drawn(GAIT, legs=LEGS),
        "slip_time",
        (2,),
        (3,),
        prologue=False,
        summary="Advance the gait of each leg.",
    ),
    Form(
        16,
        "safety_fsm supervise switch_mode",
        drawn(FSM, states=STATES),
        "total_gain",
        space=(3,),
        summary="Supervise each robot with a state machine.",
    ),
).build
