"""The built-ins that set Warp apart: interpolation, rounding, bits, quaternions and matrices in chains."""

from __future__ import annotations

from generation.language.types import U32
from generation.program.nodes import Component
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import convert, integer, number, op

VERBS = ("evaluate", "interpolate", "remap", "transform")
_KINDS = Weights({"scalar": 34, "vector": 30, "matrix": 18, "rotation": 12, "label": 6})
_FORMS = Weights({"interpolate": 24, "rotations": 22, "matrices": 24, "hash": 14, "periodic": 16})


def build(b: Builder) -> None:
    b.grid()
    three = b.space.length == 3
    kinds = [phrases.kind(b, _KINDS) for _ in range(b.integer(1, 4))]
    pool = phrases.inputs(b, [b.space if not three and t is b.rotation else t for t in kinds])
    for _ in range(b.pick((1, 1, 2))):
        form = b.weighted(_FORMS)
        pool.append(_FORM[form if three or form != "rotations" else "matrices"](b, pool))
    pool = turns.develop(b, pool, b.integer(0, 3), goal=2)
    phrases.finish(b, pool, b.pick((1, 1, 2)))


def _take(b: Builder, pool, type_):
    """A value of the type: one of the pool that has it, else a new input."""
    fitting = [v for v in pool if v.type is type_]
    if fitting and b.chance(0.7):
        return b.pick(fitting)
    return b.named(phrases.source(b, type_), 0.7)


def _interpolate(b: Builder, pool):
    """Smooth steps and blends between values."""
    x = _take(b, pool, b.real)
    low = b.number()
    edges = number(b.real, round(low - 0.5, 3)), number(b.real, round(low + 0.5 + b.number(), 3))
    t = b.let(op("smoothstep", *edges, x) if b.chance(0.6) else b.guard("unit", x), "t", "blend", "s")
    type_ = b.pick((b.real, b.space))
    one, two = _take(b, pool, type_), b.mix(type_, b.sample(pool, 1), 0.8)
    if b.chance(0.25):
        t = op("mul", t, t)
    return b.let(op("lerp", one, two if two != one else b.polished(two), t))


def _rotations(b: Builder, pool):
    """Quaternions composed, inverted, interpolated and applied."""
    q = b.let(op("normalize", _take(b, pool, b.rotation)), "q", "q_rel", "rot")
    for _ in range(b.integer(0, 2)):
        other = op(
            "quat_from_axis_angle",
            op("normalize", _take(b, pool, b.space3)),
            b.mix(b.real, b.sample(pool, 1), 0.2),
        )
        how = b.integer(0, 2)
        if how == 0:
            q = b.let(op("mul", q, other), "composed", "q_next")
        elif how == 1:
            q = b.let(op("mul", op("quat_inverse", q), other), "relative", "dq")
        else:
            q = b.let(op("quat_slerp", q, other, b.guard("unit", b.parameter(b.real))), "q_mid", "between")
    end = b.integer(0, 3)
    if end == 0:
        return b.let(op("quat_rotate", q, _take(b, pool, b.space3)), "world", "rotated")
    if end == 1:
        return b.let(op("matmul", op("quat_to_matrix", q), _take(b, pool, b.space3)), "mapped", "turned")
    if end == 2:
        return b.let(Component(b.real, q, (integer(b.integer(0, 3)),)), "component", "w_part")
    return q


def _matrices(b: Builder, pool):
    """Invariants and products of small matrices: strain measures, polar parts, solves."""
    m = _take(b, pool, b.square)
    how = b.integer(0, 4)
    if how == 0:
        e = op("sub", op("matmul", op("transpose", m), m), b.literal(b.square))
        return b.let(op("mul", number(b.real, 0.5), e), "strain", "green_strain")
    if how == 1:
        jacobian = b.let(op("determinant", m), "det", "jac")
        return b.let(
            op("mul", b.mix(b.real, b.sample(pool, 1)), op("log", b.guard("positive", jacobian))),
            "volumetric",
            "log_j",
        )
    if how == 2:
        symmetric = op("mul", number(b.real, 0.5), op("add", m, op("transpose", m)))
        symmetric = b.let(symmetric, "sym", "rate_tensor")
        return b.let(op("ddot", symmetric, symmetric), "norm_sq", "contraction")
    if how == 3:
        return b.let(
            op("matmul", op("inverse", op("add", m, b.literal(b.square))), _take(b, pool, b.space)),
            "solved",
            "x_sol",
        )
    v = _take(b, pool, b.space)
    return b.let(
        op("matmul", op("add", op("outer", v, b.mix(b.space, b.sample(pool, 1), 0.4)), m), v),
        "updated",
        "rank_one",
    )


def _hash(b: Builder, pool):
    """Integer mixing of thread indices, as hash grids and random streams use it."""
    state = convert(b.threads[0], U32)
    for k in range(b.integer(1, 3)):
        extra = b.threads[k] if 0 < k < len(b.threads) else None
        if extra is not None:
            state = op("bit_xor", state, convert(extra, U32))
        prime = _u32(b.pick((73856093, 19349663, 83492791, 747796405)))
        state = b.let(op("mul", state, prime), "key", "seed_value", "scrambled")
        state = b.let(
            op("bit_xor", state, op("rshift", state, _u32(b.integer(3, 17)))), "h", "hash_value", "mixed"
        )
    unit = convert(op("bit_and", state, _u32(b.pick((255, 1023, 65535)))), b.real)
    return b.let(op("mul", unit, b.mix(b.real, b.sample(pool, 1))), "jitter", "noise_value", "dither")


def _u32(value: int):
    return number(U32, value)


def _periodic(b: Builder, pool):
    """Wrapping and quantising: floor, mod, frac, sign."""
    x = _take(b, pool, b.real)
    if b.chance(0.25):
        return b.let(op("mul", op("sign", x), op("sqrt", op("abs", x))), "signed_root", "companded")
    period = b.guard("positive", b.parameter(b.real, "period", "box_length", "spacing", "quantum"))
    period = b.named(period, 0.6, "length", "size_value")
    how = b.integer(0, 2)
    if how == 0:
        return b.let(op("sub", x, op("mul", period, op("floor", op("div", x, period)))), "wrapped", "image_x")
    if how == 1:
        return b.let(
            op("mul", op(b.pick(("round", "rint", "trunc")), op("div", x, period)), period),
            "quantized",
            "snapped",
        )
    phase = b.let(op("frac", op("div", x, period)), "phase_value", "cycle")
    return b.let(
        op("abs", op("sub", op("mul", number(b.real, 2.0), phase), number(b.real, 1.0))), "triangle_wave"
    )


_FORM = {
    "interpolate": _interpolate,
    "rotations": _rotations,
    "matrices": _matrices,
    "hash": _hash,
    "periodic": _periodic,
}
