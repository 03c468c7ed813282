"""One value as another type: literals, single operations, and chains of them."""

from __future__ import annotations

from functools import cache

from generation.language.operations import OPERATIONS, Overload, overload_of, producers
from generation.language.types import (
    BOOL,
    F16,
    I32,
    Matrix,
    Quaternion,
    Scalar,
    Transform,
    Type,
    Vector,
    quaternion,
    scalar_of,
    vector,
)
from generation.program.nodes import Choice, Component, Const, Expression, Field, Op
from generation.program.sense import NONNEGATIVE, UNIT, flaw
from generation.synthesis.domains import guard, storable
from generation.synthesis.draw import Draw, Weights
from generation.synthesis.terms import number

_BIT = {name: 1 << position for position, name in enumerate(OPERATIONS)}
_ALWAYS = ("add", "sub", "mul", "lt", "gt", "and", "or", "dot", "convert", "construct")
_ESSENTIAL = sum(_BIT[name] for name in _ALWAYS)
_LETTERS = "xyzw"
_PLAIN = (0.5, 1.0, 2.0, 0.1, 0.25, 0.01, 0.2, 3.0)
_OPPOSITE = {"add": "sub", "sub": "add"}


@cache
def _conversions(source: Type, target: Type) -> Weights | None:
    """One-argument overloads that lead from one type to another."""
    found = {
        overload: OPERATIONS[overload.operation].weight
        for overload in producers(target)
        if overload.arguments == (source,) and OPERATIONS[overload.operation].weight
    }
    return Weights(found) if found else None


