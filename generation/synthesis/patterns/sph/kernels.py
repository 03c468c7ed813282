"""Smoothing kernels and what a pair of particles adds."""

from __future__ import annotations

KERNELS = """
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

BODY = {
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

PAIR = """
d__delta__rij = xi - x[j]
r__dist__rij_len = length(d)
"""
