"""Typed sampling of expressions: given values and a wanted type, an expression that uses every one of them.

Two moves suffice: `route` turns one value into another type by a single fitting operation, `mix` splits the
values over the arguments of an operation. Both only combine overloads of `language.operations`, and every
argument with a domain passes a guard, so what comes out is typed and defined by construction.
"""

from __future__ import annotations

from functools import cache

from generation.language.operations import OPERATIONS, PRODUCERS, Overload
from generation.language.types import (
    BOOL,
    F16,
    I32,
    Matrix,
    Quaternion,
    Scalar,
    Type,
    Vector,
    scalar_of,
    vector,
)
from generation.program.nodes import Choice, Component, Const, Expression, Field, Op
from generation.synthesis.draw import Draw, Weights

_BIT = {name: 1 << position for position, name in enumerate(OPERATIONS)}
_ALWAYS = ("add", "sub", "mul", "lt", "gt", "and", "or", "dot", "convert", "construct")
_ESSENTIAL = sum(_BIT[name] for name in _ALWAYS)
_LETTERS = "xyzw"
_NONNEGATIVE = ("length", "length_sq", "abs", "sqrt", "exp", "cosh", "step")
_SELF_CANCELLING = (
    "sub",
    "div",
    "min",
    "max",
    "mod",
    "floordiv",
    "bit_xor",
    "bit_and",
    "bit_or",
    "lt",
    "gt",
    "le",
    "ge",
    "eq",
    "ne",
    "and",
    "or",
    "cross",
)
_CRAMPED = ("exp", "sinh", "cosh", "pow", "tan", "inverse", "erfc")  # rarely twice in one expression


class _Forms:
    """The overloads that make a type, sorted by what they need."""

    def __init__(self, target: Type):
        unary: dict[Overload, float] = {}
        self.binary: dict[Overload, float] = {}
        for overload in PRODUCERS.get(target, ()):
            operation = OPERATIONS[overload.operation]
            if operation.form == "constructor" or not operation.weight:
                continue
            if len(overload.arguments) == 1 and overload.arguments[0] is target:
                unary[overload] = operation.weight
            elif len(overload.arguments) == 2 or (
                len(overload.arguments) == 3 and BOOL not in overload.arguments
            ):
                self.binary[overload] = operation.weight
        self.unary = Weights(unary) if unary else None

    @cache  # noqa: B019 - one instance per type, kept for the life of the process
    def fitting(self, available: frozenset[Type]) -> Weights | None:
        """Overloads of several arguments, likelier the better their arguments fit the values at hand."""
        scored = {}
        for overload, weight in self.binary.items():
            hits = sum(argument in available for argument in overload.arguments)
            if hits:
                scored[overload] = weight * (1 if hits < len(overload.arguments) else 4)
        return Weights(scored) if scored else None


_forms = cache(_Forms)


@cache
def _conversions(source: Type, target: Type) -> Weights | None:
    """One-argument overloads that lead from one type to another."""
    found = {
        overload: OPERATIONS[overload.operation].weight
        for overload in PRODUCERS.get(target, ())
        if overload.arguments == (source,) and OPERATIONS[overload.operation].weight
    }
    return Weights(found) if found else None


