"""Articulated bodies: forward kinematics along chains, joint limits, PD control, motors, integration of
joints.

Free choices: chain layout (lists of ancestors, tables of links), joint types, limit law, controller, what
is written.
Source: Featherstone, "Rigid Body Dynamics Algorithms", 2008.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.kinematics.joints import CHAIN, JOINT, TREE
from generation.synthesis.sketches import Sketch

VERBS = ("eval_fk", "joint_control", "apply_motors", "eval_joints", "integrate_joints")
FIELDS = ("rigid_body",)
_FORMS = Weights({"chain": 34, "joint": 38, "pair": 28})
TITLES = {
    "chain": ("eval_fk forward_kinematics eval_articulation_fk", "Forward kinematics of a chain of joints."),
    "joint": (
        "eval_joint_forces joint_control apply_joint_control",
        "Evaluate joint forces from targets and limits.",
        "Joint drives and limits.",
    ),
    "pair": ("eval_joint_error solve_joints eval_body_joints", "Evaluate the joint between two bodies."),
}

_SCOPE = {
    "links": "n:links num_links chain_length links_per_arm",
    "parent": "i?links[links] joint_parent parents parent_link",
    "kind": "i[links] joint_type types joint_kind",
    "axis": "v3[links] joint_axis axes local_axis",
    "offset": "v3[links] joint_offset link_offset parent_anchor",
    "rest": "q[links] joint_rest rest_rotation link_rotation",
    "q": "s[n,links] joint_q dof_pos angles",
    "qd": "s[n,links] joint_qd dof_vel rates",
    "base_p": "v3[n] base_pos root_position origin",
    "base_r": "q[n] base_rot root_rotation root_quat",
    "link_p": "inout v3[n,links] link_pos body_pos world_position",
    "link_r": "inout q[n,links] link_rot body_rot world_rotation",
    "link_v": "out v3[n,links] link_vel body_vel tip_velocity",
    "tip": "out v3[n] tip_pos end_effector hand_position",
    "tip_r": "out q[n] tip_rot end_rotation hand_rotation",
    "goal": "v3[n] target_pos goal_position reach_target",
    "reach": "out s[n] reach_error tip_error goal_distance",
    "jq": "s[n] joint_pos joint_q dof_pos",
    "jqd": "s[n] joint_vel joint_qd dof_vel",
    "target": "s[n] target_pos joint_target setpoint",
    "target_v": "s[n] target_vel velocity_target",
    "ke": "c target_ke kp stiffness",
    "kd": "c target_kd kd damping",
    "lo": "s[n] limit_lower lower_limit joint_lower",
    "hi": "s[n] limit_upper upper_limit joint_upper",
    "lim_ke": "s limit_ke limit_stiffness",
    "lim_kd": "s limit_kd limit_damping",
    "effort": "c effort_limit max_torque torque_limit",
    "arm": "c armature rotor_inertia inertia_reflected",
    "friction": "c joint_friction coulomb friction_loss",
    "passive": "c passive_damping joint_damping",
    "mode": "i[n] control_mode drive_mode axis_mode",
    "jtype": "i[n] joint_type joint_kind",
    "act": "s[n] control actuation ctrl",
    "gear": "s[n] gear gear_ratio",
    "sum": "inout s[n] integral_error error_sum",
    "ki": "s ki integral_gain",
    "dt": "s dt h substep",
    "tau": "out s[n] joint_tau torques joint_effort",
    "q_out": "out s[n] joint_pos_out joint_q_out dof_pos_out",
    "qd_out": "out s[n] joint_vel_out joint_qd_out dof_vel_out",
    "child": "i>bodies[n] joint_child child_body",
    "par": "i?bodies[n] joint_parent parent_body",
    "x": "v3[bodies] body_pos body_x",
    "r": "q[bodies] body_rot body_q",
    "v": "v3[bodies] body_vel body_v",
    "w": "v3[bodies] body_omega body_w",
    "pa": "v3[n] anchor_parent parent_frame_pos",
    "ca": "v3[n] anchor_child child_frame_pos",
    "jaxis": "v3[n] joint_axis axes",
    "f": "inout v3[bodies] body_f body_force",
    "t": "inout v3[bodies] body_t body_torque",
    "attach_ke": "c attach_ke joint_attach_ke",
    "attach_kd": "c attach_kd joint_attach_kd",
}


_PAIR = """
c__child_id__b1 = child[i]
a__parent_id__b0 = par[i]
with maybe(0.3):
    if jtype[i] == 3:
        return
rc__arm_c__r1 = quat_rotate(r[c], ca[i])
xc__point_c__p1 = x[c] + rc
vc__vel_c__v1 = v[c] + cross(w[c], rc)
xp__point_p__p0 = pa[i]
vp__vel_p__v0 = zero(xp)
wp_rel__rel_w__w_diff = w[c]
qp__frame_p__q0 = r[c] * quat_inverse(r[c])
ra__arm_p__r0 = zero(xp)
if a >= 0:
    ra = quat_rotate(r[a], pa[i])
    xp = x[a] + ra
    vp = v[a] + cross(w[a], ra)
    wp_rel = w[c] - w[a]
    qp = r[a]
err_x__gap__x_err = xp - xc
err_v__slip__v_err = vp - vc
force__f_joint__pull = err_x * attach_ke + err_v * attach_kd
axis_w__ax__dir_w = quat_rotate(qp, jaxis[i])
with either:
    with _:
        if jtype[i] == 1:
            along__travel__s = dot(err_x, axis_w)
            force = force - axis_w * (along * attach_ke)
    with _:
        rel__q_rel__dq = quat_inverse(qp) * r[c]
        twist__angle__theta = 2.0 * dot(vec(rel[0], rel[1], rel[2]), jaxis[i])
        torque_m__drive__t_motor = ke * (target[i] - twist) - kd * dot(wp_rel, axis_w)
        with maybe(0.5):
            torque_m = clamp(torque_m, -effort, effort)
        atomic_add(t, c, axis_w * torque_m)
        if a >= 0:
            atomic_sub(t, a, axis_w * torque_m)
    with _:
        damp_t__drag_t = wp_rel - axis_w * dot(wp_rel, axis_w)
        atomic_sub(t, c, damp_t * attach_kd)
        if a >= 0:
            atomic_add(t, a, damp_t * attach_kd)
with maybe(0.35):
    size__f_len__mag = length(force)
    if size > effort:
        force = force * (effort / size)
atomic_add(f, c, force)
atomic_add(t, c, cross(rc, force))
if a >= 0:
    atomic_sub(f, a, force)
    atomic_sub(t, a, cross(ra, force))
with maybe(0.35):
    tally(pick(length(err_x), dot(force, err_v)))
"""


def build(b: Builder) -> None:
    b.grid(1)
    framing.prologue(b)
    form = b.form(_FORMS)
    s = Sketch(b, **_SCOPE)
    s.scope["link_p_out"] = "out v3[n,links] link_pos body_pos world_position"
    s.scope["link_r_out"] = "out q[n,links] link_rot body_rot world_rotation"
    s.scope["tally"] = lambda e: framing.tally(b, e, "joint_error", "power", "effort_sum")
    s(b.pick((CHAIN, CHAIN, TREE)) if form == "chain" else JOINT if form == "joint" else _PAIR)
    framing.bookkeeping(b, 0.35)
    s.done()
