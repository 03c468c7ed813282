"""`warp-ir-pairs card` and `warp-ir-pairs publish`."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from generation.dataset.files import refusals, write_whole
from generation.dataset.near_duplicates import Collection
from generation.dataset.plots import figure_class, plots
from generation.dataset.statistics import read_reference
from generation.publishing.exports import Export, read_exports
from generation.publishing.figures import measure, summary


def add_commands(commands) -> None:
    """Adds both to what `add_subparsers` returned."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--config", nargs="+", metavar="CONFIG", help="which exports; default: all in DIR")
    shared.add_argument(
        "--reference",
        nargs="+",
        metavar="FILE",
        help="compare with these; one for all exports or one for each",
    )
    shared.add_argument("--template", metavar="FILE", help="the card to fill; default: the project's own")
    directory = {"metavar": "DIR", "help": "what was given to generate --out; default pairs"}

    card = commands.add_parser("card", parents=[shared], help="fill the dataset card with a build's figures")
    card.add_argument("source", nargs="?", default="pairs", **directory)
    card.add_argument(
        "--out", metavar="FILE", help="write it there, its figures as JSON beside it; default: print"
    )
    card.set_defaults(command=write_card)

    hub = commands.add_parser(
        "publish", parents=[shared], help="upload exports and card to the Hugging Face Hub"
    )
    hub.add_argument("repo", metavar="REPO", help="NAMESPACE/NAME; made if it is missing")
    hub.add_argument("source", nargs="?", default="pairs", **directory)
    hub.add_argument("--private", action="store_true", help="make a new repository private")
    hub.add_argument("--revision", default="main", help="a branch, made if it is missing; default main")
    hub.add_argument("--dry-run", action="store_true", help="only say what would change")
    hub.set_defaults(command=publish)


def write_card(options: argparse.Namespace) -> int:
    """The card of some exports, to the terminal or a file."""
    from generation.publishing.card import read_template, render  # brings huggingface_hub

    template = read_template(options.template)
    exports = read_exports(options.source, options.config)
    figures = summary(_measured(exports, options.reference))
    card = render(template, figures)
    if not options.out:
        print(card)
        return 0
    place = Path(options.out)
    with refusals(place):
        write_whole(place, card.encode())
        write_whole(place.with_suffix(".json"), json.dumps(figures, indent=1).encode() + b"\n")
    print(place, place.with_suffix(".json"), sep="\n")
    return 0


def publish(options: argparse.Namespace) -> int:
    """Exports, card and plots to the Hub, in one commit."""
    from generation.publishing.card import read_template
    from generation.publishing.hub import PICTURES, preflight  # brings datasets
    from generation.publishing.hub import publish as upload

    figure_class()
    Collection()  # a missing package is named before minutes are spent
    template = read_template(options.template)
    exports = read_exports(options.source, options.config)
    preflight(options.repo, private=options.private, dry_run=options.dry_run)
    measured = _measured(exports, options.reference)
    pictures = {
        f"{PICTURES}/{config}/{name}": picture
        for config, found in measured.items()
        for name, picture in plots(found["statistics"]).items()
    }
    plan = upload(
        options.repo,
        exports,
        measured,
        template,
        pictures,
        revision=options.revision,
        private=options.private,
        dry_run=options.dry_run,
    )
    table = Table(title=f"{options.repo} ({options.revision})", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for title, files in (("upload", plan.upload), ("unchanged", plan.keep), ("remove", plan.remove)):
        table.add_row(f"{title}: {len(files):,} files", f"{sum(files.values()):,} bytes")
        if options.dry_run and title != "unchanged":
            for path, size in files.items():
                table.add_row(f"  {path}", f"{size:,}")
    console = Console(highlight=False)
    console.print(table)
    if options.dry_run:
        console.print("nothing was changed (--dry-run)")
    else:
        console.print(plan.url or "nothing to change", soft_wrap=True)
    return 0


def _measured(exports: Sequence[Export], references: Sequence[str] | None) -> dict[str, dict]:
    compared = [read_reference(path) for path in references or ()]
    with Console(stderr=True).status("measuring"):
        return measure(exports, compared, workers=os.cpu_count() or 1)
