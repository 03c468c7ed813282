"""A finished build as a directory of Parquet files that any version of `datasets`, pandas or DuckDB reads
as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from generation.dataset.build import Build
from generation.dataset.files import empty_directory, refusals, remove_directory
from generation.dataset.rows import SCHEMA
from generation.dataset.shards import PARQUET, tables
from generation.errors import SetupError

_ROWS_AT_ONCE = 1_000  # in memory, and in a row group
ROWS_PER_FILE = 20 * _ROWS_AT_ONCE

_OURS = re.compile(r"(train|validation|test)-\d{5}-of-\d{5}\.parquet")


def check_free(directory: Path) -> None:
    """SetupError where `directory` holds anything but an earlier export, which a new one replaces."""
    with refusals(directory):
        directory.parent.mkdir(parents=True, exist_ok=True)
        names = sorted(path.name for path in directory.iterdir()) if directory.exists() else []
    others = [name for name in names if not _OURS.fullmatch(name)]
    if others:
        raise SetupError(f"{directory} holds other files ({others[0]}); choose an empty or a new directory")


def export(result: Build, directory: Path, scratch: Path) -> int:
    """Writes the splits of `result` to `directory` in one step, by way of `scratch` on the same disk.
    Returns the bytes written."""
    check_free(directory)
    with refusals(directory):
        fresh, replaced = scratch / "export", scratch / "replaced"
        empty_directory(fresh)
        for split, shards in result.splits.items():
            total = result.sizes()[split]
            count = -(-total // ROWS_PER_FILE)
            parts = _rechunked(tables(shards), _ROWS_AT_ONCE)
            for number in range(count):
                path = fresh / f"{split}-{number:05d}-of-{count:05d}.parquet"
                with pq.ParquetWriter(path, SCHEMA, **PARQUET) as writer:
                    for _, part in zip(range(0, ROWS_PER_FILE, _ROWS_AT_ONCE), parts, strict=False):
                        writer.write_table(part)
        remove_directory(replaced)
        if directory.exists():
            directory.rename(replaced)
        fresh.rename(directory)
        return sum(path.stat().st_size for path in directory.iterdir())


def _rechunked(pieces: Iterator[pa.Table], size: int) -> Iterator[pa.Table]:
    """The same rows in tables of `size`, the last one perhaps smaller."""
    pending = SCHEMA.empty_table()
    for piece in pieces:
        pending = pa.concat_tables([pending, piece])
        while pending.num_rows >= size:
            yield pending.slice(0, size).combine_chunks()
            pending = pending.slice(size)
    if pending.num_rows:
        yield pending.combine_chunks()
