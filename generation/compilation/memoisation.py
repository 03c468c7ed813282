"""Warp's code generation, faster and to the byte the same.

Warp resolves every call by trying the overloads of a built-in one after the other, and asks the same
questions about the same few types thousands of times. The levers here remember the answers or take the short
way to them. Each is a method of an adjoint's subclass, or a replacement for a function of a Warp module that
is in place only while a text is generated (`applied`): nothing of Warp stays patched. A lever whose target
does not look as expected is left out, and Warp's own code runs in its place.

`disabled()` runs without all of them, for measurement and for the proof that they change nothing.
"""

from __future__ import annotations

import ast
import functools
import inspect
from contextlib import contextmanager

import warp._src.builtins as builtins
import warp._src.codegen as codegen
import warp._src.context as context
import warp._src.types as warp_types
from warp._src.codegen import Struct, Var
from warp._src.types import Reference

from generation.compilation.recording import FunctionAdjoint, KernelAdjoint

_MEMO_LIMIT = 100_000  # far above what any mix of kernels reaches; a bound all the same

_ANNOTATIONS = frozenset(warp_types._ARRAY_ANNOTATION_MAP.values())
_ARRAYS = frozenset(warp_types.array_types)
_SCALARS = frozenset({*warp_types.scalar_and_bool_types, int, float, bool, str})

# Types of arguments that are neither references nor sequences nor anything to look into.
_PLAIN = frozenset({Var, Struct, context.Function, int, float, bool, str, *_ANNOTATIONS, *_ARRAYS})


def _type_key(kind):
    """A hashable stand-in for a type, equal for those that Warp cannot tell apart; None where unsure."""
    if isinstance(kind, type):
        return kind
    family = type(kind)
    if family in _ANNOTATIONS:
        family = kind._concrete_cls
    elif family not in _ARRAYS:
        return None
    if family is warp_types.fixedarray or not isinstance(kind.dtype, type):
        return None
    return (family, kind.dtype, kind.ndim)


def _lasts(key) -> bool:
    """Whether a memo may keep this type alive: Warp's own may stay, one made by a unit must go with it."""
    kind = key[1] if type(key) is tuple else key
    return kind in _SCALARS or hasattr(kind, "_wp_generic_type_str_")


# -- calls of built-ins -----------------------------------------------------------------------------------

_overloads: dict[tuple, context.Function] = {}


@functools.cache
def _positional_form(func):
    """`(names, required, defaults)` if plain positional arguments bind to `func` one after the other."""
    parameters = list(func.signature.parameters.values())
    empty = inspect.Parameter.empty
    required = sum(parameter.default is empty for parameter in parameters)
    if any(p.kind is not p.POSITIONAL_OR_KEYWORD for p in parameters) or any(
        p.default is not empty for p in parameters[:required]
    ):
        return None
    names = tuple(parameter.name for parameter in parameters)
    return names, required, tuple((k, v) for k, v in func.defaults.items() if v is not None)


