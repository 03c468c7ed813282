"""Python that a model wrote: what of it may be run, and its canonical form.

To compile a kernel is to run its module: decorators, annotations, constants, factories. An answer may have
what sources of kernels have there, from an allow-list of syntax and of names, and nothing with which it could
reach the interpreter, the file system, Warp's own state, or C++ of its own.
"""

from __future__ import annotations

import ast
import re
from collections import Counter

from generation.evaluation.cpp import Forbidden

MOST_BYTES = 1 << 17
_IMPORTS = {"typing": {"Any"}, "enum": {"IntEnum", "IntFlag", "Enum"}, "__future__": {"annotations"}}
_MODULES = {"warp", "math"}
_DECORATORS = {"kernel", "func", "struct"}
_OF_FUNCTIONS = {"func_grad", "func_replay"}
_VALUE = r"(u?int|b?float)(8|16|32|64)|bool|(spatial_)?(vec|mat|quat|transform|vector|matrix)\w*"
# Of `wp`, what may be called while a module is run; everything else is for kernels to call.
_HOST = re.compile(
    rf"{_VALUE}|array[1-4]?d?|indexedarray[1-4]?d?|tile|constant|overload|types\.(matrix|vector)"
)
_KEYWORDS = {"dtype", "ndim", "shape", "length", "storage", "module", "enable_backward", "launch_bounds"}
_BUILTINS = {"int", "float", "bool", "range", "len", "min", "max", "abs", "type", "tuple", "round", "pow"}
_BUILTINS |= {"print", "reversed", "str"}
_HIDDEN = re.compile(r"_.*__|__.*|_warp.*")
# Attributes of `wp` with something behind them.
_DEEP = re.compile(r"types\.(matrix|vector)|[A-Z]\w*\.[A-Z]\w*")
_SHALLOW = re.compile(r"[A-Za-z]\w*")
_NATIVE = {"func_native", "map", "context", "config", "build", "utils", "codegen", "launch", "load_module"}

_EXPRESSIONS = (
    ast.Constant, ast.Name, ast.Attribute, ast.Call, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare,
    ast.Tuple, ast.List, ast.Subscript, ast.Slice, ast.IfExp, ast.keyword, ast.operator, ast.unaryop,
    ast.boolop, ast.cmpop, ast.expr_context,
)  # fmt: skip
_STATEMENTS = (
    ast.Assign, ast.AugAssign, ast.AnnAssign, ast.If, ast.For, ast.While, ast.Return, ast.Expr, ast.Pass,
    ast.Break, ast.Continue,
)  # fmt: skip


def check(source: str) -> None:
    """`Forbidden` unless a source is one that may be run."""
    if len(source) > MOST_BYTES:
        raise Forbidden(f"{len(source)} characters")
    try:
        _Module(ast.parse(source))
    except (SyntaxError, ValueError) as error:
        raise Forbidden(f"no Python: {error}") from None
    except (RecursionError, MemoryError):
        raise Forbidden("nested too deep") from None


