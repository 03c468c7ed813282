"""Partial programs written as text: an algorithm as one would write it down, its free choices left open.

A sketch reads like the body of a kernel. What it adds to Python:

    pick(a, b, ...)         one of the expressions
    num(0.1, 0.5)           one of the numbers
    (r := length(d))        a value that may or may not get a name
    r__dist = ...           alternative names for a local; the first is what the sketch calls it
    mix(a, b), polish(a)    typed sampling: an expression of all the values, a value perhaps bent a little
    with maybe(0.3):        statements that may be left out
    with either:            one of several blocks, each `with _:` or `with _(weight):`
    def f(a, b): ...        a helper function, made at its first call; one expression may be written in place
    hook(x)                 a Python function of the scope; it gets expressions and may emit statements
    i, j, k                 the thread's indices

Other names are locals of the sketch or come from the scope: expressions, numbers, hooks, or declarations such
as `"v[n] x pos"`, which become parameters at their first use (`declare`). Literals take the type of what they
meet.
Source: Solar-Lezama, "Program Synthesis by Sketching", 2008.
"""

from __future__ import annotations

import ast
import operator
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

from generation.language.identifiers import RESERVED
from generation.language.types import (
    BOOL,
    I32,
    U32,
    Array,
    Matrix,
    Scalar,
    Vector,
    matrix,
    scalar_of,
    tuple_of,
    vector,
)
from generation.program.nodes import (
    Assign,
    Atomic,
    Bound,
    Break,
    Call,
    Choice,
    Component,
    Const,
    Continue,
    Do,
    Expression,
    Load,
    Op,
    Return,
    Shape,
    Span,
    Store,
    Unpack,
    Var,
)
from generation.synthesis import phrases
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.pruning import prune
from generation.synthesis.terms import convert, dynamic, field, fixed, number, op, zero

Run = Callable[["Sketch"], Any]
_NUMBERS = (int, float, bool)
_INFIX = {
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
_CHAINED = {
    "add": ("add", "sub"),
    "mul": ("mul", "div", "neg"),
}  # operands that would need parentheses on the right
_COMMUTING = (Scalar, Vector, Matrix)  # quaternions do not
_MIRRORED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}


class Sketch:
    """One scope over a builder: call it with texts, one after the other; read back what they bound."""

    def __init__(self, b: Builder, **scope: Any):
        self.b = b
        self.scope: dict[str, Any] = dict(zip("ijk", b.threads, strict=False))
        self.scope.update(scope)
        self.tone = b.integer(0, 2)

    def local(self, type_: Any, words: tuple[str, ...]) -> Var:
        """A new local; the alternatives of one scope go together: i0 stands beside i1, i beside j."""
        b = self.b
        word = words[self.tone if self.tone < len(words) else 0]
        if word in b.taken or word in RESERVED:
            word = b.name(*words)
        b.taken.add(word)
        return Var(type_, word)

    def __call__(self, text: str) -> Sketch:
        for run in _compiled(text):
            run(self)
        return self

    def __getitem__(self, name: str) -> Any:
        value = self.scope[name]
        if type(value) is str:
            value = self.scope[name] = declare(self.b, value)
        return value

    def done(self) -> None:
        """Take out what the choices left without use."""
        prune(self.b)

    def get(self, *names: str) -> list[Any]:
        return [self[name] for name in names]

    def typed(self, value: Any, like: Any = None) -> Expression:
        """A number as a literal of the scalar type of `like`; anything else as it is."""
        if type(value) not in _NUMBERS:
            return value
        if like is None:
            like = BOOL if type(value) is bool else I32 if type(value) is int else self.b.real
        return Const(BOOL, value) if type(value) is bool else number(scalar_of(like), value)

    def commutes(self, a: Expression, c: Expression, chained: tuple[str, ...]) -> bool:
        """Whether the operands may change places without parentheses."""
        plain = (
            type(a.type) in _COMMUTING and type(c.type) in _COMMUTING and scalar_of(a.type).kind == "float"
        )
        return plain and (type(a) is not Op or a.operation not in chained)

    def combine(self, name: str, a: Any, c: Any) -> Expression:
        plain_a, plain_c = type(a) in _NUMBERS, type(c) in _NUMBERS
        if plain_a:
            a = number(scalar_of(c.type), a)
        elif plain_c:
            c = number(scalar_of(a.type), c)
        if name in _CHAINED and self.commutes(a, c, _CHAINED[name]) and self.b.chance(0.2):
            a, c = c, a
        return op(name, a, c)


