"""What the names in one definition mean, and what is done about them where the definition stands alone."""

from __future__ import annotations

import ast
import builtins
import enum
import re
import types
import typing

import warp._src.codegen as codegen
import warp._src.context as context
import warp._src.types as warp_types

from generation.compilation.edits import Edits
from generation.compilation.pinned import warp
from generation.compilation.spelling import unspelled
from generation.errors import CompilationError

IMPORTS = {"math": "math", "numpy": "np", "typing": "typing"}
"""Modules that stay what they are, by their names in a source."""

PYTHON = {
    "int", "float", "bool", "str", "range", "len", "min", "max", "abs", "print", "reversed", "round", "pow",
    "type", "tuple", "slice", "enumerate", "zip", "sum", "list", "sorted", "any", "all", "isinstance",
}  # fmt: skip
"""Words that no definition of a source may take."""


class Scope:
    """What the names in one definition mean, and what is to be done about them."""

    def __init__(self, writer, adjoint, tree: ast.FunctionDef, edits: Edits) -> None:
        self.writer, self.adjoint, self.tree, self.edits = writer, adjoint, tree, edits
        self.parameters = [*tree.args.posonlyargs, *tree.args.args, *tree.args.kwonlyargs]
        self.locals = {argument.arg for argument in ast.walk(tree) if isinstance(argument, ast.arg)}
        self.locals |= {
            node.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        self.referred: list[object] = []

    def signature(self, declared: dict) -> None:
        """Parameter types; those that are generic where they were `declared` are written as they are now."""
        kinds = self.adjoint.arg_types
        for argument in self.parameters:
            if argument.annotation is None:
                continue
            kind = kinds.get(argument.arg)
            generic = _is_generic(declared.get(argument.arg)) and not _is_generic(kind)
            self.annotation(argument.annotation, kind, generic)
        if self.tree.returns is not None:
            self.annotation(self.tree.returns, kinds.get("return"), False)
        for default in [*self.tree.args.defaults, *self.tree.args.kw_defaults]:
            if default is not None:
                self.visit(default)

    def annotation(self, node: ast.expr, kind: object, generic: bool) -> None:
        quoted = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if not generic and not quoted:
            before = dict(self.edits.changes)
            try:
                self.visit(node)
                return
            except CompilationError:
                self.edits.changes = before
        self.edits.replace(node, self.writer.type(kind))

    # Expressions.

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.Name | ast.Attribute) and self.reference(node):
            return
        if isinstance(node, ast.Call) and self.is_static(node.func):
            self.static(node)
            return
        for child in ast.iter_child_nodes(node):
            self.visit(child)

    def is_static(self, node: ast.AST) -> bool:
        chain = _chain(node)
        return bool(chain) and chain[0].id not in self.locals and self.resolve(chain)[1] is warp().static

    def static(self, node: ast.Call) -> None:
        """`wp.static(...)` as it is where all it names can be had, else its value."""
        before, argument = dict(self.edits.changes), [*node.args, *(k.value for k in node.keywords)][0]
        self.visit(node.func)
        try:
            self.visit(argument)
            return
        except CompilationError:
            self.edits.changes = before
        names = {item.id for item in ast.walk(argument) if isinstance(item, ast.Name)}
        bound = {item.arg for item in ast.walk(argument) if isinstance(item, ast.arg)}
        if (names - bound) & ({a.arg for a in self.parameters} | _loop_variables(self.tree)):
            raise unspelled(f"wp.static({ast.unparse(argument)})")
        try:
            value, _ = self.adjoint.evaluate_static_expression(node)
        except Exception as error:
            raise unspelled(f"wp.static({ast.unparse(argument)}): {error}") from None
        text = self.spelled(value, ast.Name("static_value"))
        self.edits.replace(node, text if isinstance(value, context.Function) else f"wp.static({text})")

    def reference(self, node: ast.Name | ast.Attribute) -> bool:
        """Deals with a chain of names that begins outside the definition; False for any other."""
        chain = _chain(node)
        if not chain or not isinstance(chain[0].ctx, ast.Load) or chain[0].id in self.locals:
            return False
        used, value = self.resolve(chain)
        if chain[0].id in PYTHON and value is getattr(builtins, chain[0].id, None):
            return True
        if value is warp() or value is warp().types:
            self.edits.replace(used, "wp" if value is warp() else "wp.types")
            return True
        begins = self.value_of(chain[0].id)
        if begins is warp() and _is_kept(value):
            self.edits.replace(chain[0], "wp")
            return True
        module = getattr(begins, "__name__", None)
        if isinstance(begins, types.ModuleType) and module in IMPORTS and used is not chain[0]:
            self.writer.imports.add(module)
            self.edits.replace(chain[0], IMPORTS[module])
            return True
        self.edits.replace(used, self.spelled(value, used))
        return True

    def spelled(self, value: object, node: ast.Name | ast.Attribute) -> str:
        """The expression in the unit for the value of a chain."""
        writer, wp = self.writer, warp()
        wanted = node.id if isinstance(node, ast.Name) else node.attr
        if isinstance(value, context.Function):
            if value.is_builtin():
                return value.key if value.key in PYTHON and wanted == value.key else f"wp.{value.key}"
            if _is_library(value) and hasattr(wp, value.key):
                return f"wp.{value.key}"
            self.referred.append(id(root(value)))
            return writer.function(value)
        if isinstance(value, codegen.Struct):
            self.referred.append(id(value))
            return writer.struct(value)
        if value is typing.Any:
            writer.imports.add("Any")
            return "Any"
        if isinstance(value, types.BuiltinFunctionType | types.FunctionType):
            own = getattr(wp, value.__name__, None)
            if own is value or (
                value.__name__ in context.builtin_functions and value.__module__ in ("math", "numpy")
            ):
                return f"wp.{value.__name__}"
        elif isinstance(value, type) or warp_types.is_array(value):
            if not (isinstance(value, type) and issubclass(value, enum.Enum)):
                text = writer.type(value)
                simple = re.fullmatch(r"[\w.]+", text) or "Any" in text or warp_types.is_array(value)
                return text if simple else self.constant(text, wanted)
        else:
            text = writer.value(value)
            if isinstance(node, ast.Name):
                return self.constant(text, wanted)
            place = self.resolve(_chain(node.value))[1]
            self.referred.append(id(place))
            above = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            return writer.member(place, getattr(place, "__name__", above).rpartition(".")[2], wanted, text)
        raise unspelled(f"{wanted} ({type(value).__name__})")

    def constant(self, text: str, wanted: str) -> str:
        self.referred.append(("constant", wanted, text))
        return self.writer.constant(text, wanted)

    def resolve(self, chain: list[ast.AST]) -> tuple[ast.AST, object]:
        """The longest part of a chain that is known now, and its value."""
        used, value = chain[0], self.value_of(chain[0].id)
        for node in chain[1:]:
            if not _is_container(value):
                break
            found = getattr(value, node.attr, _MISSING)
            if found is _MISSING and value is warp():
                found = context.builtin_functions.get(node.attr, _MISSING)
            if found is _MISSING:
                if value is warp():  # a word of the kernel language that Python does not have
                    return node, found
                raise unspelled(ast.unparse(node))
            used, value = node, found
        return used, value

    def value_of(self, name: str) -> object:
        func = self.adjoint.func
        bound = codegen.get_closure_vars(func), func.__globals__
        for names in (*bound, vars(warp()), context.builtin_functions, vars(builtins)):
            if name in names:
                return names[name]
        raise unspelled(f"the name {name!r}")


