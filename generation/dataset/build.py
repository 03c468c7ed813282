"""A finished dataset of exactly N rows: shards 0, 1, 2, ... until N distinct structures are found.

The rows kept are the first N in index order whose structure did not occur at a lower index. So a larger
build begins with the same rows, and neither worker count, order nor resumption can change one.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field

from generation.dataset.rows import Rejects
from generation.dataset.shards import ShardStore
from generation.dataset.splits import SPLITS, split_of
from generation.engines.local import run
from generation.errors import OptionError
from generation.synthesis import Population

# Candidates in a row that bring no new structure before a build or a stream gives up on finding another.
BARREN = 5_000


@dataclass
class Build:
    """Where the rows of a build are: for each split (path of a shard, positions in it), in index order."""

    splits: dict[str, list[tuple[str, tuple[int, ...]]]] = field(
        default_factory=lambda: {name: [] for name in SPLITS}
    )
    pairs: int = 0
    candidates: int = 0
    duplicates: int = 0  # among all candidates, the few beyond the last kept row included
    rejects: Rejects = field(default_factory=Rejects)

    def sizes(self) -> dict[str, int]:
        return {name: sum(len(kept) for _, kept in shards) for name, shards in self.splits.items()}


def build(
    store: ShardStore, num_pairs: int, *, workers: int = 1, progress: Callable[[int], None] = lambda new: None
) -> Build:
    """Makes the shards that `num_pairs` rows need and chooses the rows; `progress` hears of every few new
    ones. Nobody else may be using the directory of `store`."""
    result, seen, barren = Build(), set(), 0
    workers = min(workers, -(-num_pairs // store.size))  # any more would only work ahead in vain
    with store.tidy(), closing(run(store, itertools.count(), workers)) as summaries:
        for _, summary in summaries:
            kept: dict[str, list[int]] = {}
            new = 0
            for position, (drafted, identity) in enumerate(summary.identities):
                if drafted in seen or identity in seen:
                    result.duplicates += 1
                    continue
                seen.update((drafted, identity))
                if result.pairs + new < num_pairs:
                    kept.setdefault(split_of(identity), []).append(position)
                    new += 1
            for name, positions in kept.items():
                result.splits[name].append((summary.path, tuple(positions)))
            result.pairs += new
            result.candidates += summary.candidates
            result.duplicates += summary.duplicates
            result.rejects.add(summary.rejects)
            progress(new)
            if result.pairs == num_pairs:
                return result
            barren = 0 if new else barren + summary.candidates
            if barren >= BARREN:
                raise exhausted(result.pairs, store.recipe.population)


def exhausted(found: int, population: Population) -> OptionError:
    return OptionError(
        f"kernel_types={list(population.kernel_types)} give {found} distinct structures and none among the "
        f"last {BARREN} candidates; set num_pairs to at most {found}, or allow more kernel types"
    )
