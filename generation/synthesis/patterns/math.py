"""Formulas of analysis and statistics, element by element, composed and with typed values in their places."""

from __future__ import annotations

from generation.program.nodes import Expression
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import number, op, scaled

VERBS = ("evaluate", "map", "compute", "activate", "shape")
_KINDS = Weights({"scalar": 84, "vector": 16})


def build(b: Builder) -> None:
    b.grid()
    pool = phrases.inputs(b, [phrases.kind(b, _KINDS) for _ in range(b.integer(1, 4))])
    for _ in range(b.integer(1, 4)):
        take = b.sample(pool, min(len(pool), b.integer(1, 2)))
        x = b.named(b.mix(b.real, take[:1], 0.2), 0.4)
        formula = b.pick(_FORMULAS)
        if len(take) > 1:
            y = b.mix(b.real, take[1:], 0.2)
        else:
            y = b.literal(b.real) if formula in _OFFSETS and b.chance(0.5) else b.parameter(b.real)
        value = formula(b, x, y)
        pool = [v for v in pool if v not in take] + [b.let(value)]
        if b.chance(0.3):
            pool.append(b.pick(take))
    pool = turns.develop(b, pool, b.integer(0, 2))
    phrases.finish(b, pool, b.pick((1, 1, 2)), b.real)


def _one(e: Expression) -> Expression:
    return number(e.type, 1.0)


def _gaussian(b, x, y):
    """exp(-(x - m)^2 / 2 s^2)"""
    d = b.let(op("sub", x, y), "d", "deviation", "centered")
    return op("exp", op("div", op("mul", scaled(d, -0.5), d), b.guard("positive", b.literal(b.real))))


def _sigmoid(b, x, y):
    """1 / (1 + exp(-y x)), its exponent kept within half precision."""
    exponent = op("clamp", op("mul", y, x), number(b.real, -8.0), number(b.real, 8.0))
    return op("div", _one(x), op("add", _one(x), op("exp", op("neg", exponent))))


def _softplus(b, x, y):
    return op("log", op("add", _one(x), op("exp", op("neg", op("abs", op("sub", x, y))))))


def _gelu(b, x, y):
    """x/2 (1 + tanh(sqrt(2/pi) (x + c x^3))); Hendrycks and Gimpel, 2016."""
    cubic = op("mul", scaled(x, 0.044715), op("mul", x, x))
    inner = scaled(op("add", x, cubic), 0.79788)
    return op("mul", scaled(x, 0.5), op("add", y, op("tanh", inner)))


def _wave(b, x, y):
    """A damped oscillation."""
    shape = op(b.pick(("sin", "cos")), op("add", scaled(x, b.number()), y))
    return op("mul", op("exp", op("neg", op("abs", b.pick((x, y))))), shape)


def _power_law(b, x, y):
    return op("pow", b.guard("positive", x), op("clamp", y, number(b.real, -2.0), number(b.real, 2.0)))


def _polar(b, x, y):
    """Radius times a function of the angle."""
    r = b.let(op("sqrt", op("add", op("mul", x, x), op("mul", y, y))), "r", "radius_value", "rho")
    theta = op("atan2", y, op("add", op("abs", x), number(b.real, 1e-3)))
    theta = b.let(theta, "theta", "azimuth", "phi_angle")
    return op("mul", r, op(b.pick(("sin", "cos")), scaled(theta, b.pick((1.0, 2.0, 3.0)))))


def _smooth_extremum(b, x, y):
    """Polynomial smooth minimum or maximum; Quilez, "Smooth minimum"."""
    k = number(b.real, b.number())
    overlap = op("max", op("sub", k, op("abs", op("sub", x, y))), number(b.real, 0.0))
    h = b.let(overlap, "h", "overlap")
    down = b.chance(0.5)
    base = op("min" if down else "max", x, y)
    return op("sub" if down else "add", base, scaled(op("div", op("mul", h, h), k), 0.25))


def _rational(b, x, y):
    top = op("add", op("mul", x, op("add", x, y)), b.literal(b.real))
    return op("div", top, op("add", _one(x), op("mul", x, x)))


def _entropy(b, x, y):
    """Weighted binary entropy of a probability."""
    p = op("clamp", op("abs", x), number(b.real, 0.001), number(b.real, 0.999))
    p = b.let(p, "p", "prob", "likelihood")
    q = op("sub", _one(x), p)
    return op("neg", op("add", op("mul", p, op("log", p)), op("mul", y, op("mul", q, op("log", q)))))


def _huber(b, x, y):
    """Quadratic near zero, linear beyond; Huber, 1964."""
    d = b.let(op("sub", x, y), "err", "residual", "d")
    width = b.literal(b.real)
    quadratic = op("mul", scaled(d, 0.5), d)
    linear = op("mul", width, op("sub", op("abs", d), scaled(width, 0.5)))
    return op("where", op("le", op("abs", d), width), quadratic, linear)


def _logistic(b, x, y):
    return op("mul", op("mul", y, x), op("sub", _one(x), x))


_OFFSETS = (_gaussian, _softplus, _rational, _huber, _smooth_extremum)  # where y may be a plain number
_FORMULAS = (
    _gaussian,
    _sigmoid,
    _softplus,
    _gelu,
    _wave,
    _power_law,
    _polar,
    _smooth_extremum,
    _rational,
    _entropy,
    _huber,
    _logistic,
)
