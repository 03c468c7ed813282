"""Engines beyond this process: tasks dealt out, failures told, and the dataset the same to the byte."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from generation.dataset import production
from generation.dataset.options import Recipe
from generation.dataset.production import Engine, produce
from generation.dataset.shards import ShardStore
from generation.engines.cluster import Slurm, _Portion, run
from generation.errors import SetupError

ROOT = Path(__file__).resolve().parent.parent.parent
PAIRS, SIZE = 180, 16


def test_every_number_is_in_one_task():
    for count in (0, 1, 7, 40):
        for tasks in (1, 2, 3, 40):
            done = []
            for rank in range(tasks):
                _Portion(tuple(range(count)), done.append)(None, rank, tasks)
            assert done == list(range(count))


@pytest.mark.parametrize("missing", ["datatrove", "ray"])
def test_without_the_extra_it_says_what_to_install(monkeypatch, tmp_path, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(SetupError, match=rf"needs {missing}; .*pip install 'warp-ir-pairs\[cluster\]'"):
        run(print, [1], "ray", tasks=1, logs=tmp_path)


def test_a_task_that_fails_is_told_with_its_logs(tmp_path):
    with pytest.raises(SetupError, match=r"[12] of 2 tasks did not finish: .*run again to continue") as error:
        run(os.listdir, [10**9, 10**9 + 1], "datatrove", tasks=2, workers=2, logs=tmp_path)  # no such handles
    logs = re.search(r"logs: (.*)\)", str(error.value))[1]
    assert any("Bad file descriptor" in path.read_text() for path in Path(logs).rglob("task_*.log"))


@pytest.fixture(scope="module")
def expected(tmp_path_factory) -> dict[str, bytes]:
    """The dataset as one process makes it."""
    out = tmp_path_factory.mktemp("expected")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(production, "ShardStore", partial(ShardStore, size=SIZE))
        produce(Recipe.of("cpu"), PAIRS, out, Engine.of())
    return files(out / "cpu")


def files(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def on(engine: str) -> str:
    return f"""
import sys
from functools import partial
from generation.cli import main
from generation.dataset import production, shards

production.ShardStore = partial(shards.ShardStore, size={SIZE})
if __name__ == "__main__":
    sys.exit(main("generate cpu --pairs {PAIRS} --out . --engine {engine} --workers 2 --tasks 3".split()))
"""


def test_processes_of_datatrove_make_the_same_dataset(python, expected, tmp_path):
    python(on("datatrove"))
    assert files(tmp_path / "cpu") == expected
    assert not list(tmp_path.glob(".shards-*"))


@pytest.mark.skipif(not Path("/proc").exists(), reason="needs /proc")
def test_ray_killed_and_called_again_makes_the_same_dataset(start, expected, tmp_path):
    process = start(on("ray"))
    deadline = time.monotonic() + 300
    while len(list(tmp_path.glob(".shards-*/*.json"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    (shards,) = tmp_path.glob(".shards-*")
    while (working := workers_on(shards)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not working  # Ray's own processes go with the one that started them
    before = {
        path: path.stat().st_mtime_ns
        for path in shards.glob("*.parquet")
        if path.with_suffix(".json").exists()
    }
    assert 2 <= len(before) < -(-PAIRS // SIZE) and not (tmp_path / "cpu").exists()

    process = start(on("ray"))
    kept = {}
    while process.poll() is None:  # until they are removed
        kept |= {path: path.stat().st_mtime_ns for path in before if path.exists()}
        time.sleep(0.01)
    assert process.returncode == 0, process.stderr.read()
    assert kept == before  # not made again
    assert files(tmp_path / "cpu") == expected
    assert not list(tmp_path.glob(".shards-*"))


def workers_on(place: Path) -> list[str]:
    """Processes of Ray's tasks that still run for a build in `place`."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            command, here = (path / "cmdline").read_bytes(), os.readlink(path / "cwd")
        except OSError:
            continue
        if command.startswith(b"ray::") and here == str(place.parent):
            found.append(path.name)
    return found