class _Module:
    def __init__(self, tree: ast.Module):
        bound = _bound(tree)
        self.own = set(bound)
        self.numbers = _numbers(tree, bound)
        for name in self.own | {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}:
            _check_name(name)
        if self.own & (_MODULES | {"wp"} | set().union(*_IMPORTS.values())):
            raise Forbidden("an import defined anew")
        for number, statement in enumerate(tree.body):
            if not (number == 0 and _is_text(statement)):
                self.statement(statement)

    def statement(self, node: ast.stmt) -> None:
        """One that is run: of the module, or of a factory."""
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name not in _MODULES or (alias.asname or alias.name) not in (alias.name, "wp"):
                    raise Forbidden(f"import {alias.name}")
        elif isinstance(node, ast.ImportFrom):
            known = _IMPORTS.get(node.module or "", set())
            if node.level or any(alias.name not in known or alias.asname for alias in node.names):
                raise Forbidden(f"from {node.module} import")
        elif isinstance(node, ast.FunctionDef):
            self.function(node)
        elif isinstance(node, ast.ClassDef):
            self.class_(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if not all(isinstance(target, ast.Name) for target in targets):
                raise Forbidden("an assignment to more than a name")
            if isinstance(node, ast.AnnAssign):
                self.run(node.annotation)
            if node.value:
                self.run(node.value)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            self.run(node.value)
        else:
            raise Forbidden(f"{type(node).__name__} outside of kernels")

    def function(self, node: ast.FunctionDef) -> None:
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        for one in [*arguments, node.args.vararg, node.args.kwarg]:
            if one and one.annotation:
                self.run(one.annotation)
        if node.returns:
            self.run(node.returns)
        for default in [*node.args.defaults, *filter(None, node.args.kw_defaults)]:
            self.run(default)
        for decorator in node.decorator_list:
            self.decorator(decorator)
        body = node.body[1:] if _is_text(node.body[0]) else node.body
        for one in body:
            if node.decorator_list:
                self.compiled(one)
            elif isinstance(one, ast.Return) and isinstance(one.value, ast.Name):
                pass
            else:
                self.statement(one)

    def decorator(self, node: ast.expr) -> None:
        call = node if isinstance(node, ast.Call) else None
        name = _of_warp(call.func if call else node)
        arguments = call.args if call else []
        if name in _OF_FUNCTIONS and len(arguments) == 1 and isinstance(arguments[0], ast.Name):
            arguments = []
        elif name not in _DECORATORS:
            raise Forbidden(f"the decorator {ast.unparse(node)[:80]}")
        if arguments:
            raise Forbidden(f"the arguments of {name}")
        for one in call.keywords if call else ():
            if one.arg not in _KEYWORDS or not isinstance(one.value, ast.Constant):
                raise Forbidden(f"the argument {one.arg} of {name}")

    def class_(self, node: ast.ClassDef) -> None:
        bases = [one.id if isinstance(one, ast.Name) else "" for one in node.bases]
        if node.keywords or not set(bases) <= _IMPORTS["enum"]:
            raise Forbidden(f"the bases of {node.name}")
        for decorator in node.decorator_list:
            if _of_warp(decorator) != "struct":
                raise Forbidden(f"the decorator {ast.unparse(decorator)[:80]}")
        for one in node.body:
            if not (_is_text(one) or isinstance(one, ast.Pass)):
                if not isinstance(one, ast.Assign | ast.AnnAssign):
                    raise Forbidden(f"{type(one).__name__} in a class")
                self.statement(one)

    def run(self, node: ast.AST) -> None:
        """An expression that Python evaluates."""
        for one in ast.walk(node):
            self.expression(one)
            if isinstance(one, ast.Call) and not (self.is_type(one) or self.is_type(one.func)):
                name = _of_warp(one.func)
                if name is None and isinstance(one.func, ast.Name):
                    if one.func.id not in self.own | {"int", "float", "bool"}:
                        raise Forbidden(f"a call of {one.func.id}")
                elif name is None or not _HOST.fullmatch(name):
                    raise Forbidden(f"a call of {ast.unparse(one.func)[:80]}")
                if name and any(key.arg not in _KEYWORDS for key in one.keywords):
                    raise Forbidden(f"the arguments of {name}")

    def is_type(self, node: ast.expr) -> bool:
        """Whether it is `type(x)` of a number of the module."""
        return (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "type"
            and not node.keywords
            and len(node.args) == 1
            and isinstance(node.args[0], ast.Name)
            and node.args[0].id in self.numbers
        )

    def compiled(self, node: ast.stmt) -> None:
        """A statement of a kernel, which Warp reads and Python does not run."""
        for one in ast.walk(node):
            if isinstance(one, ast.stmt):
                if not isinstance(one, _STATEMENTS):
                    raise Forbidden(f"{type(one).__name__} in a kernel")
                continue
            self.expression(one)
            if not isinstance(one, ast.Call):
                continue
            name = _of_warp(one.func)
            if name == "static":
                for argument in (*one.args, *one.keywords):
                    self.run(argument)
            elif name is None and not self.is_callable(one.func):
                raise Forbidden(f"a call of {ast.unparse(one.func)[:80]}")

    def is_callable(self, function: ast.expr) -> bool:
        """In a kernel: a name, `type(x)`, `x.dtype`, `wp.grad(f)`."""
        if isinstance(function, ast.Call):
            return _of_warp(function.func) == "grad" or getattr(function.func, "id", "") == "type"
        if isinstance(function, ast.Attribute):
            return function.attr == "dtype"
        return isinstance(function, ast.Name) and function.id in self.own | _BUILTINS

    def expression(self, node: ast.AST) -> None:
        if not isinstance(node, _EXPRESSIONS):
            raise Forbidden(f"{type(node).__name__}")
        if isinstance(node, ast.Attribute):
            _check_name(node.attr)
            name = _of_warp(node)
            if name in _NATIVE or (name and not (_SHALLOW.fullmatch(name) or _DEEP.fullmatch(name))):
                raise Forbidden(f"wp.{name}")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) > 1000:
            raise Forbidden("a long string")
        elif isinstance(node, ast.keyword) and node.arg is None:
            raise Forbidden("arguments by **")


def _check_name(name: str) -> None:
    if _HIDDEN.fullmatch(name):
        raise Forbidden(f"the name {name}")


def _is_read(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)


def _bound(tree: ast.Module) -> Counter[str]:
    """How often each name is bound: by a definition, as a parameter, or by an assignment."""
    bound = Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not _is_read(node))
    bound.update(node.arg for node in ast.walk(tree) if isinstance(node, ast.arg))
    bound.update(n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef))
    return bound


def _numbers(tree: ast.Module, bound: Counter[str]) -> set[str]:
    """Names that a module binds to a number and nobody binds anew."""
    return {
        node.targets[0].id
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, int | float)
        and bound[node.targets[0].id] == 1
    }


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _of_warp(node: ast.expr) -> str | None:
    """`a.b` for wp.a.b; None for what does not start at Warp."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    at_warp = parts and isinstance(node, ast.Name) and node.id in ("wp", "warp", "math")
    return ".".join(reversed(parts)) if at_warp else None


def canonical(source: str) -> str:
    """The program without comments, docstrings and layout; variables numbered in each function by their first
    use. What others see keeps its name: kernels, functions, structs, their fields and parameters.

    `Forbidden` for what is no Python.
    """
    try:
        tree = ast.parse(source)
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list) and len(body) > 1 and _is_text(body[0]):
                del body[0]
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.decorator_list:
                _number_variables(node)
        return ast.dump(tree)
    except (SyntaxError, ValueError) as error:
        raise Forbidden(f"no Python: {error}") from None
    except (RecursionError, MemoryError):
        raise Forbidden("nested too deep") from None


def _number_variables(function: ast.FunctionDef) -> None:
    parameters = {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}
    names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
    local = {node.id for node in names if not _is_read(node)} - parameters
    names.sort(key=lambda node: (node.lineno, node.col_offset))
    numbers: dict[str, str] = {}
    for node in names:
        if node.id in local:
            node.id = numbers.setdefault(node.id, f"%{len(numbers)}")
