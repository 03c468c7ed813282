"""The nodes of a program, or of a part of one; the same program with some of them replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import is_not
from typing import TypeVar

from generation.program.nodes import Component, Field

T = TypeVar("T")


def rewrite(node: T, change: Callable) -> T:
    """The tree with `change` applied to every node and body, leaves first."""
    parts = [rewrite(item, change) if isinstance(item, tuple) else item for item in node]
    return change(_rebuilt(node, parts))


def substitute(node: T, other: Callable) -> T:
    """The tree with the outermost nodes for which `other` has something else in their place; it gives None
    for a node to look into."""
    found = other(node)
    if found is not None:
        return found
    parts = [substitute(item, other) if isinstance(item, tuple) else item for item in node]
    return _rebuilt(node, parts)


def _rebuilt(node: T, parts: list) -> T:
    if not any(map(is_not, parts, node)):
        return node
    return type(node)(*parts) if hasattr(node, "_fields") else tuple(parts)


def whole(place: tuple) -> tuple:
    """What a component or a field, or a part of one, is a part of."""
    while type(place) in (Component, Field):
        place = place.value
    return place


def nodes(tree: tuple) -> Iterator[tuple]:
    """Every node and body, from the outside in, as they are read."""
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        stack += [part for part in node[::-1] if isinstance(part, tuple)]
