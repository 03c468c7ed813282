"""Work of a whole block on tiles: mapped, reduced, scanned, transposed, multiplied, solved.

Free choices: shape and number of the tiles, what is applied, along which axis, how results leave the block.
Source: Warp documentation, "Tiles"; Tillet, Kung and Cox, "Triton", MAPL 2019.
"""

from __future__ import annotations

from generation.language.types import F32, F64, vector
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.tiles import elementwise, linear, reductions

VERBS = ("tile", "block_process", "reduce_tiles", "cooperate")
_FORMS = Weights(
    {
        elementwise.map_: 24,
        elementwise.scan: 8,
        elementwise.stream: 14,
        reductions.reduce: 16,
        reductions.accumulate: 14,
        reductions.rows: 16,
        reductions.normalise: 10,
        reductions.threads: 7,
        linear.multiply: 12,
        linear.solve: 8,
    }
)


def build(b: Builder) -> None:
    b.real = F64 if b.chance(0.06) else F32
    b.space = vector(3, b.real)
    b.weighted(_FORMS)(b)
