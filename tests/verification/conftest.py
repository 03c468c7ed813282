"""What the verification tests share: kernels of the synthesiser as pairs."""

from __future__ import annotations

import textwrap

from generation.compilation import compile_source
from generation.program import check, to_source
from generation.program.launch import launch_of
from generation.synthesis import Population, synthesise
from generation.synthesis.populations import EVERYTHING
from generation.verification import Pair

HEADER = "import warp as wp\n\n\n"


def pairs_of(seed: int, indices, backend: str = "cpu", population: Population = EVERYTHING) -> list[Pair]:
    pairs = []
    for index in indices:
        program = synthesise(seed, index, population)
        check(program)
        source = to_source(program)
        ir = compile_source(source, (backend,))[0][backend]
        pairs.append(Pair(source, ir, launch_of(program), (seed, index)))
    return pairs


def written(text: str) -> str:
    return HEADER + textwrap.dedent(text).lstrip()


def pair_of(text: str, backend: str = "cpu") -> Pair:
    source = written(text)
    return Pair(source, compile_source(source, (backend,))[0][backend])
