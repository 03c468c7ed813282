"""What does it cost to score an answer, are true answers accepted and wrong ones not?

    python tests/benchmarks/bench_evaluation.py --task python_to_ir --backend cpu --rows 512 --answers 1
    python tests/benchmarks/bench_evaluation.py --task python_to_ir --rows 64 --answers 8 --mutants

The answers are the true ones, all of them compiled and run although they are exact; with --mutants all but
the first of each row have one operator, constant, index or sign changed. CPU time of this process and its
children, for each answer, without what a process makes once (runners with precompiled headers), which is told
apart. With --proven the rows count as proven before, as those of a dataset made with verify="execute".
Prints how many of the true answers score, what the others lack, and the rows that nobody can run.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from generation.dataset.options import Recipe
from generation.dataset.rows import complete_all, draft
from generation.evaluation import evaluate
from generation.evaluation.runner import started
from generation.evaluation.tasks import TASKS, ir_of_row, reference_text
from generation.verification import Pair
from tests.verification.mutation import mutants


def cpu_seconds() -> float:
    """Of this process, the children it waited for, and the runners with theirs."""
    t = os.times()
    total = t.user + t.system + t.children_user + t.children_system
    for runner in started():
        fields = Path(f"/proc/{runner.pid}/stat").read_text().rpartition(")")[2].split()
        total += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return total


def rows_of(task: str, backend: str, seed: int, count: int) -> list[dict]:
    recipes = {name: Recipe.of(name) for name in ({"cpu", "cuda"} if task == "cpu_to_cuda" else {backend})}
    drafts = [draft(seed, index, Recipe.of(backend).population) for index in range(count)]
    made = {name: complete_all(drafts, recipe) for name, recipe in recipes.items()}
    if task != "cpu_to_cuda":
        return made[backend]
    texts = ("ir_support", "ir_forward")
    return [
        one | {f"cuda_{name}": other[name] for name in texts}
        for one, other in zip(made["cpu"], made["cuda"], strict=True)
    ]


def wrong_answers(task: str, row: dict, count: int) -> list[str]:
    pair = Pair(row["python_source"], ir_of_row(task, row))
    return [f"{row['ir_support']}\n{mutant.ir.forward}" for mutant in mutants(pair, count)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--task", default="python_to_ir", choices=[name for name in TASKS if "ptx" not in name]
    )
    parser.add_argument("--backend", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--rows", type=int, default=256)
    parser.add_argument("--answers", type=int, default=1, help="of each row")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--mutants", action="store_true")
    parser.add_argument("--proven", action="store_true")
    options = parser.parse_args()

    rows = rows_of(options.task, options.backend, options.seed, options.rows)
    if options.proven:
        rows = [row | {"verification": "executed"} for row in rows]
    answers = []
    for row in rows:
        right = reference_text(TASKS[options.task], row)
        others = wrong_answers(options.task, row, options.answers - 1) if options.mutants else []
        # Comments keep equal answers from being scored once.
        same = [f"{right}{_comment(options.task, n)}\n" for n in range(1, options.answers - len(others))]
        answers.append([right, *others, *same])
    start = cpu_seconds()
    evaluate(answers[:1], rows[:1], task=options.task, run_exact=True)
    once = cpu_seconds() - start
    start, began = cpu_seconds(), time.monotonic()
    scores = evaluate(answers, rows, task=options.task, run_exact=True)
    used, count = cpu_seconds() - start, sum(map(len, answers))
    print(f"{1e3 * used / count:.1f} ms of CPU time an answer, {count} answers to {len(rows)} rows")
    print(f"{once:.1f} s once; {time.monotonic() - began:.0f} s of wall time")
    true = [problem.results[0] for problem in scores.problems if not problem.unscored]
    print(f"true answers: {sum(bool(r.executes) for r in true)} of {len(true)} score")
    for problem in scores.problems:
        if problem.results[0].reason:
            print(f"  {problem.id} {problem.kernel_type}: {problem.results[0].reason.splitlines()[0]}")
    if options.mutants:
        wrong = [r for p in scores.problems if not p.unscored for r in p.results[1:] if not r.exact]
        print(f"mutants: {sum(not r.executes for r in wrong)} of {len(wrong)} score nothing")
    for reason, number in scores.unscored.most_common():
        print(f"nobody can run {number}: {reason}")


def _comment(task: str, number: int) -> str:
    return f"# {number}" if task == "ir_to_python" else f"// {number}"


if __name__ == "__main__":
    main()
