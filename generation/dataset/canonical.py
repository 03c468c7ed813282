"""Texts with their names and numbers taken out, so that what is counted is what a kernel does.

Renaming, other constants, comments, docstrings, decorators and layout leave every stream below as it was.
The words of paths, calls and IR operations are those of the reference files that `statistics` compares
with; changing one makes those files incomparable.
"""

from __future__ import annotations

import ast
import hashlib
import re
import textwrap
from typing import NamedTuple

# Python's own names mean the same everywhere, so they are words of the language and not of the author.
_PYTHON = {"int", "float", "bool", "range", "len", "min", "max", "abs", "print", "reversed", "round", "pow"}
_PYTHON |= {"type", "tuple", "True", "False"}
_WARP = {"wp", "warp"}
_MEMBERS = {"x", "y", "z", "w", "p", "q", "shape", "dtype", "size", "ndim", "T", "length", "grad"}

# The reference tells types from functions by the beginning of the name, so `quat_rotate` is with the types.
_TYPE = re.compile(
    r"u?int(8|16|32|64)|int|b?float(16|32|64)?|bool|array\d?d?|tile|struct|types|Any"
    r"|(vec|mat|quat|transform|spatial_vector|spatial_matrix|indexedarray|fabricarray)\w*"
)
_UNSEEN = {"ctx", "op", "ops", "type_comment", "kind", "type_params", "decorator_list"}
_BLOCKS = (ast.If, ast.For, ast.While)
_DEFINITIONS = (ast.FunctionDef, ast.ClassDef, ast.Assign)


class PythonShape(NamedTuple):
    """One source text after masking."""

    words: list[str]
    """The structure: names numbered by first use, constants reduced to their class; operators, types,
    built-ins and keywords kept."""
    kinds: list[str]
    """The shape: the kinds of the nodes alone."""
    paths: list[str]
    """`grandparent/parent/node`, one for each node."""
    calls: list[str]
    """What is called: built-ins by name, Python's own as `py.name`, the author's as `<user>`."""
    depth: int
    nesting: int
    """Of if, for and while in each other."""
    parameters: int

    @property
    def control(self) -> tuple[int, int, int, int]:
        """Numbers of for, while and if, capped where hardly any kernel has more, and nesting."""
        count = self.kinds.count
        return min(3, count("For")), min(2, count("While")), min(5, count("If")), self.nesting


def python_shape(source: str) -> PythonShape | None:
    """The functions, structs and constants of a text; None where there are none or Python cannot read it."""
    try:
        body = ast.parse(textwrap.dedent(source)).body
    except (SyntaxError, ValueError):
        return None
    walk = _Walk()
    for statement in body:
        if isinstance(statement, _DEFINITIONS):
            walk.node(statement, "^", "Module", 1, 0)
    if not walk.paths:
        return None
    streams = walk.words, walk.kinds, walk.paths, walk.calls
    return PythonShape(*streams, walk.depth, walk.nesting, walk.parameters)


def source_structure(source: str) -> str:
    """16 hex digits that a text keeps under other names, numbers, comments and layout: the `structure_id` of
    kernels that people wrote. That of synthesised ones is taken from their typed trees instead, by the same
    rule; to hold the two against each other, this one can be taken of both."""
    return hashlib.sha256(" ".join(python_shape(source).words).encode()).hexdigest()[:16]