# ---------------------------------------------------------------- declarations

_ROLES = ("in", "out", "inout")


@cache
def _bound(text: str) -> Bound:
    if text.isdigit():
        return fixed(int(text))
    size, _, offset = text.partition("+")
    return Bound(size, int(offset or 0))


@cache
def _declaration(text: str):
    head, *words = text.split()
    role = "in"
    if head in _ROLES:
        role, head, *words = head, *words
    kind, bracket, extents = head.rstrip("]").partition("[")
    kind, mark, target = kind[:1] + kind[1:2].strip("<>?:"), *_pointed(kind)
    bounds = tuple([_bound(extent) for extent in extents.split(",")]) if bracket else None
    return role, kind, mark, target, bounds, tuple(words)


def _pointed(kind: str) -> tuple[str, str]:
    for mark in "><?:":
        if mark in kind:
            return mark, kind.partition(mark)[2]
    return "", ""


def declare(b: Builder, text: str) -> Expression:
    """A parameter from its declaration: role, kind, extents, words for its name.

    Kinds: s scalar, v vector, v2 v3 v4, m matrix, m2 m3 m4, q quaternion, i int, b bool, u uint32, c a
    coefficient from wherever coefficients come from. `n:edges` is the size of an axis; `i>edges` points into the
    axis, `i?edges` too or is -1, `i<edges` is an offset up to its end.
    """
    role, kind, mark, target, extents, words = _declaration(text)
    if kind == "n":
        return b.size(_bound(target), *words)
    if kind == "c":
        return phrases.coefficient(b, *words)
    type_ = _TYPES[kind](b)
    span = None
    if mark:
        end = _bound(target)
        span = Span(fixed(-1 if mark == "?" else 0), end if mark == "<" else Bound(end.size, end.offset - 1))
    if extents is None:
        return b.parameter(type_, *words, span=span)
    return b.array(type_, extents, *words, role=role, span=span)


_TYPES = {
    "s": lambda b: b.real,
    "v": lambda b: b.space,
    "m": lambda b: b.square,
    "q": lambda b: b.rotation,
    "i": lambda b: I32,
    "b": lambda b: BOOL,
    "u": lambda b: U32,
    **{f"v{n}": lambda b, n=n: vector(n, b.real) for n in (2, 3, 4)},
    **{f"m{n}": lambda b, n=n: matrix(n, n, b.real) for n in (2, 3, 4)},
}


# ---------------------------------------------------------------- statements


@cache
def _compiled(text: str) -> tuple[Run, ...]:
    tree = ast.parse(_dedented(text))
    bound = Counter(
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AugAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    )
    return _block(tree.body, {name.partition("__")[0] for name, times in bound.items() if times > 1})


def _dedented(text: str) -> str:
    lines = [line for line in text.split("\n") if line.strip()]
    margin = len(lines[0]) - len(lines[0].lstrip())
    return "\n".join([line[margin:] for line in lines])


def _block(body, changing: set[str]) -> tuple[Run, ...]:
    return tuple([_STATEMENTS[type(node)](node, changing) for node in body])


def _run(s: Sketch, block: tuple[Run, ...]) -> None:
    for run in block:
        run(s)


def _body(s: Sketch, block: tuple[Run, ...]) -> list:
    with s.b.block() as body:
        _run(s, block)
    return body


