"""Exports of a few pairs in several files."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from generation import __version__, cli, fingerprint, warp_version
from generation.dataset import export
from generation.dataset.options import VERIFY, Recipe
from generation.publishing.exports import MANIFEST

PAIRS = {"cpu": 120, "cuda": 60}


def make_export(out: Path, config: str, pairs: int, rows_per_file: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export, "_ROWS_AT_ONCE", 20)
        patch.setattr(export, "ROWS_PER_FILE", rows_per_file)
        words = ["generate", config, "--pairs", str(pairs), "--out", str(out), "--workers", "1"]
        assert cli.main(words) == 0
    if not (out / config / MANIFEST).exists():
        write_manifest(out / config)


def write_manifest(directory: Path) -> None:
    splits, tiers, rows = {}, Counter(), 0
    for path in sorted(directory.glob("*.parquet")):
        table = pq.read_table(path)
        tiers.update(table["verification"].to_pylist())
        split = splits.setdefault(path.name.split("-")[0], {"rows": 0, "bytes": 0, "files": []})
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        file = {"name": path.name, "rows": table.num_rows, "bytes": path.stat().st_size, "sha256": digest}
        split["files"].append(file)
        for unit in ("rows", "bytes"):
            split[unit] += file[unit]
        rows += table.num_rows
    manifest = {
        "config": directory.name,
        "recipe": Recipe.of(directory.name).as_dict(),
        "fingerprint": fingerprint(),
        "toolchain": {"warp-lang": warp_version()},
        "generator_version": __version__,
        "schema_version": 1,
        "pairs": rows,
        "candidates": rows + 9,
        "duplicates": 2,
        "rejects": {"check": 3, "codegen": 1},
        "verification": {tier: tiers[tier] for tier in VERIFY.values()},
        "differentiable": {"true": 0, "false": 0, "null": rows},
        "splits": splits,
    }
    (directory / MANIFEST).write_text(json.dumps(manifest))
