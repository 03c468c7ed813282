"""Statements of a sketch: text compiled once into functions that emit typed statements at every use."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from generation.language.types import (
    Array,
    Scalar,
    tuple_of,
)
from generation.program.nodes import (
    Assign,
    Atomic,
    Break,
    Call,
    Const,
    Continue,
    Do,
    Op,
    Pack,
    Return,
    Store,
    Unpack,
    Var,
)
from generation.synthesis.draw import Weights
from generation.synthesis.sketches.expressions import INFIX, Run, expression
from generation.synthesis.sketches.functions import define

if TYPE_CHECKING:
    from generation.synthesis.sketches import Sketch

_COMMENT = re.compile(r"^(\s*)# (.*)$")


@lru_cache(2048)  # texts put together of parts are more than a process should keep
def compiled(text: str) -> tuple[Run, ...]:
    tree = ast.parse(_dedented(text))
    bound = Counter(_bound(tree.body))
    return _block(tree.body, {name for name, times in bound.items() if times > 1})


def _bound(body: Iterable[ast.stmt]) -> Iterator[str]:
    """The locals that statements assign, once for every time."""
    for node in body:
        if type(node) is ast.Assign or type(node) is ast.AugAssign:
            target = node.targets[0] if type(node) is ast.Assign else node.target
            for name in target.elts if type(target) is ast.Tuple else (target,):
                if type(name) is ast.Name:
                    yield name.id.partition("__")[0]
        elif hasattr(node, "body"):
            yield from _bound(node.body)
            yield from _bound(getattr(node, "orelse", ()))


@lru_cache(512)
def formula(text: str) -> Run:
    """One expression."""
    return expression(ast.parse(text, mode="eval").body)


def _dedented(text: str) -> str:
    """The text from its margin on, each comment as a string that stands as a statement."""
    lines = [line for line in text.split("\n") if line.strip()]
    margin = len(lines[0]) - len(lines[0].lstrip())
    return "\n".join([_COMMENT.sub(r'\1"\2"', line[margin:]) for line in lines])


def _block(body, changing: set[str]) -> tuple[Run, ...]:
    runs: list[Run] = []
    notes: list[str] = []
    for node in body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            notes.append(node.value.value)
            continue
        run = _STATEMENTS[type(node)](node, changing)
        runs.append(_noted(run, tuple(notes)) if notes else run)
        notes = []
    return tuple(runs)


def _noted(run: Run, notes: tuple[str, ...]) -> Run:
    """The statement below a comment; lines of comment in a row are alternatives."""

    def noted(s: Sketch) -> None:
        place = len(s.b.blocks[-1])
        run(s)
        if len(s.b.blocks[-1]) > place:
            s.b.remark(place, *notes)

    return noted


def _run(s: Sketch, block: tuple[Run, ...]) -> None:
    for run in block:
        run(s)


def _body(s: Sketch, block: tuple[Run, ...]) -> list:
    with s.b.block() as body:
        _run(s, block)
    return body


def _swap(words, parts) -> Run:
    """Locals that are bound at once, as in `a, b = b, a`."""

    def swap(s: Sketch) -> None:
        known = [s.scope.get(alternatives[0]) for alternatives in words]
        values = [
            s.typed(part(s), getattr(var, "type", None)) for part, var in zip(parts, known, strict=True)
        ]
        targets = [
            var if type(var) is Var else s.local(value.type, alternatives)
            for var, value, alternatives in zip(known, values, words, strict=True)
        ]
        s.scope.update({name[0]: target for name, target in zip(words, targets, strict=True)})
        types = tuple([target.type for target in targets])
        s.b.emit(Unpack(tuple(targets), Pack(tuple_of(types), tuple(values))))

    return swap


def _assign(node: ast.Assign, changing) -> Run:
    (target,) = node.targets
    if isinstance(node.value, ast.Tuple):
        words = [tuple(name.id.split("__")) for name in target.elts]
        return _swap(words, [expression(part) for part in node.value.elts])
    value = expression(node.value)
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
    place = expression(target)

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
            s.b.rebind(known, s.typed(e, known.type))
            return
        e = s.typed(e)
        if name in changing and type(e) is Const and isinstance(e.type, Scalar):
            e = Op(e.type, "dynamic", (e,))
        var = s.local(e.type, words)
        s.b.emit(Assign(var, e))
        s.scope[name] = var

    return assign


def _update(node: ast.AugAssign, changing) -> Run:
    target, value, name = expression(node.target), expression(node.value), INFIX[type(node.op)][0]

    def update(s: Sketch) -> None:
        e = value(s)
        left = target(s)
        s.b.update(left, name, s.typed(e, left.type))

    return update


def _evaluate(node: ast.Expr, changing) -> Run:
    value = expression(node.value)

    def evaluate(s: Sketch) -> None:
        e = value(s)
        if type(e) in (Atomic, Call):
            s.b.emit(Do(e))

    return evaluate


def _if(node: ast.If, changing) -> Run:
    condition, accepted, otherwise = (
        expression(node.test),
        _block(node.body, changing),
        _block(node.orelse, changing),
    )

    def if_(s: Sketch) -> None:
        test = condition(s)
        body = _body(s, accepted)
        s.b.when(test, body, _body(s, otherwise) if otherwise else ())

    return if_


def _for(node: ast.For, changing) -> Run:
    arguments = [expression(argument) for argument in node.iter.args]
    body, words = _block(node.body, changing), tuple(node.target.id.split("__"))
    own = words if len(words) > 1 else ()

    def for_(s: Sketch) -> None:
        values = [argument(s) for argument in arguments]
        step = values.pop() if len(values) == 3 else 1
        start, stop = values if len(values) == 2 else (0, values[0])
        with s.b.loop(s.typed(start), s.typed(stop), step, own) as variable:
            s.scope[words[0]] = variable
            _run(s, body)

    return for_


def _while(node: ast.While, changing) -> Run:
    condition, body = expression(node.test), _block(node.body, changing)

    def while_(s: Sketch) -> None:
        with s.b.while_(s.typed(condition(s))):
            _run(s, body)

    return while_


def _return(node: ast.Return, changing) -> Run:
    value = node.value
    parts = [] if value is None else value.elts if isinstance(value, ast.Tuple) else [value]
    results = [expression(part) for part in parts]

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
        if s.b.maybe(probability):
            _run(s, block)

    return maybe


def _define(node: ast.FunctionDef, changing) -> Run:
    doc = ast.get_docstring(node) or ""
    return define(node, _block(node.body[1:] if doc else node.body, changing), doc)


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
