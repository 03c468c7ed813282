"""Smoothed particle hydrodynamics: density, pressure, viscosity and surface passes over neighbours.

Free choices: which pass, how neighbours are found (fixed lists, compressed lists, cells of a grid), the
smoothing kernel, the equation of state, symmetric forms, limiters.
Source: Monaghan, "Smoothed Particle Hydrodynamics", 1992; Muller et al., "Particle-Based Fluid Simulation",
2003.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.sph.ends import END
from generation.synthesis.patterns.sph.kernels import BODY, KERNELS, PAIR
from generation.synthesis.patterns.sph.neighbors import NEIGHBORS
from generation.synthesis.sketches import Sketch

_VERBS = {
    "density": ("compute_density", "sph_density", "sum_density"),
    "forces": ("sph_forces", "pressure_force", "compute_acceleration"),
    "xsph": ("smooth_velocity", "xsph", "blend_velocity"),
    "surface": ("surface_tension", "color_gradient", "compute_normals"),
}

VERBS = _VERBS["density"]

FIELDS = ("particles",)

_PASSES = Weights({"density": 30, "forces": 34, "xsph": 16, "surface": 20})

TITLES = {
    "density": (
        "compute_density sph_density",
        "SPH density summation.",
        "Estimate the density at each particle.",
    ),
    "forces": (
        "compute_sph_forces sph_forces compute_acceleration",
        "SPH pressure forces.",
        "Accelerations by SPH.",
    ),
    "xsph": ("xsph smooth_velocity xsph_velocity", "Smooth velocities over neighboring particles."),
    "surface": (
        "surface_tension compute_color_gradient surface_normals",
        "Gradient of the color field of an SPH fluid.",
    ),
}

_LISTS = Weights({"table": 30, "rows": 36, "cells": 24, "all": 10})

_SCOPE = {
    "x": "v[n] x positions pos particle_x",
    "v": "v[n] v velocities vel particle_v",
    "m": "s[n] mass particle_mass m",
    "rho": "s[n] rho densities density",
    "p": "s[n] pressures p pressure_in",
    "table": "i?n[n,width] neighbors neighbor_list nbr_table",
    "num": "i<width[n] num_neighbors neighbor_count",
    "width": "n:width max_neighbors list_width",
    "start": "i<entries[n+1] neighbor_start row_offsets first_neighbor",
    "list": "i>n[entries] neighbor_ids neighbor_indices adjacency",
    "cell_start": "i<entries[cells] cell_start cell_begin",
    "cell_end": "i<entries[cells] cell_end cell_stop",
    "near": "i?cells[n,27] nearby_cells stencil_cells adjacent_cells",
    "count": "n:n num_particles count particle_count",
    "h": "s smoothing_length h support_radius",
    "mass": "c particle_mass mass0 mass",
    "k": "s stiffness gas_constant sound_speed_sq",
    "rho0": "c rest_density rho0 reference_density",
    "visc": "c viscosity mu nu",
    "gamma": "s gamma eos_exponent",
    "dt": "s dt time_step",
    "sigma": "c surface_tension cohesion sigma_s",
    "eps": "s xsph_eps blend velocity_mix",
    "g": "v gravity g body_force",
    "rho_out": "out s[n] rho_out densities_out density_out",
    "p_out": "out s[n] pressure_out p_out",
    "a_out": "out v[n] accel_out a_out dv_dt",
    "f_out": "inout v[n] force f_out forces",
    "v_out": "out v[n] v_out smoothed_velocity velocity_out",
    "n_out": "out v[n] normals_out color_gradient surface_normal",
    "max_a": "s max_accel accel_limit",
}


def build(b: Builder) -> None:
    b.grid(1)
    if b.space.length == 4:
        b.space = b.space3
    form = b.form(_PASSES)
    b.verbs = _VERBS[form]
    framing.prologue(b)
    s = Sketch(b, **_SCOPE)
    s.scope["tally"] = lambda e: framing.tally(b, e, "density_error", "speed", "residual")
    s(KERNELS)
    s.scope["w"] = s.scope[b.pick(("poly6", "cubic_spline", "gaussian", "wendland"))]
    s("xi__pos__pi = x[i]")
    if form in ("forces", "xsph"):
        s("vi__vel_i = v[i]")
    if form == "forces":
        s("rho_i__own_density = " + b.pick(("rho[i]", "max(rho[i], rho0)")))
    if form == "forces":
        _own_pressure(s)
    s("acc__total__sum_value = " + ("real(0.0)" if form == "density" else "vzero()"))
    if form == "surface":
        s("lap__color_lap = real(0.0)")
    if form == "density" and b.chance(0.4):
        s("acc += mass * w(zero(h), h)")
    NEIGHBORS[b.weighted(_LISTS)](s, lambda: s(PAIR)(_interaction(b, BODY[form])))
    END[form](s)
    s.done()


def _interaction(b: Builder, body: str) -> str:
    inner = "\n".join(["    " + line for line in body.strip().split("\n")])
    how = b.integer(0, 2)
    if how == 0:
        return f"if r < h:\n{inner}\n"
    if how == 1:
        return f"if r > h:\n    continue\n{body}"
    return f"if r < h and r > num(0.0001, 0.001):\n{inner}\n"


def _own_pressure(s: Sketch) -> None:
    """The particle's own pressure, stored or from the equation of state."""
    s("""
with either:
    with _(2):
        p_own__pressure_i = p[i]
    with _:
        p_own__pressure_i = max(k * (rho_i - rho0), 0.0)
    with _:
        ratio = rho_i / safe(rho0)
        p_own__pressure_i = k * (ratio * ratio * ratio - 1.0)
    with _:
        p_own__pressure_i = k * (safe(rho_i / safe(rho0)) ** clamp(gamma, 1.0, 7.0) - 1.0)
""")
