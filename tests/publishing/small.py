"""Exports of a few pairs in several files."""

from __future__ import annotations

from pathlib import Path

import pytest

from generation import cli
from generation.dataset import export

PAIRS = {"cpu": 120, "cuda": 60}


def make_export(out: Path, config: str, pairs: int, rows_per_file: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export, "_ROWS_AT_ONCE", 20)
        patch.setattr(export, "ROWS_PER_FILE", rows_per_file)
        words = ["generate", config, "--pairs", str(pairs), "--out", str(out), "--workers", "1"]
        assert cli.main(words) == 0
