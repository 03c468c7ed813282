"""The checker's rules for calls: which overload is meant, what it writes, derivatives, generic numbers."""

from __future__ import annotations

from typing import NamedTuple

from generation.errors import CheckError
from generation.language.operations import overload_of
from generation.language.types import F32, I32, Array, Scalar, is_value, scalar_of, tuple_of
from generation.program import bounds
from generation.program.bounds import UNKNOWN, Ends
from generation.program.declarations import Function, Param
from generation.program.dependence import Dependence, Ownership
from generation.program.nodes import Adjoint, Alike, Bound, Call, Const, Expression, Gradient, Span
from generation.program.storage import Effect, Place, path_of

Sizes = dict[str, Bound]  # the sizes that a function's parameters name -> what they are at a call


class Known(NamedTuple):
    """A function that has passed, and what a call of it does."""

    function: Function
    effects: tuple[Effect, ...]
    unique: dict[str, int]
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
        sizes: Sizes = {}
        for param in function.params:
            if isinstance(param.type, Array):
                self.match(param, self.place(given[param.name]), sizes, e)
            for inner in param.held:
                if isinstance(inner.type, Array):
                    self.match(inner, self.inside(given[param.name], inner.name, e), sizes, e)
        for param in function.params:
            if param.name not in given or isinstance(param.type, Array):
                continue
            known_spans = [(param.span, self.span(given[param.name]))] if param.span else []
            path = path_of(given[param.name])
            held = [inner for inner in param.held if inner.span and not isinstance(inner.type, Array)]
            known_spans += [(p.span, self.spans.get(f"{path}.{p.name}", UNKNOWN)) for p in held]
            for promised, actual in known_spans:
                if not bounds.inside(actual, *instance(promised, sizes)):
                    raise CheckError(f"{e.function} expects {param.name} in another range", e)
        reads = set(self.flow.reads)
        for effect in known.effects:
            self.happens(effect, known, given, reads, e)
        return function.results[0] if len(function.results) == 1 else tuple_of(function.results)

    def inside(self, struct: Expression, name: str, e: Call) -> Place:
        """An array that a struct holds."""
        place = self.arrays.get(f"{path_of(struct)}.{name}")
        if place is None:
            raise CheckError(f"{e.function} expects a struct whose arrays are known", e)
        return place

    def match(self, param: Param, place: Place, sizes: Sizes, e: Call) -> None:
        """An array must be what the function was promised, with sizes of its own."""
        for formal, actual in zip(param.extents, place.extents, strict=True):
            size = bounds.shift(actual, -formal.offset)
            known = sizes.setdefault(formal.size, size) if formal.size else bounds.ZERO
            if known != size or (formal.size and not bounds.at_most(bounds.ONE, size)):
                raise CheckError(f"{e.function} expects an array of other extents", e)
        span, promised = bounds.ends(place.span), instance(param.span, sizes)
        if param.span and not bounds.inside(span, *promised):
            raise CheckError(f"{e.function} expects other numbers in {param.name}", e)
        if place.span and param.role != "in" and not (param.span and bounds.inside(promised, *span)):
            raise CheckError(f"{e.function} may write other numbers to {place.root}", e)

    def happens(self, effect: Effect, known: Known, given: dict[str, Expression], reads, e: Call) -> None:
        """What a function does to an array, in terms of its caller."""

        def owner(inner: tuple[str, int, int] | None) -> tuple[str, int, int] | None:
            if inner is None:
                return None
            name, scale, offset = inner
            if name in known.unique:
                slot = f"{known.function.name}.{name}"
                self.owner.unique[slot] = known.unique[name]
                return slot, scale, offset
            outer = self.owner.owner(given[name]) if name in given else None
            return outer and self.owner.within(outer[0], scale * outer[1], scale * outer[2] + offset)

        name, _, inner = effect.root.partition(".")
        place = self.inside(given[name], inner, e) if inner else self.place(given[name])
        pattern = self.filled(place, map(owner, effect.pattern))
        if effect.kind == "loads":
            self.read(place, pattern, e)
            return
        self.writable(place, e)
        self.access(effect.kind, place, pattern, e)
        if place.role == "own":
            self.flow.update(place.root, reads)
        else:
            self.flow.output(reads, e)

    def derivative(self, e: Gradient):
        """The derivatives by all arguments, each of the type of its argument."""
        known, given = self.overload(e)
        function = known.function
        types = tuple([param.type for param in function.params])
        if len(given) != len(types) or not all(is_value(t) and _is_smooth(t) for t in types):
            raise CheckError("a derivative is taken by numbers of a floating-point type", e)
        result = function.results[0] if len(function.results) == 1 else None
        if (
            function.generic
            or not isinstance(result, Scalar)
            or result.kind != "float"
            or known.differentiates
        ):
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


def instance(span: Span | None, sizes: Sizes) -> Ends:
    """A span with the sizes of a call."""

    def end(bound: Bound | None) -> Bound | None:
        known = sizes.get(bound.size) if bound else None
        return bounds.shift(known, bound.offset) if known else bound

    return UNKNOWN if span is None else (end(span.low), end(span.high))


def _is_smooth(type_) -> bool:
    scalar = scalar_of(type_)
    return scalar is not None and scalar.kind == "float"
