"""Many kernels through one compiler at once, and only those apart that it refuses."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

from generation.compilation import child
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


def in_child(build: Callable[[Sequence], list]) -> Callable[[Sequence], list]:
    """`build` in a child process for each call; CompilationError where that dies, which says how."""

    def built(items: Sequence) -> list:
        answers, status = child.in_child(functools.partial(_build_and_send, build, items))
        if not answers:
            raise CompilationError(f"compiler crash: {status}", "crash")
        (result,) = answers
        if isinstance(result, Exception):
            raise result
        return result

    return built


def _build_and_send(build, items, send) -> None:
    try:
        send(build(items))
    except Exception as error:
        send(error)
