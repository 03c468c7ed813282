"""Texts for sketches on regular grids of 1 to 3 dimensions: places of neighbours under a border rule,
guards, sizes."""

from __future__ import annotations

from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights

SIZES = {"nx": "n:n nx width num_x", "ny": "n:rows ny height num_y", "nz": "n:cols nz depth num_z"}
BORDERS = Weights({"skip": 46, "clamp": 24, "periodic": 30})
_EXTENTS = ("n", "n,rows", "n,rows,cols")
_THREADS, _COUNTS = "ijk", ("nx", "ny", "nz")


def field(dimensions: int, kind: str, words: str, role: str = "in", more: str = "") -> str:
    """The declaration of an array with one element per cell (and the axes `more`)."""
    return f"{role} {kind}[{_EXTENTS[dimensions - 1]}{more}] {words}"


def here(dimensions: int, array: str) -> str:
    return f"{array}[{', '.join(_THREADS[:dimensions])}]"


def beside(dimensions: int, array: str, border: str, *offsets: int) -> str:
    """The element at an offset per axis; missing offsets are 0."""
    offsets = (*offsets, 0, 0)[:dimensions]
    return f"{array}[{', '.join(_place(axis, offset, border) for axis, offset in enumerate(offsets))}]"


def along(dimensions: int, array: str, border: str, axis: int, offset: int) -> str:
    return beside(dimensions, array, border, *[offset if k == axis else 0 for k in range(dimensions)])


def _place(axis: int, offset: int, border: str) -> str:
    thread, size = _THREADS[axis], _COUNTS[axis]
    if not offset:
        return thread
    if border == "clamp":
        return f"max({thread} - {-offset}, 0)" if offset < 0 else f"min({thread} + {offset}, {size} - 1)"
    if border == "periodic":
        if offset < -1:
            return f"max({thread} + {size} - {-offset}, 0) % {size}"
        return f"({thread} + {size} - 1) % {size}" if offset < 0 else f"({thread} + {offset}) % {size}"
    return f"{thread} {'+' if offset > 0 else '-'} {abs(offset)}"


def guard(b: Builder, dimensions: int, radius: int = 1, axes: str = "ijk") -> str:
    """`if` the thread is near the border: return."""
    terms = []
    for thread, size in zip(_THREADS[:dimensions], _COUNTS, strict=False):
        if thread in axes:
            low = f"{thread} == 0" if radius == 1 and b.chance(0.5) else f"{thread} < {radius}"
            terms += [low, f"{thread} >= {size} - {radius}"]
    if b.chance(0.3):
        return "\n".join(
            f"if {' or '.join(pair)}:\n    return" for pair in zip(terms[::2], terms[1::2], strict=True)
        )
    return f"if {' or '.join(terms)}:\n    return"


def indented(text: str, by: int = 4) -> str:
    return "\n".join(" " * by + line for line in text.strip("\n").split("\n"))
