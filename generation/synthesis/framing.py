"""Parts of kernels that belong to no one field: guards first, coefficients, tallies and bookkeeping last."""

from __future__ import annotations

from generation.language.types import BOOL, F16, I32, Scalar, Value, Vector, scalar_of
from generation.program.nodes import Assign, Bound, Const, Expression, Load, Op, Store, Update, Var
from generation.program.sense import NONNEGATIVE, flaw
from generation.synthesis import phrases
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, integer, op

_COEFFICIENTS = Weights(
    {"parameter": 44, "element": 22, "table": 10, "constant": 8, "product": 10, "shaped": 6}
)
_SHAPES = (
    lambda b, e: op("max", e, Const(b.real, b.pick((0.0, 0.01, 0.1)))),
    lambda b, e: op("abs", e),
    lambda b, e: op("clamp", e, Const(b.real, 0.0), Const(b.real, b.pick((1.0, 2.0, 10.0)))),
    lambda b, e: op("mul", Const(b.real, 0.5), e),
)
_PROLOGUES = Weights({"none": 46, "bounds": 20, "mask": 12, "flags": 8, "label": 8, "limit": 6})
_TALLIES = Weights({"element": 40, "total": 34, "group": 16, "extremum": 10})
# What a label is called: its enumeration, the members, a parameter that selects one.
_LABELS = {
    "phase": ("Phase", "SOLID FLUID GAS", "target_phase"),
    "region": ("Region", "INTERIOR BOUNDARY GHOST", "wanted_region"),
    "type_of": ("ElementType", "FREE FIXED DRIVEN", "selected_type"),
    "status": ("Status", "ACTIVE SLEEPING REMOVED", "wanted_status"),
    "group": ("Group", "STATIC DYNAMIC KINEMATIC SENSOR", "group_filter"),
}


def coefficient(b: Builder, *words: str) -> Expression:
    """A number that scales a term: for the launch, per element, per material, fixed, or a product of two."""
    how = b.weighted(_COEFFICIENTS)
    if how == "parameter":
        return b.parameter(b.real, *words)
    if how == "constant":
        return b.constant(b.real, *[word.upper() for word in words])
    if how == "table":
        kinds = Bound("num_kinds", 0)
        kind_of = at(
            b.index_array(b.launch, kinds, "material", "type_id", "kind", "group_id", "species"), *b.threads
        )
        value: Expression = at(b.array(b.real, (kinds,), *[f"{word}_table" for word in words]), kind_of)
    else:
        value = at(b.array(b.real, b.launch, *words), *b.threads)
        if how == "product":
            value = op("mul", b.parameter(b.real, *[f"{word}_scale" for word in words]), value)
        elif how == "shaped":
            value = b.pick(_SHAPES)(b, value)
    if b.chance(0.5):
        with b.at_top():
            return b.let(value, *[f"{word}_i" for word in words])
    return value


def tempered(b: Builder, e: Expression) -> Expression:
    """A number scaled, limited or bent a little, as one does to a term of a model, else polished."""
    type_ = e.type
    if not isinstance(type_, Scalar) or type_.kind != "float":
        return b.polish(e, 1.0)
    limit = Const(type_, b.pick((1.0, 2.0, 5.0, 10.0)))
    forms = (
        lambda: op("mul", e, b.literal(type_)),
        lambda: op("mul", b.literal(type_), e),
        lambda: op("clamp", e, op("neg", limit), limit),
        lambda: op("mul", e, e),
        lambda: op("mul", e, e if type(e) is Op and e.operation in NONNEGATIVE else op("abs", e)),
        lambda: op("abs", e),
        lambda: op("tanh", e),
        lambda: op("min", e, limit),
        lambda: op("max", e, Const(type_, b.pick((0.0, -1.0)))),
        lambda: op("add", e, b.literal(type_)),
        lambda: op("sub", e, b.literal(type_)),
    )
    for form in b.shuffled(forms):
        found = form()
        if flaw(found) is None:
            return found
    return e


def above_zero(b: Builder, e: Expression) -> Expression:
    """A number that one can divide by."""
    form, value = b.margin
    tiny = Const(e.type, 1e-3 if e.type is F16 else value)
    if form == "max":
        return op("max", e, tiny)
    positive = e if type(e) is Op and e.operation in NONNEGATIVE else op("abs", e)
    return op("add" if form == "add" else "max", positive, tiny)


def prologue(b: Builder) -> None:
    """What a kernel checks before it works: the launch's bounds, a mask, flags, a label; often nothing."""
    if b.earlier or (b.lean and b.chance(0.6)):
        return
    how = b.weighted(_PROLOGUES)
    if how == "bounds":
        phrases.bounds_guard(b)
    elif how == "mask":
        mask = at(b.array(b.pick((BOOL, I32)), b.launch, "active", "enabled", "alive", "mask"), *b.threads)
        b.stop_if(op("not", mask) if mask.type is BOOL else op("eq", mask, integer(0)))
    elif how == "flags":
        flags = at(b.array(I32, b.launch, "flags", "status_flags", "state_bits"), *b.threads)
        bit = integer(b.pick((1, 2, 4)))
        b.stop_if(op(b.pick(("eq", "ne")), op("bit_and", flags, bit), integer(0)))
    elif how == "label":
        word = b.pick(tuple(_LABELS))
        group, members, wanted = _LABELS[word]
        label = at(b.array(I32, b.launch, word), *b.threads)
        if group in b.taken or b.chance(0.6):
            b.stop_if(op("ne", label, b.parameter(I32, wanted)))
            return
        names = members.split()  # the first is what a kernel works on, the last what it leaves alone
        name, chosen = b.pick((("ne", 0), ("ne", 1), ("eq", len(names) - 1)))
        b.stop_if(op(name, label, b.member(group, names, chosen)))
    elif how == "limit" and len(b.threads) == 1:
        count = b.array(I32, (Bound("", 1),), "count", "num_active", "active_count")
        b.stop_if(op("ge", b.threads[0], at(count, integer(0))))


