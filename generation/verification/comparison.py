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


def difference(found: dict, expected: dict, exact: list[dict], at_best: float = 0.0) -> str:
    """The first array whose `found` is not `expected`, in words; empty where there is none.

    `exact` are runs in double precision, if any: where one is far from `expected`, rounding decides much,
    and the tolerance grows with it. `at_best` is the relative error of an evaluator that gets its results in
    another way than by following the source.
    """
    for name, reference in expected.items():
        parts = zip(flat(found[name]), flat(reference), *(flat(run[name]) for run in exact), strict=True)
        for (place, one), (_, two), *others in parts:
            unlike = ~_alike(one, two, [three for _, three in others], at_best)
            if unlike.any():
                at = tuple(map(int, np.argwhere(unlike)[0]))
                where = f"[{', '.join(map(str, at))}]" if at else ""
                return f"{name}{place}{where} is {_shown(one[at])}, expected {_shown(two[at])}"
    return ""


def _alike(found, expected, exact: list, at_best: float) -> np.ndarray:
    if found.dtype.kind != "f":
        return np.asarray(found == expected)
    with np.errstate(all="ignore"):
        a, b = found.astype(np.float64), expected.astype(np.float64)
        scale = np.maximum(np.abs(b), 0.05 * np.max(np.abs(b), initial=0.0, where=np.isfinite(b)))
        room = max(at_best, _RELATIVE[found.dtype.itemsize]) * scale + np.finfo(found.dtype).tiny
        gap = np.zeros(b.shape)
        for c in exact:
            gap = np.fmax(gap, np.where(np.isfinite(c), np.abs(b - c), 0.0))
        return (np.abs(a - b) <= room + _CONDITIONED * gap) | (np.isnan(a) & np.isnan(b)) | (a == b)


def _shown(x) -> str:
    return f"{x:.9g}" if x.dtype.kind == "f" else str(x)
