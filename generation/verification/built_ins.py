"""Every built-in by its name below `wp`, for a width of float."""

from __future__ import annotations

import functools
import math

import numpy as np

from generation.verification import (
    decompositions,
    families,
    geometry,
    handles,
    randomness,
    scalars,
    textures,
    tile_algorithms,
    tiles,
    triangles,
    volumes,
)
from generation.verification.algebra import ALGEBRA
from generation.verification.compounds import Compound
from generation.verification.motions import MOTIONS
from generation.verification.scalars import SCALAR

CONSTANTS = {"pi": math.pi, "PI": math.pi, "e": math.e, "E": math.e, "tau": math.tau, "TAU": math.tau}
CONSTANTS |= {"HALF_PI": math.pi / 2, "inf": math.inf, "INF": math.inf, "nan": math.nan, "NAN": math.nan}
CONSTANTS |= {"phi": (1 + math.sqrt(5)) / 2, "PHI": (1 + math.sqrt(5)) / 2}
_ATOMICS = {
    "atomic_add": lambda old, new: old + new,
    "atomic_sub": lambda old, new: old - new,
    "atomic_min": ALGEBRA["min"],
    "atomic_max": ALGEBRA["max"],
    "atomic_and": lambda old, new: old & new,
    "atomic_or": lambda old, new: old | new,
    "atomic_xor": lambda old, new: old ^ new,
    "atomic_exch": lambda old, new: new,
}


def literal(real, x):
    """A Python number of a source, or of an enclosing scope, as Warp reads it; `real` is its float."""
    kind = x.__class__
    if kind is float:
        return real(np.float32(x))
    if isinstance(x, int) and kind is not bool:
        return scalars.wrapped(np.int32, int(x))
    if kind is np.float32:
        return real(x)
    return x


@functools.cache
def vocabulary(double: bool) -> tuple[dict, dict, dict]:
    """What no source changes: the types, the built-ins that draw random numbers, and every built-in by its
    name below `wp`."""
    family = families.family(double)
    known, named = family["known"], family["named"]
    real = named["float32"].kind
    drawing, noise = randomness.tables(real)
    table = SCALAR | ALGEBRA | MOTIONS | family["functions"] | named | drawing | noise
    table |= {name: literal(real, number) for name, number in CONSTANTS.items()}
    table |= {name: _atomic(update) for name, update in _ATOMICS.items()}
    table |= decompositions.table(double) | tiles.table(known, drawing) | tile_algorithms.TILE_ALGORITHMS
    structures = geometry.table(drawing) | volumes.table(known, named)
    table |= {name: handles.guarded(name, built_in) for name, built_in in structures.items()}
    table |= textures.table(known)
    table |= {
        "lower_bound": randomness.lower_bound,
        "intersect_tri_tri": triangles.intersect_tri_tri,
        "atomic_cas": _compare_and_swap,
        "spatial_vector": named["spatial_vector"],
        "printf": lambda *_: None,
        "expect_eq": lambda *_: None,  # tells on the screen
        "expect_neq": lambda *_: None,
        "print": lambda *_: None,
        "block_dim": lambda: np.int32(1),
        "static": None,
    }
    return family, drawing, table


def _atomic(update):
    def g(array, *arguments):
        *index, value = arguments
        place = array.place(tuple(index) if not isinstance(index[0], Compound) else index[0].c)
        old = array.data[place]
        array.data[place] = update(old, value)
        return old

    return g


def _compare_and_swap(array, *arguments):
    *index, compare, value = arguments
    place = array.place(tuple(index))
    old = array.data[place]
    if old == compare:
        array.data[place] = value
    return old
