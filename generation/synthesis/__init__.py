"""Seed and index to program: a family is drawn, its pattern builds, the result is a typed program."""

from __future__ import annotations

from collections.abc import Sequence

from generation.errors import SynthesisError
from generation.program import Program
from generation.synthesis.builder import Builder
from generation.synthesis.patterns import PATTERNS

KERNEL_TYPES: tuple[str, ...] = tuple(PATTERNS)


def synthesise(
    seed: int, index: int, kernel_types: Sequence[str] = KERNEL_TYPES, attempt: int = 0
) -> Program:
    """The program at an index of the stream of a seed; `attempt` counts the redraws of a refused one.

    A pure function of its arguments. Raises SynthesisError where the pattern finds no fitting operation.
    """
    family = Builder.family_of(seed, index, kernel_types)
    pattern = PATTERNS[family]
    fields, titles = getattr(pattern, "FIELDS", ()), getattr(pattern, "TITLES", {})
    builder = Builder(seed, index, attempt, family, pattern.VERBS, fields, titles)
    builder.subjects = getattr(pattern, "SUBJECTS", builder.theme.subjects)
    try:
        pattern.build(builder)
    except (KeyError, IndexError) as error:
        raise SynthesisError(f"{family}: no fitting operation or value: {error!r}") from error
    return builder.finish()
