"""`warp-ir-pairs`: what it shows, what it writes, how it ends."""

from __future__ import annotations

import json
import os
import signal
import time

import datasets
import pyarrow.parquet as pq
import pytest

from generation import cli
from generation.dataset import rows
from generation.dataset.configs import SCHEMA
from generation.dataset.options import Recipe
from generation.dataset.rows import complete, draft
from generation.errors import SynthesisError

PAIRS = 40


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    out = tmp_path_factory.mktemp("written")
    assert cli.main(["generate", "cpu", "--pairs", str(PAIRS), "--out", str(out), "--workers", "1"]) == 0
    return out


@pytest.mark.parametrize("backend", ["cpu", "cuda"])
def test_inspect_shows_the_row_of_the_builder(capsys, backend):
    recipe = Recipe.of(backend)
    row = complete(draft(0, 7, recipe.population), recipe)
    assert cli.main(["inspect", backend, "--index", "7", "--backward", "--support"]) == 0
    shown = capsys.readouterr().out
    for name in ("python_source", "ir_forward", "ir_backward", "ir_support"):
        assert row[name].rstrip() in shown
    assert f"id={row['id']}" in shown


def test_inspect_highlights_side_by_side_in_a_terminal(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    assert cli.main(["inspect", "cpu", "--index", "7"]) == 0
    shown = capsys.readouterr().out
    assert "\x1b[" in shown and any(
        "python_source" in line and "ir_forward" in line for line in shown.splitlines()
    )


def test_generate_writes_what_any_reader_reads(written):
    found = datasets.load_dataset(str(written / "cpu"))
    assert sum(len(found[name]) for name in found) == PAIRS
    assert list(found) == list(json.loads((written / "cpu" / "build.json").read_bytes())["splits"])
    files = {name: str(written / "cpu" / f"{name}-*") for name in found}
    again = datasets.load_dataset("parquet", data_files=files)
    assert {name: list(again[name]) for name in again} == {name: list(found[name]) for name in found}
    assert found["train"].features.arrow_schema.equals(SCHEMA)
    assert sorted(path.name for path in written.iterdir()) == [".warp-ir-pairs.lock", "cpu"]


def test_export_writes_every_row_and_says_so(written, tmp_path, capsys):
    assert cli.main(["export", str(written / "cpu"), "--to", "jsonl", "--out", str(tmp_path / "lines")]) == 0
    shown = capsys.readouterr().out
    found, again = (datasets.load_dataset(str(path)) for path in (written / "cpu", tmp_path / "lines"))
    assert {name: list(again[name]) for name in again} == {name: list(found[name]) for name in found}
    for name, own in found.items():
        size = (tmp_path / "lines" / f"{name}.jsonl").stat().st_size
        (line,) = [line for line in shown.splitlines() if f"{name}.jsonl" in line]
        assert line.split("│")[2].strip() == str(len(own)) and f"{size:,}" in line


def test_generate_ends_with_a_table(tmp_path, capsys, monkeypatch):
    real = rows.synthesise

    def sometimes(seed, index, population, attempt=0):
        if index % 10 == 3 and attempt == 0:
            raise SynthesisError("no value fits")
        return real(seed, index, population, attempt)

    monkeypatch.setattr(rows, "synthesise", sometimes)
    assert cli.main(["generate", "cpu", "--pairs", "300", "--out", str(tmp_path), "--workers", "2"]) == 0
    lines = [line.strip("│ ").split("│") for line in capsys.readouterr().out.splitlines() if "│" in line]
    table = {name.strip(): value.strip() for name, value in lines}
    size = sum(path.stat().st_size for path in (tmp_path / "cpu").glob("*.parquet"))
    assert table["pairs"] == "300" and table["bytes on disk"] == f"{size:,}"
    others = sum(int(table.get(reason, 0)) for reason in ("check", "codegen"))
    assert table["candidates"] == "512" and table["synthesis"] == "51"
    assert int(table["rejected"]) == 51 + others and others < 5
    assert {"train", "validation", "test", "pairs/s", "distinct structures among them"} <= set(table)


BAD = [
    (["inspect", "gpu"], "config='gpu' is not one of cpu, cuda"),
    (["inspect", "cpu", "--index", "-1"], "--index=-1 must be a whole number from 0"),
    (["inspect", "cpu", "--index", "x"], "invalid int value: 'x'"),
    (["inspect", "cpu", "--kernel-types", "vectors"], "did you mean 'vector'?"),
    (["generate", "cpu", "--pairs", "0", "--out", "OUT"], "--pairs=0 must be a whole number from 1"),
    (["generate", "cpu", "--pairs", "9", "--out", "OUT", "--workers", "0"], "--workers=0 must be"),
    (["generate", "cpu", "--pairs", "9"], "--out"),
    (
        ["generate", "cpu", "--pairs", "9", "--out", "OUT", "--engine", "spark"],
        "--engine spark is not one of",
    ),
    (["generate", "cpu", "--pairs", "9", "--out", "OUT", "--engine", "slurm"], "needs --partition"),
    (
        ["generate", "cpu", "--pairs", "9", "--out", "OUT", "--time", "1:00"],
        "--time and --sbatch need --engine",
    ),
    (["export", "OUT", "--to", "csv", "--out", "OUT"], "--to csv is not one of jsonl, parquet, tfrecord"),
    (["export", "OUT", "--to", "jsonl", "--out", "OUT/lines"], "holds no Parquet files"),
    (["nonsense"], "invalid choice"),
    ([], "COMMAND"),
]


@pytest.mark.parametrize("arguments, message", BAD, ids=str)
def test_the_impossible_is_one_line_and_status_2(capsys, arguments, message, tmp_path):
    assert cli.main([word.replace("OUT", str(tmp_path)) for word in arguments]) == 2
    out, err = capsys.readouterr()
    assert message in err and err.count("\n") == 1 and not out


def test_an_unusable_directory_is_one_line_and_status_1(capsys, tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu" / "thesis.tex").touch()
    for out, message in ((tmp_path / "file", "is a file, not a directory"), (tmp_path, "holds other files")):
        assert cli.main(["generate", "cpu", "--pairs", "3", "--out", str(out)]) == 1
        err = capsys.readouterr().err
        assert message in err and err.count("\n") == 1


def test_after_ctrl_c_the_same_command_continues(start, python, tmp_path, written):
    command = (
        "import sys; from generation.cli import main; from generation.dataset import shards\n"
        "shards.SHARD_SIZE = 64; sys.exit(main({}))"
    )
    out = tmp_path / "out"
    arguments = ["generate", "cpu", "--pairs", "320", "--out", str(out), "--workers", "2"]
    process = start(command.format(arguments))
    deadline = time.monotonic() + 300
    while not list(out.rglob("shard-*.parquet")) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    error = process.communicate(timeout=60)[1].splitlines()[-1]
    assert process.returncode == 130 and not (out / "cpu").exists() and not list(out.rglob("*.tmp"))
    assert (
        f"interrupted; what is finished is kept, continue with: warp-ir-pairs {' '.join(arguments)}" in error
    )
    python(command.format(arguments))
    assert [path.name for path in out.iterdir() if path.name[0] != "."] == ["cpu"]
    rows = [
        row for path in sorted((out / "cpu").glob("*.parquet")) for row in pq.read_table(path).to_pylist()
    ]
    small = [
        row for path in sorted((written / "cpu").glob("*.parquet")) for row in pq.read_table(path).to_pylist()
    ]
    assert len(rows) == 320 and all(row in rows for row in small)
