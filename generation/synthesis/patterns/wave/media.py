"""Displacements, pressures, stresses and depths."""

from __future__ import annotations

from generation.synthesis.patterns.wave.parts import EDGE

SCALAR = f"""
{EDGE}
here__u0 = u[i, j]
with either:
    with _(3):
        lap__laplacian = u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - 4.0 * here
    with _:
        side__cross_sum = u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1]
        diag__corners = u[i - 1, j - 1] + u[i + 1, j - 1] + u[i - 1, j + 1] + u[i + 1, j + 1]
        lap__laplacian = (4.0 * side + diag - 20.0 * here) / 6.0
    with _:
        uxx__d2x = u[i - 1, j] - 2.0 * here + u[i + 1, j]
        uyy__d2y = u[i, j - 1] - 2.0 * here + u[i, j + 1]
        with maybe(0.5):
            if i > 1 and i < nx - 2:
                uxx = (16.0 * (u[i - 1, j] + u[i + 1, j]) - u[i - 2, j] - u[i + 2, j] - 30.0 * here) / 12.0
        lap__laplacian = uxx + uyy
with either:
    with _:
        cfl__courant = c * dt / dx
    with _:
        cfl__courant = c_map[i, j] * dt * inv_dx
    with _:
        speed__c_here = c
        if medium[i, j] == 1:
            speed = num(0.5, 2.0, 1.5) * c
        elif medium[i, j] == 2:
            speed = num(0.25, 3.0) * c
        cfl__courant = speed * dt / dx
with either:
    with _(3):
        next__u_new = 2.0 * here - u_prev[i, j] + cfl * cfl * lap
    with _:
        vel__udot = (here - u_prev[i, j]) + cfl * cfl * lap
        with maybe(0.6):
            vel = vel * (1.0 - damp * dt)
        next__u_new = here + vel
    with _:
        g__loss = 0.5 * damp * dt
        next__u_new = (2.0 * here - (1.0 - g) * u_prev[i, j] + cfl * cfl * lap) / (1.0 + g)
sponge()
pulse()
u_next[i, j] = next
with maybe(0.35):
    r__probe = receiver[i, j]
    if r >= 0:
        atomic_add(trace, r, next)
with maybe(0.25):
    atomic_add(energy, 0, pick(next * next, (next - here) * (next - here)))
"""

ACOUSTIC = f"""
{EDGE}
with either:
    with _(2):
        div__divergence = (vx[i + 1, j] - vx[i, j] + vy[i, j + 1] - vy[i, j]) * inv_dx
    with _:
        div__divergence = (vx[i + 1, j] - vx[i - 1, j] + vy[i, j + 1] - vy[i, j - 1]) * (0.5 * inv_dx)
with either:
    with _(2):
        k_here__stiff = kappa[i, j]
    with _:
        k_here__stiff = rho0 * c * c
    with _:
        c_here__speed = pick(c, c_map[i, j])
        if medium[i, j] == 1:
            c_here = c_here * num(1.5, 0.5)
        k_here__stiff = rho[i, j] * c_here * c_here
next__p_new = p[i, j] - dt * k_here * div
sponge()
pulse()
p[i, j] = next
with maybe(0.4):
    r__probe = receiver[i, j]
    if r >= 0:
        atomic_add(trace, r, next)
with maybe(0.25):
    atomic_add(energy, 0, next * next / k_here)
"""

