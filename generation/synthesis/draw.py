"""Random decisions as a pure function of (seed, index, attempt)."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import TypeVar

T = TypeVar("T")

_FLOATS = (0.5, 2.0, 0.25, 1.5, 0.1, 3.0, 1.5, 4.0, 0.75, 0.01, 0.2, 10.0, 0.05, 0.3, 0.125, 6.0, 0.9, 1.25)


class Weights:
    """Outcomes with fixed weights, prepared once."""

    def __init__(self, outcomes: dict):
        self.outcomes = tuple(outcomes)
        self.cumulative = tuple(accumulate(outcomes.values()))


class Draw:
    """The stream of decisions behind one program; nothing else in the synthesis is random."""

    def __init__(self, seed: int, index: int, *stage: int | str):
        generator = Random(f"{seed}/{index}/{stage}")
        self.random = generator.random
        self.bits = generator.getrandbits

    def pick(self, items: Sequence[T]) -> T:
        return items[int(self.random() * len(items))]

    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def integer(self, low: int, high: int) -> int:
        """An integer from low to high, both included."""
        return low + int(self.random() * (high - low + 1))

    def weighted(self, weights: Weights):
        cumulative = weights.cumulative
        return weights.outcomes[bisect(cumulative, self.random() * cumulative[-1])]

    def sample(self, items: Sequence[T], size: int) -> list[T]:
        """`size` different items, in random order."""
        return self.shuffled(items)[:size]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        mixed = list(items)
        for i in range(len(mixed) - 1, 0, -1):
            j = int(self.random() * (i + 1))
            mixed[i], mixed[j] = mixed[j], mixed[i]
        return mixed

    def split(self, items: Sequence[T], parts: int) -> list[list[T]]:
        """The items dealt to `parts` hands, none empty while there are enough items."""
        hands: list[list[T]] = [[] for _ in range(parts)]
        for position, item in enumerate(self.shuffled(items)):
            hands[position if position < parts else int(self.random() * parts)].append(item)
        return hands

    def number(self) -> float:
        """A positive constant such as people write."""
        if self.random() < 0.7:
            return self.pick(_FLOATS)
        return round(0.05 + self.random() * 3.0, 2)
