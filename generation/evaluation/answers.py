"""Answers and references from files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from generation.dataset.sources import read_columns
from generation.errors import OptionError, SetupError

_WANTED = (
    "kernel_type", "kernel_name", "backend", "python_source", "ir_forward", "ir_backward", "ir_support",
    "cuda_ir_forward", "cuda_ir_support", "launch", "seed", "index", "verification", "ptx_sm80",
)  # fmt: skip


def read_answers(path: str | Path) -> dict[str, list[str]]:
    """The answers of a JSON Lines file by id: `{"id": ..., "answer": ...}` on each line, an id as often as it
    was answered. OptionError for a line that is something else, with its number."""
    found: dict[str, list[str]] = {}
    try:
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    key, answer = _answer(line, f"{path}, line {number}")
                    found.setdefault(key, []).append(answer)
    except UnicodeDecodeError as error:
        raise OptionError(f"{path} is no UTF-8: {error}") from error
    except OSError as error:
        raise SetupError(f"{path} cannot be read: {error.strerror}") from error
    if not found:
        raise OptionError(f"{path} holds no answers")
    return found


def _answer(line: str, place: str) -> tuple[str, str]:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise OptionError(f"{place} is no JSON: {error}") from None
    if not isinstance(told, dict) or not {"id", "answer"} <= told.keys():
        raise OptionError(f'{place} must be an object with "id" and "answer"')
    key, answer = told["id"], told["answer"]
    if not isinstance(key, str) or not isinstance(answer, str | None):
        raise OptionError(f'{place}: "id" must be a text, "answer" a text or null')
    return key, answer or ""


def read_references(source: object, split: str | None = None) -> list[dict]:
    """The rows of a dataset, or of one of its splits; see `generation.dataset.sources`."""
    rows, known = [], set()
    for name, columns in read_columns(source, ("id",), _WANTED):
        known.add(name)
        if split in (None, name):
            rows += [
                dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
            ]
    if not rows:
        raise OptionError(f"--split {split} is not one of {', '.join(sorted(known))}")
    return rows


def joined(answers: Mapping[str, list[str]], rows: list[dict]) -> list[list[str]]:
    """For each row its answers; none where it has none, which counts as wrong. OptionError for answers to a
    row that is not there."""
    unknown = answers.keys() - {row["id"] for row in rows}
    if unknown:
        raise OptionError(
            f"{len(unknown)} ids of answers are not among the {len(rows)} references, as {min(unknown)!r}"
        )
    return [answers.get(row["id"], []) for row in rows]
