"""Element-wise arithmetic: a few values in, a straight line of operations, one or more values out."""

from __future__ import annotations

from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights

VERBS = ("combine", "scale", "blend", "update", "transform", "mix")
_KINDS = Weights({"scalar": 60, "vector": 22, "label": 14, "matrix": 4})


def build(b: Builder) -> None:
    b.grid()
    if b.chance(0.2):
        phrases.bounds_guard(b)
    count = b.integer(2, 5)
    pool = phrases.inputs(b, [phrases.kind(b, _KINDS) for _ in range(count)])
    pool = turns.develop(b, pool, b.integer(1, 6), scope="line")
    phrases.finish(b, pool, b.pick((1, 1, 1, 2, 3)))
