"""A program made generic: `Any` for all that its scalar type makes up, literals in the type of an argument.

Only what would hold for another scalar type too is changed; a program with anything else stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from generation.language.operations import RESULTS
from generation.language.types import (
    F32,
    F64,
    Array,
    Matrix,
    Quaternion,
    Scalar,
    Struct,
    Transform,
    Type,
    Value,
    Vector,
    array,
    matrix,
    quaternion,
    scalar_of,
    transform,
    vector,
)
from generation.program.declarations import Function, Param, Program, Style
from generation.program.nodes import Alike, Call, Const, Construct, Gradient, Op, Pack, Scratch, Tiled, Var
from generation.program.rewriting import nodes, rewrite
from generation.program.source import function_text
from generation.synthesis.draw import Draw

_FOREIGN = (Construct, Gradient, Pack, Tiled)  # what is written for one type


class _NotGenericError(Exception):
    """Something in the program belongs to one scalar type."""


def made_generic(draw: Draw, program: Program) -> Program:
    """The kernel with its functions, for any scalar type; the same program where it cannot be."""
    try:
        functions = tuple([_function(function) for function in program.functions])
        kernel = program.kernel
        if _unlike(functions):
            return program
        scalar = _scalar_of_all(kernel.params)
        if program.structs or scalar is None:
            return program
        body = _Rewriting(scalar, kernel.params).node(kernel.body)
    except _NotGenericError:
        return program
    return _spelled(program._replace(functions=functions, kernel=kernel._replace(body=body, generic=True)))


def with_generic_functions(draw: Draw, program: Program) -> Program:
    """Only the functions made generic, one by one, where they can be."""
    functions = []
    bound = {function.gradient_of for function in program.functions} | _differentiated(program)
    for function in program.functions:
        try:
            functions.append(function if function.name in bound else _function(function))
        except _NotGenericError:
            functions.append(function)
    unlike = _unlike(functions)
    pairs = zip(program.functions, functions, strict=True)
    functions = [old if old.name in unlike else new for old, new in pairs]
    if not any(function.generic for function in functions):
        return program
    return _spelled(program._replace(functions=tuple(functions)))


def _unlike(functions: Sequence[Function]) -> set[str]:
    """The names of overloads that one generic function cannot stand for."""
    names = [function.name for function in functions]
    if len(set(names)) == len(names):
        return set()
    texts: dict[str, str] = {}
    return {f.name for f in functions if texts.setdefault(f.name, _text(f)) != _text(f)}


def _text(function: Function) -> str:
    return function_text(function, Style()) if function.generic else ""


def _differentiated(program: Program) -> set[str]:
    return {node.function for node in nodes((program.functions, program.kernel)) if type(node) is Gradient}


def _spelled(program: Program) -> Program:
    """`wp.vector(x, y)` has the type of its parts; Warp passes to a generic function by place alone."""
    generic = {function.name for function in program.functions if function.generic}

    def by_place(node):
        plain = type(node) is Call and node.keywords and node.function in generic
        return node._replace(keywords=()) if plain else node

    functions, kernel = rewrite((program.functions, program.kernel), by_place)
    style = program.style._replace(generic_constructors=True, generic_casts=False)
    return program._replace(functions=functions, kernel=kernel, style=style)


def _function(function: Function) -> Function:
    scalar = _scalar_of_all(function.params)
    special = function.gradient_of or any(param.default is not None for param in function.params)
    if scalar is None or special:
        raise _NotGenericError
    return function._replace(body=_Rewriting(scalar, function.params).node(function.body), generic=True)


def _scalar_of_all(params: tuple[Param, ...]) -> Scalar | None:
    """The one floating-point type that the parameters are made of."""
    found = set()
    for param in params:
        value = param.type.dtype if isinstance(param.type, Array) else param.type
        if isinstance(value, Struct) or not isinstance(value, Value):
            return None
        scalar = scalar_of(value)
        if scalar.kind == "float":
            found.add(scalar)
    return found.pop() if len(found) == 1 else None


class _Rewriting:
    """One body, whose literals take the type of a parameter."""

    def __init__(self, scalar: Scalar, params: tuple[Param, ...]):
        self.scalar = scalar
        self.other = F64 if scalar is F32 else F32
        # Best a number, then an array of numbers, then a vector or the like.
        ranked = [(_rank(param.type, scalar), param) for param in params]
        best = min(ranked, key=lambda item: item[0])
        self.anchor = Var(best[1].type, best[1].name) if best[0] < _NO_ANCHOR else None

    def alike(self, value) -> Alike:
        if self.anchor is None:
            raise _NotGenericError
        return Alike(self.scalar, self.anchor, value)

    def node(self, e):
        kind = type(e)
        if kind is tuple:
            return tuple([self.node(item) for item in e])
        if kind is Var or not isinstance(e, tuple):
            return e
        if kind is Const:
            if e.type is self.scalar:
                return self.alike(e)
            if scalar_of(e.type) is self.scalar:
                raise _NotGenericError
            return e
        if kind is Op:
            return self.op(e)
        if kind in _FOREIGN or (kind is Scratch and scalar_of(e.type.dtype) is self.scalar):
            raise _NotGenericError
        if kind is Call and e.type is not self.scalar and scalar_of(e.type) not in (self.scalar, None):
            return e._replace(arguments=self.node(e.arguments))
        parts = [self.node(part) if isinstance(part, tuple) else part for part in e]
        return kind(*parts)

    def op(self, e: Op):
        scalar = self.scalar
        arguments = e.arguments
        if e.operation == "dynamic" and e.type is scalar:
            return self.alike(arguments[0])
        if e.operation == "convert" and e.type is scalar:
            return self.alike(self.node(arguments[0]))
        if e.operation == "construct":
            short = len(arguments) > 1 and not (type(e.type) is Vector and e.type.length > 4)
            if not short or not all(a.type is scalar for a in arguments):
                raise _NotGenericError
        if e.operation in ("static", "cast"):
            raise _NotGenericError
        twin = tuple([_in_other(a.type, scalar, self.other) for a in arguments])
        named = (e.operation, twin, _in_other(e.type, scalar, self.other))
        if (e.operation, twin) not in RESULTS and named not in RESULTS:
            raise _NotGenericError
        if scalar_of(e.type) is scalar and twin == tuple([a.type for a in arguments]):
            raise _NotGenericError  # a random number, say, which is a float whatever the rest is
        return Op(e.type, e.operation, self.node(arguments))


_NO_ANCHOR = 3


def _rank(type_: Type, scalar: Scalar) -> int:
    if isinstance(type_, Array):
        return 1 if type_.dtype is scalar else _NO_ANCHOR
    return 0 if type_ is scalar else 2 if scalar_of(type_) is scalar else _NO_ANCHOR


def _in_other(type_: Type, scalar: Scalar, other: Scalar) -> Type:
    """The type with another scalar in it."""
    if type_ is scalar:
        return other
    if getattr(type_, "dtype", None) is scalar:
        if isinstance(type_, Array):
            return array(other, type_.ndim)
        if isinstance(type_, Vector):
            return vector(type_.length, other)
        if isinstance(type_, Matrix):
            return matrix(type_.rows, type_.cols, other)
        if isinstance(type_, Quaternion | Transform):
            return (quaternion if isinstance(type_, Quaternion) else transform)(other)
    return type_
