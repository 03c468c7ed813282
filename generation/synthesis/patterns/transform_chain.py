"""Rigid motions: frames composed along joints, points carried between frames, poses compared and stepped.

Free choices: which chain of frames, kind of joint, what is carried, how the error of a pose is measured.
Source: Featherstone, "Rigid Body Dynamics Algorithms", 2008, chapters 2 and 4.
"""

from __future__ import annotations

from generation.language.types import F32, F64, vector
from generation.program.nodes import Bound, Component, Const, Field, Store
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, integer, number, op
from generation.synthesis.terms import build as make

VERBS = ("transform", "compose", "update_frames", "forward_kinematics", "evaluate")
FIELDS = ("rigid_body", "geometry", "finite_element")
_FORMS = Weights({"points": 30, "joint": 26, "error": 20, "step": 14, "affine": 10})
TITLES = {
    "points": ("transform_points to_world_frame", "Transform points between frames."),
    "joint": (
        "eval_joint_transforms update_child_poses",
        "Pose of each child body from its parent and joint.",
    ),
    "error": ("pose_error compute_pose_error", "Error between two poses."),
    "step": ("integrate_poses integrate_transforms", "Integrate poses over one time step."),
}


def build(b: Builder) -> None:
    b.real = F64 if b.chance(0.12) else F32
    b.space = vector(3, b.real)
    b.grid(1)
    if b.chance(0.3):
        phrases.bounds_guard(b)
    pool = _FORM[b.form(_FORMS)](b)
    pool = turns.develop(b, pool, b.integer(0, 3), goal=1)
    phrases.finish(b, pool, b.pick((1, 1, 2)))


def _frame(b: Builder, *words: str):
    """A frame: of this thread, of a body it points to, or one for the launch."""
    how = b.random()
    if how < 0.2:
        return b.parameter(b.frame, *words)
    if how < 0.6:
        bodies = Bound("body_count", 0)
        body = b.let(
            at(b.index_array(b.launch, bodies, "body", "shape_body", "link"), *b.threads), "body_id", "k"
        )
        return b.let(at(b.array(b.frame, (bodies,), "body_q", "link_q", "frames"), body), *words)
    return b.let(at(b.array(b.frame, b.launch, "poses", "xforms", "shape_q"), *b.threads), *words)


def _points(b: Builder):
    """A point or a direction to the world frame, or back."""
    frame = _frame(b, "X_wb", "X_ws", "pose")
    if b.chance(0.4):
        local = at(b.array(b.frame, b.launch, "offsets", "X_bs", "attachments"), *b.threads)
        frame = b.let(
            op("transform_multiply", frame, local) if b.chance(0.5) else op("mul", frame, local), "X_wl", "X"
        )
    if b.chance(0.3):
        frame = b.let(op("transform_inverse", frame), "X_inv", "X_bw")
    point = at(b.array(b.space, b.launch, "points", "local_points", "anchors"), *b.threads)
    world = b.let(op("transform_point", frame, point), "p_world", "point_world", "x")
    if b.chance(0.6):
        normal = at(b.array(b.space, b.launch, "normals", "axes", "directions"), *b.threads)
        n = b.let(op("transform_vector", frame, normal), "n_world", "axis_world", "n")
        if b.chance(0.5):
            origin = op("transform_get_translation", frame)
            return [b.let(op("dot", n, op("sub", world, origin)), "height_above", "d"), world]
        return [world, n]
    return [world]


def _joint_motion(b: Builder):
    """The motion of a joint: along or about an axis by its coordinate."""
    axis = at(b.array(b.space, b.launch, "joint_axis", "axis"), *b.threads)
    q = b.let(at(b.array(b.real, b.launch, "joint_q", "coordinate"), *b.threads), "q", "angle")
    kind = b.integer(0, 3)
    if kind == 3:
        angles = b.let(op("mul", axis, q), "angles", "rpy")
        if b.real is F32 and b.chance(0.5):
            order = b.pick(((0, 1, 2), (2, 1, 0), (0, 2, 1)))
            turn = op("quat_from_euler", angles, *map(integer, order))
        else:
            turn = op("quat_rpy", *[Field(b.real, angles, c) for c in "xyz"])
        return make(b.frame, Const(b.space, 0), turn)
    if kind == 0:
        return make(b.frame, op("mul", axis, q), Const(b.rotation, 1))
    turn = op("quat_from_axis_angle", b.guard("axis", axis), q)
    if kind == 1:
        return make(b.frame, Const(b.space, 0), turn)
    return make(b.frame, op("mul", axis, b.parameter(b.real, "pitch", "lead")), turn)


def _joint(b: Builder):
    """The pose of a child from its parent's: X_wc = X_wp X_pj X_j X_jc."""
    parent = _frame(b, "X_wp", "parent_pose")
    anchor = at(b.array(b.frame, b.launch, "joint_X_p", "parent_anchor"), *b.threads)
    world = b.let(
        op("transform_multiply", parent, anchor) if b.chance(0.6) else op("mul", parent, anchor), "X_wj"
    )
    moved = b.let(
        op("transform_multiply", world, b.let(_joint_motion(b), "X_j", "motion")), "X_wm", "X_moved"
    )
    if b.chance(0.6):
        child = at(b.array(b.frame, b.launch, "joint_X_c", "child_anchor"), *b.threads)
        moved = b.let(op("transform_multiply", moved, op("transform_inverse", child)), "X_wc", "child_pose")
    b.emit(Store(at(b.output(b.frame, None, "body_q_out", "child_q", "link_poses"), *b.threads), moved))
    com = at(b.array(b.space, b.launch, "com", "body_com", "centers"), *b.threads)
    return [b.let(op("transform_point", moved, com), "com_world", "center")]


