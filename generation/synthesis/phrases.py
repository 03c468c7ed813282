"""Idioms that any family may use at the ends of its kernel: where values come from, what guards the work,
where results go. `turns` has those for the middle.
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
    scalar_of,
)
from generation.program.nodes import Assign, Bound, Component, Const, Expression, Field, Load, Var
from generation.synthesis import turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, integer, op, plus

_SOURCES = Weights({"element": 62, "gathered": 10, "shifted": 6, "parameter": 16, "broadcast": 6})
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
            type_, lead = turns.turn_type(b, part), None
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
