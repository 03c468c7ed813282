"""What several rooms' tests share: a cache of their own, scripts in processes of their own, a fake stream."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Before anything imports datasets, which looks at these once.
_CACHE = tempfile.mkdtemp(prefix="warp_ir_pairs_tests_")
os.environ |= {"HF_HOME": _CACHE, "HF_HUB_OFFLINE": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}


def pytest_unconfigure():
    shutil.rmtree(_CACHE, ignore_errors=True)


@pytest.fixture(scope="session")
def clone(tmp_path_factory) -> Path:
    """A copy of the sources under another path, free to be edited."""
    copy = tmp_path_factory.mktemp("clone") / "warp_ir_pairs"
    copy.mkdir()
    for name in ("warp_ir_pairs.py", "pyproject.toml", "LICENSE", "README.md"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(ROOT / "generation", copy / "generation", ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@pytest.fixture
def start(tmp_path):
    """Starts a script as a user would, with `root` in front of anything installed; returns the process."""
    started = []

    def start(code: str, *, root: Path = ROOT, cwd: Path = tmp_path, **options) -> subprocess.Popen:
        script = tmp_path / f"script_{len(started)}.py"
        script.write_text(code)
        environment = os.environ | {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
        process = subprocess.Popen(
            [sys.executable, str(script)],
            cwd=cwd,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **options,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def python(start):
    """Runs a script to its end and returns what it printed; fails where it failed."""

    def python(code: str, **options) -> str:
        process = start(code, **options)
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        return out

    return python


def pid_is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture
def alive():
    """Whether a process is still there, zombies aside."""
    if not Path("/proc/self/stat").exists():
        pytest.skip("needs /proc")
    return pid_is_alive


@pytest.fixture
def fake_stream(monkeypatch):
    """Replaces synthesis and Warp by a stream in which structures repeat; returns structure_of(index) and
    the list of the indices compiled so far."""
    from generation.dataset import configs, rows, shards, streams
    from generation.dataset.splits import split_of
    from generation.program.structure import Structure

    compiled: list[int] = []

    def structure_of(index: int) -> str:
        return hashlib.sha256(f"{(index * index + 3 * index) % 61} {index // 90}".encode()).hexdigest()[:16]

    def draft(seed, index, population, attempt=0, rejects=None):
        described = {
            "id": f"{index:016x}",
            "structure_id": structure_of(index),
            "kernel_name": "k",
            "kernel_type": population.kernel_types[0],
            "python_source": f"# {index}",
            "operations": ["add"],
            "num_params": 1,
            "num_python_lines": 1,
            "complexity": "simple",
            "launch": "{}",
            "split": split_of(Structure(structure_of(index), (), 0, 0)),
        }
        return described | {"seed": seed, "index": index, "attempt": attempt}

    def complete(candidate, recipe, rejects=None):
        compiled.append(candidate["index"])
        empty = dict.fromkeys(configs.SCHEMA.names)
        return {name: candidate.get(name, value) for name, value in empty.items()}

    def complete_all(candidates, recipe, rejects=None):
        return [complete(candidate, recipe, rejects) for candidate in candidates]

    for module in (rows, streams):
        monkeypatch.setattr(module, "draft", draft)
    monkeypatch.setattr(streams, "complete", complete)
    monkeypatch.setattr(shards, "complete_all", complete_all)
    monkeypatch.setattr("generation.compilation.toolchain", lambda: {"warp-lang": "none"})
    streams._census.cache_clear()
    yield structure_of, compiled
    streams._census.cache_clear()
