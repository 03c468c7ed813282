"""The identity of a program: a hash that sees types, operations and shape, but no names and no numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import NamedTuple

from generation.language.types import Struct, scalar_of
from generation.program.declarations import Function, Program
from generation.program.nodes import Call, Comment, Const, Field, Gradient, If, Span, Var

_OPENING: dict[type, str] = {}
_UNNAMED = {"dynamic", "convert", "construct"}
_UNPRINTED = {Comment, Span}


class Structure(NamedTuple):
    """`id`: 16 hex digits; `operations`: the built-ins and operators used, sorted; `size`: how many words it
    takes to say what is hashed; `depth`: how deep ifs and loops stand in each other."""

    id: str
    operations: tuple[str, ...]
    size: int
    depth: int


def structure(program: Program) -> Structure:
    """What a program is, whatever it is called and whichever numbers it holds.

    Two programs that differ only in names, numbers, comments, docstrings and spelling have one id: names
    become numbers in order of first use, literals only keep their type; extents and spans, which are never
    printed, do not count.
    """
    walk = _Walk()
    walk.program(program)
    digest = sha256(" ".join(walk.words).encode()).hexdigest()[:16]
    depth = max(_depth(one.body) for one in (program.kernel, *program.functions))
    return Structure(digest, tuple(sorted(walk.operations - _UNNAMED)), len(walk.words), depth)


def structure_id(program: Program) -> str:
    """The id alone."""
    return structure(program).id


def operations(program: Program) -> tuple[str, ...]:
    """The operations alone."""
    return structure(program).operations


def _depth(body) -> int:
    """An `elif` is no deeper than its `if`."""
    deepest = 0
    for statement in body:
        if type(statement) is If:
            otherwise = [s for s in statement.otherwise if type(s) is not Comment]
            inner = 0 if len(otherwise) == 1 and type(otherwise[0]) is If else 1
            deepest = max(deepest, 1 + _depth(statement.accepted), inner + _depth(otherwise))
        elif hasattr(statement, "body"):
            deepest = max(deepest, 1 + _depth(statement.body))
    return deepest


class _Walk:
    """One program as words: locals are numbered within their function, fields apart from locals."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.operations: set[str] = set()
        self.names: dict[str, str] = {}
        self.types: dict = {}
        self.any = False  # inside what is generic, where floating-point types are not written

    def program(self, program: Program) -> None:
        for struct in program.structs:
            self.type(struct)
        for var, const in program.constants:
            self.words += (self.name(var.name), self.type(const.type))
        for function in program.functions:
            self.function(function)
        factory, kernel = program.factory, program.kernel
        if factory:
            self.words += ("factory", *[self.name(name) for name in (*factory.values, *factory.inner)])
            for name, target in factory.functions:
                self.words += (self.name(name), self.name(target))
        self.words.append("kernel")
        with self.generic(kernel.generic):
            self.signature(kernel.params)
            self.words += [self.name(var.name) for var in kernel.threads]
            self.node(kernel.body)

    def function(self, function: Function) -> None:
        self.words += ("func", self.name(function.name))
        if function.gradient_of:
            self.words += ("gradient", self.name(function.gradient_of))
        shared, self.names = self.names, dict(self.names)
        with self.generic(function.generic):
            self.signature(function.params)
            self.node(function.body)
        self.names = shared

    @contextmanager
    def generic(self, generic: bool) -> Iterator[None]:
        """The same code for other floating-point types reads the same."""
        if not generic:
            yield
            return
        self.words.append("generic")
        known, self.types, self.any = self.types, {}, True
        yield
        self.types, self.any = known, False

    def signature(self, params) -> None:
        for param in params:
            self.words += (self.name(param.name), self.type(param.type))
            if param.default is not None:
                self.words.append("default")

    def name(self, name: str) -> str:
        known = self.names.get(name)
        if known is None:
            known = self.names[name] = f"n{len(self.names)}"
        return known

    def type(self, type_) -> str:
        word = self.types.get(type_)
        if word is None:
            if isinstance(type_, Struct):
                word = self.types[type_] = f"struct{len(self.types)}"
                fields = [part for f, t in type_.fields for part in (self.name(f".{f}"), self.type(t))]
                self.words += [word, *fields]
            elif self.any and getattr(scalar_of(type_), "kind", "") == "float":
                word = "Any"
            elif hasattr(type_, "dtype"):
                # The extents of a tile are numbers like any other; only how many there are is structure.
                shape = "".join(str(getattr(type_, key, "")) for key in ("length", "rows", "cols", "ndim"))
                rank = len(getattr(type_, "shape", ()))
                word = f"{type(type_).__name__}{shape or rank}<{self.type(type_.dtype)}>"
            else:
                word = getattr(type_, "name", type(type_).__name__)
            self.types[type_] = word
        return word

    def node(self, node) -> None:
        """Tuples are nodes or bodies, strings are operations, everything else is a number or a type."""
        kind = type(node)
        words = self.words
        if kind is Var:
            words.append(self.names.get(node.name) or self.name(node.name))
        elif kind is Const:
            words += ("c", self.type(node.type))
        elif kind is Field:
            self.node(node.value)
            words.append(node.name if len(node.name) == 1 else self.name(f".{node.name}"))
        elif kind is Call or kind is Gradient:
            words += (kind.__name__, self.name(node.function), self.type(node.type))
            self.node(node.arguments)
        elif kind not in _UNPRINTED:
            names, types = self.names, self.types
            words.append(_OPENING.get(kind) or _OPENING.setdefault(kind, f"{kind.__name__}("))
            for item in node:
                part = type(item)
                # Leaves are most of a program: they are told here, without a call.
                if part is Var:
                    words.append(names.get(item.name) or self.name(item.name))
                elif part is Const:
                    words.append("c")
                    words.append(types.get(item.type) or self.type(item.type))
                elif part is str:
                    words.append(item)
                    self.operations.add(item)
                elif isinstance(item, tuple):
                    self.node(item)
                elif item is None:
                    words.append("-")  # which end of a slice is left out
                elif part is not int:
                    words.append(types.get(item) or self.type(item))
            words.append(")")
