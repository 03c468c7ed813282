"""Long lines folded as formatters do: at the last bracket, else in parentheses, operators leading.

Source: the "right hand split" of Black, Python's most common formatter.
"""

from __future__ import annotations

import re

# Operators by precedence, loosest first: a line is folded at the loosest that it has.
_LEVELS = (("if", "else"), ("or",), ("and",), ("<", "<=", ">", ">=", "==", "!="), ("|",), ("^",), ("&",))
_LEVELS += (("<<", ">>"), ("+", "-"), ("*", "/", "//", "%", "@"), ("**",))
_OPERATORS = frozenset(token for level in _LEVELS for token in level)
_LEADING = "|".join(re.escape(token) for token in sorted(_OPERATORS, key=len, reverse=True))
_HEAD = re.compile(
    rf"(?:elif|while|return|{_LEADING}) |for \w+ in |[^\"(]+? (?:\*\*|//|<<|>>|[-+*/%@&|^])?= "
)


def fold(line: str, width: int, tab: str) -> list[str]:
    """The line as it is, or as several lines of at most `width` characters where brackets allow."""
    if len(line) <= width:
        return [line]
    code = line.lstrip()
    margin = line[: len(line) - len(code)]
    tail = code[-1] if code[-1] in ":," else ""
    head = _HEAD.match(code)
    start = head.end() if head else 0
    core = code[start : len(code) - len(tail)]
    separators, opening = _outline(core)
    if separators:
        first, inner, last = code[:start] + "(", core, ")" + tail
    elif opening >= 0 and core[-1] in ")]":
        first, inner, last = code[:start] + core[: opening + 1], core[opening + 1 : -1], core[-1] + tail
    else:
        return [line]
    inside = margin + tab
    lines = [inside + inner]
    if len(inside) + len(inner) > width:
        lines = [part for piece in _pieces(inner) for part in fold(inside + piece, width, tab)]
    return [margin + first, *lines, margin + last]


def _outline(text: str) -> tuple[list[tuple[int, str]], int]:
    """Commas and binary operators outside all brackets, by place, and where the last such bracket opens."""
    separators, opening, depth, begin, quoted = [], -1, 0, -1, False
    for place, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        if quoted:
            continue
        if letter in "([":
            opening = place if not depth else opening
            depth += 1
        elif letter in ")]":
            depth -= 1
        elif letter == "," and not depth:
            separators.append((place, letter))
        if depth or letter not in " )]":
            begin = place if begin < 0 and not depth else -1 if depth else begin
        elif begin >= 0:
            if letter == " " and text[begin:place] in _OPERATORS:
                separators.append((begin, text[begin:place]))
            begin = -1
    return separators, opening


def _pieces(text: str) -> list[str]:
    """The items of a list, each with its comma, else the terms around the loosest operators."""
    separators, _ = _outline(text)
    places = [place for place, token in separators if token == ","]
    if places:
        return [item.strip() + "," for item in _cut(text, places, 1)]
    for level in _LEVELS:
        places = [place for place, token in separators if token in level]
        if places:
            return [term.strip() for term in _cut(text, places, 0)]
    return [text]


def _cut(text: str, places: list[int], skipped: int) -> list[str]:
    starts = [0, *[place + skipped for place in places]]
    return [text[a:z] for a, z in zip(starts, [*places, len(text)], strict=True)]