# Jobs wait in a queue until the test runs them: one directory each, with the script and what sbatch was told.
SBATCH = """#!/bin/bash
number=$(($(ls "$QUEUE" | wc -l) + 1))
mkdir "$QUEUE/$number"
printf '%s\\n' "$@" > "$QUEUE/$number/arguments"
cp "${@: -1}" "$QUEUE/$number/script"
echo "Submitted batch job $number"
"""
SRUN = """#!/bin/bash
while [[ $1 == -* ]]; do [[ $1 == -n ]] && shift; shift; done
exec "$@"
"""
SCONTROL = '#!/bin/bash\necho "${@: -1}"\n'


@pytest.fixture
def slurm(tmp_path, monkeypatch):
    """A cluster of one node; returns the queue and what runs the next job in it."""
    binaries, queue = tmp_path / "bin", tmp_path / "queue"
    binaries.mkdir()
    queue.mkdir()
    for name, text in (("sbatch", SBATCH), ("srun", SRUN), ("scontrol", SCONTROL)):
        (binaries / name).write_text(text)
        (binaries / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{binaries}:/usr/bin:/bin")  # the environment of the tests is not active
    monkeypatch.setenv("QUEUE", str(queue))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    def run_job(number: int) -> None:
        script = (queue / str(number) / "script").read_text()
        last = int(re.search(r"^#SBATCH --array=0-(\d+)", script, re.MULTILINE)[1])
        for task in range(last + 1):
            job = {"SLURM_ARRAY_TASK_ID": str(task), "SLURM_JOB_ID": str(number), "SLURM_NODELIST": "here"}
            path = str(queue / str(number) / "script")
            done = subprocess.run(
                ["bash", path], env=os.environ | job, cwd=tmp_path, capture_output=True, text=True
            )
            assert done.returncode == 0, done.stderr

    return queue, run_job


def test_slurm_makes_the_same_dataset(slurm, tmp_path, capsys):
    from generation import cli

    queue, run_job = slurm
    pairs = ["generate", "cpu", "--pairs", "300", "--kernel-types", "arithmetic", "scan"]  # two shards
    away = [*pairs, "--out", str(tmp_path / "away")]
    options = [
        "--engine",
        "slurm",
        "--partition",
        "short",
        "--tasks",
        "2",
        "--sbatch",
        "account=lab",
        "mem-per-cpu=3G",
    ]
    assert cli.main([*away, *options]) == 0
    assert re.search(
        "submitted job 1 with 2 tasks, and after it job 3, which goes on with", capsys.readouterr().out
    )
    script = (queue / "1" / "script").read_text()
    for line in ("partition=short", "time=04:00:00", "array=0-1", "account=lab", "mem-per-cpu=3G", "nodes=1"):
        assert re.search(rf"^#SBATCH --{line}$", script, re.MULTILINE)
    assert "--qos" not in script and f"export PATH={Path(sys.executable).parent}:$PATH" in script
    then = (queue / "3" / "arguments").read_text()
    assert "--dependency=afterok:1" in then

    done = 0
    while len(list(queue.iterdir())) > done:  # the last job may submit more
        done += 1
        run_job(done)
    assert cli.main([*away, *options]) == 0 and "was finished before" in capsys.readouterr().out
    assert cli.main([*pairs, "--out", str(tmp_path / "here"), "--workers", "1"]) == 0
    assert files(tmp_path / "away" / "cpu") == files(tmp_path / "here" / "cpu")


def test_a_directory_that_its_scripts_cannot_name_is_one_sentence(slurm, tmp_path):
    with pytest.raises(SetupError, match=r"cannot name .*a way.*; choose a directory without spaces"):
        run(print, [1], "slurm", tasks=1, logs=tmp_path / "a way", slurm=Slurm("short", "01:00", ("true",)))


def test_without_sbatch_it_is_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SetupError, match="needs sbatch, which is not on the PATH"):
        run(print, [1], "slurm", tasks=1, logs=tmp_path, slurm=Slurm("short", "01:00", ("true",)))
