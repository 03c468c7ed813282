"""The configs of kernels that people wrote, on Warp's marching cubes and what else is cheap to mine."""

from __future__ import annotations

import itertools
import json

import pytest

import warp_ir_pairs
from generation.cli import main
from generation.compilation import compile_source
from generation.corpus import PACKAGES
from generation.dataset import written
from generation.dataset.canonical import source_structure
from generation.dataset.configs import CONFIGS
from generation.errors import OptionError, SetupError

SOURCE = "import warp as wp\n\n\n@wp.kernel\ndef {}(a: wp.array[float]):\n    a[wp.tid()] = {}\n"
BODIES = ["wp.sin(a[0])", "a[1] + 2.0", "a[7] + 3.0", "wp.cos(a[2])", "-a[3]"]


@pytest.fixture
def corpus(monkeypatch, tmp_path):
    """Five kernels of which two have one structure, as if they had been mined from Warp."""
    kernels = [
        {
            "kernel_name": f"kernel_{number}",
            "file": f"warp/_src/part/file_{number}.py",
            "line": 10,
            "form": "module",
            "num_params": 1,
            "python_source": SOURCE.format(f"kernel_{number}", body),
        }
        for number, body in enumerate(BODIES)
    ]
    mined = []
    monkeypatch.setattr(written, "PACKAGES", {"warp-lang": PACKAGES["warp-lang"]})
    monkeypatch.setattr(written, "mine", lambda package: mined.append(package) or {"kernels": kernels})
    monkeypatch.setattr(written.datasets.config, "HF_CACHE_HOME", str(tmp_path / "home"))
    written.corpus.cache_clear()
    yield mined
    written.corpus.cache_clear()


def test_rows(corpus, tmp_path):
    rows = {}
    for config in ("real-cpu", "real-cuda"):
        splits = warp_ir_pairs.load_dataset(config, cache_dir=str(tmp_path))
        assert list(splits) == ["test"]
        assert splits["test"].column_names == CONFIGS[config].schema.names
        rows[config] = list(splits["test"])
    assert [row["kernel_name"] for row in rows["real-cpu"]] == [
        "kernel_0",
        "kernel_1",
        "kernel_3",
        "kernel_4",
    ]
    assert [row["index"] for row in rows["real-cpu"]] == [0, 1, 2, 3]
    for cpu, cuda in zip(*rows.values(), strict=True):
        assert cpu["id"] == cuda["id"] and "__global__" in cuda["ir_forward"]
        assert cpu["licence"] == "Apache-2.0" and cpu["package_version"] == PACKAGES["warp-lang"].version
        assert cpu["file"].endswith(f"file_{cpu['kernel_name'][-1]}.py") and cpu["kernel_type"] == "warp.part"
        assert cpu["structure_id"] == source_structure(cpu["python_source"]) and cpu["seed"] is None
        (ir,) = compile_source(cpu["python_source"])
        assert ir["cpu"].forward == cpu["ir_forward"]
    assert rows["real-cpu"][0]["operations"] == ["sin"] and rows["real-cpu"][1]["operations"] == ["add"]
    assert len(corpus) == 1  # mined once, for both

    few = warp_ir_pairs.load_dataset("real-cpu", num_pairs=2, cache_dir=str(tmp_path), split="test")
    assert list(few) == rows["real-cpu"][:2]
    stream = warp_ir_pairs.load_dataset("real-cpu", streaming=True)
    assert list(stream) == ["test"] and list(stream["test"]) == rows["real-cpu"]
    assert len(list(warp_ir_pairs.load_dataset("real-cpu", streaming=True, num_pairs=3, split="test"))) == 3


def test_what_does_not_apply_is_refused(corpus):
    given = {"seed": 3, "kernel_types": ["loop"], "profile": "real", "complexity": "simple", "num_pairs": 0}
    for name, value in given.items():
        with pytest.raises(OptionError, match=name):
            warp_ir_pairs.load_dataset("real-cpu", streaming=True, **{name: value})
    assert not corpus


def test_without_the_packages(corpus, monkeypatch):
    monkeypatch.setitem(written.PACKAGES, "people", PACKAGES["newton"]._replace(distribution="people"))
    with pytest.raises(SetupError, match=r"people==1.8.0 \(found: none\)"):
        warp_ir_pairs.load_dataset("real-cpu", streaming=True, split="test")._head(1)


def test_commands(corpus, tmp_path, capsys):
    out = str(tmp_path / "pairs")
    assert main(["generate", "real-cpu", "--pairs", "100", "--out", out, "--workers", "1"]) == 0
    build = json.loads((tmp_path / "pairs" / "real-cpu" / "build.json").read_text())
    assert (build["pairs"], build["candidates"], build["duplicates"]) == (4, 4, 0)
    assert main(["generate", "real-cpu", "--pairs", "100", "--out", out, "--workers", "1"]) == 0
    assert "finished before" in capsys.readouterr().out
    again = [["inspect", "real-cpu", "--index", "3"], ["verify", f"{out}/real-cpu", "--how", "execute"]]
    again += [["export", f"{out}/real-cpu", "--to", "jsonl", "--out", f"{out}/lines"]]
    again += [["stats", f"{out}/real-cpu", "--no-near-duplicates"]]
    for command in again:
        assert main(command) == 0, command
    assert "kernel_4" in capsys.readouterr().out
    assert main(["inspect", "real-cpu", "--index", "4"]) == 2
    assert "from 0 to 3" in capsys.readouterr().err


def test_structures_of_texts_do_not_see_names_and_numbers():
    texts = [
        SOURCE.format("one", "a[1] + 2.0"),
        SOURCE.format("two", "a[5] + 7.5"),
        SOURCE.format("c", "a[1] * 2.0"),
    ]
    same, too, other = map(source_structure, texts)
    assert same == too != other and all(len(each) == 16 for each in itertools.chain((same, other)))
