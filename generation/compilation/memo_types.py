"""Questions about types, answered in short: which are interchangeable in a memo, and what they are in C++."""

from __future__ import annotations

import warp._src.context as context
import warp._src.types as warp_types
from warp._src.codegen import Struct, Var
from warp._src.types import Reference

MEMO_LIMIT = 100_000  # far above what any mix of kernels reaches; a bound all the same

ANNOTATIONS = frozenset(warp_types._ARRAY_ANNOTATION_MAP.values())
ARRAYS = frozenset(warp_types.array_types)
SCALARS = frozenset({*warp_types.scalar_and_bool_types, int, float, bool, str})

# Types of arguments that are neither references nor sequences nor anything to look into.
PLAIN = frozenset({Var, Struct, context.Function, int, float, bool, str, *ANNOTATIONS, *ARRAYS})


# Kinds of types that stand for themselves, whatever they are made of.
_WHOLE = frozenset({Struct, *ANNOTATIONS, *ARRAYS})


def type_key(kind):
    """A hashable stand-in for a type, equal for those that Warp cannot tell apart; None where unsure."""
    if isinstance(kind, type):
        return kind
    family = type(kind)
    if family in ANNOTATIONS:
        family = kind._concrete_cls
    elif family not in ARRAYS:
        return None
    if family is warp_types.fixedarray or not isinstance(kind.dtype, type):
        return None
    return (family, kind.dtype, kind.ndim)


def lasts(key) -> bool:
    """Whether a memo may keep this type alive: Warp's own may stay, one made by a unit must go with it."""
    kind = key[1] if type(key) is tuple else key
    return kind in SCALARS or hasattr(kind, "_wp_generic_type_str_")


ctypes: dict[tuple, str] = {}


def ctype(kind, value_type: bool = False) -> str:
    """The C++ type of a variable; the dimensions of an array are no part of it."""
    pointer = type(kind) is Reference
    inner = kind.value_type if pointer else kind
    key = (type_key(inner), pointer, value_type)
    text = ctypes.get(key)
    if text is None:
        text = Var.type_to_ctype(kind, value_type)
        if key[0] is not None and lasts(key[0]) and len(ctypes) < MEMO_LIMIT:
            ctypes[key] = text
    return text


# -- replacements for Warp's functions: each is made from the one it stands for --------------------------


def make_strip_reference(stock):
    def strip_reference(arg):
        family = type(arg)
        if family in PLAIN:
            return arg
        if family is Reference:
            return arg.value_type
        return arg if isinstance(arg, type) else stock(arg)

    return strip_reference


def make_get_arg_type(stock):
    def get_arg_type(arg):
        if type(arg) is Var:
            kind = arg.type
            if type(kind) is Reference:
                kind = kind.value_type
            if isinstance(kind, type) or type(kind) in _WHOLE:
                return kind
        elif isinstance(arg, type):
            return arg
        return stock(arg)

    return get_arg_type


def make_get_arg_value(stock):
    def get_arg_value(arg):
        if type(arg) is Var and type(arg.type) is not warp_types.tuple_t:
            return arg if arg.constant is None else arg.constant
        return stock(arg)

    return get_arg_value


def make_types_equal_generic(stock):
    def types_equal_generic(a, b, match_generic=True):
        return (a is b and isinstance(a, type) and a is not tuple) or stock(a, b, match_generic)

    return types_equal_generic
