"""Idioms that any family may use in the middle of its kernel: how values turn into others.

Source: "generation policies" of YARPGen (Livinskii et al., PLDI 2023): decisions skewed in chosen sub-regions
give more varied programs than one distribution for all.
"""

from __future__ import annotations

from collections.abc import Sequence

from generation.language.types import BOOL, I32, Scalar, Struct, Value, Vector
from generation.program.nodes import Assign, Choice, Const, Expression, Op, Return, Var
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import integer, op, zero

_TURNS = Weights({"bind": 54, "branch": 16, "helper": 10, "choice": 7, "steps": 6, "series": 7})


def develop(
    b: Builder, pool: list[Expression], turns: int, goal: int = 1, scope: str = "any"
) -> list[Expression]:
    """Turn a pool of values into `goal` or more values, naming what arises on the way."""
    pool = list(pool)
    while turns > 0 or len(pool) > goal + 2:
        turns -= 1
        take = min(len(pool), b.pick((1, 2, 2, 2, 3, 3)))
        pool = b.shuffled(pool)
        chosen, pool = pool[:take], pool[take:]
        if chosen and b.chance(0.22):
            pool.append(b.pick(chosen))
        type_ = turn_type(b, chosen)
        pool.append(turn(b, type_, chosen, scope))
        if turns < -12:
            break
    return pool


def turn_type(b: Builder, values: Sequence[Expression]) -> Value:
    """What kind of value to make of these: mostly one of their own types."""
    own = [v.type for v in values if v.type is not BOOL and not isinstance(v.type, Struct)]
    return b.pick(own) if own and b.chance(0.75) else b.real


def turn(b: Builder, type_: Value, values: Sequence[Expression], scope: str = "any") -> Var:
    """A new local made of the values, in one of several ways."""
    how = b.weighted(_TURNS) if scope == "any" else "bind"
    if how == "branch":
        return branch(b, type_, values)
    if how == "helper" and len(b.blocks) < 3:
        return helper(b, type_, values)
    if how == "choice" and len(values) > 1:
        condition, first, second = choice_parts(b, type_, values)
        form = Choice(type_, condition, first, second)
        if b.chance(0.6) and (
            isinstance(type_, Scalar) or (isinstance(type_, Vector) and type_.dtype.kind == "float")
        ):
            form = Op(type_, "where", (condition, first, second))
        return b.let(form)
    if how == "steps" and type_ is not BOOL:
        return steps(b, type_, values)
    if how == "series":
        return series(b, type_, values)
    return b.let(b.mix(type_, values))


def choice_parts(b: Builder, type_: Value, values: Sequence[Expression]) -> tuple[Expression, ...]:
    """A condition and two different values, together made of all the values."""
    deciding, *rest = b.shuffled(values)
    first, second = b.split(rest, 2)
    one, two = b.mix(type_, first), b.mix(type_, second or first[:1])
    return b.condition([deciding]), one, two if two != one else b.polished(two)


def branch(b: Builder, type_: Value, values: Sequence[Expression]) -> Var:
    """A local that an `if` decides: a default and an exception, or one value per branch."""
    deciding, *rest = b.shuffled(values)
    condition = b.condition([deciding])
    if b.chance(0.5):
        first = rest[: len(rest) // 2] or [deciding]
        start = b.mix(type_, first)
        if type(start) is Const and isinstance(type_, Scalar):
            start = Op(type_, "dynamic", (start,))
        var = b.let(start)
        with b.block() as body:
            others = rest[len(rest) // 2 :]
            if b.chance(0.5) and type_ is not BOOL:
                b.emit(
                    Assign(var, b.mix(type_, [var, *others], 0.9))
                    if others
                    else Assign(var, _changed(b, var))
                )
            else:
                b.emit(Assign(var, b.mix(type_, others or [deciding])))
        b.when(condition, body)
        return var
    var = Var(type_, b.name("value", "result", "selected", "factor", "response", "limit_value"))
    arms = b.split(rest, 2)
    bodies = []
    for arm in arms:
        with b.block() as body:
            local = arm or [deciding]
            if len(local) > 1 and b.chance(0.3):
                local = [b.let(b.mix(turn_type(b, local), local))]
            b.emit(Assign(var, b.mix(type_, local, 0.6)))
        bodies.append(body)
    if bodies[0][-1].value == bodies[1][-1].value:
        bodies[1][-1] = Assign(var, b.polished(bodies[1][-1].value))
    b.when(condition, *bodies)
    return var


def _changed(b: Builder, var: Var) -> Expression:
    changed = b.polish(var, 1.0)
    return changed if changed != var else op("add", var, b.literal(var.type))


def steps(b: Builder, type_: Value, values: Sequence[Expression]) -> Var:
    """A local built up by updates, one value at a time."""
    first, *rest = b.shuffled(values)
    start = b.route(first, type_)
    var = b.let(start, "acc", "value", "result", "total", "state")
    for value in rest or [b.literal(type_)]:
        b.update(var, b.pick(("add", "add", "sub")), b.polish(b.route(value, type_), 0.3))
    return var


def series(b: Builder, type_: Value, values: Sequence[Expression]) -> Var:
    """A short loop of fixed length that refines a local."""
    first, *rest = b.shuffled(values)
    var = b.let(
        zero(type_) if type_ is I32 or b.chance(0.4) else b.route(first, type_),
        "acc",
        "state",
        "value",
        "sum_value",
    )
    if type(var) is Var and isinstance(type_, Scalar) and type(b.blocks[-1][-1].value) is Const:
        b.blocks[-1].pop()
        var = b.let(zero(type_), "acc", "state")
    with b.loop(integer(0), integer(b.integer(2, 6))) as k:
        extra = [k] if b.chance(0.6) else []
        step = b.mix(type_, [*b.shuffled([first, *rest])[:3], *extra], 0.5)
        b.update(var, b.pick(("add", "add", "sub")), step)
    return var


def helper(b: Builder, type_: Value, values: Sequence[Expression]) -> Var:
    """A call of a new function of the values; now and then with two results."""
    values = [v for v in values if not isinstance(v.type, Struct)]
    pair = b.chance(0.15)
    with b.function(values) as (params, made):
        local: list[Expression] = list(params)
        for _ in range(b.integer(0, 2)):
            part = b.sample(local, min(2, len(local)))
            fresh = b.let(b.mix(turn_type(b, part), part))
            local = [v for v in local if v not in part] + [fresh] + ([b.pick(part)] if b.chance(0.3) else [])
        early: list[Expression] = []
        if b.chance(0.25):
            guard = b.pick(local)
            with b.block() as body:
                early = [b.mix(type_, b.sample(local, 1))]
                b.emit(Return(tuple([*early, b.literal(b.real)] if pair else early)))
            b.when(b.condition([guard]), body)
        if pair:
            half = b.split(local, 2)
            b.emit(Return((b.mix(type_, half[0], 0.8), b.mix(b.real, half[1] or half[0], 0.8))))
        else:
            result = b.mix(type_, local, 0.8)
            b.emit(Return((b.polished(result) if [result] == early else result,)))
    results = b.call(made[0], values)
    if not pair:
        return b.let(results[0])
    return b.let(b.mix(type_, results))
