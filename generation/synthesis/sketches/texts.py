"""Sketches put together of parts that several of them share."""

from __future__ import annotations


def filled(text: str, **parts: str) -> str:
    """The text with each line that is one of the words replaced by a part, at the same indentation."""
    lines: list[str] = []
    for line in text.split("\n"):
        part = parts.get(line.strip())
        indent = line[: len(line) - len(line.lstrip())]
        lines += [line] if part is None else [indent + inner for inner in part.strip("\n").split("\n")]
    return "\n".join(lines)
