"""Decisions with many arms: ladders over thresholds, dispatch on a label, nested cases."""

from __future__ import annotations

from generation.language.types import I32
from generation.program.nodes import Assign, If, Var
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, integer, number, op

VERBS = ("classify", "dispatch", "grade", "switch_mode")
_KINDS = Weights({"scalar": 60, "vector": 20, "label": 14, "flag": 6})
_FORMS = Weights({"ladder": 36, "dispatch": 40, "nested": 24})


def build(b: Builder) -> None:
    b.grid()
    pool = phrases.inputs(b, [phrases.kind(b, _KINDS) for _ in range(b.integer(1, 3))] + [b.real])
    if b.chance(0.2):
        phrases.guard(b, b.sample(pool, 1))
    for _ in range(b.pick((1, 1, 2))):
        value = _FORM[b.weighted(_FORMS)](b, pool)
        pool = [value, *pool]
    pool = turns.develop(b, pool, b.integer(0, 2), goal=2)
    phrases.finish(b, pool, b.pick((1, 1, 2)))


def _ladder(b: Builder, pool):
    """if x < a: ... elif x < b: ... else: ..., with a formula per range."""
    x = b.let(b.mix(b.real, pool), "x", "level", "u", "ratio_value")
    type_ = b.real if b.chance(0.8) else I32
    result = Var(type_, b.name("y", "grade", "piece", "response", "zone"))
    edges, edge = [], -1.0
    for _ in range(b.integer(2, 4)):
        edge = round(edge + b.number(), 3)
        edges.append(edge)
    descending = b.chance(0.35)
    arms = []
    for k in range(len(edges) + 1):
        if type_ is I32:
            value = integer(k)
        else:
            value = b.polished(b.mix(type_, [x] if b.chance(0.6) else [x, *b.sample(pool, 1)], 0.7))
        arms.append((Assign(result, value),))
    chain = arms[-1]
    for k in reversed(range(len(edges))):
        limit = number(b.real, edges[-1 - k] if descending else edges[k])
        chain = (If(op("gt" if descending else "lt", x, limit), arms[k], chain),)
    b.emit(chain[0])
    return result


def _dispatch(b: Builder, pool):
    """A case per value of a label: materials, states, boundary kinds."""
    label = b.let(at(b.array(I32, b.launch, *b.theme.label), *b.threads), "kind", "mode", "state", "case_id")
    type_ = turns.turn_type(b, pool)
    result = b.let(b.mix(type_, b.sample(pool, 1)), "value", "outcome", "effective", "rate_value")
    cases = []
    for _ in range(b.integer(2, 4)):
        with b.block() as body:
            part = b.sample(pool, min(len(pool), b.integer(1, 3)))
            if b.chance(0.3):
                part = [b.let(b.mix(turns.turn_type(b, part), part))]
            if b.chance(0.5):
                b.update(result, b.pick(("add", "sub")), b.mix(type_, part, 0.6))
            else:
                b.emit(Assign(result, b.mix(type_, [result, *part], 0.4)))
        cases.append(tuple(body))
    chain: tuple = ()
    if b.chance(0.4):
        chain = (Assign(result, b.polished(result)),)
    for k in reversed(range(len(cases))):
        chain = (If(op("eq", label, integer(k)), cases[k], chain),)
    b.emit(chain[0])
    return result


def _nested(b: Builder, pool):
    """A decision inside a decision, with a value on every path."""
    result = Var(b.real, b.name("value", "chosen", "limit_value", "speed_factor"))

    def case(depth: int):
        if depth and b.chance(0.75):
            condition = b.condition(b.sample(pool, min(len(pool), b.integer(1, 2))))
            return both(condition, case(depth - 1), case(depth - 1))
        part = b.sample(pool, min(len(pool), b.integer(1, 2)))
        return (Assign(result, b.mix(b.real, part, 0.7)),)

    def both(condition, one, two):
        if one == two:
            two = (Assign(result, b.polished(b.mix(b.real, pool[:1]))),)
        return (If(condition, one, two),)

    condition = b.condition(b.sample(pool, 1))
    b.emit(both(condition, case(1), case(b.integer(1, 2)))[0])
    return result


_FORM = {"ladder": _ladder, "dispatch": _dispatch, "nested": _nested}