def _assign(node: ast.Assign, changing) -> Run:
    (target,) = node.targets
    value = _expression(node.value)
    if isinstance(target, ast.Name):
        return _assign_name(target.id, value, changing)
    if isinstance(target, ast.Tuple):
        words = [tuple(name.id.split("__")) for name in target.elts]

        def unpack(s: Sketch) -> None:
            call = value(s)
            targets = []
            for alternatives, type_ in zip(words, call.type.items, strict=True):
                known = s.scope.get(alternatives[0])
                targets.append(known if type(known) is Var else s.local(type_, alternatives))
                s.scope[alternatives[0]] = targets[-1]
            s.b.emit(Unpack(tuple(targets), call))

        return unpack
    place = _expression(target)

    def store(s: Sketch) -> None:
        e = value(s)
        left = place(s)
        s.b.emit(Store(left, s.typed(e, left.type)))

    return store


def _assign_name(text: str, value: Run, changing: set[str]) -> Run:
    words = tuple(text.split("__"))
    name = words[0]

    def assign(s: Sketch) -> None:
        e = value(s)
        known = s.scope.get(name)
        if type(known) is Var and not isinstance(known.type, Array):
            s.b.emit(Assign(known, s.typed(e, known.type)))
            return
        e = s.typed(e)
        if name in changing and type(e) is Const and isinstance(e.type, Scalar):
            e = Op(e.type, "dynamic", (e,))
        var = s.local(e.type, words)
        s.b.emit(Assign(var, e))
        s.scope[name] = var

    return assign


def _update(node: ast.AugAssign, changing) -> Run:
    target, value, name = _expression(node.target), _expression(node.value), _INFIX[type(node.op)][0]

    def update(s: Sketch) -> None:
        e = value(s)
        left = target(s)
        s.b.update(left, name, s.typed(e, left.type))

    return update


def _evaluate(node: ast.Expr, changing) -> Run:
    value = _expression(node.value)

    def evaluate(s: Sketch) -> None:
        e = value(s)
        if type(e) is Atomic:
            s.b.emit(Do(e))

    return evaluate


def _if(node: ast.If, changing) -> Run:
    condition, accepted, otherwise = (
        _expression(node.test),
        _block(node.body, changing),
        _block(node.orelse, changing),
    )

    def if_(s: Sketch) -> None:
        test = condition(s)
        body = _body(s, accepted)
        s.b.when(test, body, _body(s, otherwise) if otherwise else ())

    return if_


def _for(node: ast.For, changing) -> Run:
    arguments = [_expression(argument) for argument in node.iter.args]
    body, name = _block(node.body, changing), node.target.id

    def for_(s: Sketch) -> None:
        values = [argument(s) for argument in arguments]
        step = values.pop() if len(values) == 3 else 1
        start, stop = values if len(values) == 2 else (0, values[0])
        with s.b.loop(s.typed(start), s.typed(stop), step) as variable:
            s.scope[name] = variable
            _run(s, body)

    return for_


def _while(node: ast.While, changing) -> Run:
    condition, body = _expression(node.test), _block(node.body, changing)

    def while_(s: Sketch) -> None:
        with s.b.while_(condition(s)):
            _run(s, body)

    return while_


def _return(node: ast.Return, changing) -> Run:
    value = node.value
    parts = [] if value is None else value.elts if isinstance(value, ast.Tuple) else [value]
    results = [_expression(part) for part in parts]

    def return_(s: Sketch) -> None:
        s.b.emit(Return(tuple([s.typed(result(s)) for result in results])))

    return return_


def _with(node: ast.With, changing) -> Run:
    head = node.items[0].context_expr
    if isinstance(head, ast.Name):
        heads = [child.items[0].context_expr for child in node.body]
        shares = [child.args[0].value if isinstance(child, ast.Call) else 1 for child in heads]
        blocks = [_block(child.body, changing) for child in node.body]
        weights = Weights(dict(zip(range(len(blocks)), shares, strict=True)))
        return lambda s: _run(s, blocks[s.b.weighted(weights)])
    probability, block = head.args[0].value, _block(node.body, changing)

    def maybe(s: Sketch) -> None:
        if s.b.chance(probability):
            _run(s, block)

    return maybe


