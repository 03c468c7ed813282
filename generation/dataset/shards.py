"""The unit of work and of resumption: a shard holds the rows of a fixed range of indices in one Parquet file,
and its manifest beside it says what it was made from and what is in it.

A shard is a pure function of (recipe, generator, number). It is written whole or not at all, so anyone may
make it, in any order, and whoever finds it can tell from its manifest whether it is still good.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from generation import SOURCES, check_unedited
from generation.compilation.lowering import BATCH
from generation.dataset.files import refusals, sweep, write_whole
from generation.dataset.options import Recipe
from generation.dataset.rows import Rejects, complete_all, drafts

# A kill loses half a shard of work for each worker, some seconds; smaller shards compress worse. Where each
# row takes several compilers, one batch of theirs is as much work.
SHARD_SIZE = 256

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


@dataclass(frozen=True)
class Manifest:
    """All there is to know about a shard but its texts."""

    recipe: dict
    fingerprint: str
    number: int
    size: int  # indices, each of them a candidate
    toolchain: dict[str, str]
    rows: int
    bytes: int  # of the Parquet file, as is
    sha256: str
    duplicates: int  # indices whose draft repeats an earlier one of this shard: not compiled, not stored
    rejects: dict[str, int]
    examples: dict[str, str]  # the first of each in words
    drafts: list[str]  # for each row the structure first drafted at its index
    structures: list[str]  # for each row its own: another one where Warp refused the draft
    splits: list[str]  # for each row


@dataclass(frozen=True)
class ShardStore:
    """The shards of one recipe made by one generator, in one directory. Calling it with a number makes sure
    that the shard is there, whole and its own, and returns its Manifest."""

    recipe: Recipe
    fingerprint: str
    directory: str
    size: int = 0  # indices; 0: what suits the config
    sources: str = SOURCES  # of the process that asks; the one that works may have started later

    def __post_init__(self):
        self.recipe.check_tools()
        if not self.size:
            object.__setattr__(self, "size", BATCH if self.recipe.levels else SHARD_SIZE)

    def __call__(self, number: int) -> Manifest:
        return self.find(number) or self._make(number)

    def find(self, number: int) -> Manifest | None:
        """None where the shard is not there, or cut short, or made from something else. The texts are not
        read: that is for `table`."""
        path = self.path(number)
        try:
            fields = json.loads(path.with_suffix(".json").read_bytes())
            checksum = fields.pop("checksum")
            manifest = Manifest(**fields)
            good = checksum == _checksum(fields) and path.stat().st_size == manifest.bytes
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None
        return manifest if good and self._label(number).items() <= fields.items() else None

    def table(self, number: int) -> pa.Table:
        """The rows of a shard; it is made again where its bytes are not those that were written."""
        manifest = self(number)
        data = self.path(number).read_bytes()
        if hashlib.sha256(data).hexdigest() != manifest.sha256:
            self._make(number)
            data = self.path(number).read_bytes()
        return pq.read_table(pa.BufferReader(data))

    def path(self, number: int) -> Path:
        return Path(self.directory) / f"shard-{number:06d}.parquet"

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

    def _make(self, number: int) -> Manifest:
        from generation.compilation import toolchain  # brings Warp

        rejects, candidates, drafted, duplicates = Rejects(), [], set(), 0
        for candidate in drafts(self.recipe, range(number * self.size, (number + 1) * self.size), rejects):
            identity = candidate["structure_id"]
            duplicates += identity in drafted
            if identity not in drafted:
                drafted.add(identity)
                candidates.append(candidate)
        rows = complete_all(candidates, self.recipe, rejects)
        data = _parquet_bytes(pa.Table.from_pylist(rows, schema=self.recipe.schema))
        manifest = Manifest(
            **self._label(number),
            toolchain=toolchain(),
            rows=len(rows),
            bytes=data.size,
            sha256=hashlib.sha256(data).hexdigest(),
            duplicates=duplicates,
            rejects=dict(rejects.counts),
            examples=rejects.examples,
            drafts=[candidate["structure_id"] for candidate in candidates],
            structures=[row["structure_id"] for row in rows],
            splits=[candidate["split"] for candidate in candidates],
        )
        check_unedited(running=self.sources)
        fields, path = asdict(manifest), self.path(number)
        with refusals(self.directory):
            write_whole(path, data)
            # Last: a shard without its manifest is not there.
            write_whole(path.with_suffix(".json"), _json(fields | {"checksum": _checksum(fields)}))
        return manifest


def _json(fields: dict) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode()


def _checksum(fields: dict) -> str:
    return hashlib.sha256(_json(fields)).hexdigest()


def _parquet_bytes(table: pa.Table) -> pa.Buffer:
    """A Parquet file in memory, so that writing it is the file system's affair alone."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, **PARQUET)
    return sink.getvalue()
