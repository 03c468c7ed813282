"""Launch sizes and arguments for a kernel: a pure function of a seed, drawn to reach both sides of branches.

Sizes and spans come from a launch description, plain data that travels with a source (see
`generation.program.launch`); without one they are guessed from the source's parameters and proven by trying.
"""

from __future__ import annotations

import ast
from collections import Counter
from typing import NamedTuple

import numpy as np

from generation.verification import comparison, handles
from generation.verification.arguments import in_structure, leaves, moved, replaced
from generation.verification.draws import Draw
from generation.verification.evaluator import Kernel, Run
from generation.verification.faults import Fault, NoInputs, NotCovered, OutOfFuel, Undefined

_TRIES = 18
_KEPT = 11
_BARREN = 5  # tries without a new side, after which the missing ones count as out of reach
_AT_LEAST = 7
_SEEN = 2  # launches that should take each side
# Threads along an axis, by how many axes there are; and in later tries, where a stencil's halo leaves none.
_EXTENTS = {1: (4, 9), 2: (3, 6), 3: (3, 4), 4: (2, 3)}
_ROOM = {1: (6, 10), 2: (5, 7), 3: (5, 6), 4: (3, 4)}
_HUGE = 1e6  # beside which what is small is lost
# For sources of unknown sizes: threads, how much longer the arrays are, the largest integer in them.
_GUESSES = ((4, 0, 3), (6, 2, 5), (4, 12, 3), (4, 2, 1), (8, 24, 3), (3, 60, 2))
_LAST_GUESSES = ((3, 500, 2), (3, 16_000, 2), (2, 16_000, 1))  # where none of them does
_ROUNDING = 2.0**-23
_FUEL = 20_000  # enough for a small launch; what burns more was unlucky in its numbers


class Case(NamedTuple):
    """One launch: its dimensions and arguments, and what the evaluator makes of it."""

    dim: tuple[int, ...]
    arguments: dict
    run: Run


def literals(source: str) -> np.ndarray:
    """The numbers that stand in a source: thresholds hide among them."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float) and abs(node.value) < 1e6:
            found |= {float(node.value), -float(node.value)}
    return np.array(sorted(found))


def cases(kernel: Kernel, pool: np.ndarray, launch: dict | None, seed: tuple[int, ...]) -> list[Case]:
    """Launches that end within bounds, until several took every side of every branch or tries run out.

    Raises the `Fault` of a launch that should have been safe; what only unlucky numbers bring about
    (conversions without a result, loops too long) leads to another draw.
    """
    found: list[Case] = []
    seen: Counter = Counter()
    telling = barren = 0
    last: Fault | None = None
    structures = {} if launch else handles.guessed(kernel.module.source, kernel.name)
    for number in range(_TRIES):
        rng = np.random.default_rng((*seed, number))
        extents = _EXTENTS if number < _AT_LEAST else _ROOM
        draw = Draw(rng, pool, extents, calm=number % 3 == 0, small=number == _AT_LEAST)
        try:
            if launch:
                dim, arguments = draw.launch(kernel, launch)
            else:
                dim, arguments = draw.guess(kernel, _guess(number, not found), structures)
            run = kernel.launch(dim, arguments, _FUEL)
            _ordered(kernel, dim, arguments, run)
        except (Undefined, OutOfFuel) as fault:
            last = fault.with_traceback(None)  # whose frames would hold everything
            continue
        except NotCovered:
            raise
        except Fault as fault:
            if launch:
                raise
            last = fault.with_traceback(None)  # whose frames would hold everything
            continue
        case = Case(dim, arguments, run)
        tells = _tells(case)
        new = any(seen[side] < _SEEN for side in run.sides)
        barren = 0 if new else barren + 1
        if len(found) < _AT_LEAST or not barren or (tells and telling < _AT_LEAST):
            found.append(case)
            seen.update(run.sides)
            telling += tells
        sides = sum(count >= _SEEN for count in seen.values())
        complete = sides >= 2 * kernel.module.branches or barren >= _BARREN
        if (telling >= _AT_LEAST and complete) or len(found) >= _KEPT:
            break
    if not found:
        raise last if launch else NoInputs(str(last))
    return found


def _guess(number: int, stuck: bool) -> tuple[int, int, int]:
    """Threads, room and largest integer of a try."""
    late = stuck and number >= 2 * len(_GUESSES)
    return _LAST_GUESSES[number % len(_LAST_GUESSES)] if late else _GUESSES[number % len(_GUESSES)]


def nudged(arguments: dict, rng, errors: float) -> dict:
    """The arguments with each real number off by about so many rounding errors."""
    for path, data in leaves(arguments).items():
        nudge = np.zeros_like(data)
        for (_, part), (_, x) in zip(comparison.flat(nudge), comparison.flat(data), strict=True):
            if part.dtype.kind == "f":
                part[...] = x * rng.standard_normal(x.shape)
        if not in_structure(arguments, path):
            arguments = replaced(arguments, path, moved(data, nudge, errors * _ROUNDING)[()])
    return arguments


def _tells(case: Case) -> bool:
    """Whether the launch changed something and left nothing that swallows differences."""
    changed = False
    given = leaves(case.arguments)
    for path, after in case.run.outputs.items():
        for (_, x), (_, y) in zip(comparison.flat(given[path]), comparison.flat(after), strict=True):
            if y.dtype.kind == "f" and not np.all(np.abs(y.astype(np.float64)) < _HUGE):
                return False
            changed = changed or not np.array_equal(x, y)
    return changed


def _ordered(kernel: Kernel, dim, arguments, run: Run) -> None:
    """Raises `Undefined` where results depend on the order in which a structure tells what it finds."""
    if any(isinstance(x, handles.Handle) and x.has_order for x in arguments.values()):
        other = kernel.launch(dim, arguments, _FUEL, backwards=True).outputs
        if comparison.difference(other, run.outputs, [run.outputs]):
            raise Undefined("an order of finds that nobody promises")
