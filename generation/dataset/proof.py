"""Rows proven by running them: the columns `verification` and `differentiable`; the audit of a dataset."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import pyarrow as pa

from generation.compilation import KernelIR, compile_source
from generation.compilation.lowering import LEVELS, by_level, column_parts
from generation.dataset.configs import TEXTS, VERIFY
from generation.dataset.kernels import columns_of, kernel_of
from generation.dataset.options import Recipe
from generation.dataset.sources import read_columns
from generation.errors import CompilationError
from generation.verification import BATCH, TIERS, Example, Pair, Verdict, to_json, verify
from generation.verification.arguments import leaves

_EXAMPLES = 3  # of a row
_IMPORT = re.compile(r"^\s*(import|from) warp\b", re.MULTILINE)
_NEEDED = ("python_source",)
_TEXTS = TEXTS[1:]
_BESIDE = "cuda"  # whose texts may stand in columns of their own
_LEVELS = dict.fromkeys(column for backend in LEVELS for column in column_parts(backend))
_WANTED = (
    *_TEXTS, *(f"{_BESIDE}_{name}" for name in _TEXTS), *_LEVELS,
    "kernel_name", "backend", "id", "seed", "index", "launch",
)  # fmt: skip


def prove(rows: list[dict], recipe: Recipe) -> list[dict]:
    """The rows with their verdicts and, in configs that have the column, examples of launches."""
    verdicts = _verdicts(rows, VERIFY[recipe.verify])
    return [_proven(*one, recipe.schema) for one in zip(rows, verdicts, strict=True)]


def _verdicts(rows: list[dict], tier: str, device: str = "cpu") -> list[Verdict]:
    """One for each row; where the texts of another backend stand beside, the lower of both."""
    verdicts = verify([_pair(row) for row in rows], tier, device=device)
    places = [n for n, row in enumerate(rows) if row.get(f"{_BESIDE}_ir_forward")]
    beside = verify([_pair(rows[n], _BESIDE) for n in places], tier, device=device)
    for n, other in zip(places, beside, strict=True):
        if TIERS.index(other.tier) < TIERS.index(verdicts[n].tier):
            verdicts[n] = verdicts[n]._replace(tier=other.tier, reason=f"{other.reason}, beside")
    return verdicts


def _proven(row: dict, verdict: Verdict, schema: pa.Schema) -> dict:
    row = row | {"verification": verdict.tier, "differentiable": verdict.differentiable}
    if "examples" in schema.names:
        changing = [example for example in verdict.examples if _changes(example)]
        row["examples"] = to_json(changing[:_EXAMPLES], _launch(row))
    return row


def _changes(example: Example) -> bool:
    before = leaves(example.arguments)
    return any(before[path].tobytes() != after.tobytes() for path, after in example.outputs.items())


class Audited(NamedTuple):
    row: dict
    verdict: Verdict
    same_text: bool | None
    """Whether Warp still generates the row's text from its source; None where the row has no text."""


def audit(source: object, how: str, limit: int | None = None, device: str = "cpu") -> Iterator[Audited]:
    """Every row of a dataset, ours or another's, with its verdict. Rows without texts are compiled anew. CUDA
    texts run on `device`: the CPU, or with `cuda` a GPU."""
    batch: list[tuple[dict, dict | Verdict, bool | None]] = []
    for row in islice(_rows(source), limit):
        batch.append(_prepared(row))
        if len(batch) == BATCH:
            yield from _audited(batch, how, device)
            batch = []
    yield from _audited(batch, how, device)


def _rows(source: object) -> Iterator[dict]:
    for _, columns in read_columns(source, _NEEDED, _WANTED):
        for values in zip(*columns.values(), strict=True):
            yield dict(zip(columns, values, strict=True))


def _prepared(row: dict) -> tuple[dict, dict | Verdict, bool | None]:
    """The row; the same with what it lacked, or the verdict on it; whether its texts are right."""
    backend = row.get("backend") or "cpu"
    backends = (backend, _BESIDE) if row.get(f"{_BESIDE}_ir_forward") else (backend,)
    if not _IMPORT.search(row["python_source"]):  # kernels alone, as other datasets have them
        row = row | {"python_source": f"import warp as wp\n\n\n{row['python_source']}"}
    try:
        found = compile_source(row["python_source"], backends)
        named = (kernel for kernel in found if kernel[backend].kernel_name == row.get("kernel_name"))
        fresh = _columns(next(named, found[0]), backend)
    except (CompilationError, IndexError) as error:
        return row, Verdict("generated", f"Warp refuses the source: {error}"), None
    if "ir_forward" not in row:
        return row, row | fresh, None
    same = all(row[name] == text for name, text in fresh.items() if row.get(name))
    return row, fresh | row, same


def _columns(kernel: dict[str, KernelIR], own: str) -> dict:
    """What `kernel` has of the columns that are read."""
    columns = {"kernel_name": kernel[own].kernel_name, "backend": own}
    for backend, ir in kernel.items():
        columns |= columns_of(ir, "" if backend == own else f"{backend}_")
    return {name: value for name, value in columns.items() if name in _WANTED}


def _pair(row: dict, backend: str | None = None) -> Pair:
    """Of a row's own backend, or of the one beside."""
    seed = (row.get("seed") or 0, row.get("index") or 0)
    levels = by_level(row, row["backend"]) if backend is None else {}
    return Pair(row["python_source"], kernel_of(row, backend), _launch(row), seed, levels)


def _launch(row: dict) -> dict | None:
    return json.loads(row["launch"]) if row.get("launch") else None


def _audited(batch, how: str, device: str) -> Iterator[Audited]:
    whole = [found for _, found, _ in batch if isinstance(found, dict)]
    verdicts = iter(_verdicts(whole, VERIFY[how], device))
    for row, found, same in batch:
        yield Audited(row, next(verdicts) if isinstance(found, dict) else found, same)
