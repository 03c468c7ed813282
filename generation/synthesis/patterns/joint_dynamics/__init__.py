"""Recursive dynamics of articulated bodies: sweeps from the root out and from the leaves in.

Free choices: the pass (velocities, forces, composite inertias, articulated inertias, energies), joint types,
gravity, armature and damping, what is stored.
Source: Featherstone, "Rigid Body Dynamics Algorithms", 2008, chapters 5 to 7.
"""

from __future__ import annotations

from generation.language.types import F32, vector
from generation.program.nodes import Const, Op
from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.joint_dynamics.joints import JACOBIAN, JOINT, STORE
from generation.synthesis.patterns.joint_dynamics.sweeps import AXIS, COMPOSITE, INWARD, OUTWARD
from generation.synthesis.sketches import Sketch
from generation.synthesis.sketches.texts import filled

VERBS = ("eval", "compute", "propagate", "integrate")
FIELDS = ("rigid_body",)
SUBJECTS = ("rnea", "articulation", "joint_forces", "mass_matrix", "link_velocities", "tree")
TITLES = {
    "outward": (
        "eval_rigid_id com_vel rnea_forward",
        "Velocities and accelerations from the root to the leaves.",
    ),
    "inward": ("eval_rigid_tau rnea_backward accumulate_wrenches", "Forces from the leaves to the root."),
    "composite": ("crba eval_mass_matrix composite_inertia", "Composite rigid body algorithm."),
    "joint": ("integrate_generalized_joints joint_step", "Integrate the coordinates of a joint by its type."),
    "jacobian": ("eval_jacobian body_jacobian", "Columns of the Jacobian of each link."),
}
_FORMS = Weights({"outward": 26, "inward": 22, "composite": 18, "joint": 22, "jacobian": 14})

_SCOPE = {
    "links": "n:links num_links link_count nbody",
    "parent": "i?links[links] parent joint_parent body_parentid",
    "kind": "i[links] joint_type types jnt_type",
    "axis": "v3[links] joint_axis axes local_axis",
    "qd": "s[n,links] joint_qd qvel dof_vel",
    "qdd": "s[n,links] joint_qdd qacc dof_acc",
    "q": "s[n,links] joint_q qpos dof_pos",
    "rot": "q[n,links] body_rot link_rot xquat",
    "pos": "v3[n,links] body_pos link_pos xpos",
    "com": "v3[n,links] body_com com_pos xipos",
    "w": "inout v3[n,links] body_omega link_ang_vel ang_vel",
    "v": "inout v3[n,links] body_vel link_lin_vel lin_vel",
    "wd": "inout v3[n,links] body_alpha link_ang_acc ang_acc",
    "a": "inout v3[n,links] body_acc link_lin_acc lin_acc",
    "w_in": "v3[n,links] body_omega link_ang_vel ang_vel",
    "a_in": "v3[n,links] body_acc link_lin_acc lin_acc",
    "wd_in": "v3[n,links] body_alpha link_ang_acc ang_acc",
    "mass": "s[links] body_mass link_mass masses",
    "inertia": "m3[links] body_inertia link_inertia inertias",
    "gravity": "v3 gravity gravity_vec g",
    "fext": "v3[n,links] external_force body_f_ext applied_force",
    "tx": "v3[n,links] external_torque body_t_ext applied_torque",
    "f": "inout v3[n,links] link_force body_f net_force",
    "tq": "inout v3[n,links] link_torque body_tau net_torque",
    "tau": "out s[n,links] joint_tau tau qfrc_bias",
    "act": "s[n,links] joint_act ctrl_torque applied_tau",
    "arm": "s[links] joint_armature armature rotor_inertia",
    "damp": "s[links] joint_damping damping viscous",
    "fric": "s[links] joint_friction dry_friction frictionloss",
    "cm": "inout s[n,links] composite_mass crb_mass tree_mass",
    "ch": "inout v3[n,links] composite_moment crb_moment mass_moment",
    "ci": "inout m3[n,links] composite_inertia crb tree_inertia",
    "h": "out s[n,links,links] mass_matrix H qM",
    "jl": "out v3[n,links,links] jac_lin J_pos linear_jacobian",
    "ja": "out v3[n,links,links] jac_ang J_rot angular_jacobian",
    "dt": "s dt timestep sim_dt",
    "jq": "s[n] joint_q qpos dof_pos",
    "jqd": "s[n] joint_qd qvel dof_vel",
    "jqdd": "s[n] joint_qdd qacc dof_acc",
    "jk": "i[n] joint_type types jnt_type",
    "jlo": "s[n] joint_lower limit_lower range_min",
    "jhi": "s[n] joint_upper limit_upper range_max",
    "jrot": "q[n] joint_rot ball_rotation joint_quat",
    "jw": "v3[n] joint_omega ball_velocity joint_ang_vel",
    "jp": "v3[n] joint_pos free_position root_pos",
    "jv": "v3[n] joint_lin_vel free_velocity root_vel",
    "q_out": "out s[n] joint_q_new qpos_out joint_q_next",
    "qd_out": "out s[n] joint_qd_new qvel_out joint_qd_next",
    "rot_out": "out q[n] joint_rot_new quat_out rotation_next",
    "p_out": "out v3[n] joint_pos_new pos_out position_next",
    "qd_max": "s max_joint_vel velocity_limit qd_limit",
    "moves": "i[links,links] is_ancestor body_dof_mask affects",
    "wake": "i[n] joint_enabled is_awake tree_awake",
    "base_v": "v3[n] root_lin_vel base_velocity root_vel",
    "base_w": "v3[n] root_ang_vel base_omega root_omega",
}


_TEXT = {
    "outward": OUTWARD, "inward": INWARD, "composite": AXIS + COMPOSITE, "joint": JOINT,
    "jacobian": filled(JACOBIAN, STORE=STORE),
}  # fmt: skip


def build(b: Builder) -> None:
    b.real, b.space = F32, vector(3, F32)
    form = b.form(_FORMS)
    b.grid(2 if form == "jacobian" else 1)
    if form == "jacobian":
        b.launch = (b.launch[0], b.launch[1]._replace(size="links"))
    if b.chance(0.5):
        framing.prologue(b)
    text = _TEXT[form]
    rest = b.chance(0.5)
    bases = {
        "WBASE": "vec(0.0, 0.0, 0.0)" if rest else "base_w[i]",
        "VBASE": "vec(0.0, 0.0, 0.0)" if rest else "base_v[i]",
        "ABASE": b.pick(("-gravity", "vec(0.0, 0.0, 0.0)")),
        "point_of(j)": b.pick(("com[i, j]", "pos[i, j]")),
    }
    for word, value in bases.items():
        text = text.replace(word, value)
    s = Sketch(b, **_SCOPE)
    s.scope["damping_all"] = "s joint_damping damping linear_damping"
    s.scope["tally"] = lambda e: framing.tally(b, e, "kinetic", "speed", "motion")
    s.scope["quaternion_of"] = lambda *parts: _quaternion(b, parts)
    s(text)
    s.done()


def _quaternion(b: Builder, parts):
    values = tuple(Const(b.real, part) if isinstance(part, float) else part for part in parts)
    return Op(b.rotation, "construct", values)
