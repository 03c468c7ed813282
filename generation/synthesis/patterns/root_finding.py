"""Roots of scalar equations, one per thread: Newton, damped Newton, Halley, secant, bisection.

Free choices: the equation (Kepler, radiation balance, Lambert W, cubic, plastic return, implicit step,
catenary, saturation), the method, the derivative by hand or by wp.grad, the start, what happens at failure.
Source: Press et al., "Numerical Recipes", 2007, chapter 9; Danby, "Fundamentals of Mechanics", 1988.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.forms import Family, Form
from generation.synthesis.sketches import Sketch

VERBS = ("solve", "find_root", "newton")
FIELDS = ("fluid", "particles", "learning")

SCOPE = {
    "guess": "s[n] initial_guess x0 start_values",
    "first": "s[n] mean_anomaly coefficients targets load values_a",
    "second": "s[n] eccentricity slopes widths values_b",
    "c": "s stiffness ratio capacity gain",
    "low": "s lower lower_bound bracket_low",
    "high": "s upper upper_bound bracket_high",
    "tol": "s tolerance tol epsilon_root",
    "limit": "i max_iterations num_iterations max_steps",
    "relax": "s relaxation damping under_relaxation",
    "root": "out s[n] roots solution x_out",
    "left": "out s[n] residuals residual_out final_error",
    "failed": "inout i[1] num_failed failures not_converged",
}


class Equation(NamedTuple):
    """`f(x, p, q)` or `f(x, p, q, c)`, its first and second derivative, and a start.

    `names` are those of the arguments in the functions.
    """

    weight: int
    name: str
    names: str
    value: str
    slope: str
    curvature: str
    start: str


_TANH = "tanh(q * x)"
_U = "clamp(x, -4.0, 4.0)"
_EQUATIONS = (
    Equation(
        18,
        "kepler_residual",
        "anom m ecc",
        "x - q * sin(x) - p",
        "1.0 - q * cos(x)",
        "q * sin(x)",
        "p + q * sin(p)",
    ),
    Equation(
        12,
        "radiation_balance",
        "temp flux emissivity h_conv",
        "q * (x * x * x * x) + c * x - p",
        "4.0 * q * x * x * x + c",
        "12.0 * q * x * x",
        "p / safe(c)",
    ),
    Equation(
        10,
        "lambert_residual",
        "w z scale_w",
        "x * exp(x) - p * q",
        "(1.0 + x) * exp(x)",
        "(2.0 + x) * exp(x)",
        "log(1.0 + abs(p))",
    ),
    Equation(
        14,
        "depressed_cubic",
        "t lin rest",
        "x * x * x + p * x + q",
        "3.0 * x * x + p",
        "6.0 * x",
        "-q / safe(p)",
    ),
    Equation(
        12,
        "yield_residual",
        "dg trial hardening shear_mod",
        "p - 3.0 * c * x - q * sqrt(abs(x) + 0.01)",
        "-3.0 * c - 0.5 * q * sign(x) / sqrt(abs(x) + 0.01)",
        "0.25 * q / ((abs(x) + 0.01) * sqrt(abs(x) + 0.01))",
        "p / safe(3.0 * c)",
    ),
    Equation(
        14,
        "implicit_residual",
        "y y_old rate_dt carrying",
        "x - p - q * x * (1.0 - x / safe(c))",
        "1.0 - q * (1.0 - 2.0 * x / safe(c))",
        "2.0 * q / safe(c)",
        "p + q * p",
    ),
    Equation(
        8,
        "catenary_residual",
        "u span sag",
        f"q * cosh({_U}) - p * x",
        f"q * sinh({_U}) - p",
        f"q * cosh({_U})",
        "p / safe(q)",
    ),
    Equation(
        8,
        "saturation_residual",
        "s level steep",
        f"{_TANH} - p",
        f"q * (1.0 - {_TANH} * {_TANH})",
        f"-2.0 * q * q * {_TANH} * (1.0 - {_TANH} * {_TANH})",
        "p / safe(q)",
    ),
)
_WEIGHTS = Weights({equation: equation.weight for equation in _EQUATIONS})

_NEWTON = """
x__xk__root_k = START
for k__it in range(pick(limit, num(8, 10, 16, 20))):
    r__fx__res = residual(x)
    with maybe(0.7):
        if abs(r) < tol:
            break
    slope__fp__dfdx = DERIVATIVE
    if abs(slope) < num(0.000001, 0.00001):
        break
    with either:
        with _(3):
            x = pick(x - r / slope, x - relax * r / slope)
        with _:
            dx__step__delta_x = clamp(r / slope, -relax, relax)
            x -= dx
        with _:
            dx__step__delta_x = -r / slope
            x += dx
            if abs(dx) < tol:
                break
