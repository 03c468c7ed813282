"""Rows proven by running them: the columns `verification` and `differentiable`; the audit of a dataset."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from generation.compilation import KernelIR, compile_source
from generation.dataset.options import VERIFY
from generation.dataset.sources import read_columns
from generation.errors import CompilationError
from generation.verification import BATCH, Pair, Verdict, verify

_NEEDED = ("python_source",)
_TEXTS = ("ir_forward", "ir_backward", "ir_support")
_WANTED = (*_TEXTS, "kernel_name", "backend", "id", "seed", "index", "launch")


def prove(rows: list[dict], launches: list[str | None], how: str) -> list[dict]:
    """The rows with their verdicts; `launches` says how each may be launched, as JSON."""
    pairs = [_pair(row, launch) for row, launch in zip(rows, launches, strict=True)]
    verdicts = verify(pairs, VERIFY[how])
    return [
        row | {"verification": verdict.tier, "differentiable": verdict.differentiable}
        for row, verdict in zip(rows, verdicts, strict=True)
    ]


class Audited(NamedTuple):
    row: dict
    verdict: Verdict
    same_text: bool | None
    """Whether Warp still generates the row's text from its source; None where the row has no text."""


def audit(source: object, how: str, limit: int | None = None) -> Iterator[Audited]:
    """Every row of a dataset, ours or another's, with its verdict. Rows without texts are compiled anew."""
    batch: list[tuple[dict, Pair | Verdict, bool | None]] = []
    for row in islice(_rows(source), limit):
        batch.append(_prepared(row))
        if len(batch) == BATCH:
            yield from _audited(batch, how)
            batch = []
    yield from _audited(batch, how)


def _rows(source: object) -> Iterator[dict]:
    for _, columns in read_columns(source, _NEEDED, _WANTED):
        for values in zip(*columns.values(), strict=True):
            yield dict(zip(columns, values, strict=True))


def _prepared(row: dict) -> tuple[dict, Pair | Verdict, bool | None]:
    backend = row.get("backend") or "cpu"
    try:
        found = [kernel[backend] for kernel in compile_source(row["python_source"], (backend,))]
        fresh = next((ir for ir in found if ir.kernel_name == row.get("kernel_name")), found[0])
    except (CompilationError, IndexError) as error:
        return row, Verdict("generated", f"Warp refuses the source: {error}"), None
    if "ir_forward" not in row:
        return row, _pair(row | _columns(fresh), row.get("launch")), None
    same = all(row[name] == text for name, text in _columns(fresh).items() if row.get(name))
    return row, _pair(_columns(fresh) | row, row.get("launch")), same


def _columns(ir: KernelIR) -> dict:
    return {
        "kernel_name": ir.kernel_name,
        "backend": ir.backend,
        "ir_forward": ir.forward,
        "ir_backward": ir.backward,
        "ir_support": ir.support,
    }


def _pair(row: dict, launch: str | None) -> Pair:
    texts = (row["ir_forward"], row["ir_backward"] or "", row["ir_support"] or "")
    ir = KernelIR(row["kernel_name"], row["backend"], *texts, line_map=())
    seed = (row.get("seed") or 0, row.get("index") or 0)
    return Pair(row["python_source"], ir, json.loads(launch) if launch else None, seed)


def _audited(batch, how: str) -> Iterator[Audited]:
    pairs = [pair for _, pair, _ in batch if isinstance(pair, Pair)]
    verdicts = iter(verify(pairs, VERIFY[how]))
    for row, pair, same in batch:
        yield Audited(row, next(verdicts) if isinstance(pair, Pair) else pair, same)
