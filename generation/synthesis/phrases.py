"""Idioms that any family may use in a part of its kernel: where values come from, how they turn into others.

Source: "generation policies" of YARPGen (Livinskii et al., PLDI 2023): decisions skewed in chosen sub-regions
give more varied programs than one distribution for all.
"""

from __future__ import annotations

from collections.abc import Sequence

from generation.language import identifiers
from generation.language.identifiers import plural, snake
from generation.language.types import (
    BOOL,
    F16,
    I32,
    Array,
    Quaternion,
    Scalar,
    Struct,
    Transform,
    Value,
    Vector,
    scalar_of,
)
from generation.program.nodes import (
    Assign,
    Bound,
    Choice,
    Component,
    Const,
    Expression,
    Field,
    Load,
    Op,
    Return,
    Var,
)
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, integer, op, plus, zero

_SOURCES = Weights({"element": 62, "gathered": 10, "shifted": 6, "parameter": 16, "broadcast": 6})
_TURNS = Weights({"bind": 54, "branch": 16, "helper": 10, "choice": 7, "steps": 6, "series": 7})
_AXES = (
    ("nx", "ny", "nz", "nw"),
    ("height", "width", "depth", "channels"),
    ("num_rows", "num_cols", "num_layers", "num_channels"),
    ("num_worlds", "num_items", "num_axes", "num_terms"),
    ("batch_size", "seq_length", "num_features", "num_heads"),
)
KINDS = {
    "scalar": lambda b: b.real,
    "vector": lambda b: b.space,
    "matrix": lambda b: b.square,
    "rotation": lambda b: b.rotation,
    "frame": lambda b: b.frame,
    "spatial": lambda b: b.spatial,
    "label": lambda b: I32,
    "flag": lambda b: BOOL,
}


def kind(b: Builder, weights: Weights) -> Value:
    """A type drawn by kind: scalar, vector, matrix, rotation, label or flag."""
    return KINDS[b.weighted(weights)](b)


# ---------------------------------------------------------------- values


def source(b: Builder, type_: Value) -> Expression:
    """One input value at this thread's place."""
    how = b.weighted(_SOURCES)
    threads, launch = b.threads, b.launch
    if how == "parameter" and type_ is not BOOL and any(isinstance(p.type, Array) for p in b.params):
        return b.parameter(type_)
    if how == "gathered":
        target = Bound("num_targets", 0)
        pointer = at(b.index_array(launch, target), *threads)
        if b.chance(0.6):
            pointer = b.let(pointer, "j", "src", "neighbor_id", "idx_b", "target")
        return at(b.array(type_, (target,)), pointer)
    if how == "shifted" and len(threads) == 1:
        neighbor = edge_index(b, threads[0], b.pick((-1, 1)), launch[0])
        return at(b.array(type_, launch), neighbor)
    if how == "broadcast" and len(threads) > 1:
        axis = b.integer(0, len(threads) - 1)
        return at(b.array(type_, (launch[axis],)), threads[axis])
    return at(b.array(type_, launch), *threads)


def edge_index(b: Builder, thread: Var, offset: int, extent: Bound) -> Expression:
    """`thread + offset` kept inside the axis by clamping."""
    if offset < 0:
        return op("max", plus(thread, offset), integer(0))
    return op("min", plus(thread, offset), op("sub", b.size(extent), integer(1)))


def inputs(b: Builder, types: Sequence[Value], bound: float = 0.55) -> list[Expression]:
    """Input values of these types, most of them bound to a local first."""
    types = list(types)
    found: list[Expression] = []
    if len(types) > 2 and b.chance(0.12):
        found += bundle(b, [types.pop() for _ in range(b.integer(2, len(types) - 1))])
    for type_ in types:
        value = source(b, type_)
        deep = type(value) is Load and any(type(i) is Load for i in value.indices)
        found.append(b.let(value) if type(value) is not Var and (deep or b.chance(bound)) else value)
    return found


