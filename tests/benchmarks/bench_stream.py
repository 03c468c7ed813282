"""What a training run gets from the endless stream, beside plain generation. Run by hand, needs PyTorch:

    python tests/benchmarks/bench_stream.py --pairs 1536 --repeats 3

Arms, in rows per second of wall time and per second of CPU time, that of all processes together:

    engine, 2 workers      what `warp-ir-pairs generate --workers 2` runs, shards written to a disk
    stream, 1 process      a plain loop over the train split
    DataLoader, 2 workers  batches of 16 from the train split

Each arm runs in a process of its own, once for 512 rows and once for `--pairs` more, and the difference
counts: imports, the start of workers and the first fill of caches belong to neither. Arms alternate and
medians count. On a machine that others use, rows per CPU second is the figure to compare. The stream of one
split drafts the programs of the other splits too, a tenth of all, and drops them.
"""

from __future__ import annotations

import argparse
import itertools
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

BATCH = 16
WARM = 512  # rows


def engine(pairs: int) -> int:
    from generation import fingerprint
    from generation.dataset.build import build
    from generation.dataset.options import Recipe
    from generation.dataset.shards import ShardStore

    with tempfile.TemporaryDirectory() as directory:
        return build(ShardStore(Recipe("cpu"), fingerprint(), directory), pairs, workers=2).candidates


def stream(pairs: int) -> int:
    return sum(1 for _ in itertools.islice(endless(), pairs))


def loader(pairs: int) -> int:
    from torch.utils.data import DataLoader

    batches = iter(DataLoader(endless(), batch_size=BATCH, num_workers=2, collate_fn=list))
    return sum(len(batch) for batch in itertools.islice(batches, pairs // BATCH))


def endless():
    import warp_ir_pairs

    return warp_ir_pairs.load_dataset("cpu", num_pairs=0, streaming=True, split="train")


ARMS = {"engine, 2 workers": engine, "stream, 1 process": stream, "DataLoader, 2 workers": loader}


def spent(arm: str, pairs: int) -> tuple[int, float, float]:
    """Rows, and seconds of wall time and of CPU time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    command = [sys.executable, __file__, "--arm", arm, "--pairs", str(pairs)]
    rows = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return rows, wall, cpu


def rates(arm: str, pairs: int) -> tuple[float, float]:
    """Rows per second of wall time and of CPU time, the start aside."""
    few, many = spent(arm, WARM), spent(arm, WARM + pairs)
    rows, wall, cpu = (after - before for before, after in zip(few, many, strict=True))
    return rows / wall, rows / cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=1536)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--arm", choices=ARMS, help="run this arm alone and print its rows")
    options = parser.parse_args()
    if options.arm:
        print(ARMS[options.arm](options.pairs))
        return
    print(f"load average before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    found: dict[str, list[tuple[float, float]]] = {arm: [] for arm in ARMS}
    for _ in range(options.repeats):
        for arm in ARMS:
            found[arm].append(rates(arm, options.pairs))
    print(f"load average after: {os.getloadavg()[0]:.1f}")
    first = None
    for arm, figures in found.items():
        wall, cpu = (statistics.median(column) for column in zip(*figures, strict=True))
        first = first or (wall, cpu)
        print(
            f"{arm:22s} {wall:6.1f} rows/s ({wall / first[0]:4.0%})"
            f" {cpu:6.1f} rows per CPU second ({cpu / first[1]:4.0%})"
        )


if __name__ == "__main__":
    main()
