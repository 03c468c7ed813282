"""How many wrong texts does `verify` tell from right ones?

    python tests/benchmarks/bench_mutants.py --kernels 200 --mutants 6

Each kernel's forward pass is changed in one place: an operator, a constant, an index, a sign. Texts that do
not compile any more are left out. Of those that pass, some are the same function (`n + n - 1` for `n - n - 1`
under `% n`); so they are tried again on the inputs of other seeds, and the rate is also given over those
mutants that any inputs told apart. With --list the ones that passed are printed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from generation.compilation import compile_source
from generation.dataset.rows import draft
from generation.synthesis import EVERYTHING
from generation.verification import Pair, verify
from tests.verification.mutation import mutants

KILLED = ("differs", "crash", "timeout")


def pair_at(seed: int, index: int, backend: str = "cpu") -> Pair:
    found = draft(seed, index, EVERYTHING)
    ir = compile_source(found["python_source"], (backend,))[0][backend]
    return Pair(found["python_source"], ir, json.loads(found["launch"]), (seed, index))


def passing(pairs: list[Pair]) -> list[Pair]:
    return [p for p, v in zip(pairs, verify(pairs), strict=True) if v.tier == "executed"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernels", type=int, default=200)
    parser.add_argument("--mutants", type=int, default=6, help="of each kernel")
    parser.add_argument("--seed", type=int, default=29)
    parser.add_argument("--again", type=int, default=10, help="other seeds for those that pass")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()

    sound = [pair_at(options.seed, index) for index in range(options.kernels)]
    wrong = [mutant for pair in sound for mutant in mutants(pair, options.mutants)]
    verdicts = verify(wrong)
    killed = sum(v.reason.startswith(KILLED) for v in verdicts)
    passed = [pair for pair, v in zip(wrong, verdicts, strict=True) if v.tier == "executed"]
    told = Counter(v.reason.partition(":")[0] for v in verdicts)
    left = passed
    for other in range(options.again):
        left = passing([p._replace(seed=(*p.seed, 1 + other)) for p in left])
    print(f"{len(wrong)} mutants: {dict(told)}")
    print(f"killed {killed} of {killed + len(passed)}: {killed / (killed + len(passed)):.1%}")
    killable = killed + len(passed) - len(left)
    share = killed / killable
    print(f"killed {killed} of {killable} that inputs of {1 + options.again} seeds kill: {share:.1%}")
    if options.list:
        texts = {pair.source: pair.ir.forward.splitlines() for pair in sound}
        hopeless = {pair.ir for pair in left}
        for pair in passed:
            lines = zip(texts[pair.source], pair.ir.forward.splitlines(), strict=True)
            before, after = next((x, y) for x, y in lines if x != y)
            fate = "passes" if pair.ir in hopeless else "killable"
            print(f"{fate} {pair.seed[:2]} {before.strip()} -> {after.strip()}")


if __name__ == "__main__":
    main()
