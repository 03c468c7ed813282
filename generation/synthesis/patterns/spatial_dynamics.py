"""Spatial vectors: twists and wrenches of rigid bodies, propagated along joints, turned into joint forces.

Free choices: which pass of the algorithm, how inertia enters, what is accumulated, which frame.
Source: Featherstone, "Rigid Body Dynamics Algorithms", 2008, chapters 2 and 5 (recursive Newton-Euler).
"""

from __future__ import annotations

from generation.language.types import F32, matrix, vector
from generation.program.nodes import Bound, Const, Store
from generation.synthesis import phrases
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, number, op

VERBS = ("propagate", "accumulate", "evaluate", "project", "compute")
FIELDS = ("rigid_body",)
_FORMS = Weights({"velocity": 26, "wrench": 26, "newton_euler": 24, "contact": 14, "inertia": 10})
TITLES = {
    "velocity": ("propagate_velocities eval_link_velocity", "Propagate spatial velocities along the joints."),
    "wrench": ("accumulate_wrenches apply_body_wrench", "Accumulate wrenches on bodies."),
    "newton_euler": ("newton_euler eval_rigid_tau inverse_dynamics", "Newton-Euler equations of the links."),
    "inertia": ("transform_inertia move_spatial_inertia", "Spatial inertia in another frame."),
}


def build(b: Builder) -> None:
    b.real, b.space = F32, vector(3, F32)
    b.grid(1)
    if b.chance(0.3):
        phrases.bounds_guard(b)
    pool = _FORM[b.form(_FORMS)](b)
    pool = phrases.develop(b, pool, b.integer(0, 3), goal=1)
    phrases.finish(b, pool, b.pick((1, 1, 2)))


def _own(b: Builder, type_, *words: str):
    return b.let(at(b.array(type_, b.launch, *words), *b.threads), *(word[0] + "_s" for word in words))


def _bodies(b: Builder):
    """A body that the thread points to: its index and how many there are."""
    bodies = Bound("body_count", 0)
    return b.let(
        at(b.index_array(b.launch, bodies, "joint_child", "body_index"), *b.threads), "body", "child"
    ), bodies


def _velocity(b: Builder):
    """v = v_parent + S qd and a = a_parent + S qdd + v x S qd."""
    parent, bodies = _bodies(b)
    axis = at(b.array(b.spatial, b.launch, "joint_S", "motion_subspace"), *b.threads)
    if b.chance(0.6):
        axis = op("transform_twist", at(b.array(b.frame, b.launch, "joint_X", "X_sj"), *b.threads), axis)
    axis = b.let(axis, "S", "axis_s")
    qd = _own(b, b.real, "joint_qd", "rate")
    joint = b.let(op("mul", axis, qd), "v_j", "joint_twist")
    v = b.let(
        op("add", at(b.array(b.spatial, (bodies,), "body_v_s", "parent_v"), parent), joint), "v_s", "twist"
    )
    if b.chance(0.7):
        a = op(
            "add",
            at(b.array(b.spatial, (bodies,), "body_a_s", "parent_a"), parent),
            op("spatial_cross", v, joint),
        )
        if b.chance(0.6):
            a = op("add", a, op("mul", axis, _own(b, b.real, "joint_qdd", "target_acc")))
        b.emit(Store(at(b.output(b.spatial, None, "a_out", "body_acc"), *b.threads), a))
    b.emit(Store(at(b.output(b.spatial, None, "v_out", "body_vel"), *b.threads), v))
    return [b.let(op(b.pick(("spatial_top", "spatial_bottom")), v), "w", "part_v")]


def _wrench(b: Builder):
    """A force at a point as a wrench about the centre of mass, added to its body."""
    body, bodies = _bodies(b)
    pose = b.let(at(b.array(b.frame, (bodies,), "body_q", "poses"), body), "X_wb", "pose")
    com = at(b.array(b.space, (bodies,), "body_com", "com"), body)
    point = _own(b, b.space, "points", "contact_point")
    arm = b.let(op("sub", op("transform_point", pose, point), op("transform_point", pose, com)), "r", "arm")
    force = _own(b, b.space, "forces", "applied")
    if b.chance(0.5):
        twist = b.let(at(b.array(b.spatial, (bodies,), "body_qd", "twists"), body), "qd", "v_s")
        speed = op("velocity_at_point", twist, arm)
        if b.chance(0.5):
            speed = op("add", op("spatial_bottom", twist), op("cross", op("spatial_top", twist), arm))
        force = b.let(op("sub", force, op("mul", speed, b.parameter(b.real, "kd", "drag"))), "f_total", "f")
    total = b.let(op("spatial_vector", op("cross", arm, force), force), "wrench", "f_s")
    target = at(b.array(b.spatial, (bodies,), "body_f", "wrenches", role="inout"), body)
    b.add_to(b.pick(("atomic_add", "atomic_sub")), target, total)
    return [op("length", total) if b.chance(0.5) else op("dot", force, arm)]


