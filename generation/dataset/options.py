"""What a caller may ask for: every option checked and brought to one canonical form before anything runs."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from numbers import Integral

from generation.errors import OptionError
from generation.synthesis import KERNEL_TYPES

BACKENDS = ("cpu", "cuda")
DEFAULT_NUM_PAIRS = 15_000
MAX_NUM_PAIRS = 10**9
MAX_SEED = 2**63 - 1


@dataclass(frozen=True)
class Recipe:
    """All that decides a row besides its index and the generator itself. Equal requests are equal recipes."""

    backend: str
    seed: int = 0
    kernel_types: tuple[str, ...] = KERNEL_TYPES
    enable_backward: bool = True

    @classmethod
    def of(cls, backend="cpu", seed=0, kernel_types=None, enable_backward=True) -> Recipe:
        """The recipe for a caller's arguments; OptionError names the one that is out of range."""
        if backend not in BACKENDS:
            raise OptionError(f"backend={backend!r} is not one of {', '.join(BACKENDS)}")
        if not isinstance(enable_backward, bool):
            raise OptionError(f"enable_backward={enable_backward!r} must be True or False")
        return cls(
            backend=backend,
            seed=whole_number("seed", seed, 0, MAX_SEED),
            kernel_types=_kernel_types(kernel_types),
            enable_backward=enable_backward,
        )

    def as_dict(self) -> dict:
        """JSON-ready."""
        return asdict(self) | {"kernel_types": list(self.kernel_types)}


def whole_number(name: str, value: object, low: int, high: int) -> int:
    """`value` as an int within [low, high]; a bool or a float is a mistake, not a number."""
    if isinstance(value, bool) or not isinstance(value, Integral) or not low <= value <= high:
        raise OptionError(f"{name}={value!r} must be a whole number from {low} to {high}")
    return int(value)


def num_pairs_of(value: object, *, streaming: bool = True) -> int:
    """A number of rows, DEFAULT_NUM_PAIRS for None; 0 asks for an endless stream."""
    number = whole_number("num_pairs", DEFAULT_NUM_PAIRS if value is None else value, 0, MAX_NUM_PAIRS)
    if number == 0 and not streaming:
        raise OptionError(
            f"num_pairs=0 asks for an endless stream, which needs streaming=True; "
            f"a finished dataset has from 1 to {MAX_NUM_PAIRS} pairs"
        )
    return number


def config_id(recipe: Recipe, num_pairs: int, *more: object) -> str:
    """A directory name that is the same for equal requests only, however they were spelled."""
    key = json.dumps([recipe.as_dict(), num_pairs, *map(repr, more)])
    return f"{recipe.backend}-n{num_pairs}-s{recipe.seed}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def _kernel_types(value: object) -> tuple[str, ...]:
    if value is None:
        return KERNEL_TYPES
    names = [value] if isinstance(value, str) else value
    known = f"known are {', '.join(KERNEL_TYPES)}"
    if not isinstance(names, Iterable) or not (names := list(names)):
        raise OptionError(f"kernel_types={value!r} must be a list of at least one kernel type; {known}")
    for name in names:
        if name not in KERNEL_TYPES:
            close = difflib.get_close_matches(str(name), KERNEL_TYPES, n=1)
            hint = f"did you mean {close[0]!r}? " if close else ""
            raise OptionError(f"kernel_types: {name!r} is not a kernel type; {hint}{known}")
    return tuple(name for name in KERNEL_TYPES if name in names)
