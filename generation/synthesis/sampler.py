"""Typed sampling of expressions: given values and a wanted type, an expression that uses every one of them.

Two moves suffice: `route` turns one value into another type by a single fitting operation, `mix` splits the
values over the arguments of an operation. Both only combine overloads of `language.operations`, and every
argument with a domain passes a guard, so what comes out is typed and defined by construction.
"""

from __future__ import annotations

from functools import cache

from generation.language.operations import OPERATIONS, Overload, producers
from generation.language.types import BOOL, Matrix, Quaternion, Transform, Type, scalar_of
from generation.program.nodes import Expression, Op
from generation.synthesis.draw import Weights
from generation.synthesis.routes import Routes

_CRAMPED = ("exp", "sinh", "cosh", "pow", "tan", "inverse", "erfc")  # grow fast: once per program


class _Forms:
    """The overloads that make a type, sorted by what they need."""

    def __init__(self, target: Type):
        unary: dict[Overload, float] = {}
        self.binary: dict[Overload, float] = {}
        for overload in producers(target):
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


class Sampler(Routes):
    """Draws whole expressions."""

    cramped = False

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
        overload = self.allowed(weights, 4) or self.weighted(weights)
        hands = self.deal(values, overload)
        parts = [self.mix(t, hand, polish * 0.6) for t, hand in zip(overload.arguments, hands, strict=True)]
        return self.apply(overload, parts)

    def allowed(self, weights: Weights, tries: int) -> Overload | None:
        """A drawn overload that the program's features allow; those that grow fast only once."""
        for _ in range(tries):
            overload = self.weighted(weights)
            cramped = overload.operation in _CRAMPED
            if self.allows(overload.operation) and not (cramped and self.cramped):
                self.cramped |= cramped
                return overload
        return None

    def deal(self, values, overload: Overload) -> list[list]:
        """Values to arguments: each where its type fits, else anywhere; literals only fill domains."""
        hands: list[list] = [[] for _ in overload.arguments]
        open_ = [i for i, domain in enumerate(overload.domains) if domain != "shift"]
        for value in self.shuffled(values):
            fits = [i for i in open_ if overload.arguments[i] is value.type] or open_
            empty = [i for i in fits if not hands[i]]
            hands[self.pick(empty or fits)].append(value)
        if len(hands) == 2 and not hands[0]:
            # An operation on a literal says little: let the values lead.
            if overload.arguments[0] is overload.arguments[1]:
                hands.reverse()
            elif len(hands[1]) > 1:
                hands[0].append(hands[1].pop())
        return hands

    def polish(self, e: Expression, probability: float) -> Expression:
        """Sometimes one more operation on a value, alone or with a literal."""
        if not self.chance(probability):
            return e
        forms = _forms(e.type)
        if forms.unary and self.chance(0.5):
            overload = self.allowed(forms.unary, 3)
            if overload:
                return self.apply(overload, (e,))
        weights = forms.fitting(frozenset((e.type,)))
        overload = self.allowed(weights, 1) if weights else None
        if overload is None or len(overload.arguments) != 2:
            return e
        if overload.arguments[0] is not e.type:
            return self.apply(overload, (self.literal(overload.arguments[0]), e))
        if isinstance(overload.arguments[1], Matrix | Quaternion | Transform):
            return e
        return self.apply(overload, (e, self.literal(overload.arguments[1])))

    # ------------------------------------------------------------ conditions

    def condition(self, values) -> Expression:
        """A truth value that depends on each of `values`."""
        flags = [v for v in values if v.type is BOOL]
        rest = [v for v in values if v.type is not BOOL]
        terms = [v if self.chance(0.7) else Op(BOOL, "not", (v,)) for v in flags]
        if rest:
            world = scalar_of(rest[0].type)
            if len(rest) == 1:
                terms.append(self.compare(self.route(rest[0], world)))
            else:
                left, right = self.split(rest, 2)
                if self.chance(0.6):
                    terms.append(self.compare(self.mix(world, left, 0.1), self.mix(world, right, 0.1)))
                else:
                    terms += [self.compare(self.mix(world, part, 0.1)) for part in (left, right)]
        result = terms[0]
        for term in terms[1:]:
            result = Op(BOOL, self.pick(("and", "and", "or")), (result, term))
        return result
