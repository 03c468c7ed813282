"""Expressions of a sketch: each becomes a function from a sketch in use to a node or a plain number."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from functools import cache, lru_cache, partial
from math import isqrt
from typing import TYPE_CHECKING, Any

from generation.language.types import (
    BOOL,
    I32,
    STATE,
    U32,
    Array,
    Struct,
    array,
    has_name,
    matrix,
    vector,
)
from generation.program.nodes import (
    Adjoint,
    Assign,
    Atomic,
    Bound,
    Choice,
    Const,
    Construct,
    Load,
    Op,
    Range,
    Scratch,
    Shape,
    Span,
    Var,
)
from generation.program.sense import flaw
from generation.synthesis import framing
from generation.synthesis.terms import component, convert, dynamic, fixed, number, op, view, zero

if TYPE_CHECKING:
    from generation.synthesis.sketches import Sketch

Run = Callable[["Sketch"], Any]
NUMBERS = (int, float, bool)
CHAINED = {
    "add": ("add", "sub"),
    "mul": ("mul", "div", "neg"),
}  # operands that would need parentheses on the right
INFIX = {
    ast.Add: ("add", operator.add),
    ast.Sub: ("sub", operator.sub),
    ast.Mult: ("mul", operator.mul),
    ast.Div: ("div", operator.truediv),
    ast.FloorDiv: ("floordiv", operator.floordiv),
    ast.Mod: ("mod", operator.mod),
    ast.Pow: ("pow", operator.pow),
    ast.MatMult: ("matmul", operator.matmul),
    ast.BitAnd: ("bit_and", operator.and_),
    ast.BitOr: ("bit_or", operator.or_),
    ast.BitXor: ("bit_xor", operator.xor),
    ast.LShift: ("lshift", operator.lshift),
    ast.RShift: ("rshift", operator.rshift),
}
_COMPARED = {ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge", ast.Eq: "eq", ast.NotEq: "ne"}
_MIRRORED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}


def expression(node: ast.expr) -> Run:
    return _EXPRESSIONS[type(node)](node)


def _constant(node: ast.Constant) -> Run:
    return _same(node.value)


@lru_cache(None, typed=True)
def _same(value: Any) -> Run:
    return lambda s: value


def _name(node: ast.Name) -> Run:
    return _looked_up(node.id.partition("__")[0])


@cache
def _looked_up(name: str) -> Run:
    return lambda s: s[name]


def _infix(node: ast.BinOp) -> Run:
    left, right = expression(node.left), expression(node.right)
    name, fold = INFIX[type(node.op)]

    def infix(s: Sketch):
        a, c = left(s), right(s)
        if type(a) in NUMBERS and type(c) in NUMBERS:
            value = fold(a, c)
            return round(value, 6) if type(value) is float else value
        return s.combine(name, a, c)

    return infix


def _prefix(node: ast.UnaryOp) -> Run:
    value = expression(node.operand)
    name = {ast.USub: "neg", ast.Not: "not", ast.Invert: "invert"}[type(node.op)]

    def prefix(s: Sketch):
        e = value(s)
        return -e if type(e) in NUMBERS else op(name, e)

    return prefix


def _compare(node: ast.Compare) -> Run:
    left, right = expression(node.left), expression(node.comparators[0])
    name = _COMPARED[type(node.ops[0])]
    mirrored = _MIRRORED.get(name)

    def compare(s: Sketch):
        a, c = left(s), right(s)
        if mirrored and type(c) not in NUMBERS and s.b.chance(0.06):
            return s.combine(mirrored, c, a)
        return s.combine(name, a, c)

    return compare


def _junction(node: ast.BoolOp) -> Run:
    terms = [expression(value) for value in node.values]
    name = "and" if isinstance(node.op, ast.And) else "or"

    def junction(s: Sketch):
        result = terms[0](s)
        for term in terms[1:]:
            result = op(name, result, term(s))
        return result

    return junction


def _choice(node: ast.IfExp) -> Run:
    condition, accepted, otherwise = expression(node.test), expression(node.body), expression(node.orelse)

    def choice(s: Sketch):
        test, a, c = condition(s), accepted(s), otherwise(s)
        a = s.typed(a, None if type(c) in NUMBERS else c.type)
        return Choice(a.type, test, a, s.typed(c, a.type))

    return choice


def _subscript(node: ast.Subscript) -> Run:
    if isinstance(node.value, ast.Attribute) and node.value.attr == "shape":
        array, axis = expression(node.value.value), node.slice.value
        return lambda s: Shape(I32, array(s), axis)
    value = expression(node.value)
    if isinstance(node.value, ast.Name) and node.value.id == "adjoint":
        variable = expression(node.slice)
        return lambda s: Adjoint(variable(s).type, variable(s))
    places = [expression(e) for e in (node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice])]

    def subscript(s: Sketch):
        base = value(s)
        indices = tuple([s.typed(place(s)) for place in places])
        if not isinstance(base.type, Array):
            return component(base, *indices)
        if len(indices) < base.type.ndim or any(type(index) is Range for index in indices):
            return view(base, *indices)
        return Load(base.type.dtype, base, indices)

    return subscript


def _slice(node: ast.Slice) -> Run:
    ends = [end and expression(end) for end in (node.lower, node.upper)]
    return lambda s: Range(*[end and s.typed(end(s)) for end in ends])


def _attribute(node: ast.Attribute) -> Run:
    value, name = expression(node.value), node.attr
    return lambda s: s.field(value(s), name)


def _maybe_named(node: ast.NamedExpr) -> Run:
    words, value = tuple(node.target.id.split("__")), expression(node.value)

    def maybe_named(s: Sketch):
        e = s.typed(value(s))
        if type(e) is not Var and s.b.chance(0.5):
            var = s.local(e.type, words)
            s.b.emit(Assign(var, e))
            e = var
        s.scope[words[0]] = e
        return e

    return maybe_named


def _call(node: ast.Call) -> Run:
    arguments = [expression(argument) for argument in node.args]
    if isinstance(node.func, ast.Call):  # grad(f)(x)
        function = node.func.args[0].id
        return lambda s: s.scope[function].derivatives(*[argument(s) for argument in arguments])
    name = node.func.id
    if name in ("pick", "num"):
        return lambda s: s.b.pick(arguments)(s)
    if name.startswith("atomic_"):

        def atomic(s: Sketch):
            array, *indices, value = [argument(s) for argument in arguments]
            value = s.typed(value, array.type.dtype)
            return Atomic(value.type, name, array, tuple([s.typed(index) for index in indices]), value)

        return atomic
    special = _SPECIAL.get(name)

    def call(s: Sketch):
        values = [argument(s) for argument in arguments]
        known = s.scope.get(name)
        if isinstance(known, Struct):
            return Construct(known, tuple(map(s.typed, values, [type_ for _, type_ in known.fields])))
        if known is not None and not isinstance(known, tuple | str):
            return known(*values)
        if special:
            return special(s, *values)
        like = next((v for v in values if type(v) not in NUMBERS and v.type not in (BOOL, STATE)), None)
        made = op(name, *[s.typed(v, like and like.type) for v in values])
        return values[0] if len(values) == 1 and made.type is values[0].type and flaw(made) else made

    return call


def _converted(type_of):
    def converted(s: Sketch, value):
        type_ = type_of(s)
        return dynamic(type_, value) if type(value) in NUMBERS else convert(value, type_)

    return converted


def _vector(s: Sketch, *values):
    like = next((v.type for v in values if type(v) not in NUMBERS), s.b.real)
    s.b.rare |= len(values) > 4
    return Op(vector(len(values), like), "construct", tuple([s.typed(v, like) for v in values]))


def _matrix(s: Sketch, *values, rows: int = 0):
    rows = rows or isqrt(len(values))
    like = next((v.type for v in values if type(v) not in NUMBERS), s.b.real)
    type_ = matrix(rows, len(values) // rows, like)
    s.b.rare |= not has_name(type_)
    return Op(type_, "construct", tuple([s.typed(v, like) for v in values]))


def _mix(s: Sketch, *values):
    values = [s.typed(value) for value in values]
    return s.b.mix(values[0].type, values)


_SPECIAL = {
    "real": _converted(lambda s: s.b.real),
    "int": _converted(lambda s: I32),
    "u32": lambda s, value: number(U32, value) if type(value) in NUMBERS else convert(value, U32),
    "zero": lambda s, *like: zero(like[0].type if like else s.b.real),
    "vzero": lambda s: zero(s.b.space),
    "scratch": lambda s, like, *shape: Scratch(array(s.typed(like).type, len(shape)), shape),
    "slots": lambda s, end, *shape: Scratch(array(I32, len(shape)), shape, Span(fixed(0), Bound(end, -1))),
    "ident": lambda s, like: Const(like.type, 1),
    "vec": _vector,
    "mat": _matrix,
    **{f"mat{rows}": partial(_matrix, rows=rows) for rows in (2, 3, 4, 5, 6)},
    "mix": _mix,
    "mix_real": lambda s, *values: s.b.mix(s.b.real, [s.typed(value) for value in values]),
    "polish": lambda s, value: framing.tempered(s.b, value) if s.b.chance(0.6) else value,
    "safe": lambda s, value: framing.above_zero(s.b, value),
}

_EXPRESSIONS = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.BinOp: _infix,
    ast.UnaryOp: _prefix,
    ast.Compare: _compare,
    ast.BoolOp: _junction,
    ast.IfExp: _choice,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Attribute: _attribute,
    ast.NamedExpr: _maybe_named,
    ast.Call: _call,
}
