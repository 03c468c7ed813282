"""Functions that make kernels when they are called: called once each, with arguments that make sense."""

from __future__ import annotations

import ast
import enum
import inspect
import sys
import types
import typing
from collections.abc import Iterator

from generation.compilation.live import example_type

_INTEGERS = (4, 1, 2, 16)  # a tile, a flag, a dimension: the first that a factory accepts
_VALUES = {bool: False, float: 1.0, str: ""}
_MARK = ("kernel", "nested_kernel")


def call_factories(package: str) -> None:
    """Calls every function of the imported modules of `package` that stands on its own and holds a kernel."""
    for name, module in sorted(sys.modules.items()):
        if name.partition(".")[0] == package and getattr(module, "__file__", None):
            for function in _factories(module):
                _call(function)


def _factories(module: types.ModuleType) -> Iterator[object]:
    try:
        body = ast.parse(inspect.getsource(module)).body
    except (OSError, SyntaxError, TypeError):
        return
    for node in body:
        if (
            isinstance(node, ast.FunctionDef)
            and not node.name.startswith("test")
            and any(map(_is_kernel, node.body))
            and callable(function := vars(module).get(node.name))
        ):
            yield function


def _is_kernel(node: ast.AST) -> bool:
    if not isinstance(node, ast.FunctionDef):
        return False
    marks = [mark.func if isinstance(mark, ast.Call) else mark for mark in node.decorator_list]
    return any(getattr(mark, "attr", getattr(mark, "id", "")) in _MARK for mark in marks)


def _call(function: object) -> None:
    for integer in _INTEGERS:
        try:
            function(*_arguments(function, integer))
            return
        except Exception:
            continue


def _arguments(function: object, integer: int, depth: int = 0) -> list:
    hints = typing.get_type_hints(
        inspect.unwrap(function.__init__ if isinstance(function, type) else function)
    )
    parameters = inspect.signature(function).parameters.values()
    return [_argument(one, hints.get(one.name), integer, depth) for one in parameters]


def _argument(parameter: inspect.Parameter, hint: object, integer: int, depth: int) -> object:
    choices = typing.get_args(hint) if typing.get_origin(hint) is typing.Literal else ()
    if choices:
        return choices[0]
    if hint in _VALUES:
        return _VALUES[hint]
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return next(iter(hint))
    if hint is int:
        return integer
    if parameter.default is not parameter.empty:
        return parameter.default
    if hint is type or any(word in parameter.name.lower() for word in ("type", "scalar")):
        return example_type(parameter.name)
    if isinstance(hint, type) and inspect.isclass(hint) and depth < 2 and hint.__module__ != "builtins":
        return hint(*_arguments(hint, integer, depth + 1))
    return integer
