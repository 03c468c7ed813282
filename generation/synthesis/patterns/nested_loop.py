"""Two loops inside one another: windows, pairs, triangles, small tables."""

from __future__ import annotations

from generation.program.nodes import Bound, Continue
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, convert, fixed, integer, op, plus, zero

VERBS = ("sweep", "interact", "tabulate", "correlate")
_KINDS = Weights({"scalar": 70, "vector": 20, "label": 10})
_FORMS = Weights({"window": 36, "pairs": 26, "table": 22, "triangle": 16})
TITLES = {
    "window": ("window_sum filter_window convolve_window", "Weighted sum over a window around each cell."),
    "pairs": ("sum_pairs all_pairs pairwise_sum", "Sum over all pairs."),
}


def build(b: Builder) -> None:
    form = b.form(_FORMS)
    b.grid(2 if form == "window" or b.chance(0.15) else 1)
    pool = phrases.inputs(b, [phrases.kind(b, _KINDS) for _ in range(b.integer(0, 2))], bound=1.0)
    value = _FORM[form](b, pool)
    pool = turns.develop(b, [value, *pool], b.integer(0, 2))
    phrases.finish(b, pool, 1)


def _window(b: Builder, pool):
    """A weighted sum over the window around a pixel; the border is clamped, wrapped or skipped."""
    radius = b.integer(1, 2)
    side = 2 * radius + 1
    type_ = b.pick((b.real, b.real, b.space))
    image = b.array(type_, b.launch)
    table = None
    if b.chance(0.55):
        table = b.array(
            b.real, (fixed(side), fixed(side)), "weights", "taps", "mask_weights", "filter_weights"
        )
    sizes = [b.size(e, word, f"num_{word}") for e, word in zip(b.launch, ("height", "width"), strict=True)]
    border = b.pick(("clamp", "clamp", "wrap", "skip"))
    acc = b.let(zero(type_), "acc", "total", "blurred", "response")
    norm = b.let(zero(b.real), "norm", "weight_sum") if table is None and b.chance(0.5) else None
    centered = b.chance(0.5)
    low, high = (-radius, radius + 1) if centered else (0, side)
    with b.loop(integer(low), integer(high)) as di, b.loop(integer(low), integer(high)) as dj:
        places = []
        for thread, offset, size in zip(b.threads, (di, dj), sizes, strict=True):
            place = op("add", thread, offset) if centered else plus(op("add", thread, offset), -radius)
            if border == "clamp":
                place = op("clamp", place, integer(0), op("sub", size, integer(1)))
            elif border == "wrap":
                place = op("mod", op("max", op("add", place, size), integer(0)), size)
            places.append(b.let(place, "x", "y", "row", "col", "yi", "xi"))
        if border == "skip":
            condition = op("lt", places[0], integer(0))
            for term in (
                op("ge", places[0], sizes[0]),
                op("lt", places[1], integer(0)),
                op("ge", places[1], sizes[1]),
            ):
                condition = op("or", condition, term)
            b.when(condition, [Continue()])
        if table is not None:
            weight = at(table, plus(di, radius), plus(dj, radius)) if centered else at(table, di, dj)
        else:
            distance = convert(op("add", op("mul", di, di), op("mul", dj, dj)), b.real)
            weight = op("exp", op("neg", op("mul", distance, b.literal(b.real))))
        if pool and b.chance(0.4):
            weight = op("mul", weight, b.mix(b.real, pool))
        weight = b.named(weight, 1.0 if norm is not None else 0.3, "w", "weight", "tap_weight")
        b.update(acc, "add", op("mul", weight, at(image, *places)))
        if norm is not None:
            b.update(norm, "add", weight)
    return b.let(op("div", acc, op("add", norm, b.literal(b.real)))) if norm is not None else acc


def _pairs(b: Builder, pool):
    """Every item of a list interacts with every item of another."""
    first, second = Bound("num_a", 0), Bound("num_b", 0)
    type_ = b.pick((b.real, b.space))
    left = b.array(type_, (*b.launch, first))
    right = b.array(type_, (second,) if b.chance(0.5) else (*b.launch, second))
    acc = b.let(zero(b.real), "energy", "acc", "interaction", "total")
    with b.loop(integer(0), b.size(first, "num_a", "num_left", "count_a")) as p:
        outer = b.let(at(left, *b.threads, p), "a_value", "pi", "left_value")
        with b.loop(integer(0), b.size(second, "num_b", "num_right", "count_b")) as q:
            if b.chance(0.35):
                b.when(op("eq", p, q), [Continue()])
            place = (*b.threads, q) if right.type.ndim > 1 else (q,)
            inner = b.let(at(right, *place), "b_value", "pj", "right_value")
            values = [outer, inner, *b.sample(pool, min(len(pool), b.integer(0, 2)))]
            values = turns.develop(b, values, b.integer(0, 1), scope="line")
            b.update(acc, b.pick(("add", "add", "sub")), b.mix(b.real, values))
    return acc


def _table(b: Builder, pool):
    """Sums over a small fixed table: bilinear forms, moments, basis products."""
    rows, cols = b.integer(2, 4), b.integer(2, 4)
    table = b.array(b.real, (fixed(rows), fixed(cols)), "table", "basis", "form", "stiffness_block")
    left = b.array(b.real, (*b.launch, fixed(rows)))
    right = b.array(b.real, (*b.launch, fixed(cols))) if b.chance(0.6) else None
    acc = b.let(zero(b.real), "form_value", "acc", "bilinear", "sum_value")
    by_row = b.chance(0.5)
    with b.loop(integer(0), integer(rows)) as p:
        base = at(left, *b.threads, p)
        partial = b.let(zero(b.real), "partial", "row_sum") if by_row else acc
        with b.loop(integer(0), integer(cols)) as q:
            factors = [at(table, p, q)]
            if right is not None:
                factors.append(at(right, *b.threads, q))
            if not by_row:
                factors.append(base)
            if b.chance(0.3) or len(factors) < 2:
                factors.append(convert(op("add", op("mul", p, integer(cols)), q), b.real))
            b.update(partial, "add", b.mix(b.real, factors, 0.2))
        if by_row:
            b.update(acc, "add", b.mix(b.real, [partial, base], 0.3))
    return acc


def _triangle(b: Builder, pool):
    """A loop whose inner bound is the outer index: sums over distinct pairs of a row."""
    size = b.integer(3, 7)
    row = b.array(b.pick((b.real, b.space)), (*b.launch, fixed(size)))
    acc = b.let(zero(b.real), "pair_sum", "acc", "spread")
    strict = b.chance(0.6)
    with b.loop(integer(0), integer(size)) as p, b.loop(integer(0), p if strict else plus(p, 1)) as q:
        values = [at(row, *b.threads, p), at(row, *b.threads, q), *pool[:1]]
        b.update(acc, "add", b.named(b.mix(b.real, values, 0.5), 0.4))
    return acc


_FORM = {"window": _window, "pairs": _pairs, "table": _table, "triangle": _triangle}