_MISSING = object()


def _is_container(value: object) -> bool:
    """Whether the attributes of `value` are known to Python rather than to Warp."""
    if isinstance(value, context.Function | codegen.Struct) or warp_types.is_value(value):
        return False
    if isinstance(value, enum.Enum):
        return not isinstance(value, int)  # Warp takes one for its number only where it is one
    if warp_types.is_array(value) or isinstance(value, str):
        return False
    return not (
        isinstance(value, type) and (hasattr(value, "_wp_scalar_type_") or value in warp_types.scalar_types)
    )


def _chain(node: ast.AST) -> list[ast.AST]:
    """[a, a.b, a.b.c] for a.b.c; nothing for what does not begin with a name."""
    nodes = [node]
    while isinstance(node, ast.Attribute):
        node = node.value
        nodes.append(node)
    return nodes[::-1] if isinstance(node, ast.Name) else []


def _is_generic(kind: object) -> bool:
    return kind is not None and warp_types.type_is_generic(kind)


def _loop_variables(tree: ast.AST) -> set[str]:
    return {
        name.id
        for loop in ast.walk(tree)
        if isinstance(loop, ast.For)
        for name in ast.walk(loop.target)
        if isinstance(name, ast.Name)
    }


def _is_kept(value: object) -> bool:
    """Whether a chain from `wp` on means the same in a fresh process."""
    if isinstance(value, context.Function):
        return value.is_builtin() or _is_library(value)
    return not isinstance(value, codegen.Struct) or getattr(value.cls, "__module__", "") == "warp._src.types"


def _is_library(function: context.Function) -> bool:
    """Whether a function is written in Warp's language and comes with `import warp`."""
    return function.module is not None and function.module.name in ("warp.math", "warp.utils")


def root(function):
    while function.generic_parent is not None:
        function = function.generic_parent
    return function
