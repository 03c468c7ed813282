"""What do the levels below the C++ and the CUDA C++ cost, and how large are they?

    python tests/benchmarks/bench_levels.py --pairs 200

CPU time of this process and its children, per pair, for each level with what it is made from taken off: in
batches, as a build makes them, and alone, as a stream does. Headers that a process precompiles once are left
out. Then the median size of each text, how many pairs lack one and why, and what proving all levels of a pair
takes with --tier.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from generation.compilation import BACKENDS
from generation.compilation.lowering import LEVELS, Level, by_level, lower
from generation.verification import TIERS, verify
from tests.benchmarks.bench_mutants import pair_at

ALONE = 20


def cpu_seconds() -> float:
    t = os.times()
    return t.user + t.system + t.children_user + t.children_system


def cost(irs: list, names: list[str], *, alone: bool = False) -> tuple[float, list]:
    """Milliseconds for each of `irs`, and what they became."""
    before = cpu_seconds()
    found = [lower([ir], names)[0] for ir in irs] if alone else lower(irs, names)
    return 1e3 * (cpu_seconds() - before) / len(irs), found


def own_cost(irs: list, level: Level, *, alone: bool = False) -> tuple[float, list]:
    names = [level.below] if level.below else []
    spent, found = cost(irs, [*names, level.name], alone=alone)
    return spent - (cost(irs, names, alone=alone)[0] if names else 0.0), found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--backend", default="", help=f"{' or '.join(BACKENDS)}; default: both")
    parser.add_argument("--no-backward", action="store_true", help="forward texts only")
    parser.add_argument("--tier", choices=TIERS[1:], help="prove the texts, too")
    options = parser.parse_args()

    print(f"{'level':>14} {'ms/pair':>8} {'alone':>8} {'bytes':>9} {'adjoint':>9}  missing")
    for backend in [options.backend] if options.backend else BACKENDS:
        pairs = [pair_at(options.seed, index, backend) for index in range(options.pairs)]
        irs = [pair.ir._replace(backward="") if options.no_backward else pair.ir for pair in pairs]
        texts: list[dict] = [{} for _ in irs]
        for level in LEVELS[backend].values():
            lower(irs[:1], [level.name])  # precompiles headers
            together, found = own_cost(irs, level)
            alone, _ = own_cost(irs[:ALONE], level, alone=True)
            sizes = [
                statistics.median(len(one.texts.get(level.column(part), "")) for one in found)
                for part in ("forward", "backward")
            ]
            reasons = Counter(why for one in found for why in one.missing.values())
            figures = f"{together:8.1f} {alone:8.1f} {sizes[0]:9.0f} {sizes[1]:9.0f}"
            print(
                f"{backend + ' ' + level.name:>14} {figures}  "
                + ("; ".join(f"{n} x {why[:60]}" for why, n in reasons.most_common(3)) or "none"),
                flush=True,
            )
            for one, text in zip(found, texts, strict=True):
                text |= one.texts
        if options.tier:
            lowered = [p._replace(levels=by_level(t, backend)) for p, t in zip(pairs, texts, strict=True)]
            seconds = Counter()
            verdicts = verify(lowered, options.tier, seconds)
            steps = ", ".join(f"{step} {1e3 * spent / len(pairs):.0f}" for step, spent in seconds.items())
            tiers = Counter(verdict.tier for verdict in verdicts)
            print(f"proof, ms/pair: {steps}; " + ", ".join(f"{tiers[tier]} {tier}" for tier in TIERS))
            for reason, n in Counter(verdict.reason for verdict in verdicts if verdict.reason).most_common(8):
                print(f"  {n} x {reason[:120]}")


if __name__ == "__main__":
    main()
