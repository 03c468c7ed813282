"""Many kernels through one compiler at once, and only those apart that it refuses."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from generation.errors import CompilationError


def in_halves(build: Callable[[Sequence], list], items: Sequence) -> list:
    """`build(items)`, a result for each; where it raises CompilationError, those of the halves, and for an
    item that it refuses alone the error."""
    if not items:
        return []
    try:
        return build(items)
    except CompilationError as error:
        if len(items) == 1:
            return [error]
        half = len(items) // 2
        return in_halves(build, items[:half]) + in_halves(build, items[half:])
