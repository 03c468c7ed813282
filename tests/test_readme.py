"""What the README shows is what comes out."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import warp_ir_pairs
from generation.cli import main
from generation.dataset import formats, views
from generation.dataset.configs import CONFIGS, SCHEMA
from generation.dataset.options import DEFAULT_NUM_PAIRS
from generation.dataset.streams import SHARDS

README = (Path(__file__).resolve().parent.parent / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def column(header: str) -> list[str]:
    """The code in the first column of the table whose first header is given."""
    table = re.search(rf"^\| {re.escape(header)} \|.*\n\|-.*\n((?:\|.*\n)+)", README, re.MULTILINE)[1]
    return [re.match(r"\| `([^`]+)`", line)[1] for line in table.splitlines()]


def test_the_pair_is_what_the_command_shows(capsys):
    (command,) = re.findall(r"`warp-ir-pairs (inspect .*?)`, shortened", README)
    assert main(command.split()) == 0
    printed = capsys.readouterr().out
    source, (shown,) = blocks("python")[0], blocks("cpp")
    assert source in printed
    lines = iter(printed.splitlines())
    for line in shown.splitlines():
        assert line.strip() == "..." or line in lines  # `in` moves on: the lines stand in this order
    for part in shown.split("...\n"):
        assert part.strip(" ") in printed


def test_the_launches_are_there():
    (example,) = [block for block in blocks("python") if "cpu-io" in block]
    assert "examples" in CONFIGS["cpu-io"].schema.names
    exec(example.replace("num_pairs=100", "num_pairs=4"), {"warp_ir_pairs": warp_ir_pairs})


def test_the_columns_and_options_are_the_builders():
    row = README[README.index("A row has") : README.index("| config |")]
    assert list(dict.fromkeys(re.findall(r"`(\w+)`", row))) == SCHEMA.names
    assert column("config") == list(CONFIGS)
    options = column("option")
    own = inspect.signature(warp_ir_pairs.WarpIrPairsConfig).parameters
    inherited = inspect.signature(warp_ir_pairs.datasets.BuilderConfig).parameters
    assert options == [name for name in own if name not in inherited]
    assert f"| `num_pairs` | {DEFAULT_NUM_PAIRS} |" in README
    assert f"consists of {SHARDS} independent ones" in README


def test_the_tables_of_tasks_and_formats_are_the_codes():
    assert column("`--to`") == list(formats.FORMATS)
    assert column("task") == list(views.TASKS) and column("format") == list(views.FORMATS)
    for name, task in views.TASKS.items():
        given, answer = (", ".join(f"`{each}`" for each in columns) for columns in (task.given, task.answer))
        assert f"| `{name}` | {given} | {answer} |" in README


def test_the_training_example_runs(capsys):
    (example,) = [block for block in blocks("python") if "views" in block]
    exec(example, {"warp_ir_pairs": warp_ir_pairs})
    assert "'role': 'user'" in capsys.readouterr().out
