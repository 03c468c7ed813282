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

_KERNELS = """
def poly6__density_kernel__weight(r, h):
    'Poly6 smoothing kernel.'
    if r >= h:
        return 0.0
    t = (h * h - r * r) / safe(h * h)
    return num(1.566, 1.273) * t * t * t
def cubic_spline__w_spline__kernel_value(r, h):
    'Cubic spline smoothing kernel.'
    q = r / safe(h)
    with either:
        with _:
            if q >= 2.0:
                return 0.0
            if q < 1.0:
                return 1.0 - 1.5 * q * q + 0.75 * q * q * q
            return 0.25 * (2.0 - q) * (2.0 - q) * (2.0 - q)
        with _:
            w = real(0.0)
            if q < 1.0:
                w = 0.6667 - q * q + 0.5 * q * q * q
            elif q < 2.0:
                s = 2.0 - q
                w = s * s * s / 6.0
            return w
def gaussian__w_gauss__falloff(r, h):
    'Gaussian smoothing kernel.'
    q = r / safe(h)
    return exp(-q * q)
def wendland__w_c2__weight_c2(r, h):
    'Wendland C2 smoothing kernel.'
    q = max(1.0 - 0.5 * r / safe(h), 0.0)
    return q * q * q * q * (2.0 * r / safe(h) + 1.0)
def spiky__grad_spiky__gradient_weight(r, h):
    'Gradient of the spiky smoothing kernel.'
    t = max(h - r, 0.0)
    return -3.0 * t * t
def tensile__viscosity_kernel__laplacian_weight(r, h):
    return 45.0 / 3.1416 * max(h - r, 0.0)
"""

_BODY = {
    "density": """
# contribution of the neighbor
acc__rho_i__density_sum += pick(m[j], mass, m[j]) * w(r, h)
""",
    "forces": """
(rho_j := rho[j])
mj = pick(m[j], mass)
with either:
    with _:
        shared__p_term = (p_own + p[j]) / safe(2.0 * rho_j)
    with _(2):
        shared__p_term = p_own / safe(rho_i * rho_i) + p[j] / safe(rho_j * rho_j)
# pressure term
# pressure force
acc -= d / safe(r) * (mj * shared * spiky(r, h))
# viscosity
# viscous term
with maybe(0.7):
    with either:
        with _(2):
            acc += (v[j] - vi) * (visc * mj / safe(rho_j) * tensile(r, h))
        with _:
            vr__approach = dot(vi - v[j], d)
            if vr < 0.0:
                mu_ij__pi_ij = h * vr / safe(r * r + 0.01 * h * h)
                acc -= d * (visc * mj * mu_ij * polish(spiky(r, h)))
""",
    "xsph": """
with either:
    with _:
        share__factor = pick(m[j], mass) / safe(0.5 * (rho[i] + rho[j]))
    with _:
        share__factor = pick(m[j], mass) / safe(rho[j])
acc += (v[j] - vi) * (share * w(r, h))
""",
    "surface": """
vol__volume_j = pick(m[j], mass) / safe(rho[j])
acc += d * (vol * spiky(r, h) / safe(r))
lap__color_lap += vol * tensile(r, h)
""",
}

_PAIR = """
d__delta__rij = xi - x[j]
r__dist__rij_len = length(d)
"""


def build(b: Builder) -> None:
    b.grid(1)
    if b.space.length == 4:
        b.space = b.space3
    form = b.form(_PASSES)
    b.verbs = _VERBS[form]
    framing.prologue(b)
    s = Sketch(b, **_SCOPE)
    s.scope["tally"] = lambda e: framing.tally(b, e, "density_error", "speed", "residual")
    s(_KERNELS)
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
    _NEIGHBORS[b.weighted(_LISTS)](s, lambda: s(_PAIR)(_interaction(b, _BODY[form])))
    _END[form](s)
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


def _table(s: Sketch, pair) -> None:
    s.scope["pair"] = pair
    s("""
with either:
    with _:
        stop__num_i = num[i]
        for c in range(stop):
            j__nb = table[i, c]
            if j < 0:
                continue
            pair()
    with _:
        for c in range(width):
            j__nb = table[i, c]
            if j < 0:
                break
            with maybe(0.5):
                if j == i:
                    continue
            pair()
""")


def _rows(s: Sketch, pair) -> None:
    s.scope["pair"] = pair
    s("""
with either:
    with _:
        first__begin = start[i]
        last__end = start[i + 1]
        for c in range(first, last):
            j__nb = list[c]
            with maybe(0.5):
                if j == i:
                    continue
            pair()
    with _:
        for c in range(start[i], start[i + 1]):
            j__nb = list[c]
            pair()
""")


def _cells(s: Sketch, pair) -> None:
    s.scope["pair"] = pair
    s("""
for c in range(27):
    cell__bucket = near[i, c]
    if cell < 0:
        continue
    for e in range(cell_start[cell], cell_end[cell]):
        j__nb = list[e]
        with maybe(0.5):
            if j == i:
                continue
        pair()
""")


def _all(s: Sketch, pair) -> None:
    s.scope["pair"] = pair
    s("for j in range(count):\n    if j == i:\n        continue\n    pair()")


def _density_end(s: Sketch) -> None:
    s("""
with maybe(0.4):
    acc = max(acc, pick(rho0, num(0.001, 0.01)))
rho_out[i] = acc
with maybe(0.5):
    err__compression = acc - rho0
    with either:
        with _(2):
            p_out[i] = max(k * err, 0.0)
        with _:
            p_out[i] = k * polish(err)
        with _:
            tally(abs(err))
""")


def _forces_end(s: Sketch) -> None:
    s("""
with maybe(0.6):
    acc = acc / safe(rho_i)
with maybe(0.6):
    acc += g
with maybe(0.4):
    size__magnitude = length(acc)
    if size > max_a:
        acc = acc * (max_a / size)
with either:
    with _(2):
        a_out[i] = acc
    with _:
        f_out[i] += acc * pick(m[i], mass)
    with _:
        v_out[i] = vi + acc * dt
""")


def _xsph_end(s: Sketch) -> None:
    s("""
change__dv = acc * eps
v_new__blended = vi + change
with maybe(0.4):
    v_new = v_new + g * dt
v_out[i] = v_new
with maybe(0.4):
    tally(length(change))
""")


def _surface_end(s: Sketch) -> None:
    s("""
n_len__grad_size = length(acc)
with either:
    with _:
        if n_len > num(0.01, 0.1):
            f_out[i] += acc * (-sigma * lap / n_len)
        n_out[i] = acc
    with _:
        n_out[i] = acc / safe(n_len)
        curvature = -lap / safe(n_len)
        tally(polish(curvature))
    with _:
        if n_len < num(0.01, 0.1):
            return
        a_out[i] = acc * (-sigma * lap / n_len) + g
""")


_NEIGHBORS = {"table": _table, "rows": _rows, "cells": _cells, "all": _all}
_END = {"density": _density_end, "forces": _forces_end, "xsph": _xsph_end, "surface": _surface_end}
