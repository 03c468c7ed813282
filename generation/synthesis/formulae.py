"""Formulae: expressions that only compute a value, taken apart into a shape and what fills it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from generation.language.types import (
    BOOL,
    I32,
    Matrix,
    Quaternion,
    Scalar,
    Transform,
    Type,
    Vector,
    is_value,
    scalar_of,
)
from generation.program.declarations import Function, Param
from generation.program.nodes import (
    Assign,
    Call,
    Component,
    Const,
    Expression,
    Field,
    Load,
    Op,
    Statement,
    Var,
)
from generation.synthesis.terms import add_names

if TYPE_CHECKING:
    from generation.synthesis.builder import Builder

_SHAPES = (Scalar, Vector, Matrix, Quaternion, Transform)
_INTEGERS = ("add", "sub", "mul", "neg", "min", "max", "clamp", "abs", "lt", "le", "gt", "ge", "eq", "ne")
SEALED = ("static", "dynamic", "cast", "address")  # what they hold is no formula


class _NoFormulaError(Exception):
    """The expression does more than compute a value of its variables."""


class Formula(NamedTuple):
    """An expression with the statements before it that only it needs."""

    value: Expression
    steps: tuple[Statement, ...]
    leaves: tuple[Expression, ...]  # its variables and elements, in the order of their first use
    shape: tuple  # the same for formulae that differ in leaves and types alone
    operations: int


class Reader:
    """Takes a formula apart."""

    def __init__(self, b: Builder, functions: Sequence[Function]):
        self.constants = {var.name for var, _ in b.constants}
        self.plain = {f.name for f in functions if len(f.results) == 1 and all(_plain(p) for p in f.params)}

    def read(self, value: Expression, steps: Sequence[Statement] = ()) -> Formula | None:
        self.leaves: dict[Expression, int] = {}
        self.locals: dict[str, int] = {}
        self.operations = 0
        try:
            shapes = []
            for step in steps:
                if type(step) is Assign:
                    shapes.append(self.shape(step.value))
                    self.locals[step.target.name] = len(shapes)
            shapes.append(self.shape(value))
        except _NoFormulaError:
            return None
        return Formula(value, tuple(steps), tuple(self.leaves), tuple(shapes), self.operations)

    def shape(self, e: Expression) -> tuple:
        kind = type(e)
        if kind is Const:
            return "number", e.value
        if kind is Op:
            return self.operation(e)
        if kind is Var and e.name in self.constants:
            return "constant", e.name
        if kind is Var and e.name in self.locals:
            return "local", self.locals[e.name]
        if kind is Var or kind is Load:
            return self.leaf(e)
        if kind is Field:
            holds = type(e.value) in (Var, Load) and isinstance(e.value.type, Vector)
            return ("part", e.name, self.shape(e.value)) if holds else self.leaf(e)
        if kind is Component and type(e.value) in (Var, Load) and all(type(i) is Const for i in e.indices):
            return ("part", *[index.value for index in e.indices], self.shape(e.value))
        if kind is Call and e.function in self.plain:
            self.operations += 1
            return ("call", e.function, *map(self.shape, e.arguments))
        raise _NoFormulaError

    def leaf(self, e: Expression) -> tuple:
        names: set[str] = set()
        if self.locals and type(e) is not Var:
            add_names(e, names)
        if not _is_number(e.type) or names & self.locals.keys():
            raise _NoFormulaError
        return "leaf", self.leaves.setdefault(e, len(self.leaves))

    def operation(self, e: Op) -> tuple:
        name = e.operation
        scalar = scalar_of(e.type)
        if name in SEALED or scalar is None or not all(is_value(a.type) for a in e.arguments):
            raise _NoFormulaError
        if name == "convert":
            (source,) = e.arguments
            if scalar.kind != "float" or type(source) is not Var or source.name in self.constants:
                raise _NoFormulaError
        elif scalar.kind != "float" and e.type is not BOOL and name not in _INTEGERS:
            raise _NoFormulaError  # an integer's range is known to its kernel alone
        self.operations += 1
        return (name, *map(self.shape, e.arguments))


def is_real(type_: Type) -> bool:
    """Whether values of the type are made of floating-point numbers."""
    return isinstance(type_, _SHAPES) and scalar_of(type_).kind == "float"


def _is_number(type_: Type) -> bool:
    return type_ is I32 or type_ is BOOL or is_real(type_)


def _plain(param: Param) -> bool:
    return is_value(param.type) and param.span is None and not param.held
