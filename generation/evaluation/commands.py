"""`warp-ir-pairs evaluate`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rich.console import Console

from generation.dataset.files import refusals, write_whole
from generation.errors import OptionError, SetupError
from generation.evaluation.sandbox import ISOLATION


def add_commands(commands) -> None:
    """Adds the command to the subparsers of `warp-ir-pairs`."""
    one = commands.add_parser("evaluate", help="score a model's answers")
    one.add_argument("answers", metavar="ANSWERS.jsonl", help='{"id": ..., "answer": ...} on each line')
    one.add_argument("--references", required=True, metavar="DIR", help="Parquet files, or one of them")
    one.add_argument("--split", help="of the references; default: all")
    one.add_argument("--task", required=True, help="python_to_ir, ir_to_python, forward_to_adjoint, ...")
    one.add_argument("--k", default="1", metavar="K[,K]", help="of pass@k; default 1")
    one.add_argument("--out", metavar="FILE", help="write every figure and result there, as JSON")
    one.add_argument(
        "--isolation", default="seccomp", help=f"{', '.join(ISOLATION)}; default seccomp, see the README"
    )
    one.set_defaults(command=evaluate)


def evaluate(options: argparse.Namespace) -> int:
    """Prints the tables; status 0 whatever the scores."""
    from generation.evaluation import answers, evaluate

    try:
        ks = tuple(int(k) for k in options.k.split(","))
    except ValueError:
        raise OptionError(f"--k {options.k} must be whole numbers, as 1,5") from None
    given = answers.read_answers(options.answers)
    rows = answers.read_references(options.references, options.split)
    predictions = answers.joined(given, rows)
    if options.out and not Path(options.out).absolute().parent.is_dir():
        raise SetupError(f"--out {options.out}: there is no such directory")
    scores = evaluate(predictions, rows, task=options.task, k=ks, isolation=options.isolation)
    if options.out:
        with refusals(options.out):
            write_whole(Path(options.out), json.dumps(scores.to_dict(), indent=1, allow_nan=False).encode())
    console = Console(highlight=False)
    for table in scores.tables():
        console.print(table)
    for title, counts in (("not run", scores.unscored), ("wrong", scores.reasons)):
        for reason, count in counts.most_common():
            console.print(f"{title}, {count:,}: {reason}", markup=False)
    return 0
