"""A growing set of structures at eight bytes each: ten million Python strings would take a gigabyte."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np


class Seen:
    """Unsigned 64-bit numbers in sorted runs, each more than twice as long as the next one, so that there are
    few to look through and each number is merged a few times only."""

    def __init__(self):
        self._runs: list[np.ndarray] = []

    def holds(self, numbers: np.ndarray) -> np.ndarray:
        """For each of `numbers` whether it is in the set."""
        found = np.zeros(len(numbers), bool)
        for run in self._runs:
            places = np.searchsorted(run, numbers)
            found |= run[np.minimum(places, len(run) - 1)] == numbers
        return found

    def add(self, numbers: Iterable[int]) -> None:
        """Adds numbers that are not in the set."""
        run = np.array(sorted(numbers), np.uint64)
        while self._runs and len(self._runs[-1]) <= 2 * len(run):
            run = np.concatenate([self._runs.pop(), run])
            run.sort(kind="stable")  # merges runs that are sorted already
        if len(run):
            self._runs.append(run)
