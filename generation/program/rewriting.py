"""A program, or a part of one, with some of its nodes replaced."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def rewrite(node: T, change: Callable) -> T:
    """The tree with `change` applied to every node and body, leaves first."""
    if isinstance(node, tuple):
        parts = [rewrite(item, change) if isinstance(item, tuple) else item for item in node]
        node = type(node)(*parts) if hasattr(node, "_fields") else tuple(parts)
    return change(node)
