"""A dataset on a disk: killed at any moment and called again, it is the one that nobody disturbed."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from generation.dataset.production import Engine
from generation.engines.cluster import Slurm
from generation.errors import OptionError

SHARDS, SIZE, WORKERS = 16, 6, 2

# Real programs in small shards, without Warp. One process imports everything; then, for each directory it is
# told, a process group of its own generates there: that tells its number, and later its exit status is told.
SCRIPT = f"""
import os, sys
from functools import partial
from generation import compilation
from generation.cli import main
from generation.dataset import production, shards

def complete_all(candidates, recipe, rejects):
    return [{{name: candidate.get(name) for name in recipe.schema.names}} for candidate in candidates]

def make(store, number):
    with open("made", "a") as file:
        print(number, file=file)
    return real(store, number)

compilation.toolchain = lambda: {{"warp-lang": "none"}}
shards.complete_all = complete_all
shards.check_unedited = lambda **_: None  # reads all sources, for each shard
real, shards.ShardStore._make = shards.ShardStore._make, make
production.ShardStore = partial(shards.ShardStore, size={SIZE})
for directory in sys.stdin:
    if not (pid := os.fork()):
        os.setsid()
        os.chdir(directory.strip())
        print(os.getpid(), flush=True)
        os.dup2(os.open("told", os.O_CREAT | os.O_WRONLY | os.O_TRUNC), 1)
        status = main("generate cpu --pairs {SHARDS * SIZE} --out . --workers {WORKERS}".split())
        sys.stdout.flush()
        os._exit(status)
    print(os.waitpid(pid, 0)[1], flush=True)
"""


@pytest.fixture
def generate(start):
    """Generates in a directory, if told only until so many shards are begun and so many seconds over; returns
    the exit status."""
    server = start(SCRIPT, stdin=subprocess.PIPE)

    def generate(place: Path, shards: int | None = None, seconds: float = 0.0) -> int:
        place.mkdir(exist_ok=True)
        print(place, file=server.stdin, flush=True)
        group = int(server.stdout.readline())
        if shards is not None:
            while begun(place).total() < shards:
                time.sleep(0.001)
            time.sleep(seconds)
            with contextlib.suppress(ProcessLookupError):  # it may have ended
                os.killpg(group, signal.SIGKILL)
        return int(server.stdout.readline())

    return generate


def begun(place: Path) -> Counter:
    """How often each shard was."""
    with contextlib.suppress(FileNotFoundError):
        return Counter((place / "made").read_text().split())
    return Counter()


def files(directory: Path) -> dict[str, bytes]:
    """Everything below a directory but the lock and what the script wrote."""
    paths = {str(path.relative_to(directory)): path for path in directory.rglob("*") if path.is_file()}
    return {
        n: path.read_bytes() for n, path in paths.items() if n not in (".warp-ir-pairs.lock", "made", "told")
    }


def test_killed_at_any_moment_it_is_the_undisturbed_one(generate, tmp_path):
    assert generate(tmp_path / "undisturbed") == 0
    undisturbed = files(tmp_path / "undisturbed")
    assert "cpu/build.json" in undisturbed and all(name.startswith("cpu/") for name in undisturbed)

    draw, killed = random.Random(4), 0
    for shards in (0, 1, 2, 4, 6, 8, 10, 12, 14, SHARDS):
        place = tmp_path / f"killed_{shards}"
        generate(place, shards, 0.01 * draw.random())
        killed += any(name.startswith(".shards") for name in files(place))
        assert generate(place) == 0
        assert files(place) == undisturbed
        made = begun(place)
        assert set(map(str, range(SHARDS))) <= set(made) and made.total() - len(made) <= WORKERS
    assert killed >= 4  # not before the work, nor after it


def test_what_is_finished_is_not_made_again_nor_what_is_damaged_believed(generate, tmp_path):
    place = tmp_path / "place"
    assert generate(place) == 0
    first, made = files(place), (place / "made").read_text()
    assert generate(place) == 0
    assert "cpu was finished before" in (place / "told").read_text() and (place / "made").read_text() == made
    (place / "cpu" / "train-00000-of-00001.parquet").write_bytes(b"")
    assert generate(place) == 0 and files(place) == first


SLURM = Slurm("cpu", "01:00:00", ("true",))
BAD = [
    ({"name": "spark"}, "--engine spark is not one of local, datatrove, ray, slurm"),
    ({"name": "slurm"}, "--engine slurm needs --partition"),
    ({"name": "ray", "slurm": SLURM}, "--engine slurm needs --partition, and no other engine takes it"),
    ({"tasks": 4}, "--tasks=4: --engine local has --workers instead"),
    ({"name": "ray", "tasks": 0}, "--tasks=0 must be a whole number from 1 to 1000"),
    ({"name": "ray", "workers": 0}, "--workers=0 must be a whole number from 1 to 1024"),
]


@pytest.mark.parametrize("arguments, message", BAD, ids=str)
def test_impossible_engines_are_named(arguments, message):
    with pytest.raises(OptionError) as error:
        Engine.of(**arguments)
    assert str(error.value).startswith(message)
