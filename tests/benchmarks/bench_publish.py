"""How long publishing takes beyond generating. Run by hand:

    python tests/benchmarks/bench_publish.py --pairs 20000 [--dir pairs]

Exports that are not in the directory yet are generated first. Then `warp-ir-pairs publish` runs as a user
would run it, twice, against the tests' Hub on loopback: the first run measures, draws, uploads and commits,
the second finds nothing to change. Wall and CPU time of each, the interpreter's start included.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "publishing"))

import hub as loopback

REPO = "me/warp-ir-pairs"


@contextmanager
def timed(what: str):
    started, before = time.monotonic(), os.times()
    yield
    now = os.times()
    cpu = now.children_user + now.children_system - before.children_user - before.children_system
    print(f"{what:<40}{time.monotonic() - started:8.1f} s {cpu:8.1f} s of CPU", flush=True)


def run(*words: str, **variables: str) -> None:
    command = [sys.executable, "-m", "generation.cli", *words]
    quiet = {"HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    environment = os.environ | quiet | variables
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=2000)
    parser.add_argument("--dir", help="of exports; default: a temporary one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, loopback.running() as hub:
        place = options.dir or scratch
        for config in ("cpu", "cuda"):
            if not Path(place, config, "build.json").exists():
                with timed(f"generate {config}, {options.pairs:,} pairs"):
                    run("generate", config, "--pairs", str(options.pairs), "--out", place)
        variables = hub.environment() | {"HF_HOME": str(Path(scratch, "hf"))}
        with timed("publish both"):
            run("publish", REPO, place, **variables)
        files = hub.repos[REPO].files()
        sent = sum(map(len, files.values()))
        print(f"{'files, MB, requests':<40}{len(files):5} {sent / 1e6:8.1f} {len(hub.requests):5}")
        with timed("publish again"):
            run("publish", REPO, place, **variables)
        assert hub.repos[REPO].files() == files


if __name__ == "__main__":
    main()
