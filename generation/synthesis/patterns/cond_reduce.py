"""Reductions of what passes a test: masked sums, counts, first matches, groups, extrema under conditions."""

from __future__ import annotations

from generation.language.types import BOOL, I32
from generation.program.nodes import Assign, Bound, Break, Continue
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, convert, dynamic, fixed, integer, number, op, zero

VERBS = ("count_matching", "masked_sum", "select_reduce", "aggregate")
_FORMS = Weights({"masked": 34, "count": 20, "first": 20, "groups": 14, "threads": 12})
TITLES = {
    "masked": ("masked_sum masked_reduce reduce_masked", "Reduce the entries that pass a test."),
    "count": ("count_matching count_if count_selected", "Count the entries that pass a test."),
    "first": ("find_first first_match search_first", "Find the first entry that passes a test."),
    "groups": ("sum_by_group group_reduce aggregate_groups", "Accumulate values per group."),
    "threads": (
        "conditional_sum accumulate_if sum_selected",
        "Accumulate the values of the threads that pass a test.",
    ),
}


def build(b: Builder) -> None:
    form = b.form(_FORMS)
    b.grid(1 if form != "threads" and b.chance(0.85) else None)
    if form == "threads":
        _threads(b)
        return
    pool = phrases.inputs(b, [b.real] * b.integer(0, 2), bound=1.0)
    values = _FORM[form](b, Bound("inner", 0), pool)
    values = turns.develop(b, [*values, *pool], b.integer(0, 2), goal=len(values))
    phrases.finish(b, values, b.pick((1, 1, 2)))


def _row(b: Builder, inner: Bound, k, type_):
    """An element of a row of values or of a table that all threads share."""
    shared = b.chance(0.2)
    array = b.array(type_, (inner,) if shared else (*b.launch, inner))
    return at(array, *(() if shared else b.threads), k)


def _test(b: Builder, inner: Bound, k, value, pool, direct: bool = False):
    """Whether an element counts: by a mask, a label, a threshold, a relation to the thread's values."""
    how = 1.0 if direct else b.random()
    if how < 0.25:
        return _row(b, inner, k, BOOL)
    if how < 0.5:
        label = _row(b, inner, k, I32)
        wanted = (
            b.parameter(I32, "target_label", "group", "selected", "material_id")
            if b.chance(0.6)
            else integer(b.integer(0, 3))
        )
        return op(b.pick(("eq", "ne", "ge")), label, wanted)
    others = b.sample(pool, min(len(pool), b.integer(0, 1)))
    if b.chance(0.4):
        others.append(b.parameter(b.real, "threshold", "cutoff", "limit_value", "radius"))
    return b.condition([value, *others])


def _masked(b: Builder, inner: Bound, pool):
    """Sum, extremum or mean of the elements that pass, with the number of them."""
    type_ = b.pick((b.real, b.real, b.space))
    acc = b.let(zero(type_), "total", "acc", "masked_sum")
    count = b.let(dynamic(I32, 0), "count", "num_valid", "hits") if b.chance(0.55) else None
    with b.loop(integer(0), b.size(inner, "row_length", "num_items", "length")) as k:
        value = b.let(_row(b, inner, k, type_), "value", "item", "x")
        test = _test(b, inner, k, value, pool)
        with b.block() as body:
            values = turns.develop(
                b, [value, *b.sample(pool, min(len(pool), 1))], b.integer(0, 1), scope="line"
            )
            b.update(acc, b.pick(("add", "add", "sub")), b.mix(type_, values))
            if count is not None:
                b.update(count, "add", integer(1))
        if b.chance(0.3):
            b.when(op("not", test), [Continue()])
            for statement in body:
                b.emit(statement)
        else:
            b.when(test, body)
    if count is None:
        return [acc]
    if b.chance(0.6):
        with b.block() as body:
            b.rebind(acc, op("div", acc, convert(count, b.real)))
        b.when(op("gt", count, integer(0)), body)
        return [acc] if b.chance(0.5) else [acc, count]
    return [acc, count]


