"""What the model of `bench_teaching.py` is trained on and scored on: texts of a source and its C++.

An arm is a function of a seed, with texts without end: what it has is repeated, in another order each time.
"""

from __future__ import annotations

import ast
import io
import itertools
import json
import random
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import datasets

import warp_ir_pairs
from generation.compilation import extract
from generation.errors import CompilationError

STRUCTURES = 66
NEIGHBOURS = 400  # rows whose names and numbers are given to the few structures


class Text(NamedTuple):
    source: str
    answer: str

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(len(part.encode()) for part in self)


def ours(seed: int) -> Iterator[Text]:
    """The train split of `cpu`, with default options: each structure once."""
    rows = warp_ir_pairs.load_dataset("cpu", num_pairs=0, seed=seed, streaming=True, split="train")
    return (_text(row) for row in rows)


def few(seed: int) -> Iterator[Text]:
    """66 rows of ours, each time with other names and numbers, compiled again."""
    rows = list(itertools.islice(ours(seed), NEIGHBOURS))
    words = Words([row.source for row in rows])
    return _endless(
        rows[:STRUCTURES], seed, lambda text, draw: compiled(words.redrawn(text.source, draw)) or text
    )


def others(path: Path, seed: int) -> Iterator[Text]:
    """The pairs of another project, as they are."""
    return _endless([Text(row["python_source"], row["ir_code"]) for row in _other_rows(path)], seed)


def others_compiled(path: Path, seed: int) -> Iterator[Text]:
    """The sources of another project with the text that we make of them, in the layout of ours."""
    sources = ["import warp as wp\n\n\n" + row["python_source"].lstrip() for row in _other_rows(path)]
    return _endless(list(filter(None, map(compiled, sources))), seed)


def real(path: str | None) -> list[Text]:
    """Kernels that people wrote, in the order of their `structure_id`, which is a hash."""
    if path is None:
        rows = warp_ir_pairs.load_dataset("real-cpu", split="test")
    else:
        rows = datasets.load_dataset(path, split="test")
    return [_text(row) for row in sorted(rows, key=lambda row: row["structure_id"])]


def compiled(source: str) -> Text | None:
    """A source with its C++; None where it does not compile or is not one kernel."""
    try:
        ir = extract(source, "cpu")
    except CompilationError:
        return None
    return Text(source, ir.support + ir.forward)


def _text(row: dict) -> Text:
    return Text(row["python_source"], row["ir_support"] + row["ir_forward"])


def _other_rows(path: Path) -> list[dict]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row.get("backend", "cpu") == "cpu"]


def _endless(rows: list[Text], seed: int, change=lambda text, draw: text) -> Iterator[Text]:
    draw = random.Random(seed)
    while True:
        for row in draw.sample(rows, len(rows)):
            yield change(row, draw)


class Words:
    """The names of each role, and the floating-point numbers, in some sources: as often as they occur."""

    def __init__(self, sources: list[str]):
        self.names: dict[str, list[str]] = {}
        self.numbers: list[str] = []
        for source in sources:
            for name, role in _names(source).items():
                self.names.setdefault(role, []).append(name)
            self.numbers += [token.string for token in _tokens(source) if _is_float(token)]

    def redrawn(self, source: str, draw: random.Random) -> str:
        """The same program with names and floating-point numbers of others. Whole numbers, which are indices
        and sizes, names of fields, comments and layout stay."""
        taken = {token.string for token in _tokens(source)}
        names = {}
        for name, role in _names(source).items():
            fresh = [word for word in draw.choices(self.names[role], k=20) if word not in taken]
            if fresh:
                names[name] = fresh[0]
                taken.add(fresh[0])
        lines, before = source.splitlines(keepends=True), None
        edits = []
        for token in _tokens(source):
            if token.type == tokenize.NAME and token.string in names and before != ".":
                edits.append((token, names[token.string]))
            elif _is_float(token):
                edits.append((token, draw.choice(self.numbers)))
            before = token.string
        for token, word in reversed(edits):
            (row, start), (_, end) = token.start, token.end
            lines[row - 1] = lines[row - 1][:start] + word + lines[row - 1][end:]
        return "".join(lines)


def _tokens(source: str) -> list[tokenize.TokenInfo]:
    return list(tokenize.generate_tokens(io.StringIO(source).readline))


def _is_float(token: tokenize.TokenInfo) -> bool:
    return token.type == tokenize.NUMBER and isinstance(ast.literal_eval(token.string), float)


def _names(source: str) -> dict[str, str]:
    """The names that a source binds, with their roles; those of fields and of keywords are not among them."""
    tree = ast.parse(source)
    found, kept = {}, {"_"}
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.ClassDef():
                found[node.name] = type(node).__name__
            case ast.arg():
                found[node.arg] = "parameter"
            case ast.Name(ctx=ast.Store()):
                found.setdefault(node.id, "local")
            case ast.keyword():
                kept.add(node.arg)
        if isinstance(node, ast.ClassDef):
            kept |= {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return {name: role for name, role in found.items() if name not in kept}
