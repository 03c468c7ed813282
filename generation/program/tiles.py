"""What a tile built-in gives: the shape and type of its result, or None where Warp has no such form.

A tile is a block of values that the threads of a block hold together. An extent of 0 is the number of threads
of a block. Source: Warp documentation, "Tiles".
"""

from __future__ import annotations

from collections.abc import Callable

from generation.language.operations import RESULTS
from generation.language.types import F32, I32, STATE, Array, Scalar, Tile, Type, tile_of
from generation.program import tile_parts
from generation.program.nodes import Load, Tiled

Types = tuple[Type, ...]
STORES = ("tile_store", "tile_atomic_add", "tile_store_indexed", "tile_atomic_add_indexed")
SHAPED = ("tile_load", "tile_zeros", "tile_ones", "tile_full", "tile_reshape", "tile_broadcast", "tile_randf")
SHAPED += ("tile_randi", "tile_view", "tile_from_thread", "tile_load_indexed")
TYPED = ("tile_zeros", "tile_ones", "tile_full", "tile_arange", "tile_astype")


def _is_scalar(type_: Type, *kinds: str) -> bool:
    return isinstance(type_, Scalar) and type_.kind in (kinds or ("float", "int", "uint"))


def arithmetic(operation: str, types: Types) -> Type | None:
    """A sum, difference or product of equal tiles, or a tile times a number."""
    if len(types) == 1:
        return types[0] if operation == "neg" and isinstance(types[0], Tile) else None
    one, two = types
    if isinstance(one, Tile) and one is two and operation in ("add", "sub", "mul"):
        return one
    return one if isinstance(one, Tile) and operation == "mul" and one.dtype is two else None


def _load(e: Tiled, types: Types):
    (array,) = types
    fits = isinstance(array, Array) and array.ndim == len(e.offset) == len(e.type.shape)
    return tile_of(e.type.shape, array.dtype) if fits else None


def _store(e: Tiled, types: Types):
    array, tile = types
    fits = isinstance(array, Array) and isinstance(tile, Tile) and array.dtype is tile.dtype
    return tile if fits and array.ndim == len(e.offset) == len(tile.shape) else None


def _constant(e: Tiled, types: Types):
    return e.type if _is_scalar(e.type.dtype) and all(t is e.type.dtype for t in types) else None


def _arange(e: Tiled, types: Types):
    return e.type if not types and len(e.type.shape) == 1 and _is_scalar(e.type.dtype) else None


def _random(e: Tiled, types: Types):
    return e.type if types == (STATE,) and e.type.dtype is F32 else None


def _same(e: Tiled, types: Types):
    return types[0] if isinstance(types[0], Tile) else None


def _reduce(e: Tiled, types: Types):
    (tile,) = types
    if e.axis is None:
        return tile_of((1,), tile.dtype)
    rest = tile.shape[: e.axis] + tile.shape[e.axis + 1 :]
    return tile_of(rest, tile.dtype) if rest and e.axis < len(tile.shape) else None


def _whole(e: Tiled, types: Types):
    return tile_of((1,), types[0].dtype) if isinstance(types[0], Tile) and len({*types}) == 1 else None


def _place(e: Tiled, types: Types):
    return tile_of((1,), I32) if _is_scalar(types[0].dtype) else None


def _transpose(e: Tiled, types: Types):
    (tile,) = types
    return tile_of(tile.shape[::-1], tile.dtype) if len(tile.shape) == 2 else None


def _volume(shape: tuple[int, ...]) -> int:
    product = 1
    for extent in shape:
        product *= extent
    return product


def _reshape(e: Tiled, types: Types):
    (tile,) = types
    fits = e.type.dtype is tile.dtype and _volume(e.type.shape) == _volume(tile.shape)
    return e.type if fits else None


def _broadcast(e: Tiled, types: Types):
    (tile,) = types
    tail = e.type.shape[-len(tile.shape) :]
    fits = all(own in (1, wanted) for own, wanted in zip(tile.shape, tail, strict=True))
    return e.type if fits and e.type.dtype is tile.dtype else None


def _astype(e: Tiled, types: Types):
    fits = isinstance(types[0], Tile) and types[0].shape == e.type.shape and _is_scalar(e.type.dtype)
    return e.type if fits else None


def _matmul(e: Tiled, types: Types):
    one, two = types[:2]
    if one.shape[1] != two.shape[0] or one.dtype is not two.dtype or one.dtype.kind != "float":
        return None
    product = tile_of((one.shape[0], two.shape[1]), one.dtype)
    return product if types[2:] in ((), (product,)) else None


def _extract(e: Tiled, types: Types):
    tile, *indices = types
    return tile.dtype if len(indices) == len(tile.shape) and all(i is I32 for i in indices) else None


def _from_thread(e: Tiled, types: Types):
    # Warp refuses an array element as it stands: it wants a local
    return tile_of((0,), types[0]) if _is_scalar(types[0]) and type(e.arguments[0]) is not Load else None


def _to_thread(e: Tiled, types: Types):
    return types[0].dtype if types[0].shape == (0,) else None


def _square(e: Tiled, types: Types):
    matrix = types[0]
    fits = len(matrix.shape) == 2 and matrix.shape[0] == matrix.shape[1] and matrix.dtype.kind == "float"
    vectors = all(t is tile_of(matrix.shape[:1], matrix.dtype) for t in types[1:])
    return (types[-1] if e.operation.endswith("solve") else matrix) if fits and vectors else None


RULES: dict[str, Callable[[Tiled, Types], Type | None]] = {
    "tile_load": _load,
    "tile_store": _store,
    "tile_atomic_add": _store,
    **dict.fromkeys(("tile_zeros", "tile_ones", "tile_full"), _constant),
    "tile_arange": _arange,
    "tile_randf": _random,
    **dict.fromkeys(("tile_scan_inclusive", "tile_scan_exclusive"), _same),
    **dict.fromkeys(("tile_scan_max_inclusive", "tile_scan_min_inclusive"), _same),
    "tile_sum": _reduce,
    **dict.fromkeys(("tile_min", "tile_max", "tile_dot"), _whole),
    **dict.fromkeys(("tile_argmin", "tile_argmax"), _place),
    "tile_transpose": _transpose,
    "tile_reshape": _reshape,
    "tile_broadcast": _broadcast,
    "tile_astype": _astype,
    "tile_matmul": _matmul,
    "tile_extract": _extract,
    "tile": _from_thread,
    "untile": _to_thread,
    **dict.fromkeys(("tile_diag_add", "tile_cholesky", "tile_cholesky_solve"), _square),
    **dict.fromkeys(("tile_lower_solve", "tile_upper_solve"), _square),
    **tile_parts.RULES,
}


def applied(e: Tiled, types: Types, results: tuple[Type, ...] | None) -> Type | None:
    """The result of tile_map or tile_reduce; `results` are those of the function, None for a built-in."""
    first = types[0]
    if not all(isinstance(t, Tile) and t.shape == first.shape for t in types):
        return None
    dtypes = tuple(t.dtype for t in types)
    if e.function == "sign" and not _is_scalar(dtypes[0], "float"):
        return None  # Warp's C++ for it does not compile
    if results is None:
        overload = RESULTS.get((e.function, dtypes * 2 if e.operation == "tile_reduce" else dtypes))
        results = (overload.result,) if overload else ()
    if len(results) != 1:
        return None
    return tile_of((1,) if e.operation == "tile_reduce" else first.shape, results[0])
