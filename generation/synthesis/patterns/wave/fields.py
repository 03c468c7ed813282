"""Electric and magnetic fields on Yee's grid."""

from __future__ import annotations

from generation.synthesis.patterns.wave.parts import EDGE

ELECTRIC = f"""
{EDGE}
curl__curl_h = (hy[i, j] - hy[i - 1, j]) - (hx[i, j] - hx[i, j - 1])
with maybe(0.4):
    dhy__slope = (hy[i, j] - hy[i - 1, j]) * inv_dx
    psi_new__p = pml_b[i] * psi[i, j] + pml_c[i] * dhy
    psi[i, j] = psi_new
    with either:
        with _:
            curl = curl + psi_new * dx
        with _:
            if i < layer or i >= nx - layer:
                curl += psi_new * dx
with either:
    with _(2):
        next__e_new = ca[i, j] * ez[i, j] + cb[i, j] * curl
    with _(2):
        loss__half = 0.5 * sigma[i, j] * dt / eps[i, j]
        next__e_new = ((1.0 - loss) * ez[i, j] + dt * inv_dx / eps[i, j] * curl) / (1.0 + loss)
    with _:
        next__e_new = ez[i, j] + dt / (eps[i, j] * dx) * curl
    with _:
        er__eps_here = eps[i, j]
        if medium[i, j] == 1:
            er = er * num(2.25, 4.0)
        elif medium[i, j] == 2:
            ez[i, j] = 0.0
            return
        next__e_new = ez[i, j] + dt * inv_dx / er * curl
sponge()
pulse()
ez[i, j] = next
with maybe(0.35):
    r__probe = receiver[i, j]
    if r >= 0:
        atomic_add(trace, r, next)
with maybe(0.3):
    atomic_add(energy, 0, 0.5 * eps[i, j] * next * next)
"""

MAGNETIC = """
with either:
    with _(2):
        if i >= nx - 1 or j >= ny - 1:
            return
        d_x__ez_dx = ez_in[i + 1, j] - ez_in[i, j]
        d_y__ez_dy = ez_in[i, j + 1] - ez_in[i, j]
    with _:
        d_x__ez_dx = real(0.0)
        d_y__ez_dy = real(0.0)
        if i < nx - 1:
            d_x = ez_in[i + 1, j] - ez_in[i, j]
        if j < ny - 1:
            d_y = ez_in[i, j + 1] - ez_in[i, j]
    with _:
        d_x__ez_dx = ez_in[(i + 1) % nx, j] - ez_in[i, j]
        d_y__ez_dy = ez_in[i, (j + 1) % ny] - ez_in[i, j]
k__coef = pick(dt / (mu * dx), dt * inv_dx / mu, dt * inv_dx)
with maybe(0.4):
    if medium[i, j] == 1:
        k = k * num(0.5, 0.8)
with maybe(0.35):
    psi_new__p = pml_b[i] * psi[i, j] + pml_c[i] * d_x
    psi[i, j] = psi_new
    d_x += psi_new
with maybe(0.3):
    if mask[i, j] != 0:
        return
with either:
    with _:
        hx_io[i, j] -= k * d_y
        hy_io[i, j] += k * d_x
    with _:
        hx_new__bx = hx_io[i, j] - k * d_y
        hy_new__by = hy_io[i, j] + k * d_x
        with maybe(0.6):
            fade__loss = 1.0 - damp_map[i, j] * dt
            hx_new = hx_new * fade
            hy_new = hy_new * fade
        hx_io[i, j] = hx_new
        hy_io[i, j] = hy_new
        with maybe(0.5):
            atomic_add(energy, 0, 0.5 * mu * (hx_new * hx_new + hy_new * hy_new))
"""

YEE3 = """
with either:
    with _(2):
        if i >= nx - 1 or j >= ny - 1 or k >= nz - 1:
            return
        xp__e_x1 = e3[i + 1, j, k]
        yp__e_y1 = e3[i, j + 1, k]
        zp__e_z1 = e3[i, j, k + 1]
    with _:
        xp__e_x1 = e3[(i + 1) % nx, j, k]
        yp__e_y1 = e3[i, (j + 1) % ny, k]
        zp__e_z1 = e3[i, j, (k + 1) % nz]
    with _:
        xp__e_x1 = e3[min(i + 1, nx - 1), j, k]
        yp__e_y1 = e3[i, min(j + 1, ny - 1), k]
        zp__e_z1 = e3[i, j, min(k + 1, nz - 1)]
e__here = e3[i, j, k]
cx__curl_x = (yp.z - e.z) - (zp.y - e.y)
cy__curl_y = (zp.x - e.x) - (xp.z - e.z)
cz__curl_z = (xp.y - e.y) - (yp.x - e.x)
with maybe(0.5):
    cx = cx * inv_dx
    cy = cy * inv_dx
    cz = cz * inv_dx
f__factor = pick(dt / mu, dt * inv_dx, dt / (mu * dx))
with maybe(0.4):
    if i < layer or i >= nx - layer:
        f = f / (1.0 + damp * dt)
h__h_old = h3[i, j, k]
with either:
    with _:
        h3[i, j, k] = h - f * vec(cx, cy, cz)
    with _:
        h_new__b = h - vec(cx, cy, cz) * f
        with maybe(0.5):
            if k < layer:
                h_new = h_new * (1.0 - damp * dt)
        h3[i, j, k] = h_new
        with maybe(0.6):
            atomic_add(energy, 0, 0.5 * mu * dot(h_new, h_new))
"""
