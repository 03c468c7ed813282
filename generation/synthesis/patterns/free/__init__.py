"""Typed sampling and nothing else: the family without an algorithm.

Free choices: whether operations or statements are sampled, and everything they are made of.
"""

from __future__ import annotations

from generation.synthesis.builder import Builder
from generation.synthesis.patterns.free import operations, statements

VERBS = ("compute", "evaluate", "combine", "apply", "transform", "update")


def build(b: Builder) -> None:
    b.pick((operations, statements)).build(b)
