"""Locals that start as a changeable literal and never change: what depends on them is decided at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from generation.language.types import BOOL
from generation.program.nodes import (
    Assign,
    Break,
    Const,
    Continue,
    Do,
    Each,
    Expression,
    For,
    If,
    Op,
    Return,
    Statement,
    Unpack,
    Update,
    Var,
    While,
)
from generation.program.rewriting import rewrite

_COMPARED = {
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
}


def settle(body: list[Statement]) -> list[Statement]:
    """The body with locals that never change as plain literals, and the tests of them decided."""
    starts: dict[str, Const] = {}
    changed: set[str] = set()
    _note(body, starts, changed)
    still = {name: value for name, value in starts.items() if name not in changed}
    return _settled(body, still) if still else body


def _note(body: Iterable[Statement], starts: dict[str, Const], changed: set[str]) -> None:
    """What locals start as, and those that are bound again."""
    for s in body:
        kind = type(s)
        if kind is Assign:
            name, value = s.target.name, s.value
            if name in starts:
                changed.add(name)
            elif type(value) is Op and value.operation == "dynamic" and type(value.arguments[0]) is Const:
                starts[name] = value.arguments[0]
        elif kind is Update:
            changed.add(getattr(s.target, "name", ""))
        elif kind is Unpack:
            changed.update([target.name for target in s.targets])
        elif kind is Do:
            changed.update([getattr(a, "name", "") for a in getattr(s.value, "arguments", ())])
        elif kind is If:
            _note(s.accepted, starts, changed)
            _note(s.otherwise, starts, changed)
        elif kind in (For, While, Each):
            _note(s.body, starts, changed)


def _settled(body: Iterable[Statement], still: Mapping[str, Const]) -> list[Statement]:
    found: list[Statement] = []
    for s in body:
        kind = type(s)
        if kind is Assign and s.target.name in still:
            found.append(s._replace(value=still[s.target.name]))
        elif kind is Assign and type(s.value) is Var and s.value.name in still:
            found.append(s._replace(value=Op(s.value.type, "dynamic", (still[s.value.name],))))
        elif kind is If:
            condition = rewrite(s.condition, lambda e: _decided(e, still))
            accepted, otherwise = _settled(s.accepted, still), _settled(s.otherwise, still)
            if type(condition) is Const:
                found += accepted if condition.value else otherwise
                if found and type(found[-1]) in (Return, Break, Continue):
                    return found
            else:
                found.append(If(condition, tuple(accepted), tuple(otherwise)))
        elif kind in (For, While, Each):
            found.append(s._replace(body=tuple(_settled(s.body, still))))
        else:
            found.append(s)
    return found


def _decided(e: Expression, still: Mapping[str, Const]) -> Expression:
    """A part of a condition, worked out as far as the literals tell."""
    if type(e) is not Op:
        return e
    if e.operation in _COMPARED:
        left, right = [still.get(getattr(a, "name", ""), a) for a in e.arguments]
        if type(left) is Const and type(right) is Const:
            return Const(BOOL, _COMPARED[e.operation](left.value, right.value))
    elif e.operation in ("and", "or"):
        decisive = e.operation == "or"
        rest = [a for a in e.arguments if type(a) is not Const]
        if any(type(a) is Const and a.value is decisive for a in e.arguments):
            return Const(BOOL, decisive)
        return e if len(rest) == 2 else rest[0] if rest else Const(BOOL, not decisive)
    elif e.operation == "not" and type(e.arguments[0]) is Const:
        return Const(BOOL, not e.arguments[0].value)
    return e