def _define(node: ast.FunctionDef, changing) -> Run:
    words = tuple(node.name.split("__"))
    names = [argument.arg.split("__") for argument in node.args.args]
    targets = {k: a.annotation.value for k, a in enumerate(node.args.args) if a.annotation is not None}
    spans = {k: Span(fixed(0), Bound(_bound(t).size, _bound(t).offset - 1)) for k, t in targets.items()}
    body = _block(node.body, changing)
    last = node.body[-1]
    short = len(node.body) == 1 and isinstance(last, ast.Return) and not isinstance(last.value, ast.Tuple)
    formula = _expression(last.value) if short else None
    reads = Counter(n.id for n in ast.walk(last) if isinstance(n, ast.Name)) if short else Counter()

    def define(s: Sketch) -> None:
        b = s.b
        made: dict[tuple, Any] = {}
        constant = {k: v for k, v in s.scope.items() if not isinstance(v, tuple | str)}
        in_place = formula is not None and b.chance(0.35)

        def call(*arguments):
            arguments = [s.typed(argument) for argument in arguments]
            if in_place:
                scope = dict(constant)
                for name, argument in zip(names, arguments, strict=True):
                    many = reads[name[0]] > 1 and type(argument) not in (Var, Const)
                    scope[name[0]] = b.let(argument, *name) if many else argument
                return formula(Sketch(b, **scope))
            types = tuple([argument.type for argument in arguments])
            if types not in made:
                called = [b.pick(name) for name in names]
                with b.function(arguments, *words, names=called, spans=spans) as (params, finished):
                    inner = Sketch(b, **constant)
                    inner.scope.update(zip([name[0] for name in names], params, strict=True))
                    _run(inner, body)
                made[types] = finished[0]
                b.taken.update([function.name for function in b.functions])
            results = made[types].results
            return Call(
                results[0] if len(results) == 1 else tuple_of(results), made[types].name, tuple(arguments)
            )

        s.scope[words[0]] = call

    return define


_STATEMENTS = {
    ast.Assign: _assign,
    ast.AugAssign: _update,
    ast.Expr: _evaluate,
    ast.If: _if,
    ast.For: _for,
    ast.While: _while,
    ast.Return: _return,
    ast.With: _with,
    ast.FunctionDef: _define,
    ast.Break: lambda node, changing: lambda s: s.b.emit(Break()),
    ast.Continue: lambda node, changing: lambda s: s.b.emit(Continue()),
}


# ---------------------------------------------------------------- expressions


def _expression(node: ast.expr) -> Run:
    return _EXPRESSIONS[type(node)](node)


def _constant(node: ast.Constant) -> Run:
    return lambda s: node.value


def _name(node: ast.Name) -> Run:
    name = node.id.partition("__")[0]
    return lambda s: s[name]


def _infix(node: ast.BinOp) -> Run:
    left, right = _expression(node.left), _expression(node.right)
    name, fold = _INFIX[type(node.op)]

    def infix(s: Sketch):
        a, c = left(s), right(s)
        if type(a) in _NUMBERS and type(c) in _NUMBERS:
            value = fold(a, c)
            return round(value, 6) if type(value) is float else value
        return s.combine(name, a, c)

    return infix


def _prefix(node: ast.UnaryOp) -> Run:
    value = _expression(node.operand)
    name = {ast.USub: "neg", ast.Not: "not", ast.Invert: "invert"}[type(node.op)]

    def prefix(s: Sketch):
        e = value(s)
        return -e if type(e) in _NUMBERS else op(name, e)

    return prefix


def _compare(node: ast.Compare) -> Run:
    left, right = _expression(node.left), _expression(node.comparators[0])
    name = _COMPARED[type(node.ops[0])]
    mirrored = _MIRRORED.get(name)

    def compare(s: Sketch):
        a, c = left(s), right(s)
        if mirrored and type(c) not in _NUMBERS and s.b.chance(0.15):
            return s.combine(mirrored, c, a)
        return s.combine(name, a, c)

    return compare


