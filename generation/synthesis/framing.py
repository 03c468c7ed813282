"""Parts of kernels that belong to no one field: guards first, coefficients, tallies and bookkeeping last."""

from __future__ import annotations

from generation.language.types import BOOL, F16, I32, Scalar
from generation.program.nodes import (
    Bound,
    Const,
    Expression,
    Store,
)
from generation.synthesis import phrases
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, integer, op

_COEFFICIENTS = Weights(
    {"parameter": 44, "element": 22, "table": 10, "constant": 8, "product": 10, "shaped": 6}
)
_PROLOGUES = Weights({"none": 46, "bounds": 20, "mask": 12, "flags": 8, "label": 8, "limit": 6})
_TALLIES = Weights({"element": 40, "total": 34, "group": 16, "extremum": 10})


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
            value = b.polish(value, 1.0)
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
        lambda: op("mul", e, op("abs", e)),
        lambda: op("abs", e),
        lambda: op("tanh", e),
        lambda: op("min", e, limit),
        lambda: op("max", e, Const(type_, b.pick((0.0, -1.0)))),
        lambda: op("add", e, b.literal(type_)),
        lambda: op("sub", e, b.literal(type_)),
    )
    return b.pick(forms)()


def above_zero(b: Builder, e: Expression) -> Expression:
    """A number that one can divide by."""
    tiny = Const(e.type, 1e-3 if e.type is F16 else b.pick((1e-6, 1e-3, 1e-4, 1e-8)))
    if b.chance(0.55):
        return op("max", e, tiny)
    positive = op("abs", e)
    return op("add", positive, tiny) if b.chance(0.7) else op("max", positive, tiny)


def prologue(b: Builder) -> None:
    """What a kernel checks before it works: the launch's bounds, a mask, flags, a label; often nothing."""
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
        label = at(b.array(I32, b.launch, "phase", "region", "type_of", "group"), *b.threads)
        wanted = b.parameter(I32, "target_phase", "wanted_region", "selected_type", "group_filter")
        b.stop_if(op("ne", label, wanted))
    elif how == "limit" and len(b.threads) == 1:
        count = b.array(I32, (Bound("", 1),), "count", "num_active", "active_count")
        b.stop_if(op("ge", b.threads[0], at(count, integer(0))))


def tally(b: Builder, value: Expression, *words: str) -> None:
    """A number for the outside: one per thread, one for the launch, one per group, or an extremum."""
    how = b.weighted(_TALLIES)
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
    """What kernels do on the side: keep the last state, age, count, average, or advance another vector."""
    if not b.chance(probability):
        return
    type_ = b.real if b.chance(0.65) else b.space
    how = b.integer(0, 5)
    names = {
        0: ("prev_state", "last_value", "history"),
        1: ("search_dir_out", "direction_out", "p_out"),
        2: ("trace", "activity", "heat"),
        3: ("running_mean", "average", "ema"),
        4: ("visits", "update_count", "age_steps"),
        5: ("lifetime", "cooldown", "timer"),
    }[how]

    def given(*words: str) -> Expression:
        return at(b.array(type_, b.launch, *words), *b.threads)

    if how < 2:
        value = (
            given("state", "current_state", "latest")
            if not how
            else given("residual_in", "gradient_in", "z_vec")
        )
        if how:
            value = op(
                "add",
                value,
                op("mul", b.parameter(b.real, "beta_k", "momentum_k"), given("search_dir", "direction_in")),
            )
        b.emit(Store(at(b.array(type_, b.launch, *names, role="out"), *b.threads), value))
        return
    target = at(
        b.array(I32 if how == 4 else b.real if how == 5 else type_, b.launch, *names, role="inout"),
        *b.threads,
    )
    if how == 2:
        b.update(
            target, "mul", b.parameter(b.real, "trace_decay", "fade_rate")
        ) if type_ is b.real else b.update(target, "add", given("input_signal", "stimulus"))
    elif how == 3:
        gap = op("sub", given("observed", "fresh_value", "measured"), target)
        b.update(target, "add", op("mul", b.parameter(b.real, "mean_rate", "ema_rate"), gap))
    elif how == 4:
        b.update(target, "add", integer(1))
    else:
        b.emit(
            Store(
                target,
                op("max", op("sub", target, b.parameter(b.real, "elapsed", "frame_dt")), Const(b.real, 0.0)),
            )
        )
