"""Calls of built-ins: which overload, which argument is which, and the statements they become."""

from __future__ import annotations

import functools
import inspect

import warp._src.codegen as codegen
import warp._src.context as context
import warp._src.types as warp_types
from warp._src.codegen import Struct, Var
from warp._src.deterministic import _DET_UNINTERCEPTED_SIDE_EFFECT_BUILTINS
from warp._src.types import Reference

from generation.compilation.memo_types import ANNOTATIONS, ARRAYS, MEMO_LIMIT, lasts, type_key

overloads: dict[tuple, context.Function] = {}

# Warp's own. To Warp the constructor of a user's struct is a built-in too, but it goes with its unit.
_BUILTINS = frozenset(
    function
    for head in context.builtin_functions.values()
    if head.func is None
    for function in (head, *head.overloads)
)


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


# Kinds of types of which a call gives one; all others (tuples, tiles, variables) are Warp's to handle.
_SINGLE_TYPES = frozenset({Reference, Struct, *ANNOTATIONS, *ARRAYS})


@functools.cache
def _is_common(func) -> bool:
    """Whether calls of this overload need nothing beyond what `_emit_call` does."""
    wide_constructor = func.native_func in ("float64", "int64", "uint64")  # keeps the digits of a constant
    special_key = func.key.startswith("tile") or func.key in _DET_UNINTERCEPTED_SIDE_EFFECT_BUILTINS
    special_form = func.variadic or func.lto_dispatch_func is not None
    return not (wide_constructor or special_key or special_form)


def _emit_call(adj, func, bound: dict, return_type):
    """Declare the result, write the call and its adjoint; returns the result's variable."""
    output = None if return_type is None else adj.add_var(return_type)
    outputs = [] if output is None else [output]
    if func.dispatch_func is not None:
        arguments, template_args = func.dispatch_func(func.input_types, return_type, bound)
    else:
        arguments, template_args = tuple(bound.values()), ()
    arguments = [adj.register_var(argument) for argument in arguments]
    name = codegen.compute_type_str(func.native_func, template_args)
    in_braces = func.initializer_list_func(bound, return_type)

    loaded = [
        argument if isinstance(argument, (Reference, context.Function)) else adj.load(argument)
        for argument in arguments
    ]
    loaded = [codegen.strip_reference(argument) for argument in loaded]
    text = adj.format_forward_call_args(loaded, in_braces)
    call = f"{func.namespace}{name}({text});"
    if output is not None:
        call = f"var_{output} = {call}"
    adj.add_forward(call, replay="// " + call if func.skip_replay else call)

    differentiable = func.is_differentiable and arguments
    if differentiable and all(
        not isinstance(argument, context.Function) or argument.is_differentiable for argument in arguments
    ):
        text = adj.format_reverse_call_args(
            loaded,
            tuple(codegen.strip_reference(argument) for argument in arguments),
            outputs,
            in_braces,
            has_output_args=func.require_original_output_arg,
            require_original_output_arg=func.require_original_output_arg,
        )
        if text is not None:
            name = name if func.adjoint_uses_template_args else func.native_func
            adj.add_reverse(f"{func.namespace}adj_{name}({text});")
    return output


class MemoisedCalls:
    """Methods for an adjoint: how a call of a built-in is resolved, bound and written.

    Only built-ins: what a user defines can be overloaded at any time and lives no longer than its unit.
    """

    def resolve_func(adj, func, arg_types, kwarg_types, min_outputs):
        """The overload follows from the built-in, the types of the arguments and the number of outputs."""
        if func not in _BUILTINS:
            return super().resolve_func(func, arg_types, kwarg_types, min_outputs)
        types = [kind if isinstance(kind, type) else type_key(kind) for kind in arg_types]
        types += [type_key(kind) for kind in kwarg_types.values()]
        key = (func, min_outputs, *types, *kwarg_types)
        found = None if None in types else overloads.get(key)
        if found is None:
            found = super().resolve_func(func, arg_types, kwarg_types, min_outputs)
            if None not in types and all(map(lasts, types)) and len(overloads) < MEMO_LIMIT:
                overloads[key] = found
        return found

    def resolve_call(
        adj, func, args, kwargs, type_args=None, min_outputs=None, arg_nodes=None, kwarg_nodes=None
    ):
        """Positional arguments of a built-in bind in order; `inspect` is needed for everything else."""
        if (
            func not in _BUILTINS
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

    def add_call(
        adj,
        func,
        args,
        kwargs,
        type_args,
        min_outputs=None,
        return_value_used=True,
        arg_nodes=None,
        kwarg_nodes=None,
        return_resolved=False,
    ):
        """The way of the common call through Warp's method: plain arguments, at most one value, no extras.

        Whatever else there is (see `_is_common`) goes through Warp's own.
        """
        if (
            func in _BUILTINS
            and not type_args
            and adj.det_meta is None
            and not warp_types._native_value_types
        ):
            overload, bound, _ = adj.resolve_call(
                func, args, kwargs, type_args, min_outputs, arg_nodes=arg_nodes, kwarg_nodes=kwarg_nodes
            )
            if _is_common(overload) and all(type(value) is Var for value in bound.values()):
                kinds = {name: codegen.get_arg_type(value) for name, value in bound.items()}
                values = {name: codegen.get_arg_value(value) for name, value in bound.items()}
                return_type = overload.value_func(
                    {name: codegen.strip_reference(kind) for name, kind in kinds.items()}, values
                )
                if return_type is None or isinstance(return_type, type) or type(return_type) in _SINGLE_TYPES:
                    output = _emit_call(adj, overload, bound, return_type)
                    return (output, overload, bound) if return_resolved else output
        return super().add_call(
            func,
            args,
            kwargs,
            type_args,
            min_outputs,
            return_value_used,
            arg_nodes,
            kwarg_nodes,
            return_resolved,
        )

    def format_args(adj, prefix, args):
        """Most are variables with a prefix."""
        return [
            f"{prefix}_{arg.label}"
            if type(arg) is Var and arg.prefix
            else codegen.Adjoint.format_args(adj, prefix, (arg,))[0]
            for arg in args
        ]

    @staticmethod
    def type_contains_native_value(var_type):
        """There are none unless some were registered."""
        return bool(warp_types._native_value_types) and codegen.Adjoint.type_contains_native_value(var_type)


def make_func_match_args(stock):
    def func_match_args(func, arg_types, kwarg_types, allow_erasure=False):
        """Reject by the number of arguments before binding them; `bind` would raise."""
        if not kwarg_types and func in _BUILTINS:
            form = _positional_form(func)
            if form is not None and not form[1] <= len(arg_types) <= len(form[0]):
                return False
        return stock(func, arg_types, kwarg_types, allow_erasure)

    return func_match_args
