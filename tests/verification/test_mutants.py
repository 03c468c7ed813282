"""The checker is checked: texts with one operator, constant or index changed do not pass for their source."""

from __future__ import annotations

import re

from generation.verification import Pair, verify
from tests.verification.conftest import pairs_of

KERNELS, MUTANTS = 16, 4
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


def mutants(pair: Pair) -> list[Pair]:
    """A few, spread over the text."""
    text, found = pair.ir.forward, []
    body = text.index("// forward")
    for old, new in OPERATORS:
        places = [m.start() for m in re.finditer(re.escape(old), text) if m.start() > body]
        found += [text[:at] + new + text[at + len(old) :] for at in places]
    for m in re.finditer(r"const wp::float\d+ var_\d+ = ([-\d.e]+);", text):
        found.append(text[: m.start(1)] + repr(1.05 * float(m[1]) + 0.01) + text[m.end(1) :])
    for m in re.finditer(r"const wp::int32 var_\d+ = (-?\d+);", text):
        found.append(text[: m.start(1)] + str(int(m[1]) + 1) + text[m.end(1) :])
    chosen = found[:: max(1, len(found) // MUTANTS)][:MUTANTS]
    return [pair._replace(ir=pair.ir._replace(forward=mutant, backward="")) for mutant in chosen]


def test_most_mutants_are_killed():
    """Those that live on are nearly all the same kernel: guards that never bind, sums that cancel."""
    pairs = [mutant for pair in pairs_of(29, range(KERNELS)) for mutant in mutants(pair)]
    verdicts = verify(pairs)
    killed = [v for v in verdicts if v.reason.startswith(("differs", "crash", "timeout"))]
    alive = [v for v in verdicts if v.tier == "executed"]
    assert len(killed) + len(alive) >= len(pairs) / 2
    assert len(killed) >= 0.75 * (len(killed) + len(alive))
