"""Operations that nobody would write: they cancel out, repeat themselves, or have a known result.

Only what one node shows is judged; values that arise anew at each reading, such as random draws, are left
alone.
"""

from __future__ import annotations

from collections.abc import Callable

from generation.language.types import STATE, Scalar
from generation.program.nodes import Atomic, Const, Expression, Op, Var

_TWINS = ("sub", "div", "min", "max", "mod", "floordiv", "cross", "bit_xor", "bit_and", "bit_or", "lerp")
_TWINS += ("lt", "gt", "le", "ge", "eq", "ne", "and", "or", "atan2")
_LIMITS = ("min", "max", "clamp")
_ROUNDINGS = ("floor", "ceil", "round", "rint", "trunc")
NONNEGATIVE = ("length", "length_sq", "abs", "sqrt", "exp", "cosh", "step", "norm_l1", "norm_l2", "acos")
UNIT = ("sin", "cos", "tanh", "erf", "sign", "step", "frac")
_KNOWN = ("normalize", "length", "length_sq", "abs", "sign", "floor", "round", "min", "max", "clamp")


def flaw(e: Op) -> str | None:
    """What is wrong with an operation; None where nothing is."""
    for rule in _RULES.get(e.operation, ()):
        found = rule(e)
        if found:
            return found
    return None


def _fresh(e: Expression) -> bool:
    """Whether reading the expression twice may give two values."""
    if type(e) is Atomic or (type(e) is Var and e.type is STATE):
        return True
    return type(e) is Op and any(_fresh(argument) for argument in e.arguments)


def _twins(e: Op) -> str | None:
    one, *others = e.arguments
    if others and others[0] == one and not _fresh(one):
        return "an operation on twice the same value"
    return None


def _terms(e: Expression, sign: int, found: list) -> list:
    if type(e) is Op and e.operation in ("add", "sub") and len(e.arguments) == 2:
        _terms(e.arguments[0], sign, found)
        return _terms(e.arguments[1], sign if e.operation == "add" else -sign, found)
    found.append((sign, e))
    return found


def _cancelling(e: Op) -> str | None:
    if any(type(a) is Op and a.operation in ("add", "sub") for a in e.arguments):
        terms = _terms(e, 1, [])
        if any((-sign, term) in terms and not _fresh(term) for sign, term in terms):
            return "a term that is added and taken away"
    return None


def _double_sign(e: Op) -> str | None:
    last = e.arguments[-1]
    return "a sign before a sign" if type(last) is Op and last.operation == "neg" else None


def _neutral(e: Op) -> str | None:
    """Multiplied by one or nothing, divided by one, plus nothing."""
    for place, argument in enumerate(e.arguments):
        if type(argument) is Const and isinstance(argument.type, Scalar):
            if e.operation == "mul" and argument.value in (0, 1):
                return "a factor without effect"
            if e.operation in ("div", "pow", "floordiv") and place and argument.value == 1:
                return "an operation by one"
            if e.operation in ("add", "sub") and place and not argument.value:
                return "an operation by zero"
    return None


def _repeated(e: Op) -> str | None:
    inner = e.arguments[0]
    if type(inner) is not Op or len(inner.arguments) != len(e.arguments):
        return None
    if e.operation in _ROUNDINGS and inner.operation in _ROUNDINGS:
        return "a rounded number rounded"
    if inner.operation == e.operation and inner.type is e.type:
        if e.operation not in _LIMITS:
            return f"{e.operation} of {e.operation}"
        if all(type(a) is Const for a in (*e.arguments[1:], *inner.arguments[1:])):
            return "a limit on a limit"
    return None


def _needless(e: Op) -> str | None:
    inner = e.arguments[0]
    if type(inner) is Op and inner.operation in NONNEGATIVE and inner.operation != "exp":
        return "the size of a size"
    return None


def _known(e: Op) -> str | None:
    return "an operation on constants" if all(_constant(a) for a in e.arguments) else None


def _constant(e: Expression) -> bool:
    if type(e) is Op and e.operation == "construct":
        return all(_constant(a) for a in e.arguments)
    return type(e) is Const


def _decided(e: Op) -> str | None:
    """A comparison that is always true or never."""
    left, right = e.arguments
    if type(right) is Const and type(left) is Op:
        if left.operation in UNIT and abs(right.value) > 1.0:
            return "a comparison outside the range"
        if left.operation in NONNEGATIVE:
            low = 0.0 if e.operation in ("lt", "ge") else -1e-30
            if right.value <= low and not (e.operation in ("gt", "le") and right.value == 0):
                return "a comparison below the range"
    return "a comparison of constants" if _constant(left) and _constant(right) else None


def _arms(e: Op) -> str | None:
    return "a choice between twice the same" if e.arguments[1] == e.arguments[2] else None


_SAME = """abs neg not floor ceil round rint trunc sign normalize tanh atan asin acos tan degrees radians erf
erfc erfinv sinh cosh step nonzero transpose inverse skew frac invert quat_inverse transform_inverse min max
clamp"""

_RULES: dict[str, tuple[Callable[[Op], str | None], ...]] = {}
for _rule, _names in (
    (_twins, _TWINS),
    (_cancelling, ("add", "sub")),
    (_double_sign, ("sub", "add")),
    (_neutral, ("mul", "div", "pow", "floordiv", "add", "sub")),
    (_repeated, _SAME.split()),
    (_needless, ("abs",)),
    (_known, _KNOWN),
    (_decided, ("lt", "le", "gt", "ge")),
    (_arms, ("where",)),
):
    for _name in _names:
        _RULES[_name] = (*_RULES.get(_name, ()), _rule)
