"""Takes out what a choice left unused: locals that reach no output, blocks without effect, parameters
nobody reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from generation.program.nodes import (
    Assign,
    Atomic,
    Break,
    Comment,
    Continue,
    Do,
    Expression,
    For,
    If,
    Scratch,
    Statement,
    Store,
    Unpack,
    Update,
    Var,
    View,
    While,
)
from generation.program.rewriting import whole
from generation.synthesis.builder import Builder
from generation.synthesis.settling import settle
from generation.synthesis.terms import add_names, op


def prune(b: Builder) -> None:
    """Drop the dead parts of the kernel under construction; what it computes stays the same."""
    body = b.blocks[0]
    own = _own_arrays(body, {})
    while True:
        live = _live(body, own)
        kept = settle(_kept(b, body, live, own))
        if kept == body:
            break
        body = kept
    b.blocks[0][:] = body
    for function in reversed(b.functions):
        if (function.gradient_of or function.name) in live:
            add_names(function.body, live)
    b.params = [param for param in b.params if param.name in live]
    b.functions = [function for function in b.functions if (function.gradient_of or function.name) in live]


def _owner(target: Expression, own: Mapping[str, str]) -> str | None:
    """The local that a write changes, by value or as an array of the thread's own; None for a parameter."""
    target = whole(target)
    if type(target) is Var:
        return target.name
    base = target.array
    return own.get(base.name) if type(base) is Var else None


def _own_arrays(body: Iterable[Statement], found: dict[str, str]) -> dict[str, str]:
    """The scratch arrays and the views of them, each with the array whose elements it has."""
    for s in body:
        kind = type(s)
        if kind is Assign and type(s.value) is Scratch:
            found[s.target.name] = s.target.name
        elif kind is Assign and type(s.value) is View and type(s.value.array) is Var:
            if s.value.array.name in found:
                found[s.target.name] = found[s.value.array.name]
        elif kind is If:
            _own_arrays(s.accepted + s.otherwise, found)
        elif kind is For or kind is While:
            _own_arrays(s.body, found)
    return found


def _live(body: Iterable[Statement], own: Mapping[str, str]) -> set[str]:
    """The locals whose values reach a store, an atomic, a condition or a return."""
    edges: dict[str, set[str]] = {}
    live: set[str] = set()
    # Each statement with the names that decide whether it runs and, inside a loop, the locals which that
    # loop changes: leaving it early matters to these only.
    stack: list[tuple[Statement, frozenset[str], tuple[str, ...]]] = [(s, frozenset(), ()) for s in body]
    while stack:
        s, control, changed = stack.pop()
        kind = type(s)
        if kind is Unpack:
            for target in s.targets:
                into = edges.setdefault(target.name, set())
                into |= control
                add_names(s.value, into)
        elif kind in (Assign, Update, Store):
            name = _owner(s.target, own)
            into = live if name is None or type(s.value) is Atomic else edges.setdefault(name, set())
            into |= control
            add_names(s.value, into)
            if type(s.target) is not Var:
                add_names(s.target, into)
        elif kind is If or kind is For or kind is While:
            deciding = set(control)
            add_names((s.start, s.stop) if kind is For else s.condition, deciding)
            inner = frozenset(deciding)
            children = s.accepted + s.otherwise if kind is If else s.body
            if kind is not If:
                changed = tuple(_changed(s.body, own))
            stack += [(child, inner, changed) for child in children]
        elif kind in (Break, Continue) and changed:
            for name in changed:
                edges.setdefault(name, set()).update(control)
        elif kind is not Comment:
            live |= control
            add_names(s, live)
    queue = list(live)
    while queue:
        for name in edges.get(queue.pop(), ()):
            if name not in live:
                live.add(name)
                queue.append(name)
    return live


def _changed(body: Iterable[Statement], own: Mapping[str, str]) -> set[str]:
    """The locals that a loop's body changes; none where it writes to an array."""
    names: set[str] = set()
    for s in body:
        parts = ()
        if type(s) is If:
            parts = s.accepted + s.otherwise
        elif type(s) in (For, While):
            parts = s.body
        if parts:
            inner = _changed(parts, own)
            if not inner and not all(map(_leaves, parts)):
                return set()
            names |= inner
        elif type(s) is Unpack:
            names.update(target.name for target in s.targets)
        elif type(s) in (Assign, Update, Store) and (name := _owner(s.target, own)):
            names.add(name)
        elif type(s) not in (Break, Continue, Comment):
            return set()
    return names


def _leaves(s: Statement) -> bool:
    """Whether a statement does nothing but leave a loop or its turn."""
    return type(s) in (Break, Continue, Comment) or (
        type(s) is If and all(map(_leaves, s.accepted + s.otherwise))
    )


def _kept(b: Builder, body: Iterable[Statement], live: set[str], own: Mapping[str, str]) -> list[Statement]:
    kept: list[Statement] = []
    notes: list[Statement] = []  # comments go where the statement below them goes
    for s in body:
        kind = type(s)
        if kind is Comment:
            notes.append(s)
            continue
        place = len(kept)
        if kind is Unpack:
            if any(target.name in live for target in s.targets):
                kept.append(s._replace(targets=tuple([_unused(b, t, live) for t in s.targets])))
        elif kind in (Assign, Update, Store):
            name = _owner(s.target, own)
            if name is None or name in live:
                kept.append(s)
            elif type(s.value) is Atomic:
                kept.append(Do(s.value))
        elif kind is If:
            accepted, otherwise = _kept(b, s.accepted, live, own), _kept(b, s.otherwise, live, own)
            if accepted:
                kept.append(If(s.condition, tuple(accepted), tuple(otherwise)))
            elif otherwise:
                kept.append(If(op("not", s.condition), tuple(otherwise)))
        elif kind is For or kind is While:
            inside = _kept(b, s.body, live, own)
            if not all(map(_leaves, inside)):
                kept.append(s._replace(body=tuple(inside)))
        else:
            kept.append(s)
        if len(kept) > place:
            kept[place:place] = notes
        notes = []
    return kept


def _unused(b: Builder, target: Var, live: set[str]) -> Var:
    """A result that nobody needs is called `_`; of another type than the first such, `_name`."""
    if target.name in live or target.name.startswith("_"):
        return target
    b.blank = b.blank or target.type
    return target._replace(name="_" if target.type is b.blank else f"_{target.name}")
