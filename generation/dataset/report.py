"""Statistics for people: tables for a terminal, a directory with the figures as JSON and as plots."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from rich.console import Group
from rich.table import Table

from generation.dataset.files import refusals, write_whole
from generation.dataset.plots import figure_class, operations, plots

_SHOWN = 20  # operations
_SHARED = {"structure": "structures in several splits", "structure_id": "structure_id in several splits"}


def tables(figures: Mapping) -> Group:
    """What is worth reading at a glance; everything else is in the JSON."""
    return Group(*_tables(figures))


def check_writable(directory: Path) -> None:
    """SetupError, before minutes are spent on counting, where `write` would refuse."""
    figure_class()
    with refusals(directory):
        directory.mkdir(parents=True, exist_ok=True)


def write(figures: Mapping, directory: Path) -> list[Path]:
    """Writes stats.json and the plots; returns their paths."""
    files = {"stats.json": json.dumps(figures, indent=1).encode() + b"\n", **plots(figures)}
    with refusals(directory):
        for name, data in files.items():
            write_whole(directory / name, data)
    return [directory / name for name in files]


def _tables(figures: Mapping) -> Iterator[Table]:
    yield _table("Rows", ("", "number"), _overview(figures).items())
    columns = ("distinct", "distinct_per_row", "effective", "effective_per_row", "unseen")
    yield _table(
        "Diversity",
        ("level", "distinct", "/ rows", "effective", "/ rows", "unseen mass"),
        ((level, *(found[name] for name in columns)) for level, found in figures["diversity"].items()),
    )
    if "score" in figures:
        yield _table(
            "Against the reference",
            ("", "covered", "JS divergence"),
            ((name, figures["coverage"].get(name), far) for name, far in figures["divergence"].items()),
        )
        yield _table(f"Score {figures['score']:.1f}", ("component", ""), figures["components"].items())
    names = ("p1", "p10", "p50", "p90", "p99", "mean")
    yield _table(
        "Sizes",
        ("", *names),
        ((size, *(found[name] for name in names)) for size, found in figures["sizes"].items()),
    )
    if families := figures.get("families"):
        asked = figures["families_asked"]
        rows = ((name, families.get(name, 0), asked.get(name)) for name in families | asked)
        yield _table("Families", ("", "rows", "asked for"), rows)
    if between := figures.get("between_splits"):
        rows = ((name, *(near.get(other) for other in between)) for name, near in between.items())
        yield _table("Structures near one of another split", ("of", *between), rows)
    if complexity := figures.get("complexity"):
        yield _table("Complexity", ("", "rows"), complexity.items())
    used, unit = operations(figures)
    yield _table(f"The most frequent of {len(used)} operations", ("", unit), list(used.items())[:_SHOWN])


def _overview(figures: Mapping) -> dict[str, object]:
    near = figures.get("near_duplicates", {})
    lines = {
        "kernels": figures["rows"],
        **{f"  {split}": count for split, count in figures["splits"].items()},
        "rows without a kernel": figures["unreadable"],
        **{_SHARED[kind]: count for kind, count in figures["shared_between_splits"].items()},
        "near-duplicates": near.get("rate"),
        "built-ins used": figures["builtins_used"],
        "p of the families (chi-squared)": figures.get("families_p"),
        "AUC of a classifier against the reference": figures.get("distinguishability"),
    }
    return {name: value for name, value in lines.items() if value is not None}


def _table(title: str, heads: tuple[str, ...], rows) -> Table:
    table = Table(title=title, title_justify="left")
    for position, head in enumerate(heads):
        table.add_column(head, justify="right" if position else "left")
    for row in rows:
        table.add_row(*map(_cell, row))
    return table


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
