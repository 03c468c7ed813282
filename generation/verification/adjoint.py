"""Whether the adjoint that Warp generated is the derivative of what the source says.

The reference is a central difference of the evaluator in double precision along a random direction. Inputs
that the kernel overwrites are left alone: on Warp's tape an array has one gradient, before and after.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from generation.verification.arguments import in_structure, leaves, moved, replaced
from generation.verification.comparison import flat
from generation.verification.evaluator import Kernel
from generation.verification.faults import Fault
from generation.verification.inputs import Case

_STEP = 1e-5
_SMOOTH = 1e-4  # how far two step lengths may disagree before the point counts as a kink
_AGREES = {2: 5e-2, 4: 2e-3, 8: 1e-5}


class Question(NamedTuple):
    """One launch, weights for its outputs, and a direction for its inputs."""

    case: Case
    weights: dict
    direction: dict


def _reals(data) -> list[np.ndarray]:
    return [part for _, part in flat(data) if part.dtype.kind == "f"]


def _random(rng, data, scale) -> np.ndarray:
    """Numbers like those of `data`, zero where it has none."""
    numbers = np.zeros_like(data)
    for part in _reals(numbers):
        part[...] = rng.standard_normal(part.shape) * scale
    return numbers


def question(case: Case, rng) -> Question | None:
    """None where no real output depends on a real input that outlives the launch."""
    outputs, inputs = [], []
    given = leaves(case.arguments)
    for name, after in case.run.outputs.items():
        if in_structure(case.arguments, name):
            continue
        before = given[name]
        if not _reals(before):
            continue
        pairs = zip(flat(before), flat(after), strict=True)
        changed = any(not np.array_equal(x, y, equal_nan=y.dtype.kind == "f") for (_, x), (_, y) in pairs)
        if changed and not all(np.isfinite(part).all() for part in _reals(after)):
            return None
        (outputs if changed else inputs).append(name)
    if not outputs or not inputs:
        return None
    weights = {name: _random(rng, given[name], 0.5) for name in outputs}
    direction = {name: _random(rng, given[name], 1.0) for name in inputs}
    return Question(case, weights, direction)


def judge(kernel: Kernel, asked: Question, gradients: dict) -> tuple[bool | None, str]:
    """True or False, and the figures; None where the point has no derivative to compare with.

    `kernel` computes in double precision.
    """
    terms = [
        (g.astype(np.float64) * u.astype(np.float64)).ravel()
        for name, directions in asked.direction.items()
        for g, u in zip(_reals(gradients[name]), _reals(directions), strict=True)
    ]
    products = np.concatenate(terms)
    if not np.isfinite(products).all():
        return None, "a singular adjoint"
    found = float(products.sum())
    try:
        coarse, sides = _slope(kernel, asked, _STEP)
        scale = max(1e-3, float(np.abs(products).sum()), abs(coarse))
        if np.isfinite(coarse) and len(sides) == 1 and abs(found - coarse) <= _precision(asked) * scale:
            return True, ""
        if not _is_smooth(kernel, asked, coarse, sides, scale):
            return None, "no derivative here"
    except Fault:
        return None, "no derivative here"
    return False, f"adjoint {found:.6g}, derivative {coarse:.6g}"


def _precision(asked: Question) -> float:
    """How well an adjoint agrees that is computed in the narrowest type there is."""
    given = leaves(asked.case.arguments)
    parts = [part for name in (*asked.weights, *asked.direction) for part in _reals(given[name])]
    return _AGREES[min(part.dtype.itemsize for part in parts)]


def _slope(kernel: Kernel, asked: Question, step: float) -> tuple[float, set]:
    """The central difference, and which sets of sides its two launches took."""
    (above, some), (below, others) = (_along(kernel, asked, h) for h in (step, -step))
    return (above - below) / (2 * step), {frozenset(some), frozenset(others)}


def _is_smooth(kernel: Kernel, asked: Question, coarse: float, sides: set, scale: float) -> bool:
    """Whether a difference at this point is a derivative: it must not depend on the step, nor hide a kink,
    where the slopes of the two sides have a mean that looks like a derivative at any step."""
    fine, others = _slope(kernel, asked, _STEP / 8)
    (above, _), (below, _), (here, middle) = (_along(kernel, asked, h) for h in (_STEP, -_STEP, 0.0))
    kink = abs(above + below - 2 * here) / _STEP
    one_side = len(sides | others | {frozenset(middle)}) == 1
    return one_side and bool(np.isfinite(coarse)) and max(abs(coarse - fine), kink) <= _SMOOTH * scale


def _along(kernel: Kernel, asked: Question, step: float):
    """The weighted sum of the outputs a step along the direction, and the sides taken."""
    case, weights, direction = asked
    arguments, given = case.arguments, leaves(case.arguments)
    for path, u in direction.items():
        arguments = replaced(arguments, path, moved(given[path], u, step))
    run = kernel.launch(case.dim, arguments)
    total = 0.0
    for name, weight in weights.items():
        for (_, w), (_, x) in zip(flat(weight), flat(run.outputs[name]), strict=True):
            if w.dtype.kind == "f":
                total += float((w.astype(np.float64) * x).sum())
    return total, run.sides
