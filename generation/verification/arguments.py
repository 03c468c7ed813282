"""Arguments of a launch by name: NumPy arrays and numbers; a struct that holds arrays as a dict of fields."""

from __future__ import annotations

import numpy as np


def leaves(arguments: dict, prefix: str = "") -> dict[str, np.ndarray]:
    """Everything that is no dict, by its path: `x`, `particles.velocity`."""
    found = {}
    for name, x in arguments.items():
        if isinstance(x, dict):
            found |= leaves(x, f"{prefix}{name}.")
        else:
            found[prefix + name] = x
    return found


def copied(arguments: dict) -> dict:
    return {
        name: copied(x) if isinstance(x, dict) else np.array(x, order="C") for name, x in arguments.items()
    }


def replaced(arguments: dict, path: str, new) -> dict:
    """The arguments with something else at a path."""
    name, _, rest = path.partition(".")
    return arguments | {name: replaced(arguments[name], rest, new) if rest else new}
