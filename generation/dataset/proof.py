"""Rows proven by running them: the columns `verification` and `differentiable`; the audit of a dataset."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import pyarrow as pa

from generation.compilation import compile_source
from generation.compilation.lowering import by_level
from generation.dataset.configs import VERIFY
from generation.dataset.kernels import columns_of, kernel_of
from generation.dataset.options import Recipe
from generation.dataset.sources import read_columns
from generation.errors import CompilationError
from generation.verification import BATCH, Example, Pair, Verdict, to_json, verify
from generation.verification.arguments import leaves

_EXAMPLES = 3  # of a row
_IMPORT = re.compile(r"^\s*(import|from) warp\b", re.MULTILINE)
_NEEDED = ("python_source",)
_TEXTS = ("ir_forward", "ir_backward", "ir_support")
_WANTED = (*_TEXTS, "kernel_name", "backend", "id", "seed", "index", "launch")


def prove(rows: list[dict], recipe: Recipe) -> list[dict]:
    """The rows with their verdicts and, in configs that have the column, examples of launches."""
    pairs = [_pair(row) for row in rows]
    verdicts = verify(pairs, VERIFY[recipe.verify])
    return [_proven(*one, recipe.schema) for one in zip(rows, pairs, verdicts, strict=True)]


def _proven(row: dict, pair: Pair, verdict: Verdict, schema: pa.Schema) -> dict:
    row = row | {"verification": verdict.tier, "differentiable": verdict.differentiable}
    if "examples" in schema.names:
        changing = [example for example in verdict.examples if _changes(example)]
        row["examples"] = to_json(changing[:_EXAMPLES], pair.launch)
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
    batch: list[tuple[dict, Pair | Verdict, bool | None]] = []
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


def _prepared(row: dict) -> tuple[dict, Pair | Verdict, bool | None]:
    backend = row.get("backend") or "cpu"
    if not _IMPORT.search(row["python_source"]):  # kernels alone, as other datasets have them
        row = row | {"python_source": f"import warp as wp\n\n\n{row['python_source']}"}
    try:
        found = [kernel[backend] for kernel in compile_source(row["python_source"], (backend,))]
        fresh = next((ir for ir in found if ir.kernel_name == row.get("kernel_name")), found[0])
    except (CompilationError, IndexError) as error:
        return row, Verdict("generated", f"Warp refuses the source: {error}"), None
    if "ir_forward" not in row:
        return row, _pair(row | _columns(fresh)), None
    same = all(row[name] == text for name, text in _columns(fresh).items() if row.get(name))
    return row, _pair(_columns(fresh) | row), same


def _columns(ir) -> dict:
    names = {"kernel_name": ir.kernel_name, "backend": ir.backend}
    return {name: text for name, text in columns_of(ir).items() if name in _TEXTS} | names


def _pair(row: dict) -> Pair:
    seed = (row.get("seed") or 0, row.get("index") or 0)
    launch = json.loads(row["launch"]) if row.get("launch") else None
    return Pair(row["python_source"], kernel_of(row), launch, seed, by_level(row, row["backend"]))


def _audited(batch, how: str, device: str) -> Iterator[Audited]:
    pairs = [pair for _, pair, _ in batch if isinstance(pair, Pair)]
    verdicts = iter(verify(pairs, VERIFY[how], device=device))
    for row, pair, same in batch:
        yield Audited(row, next(verdicts) if isinstance(pair, Pair) else pair, same)