ELASTIC = f"""
{EDGE}
with either:
    with _:
        b__inv_rho = 1.0 / safe(rho[i, j])
        fx__acc_x = (txx[i + 1, j] - txx[i, j] + txy[i, j] - txy[i, j - 1]) * inv_dx
        fy__acc_y = (txy[i, j] - txy[i - 1, j] + tyy[i, j + 1] - tyy[i, j]) * inv_dx
        wx__new_vx = vx_io[i, j] + dt * b * fx
        wy__new_vy = vy_io[i, j] + dt * b * fy
        with maybe(0.5):
            q__fade = 1.0 - damp_map[i, j] * dt
            wx = wx * q
            wy = wy * q
        with maybe(0.4):
            if i == src_i and j == src_j:
                wy += amp * sin(6.28318 * freq * time) * dt * b
        with maybe(0.3):
            if j == 1:
                wy = 0.0
        vx_io[i, j] = wx
        vy_io[i, j] = wy
        with maybe(0.4):
            atomic_add(energy, 0, 0.5 * rho[i, j] * (wx * wx + wy * wy))
    with _:
        exx__dvx_dx = (vx[i, j] - vx[i - 1, j]) * inv_dx
        eyy__dvy_dy = (vy[i, j] - vy[i, j - 1]) * inv_dx
        exy__shear_rate = (vx[i, j + 1] - vx[i, j] + vy[i + 1, j] - vy[i, j]) * inv_dx
        la__lam_here = lam
        mu_e__shear_here = shear
        with maybe(0.4):
            if medium[i, j] == 1:
                mu_e = 0.0 * mu_e
        sxx__txx_new = txx_io[i, j] + dt * ((la + 2.0 * mu_e) * exx + la * eyy)
        syy__tyy_new = tyy_io[i, j] + dt * ((la + 2.0 * mu_e) * eyy + la * exx)
        with maybe(0.4):
            if i == src_i and j == src_j:
                sxx += amp * dt
                syy += amp * dt
        with maybe(0.35):
            if j == ny - 2:
                syy = 0.0
        txx_io[i, j] = sxx
        tyy_io[i, j] = syy
        txy_io[i, j] += dt * mu_e * exy
""".replace("mu_e = 0.0 * mu_e", "mu_e = real(0.0)")

SHALLOW = f"""
{EDGE}
d0__h_here = depth_w[i, j]
if d0 < dry:
    h_out[i, j] = pick(0.0, d0)
    hu_out[i, j] = 0.0
    hv_out[i, j] = 0.0
    return
with either:
    with _:
        q_x__dhu = (hu[i + 1, j] - hu[i - 1, j]) * (0.5 * inv_dx)
        q_y__dhv = (hv[i, j + 1] - hv[i, j - 1]) * (0.5 * inv_dx)
        mean__h_avg = 0.25 * (depth_w[i - 1, j] + depth_w[i + 1, j] + depth_w[i, j - 1] + depth_w[i, j + 1])
        d1__h_new = pick(mean, d0) - dt * (q_x + q_y)
    with _:
        q_x__dhu = hu[i, j] - hu[i - 1, j]
        with maybe(0.7):
            if hu[i, j] < 0.0:
                q_x = hu[i + 1, j] - hu[i, j]
        q_y__dhv = hv[i, j] - hv[i, j - 1]
        with maybe(0.7):
            if hv[i, j] < 0.0:
                q_y = hv[i, j + 1] - hv[i, j]
        d1__h_new = d0 - dt * inv_dx * (q_x + q_y)
eta_x__slope_x = (depth_w[i + 1, j] + bed[i + 1, j] - depth_w[i - 1, j] - bed[i - 1, j]) * (0.5 * inv_dx)
eta_y__slope_y = (depth_w[i, j + 1] + bed[i, j + 1] - depth_w[i, j - 1] - bed[i, j - 1]) * (0.5 * inv_dx)
mx__hu_new = hu[i, j] - dt * grav * d0 * eta_x
my__hv_new = hv[i, j] - dt * grav * d0 * eta_y
with maybe(0.6):
    speed__vmag = sqrt(mx * mx + my * my) / d0
    with either:
        with _:
            drag__fric = 1.0 + dt * grav * manning * manning * speed / safe(cbrt(d0) * d0)
        with _:
            drag__fric = 1.0 + dt * manning * speed / d0
    mx = mx / drag
    my = my / drag
with maybe(0.3):
    if mask[i + 1, j] != 0 and mx > 0.0:
        mx = 0.0
with maybe(0.3):
    limit__crit = c * d0
    mx = clamp(mx, -limit, limit)
    my = clamp(my, -limit, limit)
with either:
    with _:
        if d1 < dry:
            d1 = 0.0
            mx = 0.0
            my = 0.0
    with _:
        d1 = max(d1, 0.0)
h_out[i, j] = d1
hu_out[i, j] = mx
hv_out[i, j] = my
with maybe(0.3):
    atomic_add(energy, 0, 0.5 * (mx * mx + my * my) / safe(d1) + 0.5 * grav * d1 * d1)
"""
