"""Types and constants of Warp, written as Python expressions that evaluate to them."""

from __future__ import annotations

import collections.abc
import enum
import math
import typing
from collections.abc import Callable

import numpy as np
import warp._src.codegen as codegen
import warp._src.types as warp_types

from generation.compilation.pinned import warp
from generation.errors import CompilationError

_PLAIN = {None: "None", type(None): "None", int: "int", float: "float", bool: "bool", str: "str"}
_ARRAYS = ("indexedfabricarray", "fabricarray", "indexedarray", "array")
_MAX_ITEMS = 4096  # of a constant that a kernel holds


def _public() -> dict[int, str]:
    """The shortest name in the package `warp` of each of its types."""
    wp, found = warp(), {}
    for name in sorted(dir(wp), key=lambda name: (len(name), name)):
        value = getattr(wp, name, None)
        if isinstance(value, type) and not name.startswith("_"):
            found.setdefault(id(value), f"wp.{name}")
    return found


_PUBLIC = _public()


def unspelled(what: object) -> CompilationError:
    return CompilationError(f"{what} cannot be written as source", "spelling")


def spell_type(kind: object, struct: Callable[[codegen.Struct], str]) -> str:
    """The expression for a type in an annotation; `struct` names structs. CompilationError with the reason
    `spelling` for what has none."""

    def spell(kind: object) -> str:
        if isinstance(kind, codegen.Struct):
            return struct(kind)
        if kind is typing.Any:
            return "Any"
        if isinstance(kind, tuple | list):
            return f"({', '.join(map(spell, kind))},)"
        if isinstance(kind, type | type(None)) and kind in _PLAIN:
            return _PLAIN[kind]
        if warp_types.is_reference(kind):
            return f"wp.ref[{spell(kind.value_type)}]"
        if warp_types.is_array(kind):
            return _array(kind, spell)
        if warp_types.is_tile(kind):
            return f"wp.tile(dtype={spell(kind.dtype)}, shape={tuple(kind.shape)!r})"
        if kind is collections.abc.Callable or warp_types.is_warp_function_annotation(kind):
            return "wp.Function"
        if typing.get_origin(kind) is tuple:
            return f"tuple[{', '.join(map(spell, typing.get_args(kind)))}]"
        if id(kind) in _PUBLIC:
            return _PUBLIC[id(kind)]
        if hasattr(kind, "_wp_scalar_type_"):
            return _composite(kind, spell)
        name = getattr(kind, "__name__", "")
        if name and getattr(warp(), name, None) is kind:  # Scalar, Float and Int are no classes
            return f"wp.{name}"
        raise unspelled(f"the type {kind!r}")

    return spell(kind)


def _array(kind, spell) -> str:
    own = getattr(kind, "_concrete_cls", type(kind)).__name__.lower()
    if "fixed" in own:
        raise unspelled("a fixed array")
    name = next(name for name in _ARRAYS if name in own)
    if kind.ndim is typing.Any:
        return f"wp.{name}(dtype={spell(kind.dtype)}, ndim=Any)"
    if name == "array":
        return f"wp.array{f'{kind.ndim}d' if kind.ndim > 1 else ''}(dtype={spell(kind.dtype)})"
    return f"wp.{name}(dtype={spell(kind.dtype)}, ndim={kind.ndim})"


def _composite(kind, spell) -> str:
    scalar = spell(kind._wp_scalar_type_)
    shape = ["Any" if extent in (0, typing.Any) else str(extent) for extent in kind._shape_]
    if warp_types.type_is_transformation(kind):
        return f"wp.types.transformation(dtype={scalar})"
    if warp_types.type_is_quaternion(kind):
        return f"wp.types.quaternion(dtype={scalar})"
    if len(shape) == 1:
        return f"wp.types.vector(length={shape[0]}, dtype={scalar})"
    return f"wp.types.matrix(shape=({', '.join(shape)}), dtype={scalar})"


def spell_value(value: object, struct: Callable[[codegen.Struct], str]) -> str:
    """The expression for a constant that a kernel may hold."""
    kind = type(value)
    if value is None:
        return "None"
    if isinstance(value, bool | np.bool_):
        return repr(bool(value))
    if isinstance(value, enum.Enum) and not isinstance(value, int):
        return spell_value(value.value, struct)
    if kind in warp_types.scalar_types:
        return f"{_PUBLIC[id(kind)]}({spell_value(value.value, struct)})"
    if isinstance(value, int | np.integer):
        return repr(int(value))
    if isinstance(value, float | np.floating):
        if math.isnan(value):
            return "wp.nan"
        if math.isinf(value):
            return "wp.inf" if value > 0 else "-wp.inf"
        return repr(float(str(value)))  # a float32 as briefly as it can be, not as the float64 next to it
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, tuple | list):
        items = [spell_value(item, struct) for item in value]
        opening, closing = "[]" if isinstance(value, list) else ("(", ",)" if len(items) == 1 else ")")
        return opening + ", ".join(items) + closing
    if hasattr(kind, "_wp_scalar_type_"):
        scalars = np.array(value).ravel()
        if len(scalars) <= _MAX_ITEMS:
            return f"{spell_type(kind, struct)}({', '.join(spell_value(item, struct) for item in scalars)})"
    raise unspelled(f"a constant of the type {kind.__name__}")


def _text(value: str) -> str:
    """Native code keeps its lines."""
    if "\n" in value and '"""' not in value and "\\" not in value:
        return f'"""{value}"""' if not value.endswith('"') else repr(value)
    return repr(value)