class _MemoisedCalls:
    """Methods for an adjoint: how a call of a built-in is resolved and bound.

    Only built-ins: what a user defines can be overloaded at any time and lives no longer than its unit.
    """

    def resolve_func(adj, func, arg_types, kwarg_types, min_outputs):
        """The overload follows from the built-in, the types of the arguments and the number of outputs."""
        if func.func is not None:
            return super().resolve_func(func, arg_types, kwarg_types, min_outputs)
        types = [kind if isinstance(kind, type) else _type_key(kind) for kind in arg_types]
        types += [_type_key(kind) for kind in kwarg_types.values()]
        key = (func, min_outputs, *types, *kwarg_types)
        found = None if None in types else _overloads.get(key)
        if found is None:
            found = super().resolve_func(func, arg_types, kwarg_types, min_outputs)
            if None not in types and all(map(_lasts, types)) and len(_overloads) < _MEMO_LIMIT:
                _overloads[key] = found
        return found

    def resolve_call(adj, func, args, kwargs, type_args=None, min_outputs=None, arg_nodes=None, kwarg_nodes=None):
        """Positional arguments of a built-in bind in order; `inspect` is needed for everything else."""
        if (
            func.func is not None
            or kwargs
            or kwarg_nodes
            or type_args
            or (arg_nodes is not None and len(arg_nodes) != len(args))
        ):
            return super().resolve_call(func, args, kwargs, type_args, min_outputs, arg_nodes, kwarg_nodes)
        arg_types = tuple([codegen.get_arg_type(arg) for arg in args])
        overload = adj.resolve_func(func, arg_types, {}, min_outputs)
        form = _positional_form(overload)
        if form is None or not form[1] <= len(args) <= len(form[0]):
            return super().resolve_call(func, args, kwargs, type_args, min_outputs, arg_nodes, kwarg_nodes)
        names, _, defaults = form
        bound = dict(zip(names, args, strict=False))
        if len(bound) < len(names):
            for name, value in defaults:
                if name not in bound:
                    bound[name] = codegen.get_default_arg_value(overload, name, value)
            bound = {name: bound[name] for name in names if name in bound}
        return overload, bound, dict(zip(names, arg_nodes, strict=False)) if arg_nodes else {}

    @staticmethod
    def type_contains_native_value(var_type):
        """There are none unless some were registered."""
        return bool(warp_types._native_value_types) and codegen.Adjoint.type_contains_native_value(var_type)


# -- questions about types --------------------------------------------------------------------------------


def _strip_reference(stock):
    def strip_reference(arg):
        family = type(arg)
        if family in _PLAIN:
            return arg
        if family is Reference:
            return arg.value_type
        return arg if isinstance(arg, type) else stock(arg)

    return strip_reference


def _get_arg_type(stock):
    def get_arg_type(arg):
        if type(arg) is Var:
            kind = arg.type
            if type(kind) is Reference:
                kind = kind.value_type
            if isinstance(kind, type) or type(kind) in _ANNOTATIONS or type(kind) is Struct:
                return kind
        elif isinstance(arg, type):
            return arg
        return stock(arg)

    return get_arg_type


def _get_arg_value(stock):
    def get_arg_value(arg):
        if type(arg) is Var and type(arg.type) is not warp_types.tuple_t:
            return arg if arg.constant is None else arg.constant
        return stock(arg)

    return get_arg_value


def _types_equal_generic(stock):
    def types_equal_generic(a, b, match_generic=True):
        return (a is b and isinstance(a, type) and a is not tuple) or stock(a, b, match_generic)

    return types_equal_generic


def _func_match_args(stock):
    def func_match_args(func, arg_types, kwarg_types, allow_erasure=False):
        """Reject by the number of arguments before binding them; `bind` would raise."""
        if func.func is None and not kwarg_types:
            form = _positional_form(func)
            if form is not None and not form[1] <= len(arg_types) <= len(form[0]):
                return False
        return stock(func, arg_types, kwarg_types, allow_erasure)

    return func_match_args


# -- text of function bodies ------------------------------------------------------------------------------

_ctypes: dict[tuple, str] = {}


def _ctype(kind, value_type: bool = False) -> str:
    """The C++ type of a variable; the dimensions of an array are no part of it."""
    pointer = type(kind) is Reference
    inner = kind.value_type if pointer else kind
    key = (_type_key(inner), pointer, value_type)
    text = _ctypes.get(key)
    if text is None:
        text = Var.type_to_ctype(kind, value_type)
        if key[0] is not None and _lasts(key[0]) and len(_ctypes) < _MEMO_LIMIT:
            _ctypes[key] = text
    return text


def _declarations(adj, prefix: str, requires_grad: bool) -> list[str]:
    is_tile, is_stack = warp_types.is_tile, warp_types.is_tile_stack
    lines = []
    for var in adj.variables:
        kind = var.type
        if is_tile(kind):
            value = f" = {kind.cinit(requires_grad=requires_grad)}"
        elif is_stack(kind):
            value = f" = {kind.cinit()}"
        elif var.constant is not None:
            lines.append(f"{prefix}const {_ctype(kind)} {var.emit()} = {codegen.constant_str(var.constant)};\n")
            continue
        else:
            value = ""
        lines.append(f"{prefix}{_ctype(kind)} {var.emit()}{value};\n")
    return lines


