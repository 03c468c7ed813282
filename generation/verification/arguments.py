"""Arguments of a launch by name: NumPy arrays and numbers; a struct that holds arrays as a dict of fields.

A structure is whatever has `arrays`: what of it a kernel may change.
"""

from __future__ import annotations

import numpy as np


def leaves(arguments: dict, prefix: str = "") -> dict[str, np.ndarray]:
    """Everything that is no dict, by its path: `x`, `particles.velocity`."""
    found = {}
    for name, x in arguments.items():
        if isinstance(x, dict):
            found |= leaves(x, f"{prefix}{name}.")
        elif hasattr(x, "arrays"):
            found |= {f"{prefix}{name}.{part}": data for part, data in x.arrays.items()}
        else:
            found[prefix + name] = x
    return found


def in_structure(arguments: dict, path: str) -> bool:
    """Whether a path leads into a structure, whose numbers neither vary nor have a gradient."""
    return hasattr(arguments[path.partition(".")[0]], "arrays")


def copied(arguments: dict, build=None, copy=lambda x: np.array(x, order="C")) -> dict:
    """Copies that a kernel may write to; `build` makes structures of their descriptions."""
    return {
        name: copied(x, build, copy)
        if isinstance(x, dict)
        else build(x.kind, x.data)
        if hasattr(x, "arrays")
        else copy(x)
        for name, x in arguments.items()
    }


def replaced(arguments: dict, path: str, new) -> dict:
    """The arguments with something else at a path."""
    name, _, rest = path.partition(".")
    return arguments | {name: replaced(arguments[name], rest, new) if rest else new}


def moved(data: np.ndarray, direction: np.ndarray, step: float) -> np.ndarray:
    """`data` a step along `direction`, its real numbers in double precision."""
    if data.dtype.names:
        wide = np.dtype([(n, _widened(data.dtype[n])) for n in data.dtype.names])
        stepped = np.zeros(data.shape, wide)
        for name in data.dtype.names:
            stepped[name] = moved(data[name], direction[name], step)
        return stepped
    if data.dtype.kind != "f":
        return data
    return data.astype(np.float64) + step * direction.astype(np.float64)


def _widened(dtype):
    if dtype.names:
        return np.dtype([(n, _widened(dtype[n])) for n in dtype.names])
    base, inner = dtype.base, dtype.shape
    return np.dtype((np.float64 if base.kind == "f" else base, inner))
