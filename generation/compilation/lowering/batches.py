"""Many kernels through one compiler at once, and only those apart that it refuses."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence

from generation.compilation import child
from generation.errors import CompilationError

_ERROR = re.compile(r"(?:error|fatal) *: *(.*)")
_ERRORS = 3


def refusal(messages: Sequence[str]) -> CompilationError:
    """The first errors among a compiler's messages, without the places, which name files of this machine."""
    told = [found[1] for found in map(_ERROR.search, messages) if found] or list(filter(str.strip, messages))
    return CompilationError("; ".join(told[:_ERRORS]) or "no output", "native")


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
