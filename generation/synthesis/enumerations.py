"""Kinds of things, told apart by plain numbers or by the members of an enumeration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from generation.language.types import I32
from generation.program.nodes import Const, Expression

if TYPE_CHECKING:
    from generation.synthesis.builder import Builder

_NAMED = 0.28  # of the kinds have names


class Enumeration:
    """One set of kinds in a program: `kinds["BOX"]` or `kinds[1]` is what a kind is compared with."""

    def __init__(self, b: Builder, group: str, members: Sequence[str]):
        self.b, self.group, self.members = b, group, tuple(members)
        known = {var.name for var, _ in b.constants}
        self.named = f"{group}.{members[-1]}" in known or (group not in b.taken and b.chance(_NAMED))

    def __getitem__(self, key: str | int) -> Expression:
        place = key if type(key) is int else self.members.index(key)
        return self.b.member(self.group, self.members, place) if self.named else Const(I32, place)
