"""Warp's own list of built-ins, in words: what the table of the language is measured against."""

from __future__ import annotations

from unittest import mock

import warp._src.codegen as codegen
import warp._src.context as context
import warp._src.types as types

from generation.compilation import extraction, memoisation


def builtins() -> dict[str, tuple[str, ...]]:
    """See `generation.compilation.builtins`."""
    found = {}
    for name, function in context.builtin_functions.items():
        overloads = getattr(function, "overloads", None) or [function]
        found[name] = tuple(sorted({_signature(overload) for overload in overloads}))
    return found


# What generated C++ names besides built-ins: types, and what loads, stores and moves values.
_NATIVE = """
    address approx_div array_store array_t assign assign_inplace add_inplace bool bvh_query_t
    bvh_query_thread_block_t cast copy fixedarray_t float16 float32 float64 bfloat16 hash_grid_query_t
    hash_grid_query_f hash_grid_query_d hash_grid_query_h indexedarray_t int8 int16 int32 int64 uint8 uint16
    uint32 uint64 float half int iter_next iter_reverse launch_bounds_t load mat_t matrix_from_cols
    Mesh mesh_query_aabb_t mesh_query_aabb_thread_block_t mesh_query_point_t mesh_query_ray_t quat_t range_t
    shape_t slice_t str sub_inplace
    mul_inplace div_inplace store tile_layout_register_t tile_layout_strided_t tile_register_t tile_shape_t
    tile_shared_storage_t tile_shared_t tile_stride_t tile_alloc_empty transform_t tuple tuple_t vec_t
    texture1d_t texture2d_t texture3d_t vec2d vec2f where
"""


def native_names() -> frozenset[str]:
    """See `generation.compilation.native_names`."""
    found = set(_NATIVE.split())
    for function in context.builtin_functions.values():
        for overload in getattr(function, "overloads", None) or [function]:
            found.add(overload.native_func)
    return frozenset(found | {f"adj_{name}" for name in found})


def _signature(overload) -> str:
    return ", ".join(f"{name}: {_word(type_)}" for name, type_ in overload.input_types.items())


def _word(type_) -> str:
    try:
        return types.type_repr(type_)
    except (AttributeError, TypeError):
        return getattr(type_, "__name__", str(type_))


def _overloads(name: str) -> list:
    function = context.builtin_functions[name]
    return getattr(function, "overloads", None) or [function]


def counts() -> dict[str, int]:
    """How many overloads each built-in has."""
    return {name: len(_overloads(name)) for name in context.builtin_functions}


def resolved(source: str) -> frozenset[tuple[str, int]]:
    """See `generation.compilation.resolved`."""
    found = set()
    stock = codegen.Adjoint.resolve_func

    def resolve_func(adj, *arguments):
        overload = stock(adj, *arguments)
        if overload.key in context.builtin_functions:
            # an instance of a generic function of Warp's library is none of those in the list
            places = [k for k, one in enumerate(_overloads(overload.key)) if one is overload] or [0]
            found.update((overload.key, place) for place in places)
        return overload

    with memoisation.disabled(), mock.patch.object(codegen.Adjoint, "resolve_func", resolve_func):
        extraction.compile_unit(source, ("cpu",), True)
    return frozenset(found)
