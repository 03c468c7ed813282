"""The same kernel as another author would lay it out: what gets a name, and whether guards leave or enclose.

Source: Allamanis et al., "Learning natural coding conventions", FSE 2014.
"""

from __future__ import annotations

from collections.abc import Iterable

from generation.language.types import I32, Array, Struct
from generation.program.bounds import NEGATED
from generation.program.nodes import (
    Assign,
    Call,
    Comment,
    Component,
    Continue,
    Do,
    Expression,
    Field,
    For,
    If,
    Load,
    Op,
    Return,
    Statement,
    Store,
    Update,
    Var,
    While,
)
from generation.synthesis.builder import Builder
from generation.synthesis.terms import element_words, op

_NAMING = (0.0, 0.0, 0.1, 0.25, 0.5)
_ENCLOSING = (0.0, 0.0, 0.0, 0.3, 0.8)
_UNCONDITIONAL = (Op, Load, Component, Field, Call)  # nodes that always evaluate their arguments
_LAZY = ("and", "or")


def rephrase(b: Builder) -> None:
    """Lay out the kernel under construction after the habits of one author."""
    naming, enclosing = b.pick(_NAMING), b.pick(_ENCLOSING)
    if naming:
        b.blocks[0][:] = _block(b, b.blocks[0], naming)
    if enclosing:
        b.blocks[0][:] = _enclosed(b, b.blocks[0], enclosing, Return())


def _enclosed(b: Builder, body: Iterable[Statement], habit: float, way_out: Statement) -> list[Statement]:
    """Some of the guards turned round: `if not c: the rest` for `if c: return` or `continue`."""
    found: list[Statement] = []
    body = list(body)
    last = max((k for k, s in enumerate(body) if type(s) is not Comment), default=0)
    for place, s in enumerate(body):
        if type(s) in (For, While):
            s = s._replace(body=tuple(_enclosed(b, s.body, habit, Continue())))
        rest = body[place + 1 :]
        if (
            type(s) is If
            and s.accepted == (way_out,)
            and not s.otherwise
            and place < last
            and b.chance(habit)
        ):
            found.append(If(_negated(s.condition), tuple(_enclosed(b, rest, habit, way_out))))
            return found
        found.append(s)
    return found


def _negated(e: Expression) -> Expression:
    if type(e) is Op:
        if e.operation == "not":
            return e.arguments[0]
        if e.operation in NEGATED:
            return op(NEGATED[e.operation], *e.arguments)
        if e.operation in _LAZY:
            other = "or" if e.operation == "and" else "and"
            return op(other, *[_negated(a) for a in e.arguments])
    return op("not", e)


class _Found(list):
    """The statements of a block so far, and the locals that hold elements of inputs."""

    def __init__(self, known: dict[Load, Var]):
        super().__init__()
        self.known = dict(known)

    def changed(self, name: str) -> None:
        for load in [load for load in self.known if Var(I32, name) in load.indices]:
            del self.known[load]


def _block(b: Builder, body: Iterable[Statement], habit: float, known: dict[Load, Var] | None = None) -> list:
    found = _Found(known or {})
    for s in body:
        kind = type(s)
        if kind in (Assign, Store, Update):
            s = s._replace(value=_named(b, s.value, habit, found, whole=kind is Assign))
        elif kind is Do and type(s.value) is not Call and hasattr(s.value, "compare"):
            s = Do(s.value._replace(value=_named(b, s.value.value, habit, found)))
        elif kind is If:
            condition = _named(b, s.condition, habit, found)
            accepted, otherwise = _block(b, s.accepted, habit, found.known), s.otherwise
            if len(otherwise) != 1 or type(otherwise[0]) is not If:  # an elif stays one
                otherwise = _block(b, otherwise, habit, found.known)
            s = If(condition, tuple(accepted), tuple(otherwise))
        elif kind in (For, While):
            s = s._replace(body=tuple(_block(b, s.body, habit, found.known)))
        found.append(s)
        if kind in (Assign, Update) and type(s.target) is Var:
            found.changed(s.target.name)
    return found


def _named(b: Builder, e: Expression, habit: float, found: _Found, whole: bool = False) -> Expression:
    """The expression with some of its loads behind names, whose bindings go to `found`."""
    kind = type(e)
    if kind not in _UNCONDITIONAL or (kind is Op and e.operation in _LAZY):
        return e
    if kind is Load:
        e = e._replace(indices=tuple([_named(b, index, habit, found) for index in e.indices]))
        if e in found.known:
            return found.known[e] if not whole else e
        if whole or isinstance(e.type, Struct) or not b.chance(habit):
            return e
        local = Var(e.type, b.name(*element_words(e, b.suffix)))
        found.append(Assign(local, e))
        if any(p.name == e.array.name and p.role == "in" for p in b.params):
            found.known[e] = local
        return local
    if kind is Component:
        return e._replace(value=_named(b, e.value, habit, found))
    if kind is Field:
        return e._replace(value=_named(b, e.value, habit, found))
    arguments = [a if isinstance(a.type, Array) else _named(b, a, habit, found) for a in e.arguments]
    return e._replace(arguments=tuple(arguments))
