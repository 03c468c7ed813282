"""Many values to one: row reductions of every kind, norms, moments, extrema with their place, block sums."""

from __future__ import annotations

from generation.language.types import F16, I32
from generation.program.nodes import Assign, Bound, Shape
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, convert, dynamic, fixed, integer, number, op, zero

VERBS = ("reduce", "sum_up", "measure", "total")
_FORMS = Weights({"sum": 30, "moments": 16, "extremum": 22, "product": 16, "blocks": 16})
TITLES = {
    "sum": ("reduce_sum sum_rows row_sums", "Sum along an axis."),
    "moments": ("mean_variance compute_moments row_statistics", "Mean and variance along an axis."),
    "extremum": ("reduce_extremum row_extremum find_extremum", "Extremum along an axis."),
    "product": ("row_products dot_rows", "Products of two rows."),
    "blocks": ("partial_sums block_sums", "Partial sums, one per thread."),
}


def build(b: Builder) -> None:
    b.grid(1 if b.chance(0.8) else 2)
    pool = phrases.inputs(b, [b.real] * b.integer(0, 2), bound=1.0)
    inner = Bound("inner", 0)
    values = _FORM[b.form(_FORMS)](b, inner, pool)
    goal = len(values)
    if pool or b.chance(0.4):
        values = turns.develop(b, [*values, *pool], b.integer(0, 2), goal=len(values))
    if b.chance(0.25) and all(v.type is b.real or v.type is b.space for v in values):
        for value, words in phrases.results(b, values, goal):
            words = words or ("total", "grand_total", "total_sum")
            out = b.array(value.type, (fixed(1),), *words, role="inout")
            b.add_to("atomic_add", at(out, integer(0)), value)
    else:
        phrases.finish(b, values, goal)


def _row(b: Builder, inner: Bound, type_):
    """An array with the launch's axes and one more, and how far a loop goes along it."""
    array = b.array(type_, (*b.launch, inner))
    if b.chance(0.5):
        return array, Shape(I32, array, len(b.launch))
    return array, b.size(inner, "num_cols", "row_length", "inner", "num_elements")


def _term(b: Builder, row, k, pool):
    """What an element contributes."""
    value = b.named(at(row, *b.threads, k), 0.55)
    values = [value, *b.sample(pool, min(len(pool), b.integer(0, 2)))]
    if b.chance(0.3):
        values.append(
            at(b.array(b.real, (_row_extent(b, row),), "weights", "mask_values", "quad_weights"), k)
        )
    return values


def _row_extent(b: Builder, row) -> Bound:
    return next(p.extents[-1] for p in b.params if p.name == row.name)


def _sum(b: Builder, inner, pool):
    """Sum of a formula: totals, means, norms, dots."""
    type_ = b.pick((b.real, b.real, b.space))
    row, length = _row(b, inner, type_)
    target = b.pick((type_, b.real))
    acc = b.let(zero(target), "total", "acc", "sum_value", "norm_acc")
    with b.loop(integer(0), length, 1) as k:
        values = turns.develop(b, _term(b, row, k, pool), b.integer(0, 1), scope="line")
        b.update(acc, "add", b.mix(target, values, 0.6))
    if b.chance(0.4):
        acc = b.let(
            op("div", acc, op("add", convert(length, b.real), number(b.real, 1e-3))), "mean", "average"
        )
    elif target is b.real and b.chance(0.3):
        acc = b.let(op("sqrt", op("abs", acc)), "norm", "rms")
    return [acc]


def _moments(b: Builder, inner, pool):
    """Mean and variance in two passes, in one, or by Welford's recurrence (1962)."""
    row, length = _row(b, inner, b.real)
    count = op("add", convert(length, b.real), number(b.real, 1e-3))
    if b.chance(0.4):
        mean, spread = b.let(zero(b.real), "mean"), b.let(zero(b.real), "m2", "spread")
        with b.loop(integer(0), length) as k:
            value = b.let(b.mix(b.real, _term(b, row, k, pool)), "value", "sample_value")
            delta = b.let(op("sub", value, mean), "delta")
            b.rebind(
                mean, op("add", mean, op("div", delta, op("add", convert(k, b.real), number(b.real, 1.0))))
            )
            b.update(spread, "add", op("mul", delta, op("sub", value, mean)))
        return [mean, b.let(op("div", spread, count), "variance", "var")]
    first, second = b.let(zero(b.real), "s1", "sum_value"), b.let(zero(b.real), "s2", "sum_sq")
    with b.loop(integer(0), length) as k:
        value = b.let(b.mix(b.real, _term(b, row, k, pool)), "value", "x")
        b.update(first, "add", value)
        b.update(second, "add", op("mul", value, value))
    mean = b.let(op("div", first, count), "mean", "average")
    return [mean, b.let(op("sub", op("div", second, count), op("mul", mean, mean)), "variance", "var")]


def _extremum(b: Builder, inner, pool):
    """The largest or smallest of a formula, with or without where it stands."""
    row, length = _row(b, inner, b.pick((b.real, b.real, b.space)))
    down = b.chance(0.5)
    limit = 6e4 if b.real is F16 else b.pick((1e6, 1e9, 1e8))
    best = b.let(dynamic(b.real, limit if down else -limit), "best", "extreme", "nearest_value")
    placed = b.chance(0.6)
    place = b.let(dynamic(I32, b.pick((-1, 0))), "best_index", "arg", "winner") if placed else None
    with b.loop(integer(0), length) as k:
        value = b.let(b.mix(b.real, _term(b, row, k, pool)), "value", "score", "candidate")
        if placed:
            with b.block() as body:
                b.emit(Assign(best, value))
                b.emit(Assign(place, k))
            b.when(op("lt" if down else "gt", value, best), body)
        else:
            b.rebind(best, op("min" if down else "max", best, value))
    return [best, place] if placed else [best]


def _product(b: Builder, inner, pool):
    """Dot products and distances of two rows."""
    type_ = b.pick((b.real, b.real, b.space))
    left, length = _row(b, inner, type_)
    right = b.array(type_, (*b.launch, inner) if b.chance(0.6) else (inner,))
    acc = b.let(zero(b.real), "dot_value", "acc", "similarity", "distance_sq")
    with b.loop(integer(0), length) as k:
        one = at(left, *b.threads, k)
        two = at(right, *((*b.threads, k) if right.type.ndim > 1 else (k,)))
        values = [one, two, *pool[:1]]
        if b.chance(0.5):
            values = [b.let(op("sub", one, two), "diff", "gap"), *pool[:1]]
            values.append(values[0])
        b.update(acc, "add", b.mix(b.real, values, 0.3))
    return [acc]


def _blocks(b: Builder, inner, pool):
    """Each thread sums a fixed block or a strided slice and leaves its partial."""
    block = b.pick((4, 8, 16, 32))
    type_ = b.pick((b.real, b.space))
    data = b.array(type_, (*b.launch, fixed(block)))
    acc = b.let(zero(type_), "partial", "block_sum", "acc")
    stride = b.pick((1, 1, 2))
    with b.loop(integer(0), integer(block), stride) as k:
        values = [at(data, *b.threads, k), *pool]
        b.update(acc, b.pick(("add", "add", "sub")), b.mix(type_, values, 0.5))
        if stride == 2 and b.chance(0.7):
            b.update(acc, "add", b.mix(type_, [at(data, *b.threads, op("add", k, integer(1)))], 0.5))
    return [acc]


_FORM = {"sum": _sum, "moments": _moments, "extremum": _extremum, "product": _product, "blocks": _blocks}
