"""Warp's own list of built-ins, in words: what the table of the language is measured against."""

from __future__ import annotations

import warp._src.context as context
import warp._src.types as types


def builtins() -> dict[str, tuple[str, ...]]:
    """See `generation.compilation.builtins`."""
    found = {}
    for name, function in context.builtin_functions.items():
        overloads = getattr(function, "overloads", None) or [function]
        found[name] = tuple(sorted({_signature(overload) for overload in overloads}))
    return found


def _signature(overload) -> str:
    return ", ".join(f"{name}: {_word(type_)}" for name, type_ in overload.input_types.items())


def _word(type_) -> str:
    try:
        return types.type_repr(type_)
    except (AttributeError, TypeError):
        return getattr(type_, "__name__", str(type_))
