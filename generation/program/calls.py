"""The checker's rules for calls: which overload is meant, what it writes, derivatives, generic numbers."""

from __future__ import annotations

from typing import NamedTuple

from generation.errors import CheckError
from generation.language.operations import overload_of
from generation.language.types import F32, I32, Array, Scalar, is_value, scalar_of, tuple_of
from generation.program import bounds
from generation.program.dependence import Dependence, Ownership
from generation.program.nodes import (
    Adjoint,
    Alike,
    Call,
    Const,
    Expression,
    Function,
    Gradient,
    Load,
    Param,
    Var,
)
from generation.program.rewriting import rewrite


class Effect(NamedTuple):
    """What a function does to an element of an array: loads, stores or atomics."""

    kind: str
    load: Load


class Known(NamedTuple):
    """A function that has passed, and what a call of it does."""

    function: Function
    effects: tuple[Effect, ...]
    unique: frozenset[str]
    differentiates: bool


class CallRules:
    """`functions` holds the overloads of every name; `effects` what the body at hand does to its arrays."""

    functions: dict[str, list[Known]]
    params: dict[str, Param]
    flow: Dependence
    owner: Ownership
    used: set[str]
    effects: list[Effect]
    differentiates: bool
    gradient: bool  # whether this is the body of a custom gradient

    def overload(self, e: Call | Gradient) -> tuple[Known, dict[str, Expression]]:
        """The function that is called, and its arguments by the names of its parameters."""
        if e.function not in self.functions:
            raise CheckError(f"{e.function} is not defined before its use", e)
        self.used.add(e.function)
        for argument in e.arguments:
            self.expression(argument)
        keywords = getattr(e, "keywords", ())
        for known in self.functions[e.function]:
            params = known.function.params
            place = len(e.arguments) - len(keywords)
            names = (*[param.name for param in params[:place]], *keywords)
            given = dict(zip(names, e.arguments, strict=False))
            if len(given) != len(e.arguments):
                continue
            missing = [param for param in params if param.name not in given]
            types = {param.name: param.type for param in params}
            if all(p.default is not None for p in missing) and all(
                types.get(name) is argument.type for name, argument in given.items()
            ):
                return known, given
        raise CheckError(f"{e.function} takes other arguments", e)

    def call(self, e: Call):
        known, given = self.overload(e)
        function = known.function
        if function.generic and e.keywords:
            raise CheckError("Warp passes the arguments of a generic function by place alone", e)
        for param in function.params:
            argument = given.get(param.name)
            if isinstance(param.type, Array):
                if type(argument) is not Var or self.params[argument.name].extents != param.extents:
                    raise CheckError(f"{e.function} expects an array of other extents", e)
            elif argument is None or not param.span:
                continue
            elif not bounds.inside(self.span(argument), param.span.low, param.span.high):
                raise CheckError(f"{e.function} expects {param.name} in another range", e)
        for effect in known.effects:
            self.happens(effect, known, given, e)
        if any(effect.kind != "loads" for effect in known.effects):
            self.flow.output(set(self.flow.reads), e)
        return function.results[0] if len(function.results) == 1 else tuple_of(function.results)

    def happens(self, effect: Effect, known: Known, given: dict[str, Expression], e: Call) -> None:
        """What a function does to an array, in terms of its caller."""
        slots = {name: f"{known.function.name}.{name}" for name in known.unique}
        self.owner.unique |= set(slots.values())

        def outside(node):
            if type(node) is not Var:
                return node
            return given.get(node.name) or Var(node.type, slots.get(node.name, ""))

        load = rewrite(effect.load, outside)
        name = load.array.name
        if effect.kind == "loads":
            if self.params[name].role == "out":
                raise CheckError(f"{name} is an output and holds nothing to read", e)
        else:
            self.written(load, e)
        self.effects.append(Effect(effect.kind, load))
        if effect.kind == "atomics":
            self.owner.atomics.add(name)
        else:
            accesses = getattr(self.owner, effect.kind)
            accesses.setdefault(name, []).append((self.owner.pattern(load.indices), e))

    def derivative(self, e: Gradient):
        """The derivatives by all arguments, each of the type of its argument."""
        known, given = self.overload(e)
        function = known.function
        types = tuple([param.type for param in function.params])
        if len(given) != len(types) or not all(is_value(t) and _is_smooth(t) for t in types):
            raise CheckError("a derivative is taken by numbers of a floating-point type", e)
        result = function.results[0] if len(function.results) == 1 else None
        if not isinstance(result, Scalar) or result.kind != "float" or known.differentiates:
            raise CheckError("only a function with one number as its result has a derivative", e)
        if function.annotated and result is F32:
            # Warp 1.19 writes float(1) for it, which its own C++ does not accept.
            raise CheckError(f"the result of {e.function} is annotated and differentiated", e)
        self.differentiates = True
        return types[0] if len(types) == 1 else tuple_of(types)

    def alike(self, e: Alike):
        type_ = self.expression(e.like)
        own = type_.dtype if isinstance(type_, Array) else scalar_of(type_)
        value = e.value.type if type(e.value) is Const else self.expression(e.value)
        if own is not e.type or not (value is own or overload_of("convert", (value,), own)):
            raise CheckError("a number of another type than the one named", e)
        return e.type

    def adjoint(self, e: Adjoint):
        if not self.gradient or e.variable.name not in self.params or e.variable.type is I32:
            raise CheckError("only a custom gradient adds to the adjoints of its parameters", e)
        return self.expression(e.variable)


def _is_smooth(type_) -> bool:
    scalar = scalar_of(type_)
    return scalar is not None and scalar.kind == "float"