class _Walk:
    def __init__(self) -> None:
        self.words: list[str] = []
        self.kinds: list[str] = []
        self.paths: list[str] = []
        self.calls: list[str] = []
        self.names: dict[str, str] = {}
        self.depth = self.nesting = self.parameters = 0

    def node(self, node: ast.AST, above: str, parent: str, depth: int, nesting: int) -> None:
        kind = type(node)
        if kind is ast.UnaryOp and isinstance(node.op, _SIGNS) and isinstance(node.operand, ast.Constant):
            node, kind = node.operand, ast.Constant  # a sign belongs to the number, which is masked
        label = _LABELS.get(kind)
        word, sort, step = label(self, node) if label else (kind.__name__,) * 3
        self.words.append(word)
        self.kinds.append(sort)
        self.paths.append(f"{above}/{parent}/{step}")
        if isinstance(node, _BLOCKS):
            nesting += 1
        if depth > self.depth:
            self.depth = depth
        if nesting > self.nesting:
            self.nesting = nesting
        if sort == "Name" or sort == "Wp":
            return
        for field in _fields(kind):
            value = getattr(node, field)
            if isinstance(value, list):
                self.words.append("[")
                self.kinds.append("[")
                for item in value[1:] if field == "body" and _is_text(value) else value:
                    if isinstance(item, ast.AST):
                        self.node(item, parent, step, depth + 1, nesting)
                self.words.append("]")
                self.kinds.append("]")
            elif isinstance(value, ast.AST):
                self.words.append("(")
                self.node(value, parent, step, depth + 1, nesting)
                self.words.append(")")

    def number(self, name: str) -> str:
        return self.names.setdefault(name, f"v{len(self.names)}")

    # Labels: the word for the structure, the kind for the shape, the step for paths.

    def name(self, node: ast.Name) -> tuple[str, str, str]:
        if node.id in _PYTHON:
            return f"Name:{node.id}", "Name", f"Name:{node.id}"
        return f"Name:{node.id if node.id in _WARP else self.number(node.id)}", "Name", "Name"

    def attribute(self, node: ast.Attribute) -> tuple[str, str, str]:
        chain = _chain(node)
        if chain and chain[0] in _WARP:
            return f"wp.{'.'.join(chain[1:])}", "Wp", "wp.T" if _TYPE.fullmatch(chain[1]) else "wp.f"
        if node.attr in _MEMBERS:
            return f"Attr:{node.attr}", "Attr", f"Attr:{node.attr}"
        return f"Attr:{self.number('.' + node.attr)}", "Attr", "Attr"

    def argument(self, node: ast.arg) -> tuple[str, str, str]:
        self.parameters += node.annotation is not None
        return f"arg:{self.number(node.arg)}", "arg", "arg"

    def keyword(self, node: ast.keyword) -> tuple[str, str, str]:
        return f"kw:{node.arg}", "kw", f"kw:{node.arg}"

    def definition(self, node: ast.FunctionDef | ast.ClassDef) -> tuple[str, str, str]:
        kind = type(node).__name__
        return f"{kind}:{self.number(node.name)}", kind, kind

    def constant(self, node: ast.Constant) -> tuple[str, str, str]:
        word = f"Constant:{_CONSTANTS.get(type(node.value), 'N')}"
        return word, "Constant", word

    def operator(self, node) -> tuple[str, str, str]:
        kind = type(node).__name__
        word = f"{kind}:{type(node.op).__name__}"
        return word, kind, word

    def comparison(self, node: ast.Compare) -> tuple[str, str, str]:
        word = f"Compare:{','.join(type(op).__name__ for op in node.ops)}"
        return word, "Compare", word

    def call(self, node: ast.Call) -> tuple[str, str, str]:
        chain = _chain(node.func)
        if chain and chain[0] in _WARP and len(chain) > 1:
            self.calls.append(".".join(chain[1:]))
        elif chain and len(chain) == 1:
            self.calls.append(f"py.{chain[0]}" if chain[0] in _PYTHON else "<user>")
        return "Call", "Call", "Call"


_SIGNS = (ast.USub, ast.UAdd)
_CONSTANTS = {bool: "B", int: "I", float: "F", str: "S"}
_LABELS = {
    ast.Name: _Walk.name,
    ast.Attribute: _Walk.attribute,
    ast.arg: _Walk.argument,
    ast.keyword: _Walk.keyword,
    ast.FunctionDef: _Walk.definition,
    ast.ClassDef: _Walk.definition,
    ast.Constant: _Walk.constant,
    ast.BinOp: _Walk.operator,
    ast.UnaryOp: _Walk.operator,
    ast.BoolOp: _Walk.operator,
    ast.AugAssign: _Walk.operator,
    ast.Compare: _Walk.comparison,
    ast.Call: _Walk.call,
}
_FIELDS: dict[type, tuple[str, ...]] = {}


def _fields(kind: type[ast.AST]) -> tuple[str, ...]:
    known = _FIELDS.get(kind)
    if known is None:
        known = _FIELDS[kind] = tuple(name for name in kind._fields if name not in _UNSEEN)
    return known


def _chain(node: ast.AST) -> list[str] | None:
    """["a", "b", "c"] for a.b.c; None for what does not start with a name."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return [node.id, *reversed(parts)] if isinstance(node, ast.Name) else None


def _is_text(body: list) -> bool:
    """Whether a body begins with a docstring."""
    first = body[0] if body else None
    return (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    )


_NO_CODE = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
_IR_WORD = re.compile(
    r"wp::(\w+)\s*(?:<[^;(){}]*?>)?\s*\("  # a call of Warp's library, perhaps with template arguments
    r"|\b(if|for|while|goto|return|continue|break|else|switch)\b"
    r"|=\s*\(\s*\w+\s*(<=|>=|==|!=|<|>|&&|\|\|)\s*\w+\s*\)"
    r"|\b(\w+)\s*\("
)
_SILENT = {"static_cast", "sizeof", "defined", "void", "CUDA_CALLABLE"}


def ir_operations(text: str) -> list[str]:
    """The operations of a C++ or CUDA C++ text in their order: library calls by name, comparisons, control
    flow with an @, and `@call` for functions of the program itself."""
    found = []
    for library, control, comparison, other in _IR_WORD.findall(_NO_CODE.sub("", text)):
        if library:
            found.append(library)
        elif control:
            found.append(f"@{control}")
        elif comparison:
            found.append(f"cmp{comparison}")
        elif other.startswith("builtin_"):
            found.append(other)
        elif other not in _SILENT and not other.startswith(("var_", "adj_var_")):
            found.append("@call")
    return found
