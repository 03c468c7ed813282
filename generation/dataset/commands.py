"""`warp-ir-pairs export`, `verify` and `stats`: what is done with a finished dataset."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from generation.dataset.configs import VERIFY
from generation.dataset.formats import FORMATS, convert
from generation.dataset.options import MAX_NUM_PAIRS, whole_number
from generation.dataset.report import check_writable, tables, write
from generation.dataset.rows import replay_command
from generation.dataset.statistics import read_reference, statistics
from generation.errors import OptionError


def add_commands(commands) -> None:
    """Adds them to the subparsers of `warp-ir-pairs`."""
    other = commands.add_parser("export", help="write a dataset in another format")
    other.add_argument("source", metavar="DIR", help="Parquet files, or one of them")
    other.add_argument("--to", required=True, metavar="FORMAT", help=", ".join(FORMATS))
    other.add_argument("--out", required=True, metavar="PATH", help="a directory; one file for each split")
    other.set_defaults(command=export)

    proof = commands.add_parser("verify", help="prove the rows of a dataset by running them")
    proof.add_argument("source", metavar="DIR", help="Parquet files, or one of them")
    proof.add_argument("--how", default="execute", help=f"{', '.join(list(VERIFY)[1:])}; default execute")
    proof.add_argument("--device", default="cpu", help="where CUDA texts run: cpu or cuda; default cpu")
    proof.add_argument("--limit", type=int, help="no more rows than this")
    proof.set_defaults(command=verify)

    figures = commands.add_parser("stats", help="measure the variety of a dataset")
    figures.add_argument("source", metavar="DIR", help="Parquet files, or one of them")
    figures.add_argument("--reference", metavar="FILE", help="distributions to compare with, as JSON")
    figures.add_argument("--out", metavar="DIR", help="write stats.json and plots there")
    figures.add_argument("--json", action="store_true", help="print every figure as JSON")
    figures.add_argument(
        "--no-near-duplicates", action="store_true", help="leave out what needs datasketch and most memory"
    )
    figures.add_argument(
        "--beside",
        nargs="+",
        default=(),
        metavar="DIR",
        help="look for the same kernels in these, too",
    )
    figures.set_defaults(command=stats)


def stats(options: argparse.Namespace) -> int:
    """Figures about a dataset; with --out also as stats.json and plots."""
    reference = read_reference(options.reference) if options.reference else None
    near_duplicates = not options.no_near_duplicates
    beside = {Path(place).resolve().name: place for place in options.beside}
    if options.out:
        check_writable(Path(options.out))
    with Console(stderr=True).status("counting"):
        figures = statistics(options.source, reference, near_duplicates=near_duplicates, beside=beside)
        written = write(figures, Path(options.out)) if options.out else []
    if options.json:
        print(json.dumps(figures, indent=1))
    else:
        Console(highlight=False).print(tables(figures), *written, sep="\n")
    return 0


def export(options: argparse.Namespace) -> int:
    """A finished dataset in another format, one file for each split."""
    if options.to not in FORMATS:
        raise OptionError(f"--to {options.to} is not one of {', '.join(FORMATS)}")
    with Console(stderr=True).status("writing"):
        written = convert(options.source, options.to, options.out)
    table = Table("", "rows", "bytes", title=str(options.out))
    for rows, path in written.values():
        table.add_row(path.name, f"{rows:,}", f"{path.stat().st_size:,}")
    Console(highlight=False).print(table)
    return 0


def verify(options: argparse.Namespace) -> int:
    """How far the rows of a dataset can be proven, and for each reason that stopped one an example to replay.
    Exit status 1 where a text does not do what its source says."""
    from generation.dataset.proof import audit

    if options.how not in VERIFY or options.how == "none":
        raise OptionError(f"--how {options.how} is not one of {', '.join(list(VERIFY)[1:])}")
    limit = None if options.limit is None else whole_number("--limit", options.limit, 0, MAX_NUM_PAIRS)
    tiers, reasons, examples, wrong = Counter(), Counter(), {}, 0
    for row, verdict, same in audit(options.source, options.how, limit, options.device):
        tiers[verdict.tier] += 1
        told = verdict.reason if same is not False else "text: not what Warp generates"
        wrong += same is False or verdict.reason.startswith(
            ("differs", "crash", "timeout", "does not compile")
        )
        if told:
            reason = told if told.startswith("not covered") else told.partition(":")[0]
            reasons[reason] += 1
            examples.setdefault(reason, (told, row))
    table = Table(title=str(options.source), show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, count in (*((tier, tiers[tier]) for tier in VERIFY.values()), *reasons.most_common()):
        table.add_row(("  " if name in reasons else "") + name, f"{count:,}")
    console = Console(highlight=False)
    console.print(table)
    for told, row in examples.values():
        place = {key: row[key] for key in ("backend", "seed", "index", "id") if row.get(key) is not None}
        told = told.partition("\n")[0]
        ours = {"backend", "seed", "index"} <= set(place)
        shown = replay_command(row["seed"], row["index"], config=row["backend"]) if ours else str(place)
        console.print(f"{told}: {shown}", markup=False)
    return 1 if wrong else 0
