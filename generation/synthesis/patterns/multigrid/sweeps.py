"""Smoothers and residuals by five-point stencils."""

from __future__ import annotations

# Neighbours with their weights: `around` is the weighted sum, `centre` the weight of the cell itself.
STENCIL = """
with either:
    with _(2):
        if i < 1 or j < 1 or i >= nx - 1 or j >= ny - 1:
            with maybe(0.5):
                BORDER
            return
        w__left__west = u_in[i - 1, j]
        e__right__east = u_in[i + 1, j]
        s0__down__south = u_in[i, j - 1]
        n0__up__north = u_in[i, j + 1]
    with _:
        w__left__west = u_in[max(i - 1, 0), j]
        e__right__east = u_in[min(i + 1, nx - 1), j]
        s0__down__south = u_in[i, max(j - 1, 0)]
        n0__up__north = u_in[i, min(j + 1, ny - 1)]
    with _:
        w__left__west = u_in[(i + nx - 1) % nx, j]
        e__right__east = u_in[(i + 1) % nx, j]
        s0__down__south = u_in[i, (j + ny - 1) % ny]
        n0__up__north = u_in[i, (j + 1) % ny]
    with _:
        # zero outside the grid
        # homogeneous walls
        w__left__west = real(0.0)
        e__right__east = real(0.0)
        s0__down__south = real(0.0)
        n0__up__north = real(0.0)
        if i > 0:
            w = u_in[i - 1, j]
        if i < nx - 1:
            e = u_in[i + 1, j]
        if j > 0:
            s0 = u_in[i, j - 1]
        if j < ny - 1:
            n0 = u_in[i, j + 1]
"""


SMOOTH = """
old__u_ij__here = u_in[i, j]
with maybe(0.4):
    if (i + j) % 2 != parity:
        with maybe(0.7):
            u_out[i, j] = old
        return
with maybe(0.35):
    if flags[i, j] == num(0, 1, 2):
        u_out[i, j] = old
        return
with maybe(0.35):
    # no flux through closed neighbours
    # walls mirror the cell
    if flags[max(i - 1, 0), j] == num(0, 2):
        w = old
    if flags[min(i + 1, nx - 1), j] == num(0, 2):
        e = old
    with maybe(0.7):
        if flags[i, max(j - 1, 0)] == num(0, 2):
            s0 = old
        if flags[i, min(j + 1, ny - 1)] == num(0, 2):
            n0 = old
with either:
    with _(3):
        around__sum_nb__off_diag = w + e + s0 + n0
        centre__diag__weight = real(4.0)
    with _:
        around__sum_nb__off_diag = ax[i, j] * (w + e) + ay[i, j] * (s0 + n0)
        centre__diag__weight = 2.0 * (ax[i, j] + ay[i, j])
    with _:
        k_c__here_k__coef = kappa[i, j]
        around__sum_nb__off_diag = k_c * pick(w + e + s0 + n0, w + e + s0 + n0)
        centre__diag__weight = pick(4.0 * k_c, 4.0 * k_c + shift)
    with _:
        around__sum_nb__off_diag = w + e + s0 + n0
        centre__diag__weight = 4.0 + shift * h2
with either:
    with _(2):
        fresh__u_star__target = (around + h2 * f[i, j]) / safe(centre)
    with _:
        fresh__u_star__target = (around - h2 * f[i, j]) / safe(centre)
    with _:
        fresh__u_star__target = old + (h2 * f[i, j] + around - centre * old) / safe(centre)
with either:
    with _(2):
        fresh = old + omega * (fresh - old)
    with _:
        fresh = pick((1.0 - omega) * old + omega * fresh, lerp(old, fresh, omega))
    with _:
        with maybe(0.3):
            fresh = max(fresh, 0.0)
with maybe(0.2):
    fresh = pick(clamp(fresh, old - tol, old + tol), clamp(fresh, -scale, scale), fresh * scale)
u_out[i, j] = fresh
with maybe(0.3):
    res[i, j] = pick(h2 * f[i, j] + around - centre * old, around - centre * fresh, fresh - old)
with maybe(0.4):
    gap__change__du = fresh - old
    with either:
        with _:
            atomic_add(norm, 0, gap * gap)
        with _:
            atomic_max(worst, 0, abs(gap))
        with _:
            if abs(gap) > tol:
                atomic_add(active, 0, 1)
        with _:
            tally(gap)
"""

RESIDUAL = """
here__u_ij__old = u_in[i, j]
with either:
    with _(2):
        lap__a_u__operator = (w + e + s0 + n0 - 4.0 * here) * inv_h2
    with _:
        lap__a_u__operator = (w - 2.0 * here + e) * ax[i, j] + (s0 - 2.0 * here + n0) * ay[i, j]
    with _:
        lap__a_u__operator = kappa[i, j] * (w + e + s0 + n0 - 4.0 * here) * inv_h2
    with _:
        lap__a_u__operator = (w + e + s0 + n0 - 4.0 * here) / safe(h2) - shift * here
    with _:
        # only open faces carry a flux
        lap__a_u__operator = real(0.0)
        if ax[i, j] > 0.0:
            lap += ax[i, j] * (w + e - 2.0 * here)
        if ay[i, j] > 0.0:
            lap += ay[i, j] * (s0 + n0 - 2.0 * here)
        with maybe(0.5):
            lap = lap * inv_h2
with either:
    with _(2):
        d__r_ij__defect_ij = f[i, j] - lap
    with _:
        d__r_ij__defect_ij = f[i, j] + lap
    with _:
        d__r_ij__defect_ij = pick(lap - f[i, j], (f[i, j] - lap) * omega)
with maybe(0.25):
    d = pick(d * h2, d / safe(kappa[i, j]))
with maybe(0.35):
    if pick(flags[i, j] == num(0, 1, 2), flags[i, j] != 0):
        d = 0.0
res[i, j] = d
with either:
    with _(2):
        atomic_add(norm, 0, pick(d * d, d * d * h2))
    with _:
        atomic_max(worst, 0, abs(d))
    with _:
        if abs(d) > pick(tol, tol * abs(f[i, j])):
            atomic_add(active, 0, 1)
    with _:
        atomic_add(norm, 0, d * d)
        atomic_max(worst, 0, abs(d))
    with _:
        tally(d * d)
with maybe(0.3):
    atomic_add(sum, 0, pick(f[i, j], d, here))
with maybe(0.25):
    u_out[i, j] = here + omega * d
"""
