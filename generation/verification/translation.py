"""Kernel and function bodies rewritten into Python that computes as Warp's C++ does.

Only the bodies of decorated functions change; the rest of a module stays the Python it is, and runs. In a
body literals become numbers of Warp's types, operators whose meaning differs become calls, a write to a part
of a value rebinds the variable, conditions and choices report which side they took, and loops burn fuel.
"""

from __future__ import annotations

import ast
import copy
from types import CodeType
from typing import NamedTuple

from generation.verification.faults import NotCovered

# The names under which a rewritten body finds its helpers.
CONSTANT, OUTER, BUILT_IN = "_c{}", "_outer", "_wp_{}"

_OPERATORS = {
    ast.Div: "_div",
    ast.FloorDiv: "_floordiv",
    ast.Mod: "_mod",
    ast.Pow: "_pow",
    ast.LShift: "_lshift",
    ast.RShift: "_rshift",
}
_PYTHON = ("float", "int", "bool", "min", "max", "abs", "round", "len", "range", "reversed", "type", "print")
_DERIVED = ("func_grad", "func_replay")  # what only the adjoint calls
_SETTERS = {"transform_set_translation": "p", "transform_set_rotation": "q"}
# Built-ins that choose, and how many choices of two they make.
_CHOICES = {"min": 1, "max": 1, "where": 1, "clamp": 2}
_CONVERSIONS = ("float", "int", "bool", "type")


def load(node):
    """The target of an assignment as an expression."""
    node = copy.deepcopy(node)
    for part in ast.walk(node):
        if hasattr(part, "ctx"):
            part.ctx = ast.Load()
    return node


def call(name: str, *arguments) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


class Translated(NamedTuple):
    """Code, and what its bodies need under which names."""

    code: CodeType
    constants: dict[tuple, str]
    built_ins: set[str]
    branches: int
    thread_axes: int


def translated(source: str, known, is_type, changed: dict[str, int]) -> Translated:
    """A module rewritten. `known` and `is_type` say of a name below `wp` whether the evaluator has it and
    whether it is a type; `changed` is, by built-in, which of its arguments it gives a new value beside its
    result. Raises `NotCovered`."""
    one = _Translator(known, is_type, changed)
    tree = ast.fix_missing_locations(one.visit(ast.parse(source)))
    try:
        code = compile(tree, "<kernel>", "exec", dont_inherit=True)
    except (TypeError, ValueError) as error:
        raise NotCovered(f"{type(error).__name__}: {error}") from error
    return Translated(code, one.constants, one.built_ins, one.branches, one.thread_axes)