def _junction(node: ast.BoolOp) -> Run:
    terms = [_expression(value) for value in node.values]
    name = "and" if isinstance(node.op, ast.And) else "or"

    def junction(s: Sketch):
        result = terms[0](s)
        for term in terms[1:]:
            result = op(name, result, term(s))
        return result

    return junction


def _choice(node: ast.IfExp) -> Run:
    condition, accepted, otherwise = _expression(node.test), _expression(node.body), _expression(node.orelse)

    def choice(s: Sketch):
        test, a, c = condition(s), accepted(s), otherwise(s)
        a = s.typed(a, None if type(c) in _NUMBERS else c.type)
        return Choice(a.type, test, a, s.typed(c, a.type))

    return choice


def _subscript(node: ast.Subscript) -> Run:
    if isinstance(node.value, ast.Attribute) and node.value.attr == "shape":
        array, axis = _expression(node.value.value), node.slice.value
        return lambda s: Shape(I32, array(s), axis)
    value = _expression(node.value)
    places = [
        _expression(e) for e in (node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice])
    ]

    def subscript(s: Sketch):
        base = value(s)
        indices = tuple([s.typed(place(s)) for place in places])
        if isinstance(base.type, Array):
            return Load(base.type.dtype, base, indices)
        return Component(scalar_of(base.type), base, indices)

    return subscript


def _attribute(node: ast.Attribute) -> Run:
    value, name = _expression(node.value), node.attr
    return lambda s: field(value(s), name)


def _maybe_named(node: ast.NamedExpr) -> Run:
    words, value = tuple(node.target.id.split("__")), _expression(node.value)

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
    name = node.func.id
    arguments = [_expression(argument) for argument in node.args]
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
        if known is not None and not isinstance(known, tuple | str):
            return known(*values)
        if special:
            return special(s, *values)
        like = next((v for v in values if type(v) not in _NUMBERS and v.type is not BOOL), None)
        return op(name, *[s.typed(v, like and like.type) for v in values])

    return call


def _converted(type_of):
    def converted(s: Sketch, value):
        type_ = type_of(s)
        return dynamic(type_, value) if type(value) in _NUMBERS else convert(value, type_)

    return converted


def _vector(s: Sketch, *values):
    like = next((v.type for v in values if type(v) not in _NUMBERS), s.b.real)
    return Op(vector(len(values), like), "construct", tuple([s.typed(v, like) for v in values]))


def _matrix(s: Sketch, *values):
    side = {4: 2, 9: 3, 16: 4}[len(values)]
    like = next((v.type for v in values if type(v) not in _NUMBERS), s.b.real)
    return Op(matrix(side, side, like), "construct", tuple([s.typed(v, like) for v in values]))


def _mix(s: Sketch, *values):
    values = [s.typed(value) for value in values]
    return s.b.mix(values[0].type, values)


_SPECIAL = {
    "real": _converted(lambda s: s.b.real),
    "int": _converted(lambda s: I32),
    "u32": lambda s, value: number(U32, value) if type(value) in _NUMBERS else convert(value, U32),
    "zero": lambda s, *like: zero(like[0].type if like else s.b.real),
    "vzero": lambda s: zero(s.b.space),
    "ident": lambda s, like: Const(like.type, 1),
    "vec": _vector,
    "mat": _matrix,
    "mix": _mix,
    "mix_real": lambda s, *values: s.b.mix(s.b.real, [s.typed(value) for value in values]),
    "polish": lambda s, value: phrases.tempered(s.b, value) if s.b.chance(0.6) else value,
    "safe": lambda s, value: phrases.above_zero(s.b, value),
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
    ast.Attribute: _attribute,
    ast.NamedExpr: _maybe_named,
    ast.Call: _call,
}
