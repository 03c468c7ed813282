"""Many threads, one target: histograms, scatters, extrema, totals and compaction."""

from __future__ import annotations

from generation.language.types import BOOL, F16, I32
from generation.program.nodes import Atomic, Bound, Span, Store
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, convert, fixed, integer, op

VERBS = ("scatter", "count", "bin", "gather", "accumulate")
_KINDS = Weights({"scalar": 62, "vector": 24, "label": 14})
_FORMS = Weights({"histogram": 28, "scatter": 30, "total": 18, "extremum": 14, "compaction": 16})


def build(b: Builder) -> None:
    b.grid()
    pool = phrases.inputs(b, [phrases.kind(b, _KINDS) for _ in range(b.integer(1, 4))])
    if b.chance(0.35):
        phrases.guard(b, b.sample(pool, 1))
    pool = turns.develop(b, pool, b.integer(0, 4), goal=3)
    forms = sorted({b.weighted(_FORMS) for _ in range(b.pick((1, 1, 2)))})
    for form, part in zip(forms, b.split(pool, len(forms)), strict=True):
        _FORM[form](b, part or pool)


def _histogram(b: Builder, pool) -> None:
    """Bin a number; count it, or add a weight to its bin."""
    bins = Bound("bins", 0)
    size = b.size(bins, "num_bins", "bin_count", "num_buckets")
    place = b.let(b.mix(b.real, pool), "range_position", "x", "normalized_value")
    if b.chance(0.6):
        place = op("mul", place, b.parameter(b.real, "inv_width", "bin_scale", "resolution"))
    slot = convert(op("floor", place) if b.chance(0.5) else place, I32)
    if b.chance(0.7):
        slot = b.let(op("clamp", slot, integer(0), op("sub", size, integer(1))), "bin_id", "bucket", "slot")
        _count(b, bins, slot, pool)
    else:
        slot = b.let(slot, "bin_id", "bucket", "slot")
        with b.block() as body:
            _count(b, bins, slot, pool)
        b.when(op("and", op("ge", slot, integer(0)), op("lt", slot, size)), body)


def _count(b: Builder, bins: Bound, slot, pool) -> None:
    type_ = I32 if b.chance(0.6) else b.real
    out = b.array(type_, (bins,), "histogram", "counts", "hist", "bin_totals", role="inout")
    b.add_to(
        "atomic_add", at(out, slot), integer(1) if type_ is I32 else b.mix(type_, b.sample(pool, 1), 0.7)
    )


def _scatter(b: Builder, pool) -> None:
    """Add to the elements that an index array names: one each, both ends of an edge, corners of a face."""
    target = Bound("num_targets", 0)
    type_ = b.pick([v.type for v in pool if v.type is not BOOL and v.type is not b.rotation] or [b.real])
    value = b.let(b.mix(type_, pool), "contribution", "share", "f", "delta")
    out = b.output(type_, (target,), role="inout")
    ends = b.pick((1, 1, 2, 2, 3))
    if ends > 1 and b.chance(0.4):
        table = b.index_array((*b.launch, fixed(ends)), target, "indices", "connectivity", "pairs_table")
        pointers = [
            b.let(at(table, *b.threads, integer(k)), f"v{k}", f"i{k}", f"node{k}") for k in range(ends)
        ]
    else:
        pointers = [at(b.index_array(b.launch, target), *b.threads) for _ in range(ends)]
        pointers = [b.let(p, "i0", "j0", "first", "second", "a_id") if b.chance(0.6) else p for p in pointers]
    for k, pointer in enumerate(pointers):
        name = "atomic_sub" if k and b.chance(0.7) else "atomic_add"
        b.add_to(name, at(out, pointer), value if b.chance(0.6) else b.polished(value))


def _total(b: Builder, pool) -> None:
    """One number for the whole launch: energy, loss, momentum."""
    for part in b.split(pool, b.pick((1, 1, 2))):
        type_ = turns.turn_type(b, [v for v in part or pool if v.type is not b.rotation])
        out = b.array(
            type_, (fixed(1),), "total", "energy_sum", "loss", "sum_out", "momentum_sum", role="inout"
        )
        b.add_to("atomic_add", at(out, integer(0)), b.mix(type_, part or pool, 0.6))


def _extremum(b: Builder, pool) -> None:
    """Bounds of a quantity over the launch."""
    type_ = I32 if b.real is F16 or b.chance(0.15) else b.real
    value = convert(b.let(b.mix(b.real, pool), "candidate", "value", "extent_value"), type_)
    names = ("atomic_min", "atomic_max") if b.chance(0.4) else (b.pick(("atomic_min", "atomic_max")),)
    for name in names:
        word = name[-3:]
        out = b.array(type_, (fixed(1),), f"{word}_value", f"{word}_out", f"{word}_bound", role="inout")
        b.add_to(name, at(out, integer(0)), value)


def _compaction(b: Builder, pool) -> None:
    """Keep what passes a test: an atomic counter hands out places in the output."""
    capacity = Bound("capacity", 0)
    size = b.size(capacity, "capacity", "max_results", "max_contacts")
    span = Span(fixed(0), None)
    counter = b.array(I32, (fixed(1),), "counter", "num_found", "result_count", role="inout", span=span)
    with b.block() as body:
        claim = Atomic(I32, "atomic_add", counter, (integer(0),), integer(1))
        slot = b.let(claim, "slot", "dest_index", "place")
        with b.block() as inner:
            out = b.output(turns.turn_type(b, pool), (capacity,))
            b.emit(Store(at(out, slot), b.mix(out.type.dtype, pool)))
            if b.chance(0.5):
                ids = b.array(I32, (capacity,), "out_ids", "source_ids", "hit_index", role="out")
                b.emit(Store(at(ids, slot), b.threads[0]))
        b.when(op("lt", slot, size), inner)
    b.when(b.condition(b.sample(pool, min(len(pool), b.integer(1, 2)))), body)


_FORM = {
    "histogram": _histogram,
    "scatter": _scatter,
    "total": _total,
    "extremum": _extremum,
    "compaction": _compaction,
}
