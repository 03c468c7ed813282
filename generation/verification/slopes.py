"""`wp.grad`: the slopes of a function of the source, by differences in double precision."""

from __future__ import annotations

import numpy as np

from generation.verification.compounds import Compound
from generation.verification.faults import NotCovered, Undefined
from generation.verification.scalars import is_real

_STEP = 1e-5  # of a difference of the fourth order
_KINK = 0.02  # of a slope, how much it may change within a step


def gradient(wide):
    """A function that gives the slope of `wide`, which computes in double precision, along each argument."""

    def slopes(*arguments):
        doubled = [_widened(x) for x in arguments]
        found = [_slope(wide, doubled, place, x) for place, x in enumerate(arguments)]
        return found[0] if len(found) == 1 else tuple(found)

    return slopes


def _widened(x):
    if isinstance(x, Compound):
        return x.like(tuple(map(_widened, x.c)))
    return np.float64(x) if is_real(x) else x


def _slope(wide, arguments, place, original):
    at = arguments[place]
    if isinstance(at, Compound):
        parts = []
        for k, part in enumerate(at.c):

            def moved(value, k=k):
                return at.like((*at.c[:k], value, *at.c[k + 1 :]))

            parts.append(_difference(wide, arguments, place, part, moved))
        return at.like(tuple(o.__class__(x) for o, x in zip(original.c, parts, strict=True)))
    if not is_real(at):
        return original.__class__(0)
    return original.__class__(_difference(wide, arguments, place, at, lambda value: value))


def _difference(wide, arguments, place, at, moved):
    step = _STEP * max(1.0, abs(float(at)))

    def along(h):
        result = wide(*arguments[:place], moved(np.float64(at + h)), *arguments[place + 1 :])
        if not is_real(result):
            raise NotCovered("wp.grad of a function whose result is no number")
        return result

    ahead, behind, here = along(step), along(-step), along(0.0)
    slope = (8 * (ahead - behind) - (along(2 * step) - along(-2 * step))) / (12 * step)
    bend = abs(ahead + behind - 2 * here) / step
    if not bend <= _KINK * max(1.0, abs(slope)):
        raise Undefined("a slope at a kink")
    return slope
