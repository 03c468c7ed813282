"""Rows of a constraint solver: equalities, limits, friction and contacts each claim rows and fill them.

Free choices: what is constrained, one row or several, impedance and reference laws, what a full buffer does.
Source: Todorov, "Convex and analytically-invertible dynamics with contacts and constraints", 2014; the
documentation of MuJoCo, "Computation".
"""

from __future__ import annotations

from generation.language.types import F32, vector
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.constraint_rows.bodies import CONNECT, CONTACT
from generation.synthesis.patterns.constraint_rows.joints import EQUALITY, FRICTION, LIMIT
from generation.synthesis.patterns.constraint_rows.shared import CLAIM, IMPEDANCE, WRITE
from generation.synthesis.patterns.constraint_rows.states import UPDATE
from generation.synthesis.sketches import Sketch
from generation.synthesis.sketches.texts import filled

VERBS = ("make", "build", "fill", "assemble", "add")
FIELDS = ("rigid_body",)
SUBJECTS = ("constraint_rows", "efc_rows", "constraints", "efc", "jacobian_rows")
TITLES = {
    "limit": ("efc_limit_hinge efc_limit_slide joint_limit_rows", "A row for each joint beyond its limit."),
    "equality": ("efc_equality_joint equality_rows couple_joints", "Couple two joints by a polynomial."),
    "friction": ("efc_friction_dof friction_loss_rows", "A row of dry friction for each degree of freedom."),
    "connect": ("efc_equality_connect connect_rows", "Three rows that hold two points of bodies together."),
    "contact": ("efc_contact_pyramidal efc_contact_elliptic contact_rows", "Rows of each active contact."),
    "update": ("update_constraint_state classify_rows", "Force and state of each row."),
}
_FORMS = Weights({"limit": 22, "equality": 18, "friction": 14, "connect": 16, "contact": 24, "update": 22})

