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
