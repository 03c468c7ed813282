"""The notebooks run from a fresh kernel to their end, and are committed with what a run printed."""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"

# A run of seconds; the committed outputs are those of the defaults.
SHORT = {
    "stream_and_train.ipynb": {"STEPS": 6, "VOCABULARY": 2000, "TOKENIZER_PAIRS": 200, "HELD_OUT_PAIRS": 8},
    "explore.ipynb": {"PAIRS": 150},
}
NEEDED = {
    "stream_and_train.ipynb": ["torch", "torchdata", "tokenizers", "matplotlib"],
    "explore.ipynb": ["matplotlib"],
}


def read(name: str):
    return pytest.importorskip("nbformat", reason="needs the extra notebooks").read(NOTEBOOKS / name, 4)


def outputs(notebook) -> list[dict]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def test_every_notebook_is_run():
    assert {path.name for path in NOTEBOOKS.iterdir() if path.suffix == ".ipynb"} == set(SHORT)


@pytest.mark.parametrize("name", SHORT)
def test_a_notebook_runs_to_its_end(name, monkeypatch):
    missing = [package for package in ("nbclient", "ipykernel", *NEEDED[name]) if not find_spec(package)]
    if missing:
        pytest.skip(f"needs the extra notebooks: {', '.join(missing)} not installed")
    from nbclient import NotebookClient

    for parameter, value in SHORT[name].items():
        monkeypatch.setenv(parameter, str(value))
    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
    notebook = read(name)
    resources = {"metadata": {"path": str(NOTEBOOKS)}}
    NotebookClient(notebook, timeout=240, kernel_name="python3", resources=resources).execute()
    assert [output["output_type"] for output in outputs(notebook)] == [
        output["output_type"] for output in outputs(read(name))
    ]


@pytest.mark.parametrize("name", SHORT)
def test_the_committed_outputs_are_whole_clean_and_small(name):
    notebook, path = read(name), NOTEBOOKS / name
    numbers = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    assert numbers == list(range(1, len(numbers) + 1))
    found = outputs(notebook)
    assert not {"error", "stderr"} & {output.get("name", output["output_type"]) for output in found}
    assert any("image/png" in output.get("data", {}) for output in found)
    assert path.stat().st_size < 600_000
    assert not re.search(r"(/home/|/root/|/work/|/tmp/|\\\\Users\\\\)", path.read_text())
    for parameter in SHORT[name]:
        assert f'os.environ.get("{parameter}", ' in notebook.cells[1].source
