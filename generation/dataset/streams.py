"""Streams of drafts, for consumers that want rows one by one without building a dataset.

A stream yields drafts and leaves compiling to whoever takes them, so that skipping, and resuming in the
middle, costs drafts only.

A finite stream gives the rows of the finished build of that size, in its order. One reservation: what stands
in for a draft that Warp refuses is known only once it is compiled; a build drops it where it repeats an
earlier structure, a stream does not.

An endless stream is dealt out to SHARDS independent streams and promises distinct structures within each.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from generation.dataset.build import BARREN, exhausted
from generation.dataset.options import Recipe
from generation.dataset.rows import complete, draft
from generation.synthesis import Population

# Divides evenly among 2, 3, 4, 6, 8, 12 or 24 nodes or loader workers, as split_dataset_by_node and
# DataLoader like.
SHARDS = 24


def stream_shards(num_pairs: int) -> list:
    """What is dealt out to nodes and workers. Endless: shard numbers. Finite: ranges of indices that
    together hold `num_pairs` distinct structures; repeats push the end beyond index `num_pairs`, nobody
    knows how far, so the last range is open."""
    if num_pairs == 0:
        return list(range(SHARDS))
    edges = sorted({shard * num_pairs // SHARDS for shard in range(SHARDS)})
    return list(itertools.zip_longest(edges, edges[1:]))


@dataclass(frozen=True)
class Drafts:
    """The drafts of one split in some shards; can be sent to another process."""

    recipe: Recipe
    num_pairs: int

    def __call__(self, split: str, shards: Iterable) -> Iterator[dict]:
        drafts = self._finite(shards) if self.num_pairs else self._endless(shards)
        return (candidate for candidate in drafts if candidate["split"] == split)

    def _finite(self, shards: Iterable[tuple[int, int | None]]) -> Iterator[dict]:
        """The drafts whose structures stand at no lower index, until `num_pairs` of all splits are passed."""
        census = _census(self.recipe.seed, self.recipe.population)
        for start, stop in shards:
            left = None if stop else self.num_pairs - census.distinct_below(start)
            yield from itertools.islice(census.drafts(start, stop), left)

    def _endless(self, shards: Iterable[int]) -> Iterator[dict]:
        """The drafts at indices s, s + SHARDS, s + 2 * SHARDS, ... for each shard s, without end."""
        for shard in shards:
            census = _Census(self.recipe.seed, self.recipe.population, first=shard, step=SHARDS)
            yield from census.drafts(shard, None)


@dataclass(frozen=True)
class Completion:
    """From draft to row; can be sent to another process."""

    recipe: Recipe

    def __post_init__(self):
        self.recipe.check_tools()

    def __call__(self, candidate: dict) -> dict:
        return complete(candidate, self.recipe)


class _Census:
    """At which index each structure stands first, among indices first, first + step, ... up to as far as
    was asked."""

    def __init__(self, seed: int, population: Population, first: int = 0, step: int = 1):
        self.seed, self.population, self.step = seed, population, step
        self.next, self.home = first, {}

    def drafts(self, start: int, stop: int | None) -> Iterator[dict]:
        """Drafts from `start` on whose structures stand at no lower index. OptionError where no more are
        found."""
        self._reach(start)
        last = start
        for index in itertools.count(start, self.step) if stop is None else range(start, stop, self.step):
            candidate = draft(self.seed, index, self.population)
            if self._home(candidate, index) == index:
                last = index
                yield candidate
            elif stop is None and index - last >= BARREN * self.step:
                raise exhausted(len(self.home), self.population)

    def distinct_below(self, index: int) -> int:
        self._reach(index)
        return sum(home < index for home in self.home.values())

    def _reach(self, index: int) -> None:
        while self.next < index:
            self._home(draft(self.seed, self.next, self.population), self.next)

    def _home(self, candidate: dict, index: int) -> int:
        if index == self.next:
            self.next += self.step
        return self.home.setdefault(int(candidate["structure_id"], 16), index)


@lru_cache(maxsize=4)  # the splits of one stream, and its shards in one process, share what they have counted
def _census(seed: int, population: Population) -> _Census:
    return _Census(seed, population)
