"""What does it cost to prove a pair, and how many pairs are proven?

    python tests/benchmarks/bench_verification.py --pairs 1024 --backend cpu --tier gradient_checked

CPU time of this process and its children, per pair and step; the header that a process precompiles once is
left out. Then how many pairs reached each tier, and why the others did not. By rule an adjoint is the
derivative where nothing in the source speaks against it (`generation.verification.causes`) and some real
output depends on a real input that outlives the launch.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from generation.compilation import clang
from generation.dataset.configs import VERIFY
from generation.dataset.rows import replay_command
from generation.verification import BATCH, TIERS, verify
from generation.verification.causes import causes
from tests.benchmarks.bench_mutants import pair_at

STEPS = ("evaluate", "compile and run", "compare")


def cpu_seconds() -> float:
    t = os.times()
    return t.user + t.system + t.children_user + t.children_system


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=512)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--backend", default="cpu")
    parser.add_argument("--tier", default="gradient_checked", choices=list(VERIFY.values())[1:])
    options = parser.parse_args()

    clang.headers()
    seconds, tiers, reasons, rule = Counter(), Counter(), Counter(), Counter()
    for first in range(0, options.pairs, BATCH):
        indices = range(first, min(first + BATCH, options.pairs))
        pairs = [pair_at(options.seed, index, options.backend) for index in indices]
        before = cpu_seconds()
        verdicts = verify(pairs, options.tier, seconds)
        seconds["all"] += cpu_seconds() - before
        for pair, verdict in zip(pairs, verdicts, strict=True):
            tiers[verdict.tier] += 1
            reasons[verdict.reason.partition(":")[0] or "proven"] += 1
            compared = verdict.tier == "gradient_checked" or verdict.differentiable is False
            if compared and not causes(pair.source):
                rule[verdict.tier == "gradient_checked"] += 1
            if TIERS.index(verdict.tier) < TIERS.index("executed") <= TIERS.index(options.tier):
                print(replay_command(*pair.seed, config=options.backend), verdict.reason.partition("\n")[0])
    steps = ", ".join(f"{name} {1e3 * seconds[name] / options.pairs:.1f}" for name in STEPS)
    print(f"{1e3 * seconds['all'] / options.pairs:.1f} ms of CPU time a pair: {steps}")
    print(", ".join(f"{tiers[tier]} {tier} ({tiers[tier] / options.pairs:.2%})" for tier in TIERS))
    if rule:
        print(f"by rule differentiable and compared {rule.total()}, checked {rule[True] / rule.total():.1%}")
    for reason, count in reasons.most_common():
        print(f"{count:8} {reason}")


if __name__ == "__main__":
    main()