_SCOPE = {
    "nv": "n:dofs nv num_dofs dof_count",
    "rows_max": "n:rows_max njmax max_rows row_capacity",
    "count": "inout i>rows_max[n] nefc_out row_count num_rows",
    "jac": "out s[n,rows_max,dofs] efc_J_out row_jacobian J_out",
    "pos_out": "out s[n,rows_max] efc_pos_out row_pos violation_out",
    "margin_out": "out s[n,rows_max] efc_margin_out row_margin margin_out",
    "kind_out": "out i[n,rows_max] efc_type_out row_type kind_out",
    "id_out": "out i[n,rows_max] efc_id_out row_id source_out",
    "d_out": "out s[n,rows_max] efc_D_out row_inv_mass weight_out",
    "aref_out": "out s[n,rows_max] efc_aref_out row_reference aref_out",
    "loss_out": "out s[n,rows_max] efc_frictionloss_out row_friction loss_out",
    "vel_out": "out s[n,rows_max] efc_vel_out row_velocity vel_out",
    "q": "s[n,rows] qpos joint_q joint_pos",
    "qd": "s[n,dofs] qvel joint_qd dof_vel",
    "lo": "s[rows] jnt_range_min limit_lower joint_lower",
    "hi": "s[rows] jnt_range_max limit_upper joint_upper",
    "limited": "i[rows] jnt_limited has_limit limit_enabled",
    "dof_of": "i>dofs[rows] jnt_dofadr joint_dof dof_address",
    "margin": "s[rows] jnt_margin limit_margin activation_margin",
    "solref": "v2[rows] jnt_solref solref limit_solref",
    "solimp": "v3[rows] jnt_solimp solimp limit_solimp",
    "invw": "s[dofs] dof_invweight0 dof_inv_mass inv_weight",
    "dt": "s timestep dt opt_timestep",
    "loss": "s[dofs] dof_frictionloss friction_loss dry_friction",
    "dloss": "s[rows] dof_frictionloss friction_loss dry_friction",
    "dqd": "s[n,rows] qvel joint_qd dof_vel",
    "dinvw": "s[rows] dof_invweight0 dof_inv_mass inv_weight",
    "active": "b[n,rows] eq_active equality_active enabled",
    "j1": "i>joints[rows] eq_obj1id first_joint joint_a",
    "j2": "i?joints[rows] eq_obj2id second_joint joint_b",
    "jq": "s[n,joints] qpos joint_q joint_pos",
    "jq0": "s[joints] qpos0 joint_ref rest_pos",
    "jdof": "i>dofs[joints] jnt_dofadr joint_dof dof_address",
    "poly": "s[rows,5] eq_data polycoef coefficients",
    "b1": "i>bodies[rows] eq_obj1id body_a first_body",
    "b2": "i>bodies[rows] eq_obj2id body_b second_body",
    "xp": "v3[n,bodies] xpos body_pos link_pos",
    "xr": "q[n,bodies] xquat body_rot link_rot",
    "com": "v3[n,bodies] subtree_com body_com com_pos",
    "anchor1": "v3[rows] eq_anchor1 local_anchor_a point_a",
    "anchor2": "v3[rows] eq_anchor2 local_anchor_b point_b",
    "lin": "v3[n,dofs] cdof_lin dof_linear screw_linear",
    "ang": "v3[n,dofs] cdof_ang dof_angular screw_angular",
    "moves": "i[bodies,dofs] dof_affects_body body_dof_mask is_ancestor_dof",
    "con_n": "i[n] ncon contact_count num_contacts",
    "gap_in": "s[n,rows] contact_dist gap contact_depth",
    "inc": "s[n,rows] contact_includemargin include_margin con_margin",
    "cpos": "v3[n,rows] contact_pos contact_point con_pos",
    "frame": "m3[n,rows] contact_frame con_frame contact_basis",
    "mu": "s[n,rows] contact_friction con_friction friction_coef",
    "dim": "i[n,rows] contact_dim condim con_dim",
    "c1": "i>bodies[n,rows] contact_body1 con_body_a body_a",
    "c2": "i>bodies[n,rows] contact_body2 con_body_b body_b",
    "adr_out": "out i[n,rows] contact_efc_address row_address con_row",
    "jaref": "s[n,rows] efc_Jaref Jaref row_residual",
    "weight": "s[n,rows] efc_D row_weight efc_weight",
    "type": "i[n,rows] efc_type row_type constraint_type",
    "ne": "i[n] ne num_equality n_eq",
    "nf": "i[n] nf num_friction n_fric",
    "ntot": "i[n] nefc num_rows total_rows",
    "rowloss": "s[n,rows] efc_frictionloss row_friction dry_friction",
    "force": "out s[n,rows] efc_force row_force constraint_force",
    "state": "out i[n,rows] efc_state row_state zone",
    "cost": "inout s[n] cost total_cost objective",
    "done": "b[n] done converged finished",
}


_TEXT = {
    "limit": LIMIT, "equality": EQUALITY, "friction": FRICTION, "connect": CONNECT, "contact": CONTACT,
    "update": UPDATE,
}  # fmt: skip
_WEIGHT = {"limit": "invw[dof]", "equality": "invw[da]", "friction": "dinvw[j]"}


def build(b: Builder) -> None:
    b.real, b.space = F32, vector(3, F32)
    form = b.form(_FORMS)
    b.grid(2)
    text = filled(_TEXT[form], IMPEDANCE=IMPEDANCE, WRITE=WRITE, CLAIM=CLAIM)
    shared = b.chance(0.3)
    words = {
        "NUM": "3" if form == "connect" else "1",
        "LASTROW": "row + 2" if form == "connect" else "row",
        "SPACE": "dist",
        "IMP": "solimp_all" if shared else "solimp[j]",
        "REF": "solref_all" if shared else "solref[j]",
        "INVW": _WEIGHT.get(form, "body_w[a] + body_w[e]"),
        "MARGIN": "margin[j]" if form != "contact" else "inc[i, j]",
        "KIND": str(list(_TEXT).index(form)),
    }
    for word, value in words.items():
        text = text.replace(word, value)
    s = Sketch(b, **_SCOPE)
    s.scope |= {
        "dist_in": _SCOPE["gap_in"],
        "solimp_all": "v3 default_solimp solimp opt_solimp",
        "solref_all": "v2 default_solref solref opt_solref",
        "body_w": "s[bodies] body_invweight0 body_inv_mass inv_weight",
    }
    s(text)
    s.done()
