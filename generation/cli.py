"""`warp-ir-pairs`: look at one pair, write a dataset as Parquet files, or measure one.

Every error is one sentence on stderr. Exit status: 0 done, 1 failed, 2 asked for something impossible, 130
Ctrl-C.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from rich.columns import Columns
from rich.console import Console
from rich.panel import Panel
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from generation import __version__
from generation.compilation.lowering import LEVELS, at_level, level_of
from generation.dataset import commands as dataset
from generation.dataset.configs import CONFIGS, VERIFY, lexer
from generation.dataset.kernels import kernel_of
from generation.dataset.options import (
    COMPLEXITIES,
    MAX_NUM_PAIRS,
    MAX_SEED,
    PROFILES,
    Recipe,
    whole_number,
)
from generation.dataset.production import ENGINES, Engine, produce
from generation.dataset.rows import Rejects, at_most, complete, drafts
from generation.engines.cluster import Slurm
from generation.errors import OptionError, WarpIrPairsError
from generation.evaluation import commands as evaluation
from generation.publishing import commands as publishing


def main(arguments: list[str] | None = None) -> int:
    parser = _parser()
    try:
        options = parser.parse_args(arguments)
        options.arguments = sys.argv[1:] if arguments is None else arguments
        return options.command(options)
    except OptionError as error:
        return _fail(2, error)
    except WarpIrPairsError as error:
        return _fail(1, error)
    except BrokenPipeError:  # the reader of our output, `head` perhaps, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        again = shlex.join(["warp-ir-pairs", *(sys.argv[1:] if arguments is None else arguments)])
        return _fail(130, f"interrupted; what is finished is kept, continue with: {again}")


def inspect(options: argparse.Namespace) -> int:
    """One row, as the builder would make it, and what was refused on the way to it."""
    recipe = _recipe(options)
    level = None if options.level is None else level_of(options.level, recipe.backend)
    index = whole_number("--index", options.index, 0, 2**63 - 1)
    rejects = Rejects()
    found = next(drafts(recipe, range(index, index + 1), rejects), None)
    if found is None:
        raise OptionError(f"--index={index} must be a whole number from 0 to {at_most(recipe, index) - 1}")
    row = complete(found, recipe, rejects)
    language = lexer("ir_forward", recipe.backend)
    texts = [("python_source", "python", row["python_source"]), ("ir_forward", language, row["ir_forward"])]
    texts += [(name, language, row[name]) for name in ("ir_backward", "ir_support") if getattr(options, name)]
    if level is not None:
        found = at_level(kernel_of(row), level)
        parts = [part for part in level.parts if getattr(options, f"ir_{part}", True)]
        language = lexer(level.name, recipe.backend)
        texts += [(level.column(part), language, getattr(found, part)) for part in parts]
    facts = ("id", "structure_id", "kernel_type", "complexity", "num_ir_lines", "seed", "index")
    console = Console(highlight=False)
    title = "  ".join(f"{name}={row[name]}" for name in facts)
    if console.is_terminal:
        _show(console, title, texts)
    else:
        comment = {"python": "#", "llvm": ";", "gas": "#"}
        print(f"# {title}")
        for name, kind, text in texts:
            print(f"\n{comment.get(kind, '//')} ---- {name}\n{text.rstrip()}")
    for reason, example in rejects.examples.items():
        print(f"refused on the way, {reason}: {example}", file=sys.stderr)
    return 0


def generate(options: argparse.Namespace) -> int:
    """A finished build, written as Parquet below --out; finished shards are kept there until it is
    complete."""
    recipe = _recipe(options)
    num_pairs = whole_number("--pairs", options.pairs, 1, MAX_NUM_PAIRS)
    engine = _engine(options)
    started = time.monotonic()
    # Without auto_refresh there is no thread that a fork could catch in the middle of something.
    progress = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn(),
        console=Console(stderr=True), auto_refresh=False,
    )  # fmt: skip
    task = progress.add_task(f"{recipe.config} pairs", total=num_pairs)
    told: list[str] = []
    with ExitStack() as shown:

        def advance(new: int) -> None:
            if not progress.live.is_started:
                shown.enter_context(progress)
            progress.update(task, advance=new, refresh=True)

        out = Path(options.out).absolute()
        manifest = produce(recipe, num_pairs, out, engine, advance, told.append)
    if manifest is not None:
        seconds = time.monotonic() - started if progress.tasks[task].completed else None
        _report(manifest, Path(options.out) / recipe.config, seconds)
    for line in told:
        print(line)
    return 0


def _engine(options: argparse.Namespace) -> Engine:
    workers, slurm = options.workers, None
    if workers is None and options.engine == "local":
        workers = _cores()
    given = dict(item.partition("=")[::2] for item in options.sbatch or ())
    if options.partition:
        again = (sys.executable, "-m", "generation.cli", *options.arguments)
        slurm = Slurm(options.partition, options.time or "04:00:00", again, given)
    elif options.time or given:
        raise OptionError("--time and --sbatch need --engine slurm and --partition")
    return Engine.of(options.engine, workers, options.tasks, slurm)


class _Rate(ProgressColumn):
    def render(self, task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} pairs/s" if speed else "- pairs/s")


def _show(console: Console, title: str, texts: list[tuple[str, str, str]]) -> None:
    """Side by side where the terminal is wide enough for it, else one below the other."""
    wide = console.width >= 120
    panels = [
        Panel(
            Syntax(text.rstrip(), kind, theme="ansi_dark", word_wrap=True, line_numbers=kind == "python"),
            title=name,
            width=console.width // 2 if wide else None,
        )
        for name, kind, text in texts
    ]
    console.rule(title)
    console.print(Columns(panels, padding=0) if wide else Text(""), *([] if wide else panels))


def _report(manifest: dict, directory: Path, seconds: float | None) -> None:
    table = Table(title=str(directory), show_header=False)
    splits, rejects = manifest["splits"], manifest["rejects"]
    rows = {
        "pairs": manifest["pairs"],
        **{f"  {name}": split["rows"] for name, split in splits.items()},
        "bytes on disk": sum(split["bytes"] for split in splits.values()),
        "candidates": manifest["candidates"],
        "distinct structures among them": manifest["candidates"] - manifest["duplicates"],
        "duplicates dropped": manifest["duplicates"],
        "rejected": sum(rejects.values()),
        **{f"  {reason}": count for reason, count in rejects.items()},
    }
    if seconds is not None:
        rows |= {"seconds": round(seconds, 1), "pairs/s": round(manifest["pairs"] / seconds)}
    table.add_column()
    table.add_column(justify="right")
    for name, value in rows.items():
        table.add_row(name, f"{value:,}")
    Console().print(table)


def _recipe(options: argparse.Namespace) -> Recipe:
    lists = {
        name: given and [item for part in given for item in part.split(",") if item]
        for name, given in (("kernel_types", options.kernel_types), ("complexity", options.complexity))
    }
    return Recipe.of(
        options.config,
        options.seed,
        profile=options.profile,
        enable_backward=not getattr(options, "no_backward", False),
        verify=getattr(options, "verify", None),
        **lists,
    )


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _fail(status: int, message: object) -> int:
    print(f"warp-ir-pairs: {message}", file=sys.stderr)
    return status


class _Parser(argparse.ArgumentParser):
    def error(self, message: str):
        raise OptionError(f"{message}; see {self.prog} --help")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="warp-ir-pairs", description=__doc__.splitlines()[0].partition(": ")[2])
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("config", help=", ".join(CONFIGS))
    shared.add_argument("--seed", type=int, default=0, help=f"0 to {MAX_SEED}; default 0")
    shared.add_argument("--kernel-types", nargs="+", metavar="TYPE", help="default: all")
    shared.add_argument("--profile", default="balanced", help=f"{', '.join(PROFILES)}; default balanced")
    shared.add_argument(
        "--complexity", nargs="+", metavar="CLASS", help=f"{', '.join(COMPLEXITIES)}; default: all"
    )

    one = commands.add_parser("inspect", parents=[shared], help="show one pair")
    one.add_argument("--index", type=int, default=0, help="which one of the stream; default 0")
    one.add_argument("--backward", dest="ir_backward", action="store_true", help="show the adjoint too")
    one.add_argument(
        "--support", dest="ir_support", action="store_true", help="show structs and functions too"
    )
    known = ", ".join(dict.fromkeys(name for levels in LEVELS.values() for name in levels))
    one.add_argument("--level", help=f"show a level below the backend's text: {known}")
    one.set_defaults(command=inspect)

    many = commands.add_parser("generate", parents=[shared], help="write Parquet files")
    many.add_argument("--pairs", type=int, required=True, help=f"1 to {MAX_NUM_PAIRS}")
    many.add_argument("--out", required=True, metavar="DIR", help="the files go to DIR/CONFIG")
    many.add_argument("--engine", default="local", help=f"{', '.join(ENGINES)}; default local")
    many.add_argument(
        "--workers",
        type=int,
        help="processes, or tasks of a cluster at a time; default: all there is room for",
    )
    many.add_argument("--tasks", type=int, help="of a cluster in all; default: of some minutes each")
    many.add_argument("--partition", help="of Slurm")
    many.add_argument("--time", help="limit of a Slurm task; default 04:00:00")
    many.add_argument("--sbatch", nargs="+", metavar="KEY=VALUE", help="more of sbatch: account=lab qos=low")
    many.add_argument("--no-backward", action="store_true", help="leave ir_backward empty")
    many.add_argument("--verify", help=f"{', '.join(VERIFY)}; default none, of cpu-io execute")
    many.set_defaults(command=generate)

    dataset.add_commands(commands)
    evaluation.add_commands(commands)
    publishing.add_commands(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
