"""Whole algorithms in one kernel: several phases with guards, helpers, while loops and many results."""

from __future__ import annotations

from generation.language.types import I32
from generation.program.nodes import Bound, Break, Expression
from generation.program.sense import flaw
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, convert, dynamic, integer, number, op, zero

VERBS = ("solve", "advance", "update", "resolve")
_KINDS = Weights({"scalar": 46, "vector": 30, "label": 10, "matrix": 7, "rotation": 4, "flag": 3})


def build(b: Builder) -> None:
    b.grid()
    if b.chance(0.35):
        phrases.bounds_guard(b)
    pool = phrases.inputs(b, [phrases.kind(b, _KINDS) for _ in range(b.integer(3, 5))])
    if b.space.length != 3:
        pool = [v for v in pool if v.type is not b.rotation] + [v for v in pool if v.type is b.rotation]
    phases = b.sample((_search, _relax, _sweep, _resolve, _march), b.integer(2, 3))
    for phase in phases:
        pool.append(phase(b, pool))
        if b.chance(0.25):
            phrases.guard(b, b.sample(pool, 1))
    pool = turns.develop(b, pool, b.integer(1, 4), goal=3)
    phrases.finish(b, pool, b.integer(1, 3))


def _some(b: Builder, pool, most: int = 2) -> list[Expression]:
    return b.sample(pool, min(len(pool), b.integer(1, most)))


def _march(b: Builder, pool):
    """Step along a ray or a time axis until something is hit or the steps run out."""
    t = b.let(zero(b.real), "t", "travelled", "time_value")
    steps = b.let(dynamic(I32, 0), "steps", "iterations")
    limit = b.parameter(b.real, "max_distance", "t_max", "horizon")
    with b.while_(op("and", op("lt", t, limit), op("lt", steps, integer(b.pick((16, 32, 64, 20)))))):
        distance = b.let(
            op("sub", b.mix(b.real, [t, *_some(b, pool)], 0.3), b.literal(b.real)), "dist", "sdf", "level"
        )
        if b.chance(0.8):
            b.when(op("lt", op("abs", distance), number(b.real, b.pick((1e-3, 1e-2)))), [Break()])
        b.update(t, "add", op("max", op("abs", distance), number(b.real, b.pick((0.01, 0.1)))))
        b.update(steps, "add", integer(1))
    return t if b.chance(0.6) else b.let(b.mix(b.real, [t, steps], 0.2))


def _search(b: Builder, pool):
    """Bisection for a sign change of a function of the values."""
    low, high = b.let(dynamic(b.real, -4.0), "lo", "low"), b.let(dynamic(b.real, 4.0), "hi", "high")
    base = b.let(b.mix(b.real, _some(b, pool)), "target", "goal_value")
    with b.loop(integer(0), integer(b.integer(6, 20))):
        middle = b.let(op("mul", number(b.real, 0.5), op("add", low, high)), "mid", "middle")
        value = op("sub", b.mix(b.real, [middle], 0.9), base)
        with b.block() as left:
            b.rebind(high, middle)
        with b.block() as right:
            b.rebind(low, middle)
        b.when(op("gt", b.named(value, 0.5, "f_mid", "value_mid"), number(b.real, 0.0)), left, right)
    return b.let(op("mul", number(b.real, 0.5), op("add", low, high)), "root", "bracket_mid")


def _relax(b: Builder, pool):
    """A fixed number of damped updates of a value towards a function of itself."""
    type_ = turns.turn_type(b, pool)
    if type_ in (I32, b.rotation):
        type_ = b.real
    x = b.let(b.mix(type_, _some(b, pool)), "x", "state", "iterate")
    rate = b.parameter(b.real, "relaxation", "step_size", "omega", "gain")
    others = _some(b, pool)
    with b.loop(integer(0), integer(b.integer(2, 8))):
        target = b.mix(type_, [x, *others], 0.6)
        change = op("sub", target, x)
        if flaw(change) is not None:
            change = op("sub", b.mix(type_, others, 0.6), x)
        change = b.let(change, "change", "defect", "residual")
        if b.chance(0.35):
            with b.block() as body:
                b.emit(Break())
            b.when(op("lt", b.guard("nonnegative", b.route(change, b.real)), number(b.real, 1e-3)), body)
        b.update(x, "add", op("mul", rate, change))
    return x


def _sweep(b: Builder, pool):
    """A loop over an inner axis whose body calls a helper and decides."""
    inner = Bound("inner", 0)
    type_ = b.pick((b.real, b.space))
    data = b.array(type_, (*b.launch, inner))
    acc = b.let(zero(b.real), "acc", "score", "total")
    with b.loop(integer(0), b.size(inner, "num_terms", "inner_count", "num_entries")) as k:
        item = b.let(at(data, *b.threads, k), "item", "entry", "term_value")
        value = turns.helper(b, b.real, [item, *_some(b, pool, 1)])
        with b.block() as body:
            b.update(
                acc, "add", b.mix(b.real, [value, convert(k, b.real)] if b.chance(0.4) else [value], 0.4)
            )
        otherwise = []
        if b.chance(0.5):
            with b.block() as otherwise:
                b.update(acc, "sub", b.polished(value))
        b.when(b.condition([item]), body, otherwise)
    return acc


def _resolve(b: Builder, pool):
    """A decision that computes on both sides."""
    part = b.sample(pool, min(len(pool), 3))
    return turns.branch(b, turns.turn_type(b, part), part)
