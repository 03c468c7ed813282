"""Rows with the texts of the levels below theirs."""

from __future__ import annotations

from generation.compilation.lowering import Level, count, lower
from generation.dataset.kernels import kernel_of


def with_levels(rows: list[dict], levels: tuple[Level, ...]) -> list[dict]:
    """The rows with a column for each text, empty where there is none; what each consists of; and why any
    that should be there is missing."""
    made = lower([kernel_of(row) for row in rows], [level.name for level in levels])
    columns = [column for level in levels for column in level.columns]
    return [
        row
        | {column: found.texts.get(column, "") for column in columns}
        | {
            "counts": [counts._asdict() for counts in count(found.texts, row["backend"])],
            "missing": [f"{column}: {why}" for column, why in found.missing.items()],
        }
        for row, found in zip(rows, made, strict=True)
    ]