"""
_HALLEY = """
x__xk__root_k = START
for k__it in range(pick(limit, num(4, 6, 8))):
    r__fx__res = residual(x)
    slope__fp__dfdx = DERIVATIVE
    curve__fpp__second = curvature(x)
    denom__bottom = 2.0 * slope * slope - r * curve
    if abs(denom) < num(0.000001, 0.00001):
        break
    x -= 2.0 * r * slope / denom
"""
_SECANT = """
x__x1__xk = START
x0__prev__last_x = x + num(0.1, 0.01)
f0__prev_f__last_r = residual(x0)
for k__it in range(pick(limit, num(10, 16, 24))):
    r__fx__res = residual(x)
    gap__df__change_f = r - f0
    if abs(gap) < num(0.000001, 0.0000001):
        break
    next_x__x2__xn = x - r * (x - x0) / gap
    x0 = x
    f0 = r
    x = next_x
"""
_BISECTION = """
lo__left_x__a_k = pick(low, START - relax)
hi__right_x__b_k = high
f_lo__fa__left_r = residual(lo)
x__mid__xm = 0.5 * (lo + hi)
for k__it in range(pick(limit, num(16, 24, 32))):
    x = pick(0.5 * (lo + hi), lo + 0.5 * (hi - lo))
    r__fx__res = residual(x)
    with maybe(0.5):
        if abs(r) < tol or hi - lo < tol:
            break
    if r * f_lo < 0.0:
        hi = x
    else:
        lo = x
        f_lo = r
"""
_METHODS = Weights({_NEWTON: 60, _HALLEY: 12, _SECANT: 11, _BISECTION: 17})
_AFTER = """
root[i] = pick(x, x, clamp(x, low, high))
with maybe(0.45):
    end__final__rest = residual(x)
    with either:
        with _:
            left[i] = pick(end, abs(end))
        with _:
            if abs(end) > tol:
                atomic_add(failed, 0, 1)
"""


def _solve(b: Builder, s: Sketch) -> str:
    equation = b.weighted(_WEIGHTS)
    method = b.weighted(_METHODS)
    name = equation.name
    called = dict(zip("xpqc", equation.names.split(), strict=False))
    s(f"p__{called['p']} = first[i]\nq__{called['q']} = second[i]")
    _define(s, "residual", name, equation.value, called)
    _define(s, "slope_of", f"d_{name}", equation.slope, called)
    _define(s, "curvature", f"dd_{name}", equation.curvature, called)
    others = list(called)[1:]
    if method in (_NEWTON, _HALLEY) and b.chance(0.45):
        spare = ", ".join(f"by_{other}" for other in others)
        method = method.replace(
            "slope__fp__dfdx = DERIVATIVE",
            f"slope__fp__dfdx, {spare} = grad({name})(x, {', '.join(others)})",
        )
    start = b.pick((equation.start, equation.start, "guess[i]"))
    return method.replace("DERIVATIVE", "slope_of(x)").replace("START", start) + _AFTER


def _define(s: Sketch, short: str, name: str, formula: str, called: dict[str, str]) -> None:
    """A function of what its formula reads, and a way to call it with x alone."""
    read = [key for key in called if re.search(rf"\b{key}\b", formula)]
    words = re.sub(r"\b[xpqc]\b", lambda match: called[match.group()], formula)
    s(f"def {name}({', '.join(called[key] for key in read)}):\n    return {words}")
    s.scope[short] = lambda x: s.scope[name](*[x if key == "x" else s[key] for key in read])


build = Family(SCOPE, Form(1, "solve find_root newton_solve root_of", _solve)).build
