"""Wrong texts: one operator, constant, index or sign of a kernel's forward pass changed."""

from __future__ import annotations

import re

from generation.verification import Pair

OPERATORS = (
    ("wp::add(", "wp::sub("),
    ("wp::sub(", "wp::add("),
    ("wp::mul(", "wp::add("),
    ("wp::min(", "wp::max("),
    ("wp::max(", "wp::min("),
    ("wp::sin(", "wp::cos("),
    ("wp::neg(", "wp::pos("),
    (" < ", " > "),
    (" >= ", " < "),
    (" == ", " != "),
    ("wp::atomic_add(", "wp::atomic_sub("),
)
_REAL = re.compile(r"const wp::float\d+ var_\d+ = ([-\d.e]+);")
_WHOLE = re.compile(r"const wp::int32 var_\d+ = (-?\d+);")
_SWAPPED = re.compile(r"wp::(?:sub|div|address)\((?:var_\w+, )?(var_\w+), (var_\w+)\);")


def mutants(pair: Pair, number: int) -> list[Pair]:
    """At most `number` of them, spread over the text; what is not C++ any more is among them."""
    text, found = pair.ir.forward, []
    body = text.index("// forward")
    for old, new in OPERATORS:
        places = [m.start() for m in re.finditer(re.escape(old), text) if m.start() > body]
        found += [text[:at] + new + text[at + len(old) :] for at in places]
    for m in _REAL.finditer(text):
        found.append(text[: m.start(1)] + repr(1.05 * float(m[1]) + 0.01) + text[m.end(1) :])
    for m in _WHOLE.finditer(text):
        found.append(text[: m.start(1)] + str(int(m[1]) + 1) + text[m.end(1) :])
    for m in _SWAPPED.finditer(text):
        if m[1] != m[2]:
            found.append(text[: m.start(1)] + f"{m[2]}, {m[1]}" + text[m.end(2) :])
    chosen = found[:: max(1, len(found) // number)][:number]
    return [pair._replace(ir=pair.ir._replace(forward=mutant, backward="")) for mutant in chosen]