def _error(b: Builder):
    """How far one pose is from another: a distance and an angle."""
    target = _frame(b, "X_target", "goal")
    current = at(b.array(b.frame, b.launch, "current_q", "measured"), *b.threads)
    delta = b.let(op("mul", op("transform_inverse", current), target), "X_err", "delta_pose")
    if b.chance(0.2):
        blend = b.guard("unit", b.parameter(b.real, "alpha", "blend"))
        delta = b.let(op("lerp", Const(b.frame, 1), delta, blend), "X_part", "eased")
    distance = b.let(op("length", op("transform_get_translation", delta)), "pos_err", "offset_len")
    rotation = b.let(op("transform_get_rotation", delta), "q_err", "r_err")
    how = b.integer(0, 3)
    if b.real is F32 and b.chance(0.12):
        axis = b.guard("axis", at(b.array(b.space, b.launch, "swing_axis", "cone_axis"), *b.threads))
        rotation = b.let(op("quat_twist", axis, rotation), "twist_q", "about_axis")
    if b.real is F32 and how == 0:
        name = b.pick(("quat_twist_angle", "quat_twist_angle_signed"))
        axis = b.guard("axis", at(b.array(b.space, b.launch, "joint_axis", "hinge"), *b.threads))
        angle = b.let(op(name, axis, rotation), "twist_angle", "hinge_angle")
    elif b.real is F32 and how == 1:
        order = b.pick(((0, 1, 2), (2, 1, 0), (1, 0, 2)))
        angles = (
            op("quat_to_euler", rotation, *map(integer, order))
            if b.chance(0.5)
            else op("quat_to_rpy", rotation)
        )
        angle = b.let(op("length", angles), "angle_err", "euler_err")
    elif how == 2:
        axis, angle = b.unpack(op("quat_to_axis_angle", rotation), ("axis", "err_axis"), ("angle", "theta"))
        return [distance, b.let(op("mul", axis, angle), "rot_err", "rotvec")]
    else:
        w = op("abs", Component(b.real, rotation, (integer(3),)))
        half = op("acos", op("min", w, number(b.real, 1.0)))
        angle = b.let(op("mul", number(b.real, 2.0), half), "angle_err", "theta")
    return [distance, angle]


def _step(b: Builder):
    """Explicit Euler on a pose: x += v dt, q += 1/2 (w, 0) q dt, normalised."""
    dt = b.parameter(b.real, "dt", "time_step")
    poses = b.array(b.frame, b.launch, "body_q", "poses", role="inout")
    pose = b.let(at(poses, *b.threads), "X", "pose")
    x = b.let(op("transform_get_translation", pose), "x0", "x")
    q = b.let(op("transform_get_rotation", pose), "r0", "q")
    v = b.let(at(b.array(b.space, b.launch, "linear_velocity", "vel"), *b.threads), "v0", "v")
    w = b.let(at(b.array(b.space, b.launch, "angular_velocity", "omega"), *b.threads), "w0", "w")
    x1 = b.let(op("add", x, op("mul", v, dt)), "x1", "x_new")
    spin = make(b.rotation, w, number(b.real, 0.0))
    change = op("mul", op("mul", op("mul", spin, q), number(b.real, 0.5)), dt)
    q1 = b.let(op("normalize", op("add", q, change)), "r1", "q_new")
    if b.chance(0.35):
        b.apply_to("transform_set_translation", pose, x1)
        b.apply_to("transform_set_rotation", pose, q1)
        b.emit(Store(at(poses, *b.threads), pose))
    else:
        b.emit(Store(at(poses, *b.threads), make(b.frame, x1, q1)))
    return [op("quat_rotate", q1, v), x1] if b.chance(0.6) else [op("sub", x1, x)]


def _affine(b: Builder):
    """Frames as 4 x 4 matrices, with scale, and back."""
    frame = _frame(b, "X", "pose")
    scale = b.named(phrases.source(b, b.space), 0.5, "scale", "stretch")
    position, rotation = op("transform_get_translation", frame), op("transform_get_rotation", frame)
    m = b.let(op("transform_compose", position, rotation, scale), "m", "model")
    point = at(b.array(b.space, b.launch, "points", "vertices"), *b.threads)
    how = b.integer(0, 2)
    if how == 0:
        return [b.let(op(b.pick(("transform_point", "transform_vector")), m, point), "p", "mapped")]
    if how == 1:
        m = b.let(op("matmul", op("transform_to_matrix", frame), m), "view", "chained")
        p, q, s = b.unpack(op("transform_decompose", m), ("p", "t"), ("q", "r"), ("s", "scale_out"))
        return [b.let(op("add", op("quat_rotate", q, op("cw_mul", s, point)), p), "x", "rebuilt")]
    rigid = b.let(op("transform_from_matrix", m), "X_rigid", "X_back")
    return [b.let(op("transform_point", rigid, point), "x", "carried")]


_FORM = {"points": _points, "joint": _joint, "error": _error, "step": _step, "affine": _affine}
