"""The unit of work and of resumption: a shard holds the rows of a fixed range of indices in one Parquet file.

A shard is a pure function of (recipe, generator, number). It is written whole or not at all and says in its
metadata what it was made from, so anyone may make it, in any order, and whoever finds it can tell whether
it is still good.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from generation import SOURCES, check_unedited
from generation.dataset.files import refusals, sweep, write_whole
from generation.dataset.options import Recipe
from generation.dataset.rows import SCHEMA, Rejects, complete_all, draft

# A kill loses half a shard of work for each worker, less than a second; smaller shards compress worse.
SHARD_SIZE = 256

_LABEL = b"warp_ir_pairs"
_DRAFT_ID = "draft_id"  # structure of the program first drafted at the index; see Summary.identities
_STORED = SCHEMA.append(pa.field(_DRAFT_ID, pa.string()))
PARQUET = {
    "compression": "zstd",
    "write_page_checksum": True,
    "write_statistics": False,
    "use_dictionary": [
        "kernel_type",
        "backend",
        "complexity",
        "verification",
        "warp_version",
        "generator_version",
    ],
}


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Python looks for garbage in cycles less often: the long-lived tables and sketches that it would walk
    each time took a quarter of the time."""
    before = gc.get_threshold()
    gc.set_threshold(20_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@dataclass
class Summary:
    """What a shard holds, without its texts."""

    number: int
    path: str
    identities: list[tuple[str, str]]  # for each row: structure drafted at its index, structure of the row
    candidates: int
    duplicates: int  # indices whose draft repeats an earlier one of this shard: not compiled, not stored
    rejects: Rejects = field(default_factory=Rejects)


@dataclass(frozen=True)
class ShardStore:
    """The shards of one recipe made by one generator, in one directory. Calling it with a number makes sure
    that the shard is there, whole and its own, and returns its Summary."""

    recipe: Recipe
    fingerprint: str
    directory: str
    size: int = SHARD_SIZE
    sources: str = SOURCES  # of the process that asks; the one that works may have started later

    def __call__(self, number: int) -> Summary:
        with refusals(self.directory):
            path = Path(self.directory) / f"shard-{number:06d}.parquet"
            return self._read(number, path) or self._make(number, path)

    @contextmanager
    def tidy(self) -> Iterator[None]:
        """No half-written file in the directory, neither before nor after, whoever was killed in between."""
        sweep(self.directory)
        try:
            yield
        finally:
            sweep(self.directory)

    def _label(self, number: int) -> dict:
        return {
            "recipe": self.recipe.as_dict(),
            "fingerprint": self.fingerprint,
            "number": number,
            "size": self.size,
        }

    def _read(self, number: int, path: Path) -> Summary | None:
        """None where there is no such file, or it is cut short, damaged, or made from something else."""
        try:
            table = pq.read_table(path, page_checksum_verification=True)
            label = json.loads(table.schema.metadata[_LABEL])
            tally = label.pop("tally")
        except (OSError, pa.ArrowException, KeyError, TypeError, ValueError):
            return None
        if label != self._label(number) or table.schema != _STORED:
            return None
        identities = list(zip(table[_DRAFT_ID].to_pylist(), table["structure_id"].to_pylist(), strict=True))
        rejects = Rejects()
        rejects.counts.update(tally["rejects"])
        rejects.examples.update(tally["examples"])
        return Summary(number, str(path), identities, tally["candidates"], tally["duplicates"], rejects)

    @_collecting_seldom()
    def _make(self, number: int, path: Path) -> Summary:
        rejects, candidates, drafted = Rejects(), [], set()
        indices = range(number * self.size, (number + 1) * self.size)
        for index in indices:
            candidate = draft(self.recipe.seed, index, self.recipe.population, rejects=rejects)
            identity = candidate["structure_id"]
            if identity not in drafted:
                drafted.add(identity)
                candidates.append(candidate)
        rows = complete_all(candidates, self.recipe, rejects)
        for row, candidate in zip(rows, candidates, strict=True):
            row[_DRAFT_ID] = candidate["structure_id"]
        duplicates = len(indices) - len(rows)
        tally = {
            "candidates": len(indices),
            "duplicates": duplicates,
            "rejects": rejects.counts,
            "examples": rejects.examples,
        }
        label = json.dumps(self._label(number) | {"tally": tally}).encode()
        table = pa.Table.from_pylist(rows, schema=_STORED.with_metadata({_LABEL: label}))
        check_unedited(running=self.sources)
        write_whole(path, _parquet_bytes(table))
        identities = [(row[_DRAFT_ID], row["structure_id"]) for row in rows]
        return Summary(number, str(path), identities, len(indices), duplicates, rejects)


def tables(shards: Iterable[tuple[str, Sequence[int]]]) -> Iterator[pa.Table]:
    """The rows at the given positions of each (path of a shard, positions), one table for each."""
    for path, positions in shards:
        rows = pq.read_table(path, columns=SCHEMA.names).replace_schema_metadata(None)
        yield rows.take(pa.array(positions))


def _parquet_bytes(table: pa.Table) -> pa.Buffer:
    """A Parquet file in memory, so that writing it is the file system's affair alone."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, **PARQUET)
    return sink.getvalue()
