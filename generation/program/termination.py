"""Rounds that change nothing: a loop whose condition would be the same for ever."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from generation.program.nodes import (
    Assign,
    Break,
    Continue,
    If,
    Return,
    Store,
    Unpack,
    Update,
    Var,
)
from generation.program.rewriting import whole


def advances(body: Sequence, names: Collection[str]) -> bool:
    """Whether each way through a loop's body changes one of the names, or leaves the loop."""
    changed = False
    for s in body:
        kind = type(s)
        if kind in (Break, Return):
            return True
        if kind is Continue:
            return changed
        if kind in (Assign, Update, Store):
            changed = changed or _local(s.target) in names
        elif kind is Unpack:
            changed = changed or any(target.name in names for target in s.targets)
        elif kind is If and not changed:
            accepted, otherwise = advances(s.accepted, names), advances(s.otherwise, names)
            if (not accepted and _continues(s.accepted)) or (not otherwise and _continues(s.otherwise)):
                return False
            changed = accepted and otherwise
    return changed


def _continues(body: Sequence) -> bool:
    """Whether a body ends the round."""
    return bool(body) and type(body[-1]) is Continue


def _local(target) -> str | None:
    target = whole(target)
    return target.name if type(target) is Var else None
