"""Grid-stride loops: a launch of any size whose threads take every num_threads-th element.

Source: Harris, "CUDA Pro Tip: Write Flexible Kernels with Grid-Stride Loops", 2013.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from generation.language.types import BOOL, I32
from generation.program.nodes import (
    Assign,
    Bound,
    Const,
    Continue,
    Each,
    Expression,
    For,
    If,
    Op,
    Return,
    Span,
    Statement,
    Update,
    Var,
    While,
)

if TYPE_CHECKING:
    from generation.synthesis.builder import Builder

_COUNTERS = ("i", "idx")  # thread indices that also read well as the variable of a loop


def stride(b: Builder) -> None:
    """Put the kernel's body into such a loop, where its guards and locals allow."""
    if len(b.threads) != 1 or b.threads[0].name not in _COUNTERS or b.launch[0].size.endswith("_blocks"):
        return
    element, extent = b.threads[0], b.launch[0]
    if any(param.span and param.span.distinct for param in b.params):
        return
    known = list(b.params)
    count = b.size(extent)
    body = _continuing(b.blocks[0], Op(BOOL, "ge", (element, count)))
    if body is None or _starts_as_literal(body):
        b.params = known
        return
    thread = Var(I32, b.name("tid", "thread"))
    threads = Bound("num_threads", 0)
    step = b.parameter(I32, "num_threads", "stride", "grid_size", span=Span(threads, threads))
    b.threads, b.launch = (thread,), (threads,)
    b.blocks[0] = [For(element, thread, count, step, tuple(body))]


def _continuing(body: Iterable[Statement], bound: Expression) -> list[Statement] | None:
    """The body with a `continue` for each `return`; None where one stands inside a loop."""
    changed: list[Statement] = []
    for s in body:
        kind = type(s)
        if kind is Return:
            s = Continue()
        elif kind is If:
            if s.condition == bound:
                continue  # the loop ends there
            arms = _continuing(s.accepted, bound), _continuing(s.otherwise, bound)
            if None in arms:
                return None
            s = If(s.condition, tuple(arms[0]), tuple(arms[1]))
        elif kind in (For, Each, While) and "Return(" in repr(s.body):
            return None
        changed.append(s)
    return changed


def _starts_as_literal(body: Iterable[Statement]) -> bool:
    """Whether a local starts as a bare number and changes, which Warp refuses in a loop."""
    bound: Counter[str] = Counter()
    literal: set[str] = set()
    stack = list(body)
    while stack:
        s = stack.pop()
        if type(s) in (Assign, Update) and type(s.target) is Var:
            bound[s.target.name] += 1
            if type(s) is Assign and type(s.value) is Const:
                literal.add(s.target.name)
        elif type(s) is If:
            stack += s.accepted + s.otherwise
        elif type(s) in (For, Each, While):
            stack += s.body
    return any(bound[name] > 1 for name in literal)