def _adjoint_declarations(adj, prefix: str) -> list[str]:
    is_tile, is_stack = warp_types.is_tile, warp_types.is_tile_stack
    lines = []
    for var in adj.variables:
        kind, name = var.type, var.emit_adj()
        if is_tile(kind):
            if kind.storage == "register":
                lines.append(f"{prefix}{kind.ctype()} {name}{{}};\n")
            elif kind.storage == "shared":
                lines.append(f"{prefix}{kind.ctype()}& {name} = {var.emit()};\n")
        elif is_stack(kind):
            lines.append(f"{prefix}{_ctype(kind)} {name};\n")
        else:
            lines.append(f"{prefix}{_ctype(kind, True)} {name} = {{}};\n")
    return lines


def _arguments(adj, prefix: str, emit, source: str) -> list[str]:
    return [f"{prefix}{_ctype(arg.type)} {emit(arg)} = {source}->{arg.label};\n" for arg in adj.args]


def _codegen_func_forward(stock):
    def codegen_func_forward(adj, func_type="kernel", device="cpu", grid_stride=False):
        kernel = func_type == "kernel"
        prefix = "        " if kernel and device == "cuda" else "    "
        rule = f"{prefix}//---------\n{prefix}// "
        parts = []
        if kernel and device == "cpu":
            parts += [f"{rule}argument vars\n", *_arguments(adj, prefix, Var.emit, "_wp_args")]
        parts += [f"{rule}primal vars\n", *_declarations(adj, prefix, False), f"{rule}forward\n"]
        body = adj.blocks[0].body_forward
        if grid_stride and kernel and device == "cuda":
            body = [
                line.replace("return;", "continue;") if line.lstrip().startswith("return;") else line
                for line in body
            ]
        parts += [f"{prefix}{line}\n" for line in body]
        return "".join(parts)

    return codegen_func_forward


def _codegen_func_reverse(stock):
    def codegen_func_reverse(adj, func_type="kernel", device="cpu", grid_stride=False):
        if adj.slot_augassign_error is not None:
            return stock(adj, func_type, device, grid_stride)  # which raises it
        kernel = func_type == "kernel"
        prefix = "        " if kernel and device == "cuda" else "    "
        rule = f"{prefix}//---------\n{prefix}// "
        parts = []
        if kernel and device == "cpu":
            parts += [f"{rule}argument vars\n", *_arguments(adj, prefix, Var.emit, "_wp_args")]
            parts += _arguments(adj, prefix, Var.emit_adj, "_wp_adj_args")
        parts += [f"{rule}primal vars\n", *_declarations(adj, prefix, True)]
        parts += [f"{rule}dual vars\n", *_adjoint_declarations(adj, prefix), f"{rule}forward\n"]
        block = adj.blocks[0]
        parts += [f"{prefix}{line}\n" for line in block.body_replay]
        parts.append(f"{rule}reverse\n")
        parts += [f"{prefix}{line}\n" for line in reversed(block.body_reverse)]
        parts.append(f"{prefix}continue;\n" if grid_stride and kernel and device == "cuda" else f"{prefix}return;\n")
        return "".join(parts)

    return codegen_func_reverse


# -- the launch dimension ---------------------------------------------------------------------------------

_BLOCK_FIELDS = ("body", "orelse", "finalbody")


