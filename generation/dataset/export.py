"""A finished build as a directory of Parquet files that any version of `datasets`, pandas or DuckDB reads
as it is, with one manifest, `build.json`, that says what it is and how it was made."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from generation import __version__
from generation.dataset.build import Build
from generation.dataset.configs import SCHEMA_VERSION, VERIFY
from generation.dataset.files import empty_directory, refusals, remove_directory, sha256_of
from generation.dataset.shards import PARQUET, ShardStore
from generation.dataset.splits import SPLITS
from generation.errors import SetupError

MANIFEST = "build.json"
GUIDE = "README.md"

_ROWS_AT_ONCE = 1_000  # in memory, and in a row group
ROWS_PER_FILE = 20 * _ROWS_AT_ONCE

_OURS = re.compile(rf"({'|'.join(SPLITS)})-\d{{5}}-of-\d{{5}}\.parquet|{re.escape(MANIFEST)}")


def check_free(directory: Path, ours: re.Pattern = _OURS) -> None:
    """SetupError where `directory` holds anything but an earlier export, whose files have names like `ours`
    and which a new one replaces."""
    with refusals(directory):
        directory.parent.mkdir(parents=True, exist_ok=True)
        names = sorted(path.name for path in directory.iterdir()) if directory.exists() else []
    others = [name for name in names if not ours.fullmatch(name) and name != GUIDE]
    if others:
        raise SetupError(f"{directory} holds other files ({others[0]}); choose an empty or a new directory")


def find(directory: Path, store: ShardStore, num_pairs: int) -> dict | None:
    """The manifest of the export in `directory` if it is that of `num_pairs` rows of `store`, with every file
    as it was written."""
    try:
        manifest = json.loads((directory / MANIFEST).read_bytes())
        whole = all(
            sha256_of(directory / file["name"]) == file["sha256"]
            for split in manifest["splits"].values()
            for file in split["files"]
        )
        found = manifest["recipe"], manifest["fingerprint"], manifest["pairs"]
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return manifest if whole and found == (store.recipe.as_dict(), store.fingerprint, num_pairs) else None


def export(result: Build, directory: Path, scratch: Path) -> dict:
    """Writes the splits of `result` and their manifest to `directory` in one step, by way of `scratch` on the
    same disk. Returns the manifest."""
    check_free(directory)
    with refusals(directory):
        fresh, replaced = scratch / "export", scratch / "replaced"
        empty_directory(fresh)
        schema = result.store.recipe.schema
        tiers, differentiable = Counter(), Counter()

        def counted(parts: Iterator[pa.Table]) -> Iterator[pa.Table]:
            for part in parts:
                tiers.update(part["verification"].to_pylist())
                differentiable.update(map(json.dumps, part["differentiable"].to_pylist()))
                yield part

        splits = {}
        for split, shards in result.splits.items():
            parts = counted(rechunked(result.tables(shards), schema, _ROWS_AT_ONCE))
            files = _write(split, parts, result.sizes()[split], fresh, schema)
            total = {unit: sum(file[unit] for file in files) for unit in ("rows", "bytes")}
            splits[split] = total | {"files": files}
        manifest = {
            "config": result.store.recipe.config,
            "recipe": result.store.recipe.as_dict(),
            "fingerprint": result.store.fingerprint,
            "toolchain": result.toolchain | {"pyarrow": pa.__version__},
            "generator_version": __version__,
            "schema_version": SCHEMA_VERSION,
            "pairs": result.pairs,
            "candidates": result.candidates,
            "duplicates": result.duplicates,
            "rejects": dict(sorted(result.rejects.counts.items())),
            "verification": {tier: tiers[tier] for tier in VERIFY.values()},
            "differentiable": {value: differentiable[value] for value in ("true", "false", "null")},
            "splits": splits,
        }
        (fresh / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
        guide(fresh, {split: f"{split}-*" for split, told in splits.items() if told["files"]})
        take_place(fresh, directory, replaced)
        return manifest


def _write(
    split: str, parts: Iterator[pa.Table], rows: int, directory: Path, schema: pa.Schema
) -> list[dict]:
    """The Parquet files of one split, and what the manifest says of each."""
    count, files = -(-rows // ROWS_PER_FILE), []
    for number in range(count):
        path = directory / f"{split}-{number:05d}-of-{count:05d}.parquet"
        with path.open("wb") as file:
            with pq.ParquetWriter(file, schema, **PARQUET) as writer:
                for _, part in zip(range(0, ROWS_PER_FILE, _ROWS_AT_ONCE), parts, strict=False):
                    writer.write_table(part)
            file.flush()
            os.fsync(file.fileno())  # the shards are removed after this
        own = min(ROWS_PER_FILE, rows - number * ROWS_PER_FILE)
        size = path.stat().st_size
        files.append({"name": path.name, "rows": own, "bytes": size, "sha256": sha256_of(path)})
    return files


def guide(directory: Path, files: Mapping[str, str]) -> None:
    """Tells `datasets` which files, as a pattern, hold each split: from the names alone it would put those of
    `test_length` into `test`."""
    data_files = [{"split": split, "path": path} for split, path in files.items()]
    keys = yaml.safe_dump(
        {"configs": [{"config_name": "default", "data_files": data_files}]}, sort_keys=False
    )
    (directory / GUIDE).write_text(f"---\n{keys}---\n", encoding="utf-8")


def take_place(fresh: Path, directory: Path, replaced: Path) -> None:
    """Makes `fresh` the `directory`; what was there is moved to `replaced`. All three are on one disk."""
    remove_directory(replaced)
    if directory.exists():
        directory.rename(replaced)
    fresh.rename(directory)


def rechunked(
    pieces: Iterator[pa.Table | pa.RecordBatch], schema: pa.Schema, size: int
) -> Iterator[pa.Table]:
    """The same rows in tables of `size`, the last one perhaps smaller."""
    pending = schema.empty_table()
    for piece in pieces:
        table = pa.Table.from_batches([piece]) if isinstance(piece, pa.RecordBatch) else piece
        pending = pa.concat_tables([pending, table.replace_schema_metadata(None)])
        while pending.num_rows >= size:
            yield pending.slice(0, size).combine_chunks()
            pending = pending.slice(size)
    if pending.num_rows:
        yield pending.combine_chunks()