def _newton_euler(b: Builder):
    """f = I a + v x* I v, then the joint's force S . f."""
    inertia = _own(b, matrix(6, 6, F32), "body_I_s", "spatial_inertia")
    v, a = _own(b, b.spatial, "body_v", "twist_in"), _own(b, b.spatial, "body_acc", "a_s")
    momentum = op("matmul", inertia, v)
    bias = op("spatial_cross_dual", v, b.named(momentum, 0.5, "h", "momentum"))
    f = b.let(op("add", op("matmul", inertia, a), bias), "f_b", "f_s")
    if b.chance(0.5):
        f = b.let(op("sub", f, at(b.array(b.spatial, b.launch, "f_ext", "external"), *b.threads)), "f_net")
    if b.chance(0.4):
        f = b.let(
            op("transform_wrench", at(b.array(b.frame, b.launch, "X_parent", "X_up"), *b.threads), f), "f_up"
        )
    axis = at(b.array(b.spatial, b.launch, "joint_S", "axes"), *b.threads)
    tau = b.let(op(b.pick(("spatial_dot", "dot")), axis, f), "tau", "joint_force")
    if b.chance(0.5):
        limit = b.parameter(b.real, "effort_limit", "tau_max")
        tau = op("clamp", tau, op("neg", limit), limit)
    return [tau, op("spatial_dot", v, f)] if b.chance(0.4) else [tau]


def _contact(b: Builder):
    """Normal and tangential speed of two bodies where they touch."""
    body, bodies = _bodies(b)
    twists = b.array(b.spatial, (bodies,), "body_qd", "twists")
    arm, n = _own(b, b.space, "arms", "offset_point"), _own(b, b.space, "contact_normal", "normals")
    v = b.let(op("velocity_at_point", at(twists, body), arm), "v_a", "v_p")
    if b.chance(0.5):
        own = at(b.array(b.spatial, b.launch, "body_qd_b", "other_qd"), *b.threads)
        v = b.let(op("sub", v, op("velocity_at_point", own, arm)), "v_rel")
    vn = b.let(op("dot", v, n), "vn", "approach")
    if b.chance(0.4):
        b.stop_if(op("ge", vn, number(b.real, 0.0)))
    vt = b.let(op("sub", v, op("mul", n, vn)), "vt", "slip")
    impulse = op("mul", b.parameter(b.real, "kn", "contact_ke"), vn)
    smooth = op("smooth_normalize", vt, number(b.real, b.pick((0.1, 0.01, 0.5))))
    friction = op("mul", smooth if b.chance(0.4) else op("normalize", vt), impulse)
    return [b.let(op("add", op("mul", n, impulse), friction), "f_c", "contact_force")]


def _inertia(b: Builder):
    """A spatial inertia in another frame, T' I T with T the adjoint of the frame."""
    pose = b.let(at(b.array(b.frame, b.launch, "X_sm", "poses"), *b.threads), "X", "pose")
    r = b.let(op("quat_to_matrix", op("transform_get_rotation", pose)), "R", "rot")
    p = op("skew", op("transform_get_translation", pose))
    t = b.let(op("spatial_adjoint", r, op("matmul", p, r)), "T", "adjoint")
    inertia = at(b.array(matrix(6, 6, F32), b.launch, "body_I_m", "inertia_m"), *b.threads)
    if b.chance(0.5):
        inertia = op(
            "add", inertia, op("mul", Const(matrix(6, 6, F32), 1), b.parameter(b.real, "armature", "reg"))
        )
    moved = b.let(op("matmul", op("matmul", op("transpose", t), inertia), t), "I_s", "moved")
    b.emit(Store(at(b.output(matrix(6, 6, F32), None, "body_I_s", "inertia_out"), *b.threads), moved))
    v = at(b.array(b.spatial, b.launch, "body_v_s", "twists"), *b.threads)
    return [
        b.let(op("mul", number(b.real, 0.5), op("dot", v, op("matmul", moved, v))), "kinetic", "energy_out")
    ]


_FORM = {
    "velocity": _velocity,
    "wrench": _wrench,
    "newton_euler": _newton_euler,
    "contact": _contact,
    "inertia": _inertia,
}