def bundle(b: Builder, types: Sequence[Value]) -> list[Expression]:
    """Values that come as fields of a struct: one for the launch, or an array of them."""
    struct = b.struct(types)
    if b.chance(0.5):
        holder: Expression = b.parameter(struct, "params", "settings", snake(struct.name), "config")
    else:
        holder = at(
            b.array(struct, b.launch, "items", plural(struct.name), "states"),
            *b.threads,
        )
        if b.chance(0.75):
            holder = b.let(holder, snake(struct.name), "item", "state", "p")
    return [Field(type_, holder, name) for name, type_ in struct.fields]


# ---------------------------------------------------------------- turns


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


# ---------------------------------------------------------------- conditions around the work


def guard(b: Builder, values: Sequence[Expression]) -> None:
    """An early return that depends on the values, or on whether one of them is a number at all."""
    value = b.pick(values)
    if scalar_of(value.type) is b.real and b.chance(0.12):
        if isinstance(value.type, Quaternion | Transform):
            value = Component(b.real, value, (integer(0),))
        bad = op("isnan", value) if b.chance(0.25) else op("not", op("isfinite", value))
        if isinstance(value.type, Scalar) and b.real is not F16 and b.chance(0.3):
            b.report(bad, b.threads[0], value)
            return
        b.stop_if(op("or", op("isinf", value), bad) if b.chance(0.1) else bad)
        return
    b.stop_if(b.condition(values))


def bounds_guard(b: Builder) -> None:
    """The customary `if i >= n: return`, for launches larger than the data; later stages stand behind it."""
    if b.earlier:
        return
    axes = b.pick(_AXES)
    single = len(b.launch) == 1
    sizes = [b.size(bound, *(() if single else (axes[k],))) for k, bound in enumerate(b.launch)]
    condition = None
    for thread, size in zip(b.threads, sizes, strict=True):
        term = op("ge", thread, size)
        condition = term if condition is None else op("or", condition, term)
    b.stop_if(condition)


def finish(b: Builder, pool: Sequence[Expression], outputs: int, *types: Value) -> None:
    """Write what is left of the pool to new outputs."""
    for value, words in results(b, pool, outputs, *types):
        b.store(value, *words)


def results(
    b: Builder, pool: Sequence[Expression], outputs: int, *types: Value
) -> list[tuple[Expression, tuple[str, ...]]]:
    """About `outputs` results that use all of the pool, with names for what they say.

    What has been worked out is a result of its own, or goes with others of its type; what was merely read
    goes into a result.
    """
    parts = _alike(b, pool, outputs)
    found: list[tuple[Expression, tuple[str, ...]]] = []
    for position, part in enumerate(parts):
        forced = position < len(types)
        type_ = types[position] if forced else part[0].type
        lead = part[0] if type(part[0]) is Var and part[0].type is type_ else None
        if isinstance(type_, Struct) or (type_ is BOOL and len(part) > 1):
            type_, lead = turn_type(b, part), None
        if lead is not None and len(part) == 1 and b.chance(0.75):
            found.append((lead, identifiers.results_of(lead.name)))
            continue
        value = b.mix(type_, part, 0.2)
        if type(value) is Const or type(value) is Load:
            value = b.polished(value)
        found.append((value, identifiers.results_of(lead.name) if lead is not None and b.chance(0.5) else ()))
    return found


def _alike(b: Builder, pool: Sequence[Expression], outputs: int) -> list[list[Expression]]:
    """The pool in parts, each led by a value that was worked out, where there are such."""
    read = {s.target.name for s in b.blocks[-1] if type(s) is Assign and type(s.value) in (Load, Field)}
    read.update([param.name for param in b.params])
    leads = [v for v in pool if type(v) is Var and v.name not in read and v not in b.threads]
    if not leads:
        return b.split(pool, max(1, min(outputs, len(pool))))
    rest = [v for v in pool if v not in leads]
    parts = [[lead] for lead in dict.fromkeys(leads)]
    while len(parts) > outputs and (len(parts) > outputs + 2 or b.chance(0.5)):
        fewer = parts.pop()
        parts[_fitting(b, fewer[0], parts)] += fewer
    for value in rest:
        parts[_fitting(b, value, parts)].append(value)
    return parts


def _fitting(b: Builder, value: Expression, parts: Sequence[Sequence[Expression]]) -> int:
    """The part whose type the value has, or any."""
    places = [k for k, part in enumerate(parts) if part[0].type is value.type]
    return b.pick(places or range(len(parts)))
