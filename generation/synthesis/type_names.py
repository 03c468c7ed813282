"""Names for the vectors and matrices that Warp has no name for: `vec5`, `mat_6x3`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from generation.language.types import Array, Matrix, Struct, Vector, has_name, own_name
from generation.program.declarations import Param, Program
from generation.program.nodes import Const, Op, Scratch
from generation.synthesis.draw import Weights

if TYPE_CHECKING:
    from generation.synthesis.builder import Builder

_FORMS = Weights({0: 60, 1: 25, 2: 15})


def type_names(b: Builder, program: Program) -> tuple[tuple[Vector | Matrix, str], ...]:
    """The types that the program spells and that need a name, in order of first use, all named in one way."""
    parts = (program.kernel, *program.functions)
    found = dict.fromkeys(_declared([param for part in parts for param in part.params], program.structs))
    found |= dict.fromkeys(result for f in program.functions if f.annotated for result in f.results)
    found |= dict.fromkeys(_built(tuple([part.body for part in parts])))
    rare = [type_ for type_ in found if not has_name(type_)]
    form = b.weighted(_FORMS) if rare else 0
    return tuple([(type_, b.name(own_name(type_, form))) for type_ in rare])


def _declared(params: Iterable[Param], structs: Iterable[Struct]) -> Iterable:
    types = [param.type for param in params]
    types += [type_ for struct in structs for _, type_ in struct.fields]
    return [type_.dtype if isinstance(type_, Array) else type_ for type_ in types]


def _built(node: tuple) -> list:
    """The types of constructors, zeros and scratch arrays."""
    found: list = []
    stack = [node]
    while stack:
        item = stack.pop()
        if type(item) is Const or (type(item) is Op and item.operation == "construct"):
            found.append(item.type)
        elif type(item) is Scratch:
            found.append(item.type.dtype)
        stack += [part for part in reversed(item) if isinstance(part, tuple)]
    return found
