"""Replacements in a text, by syntax node; what is not replaced keeps its layout and its comments."""

from __future__ import annotations

import ast
import re


class Edits:
    def __init__(self, source: str) -> None:
        self.lines = [line.encode() for line in source.splitlines(keepends=True)]
        self.changes: dict[tuple[int, int], tuple[int, int, str]] = {}

    def replace(self, node: ast.AST, text: str) -> None:
        start = (node.lineno, node.col_offset)
        end = (node.end_lineno, node.end_col_offset)
        own = b"".join(self.lines[start[0] - 1 : end[0]])
        begun = own[start[1] : len(own) - len(self.lines[end[0] - 1]) + end[1]]
        if begun.decode() != text:
            self.changes[start] = (*end, text)

    def rename(self, definition: ast.FunctionDef, name: str) -> None:
        line = self.lines[definition.lineno - 1].decode()
        found = re.match(r"\s*def\s+(\w+)", line)
        row = definition.lineno
        self.changes[row, len(line[: found.start(1)].encode())] = (
            row,
            len(line[: found.end(1)].encode()),
            name,
        )

    def applied(self, tree: ast.AST) -> str:
        """The text of a definition without its decorators."""
        lines = list(self.lines)
        for (row, column), (end_row, end_column, text) in sorted(self.changes.items(), reverse=True):
            head, tail = lines[row - 1][:column], lines[end_row - 1][end_column:]
            lines[row - 1 : end_row] = [head + text.encode() + tail, *[b""] * (end_row - row)]
        return b"".join(lines[tree.lineno - 1 : tree.end_lineno]).decode().rstrip()