class Sampler(Draw):
    """Draws expressions; each program only uses the operations its feature mask allows (swarm testing).

    Source: Groce et al., "Swarm Testing", ISSTA 2012.
    """

    def __init__(self, seed: int, index: int, *stage: int | str):
        super().__init__(seed, index, *stage)
        size = len(OPERATIONS)
        richness = self.random()
        mask = self.bits(size)
        if richness < 0.3:
            mask &= self.bits(size)
        elif richness > 0.6:
            mask |= self.bits(size)
        self.features = mask | _ESSENTIAL
        self.cramped = False

    def allows(self, operation: str) -> bool:
        return bool(self.features & _BIT[operation])

    # ------------------------------------------------------------ literals

    def literal(self, type_: Type) -> Expression:
        """A constant that changes what it is combined with."""
        if isinstance(type_, Scalar):
            if type_.kind == "float":
                return Const(type_, self.number())
            return Const(type_, self.chance(0.5) if type_ is BOOL else self.integer(1, 7))
        if isinstance(type_, Vector):
            whole = type_.dtype.kind != "float"
            if self.chance(0.3) and not whole:
                axis = self.integer(0, type_.length - 1)
                numbers = [1.0 if i == axis else 0.0 for i in range(type_.length)]
            else:
                numbers = [self.integer(1, 4) if whole else self.number() for _ in range(type_.length)]
            return Op(type_, "construct", tuple([Const(type_.dtype, number) for number in numbers]))
        return Const(type_, 1)

    # ------------------------------------------------------------ guards

    def guard(self, domain: str, e: Expression) -> Expression:
        """The expression brought into the domain, the way people do it."""
        type_ = e.type
        if domain == "angle":
            return e
        if type(e) is Const and domain != "shift" and type_ is not BOOL:
            return e if domain != "unit" else Const(type_, round(e.value % 1.0, 3) or 0.5)
        if domain == "shift":
            return Const(type_, self.integer(1, 5))
        if isinstance(type_, Vector):
            ones = Op(type_, "construct", (Const(type_.dtype, 1.0),) * type_.length)
            return Op(type_, "add", (Op(type_, "abs", (e,)), ones))
        if type_.kind != "float":
            return Op(type_, "max", (e, Const(type_, 1)))
        number = Const(type_, self.number())
        if domain == "nonnegative":
            if type(e) is Op and e.operation in _NONNEGATIVE:
                return e
            return self.pick((Op(type_, "abs", (e,)), Op(type_, "max", (e, Const(type_, 0.0)))))
        if domain == "unit":
            low = self.pick((0.0, -1.0))
            bound = Op(type_, "clamp", (e, Const(type_, low), Const(type_, 1.0)))
            return self.pick((bound, bound, Op(type_, "sin", (e,)), Op(type_, "tanh", (e,))))
        if domain == "bounded":
            limit = self.pick((1.0, 2.0, 3.0, 4.0))
            forms = (
                Op(type_, "neg", (Op(type_, "abs", (e,)),)),
                Op(type_, "clamp", (e, Const(type_, -limit), Const(type_, limit))),
                Op(type_, "neg", (Op(type_, "mul", (e, e)),)),
                Op(type_, "sin", (e,)),
                Op(type_, "min", (e, Const(type_, limit))),
            )
            return self.pick(forms)
        tiny = Const(type_, 1e-3 if type_ is F16 else self.pick((1e-6, 1e-3, 1e-4, 1e-8)))
        positive = e if type(e) is Op and e.operation in _NONNEGATIVE else Op(type_, "abs", (e,))
        forms = (
            Op(type_, "add", (positive, tiny)),
            Op(type_, "add", (Const(type_, 1.0), positive)),
            Op(type_, "max", (positive, tiny)),
            Op(type_, "add", (Op(type_, "mul", (e, e)), number))
            if len(e) < 3
            else Op(type_, "add", (positive, number)),
        )
        return self.pick(forms)

    def apply(self, overload: Overload, arguments) -> Expression:
        if overload.operation in _SELF_CANCELLING and len(arguments) == 2 and arguments[0] == arguments[1]:
            arguments = [arguments[0], self.literal(arguments[1].type)]
        guarded = [self.guard(d, a) if d else a for d, a in zip(overload.domains, arguments, strict=True)]
        if (
            overload.operation in ("length", "normalize")
            and type(guarded[0]) is Op
            and guarded[0].operation == "normalize"
        ):
            return (
                guarded[0]
                if overload.operation == "normalize"
                else Op(overload.result, "length", (guarded[0].arguments[0],))
            )
        return Op(overload.result, overload.operation, tuple(guarded))

    # ------------------------------------------------------------ routes

    def route(self, e: Expression, target: Type) -> Expression:
        """One value as another type."""
        source = e.type
        if source is target:
            return e
        if source is BOOL:
            return (
                Choice(target, e, self.literal(target), self.literal(target))
                if self.chance(0.5)
                else Op(target, "where", (e, self.literal(target), self.literal(target)))
                if _has_where(target)
                else Choice(target, e, self.literal(target), self.literal(target))
            )
        wanted, own = scalar_of(target), scalar_of(source)
        if wanted is BOOL:
            return self.compare(self.route(e, own), None)
        if own is not wanted:
            number = self.route(e, own)
            return self.route(Op(wanted, "convert", (number,)), target)
        weights = _conversions(source, target)
        if weights and self.chance(0.75):
            overload = self.weighted(weights)
            if self.allows(overload.operation) or not isinstance(target, Scalar):
                return self.apply(overload, (e,))
        if isinstance(target, Scalar):
            return self.scalar(e)
        if isinstance(target, Vector):
            return self.vector(e, target)
        number = self.route(e, wanted)
        if isinstance(target, Matrix):
            diagonal = vector(target.rows, wanted)
            return self.pick(
                (
                    Op(target, "mul", (number, Const(target, 1))),
                    Op(target, "diag", (self.vector(number, diagonal),)),
                )
            )
        axis = self.route(self.literal(vector(3, wanted)), vector(3, wanted))
        return Op(target, "quat_from_axis_angle", (Op(axis.type, "normalize", (axis,)), number))

    def scalar(self, e: Expression) -> Expression:
        """A number out of a vector, matrix or quaternion."""
        type_ = e.type
        s = type_.dtype
        if isinstance(type_, Vector):
            k = self.integer(0, type_.length - 1)
            if self.chance(0.5):
                return Field(s, e, _LETTERS[k])
            return Component(s, e, (Const(I32, k),))
        if isinstance(type_, Matrix):
            if self.chance(0.5):
                return Op(s, "trace", (e,))
            return Component(
                s,
                e,
                (Const(I32, self.integer(0, type_.rows - 1)), Const(I32, self.integer(0, type_.cols - 1))),
            )
        return Component(s, e, (Const(I32, self.integer(0, 3)),))

    def vector(self, e: Expression, target: Vector) -> Expression:
        """A vector out of anything else."""
        source = e.type
        if isinstance(source, Matrix) and source.rows == target.length:
            return Op(target, "matmul", (e, self.literal(target)))
        if isinstance(source, Quaternion) and target.length == 3:
            return Op(target, "quat_rotate", (e, self.literal(target)))
        if isinstance(source, Vector):
            letters = [_LETTERS[i] if i < source.length else None for i in range(target.length)]
            parts = [Field(target.dtype, e, c) if c else self.literal(target.dtype) for c in letters]
            return Op(target, "construct", tuple(parts))
        number = self.route(e, target.dtype)
        return Op(target, "mul", (number, self.literal(target)))

    # ------------------------------------------------------------ mixing

    def mix(self, target: Type, values, polish: float = 0.35) -> Expression:
        """An expression of type `target` that uses each of `values` once."""
        if not values:
            return self.literal(target)
        if target is BOOL:
            return self.condition(values)
        if len(values) == 1:
            return self.polish(self.route(values[0], target), polish)
        available = frozenset([value.type for value in values])
        weights = _forms(target).fitting(available) or _forms(target).fitting(frozenset((target,)))
        for _ in range(4):
            overload = self.weighted(weights)
            if self.allows(overload.operation) and not (self.cramped and overload.operation in _CRAMPED):
                break
        else:
            overload = self.weighted(weights)
        if overload.operation in _CRAMPED:
            self.cramped = True
        hands = self.deal(values, overload)
        return self.apply(
            overload,
            [self.mix(t, hand, polish * 0.6) for t, hand in zip(overload.arguments, hands, strict=True)],
        )

    def deal(self, values, overload: Overload) -> list[list]:
        """Values to arguments: each where its type fits, else anywhere; literals only fill domains."""
        hands: list[list] = [[] for _ in overload.arguments]
        for value in self.shuffled(values):
            fits = [
                i
                for i, t in enumerate(overload.arguments)
                if t is value.type and overload.domains[i] != "shift"
            ]
            fits = fits or [i for i, domain in enumerate(overload.domains) if domain != "shift"]
            empty = [i for i in fits if not hands[i]]
            hands[self.pick(empty or fits)].append(value)
        if len(hands) == 2 and not hands[0]:
            # an operation on a literal alone says little: let the values lead
            t0, t1 = overload.arguments
            if t0 is t1 or len(hands[1]) > 1:
                if t0 is t1:
                    hands.reverse()
                else:
                    hands[0].append(hands[1].pop())
        return hands

    def polish(self, e: Expression, probability: float) -> Expression:
        """Sometimes one more operation on a value, alone or with a literal."""
        if not self.chance(probability):
            return e
        forms = _forms(e.type)
        if forms.unary and self.chance(0.5):
            for _ in range(3):
                overload = self.weighted(forms.unary)
                if self.allows(overload.operation) and not (self.cramped and overload.operation in _CRAMPED):
                    if overload.operation in _CRAMPED:
                        self.cramped = True
                    return self.apply(overload, (e,))
        weights = forms.fitting(frozenset((e.type,)))
        if weights is None:
            return e
        overload = self.weighted(weights)
        if (
            not self.allows(overload.operation)
            or len(overload.arguments) != 2
            or overload.operation in _CRAMPED
        ):
            return e
        if overload.arguments[0] is not e.type:
            return self.apply(overload, (self.literal(overload.arguments[0]), e))
        if isinstance(overload.arguments[1], Matrix | Quaternion):
            return e
        return self.apply(overload, (e, self.literal(overload.arguments[1])))

    # ------------------------------------------------------------ conditions

    def compare(self, e: Expression, threshold: Expression | None) -> Expression:
        """A comparison of a number with a threshold or a literal."""
        names = ("lt", "gt", "le", "ge") if e.type.kind == "float" else ("lt", "gt", "eq", "ne", "ge")
        return Op(
            BOOL,
            self.pick(names),
            (e, threshold if threshold is not None else Const(e.type, self.threshold(e.type))),
        )

    def threshold(self, type_: Scalar):
        if type_.kind != "float":
            return self.integer(0, 4)
        return 0.0 if self.chance(0.4) else self.number()

    def condition(self, values) -> Expression:
        """A truth value that depends on each of `values`."""
        flags = [v for v in values if v.type is BOOL]
        rest = [v for v in values if v.type is not BOOL]
        terms = [v if self.chance(0.7) else Op(BOOL, "not", (v,)) for v in flags]
        if rest:
            world = scalar_of(rest[0].type)
            if len(rest) == 1:
                terms.append(self.compare(self.route(rest[0], world), None))
            else:
                left, right = self.split(rest, 2)
                if self.chance(0.6):
                    terms.append(self.compare(self.mix(world, left, 0.1), self.mix(world, right, 0.1)))
                else:
                    terms += [self.compare(self.mix(world, part, 0.1), None) for part in (left, right)]
        result = terms[0]
        for term in terms[1:]:
            result = Op(BOOL, self.pick(("and", "and", "or")), (result, term))
        return result


def _has_where(type_: Type) -> bool:
    return isinstance(type_, Scalar) or (isinstance(type_, Vector) and type_.dtype.kind == "float")
