"""A little of everything in one kernel: a guard, a helper, a loop and a decision over the same values."""

from __future__ import annotations

from generation.program.nodes import Bound
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, convert, integer, zero

VERBS = ("process", "solve", "refine", "step")
_KINDS = Weights({"scalar": 54, "vector": 26, "label": 12, "matrix": 4, "rotation": 4})


def build(b: Builder) -> None:
    b.grid()
    if b.chance(0.3):
        phrases.bounds_guard(b)
    pool = phrases.inputs(b, [phrases.kind(b, _KINDS) for _ in range(b.integer(2, 4))])
    for step in b.sample((_guarded, _looped, _helped, _decided, _looped), b.integer(2, 4)):
        pool = step(b, pool)
    pool = turns.develop(b, pool, b.integer(0, 2), goal=2)
    phrases.finish(b, pool, b.pick((1, 1, 2)))


def _guarded(b: Builder, pool):
    phrases.guard(b, b.sample(pool, min(len(pool), b.integer(1, 2))))
    return pool


def _helped(b: Builder, pool):
    part = b.sample(pool, min(len(pool), b.integer(1, 3)))
    return [*pool, turns.helper(b, turns.turn_type(b, part), part)]


def _decided(b: Builder, pool):
    part = b.sample(pool, min(len(pool), b.integer(2, 3)))
    return [*pool, turns.branch(b, turns.turn_type(b, part), part)]


def _looped(b: Builder, pool):
    """A loop over an inner axis whose body decides, helps or just adds."""
    inner = Bound("inner", 0)
    type_ = b.pick((b.real, b.space))
    data = b.array(type_, (*b.launch, inner) if b.chance(0.6) else (inner,))
    acc = b.let(zero(type_), "acc", "total", "sum_value", "gathered")
    with b.loop(integer(0), b.size(inner, "inner_count", "num_inner", "num_samples")) as k:
        value = b.let(
            at(data, *((*b.threads, k) if data.type.ndim > 1 else (k,))), "item", "sample_value", "entry"
        )
        values = [value, *b.sample(pool, min(len(pool), b.integer(0, 2)))]
        if b.chance(0.25):
            values.append(convert(k, b.real))
        how = b.random()
        if how < 0.35:
            with b.block() as body:
                b.update(acc, "add", b.mix(type_, values))
            b.when(b.condition([value]), body)
        elif how < 0.6 and len(b.functions) < 2:
            b.update(acc, "add", turns.helper(b, type_, values))
        else:
            b.update(
                acc,
                b.pick(("add", "add", "sub")),
                b.mix(type_, turns.develop(b, values, b.integer(0, 1), scope="line")),
            )
    return [acc, *pool]
