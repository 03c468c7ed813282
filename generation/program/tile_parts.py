"""Tiles in part and in place: views, gathers and scatters by index, built-ins that change their argument.

Source: Warp documentation, "Tiles".
"""

from __future__ import annotations

from collections.abc import Callable

from generation.language.types import (
    BOOL,
    F32,
    F64,
    I32,
    I64,
    STATE,
    U32,
    U64,
    Array,
    Scalar,
    Tile,
    Type,
    tile_of,
    vector,
)
from generation.program.nodes import Const, Load, Op, Tiled

Types = tuple[Type, ...]
CHANGED: dict[str, tuple[int, ...]] = {
    "tile_assign": (0,),
    "tile_axpy": (2,),
    "tile_sort": (0, 1),
    "tile_fft": (0,),
    "tile_ifft": (0,),
    "tile_cholesky_inplace": (0,),
    "tile_cholesky_solve_inplace": (1,),
    "tile_lower_solve_inplace": (1,),
    "tile_upper_solve_inplace": (1,),
    "tile_scatter_add": (0,),
}
GATHERS = ("tile_load_indexed", "tile_store_indexed", "tile_atomic_add_indexed")
WITHIN = ("tile_view", "tile_assign")  # their offset is a place in a tile, not in an array
KEYWORDS = {
    "tile_full": ("value",),
    "tile_randf": ("rng",),
    "tile_randi": ("rng", "min", "max"),
    "tile_from_thread": ("value", "thread_idx"),
    "tile_load_indexed": (None, "indices"),
    "tile_store_indexed": (None, "indices", "t"),
    "tile_atomic_add_indexed": (None, "indices", "t"),
}
_KEYS = (F32, I32, U32, I64, U64)
_COMPLEX = (vector(2, F32), vector(2, F64))
_FEWEST = 256  # the threads of a block, of which an FFT needs a multiple


def _are_tiles(types: Types) -> bool:
    return all(isinstance(t, Tile) for t in types)


def _view(e: Tiled, types: Types):
    (tile,) = types
    fits = isinstance(tile, Tile) and len(tile.shape) == len(e.type.shape) == len(e.offset)
    return e.type if fits and e.type.dtype is tile.dtype else None


def _squeeze(e: Tiled, types: Types):
    (tile,) = types
    rest = tuple([extent for extent in tile.shape if extent != 1])
    return tile_of(rest, tile.dtype) if rest and rest != tile.shape else None


def _from_thread(e: Tiled, types: Types):
    plain = isinstance(types[0], Scalar) and type(e.arguments[0]) is not Load
    return e.type if plain and e.type.dtype is types[0] and e.arguments[1:] == (Const(I32, 0),) else None


def _random(e: Tiled, types: Types):
    ends = [a.value for a in e.arguments[1:] if type(a) is Const]
    fits = types[0] is STATE and len(ends) == len(types) - 1 and (not ends or ends[0] < ends[1])
    return e.type if fits and e.type.dtype is I32 else None


def _indexed(e: Tiled, types: Types):
    array, indices, *tiles = types
    if not isinstance(array, Array) or not _are_tiles(types[1:]) or e.axis is None:
        return None
    tile = tiles[0] if tiles else tile_of(e.type.shape, array.dtype)
    fits = array.ndim == len(tile.shape) == len(e.offset) and array.dtype is tile.dtype
    return tile if fits and indices is tile_of((tile.shape[e.axis],), I32) else None


def _assign(e: Tiled, types: Types):
    one, two = types
    fits = _are_tiles(types) and len(one.shape) == len(two.shape) == len(e.offset)
    return one if fits and one.dtype is two.dtype else None


def _axpy(e: Tiled, types: Types):
    factor, one, two = types
    return two if isinstance(two, Tile) and one is two and factor is two.dtype else None


def _sort(e: Tiled, types: Types):
    keys, values = types
    return keys if _are_tiles(types) and keys.shape == values.shape and keys.dtype in _KEYS else None


def _transform(e: Tiled, types: Types):
    (tile,) = types
    length = tile.shape[-1]
    fits = len(tile.shape) == 2 and tile.dtype in _COMPLEX and length % _FEWEST == 0
    return tile if fits and not length & (length - 1) else None


def _square(e: Tiled, types: Types):
    matrix, *vectors = types
    fits = len(matrix.shape) == 2 and len({*matrix.shape}) == 1 and matrix.dtype in (F32, F64)
    return types[-1] if fits and all(t is tile_of(matrix.shape[:1], matrix.dtype) for t in vectors) else None


def _scatter(e: Tiled, types: Types):
    tile, *indices, value, chosen = types
    fits = isinstance(tile, Tile) and len(indices) == len(tile.shape) and all(i is I32 for i in indices)
    return tile if fits and value is tile.dtype and chosen is BOOL else None


RULES: dict[str, Callable[[Tiled, Types], Type | None]] = {
    "tile_view": _view,
    "tile_squeeze": _squeeze,
    "tile_from_thread": _from_thread,
    "tile_randi": _random,
    **dict.fromkeys(GATHERS, _indexed),
    "tile_assign": _assign,
    "tile_axpy": _axpy,
    "tile_sort": _sort,
    **dict.fromkeys(("tile_fft", "tile_ifft"), _transform),
    **dict.fromkeys(("tile_cholesky_inplace", "tile_cholesky_solve_inplace"), _square),
    **dict.fromkeys(("tile_lower_solve_inplace", "tile_upper_solve_inplace"), _square),
    "tile_scatter_add": _scatter,
}


def spacing(indices) -> int | None:
    """How far apart the places are that a tile of indices counts off; None where it is anything else."""
    if type(indices) is Tiled and indices.operation == "tile_arange":
        return 1
    if type(indices) is Op and indices.operation == "mul" and type(indices.arguments[1]) is Const:
        step = indices.arguments[1].value
        return step if step > 0 and spacing(indices.arguments[0]) == 1 else None
    return None
