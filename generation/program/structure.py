"""The identity of a program: a hash that sees types, operations and shape, but no names and no numbers."""

from __future__ import annotations

from hashlib import sha256

from generation.language.types import Struct
from generation.program.nodes import Const, Field, Program, Var


def structure_id(program: Program) -> str:
    """16 hex digits; equal for two programs that differ only in names, numbers, docstrings and spelling.

    Names become numbers in order of first use, literals only keep their type; extents and spans, which are
    never printed, do not count.
    """
    words: list[str] = []
    _Walk(words).program(program)
    return sha256(" ".join(words).encode()).hexdigest()[:16]


def operations(program: Program) -> tuple[str, ...]:
    """The built-ins and operators a program uses, sorted, without repetition."""
    found: set[str] = set()
    stack: list = [function.body for function in program.functions] + [program.kernel.body]
    while stack:
        node = stack.pop()
        operation = getattr(node, "operation", None)
        if operation is not None:
            found.add(operation)
        stack += [item for item in node if isinstance(item, tuple)]
    return tuple(sorted(found - {"dynamic", "convert", "construct"}))


class _Walk:
    """One program as words: locals are numbered within their function, fields apart from locals."""

    def __init__(self, words: list[str]):
        self.words = words
        self.names: dict[str, str] = {}
        self.types: dict = {}

    def program(self, program: Program) -> None:
        for struct in program.structs:
            self.type(struct)
        for var, const in program.constants:
            self.words += (self.name(var.name), self.type(const.type))
        for function in program.functions:
            self.words += ("func", self.name(function.name))
            shared, self.names = self.names, dict(self.names)
            self.signature(function.params)
            self.node(function.body)
            self.names = shared
        kernel = program.kernel
        self.words.append("kernel")
        self.signature(kernel.params)
        self.words += [self.name(var.name) for var in kernel.threads]
        self.node(kernel.body)

    def signature(self, params) -> None:
        for param in params:
            self.words += (self.name(param.name), self.type(param.type))

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
            elif hasattr(type_, "dtype"):
                shape = [
                    str(getattr(type_, key)) for key in ("length", "rows", "ndim") if hasattr(type_, key)
                ]
                word = f"{type(type_).__name__}{''.join(shape)}<{self.type(type_.dtype)}>"
            else:
                word = getattr(type_, "name", type(type_).__name__)
            self.types[type_] = word
        return word

    def node(self, node) -> None:
        """Tuples are nodes or bodies, strings are operations, everything else is a number or a type."""
        kind = type(node)
        words = self.words
        if kind is Var:
            words.append(self.name(node.name))
        elif kind is Const:
            words.append(f"c{self.type(node.type)}")
        elif kind is Field:
            self.node(node.value)
            words.append(node.name if len(node.name) == 1 else self.name(f".{node.name}"))
        else:
            words.append(kind.__name__ + "(")
            for item in node:
                if isinstance(item, tuple):
                    self.node(item)
                elif type(item) is str:
                    words.append(item if kind.__name__ != "Call" else self.name(item))
                elif type(item) is not int:
                    words.append(self.type(item))
            words.append(")")
