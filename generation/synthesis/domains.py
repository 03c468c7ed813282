"""Values brought into the domain of an operation, the way people do it: clamped, shifted, squared, bounded.

A program is defined by construction where every argument with a domain has passed `guard`. Source for the
idea: YARPGen (Livinskii, Babokin and Regehr, OOPSLA 2020) repairs an expression in place, without a wrapper.
"""

from __future__ import annotations

from collections.abc import Callable

from generation.language.types import BOOL, F16, Scalar, Vector
from generation.program.nodes import Const, Expression, Op
from generation.program.sense import NONNEGATIVE, UNIT
from generation.synthesis.draw import Draw

_NARROW = ("unit", "interior", "surplus")


def guard(draw: Draw, domain: str, e: Expression) -> Expression:
    """`e`, or an expression of it that lies in `domain` (of language.operations.DOMAINS) for every input."""
    type_ = e.type
    if domain == "angle":
        return e
    if domain == "shift":
        return _filled(type_, draw.integer(1, 5))
    if type(e) is Const and type_ is not BOOL:
        return e if domain not in _NARROW else Const(type_, round(e.value % 1.0, 3) or 0.5)
    if domain == "axis":
        return e if _is_unit_vector(e) else Op(type_, "normalize", (e,))
    scalar = type_.dtype if isinstance(type_, Vector) else type_
    constant = type(e) is Op and e.operation == "construct" and all(type(a) is Const for a in e.arguments)
    if isinstance(type_, Vector) and constant:
        return _filled(type_, 2.0 if scalar.kind == "float" else 2)
    if scalar.kind != "float":
        return Op(type_, "max", (e, _filled(type_, 1)))
    if isinstance(type_, Vector):
        return Op(type_, "add", (Op(type_, "abs", (e,)), _filled(type_, 1.0)))
    return _GUARDS[domain](draw, e)


def _filled(type_, value: float) -> Expression:
    """The number, or a vector of it."""
    if isinstance(type_, Vector):
        parts = 1 if type_.length < 5 else type_.length
        return Op(type_, "construct", (Const(type_.dtype, value),) * parts)
    return Const(type_, value)


def storable(draw: Draw, e: Expression, target: Scalar) -> Expression:
    """A float that an integer type can hold; C++ defines no other conversion."""
    type_ = e.type
    if target.bits < 32:
        low = 0 if target.kind == "uint" else -(2 ** (target.bits - 1))
        high = 2 ** (target.bits - (target.kind == "int")) - 1
        if type_ is F16:
            low, high = max(low, -2048), min(high, 2048)
        return Op(type_, "clamp", (e, Const(type_, float(low)), Const(type_, float(high))))
    return _nonnegative(draw, e) if target.kind == "uint" else e


def _is_unit_vector(e: Expression) -> bool:
    if type(e) is not Op or e.operation != "construct":
        return type(e) is Op and e.operation == "normalize"
    return all(type(a) is Const for a in e.arguments) and sum(a.value**2 for a in e.arguments) == 1.0


def _is_nonnegative(e: Expression) -> bool:
    return type(e) is Op and e.operation in NONNEGATIVE


def _nonnegative(draw: Draw, e: Expression) -> Expression:
    if _is_nonnegative(e):
        return e
    return Op(e.type, "abs", (e,)) if draw.chance(0.5) else Op(e.type, "max", (e, Const(e.type, 0.0)))


def _unit(draw: Draw, e: Expression) -> Expression:
    if type(e) is Op and e.operation in UNIT:
        return e
    form = draw.pick(("clamp", "clamp", "sin", "tanh"))
    if form != "clamp":
        return Op(e.type, form, (e,))
    return Op(e.type, "clamp", (e, Const(e.type, draw.pick((0.0, -1.0))), Const(e.type, 1.0)))


def _bounded(draw: Draw, e: Expression) -> Expression:
    """Small enough above for an exponential to stay finite in half precision."""
    type_ = e.type
    if type(e) is Op and e.operation in UNIT:
        return e
    limit = draw.pick((1.0, 2.0, 3.0, 4.0))
    form = draw.pick(("clamp", "decay", "square", "sin", "min"))
    if form == "clamp":
        return Op(type_, "clamp", (e, Const(type_, -limit), Const(type_, limit)))
    if form == "decay":
        return Op(type_, "neg", (Op(type_, "abs", (e,)),))
    if form == "square":
        return Op(type_, "neg", (Op(type_, "mul", (e, e)),))
    return Op(type_, "sin", (e,)) if form == "sin" else Op(type_, "min", (e, Const(type_, limit)))


def _positive(draw: Draw, e: Expression) -> Expression:
    type_ = e.type
    tiny = Const(type_, 1e-3 if type_ is F16 else draw.pick((1e-6, 1e-3, 1e-4, 1e-8)))
    size = e if _is_nonnegative(e) else Op(type_, "abs", (e,))
    form = draw.pick(("add", "one", "max", "square"))
    if form == "add":
        return Op(type_, "add", (size, tiny))
    if form == "max":
        return Op(type_, "max", (size, tiny))
    if form == "square" and type(e) is not Op:
        return Op(type_, "add", (Op(type_, "mul", (e, e)), Const(type_, draw.number())))
    return Op(type_, "add", (Const(type_, 1.0), size))


def _interior(draw: Draw, e: Expression) -> Expression:
    """Between -1 and 1, both excluded."""
    limit = draw.pick((0.9, 0.95, 0.99))
    return Op(e.type, "clamp", (e, Const(e.type, -limit), Const(e.type, limit)))


def _surplus(draw: Draw, e: Expression) -> Expression:
    """Between 0 and 2, both excluded."""
    return Op(e.type, "clamp", (e, Const(e.type, 0.1), Const(e.type, draw.pick((1.5, 1.9)))))


_GUARDS: dict[str, Callable[[Draw, Expression], Expression]] = {
    "nonnegative": _nonnegative,
    "unit": _unit,
    "interior": _interior,
    "surplus": _surplus,
    "bounded": _bounded,
    "positive": _positive,
    "nonzero": _positive,
}
