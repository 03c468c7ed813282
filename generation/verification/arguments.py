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


def copied(arguments: dict, build=None) -> dict:
    """Copies that a kernel may write to; `build` makes structures of their descriptions."""
    return {
        name: copied(x, build)
        if isinstance(x, dict)
        else build(x.kind, x.data)
        if hasattr(x, "arrays")
        else np.array(x, order="C")
        for name, x in arguments.items()
    }


def replaced(arguments: dict, path: str, new) -> dict:
    """The arguments with something else at a path."""
    name, _, rest = path.partition(".")
    return arguments | {name: replaced(arguments[name], rest, new) if rest else new}
