"""Geometry with vectors, matrices and quaternions: projections, reflections, frames, triangles, rotations."""

from __future__ import annotations

from generation.program.nodes import Expression
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import number, op, scaled

VERBS = ("project", "rotate", "align", "reflect", "orient")
_KINDS = Weights({"scalar": 26, "vector": 46, "matrix": 14, "rotation": 14})


def build(b: Builder) -> None:
    b.grid()
    three = b.space.length == 3
    kinds = [phrases.kind(b, _KINDS) for _ in range(b.integer(0, 2))]
    if not three:
        kinds = [b.space if type_ is b.rotation else type_ for type_ in kinds]
    vectors = phrases.inputs(b, [b.space] * b.integer(2, 3), bound=0.9)
    pool = phrases.inputs(b, kinds)
    for _ in range(b.integer(1, 3)):
        u, v = b.sample(vectors, 2)
        made = b.pick(_FORMS3 if three else _FORMS)(b, u, v)
        (vectors if made.type is b.space else pool).append(made)
        if len(vectors) > 3:
            pool.append(vectors.pop(0))
    pool = turns.develop(b, [*pool, *vectors], b.integer(0, 2), goal=2)
    phrases.finish(b, pool, b.pick((1, 1, 2)), b.pick((b.space, b.real)))


def _tiny(b: Builder) -> Expression:
    return number(b.real, 1e-3)


def _reflect(b: Builder, u: Expression, v: Expression) -> Expression:
    """u - 2 (u . n) n"""
    n = b.let(op("normalize", v), "n", "normal_dir", "axis_dir")
    amount = number(b.real, 2.0)
    if b.chance(0.4):
        amount = op("add", number(b.real, 1.0), b.parameter(b.real, "restitution", "bounce"))
    return b.let(op("sub", u, op("mul", op("mul", amount, op("dot", u, n)), n)), "reflected", "bounced")


def _project(b, u, v):
    """The part of u along v, or across it."""
    factor = op("div", op("dot", u, v), op("add", op("dot", v, v), _tiny(b)))
    along = b.let(op("mul", factor, v), "along", "parallel_part")
    return along if b.chance(0.5) else b.let(op("sub", u, along), "across", "tangential")


def _angle(b, u, v):
    """The angle between two vectors."""
    cosine = op("div", op("dot", u, v), op("add", op("mul", op("length", u), op("length", v)), _tiny(b)))
    return b.let(
        op("acos", op("clamp", cosine, number(b.real, -1.0), number(b.real, 1.0))), "angle_between", "theta"
    )


def _spring(b, u, v):
    """A force along the line between two points, by Hooke's law, pulling both ways or only back."""
    d = b.let(op("sub", u, v), "d", "delta", "separation")
    r = b.let(op("length", d), "r", "dist", "gap_length")
    stretch = op("sub", r, b.literal(b.real))
    if b.chance(0.3):
        stretch = op("max", stretch, number(b.real, 0.0))
    direction = op("normalize", d) if b.chance(0.6) else op("div", d, op("add", r, _tiny(b)))
    force = op("mul", op("mul", op("neg", b.parameter(b.real)), stretch), direction)
    return b.let(force, "f", "spring_pull", "restoring")


def _blend(b, u, v):
    """A point between two others."""
    t = b.guard("unit", b.parameter(b.real, "t", "alpha", "blend_factor"))
    if b.chance(0.5):
        return b.let(op("lerp", u, v, t))
    t = b.named(t, 1.0)
    return b.let(op("add", op("mul", op("sub", number(b.real, 1.0), t), u), op("mul", t, v)))


def _quadratic_form(b, u, v):
    """A dyad applied to a vector."""
    m = b.let(op("outer", u, v), "dyad", "tensor")
    if b.chance(0.5):
        m = op("add", m, op("transpose", m))
    applied = op("matmul", m, v)
    return b.let(op("dot", u, applied) if b.chance(0.5) else applied, "form", "mapped", "response")


def _normal(b, u, v):
    """The normal of the plane through two edges, or the area of their triangle."""
    n = b.let(op("cross", u, v), "n", "face_normal", "area_vector")
    if b.chance(0.4):
        return b.let(scaled(op("length", n), 0.5), "area", "tri_area")
    return b.let(op("normalize", n), "unit_normal", "dir_n")


def _rotate(b, u, v):
    """Rotation of u about v by an angle: by quaternion, or by Rodrigues' formula."""
    angle = b.parameter(b.real, "angle", "theta", "yaw", "twist")
    axis = b.let(op("normalize", v), "axis_n", "k_axis", "spin_axis")
    if b.chance(0.55):
        q = b.let(op("quat_from_axis_angle", axis, angle), "q", "rot", "dq")
        return b.let(op(b.pick(("quat_rotate", "quat_rotate", "quat_rotate_inv")), q, u), "rotated", "turned")
    cosine, sine = b.let(op("cos", angle), "c", "cos_a"), b.let(op("sin", angle), "s", "sin_a")
    along = op("mul", op("mul", op("dot", axis, u), op("sub", number(b.real, 1.0), cosine)), axis)
    around = op("add", op("mul", cosine, u), op("mul", sine, op("cross", axis, u)))
    return b.let(op("add", around, along), "rotated", "turned")


def _frame(b, u, v):
    """Gram-Schmidt: a direction made orthogonal to another."""
    e1 = b.let(op("normalize", u), "e1", "tangent_dir")
    e2 = b.let(op("normalize", op("sub", v, op("mul", op("dot", v, e1), e1))), "e2", "bitangent")
    return b.let(op("cross", e1, e2), "e3", "frame_normal") if b.chance(0.6) else e2


def _moment(b, u, v):
    """Angular momentum, or the inertia of a point applied to a rate."""
    if b.chance(0.5):
        momentum = op("cross", u, op("mul", b.parameter(b.real), v))
        return b.let(momentum, "moment_vec", "torque_vec", "ang_momentum")
    hat = b.let(op("skew", u), "skew_r", "hat")
    return b.let(op("matmul", op("matmul", op("transpose", hat), hat), v), "inertia_term", "applied")


_FORMS = (_reflect, _project, _angle, _spring, _blend, _quadratic_form)
_FORMS3 = (*_FORMS, _normal, _rotate, _frame, _moment)
