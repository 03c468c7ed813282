"""A finished dataset of exactly N rows: shards 0, 1, 2, ... until N distinct structures are found.

The rows kept are the first N in index order whose structure did not occur at a lower index. So a larger
build begins with the same rows, and neither worker count, order nor resumption can change one.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from generation.dataset.rows import Rejects
from generation.dataset.seen import Seen
from generation.dataset.shards import Manifest, ShardStore
from generation.dataset.splits import SPLITS
from generation.engines.local import run
from generation.errors import OptionError, SetupError
from generation.synthesis import Population

# Candidates in a row that bring no new structure before a build or a stream gives up on finding another.
BARREN = 5_000

# How many more shards are asked for than the latest ones say: another round costs more than a few shards.
_MARGIN = 1.1


@dataclass
class Build:
    """Where the rows of a build are: for each split (number of a shard, positions in it), in index order."""

    store: ShardStore
    splits: dict[str, list[tuple[int, np.ndarray]]] = field(
        default_factory=lambda: {name: [] for name in SPLITS}
    )
    pairs: int = 0
    candidates: int = 0
    duplicates: int = 0  # among all candidates, the few beyond the last kept row included
    rejects: Rejects = field(default_factory=Rejects)
    toolchain: dict[str, str] = field(default_factory=dict)

    def sizes(self) -> dict[str, int]:
        return {name: sum(len(kept) for _, kept in shards) for name, shards in self.splits.items()}

    def tables(self, shards: Iterable[tuple[int, np.ndarray]]) -> Iterator[pa.Table]:
        """The rows at the given positions of each (number of a shard, positions), one table for each."""
        for number, positions in shards:
            yield self.store.table(number).take(pa.array(positions))


def build(
    store: ShardStore, num_pairs: int, *, workers: int = 1, progress: Callable[[int], None] = lambda new: None
) -> Build:
    """Makes the shards that `num_pairs` rows need, as far as they are not there, and chooses the rows;
    `progress` hears of every few new ones. Nobody else may be using the directory of `store`."""
    workers = min(workers, -(-num_pairs // store.size))  # any more would only work ahead in vain
    with store.tidy(), closing(run(store, itertools.count(), workers)) as made:
        return choose(store, (manifest for _, manifest in made), num_pairs, progress)


def wanted(store: ShardStore, num_pairs: int) -> list[int]:
    """Numbers of the shards to make next, by whomever, on the way to `num_pairs` rows; none when enough are
    there."""
    ready = itertools.takewhile(bool, map(store.find, itertools.count()))
    new: list[int] = []
    found = choose(store, ready, num_pairs, new.append)
    if found.pairs == num_pairs:
        return []
    first = len(new)
    latest = new[-(first // 10 + 1) :]  # the more there are, the more repeat
    each = max(sum(latest) / len(latest), 1) / _MARGIN if latest else store.size
    more = math.ceil((num_pairs - found.pairs) / each)
    return [number for number in range(first, first + more) if not store.find(number)]


def choose(
    store: ShardStore,
    manifests: Iterable[Manifest],
    num_pairs: int,
    progress: Callable[[int], None] = lambda new: None,
) -> Build:
    """The first `num_pairs` rows with structures of their own, or as many as there are; `manifests` are those
    of shards 0, 1, 2, ... This pass alone knows all structures of a build, and it reads nothing else."""
    result, seen, barren = Build(store), Seen(), 0
    for manifest in manifests:
        _check_toolchain(result, manifest)
        drafts, structures = (_numbers(ids) for ids in (manifest.drafts, manifest.structures))
        repeated = seen.holds(drafts) | seen.holds(structures)
        fresh: set[int] = set()
        kept: dict[str, list[int]] = {}
        new = 0
        for position, own in enumerate(zip(drafts.tolist(), structures.tolist(), strict=True)):
            if repeated[position] or not fresh.isdisjoint(own):
                result.duplicates += 1
                continue
            fresh.update(own)
            if result.pairs + new < num_pairs:
                kept.setdefault(manifest.splits[position], []).append(position)
                new += 1
        seen.add(fresh)
        for name, positions in kept.items():
            result.splits[name].append((manifest.number, np.array(positions, np.uint16)))
        result.pairs += new
        result.candidates += manifest.size
        result.duplicates += manifest.duplicates
        result.rejects.add(Rejects(Counter(manifest.rejects), manifest.examples))
        progress(new)
        if result.pairs == num_pairs:
            break
        barren = 0 if new else barren + manifest.size
        if barren >= BARREN:
            raise exhausted(result.pairs, store.recipe.population)
    return result


def _numbers(structures: list[str]) -> np.ndarray:
    return np.array([int(structure, 16) for structure in structures], np.uint64)


def _check_toolchain(result: Build, manifest: Manifest) -> None:
    result.toolchain = result.toolchain or manifest.toolchain
    if manifest.toolchain != result.toolchain:
        path = result.store.path(manifest.number)
        raise SetupError(
            f"{path} was made with {manifest.toolchain}, those before it with {result.toolchain}; "
            f"use one environment everywhere, delete the shards of the other and run again"
        )


def exhausted(found: int, population: Population) -> OptionError:
    return OptionError(
        f"kernel_types={list(population.kernel_types)} give {found} distinct structures and none among the "
        f"last {BARREN} candidates; set num_pairs to at most {found}, or allow more kernel types"
    )
