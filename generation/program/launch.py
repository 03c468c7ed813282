"""How a program may be launched: the sizes that its checker reckons with, as plain data.

A source text does not say how long an array is or which integers it holds; the program does. Whoever runs the
text gets this beside it.
"""

from __future__ import annotations

from generation.language.types import Handle
from generation.program.declarations import Param, Program
from generation.program.nodes import Bound, Span


def launch_of(program: Program) -> dict:
    """Launch dimensions and, for each parameter, extents, span of integers, role and kind of handle.

    An extent is a pair: the name of a size, and what is added to it; a plain number has an empty name.
    """
    kernel = program.kernel
    return {
        "dim": [list(bound) for bound in kernel.launch],
        "params": {param.name: _facts(param) for param in kernel.params},
    }


def _facts(param: Param) -> dict:
    facts: dict = {"role": param.role}
    if param.extents:
        facts["extents"] = [list(extent) for extent in param.extents]
    if param.span is not None:
        facts["span"] = _ends(param.span)
        if param.span.distinct:
            facts["distinct"] = True
    if isinstance(param.type, Handle):
        facts["handle"] = param.type.name
    if param.held:
        facts["held"] = {inner.name: _facts(inner) for inner in param.held}
    return facts


def _ends(span: Span) -> list:
    return [_end(span.low), _end(span.high)]


def _end(bound: Bound | None) -> list | None:
    return None if bound is None else list(bound)