class _Translator(ast.NodeTransformer):
    def __init__(self, known, is_type, changed):
        self.known, self.is_type, self.changed = known, is_type, changed
        self.warp: set[str] = set()
        self.constants: dict[tuple, str] = {}
        self.built_ins: set[str] = set()
        self.branches = 0
        self.thread_axes = 1
        self.locals: set[str] | None = None

    # ------------------------------------------------------------ the module

    def visit_Import(self, node):
        for alias in node.names:
            if alias.name == "warp":
                self.warp.add(alias.asname or alias.name)
        return node

    def visit_FunctionDef(self, node):
        if not any(self._is_warp(decorator) for decorator in node.decorator_list):
            return self.generic_visit(node) if self.locals is None else node
        if any(self._decorates(decorator, _DERIVED) for decorator in node.decorator_list):
            return ast.Pass()
        outer = self.locals
        self.locals = {a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                self.locals.add(part.id)
        node.args.defaults = [call(OUTER, default) for default in node.args.defaults]
        node.body = [new for statement in node.body for new in self._listed(self.visit(statement))]
        self.locals = outer
        return node

    def _is_warp(self, decorator) -> bool:
        return self._decorates(decorator, ("kernel", "func", "func_native", *_DERIVED))

    @staticmethod
    def _decorates(decorator, names) -> bool:
        if isinstance(decorator, ast.Call):
            decorator = decorator.func
        return getattr(decorator, "attr", getattr(decorator, "id", "")) in names

    @staticmethod
    def _listed(result):
        return result if isinstance(result, list) else [result]

    def visit_ClassDef(self, node):
        return node

    # ------------------------------------------------------------ expressions

    def visit_Constant(self, node):
        if self.locals is None or type(node.value) not in (int, float):
            return node
        key = (type(node.value), repr(node.value))
        name = self.constants.setdefault(key, CONSTANT.format(len(self.constants)))
        return ast.Name(name, ast.Load())

    def visit_Name(self, node):
        if self.locals is None or not isinstance(node.ctx, ast.Load) or node.id in self.locals:
            return node
        if node.id in self.warp:
            return node
        if node.id in _PYTHON:
            return ast.Name(f"_{node.id}", ast.Load())
        return call(OUTER, node)

    def visit_Attribute(self, node):
        if self.locals is None:
            return node
        if isinstance(node.value, ast.Name) and node.value.id in self.warp:
            if not self.known(node.attr):
                raise NotCovered(f"wp.{node.attr}")
            self.built_ins.add(node.attr)
            return ast.Name(BUILT_IN.format(node.attr), ast.Load())
        root = node.value
        while isinstance(root, ast.Attribute):
            root = root.value
        if isinstance(root, ast.Name) and root.id not in self.locals:
            return call(OUTER, node)  # a constant of a module or class
        self.generic_visit(node)
        return call("_dtype", node.value) if node.attr == "dtype" else node

    def visit_BinOp(self, node):
        self.generic_visit(node)
        return self._operation(node.op, node.left, node.right)

    @staticmethod
    def _operation(op, left, right):
        name = _OPERATORS.get(type(op))
        return call(name, left, right) if name else ast.BinOp(left, op, right)

    def visit_UnaryOp(self, node):
        negated = isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant)
        self.generic_visit(node)
        return call("_neg", node.operand) if negated and self.locals is not None else node

    def visit_IfExp(self, node):
        self.generic_visit(node)
        node.test = self._branch(node.test)
        return node

    def _branch(self, test):
        self.branches += 1
        return call("_branch", ast.Constant(self.branches - 1), test)

    def visit_Call(self, node):
        if self.locals is None:
            return self.generic_visit(node)
        function = node.func
        name = function.attr if self._of_warp(function) else None
        if name == "static":
            return call(OUTER, *node.args)
        raw = self._converts(function, name)
        arguments = [self._raw(a) if raw else self.visit(a) for a in node.args]
        keywords = [
            ast.keyword(k.arg, self._raw(k.value) if raw else self.visit(k.value)) for k in node.keywords
        ]
        if isinstance(function, ast.Name) and function.id not in self.locals and function.id not in _PYTHON:
            new = ast.Call(function, arguments, keywords)  # the module's own
        else:
            new = ast.Call(self.visit(function), arguments, keywords)
        if (name or getattr(function, "id", None)) in _CHOICES and len(arguments) > 1 and not keywords:
            return self._choice(new, _CHOICES[name or function.id])
        if name not in self.changed:
            return new
        state = node.args[self.changed[name]]
        advanced = ast.NamedExpr(ast.Name("_drawn", ast.Store()), new)
        drawn = ast.Subscript(ast.Name("_drawn", ast.Load()), ast.Constant(0), ast.Load())
        if isinstance(state, ast.Name) and state.id in self.locals:
            drawn = ast.NamedExpr(ast.Name(state.id, ast.Store()), drawn)
        return call("_value", advanced, drawn)

    def _choice(self, made: ast.Call, count: int) -> ast.Call:
        self.branches += count
        return call("_choice", ast.Constant(self.branches - count), made.func, *made.args)

    def _of_warp(self, function) -> bool:
        return (
            isinstance(function, ast.Attribute)
            and isinstance(function.value, ast.Name)
            and function.value.id in self.warp
        )

    def _converts(self, function, name) -> bool:
        """Whether a literal among the arguments takes its type from the call."""
        if name is not None:
            return self.is_type(name)
        if isinstance(function, ast.Call):
            return isinstance(function.func, ast.Name) and function.func.id == "type"
        if isinstance(function, ast.Attribute):
            return function.attr == "dtype"
        return (
            isinstance(function, ast.Name) and function.id in _CONVERSIONS and function.id not in self.locals
        )

    def _raw(self, node):
        """A literal left as Python's."""
        if isinstance(node, ast.Constant):
            return node
        if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
            return node
        return self.visit(node)

    # ------------------------------------------------------------ statements

    def visit_Expr(self, node):
        if isinstance(node.value, ast.Constant):
            return ast.Pass()
        called = node.value
        if isinstance(called, ast.Call) and self._of_warp(called.func) and called.func.attr in _SETTERS:
            target = ast.Attribute(called.args[0], _SETTERS[called.func.attr], ast.Store())
            return self._assign(target, self.visit(called.args[1]))
        return self.generic_visit(node)

    def visit_Assign(self, node):
        if self.locals is None:
            return self.generic_visit(node)
        if len(node.targets) != 1:
            raise NotCovered("a chained assignment")
        if (
            isinstance(node.value, ast.Call)
            and self._of_warp(node.value.func)
            and node.value.func.attr == "tid"
        ):
            self.thread_axes = len(getattr(node.targets[0], "elts", (None,)))
        return self._assign(node.targets[0], self.visit(node.value))

    def visit_AnnAssign(self, node):
        if self.locals is None:
            return node
        return self._assign(node.target, self.visit(node.value)) if node.value is not None else ast.Pass()

    def visit_AugAssign(self, node):
        if self.locals is None:
            return self.generic_visit(node)
        if isinstance(node.target, ast.Name):
            value = self._operation(node.op, load(node.target), self.visit(node.value))
            return ast.Assign([node.target], call("_same", load(node.target), value))
        current = self.visit(load(node.target))
        return self._assign(node.target, self._operation(node.op, current, self.visit(node.value)))

    def _assign(self, target, value):
        if isinstance(target, ast.Name):
            return ast.Assign([ast.Name(target.id, ast.Store())], value)
        if isinstance(target, ast.Tuple):
            if all(isinstance(part, ast.Name) for part in target.elts):
                return ast.Assign([target], value)
            parts = [
                ast.Subscript(ast.Name("_parts", ast.Load()), ast.Constant(i), ast.Load())
                for i in range(len(target.elts))
            ]
            first = ast.Assign([ast.Name("_parts", ast.Store())], value)
            return [first, *(self._assign(t, part) for t, part in zip(target.elts, parts, strict=True))]
        owner = self.visit(load(target.value))
        if isinstance(target, ast.Attribute):
            return self._assign(target.value, call("_put_field", owner, ast.Constant(target.attr), value))
        return self._assign(target.value, call("_put", owner, self.visit(target.slice), value))

    def visit_If(self, node):
        if self.locals is not None:
            test = self._branch(self.visit(node.test))
            return ast.If(test, self._block(node.body), self._block(node.orelse) if node.orelse else [])
        return self.generic_visit(node)

    def visit_While(self, node):
        test = self._branch(self.visit(node.test))
        return ast.While(test, [ast.Expr(call("_burn")), *self._block(node.body)], [])

    def visit_For(self, node):
        if self.locals is None:
            return self.generic_visit(node)
        return ast.For(node.target, self.visit(node.iter), self._block(node.body), [])

    def _block(self, body):
        return [new for statement in body for new in self._listed(self.visit(statement))] or [ast.Pass()]

    def visit_Assert(self, node):
        return ast.Expr(self.visit(node.test)) if self.locals is not None else node
