"""Kernels around one loop: over an inner axis, over coefficients, until convergence, left early."""

from __future__ import annotations

from generation.language.types import BOOL, I32
from generation.program.nodes import Bound, Break, Const, Continue
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, convert, dynamic, fixed, integer, number, op, zero

VERBS = ("accumulate", "iterate", "relax", "integrate", "expand")
_KINDS = Weights({"scalar": 68, "vector": 22, "label": 10})
_FORMS = Weights({"inner": 40, "horner": 14, "newton": 14, "until": 16, "recurrence": 16})
TITLES = {
    "horner": ("eval_polynomial horner evaluate_polynomial", "Evaluate a polynomial by Horner's rule."),
    "newton": ("newton_root solve_newton newton_iterate", "Find a root by Newton's method."),
}


def build(b: Builder) -> None:
    b.grid(1 if b.chance(0.8) else 2)
    pool = phrases.inputs(b, [phrases.kind(b, _KINDS) for _ in range(b.integer(1, 3))])
    for _ in range(1 if b.chance(0.75) else 2):
        pool = [_FORM[b.form(_FORMS)](b, pool), *b.sample(pool, b.integer(0, 1))]
    pool = turns.develop(b, pool, b.integer(0, 2))
    phrases.finish(b, pool, b.pick((1, 1, 2)))


def _inner(b: Builder, pool):
    """Accumulate over the last axis of an array of one more dimension than the launch."""
    type_ = b.pick((b.real, b.real, b.space))
    inner = Bound("inner", 0)
    data = b.array(type_, (*b.launch, inner))
    acc = b.let(zero(type_), "total", "acc", "accum", "running")
    with b.along(b.size(inner, "inner_size", "num_taps", "length", "num_steps"), 0.04) as k:
        value = at(data, *b.threads, k)
        if b.chance(0.6):
            value = b.let(value)
        if b.chance(0.3):
            b.when(b.condition([value]), [b.pick((Continue(), Continue(), Break()))])
        values = [value, *b.sample(pool, min(len(pool), b.integer(0, 2)))]
        if b.chance(0.3):
            values.append(convert(k, b.real))
        if b.chance(0.35):
            values = turns.develop(b, values, 1)
        b.update(acc, b.pick(("add", "add", "add", "sub")), b.mix(type_, values))
    return b.let(b.mix(turns.turn_type(b, pool), [acc, *pool]))


def _horner(b: Builder, pool):
    """A polynomial by Horner's rule, its coefficients in an array."""
    x = b.let(b.mix(b.real, pool), "x", "t", "s")
    order = b.integer(3, 8)
    acc = b.let(zero(b.real), "poly", "acc", "result")
    coefficients = b.array(b.real, (fixed(order),), "coeffs", "coefficients", "weights_table")
    with b.along(integer(order), 0.35) as k:
        b.rebind(acc, op("add", op("mul", acc, x), b.polish(at(coefficients, k), 0.3)))
    return acc


def _newton(b: Builder, pool):
    """Newton's iteration for a root of x^2 = a or x^3 = a, leaving when the step is small enough."""
    target = b.let(b.guard("positive", b.mix(b.real, pool)), "target", "a", "rhs")
    start = b.pick((op("mul", number(b.real, 0.5), target), target))
    x = b.let(op("add", start, b.literal(b.real)), "x", "guess", "root")
    cube = b.chance(0.4)
    with b.loop(integer(0), integer(b.integer(4, 12))):
        square = op("mul", x, x)
        power = op("mul", square, x) if cube else square
        slope = op("mul", number(b.real, 3.0), square) if cube else op("mul", number(b.real, 2.0), x)
        tiny = number(b.real, b.pick((1e-3, 1e-2)))
        step = op("div", op("sub", power, target), op("add", op("abs", slope), tiny))
        step = b.let(step, "step", "correction", "dx")
        b.rebind(x, op("sub", x, step))
        if b.chance(0.6):
            b.when(op("lt", op("abs", step), tiny), [Break()])
    return x


def _until(b: Builder, pool):
    """A while loop that contracts a value and counts its steps."""
    value = b.let(op("abs", b.mix(b.real, pool)), "value", "residual", "energy", "remaining")
    count = b.let(dynamic(I32, 0), "count", "steps", "iterations")
    tolerance = (
        b.parameter(b.real, "tolerance", "threshold", "epsilon") if b.chance(0.6) else b.literal(b.real)
    )
    limit = integer(b.pick((8, 10, 16, 20, 32, 50)))
    terms = [op("gt", value, tolerance), op("lt", count, limit)]
    endless = b.chance(0.2)
    lasting = op("and", *(terms if b.chance(0.5) else reversed(terms)))
    with b.while_(Const(BOOL, True) if endless else lasting):
        shrunk = op("mul", value, number(b.real, b.pick((0.5, 0.25, 0.9, 0.75, 0.8))))
        if b.chance(0.4):
            shrunk = op("sub", shrunk, b.literal(b.real))
        if b.chance(0.4):
            shrunk = op("abs", op("add", shrunk, b.mix(b.real, b.sample(pool, 1))))
        b.rebind(value, shrunk)
        b.update(count, "add", integer(1))
        if endless:
            b.when(op("or", op("le", value, tolerance), op("ge", count, limit)), [Break()])
    return b.let(b.mix(b.real, [value, count]))


def _recurrence(b: Builder, pool):
    """Two states that advance together for a fixed number of steps."""
    one = b.let(b.mix(b.real, pool), "u", "a_prev", "state")
    two = b.let(b.mix(b.real, b.sample(pool, 1), 0.9), "v", "a_next", "rate_state")
    gain = b.parameter(b.real) if b.chance(0.6) else b.literal(b.real)
    with b.loop(integer(0), integer(b.integer(3, 10))) as k:
        values = [one, two] + ([convert(k, b.real)] if b.chance(0.4) else [])
        fresh = b.let(b.mix(b.real, values, 0.6), "next_value", "updated", "candidate")
        b.rebind(two, op("add", two, op("mul", gain, fresh)))
        b.rebind(one, b.pick((fresh, op("sub", fresh, two), op("tanh", fresh))))
    return b.let(b.mix(b.real, [one, two]))


_FORM = {"inner": _inner, "horner": _horner, "newton": _newton, "until": _until, "recurrence": _recurrence}