def tally(b: Builder, value: Expression, *words: str) -> None:
    """A number for the outside: one per thread, one for the launch, one per group, or an extremum."""
    how = b.weighted(_TALLIES)
    if how in ("total", "extremum"):
        words = tuple(word.removesuffix("_sum").removeprefix("max_").removeprefix("mean_") for word in words)
    if how == "element":
        out = b.array(value.type, b.launch, *words, *[f"{word}_out" for word in words], role="out")
        b.emit(Store(at(out, *b.threads), value))
        return
    if how == "group":
        groups = Bound("num_groups", 0)
        group = at(
            b.index_array(b.launch, groups, "group_index", "batch_id", "world_id", "segment"), *b.threads
        )
        out = b.array(value.type, (groups,), *[f"{word}_per_group" for word in words], role="inout")
        b.add_to("atomic_add", at(out, b.named(group, 0.5, "group", "batch", "w")), value)
        return
    name = "atomic_add" if how == "total" or value.type is F16 else b.pick(("atomic_max", "atomic_min"))
    prefix = "total" if name == "atomic_add" else name[-3:]
    out = b.array(value.type, (Bound("", 1),), *[f"{prefix}_{word}" for word in words], role="inout")
    b.add_to(name, at(out, integer(0)), value)


def bookkeeping(b: Builder, probability: float = 0.3) -> None:
    """What kernels keep on the side of a result: its mean over time, its peak, its change, its limit.

    It speaks of a value that the kernel has just stored at its own threads' place, and is called after it.
    """
    found = _last_result(b) if b.maybe(probability) else None
    if found is None:
        return
    value, word = found
    forms = _VECTOR_RECORDS if not isinstance(value.type, Scalar) else _RECORDS
    b.pick(forms)(b, value, word)


def _last_result(b: Builder) -> tuple[Var, str] | None:
    """A number or vector stored at the top of the body, behind a name, and what its array is called."""
    body = b.blocks[-1]
    for place in range(len(body) - 1, max(len(body) - 6, -1), -1):
        s = body[place]
        if type(s) is not Store or type(s.target) is not Load or s.target.indices != b.threads:
            continue
        type_ = s.value.type
        if type(s.value) is Const or not isinstance(type_, Scalar | Vector) or scalar_of(type_) is not b.real:
            continue
        name = s.target.array.name
        word = name.removeprefix("out_").removeprefix("new_").removesuffix("_out").removesuffix("_new")
        word = "value" if word in _GENERIC else word
        value = s.value
        if type(value) is not Var:
            value = Var(type_, b.name(word, f"{word}_i", "fresh"))
            body[place : place + 1] = [Assign(value, s.value), Store(s.target, value)]
        return value, word
    return None


def _record(b: Builder, type_: Value, *words: str, role: str = "inout") -> Load:
    return at(b.array(type_, b.launch, *words, role=role), *b.threads)


def _mean(b: Builder, value: Var, word: str) -> None:
    mean = _record(b, value.type, f"mean_{word}", f"{word}_ema", f"avg_{word}")
    rate = b.parameter(b.real, "smoothing", "ema_rate", "blend")
    if b.chance(0.5):
        b.update(mean, "add", op("mul", rate, op("sub", value, mean)))
    else:
        kept = op("mul", op("sub", Const(b.real, 1.0), rate), mean)
        b.emit(Store(mean, op("add", kept, op("mul", rate, value))))


def _change(b: Builder, value: Var, word: str) -> None:
    before = _record(b, value.type, f"prev_{word}", f"last_{word}", f"{word}_prev", role="in")
    after = _record(b, value.type, f"delta_{word}", f"{word}_change", role="out")
    b.emit(Store(after, op("sub", value, before)))


def _total(b: Builder, value: Var, word: str) -> None:
    b.update(_record(b, value.type, f"{word}_sum", f"accum_{word}"), "add", value)


def _peak(b: Builder, value: Var, word: str) -> None:
    peak = _record(b, value.type, f"peak_{word}", f"max_{word}", f"{word}_peak")
    b.emit(Store(peak, op("max", peak, op("abs", value) if b.chance(0.4) else value)))


def _exceeded(b: Builder, value: Var, word: str) -> None:
    """Where the value passes a limit, a flag is set or the cases are counted."""
    limit = b.parameter(b.real, f"{word}_limit", f"{word}_tolerance", f"{word}_threshold")
    with b.block() as body:
        how = b.integer(0, 2)
        if how == 0:
            b.emit(Store(_record(b, I32, f"{word}_flag", "status", "out_of_range", role="out"), integer(1)))
        elif how == 1:
            b.emit(Update(_record(b, I32, "violations", f"{word}_hits", "num_exceeded"), "add", integer(1)))
        else:
            counter = b.array(I32, (Bound("", 1),), "num_violations", f"{word}_count", role="inout")
            b.add_to("atomic_add", at(counter, integer(0)), integer(1))
    size = op("abs", value) if b.chance(0.4) else value
    b.when(op("gt", size, limit), body)


_VECTOR_RECORDS = (_mean, _change, _total)
_RECORDS = (*_VECTOR_RECORDS, _peak, _exceeded, _exceeded)
_GENERIC = ("out", "result", "output", "dest", "results", "y", "x")
