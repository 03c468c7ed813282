"""Spatial vectors: twists and wrenches of rigid bodies, propagated along joints, turned into joint forces.

Free choices: which pass of the algorithm, joint types, how inertia enters, what is accumulated, which frame,
limits and drives, contacts.
Source: Featherstone, "Rigid Body Dynamics Algorithms", 2008, chapters 2, 5 and 7 (recursive Newton-Euler,
articulated bodies); Mirtich, "Impulse-based Dynamic Simulation of Rigid Body Systems", 1996.
"""

from __future__ import annotations

from generation.synthesis.forms import Family, Form
from generation.synthesis.patterns.spatial_dynamics.forces import CONTACT, POINT, joint
from generation.synthesis.patterns.spatial_dynamics.passes import (
    ARTICULATED,
    INERTIA,
    NEWTON,
    VELOCITY,
    driven,
)

VERBS = ("propagate", "accumulate", "evaluate")

FIELDS = ("rigid_body",)

_SCOPE = {
    "child": "i>bodies[n] joint_child body_index link_body",
    "parent": "i?bodies[n] joint_parent parent_body parents",
    "joint_type": "i[n] joint_type joint_kind dof_type",
    "S": "v6[n] joint_S motion_subspace joint_axis_s",
    "axis": "v3[n] joint_axis axes",
    "X_p": "t[n] joint_X_p parent_anchor X_pj",
    "X_c": "t[n] joint_X_c child_anchor X_cj",
    "qd": "s[n] joint_qd rates qdot",
    "qdd": "s[n] joint_qdd target_acc qddot",
    "q": "s[n] joint_q angles qpos",
    "v_s": "v6[bodies] body_v_s body_twist spatial_velocity",
    "a_s": "v6[bodies] body_a_s body_accel spatial_acc",
    "f_in": "v6[bodies] body_f_s net_wrench body_wrench",
    "f_ext": "v6[bodies] body_f_ext external_f applied_wrench",
    "I_s": "m6[bodies] body_I_s spatial_inertia inertia_s",
    "v_out": "out v6[n] v_out link_twist new_twist",
    "a_out": "out v6[n] a_out link_accel new_acc",
    "f_out": "out v6[n] f_out link_wrench joint_wrench",
    "I_out": "out m6[n] I_out inertia_world articulated_inertia",
    "tau": "out s[n] joint_tau tau joint_force",
    "f_sum": "inout v6[bodies] body_f wrenches total_wrench",
    "gravity": "v3 gravity gravity_vec g_world",
    "armature": "s[n] armature rotor_inertia",
    "damping": "s[n] joint_damping viscous",
    "friction": "s[n] joint_friction dry_friction",
    "lower": "s[n] joint_lower limit_low",
    "upper": "s[n] joint_upper limit_high",
    "limit_ke": "s limit_ke limit_stiffness",
    "limit_kd": "s limit_kd limit_damping",
    "target": "s[n] joint_target act_target",
    "ke": "s[n] target_ke drive_stiffness",
    "kd": "s[n] target_kd drive_damping",
    "effort": "s[n] effort_limit tau_max",
    "body_q": "t[bodies] body_q body_poses",
    "com": "v3[bodies] body_com centers_of_mass",
    "qd_body": "v6[bodies] body_qd twists",
    "mass": "s[bodies] body_mass masses",
    "inv_mass": "s[bodies] body_inv_mass inv_mass",
    "inertia": "m3[bodies] body_inertia inertia_body",
    "inv_inertia": "m3[bodies] body_inv_inertia inv_inertia",
    "point": "v3[n] contact_point points anchors",
    "force": "v3[n] point_force applied_force thrust",
    "normal": "v3[n] contact_normal normals",
    "depth": "s[n] penetration contact_depth",
    "body_a": "i?bodies[n] contact_body0 body_a",
    "body_b": "i?bodies[n] contact_body1 body_b",
    "kn": "c contact_ke kn stiffness",
    "kdn": "c contact_kd normal_damping",
    "kf": "c contact_kf friction_damping",
    "mu": "c contact_mu friction_coeff mu",
    "impulse": "inout s[n] normal_impulse accumulated_impulse",
    "restitution": "s restitution bounce",
    "bias": "s baumgarte bias_factor erp",
    "dt": "s dt time_step",
    "slop": "s slop allowed_depth margin",
    "dv": "inout v6[bodies] delta_v velocity_change",
    "U": "out v6[n] U_s force_projection",
    "D_inv": "out s[n] D_inv inverse_inertia",
    "free": "i[bodies] body_flags is_dynamic",
}

build = Family(
    _SCOPE,
    Form(14, "propagate eval_velocities outward_pass", VELOCITY, "kinetic speed", (1,), (3,), True),
    Form(18, "eval_dynamics_inverse newton_euler inward_pass", driven(NEWTON), "power", (1,), (3,), True),
    Form(28, "eval_joint_forces apply_joints solve_joints", joint, "drift joint_error", (1,), (3,), True),
    Form(
        14,
        "articulated_inertia factor_joint eval_aba",
        driven(ARTICULATED),
        "joint_inertia",
        (1,),
        (3,),
        True,
    ),
    Form(7, "apply_point_forces accumulate_wrench", POINT, "force_sum", (1,), (3,), True),
    Form(24, "eval_contact_forces solve_contacts", CONTACT, "penetration slip_speed", (1,), (3,), True),
    Form(5, "spatial_inertia eval_inertia move_inertia", INERTIA, "kinetic", (1,), (3,), True),
).build
