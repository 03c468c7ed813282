"""Kernels whose point is a decision: early return, if/else, a selection, a limit on both sides."""

from __future__ import annotations

from generation.program.nodes import Assign, If
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import op

VERBS = ("filter", "select", "limit", "gate", "clip")
_KINDS = Weights({"scalar": 56, "vector": 20, "label": 14, "flag": 10})
_FORMS = Weights({"guard": 30, "branch": 34, "limit": 18, "deadzone": 18})


def build(b: Builder) -> None:
    b.grid()
    pool = phrases.inputs(b, [phrases.kind(b, _KINDS) for _ in range(b.integer(2, 4))] + [b.real])
    for _ in range(b.integer(1, 2)):
        form = b.weighted(_FORMS)
        if form == "guard":
            phrases.guard(b, b.sample(pool, b.integer(1, 2)))
        elif form == "branch":
            part = b.sample(pool, b.integer(2, 3))
            pool.append(turns.branch(b, turns.turn_type(b, part), part))
        else:
            pool = [_limit(b, pool) if form == "limit" else _deadzone(b, pool), *pool[: b.integer(1, 3)]]
    pool = turns.develop(b, pool, b.integer(0, 3), goal=2)
    phrases.finish(b, pool, b.pick((1, 1, 2)))


def _limit(b: Builder, pool):
    """A value held between two limits by an if and an elif."""
    value = b.let(b.mix(b.real, pool, 0.5), "value", "limited", "command", "level")
    low = b.parameter(b.real, "lower", "min_value", "floor_value")
    high = b.parameter(b.real, "upper", "max_value", "ceiling")
    above = If(op("gt", value, high), (Assign(value, high),))
    b.when(op("lt", value, low), [Assign(value, low)], [above])
    return value


def _deadzone(b: Builder, pool):
    """A response that starts beyond a width: linear, quadratic, or with an offset on both sides."""
    value = b.let(b.mix(b.real, pool, 0.5), "error", "x", "deviation", "signal_value")
    width = b.parameter(b.real, "width", "dead_zone", "tolerance", "margin")
    response = b.let(op("mul", value, b.literal(b.real)), "response", "shrunk")
    gain = b.literal(b.real)
    bent = [op("sub", value, width), op("add", value, width)]
    if b.chance(0.4):
        bent = [op("mul", gain, e) for e in bent]
    if b.chance(0.3):
        bent = [op("mul", e, e) for e in bent]
    below = If(op("lt", value, op("neg", width)), (Assign(response, bent[1]),))
    b.when(op("gt", value, width), [Assign(response, bent[0])], [below])
    return response