class Routes(Draw):
    """Draws single steps; each program only uses the operations its feature mask allows (swarm testing).

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
            return self.direction(type_)
        return Const(type_, 1)

    def axis(self, type_: Vector) -> Expression:
        """A unit vector along one axis."""
        along = self.integer(0, type_.length - 1)
        return Op(
            type_, "construct", tuple([Const(type_.dtype, float(k == along)) for k in range(type_.length)])
        )

    def direction(self, type_: Vector) -> Expression:
        """A constant vector: an axis, or equal components."""
        scalar, n = type_.dtype, type_.length
        form = self.random()
        if scalar.kind != "float":
            numbers: list = [self.integer(1, 4)] * n if form < 0.4 else [self.integer(1, 4) for _ in range(n)]
        elif form < 0.5 and n < 4:
            return self.axis(type_)
        else:
            numbers = [self.pick(_PLAIN)] * n
        return Op(type_, "construct", tuple([Const(scalar, number) for number in numbers]))

    # ------------------------------------------------------------ operations

    def guard(self, domain: str, e: Expression) -> Expression:
        """The expression brought into the domain of the operation it is meant for."""
        return guard(self, domain, e)

    def apply(self, overload: Overload, arguments) -> Expression:
        guarded = [self.guard(d, a) if d else a for d, a in zip(overload.domains, arguments, strict=True)]
        made = Op(overload.result, overload.operation, tuple(guarded))
        return made if flaw(made) is None else self.repaired(made)

    def repaired(self, e: Op) -> Expression:
        """An operation that makes sense in place of one that does not."""
        first, *others = e.arguments
        last = e.arguments[-1]
        if e.operation in _OPPOSITE and type(last) is Op and last.operation == "neg":
            changed = Op(e.type, _OPPOSITE[e.operation], (first, *last.arguments))
            if flaw(changed) is None:
                return changed
        if not others and type(first) is Op and first.operation == "normalize":
            return first if e.type is first.type else Op(e.type, e.operation, first.arguments)
        for _ in range(3 if others and type(first) is not Const else 0):
            changed = Op(e.type, e.operation, (*e.arguments[:-1], self.literal(last.type)))
            if flaw(changed) is None:
                return changed
        kept = [argument for argument in e.arguments if argument.type is e.type]
        return min(kept, key=lambda argument: type(argument) is Const, default=e)

    # ------------------------------------------------------------ routes

    def route(self, e: Expression, target: Type) -> Expression:
        """One value as another type."""
        source = e.type
        if source is target:
            return e
        if source is BOOL:
            values = self.literal(target), self.literal(target)
            if values[0] == values[1]:
                values = values[0], number(target, 0) if isinstance(target, Scalar) else Const(target, 0)
            if self.chance(0.5) and overload_of("where", (BOOL, target, target), target):
                return Op(target, "where", (e, *values))
            return Choice(target, e, *values)
        wanted, own = scalar_of(target), scalar_of(source)
        if wanted is BOOL:
            return self.compare(self.route(e, own))
        if own is not wanted:
            amount = self.route(e, own)
            if own.kind == "float" and wanted.kind in ("int", "uint"):
                amount = storable(self, amount, wanted)
            return self.route(Op(wanted, "convert", (amount,)), target)
        weights = _conversions(source, target)
        if weights and self.chance(0.75):
            overload = self.weighted(weights)
            if self.allows(overload.operation) or not isinstance(target, Scalar):
                return self.apply(overload, (e,))
        if isinstance(target, Scalar):
            return self.scalar(e)
        if isinstance(target, Vector):
            return self.vector(e, target)
        amount = self.route(e, wanted)
        if isinstance(target, Matrix):
            if self.chance(0.5):
                return Op(target, "mul", (amount, Const(target, 1)))
            return Op(target, "diag", (self.vector(amount, vector(target.rows, wanted)),))
        if isinstance(target, Transform):
            position = self.vector(amount, vector(3, wanted))
            return Op(target, "construct", (position, Const(quaternion(wanted), 1)))
        return Op(target, "quat_from_axis_angle", (self.axis(vector(3, wanted)), amount))

    def scalar(self, e: Expression) -> Expression:
        """A number out of a vector, matrix or quaternion."""
        type_ = e.type
        s = type_.dtype
        if isinstance(type_, Vector):
            k = self.integer(0, type_.length - 1)
            if k < 4 and self.chance(0.5):
                return Field(s, e, _LETTERS[k])
            return Component(s, e, (Const(I32, k),))
        if isinstance(type_, Matrix):
            if self.chance(0.5):
                return Op(s, "trace", (e,))
            place = [Const(I32, self.integer(0, size - 1)) for size in (type_.rows, type_.cols)]
            return Component(s, e, tuple(place))
        return Component(s, e, (Const(I32, self.integer(0, 6 if isinstance(type_, Transform) else 3)),))

    def vector(self, e: Expression, target: Vector) -> Expression:
        """A vector out of anything else."""
        source = e.type
        if isinstance(source, Matrix) and source.rows == target.length:
            return Op(target, "matmul", (e, self.literal(target)))
        if isinstance(source, Quaternion) and target.length == 3:
            return Op(target, "quat_rotate", (e, self.literal(target)))
        if isinstance(source, Transform):
            head = "transform_point" if self.chance(0.5) else "transform_vector"
            three = Op(vector(3, source.dtype), head, (e, self.literal(vector(3, source.dtype))))
            return self.route(three, target)
        if isinstance(source, Vector):
            short = min(source.length, target.length)
            parts = [self.part(e, k) for k in range(short)]
            parts += [self.literal(target.dtype) for _ in range(target.length - short)]
            return Op(target, "construct", tuple(parts))
        number = self.route(e, target.dtype)
        return Op(target, "mul", (number, self.literal(target)))

    def part(self, e: Expression, k: int) -> Expression:
        """A component of a vector, by letter where it has one."""
        return Field(e.type.dtype, e, _LETTERS[k]) if k < 4 else Component(e.type.dtype, e, (Const(I32, k),))

    # ------------------------------------------------------------ comparisons

    def compare(self, e: Expression, threshold: Expression | None = None) -> Expression:
        """A comparison of a number with a threshold or a literal; now and then its own truth."""
        real = e.type.kind == "float"  # and hardly ever zero, so its truth tells little
        if threshold is None and e.type is not F16 and self.chance(0.003 if real else 0.03):
            return Op(BOOL, "convert", (e,))
        names = ("lt", "gt", "le", "ge") if real else ("lt", "gt", "eq", "ne", "ge")
        if threshold is None:
            inner = e.operation if type(e) is Op else ""
            threshold = Const(e.type, self.threshold(e.type))
            if inner in UNIT and real:
                threshold = Const(e.type, self.pick((0.0, 0.5, 0.2, 0.9)))
            if inner in NONNEGATIVE and not threshold.value:
                threshold = self.literal(e.type)
        return Op(BOOL, self.pick(names), (e, threshold))

    def threshold(self, type_: Scalar) -> float | int:
        """A number to compare with; zero more often than any other."""
        if type_.kind != "float":
            return self.integer(0, 4)
        return 0.0 if self.chance(0.4) else 1.0 if self.chance(0.15) else self.number()
