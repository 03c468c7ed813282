"""Prefix operations along an axis: sums, extrema, recurrences, resets, one step of a parallel scan.

Source: Blelloch, "Prefix Sums and Their Applications", 1990; Hillis and Steele, 1986.
"""

from __future__ import annotations

from generation.language.types import BOOL, I32
from generation.program.nodes import Assign, Bound, Span, Store
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, dynamic, fixed, integer, number, op, plus, zero

VERBS = ("prefix", "scan", "cumulate", "propagate")
FIELDS = ("signal", "learning", "image")
_FORMS = Weights({"prefix": 40, "recurrence": 26, "in_place": 18, "parallel_step": 16})
TITLES = {
    "prefix": ("scan_rows running_scan cumulative_scan", "Running reduction along an axis."),
    "recurrence": ("filter_recursive iir_filter leaky_integrate", "Recursive filter along an axis."),
    "in_place": ("forward_sweep sweep_in_place", "Update each element from the one before it."),
    "parallel_step": ("scan_step hillis_steele_step", "One step of a parallel scan."),
}


def build(b: Builder) -> None:
    form = b.form(_FORMS)
    b.grid(1 if form == "parallel_step" or b.chance(0.8) else 2)
    if form == "parallel_step":
        _parallel_step(b)
    else:
        pool = phrases.inputs(b, [b.real] * b.integer(0, 2), bound=1.0)
        _FORM[form](b, Bound("inner", 0), pool)


def _combine(b: Builder, acc, value, name: str):
    return op(name, acc, value) if b.chance(0.5) else op(name, value, acc)


def _element(b: Builder, row, k, pool, type_):
    """What an element contributes to the running value."""
    value = b.named(at(row, *b.threads, k), 0.5)
    values = [value, *b.sample(pool, min(len(pool), b.integer(0, 1)))]
    values = turns.develop(b, values, b.integer(0, 2), scope="line")
    return b.mix(type_, values, 0.5)


def _prefix(b: Builder, inner: Bound, pool) -> None:
    """Running sum, product, minimum or maximum, with or without the element itself; sometimes segmented."""
    type_ = b.pick((b.real, b.real, b.space, I32))
    name = "add" if type_ in (b.space, I32) else b.pick(("add", "add", "min", "max", "mul"))
    row = b.array(type_, (*b.launch, inner))
    length = b.size(inner, "num_cols", "length", "num_steps", "row_length")
    out = b.output(type_, (*b.launch, inner))
    start = dynamic(b.real, 1.0) if name == "mul" else zero(type_)
    running = b.let(start, "running", "acc", "prefix")
    segmented = b.chance(0.35)
    exclusive = b.chance(0.4)
    with b.along(length) as k:
        if segmented:
            flags = b.array(
                b.pick((BOOL, I32)), (*b.launch, inner), "segment_start", "reset", "heads", "is_new"
            )
            flag = at(flags, *b.threads, k)
            condition = (
                flag if flag.type is BOOL else op(b.pick(("eq", "ne", "gt")), flag, integer(b.integer(0, 1)))
            )
            b.when(condition, [Assign(running, zero(type_))])
        value = _element(b, row, k, pool, type_)
        if exclusive:
            b.emit(Store(at(out, *b.threads, k), running))
            b.rebind(running, _combine(b, running, value, name))
        else:
            b.rebind(running, _combine(b, running, value, name))
            b.emit(Store(at(out, *b.threads, k), running))
    for value in pool:
        b.store(b.mix(type_ if type_ is not I32 else b.real, [running, value]))


def _recurrence(b: Builder, inner: Bound, pool) -> None:
    """A filter along the axis: exponential mean, leaky integrator, second-order section."""
    row = b.array(b.real, (*b.launch, inner))
    out = b.output(b.real, (*b.launch, inner))
    state = b.let(zero(b.real), "state", "y", "level", "smoothed")
    older = b.let(zero(b.real), "previous", "y2", "delay") if b.chance(0.5) else None
    gain = b.parameter(b.real, "alpha", "decay", "pole", "feedback")
    length = b.size(inner, "num_samples", "length", "num_frames")
    with b.loop(integer(0), length) as k:
        x = b.let(_element(b, row, k, pool, b.real), "x", "sample_value", "drive")
        if older is None:
            if b.chance(0.5):
                fresh = op("add", state, op("mul", gain, op("sub", x, state)))
            else:
                fresh = op("add", op("mul", gain, state), b.polish(x, 0.6))
            b.rebind(state, fresh)
        else:
            second = b.parameter(b.real, "beta", "resonance", "a2")
            fresh = op("sub", op("add", x, op("mul", gain, state)), op("mul", second, older))
            fresh = b.let(fresh, "fresh", "y_new")
            b.rebind(older, state)
            b.rebind(
                state,
                op("clamp", fresh, number(b.real, -10.0), number(b.real, 10.0)) if b.chance(0.3) else fresh,
            )
        if b.chance(0.3):
            with b.block() as body:
                b.rebind(state, op("mul", state, b.literal(b.real)))
            b.when(b.condition([x]), body)
        b.emit(Store(at(out, *b.threads, k), b.polish(state, 0.3)))
    for value in pool:
        b.store(b.mix(b.real, [state, value]))


def _in_place(b: Builder, inner: Bound, pool) -> None:
    """Each element updated from the one before it, forwards or backwards: sweeps of tridiagonal solvers."""
    type_ = b.pick((b.real, b.real, b.space))
    data = b.array(type_, (*b.launch, inner), role="inout")
    length = b.size(inner, "length", "num_cols", "n_inner")
    weight = b.array(b.real, (inner,), "lower_diag", "factors", "weights") if b.chance(0.5) else None
    with b.loop(integer(1), length) as k:
        here, before = at(data, *b.threads, k), at(data, *b.threads, plus(k, -1))
        factor = (
            at(weight, k)
            if weight is not None
            else b.parameter(b.real)
            if b.chance(0.5)
            else b.literal(b.real)
        )
        values = [op("mul", factor, before), *pool]
        change = b.named(b.mix(type_, values, 0.5), 0.5)
        new = op(b.pick(("add", "add", "sub")), here, change)
        b.emit(Store(here, b.polish(new, 0.25)))


def _parallel_step(b: Builder) -> None:
    """One doubling step of Hillis and Steele: every thread adds what stands an offset before it."""
    thread, extent = b.threads[0], b.launch[0]
    type_ = b.pick((b.real, b.real, b.space, I32))
    source = b.array(type_, b.launch)
    offset = b.parameter(I32, "offset", "stride", "step_size", span=Span(fixed(0), extent))
    value = b.let(b.polish(at(source, thread), 0.2), "value", "here", "current")
    name = "add" if type_ is b.space or b.chance(0.6) else b.pick(("min", "max"))
    place = b.let(op("max", op("sub", thread, offset), integer(0)), "partner", "from_index", "src")
    other = b.polish(at(source, place), 0.3)
    with b.block() as body:
        if b.chance(0.4):
            other = b.let(other, "other", "left_value")
        b.rebind(value, op(name, value, other))
    b.when(op("ge", thread, offset), body)
    pool = [value, *phrases.inputs(b, [b.real] * b.integer(0, 2))]
    pool = turns.develop(b, pool, b.integer(0, 2))
    b.store(b.mix(type_ if type_ is not I32 else b.real, pool, 0.2))


_FORM = {"prefix": _prefix, "recurrence": _recurrence, "in_place": _in_place}