def find_kernel_dim(adj) -> None:
    """Set `adj.kernel_dim`, the number of values that `wp.tid()` is unpacked into.

    Warp finds it while it resolves every name of a function for the content hash, which is not needed here;
    only an assignment of a call without arguments can be of interest.
    """
    if not _enabled:
        adj.get_references()
        return
    calls, assigned, blocks = [], set(), [adj.tree.body[0].body]
    while blocks:
        for statement in blocks.pop():
            if type(statement) is ast.Assign:
                for target in statement.targets:
                    assigned.update(_names(target))
                call = statement.value
                if type(call) is ast.Call and not call.args and not call.keywords:
                    calls.append((call, statement.targets[0]))
            else:
                blocks += [block for field in _BLOCK_FIELDS if (block := getattr(statement, field, None))]
    if any(type(call.func) is ast.Name and call.func.id in assigned for call, _ in calls):
        adj.get_references()  # perhaps a local name of the built-in
        return
    tid = context.builtin_functions["tid"]
    adj.kernel_dim = max(
        (
            len(target.elts) if type(target) is ast.Tuple else 1
            for call, target in calls
            if codegen.resolve_reference_call_func(adj, call) is tid
        ),
        default=1,
    )


def _names(target) -> list[str]:
    if type(target) is ast.Name:
        return [target.id]
    if isinstance(target, (ast.Tuple, ast.List)):
        return [name for element in target.elts for name in _names(element)]
    return []


# -- in and out -------------------------------------------------------------------------------------------

# What to replace, where it is found, the parameters it must have, and what makes the replacement of it.
_LEVERS = (
    ("strip_reference", (warp_types, codegen, builtins), "arg", _strip_reference),
    ("types_equal_generic", (warp_types, codegen, builtins), "a b match_generic", _types_equal_generic),
    ("get_arg_type", (codegen,), "arg", _get_arg_type),
    ("get_arg_value", (codegen, builtins), "arg", _get_arg_value),
    ("func_match_args", (codegen,), "func arg_types kwarg_types allow_erasure", _func_match_args),
    ("codegen_func_forward", (codegen,), "adj func_type device grid_stride", _codegen_func_forward),
    ("codegen_func_reverse", (codegen,), "adj func_type device grid_stride", _codegen_func_reverse),
)
_METHODS = {
    "resolve_func": "adj func arg_types kwarg_types min_outputs",
    "resolve_call": "adj func args kwargs type_args min_outputs arg_nodes kwarg_nodes",
    "type_contains_native_value": "var_type",
}


def _has_parameters(function, names: str) -> bool:
    try:
        return list(inspect.signature(function).parameters) == names.split()
    except (TypeError, ValueError):
        return False


def _replacements() -> list[tuple[dict, str, object, object]]:
    """`(module's names, name, replacement, stock)` for each lever that fits this Warp."""
    found = []
    for name, modules, parameters, make in _LEVERS:
        stock = getattr(modules[0], name, None)
        if _has_parameters(stock, parameters):
            replacement = make(stock)
            found += [(vars(m), name, replacement, stock) for m in modules if vars(m).get(name) is stock]
    return found


def _memoised(adjoint_class: type) -> type:
    methods = {
        name: vars(_MemoisedCalls)[name]
        for name, parameters in _METHODS.items()
        if _has_parameters(getattr(codegen.Adjoint, name, None), parameters)
    }
    return type("Memoised" + adjoint_class.__name__, (_MemoisedCalls, adjoint_class), {})


_REPLACEMENTS = _replacements()
_CLASSES = {False: (KernelAdjoint, FunctionAdjoint), True: (_memoised(KernelAdjoint), _memoised(FunctionAdjoint))}
_enabled = True


def adjoint_classes() -> tuple[type, type]:
    """The classes with which a kernel and its functions are built."""
    return _CLASSES[_enabled]


@contextmanager
def applied():
    """Within the block the replacements stand in Warp's modules, unless `disabled`."""
    used = _REPLACEMENTS if _enabled else ()
    for names, name, replacement, _ in used:
        names[name] = replacement
    try:
        yield
    finally:
        for names, name, _, stock in used:
            names[name] = stock


@contextmanager
def disabled():
    """Within the block texts are generated by Warp's own code alone; the same texts, more slowly."""
    global _enabled
    before, _enabled = _enabled, False
    try:
        yield
    finally:
        _enabled = before
