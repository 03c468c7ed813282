"""A finished build as a directory of Parquet files that any version of `datasets`, pandas or DuckDB reads
as it is."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pyarrow as pa

from generation.dataset.build import Build
from generation.dataset.files import refusals, write_whole
from generation.dataset.shards import batches, parquet_bytes
from generation.errors import SetupError

ROWS_PER_FILE = 20_000

_OURS = re.compile(r"(train|validation|test)-\d{5}-of-\d{5}\.parquet")


def check_free(directory: Path) -> None:
    """SetupError where `directory` holds anything but an earlier export, which a new one replaces."""
    with refusals(directory):
        directory.parent.mkdir(parents=True, exist_ok=True)
        others = (
            sorted(p.name for p in directory.iterdir() if not _OURS.fullmatch(p.name))
            if directory.exists()
            else []
        )
    if others:
        raise SetupError(f"{directory} holds other files ({others[0]}); choose an empty or a new directory")


def export(result: Build, directory: Path, scratch: Path) -> int:
    """Writes the splits of `result` to `directory` in one step, by way of `scratch` on the same disk.
    Returns the bytes written."""
    check_free(directory)
    with refusals(directory):
        fresh = scratch / "export"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        for split, shards in result.splits.items():
            total = result.sizes()[split]
            count = -(-total // ROWS_PER_FILE)
            tables = batches(shards)
            pending: list[pa.Table] = []
            for number in range(count):
                wanted = min(ROWS_PER_FILE, total - number * ROWS_PER_FILE)
                chunk, pending = _take(tables, pending, wanted)
                write_whole(fresh / f"{split}-{number:05d}-of-{count:05d}.parquet", parquet_bytes(chunk))
        if directory.exists():
            shutil.rmtree(scratch / "replaced", ignore_errors=True)
            directory.rename(scratch / "replaced")
        fresh.rename(directory)
        return sum(path.stat().st_size for path in directory.iterdir())


def _take(tables, pending: list[pa.Table], wanted: int) -> tuple[pa.Table, list[pa.Table]]:
    """The next `wanted` rows of `pending` and then `tables`, and what is left of the last table read."""
    while sum(table.num_rows for table in pending) < wanted:
        pending.append(next(tables))
    rows = pa.concat_tables(pending)
    return rows.slice(0, wanted).combine_chunks(), [rows.slice(wanted)]
