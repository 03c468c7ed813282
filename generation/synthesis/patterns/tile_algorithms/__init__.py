"""Algorithms of a block on tiles it keeps: sorting, spectra, systems solved in place, gathers and scatters by
index, histograms, wavelet steps, weighted sums, masks.

Free choices: sizes and types of the tiles, what is applied before and after, which part leaves the block.
Source: Warp documentation, "Tiles"; Mallat, "A Wavelet Tour of Signal Processing", 2009; Satish et al.,
"Designing Efficient Sorting Algorithms for Manycore GPUs", 2009.
"""

from __future__ import annotations

from generation.language.types import F32, F64, vector
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.tile_algorithms.indexed import gather, histogram, query, scatter, sort
from generation.synthesis.patterns.tile_algorithms.numeric import (
    flat,
    halves,
    mask,
    solve,
    spectrum,
    weighted,
)

VERBS = ("sort", "filter", "solve", "gather", "scatter", "accumulate", "split")
FIELDS = ("signal", "image", "learning", "fluid", "finite_element")


def build(b: Builder) -> None:
    b.real = F64 if b.chance(0.08) else F32
    b.space = vector(2, b.real)
    b.weighted(_FORMS)(b)


_FORMS = Weights(
    {
        query: 10,
        sort: 16,
        spectrum: 8,
        solve: 14,
        gather: 14,
        scatter: 12,
        histogram: 12,
        halves: 10,
        weighted: 10,
        flat: 8,
        mask: 8,
    }
)
