"""The nodes of a program, or of a part of one; the same program with some of them replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import is_not
from typing import TypeVar

T = TypeVar("T")


def rewrite(node: T, change: Callable) -> T:
    """The tree with `change` applied to every node and body, leaves first."""
    parts = [rewrite(item, change) if isinstance(item, tuple) else item for item in node]
    if any(map(is_not, parts, node)):
        node = type(node)(*parts) if hasattr(node, "_fields") else tuple(parts)
    return change(node)


def nodes(tree: tuple) -> Iterator[tuple]:
    """Every node and body, from the outside in, as they are read."""
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        stack += [part for part in node[::-1] if isinstance(part, tuple)]