def _count(b: Builder, inner: Bound, pool):
    """How many pass one test, and how many another."""
    counts = [
        b.let(dynamic(I32, 0), "above", "below", "num_hits", "num_active", "tally")
        for _ in range(b.integer(1, 2))
    ]
    with b.loop(integer(0), b.size(inner, "row_length", "num_items", "length")) as k:
        value = b.let(_row(b, inner, k, b.pick((b.real, b.space))), "value", "item", "x")
        for count in counts:
            with b.block() as body:
                b.update(count, "add", integer(1) if b.chance(0.8) else k)
            b.when(_test(b, inner, k, value, pool, count is counts[0]), body)
    return counts


def _first(b: Builder, inner: Bound, pool):
    """The first element that passes: a linear search with break."""
    place = b.let(dynamic(I32, -1), "first_index", "found", "match")
    kept = b.let(zero(b.real), "kept", "first_value", "found_value") if b.chance(0.6) else None
    with b.loop(integer(0), b.size(inner, "row_length", "num_items", "length")) as k:
        value = b.let(_row(b, inner, k, b.pick((b.real, b.real, b.space))), "value", "item", "x")
        test = _test(b, inner, k, value, pool, kept is None)
        with b.block() as body:
            b.emit(Assign(place, k))
            if kept is not None:
                b.emit(Assign(kept, b.mix(b.real, [value, *b.sample(pool, min(len(pool), 1))])))
            b.emit(Break())
        b.when(test, body)
    return [place] if kept is None else [place, kept]


def _groups(b: Builder, inner: Bound, pool):
    """Two accumulators, one for each side of a test: positive and negative parts, inside and outside."""
    type_ = b.pick((b.real, b.real, b.space))
    one, two = (
        b.let(zero(type_), "inside", "outside", "positive", "negative", "upper", "lower") for _ in range(2)
    )
    with b.loop(integer(0), b.size(inner, "row_length", "num_items", "length")) as k:
        value = b.let(_row(b, inner, k, type_), "value", "item", "x")
        bodies = []
        for acc in (one, two):
            with b.block() as body:
                b.update(acc, "add", b.mix(type_, [value, *b.sample(pool, min(len(pool), 1))], 0.5))
            bodies.append(body)
        b.when(_test(b, inner, k, value, pool), *bodies)
    return [one, two]


def _threads(b: Builder) -> None:
    """The reduction runs over the threads: those that pass update one number, or that of their group."""
    kinds = [b.real, b.pick((b.real, b.space, I32))]
    pool = phrases.inputs(b, kinds[: b.integer(1, 2)])
    pool = turns.develop(b, pool, b.integer(0, 2), goal=2)
    groups = Bound("groups", 0)
    grouped = b.chance(0.5)
    size = groups if grouped else fixed(1)
    group = (
        at(b.index_array(b.launch, groups, "group_id", "segment_ids", "cluster", "owner_cell"), *b.threads)
        if grouped
        else integer(0)
    )
    with b.block() as body:
        totals = b.array(b.real, (size,), "totals", "group_sum", "selected_sum", role="inout")
        b.add_to("atomic_add", at(totals, group), b.mix(b.real, pool))
        if b.chance(0.5):
            counts = b.array(I32, (size,), "counts", "group_count", "num_selected", role="inout")
            b.add_to("atomic_add", at(counts, group), integer(1))
    condition = b.condition(b.sample(pool, min(len(pool), b.integer(1, 2))))
    if b.chance(0.4):
        low = op("gt", b.mix(b.real, b.sample(pool, 1), 0.0), number(b.real, round(b.number(), 2)))
        condition = op("and", condition, low) if condition != low else condition
    b.when(condition, body)


_FORM = {"masked": _masked, "count": _count, "first": _first, "groups": _groups}
