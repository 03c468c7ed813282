"""Seed and index to program: a family and a size are drawn, the family's pattern builds a typed program."""

from __future__ import annotations

from math import log

from generation.errors import SynthesisError
from generation.program import Program
from generation.synthesis.builder import Builder
from generation.synthesis.composition import compose, size_of
from generation.synthesis.patterns import PATTERNS
from generation.synthesis.populations import EVERYTHING, KERNEL_TYPES, PROFILES, Population

__all__ = ["EVERYTHING", "KERNEL_TYPES", "PROFILES", "Population", "synthesise"]

_NEAR = log(1.4)  # a program of a size within this factor of the wanted one is good enough
_MAX_TRIES = 40  # for a complexity that the family hardly ever has
_PERSISTENCE = 8  # attempts after which other families are tried


def synthesise(seed: int, index: int, population: Population = EVERYTHING, attempt: int = 0) -> Program:
    """The program at an index of the stream of a seed; `attempt` counts the redraws of a refused one.

    A pure function of its arguments. Raises SynthesisError where the pattern finds no fitting operation, or
    no program of the wanted complexity.
    """
    wanted = population.size(seed, index)
    tries = PROFILES[population.profile].tries
    best, distance = None, None
    earlier = attempt // _PERSISTENCE * _MAX_TRIES
    for number in range(_MAX_TRIES):
        family = population.family(seed, index, earlier + number)
        program = _build(seed, index, (attempt, number), family, wanted)
        if tries == 1 and population.admits_all:
            return program
        size = size_of(program)
        if population.admits(size):
            off = abs(log(size / wanted))
            if best is None or off < distance:
                best, distance = program, off
        if best is not None and (number + 1 >= tries or distance < _NEAR):
            return best
    asked = " or ".join(population.complexities)
    raise SynthesisError(f"{family}: no {asked} program in {_MAX_TRIES} tries")


def _build(seed: int, index: int, stage: tuple[int, int], family: str, wanted: float) -> Program:
    pattern = PATTERNS[family]
    fields, titles = getattr(pattern, "FIELDS", ()), getattr(pattern, "TITLES", {})
    builder = Builder(seed, index, stage, family, pattern.VERBS, fields, titles, wanted)
    builder.subjects = getattr(pattern, "SUBJECTS", builder.theme.subjects)
    try:
        compose(builder, pattern.build, wanted)
    except (KeyError, IndexError) as error:
        raise SynthesisError(f"{family}: no fitting operation or value: {error!r}") from error
    return builder.finish()
