"""Numerical integration: rules from tables, composite rules, adaptive refinement, rays through fields,
panels.

Free choices: rule, dimension, integrand (sampled, a helper function, interpolated data), change of
variables, stopping, error estimates.
Source: Press et al., "Numerical Recipes", 2007.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.quadrature.fields import ABSORB, DOUBLE
from generation.synthesis.patterns.quadrature.rules import (
    COMPOSITE,
    COMPOSITE_END,
    GAUSS,
    INTEGRANDS,
    LIMITS,
    NAMES,
    ROMBERG,
)
from generation.synthesis.sketches import Sketch

VERBS = ("integrate", "quadrature", "accumulate", "evaluate_integral")

FIELDS = ("finite_element", "signal", "geometry")

_FORMS = Weights({"gauss": 24, "composite": 28, "double": 16, "romberg": 14, "absorb": 18})

TITLES = {
    "gauss": ("gauss_quadrature integrate_gauss", "Gaussian quadrature."),
    "composite": (
        "composite_rule integrate_composite simpson_integrate",
        "Composite quadrature on equal panels.",
    ),
    "double": ("integrate_2d double_integral", "Quadrature in two dimensions."),
    "romberg": ("romberg_integrate romberg", "Romberg integration."),
}

_SCOPE = {
    "lo": "s[n] lower a_limit start_value",
    "hi": "s[n] upper b_limit end_value",
    "amp": "c amplitude a0 strength",
    "rate": "c rate decay_rate lambda0",
    "shift": "c center offset mu",
    "freq": "c frequency wave_number k_wave",
    "points": "s[order] gauss_points abscissae quad_points",
    "weights": "s[order] gauss_weights weights quad_weights",
    "order": "n:order num_points quad_order",
    "steps": "i num_steps num_panels subdivisions",
    "tol": "s tolerance tol abs_error",
    "samples": "s[n,m] samples profile integrand_values",
    "knots": "s[m] knots abscissa grid_points",
    "m": "n:m num_samples num_knots",
    "field": "s[cells] field absorption density_grid",
    "cells": "n:cells num_cells grid_size",
    "dens": "s[n,m] density extinction sigma_t",
    "emit": "s[n,m] emission source_term radiance_in",
    "step": "s step_size ds ray_step",
    "cut": "s cutoff min_transmittance threshold",
    "out": "out s[n] integral result area_out",
    "err_out": "out s[n] error_estimate error_out",
    "trans_out": "out s[n] transmittance opacity_out",
}


def build(b: Builder) -> None:
    b.grid(1)
    form = b.form(_FORMS)
    framing.prologue(b)
    s = Sketch(b, **_SCOPE)
    s.scope["tally"] = lambda e: framing.tally(b, e, "integral", "error_sum", "mass")
    s(INTEGRANDS)
    chosen = s.scope[b.pick(NAMES)]
    second = s.scope[b.pick(NAMES)] if b.chance(0.2) else None
    names = ["amp", "rate", "shift"]

    def f(x):
        value = chosen(x, *s.get(*names))
        return (
            value if second is None else s.combine(b.pick(("add", "mul")), value, second(x, *s.get(*names)))
        )

    s.scope["f"] = f
    if form == "composite":
        rule = b.pick(tuple(COMPOSITE))
        if rule != "sampled":
            s(LIMITS)
        s(COMPOSITE[rule])(COMPOSITE_END)
    elif form == "romberg":
        s(ROMBERG.replace("LEVELS", str(b.integer(3, 8))))
    else:
        s({"gauss": GAUSS, "double": DOUBLE, "absorb": ABSORB}[form])
    s.done()
