"""A Hub for each test, clients in processes of their own, and exports small enough to publish often."""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

sys.path.insert(0, str(Path(__file__).parent))

import hub as loopback

from generation import __version__, cli, fingerprint, warp_version
from generation.dataset import export
from generation.dataset.options import VERIFY, Recipe

PAIRS = {"cpu": 120, "cuda": 60}


@pytest.fixture
def hub():
    with loopback.running() as hub:
        yield hub


@pytest.fixture
def client(hub, start, tmp_path, monkeypatch):
    """Runs a script as a user of this Hub, with a cache of its own; returns (status, stdout, stderr).
    Whatever else a test is about, no token may be in what is printed."""

    def client(code: str, token: str | None = loopback.TOKEN, **variables: str) -> tuple[int, str, str]:
        quiet = {"HF_HOME": str(tmp_path / "hf"), "HF_HUB_DISABLE_PROGRESS_BARS": "1", "COLUMNS": "200"}
        for name, value in (quiet | hub.environment(token) | variables).items():
            monkeypatch.setenv(name, value)
        if token is None:
            monkeypatch.delenv("HF_TOKEN", raising=False)
        process = start(code)
        out, err = process.communicate(timeout=120)
        for secret in (loopback.TOKEN, loopback.READ_ONLY, *filter(None, [token])):
            assert secret not in out + err
            assert not any(secret in request for request in hub.requests)
        return process.returncode, out, err

    return client


@pytest.fixture
def publish(client):
    """`warp-ir-pairs publish me/pairs ...` of one or several lists of words in one process, the waits between
    the client's retries left out, plots too unless `draw`; returns the statuses and all that was printed."""

    def publish(*commands: list[str], before: str = "", draw=False, **options) -> tuple[list[int], str]:
        script = f"""
import time
time.sleep = lambda seconds: None
from generation.publishing import commands
from generation.cli import main
if not {draw}:
    commands.plots = lambda figures: {{"sizes.png": b"PNG\\0" + repr(figures["sizes"]).encode()}}
statuses = []
{before}
for words in {[list(words) for words in commands]!r}:
    statuses.append(main(["publish", *words]))
print(statuses)
"""
        status, out, err = client(script, **options)
        assert status == 0, err
        *lines, statuses = out.splitlines()
        return json.loads(statuses), "\n".join(lines) + err

    return publish


@pytest.fixture(scope="session")
def exports(tmp_path_factory) -> Path:
    """Finished exports of both configs, of several files each; read only."""
    out = tmp_path_factory.mktemp("exports")
    for config, pairs in PAIRS.items():
        make_export(out, config, pairs, rows_per_file=40)
    return out


def make_export(out: Path, config: str, pairs: int, rows_per_file: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export, "_ROWS_AT_ONCE", 20)
        patch.setattr(export, "ROWS_PER_FILE", rows_per_file)
        words = ["generate", config, "--pairs", str(pairs), "--out", str(out), "--workers", "1"]
        assert cli.main(words) == 0
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
    (directory / "build.json").write_text(json.dumps(manifest))
