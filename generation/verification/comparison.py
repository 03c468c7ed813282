"""Whether two runs gave the same, as far as their conditioning lets anybody tell."""

from __future__ import annotations

import numpy as np

# Of the larger value; a few units in the last place, as libraries differ in how they round.
_RELATIVE = {2: 2e-3, 4: 4e-6, 8: 1e-12}
_CONDITIONED = 4.0


def flat(data):
    """An array without structs: its numbers, and a name for each part."""
    if isinstance(data, dict):
        for name, part in data.items():
            yield from ((f".{name}{rest}", x) for rest, x in flat(part))
    elif data.dtype.names:
        for name in data.dtype.names:
            yield from ((f".{name}{rest}", x) for rest, x in flat(data[name]))
    else:
        yield "", data


def difference(found: dict, expected: dict, exact: dict, at_best: float = 0.0) -> str:
    """The first array whose `found` is not `expected`, in words; empty where there is none.

    `exact` is the run in double precision: where it is far from `expected`, rounding decides much, and the
    tolerance grows with it. `at_best` is the relative error of an evaluator that gets its results in another
    way than by following the source.
    """
    for name, reference in expected.items():
        parts = zip(flat(found[name]), flat(reference), flat(exact[name]), strict=True)
        for (place, one), (_, two), (_, three) in parts:
            if not _agree(one, two, three, at_best):
                return f"{name}{place} is {_shown(one)}, expected {_shown(two)}"
    return ""


def _agree(found, expected, exact, at_best=0.0) -> bool:
    if found.dtype.kind != "f":
        return bool(np.array_equal(found, expected))
    if np.array_equal(found, expected, equal_nan=True):
        return True
    with np.errstate(all="ignore"):
        a, b, c = (x.astype(np.float64) for x in (found, expected, exact))
        scale = np.maximum(np.abs(b), 0.05 * np.max(np.abs(b), initial=0.0, where=np.isfinite(b)))
        room = max(at_best, _RELATIVE[found.dtype.itemsize]) * scale + np.finfo(found.dtype).tiny
        gap = np.abs(b - c)
        room = room + np.where(np.isfinite(gap), _CONDITIONED * gap, 0.0)
        same = (np.abs(a - b) <= room) | (np.isnan(a) & np.isnan(b)) | (a == b)
        return bool(same.all())


def _shown(data) -> str:
    numbers = data.ravel()
    return ", ".join(f"{x:.9g}" if x.dtype.kind == "f" else str(x) for x in numbers[:4]) + (
        " ..." if len(numbers) > 4 else ""
    )
