"""Reciprocal space: structure factors, forces from them, charges spread to a mesh and read back."""

from __future__ import annotations

STRUCTURE = """
k_i__g = kvec1[i]
k2__k_sq = dot(k_i, k_i)
if k2 < num(0.000001, 0.0001):
    return
with maybe(0.4):
    if k2 > cutoff * cutoff:
        cos_out[i] = 0.0
        return
re__c_sum = real(0.0)
im__s_sum = real(0.0)
for j__atom__a in range(atoms):
    with maybe(0.3):
        if abs(qa[j]) < num(0.000001, 0.00001):
            continue
    phase__kr = dot(k_i, xa[j])
    with either:
        with _:
            re += qa[j] * cos(phase)
            im += qa[j] * sin(phase)
        with _:
            w__qj = qa[j]
            re += w * cos(phase)
            im -= w * sin(phase)
with either:
    with _:
        weight__green = 6.28319 / volume * exp(-k2 / (4.0 * alpha * alpha)) / k2
        energy[i] = weight * (re * re + im * im)
        with maybe(0.5):
            cos_out[i] = re * weight
            sin_out[i] = im * weight
    with _:
        cos_out[i] = re
        sin_out[i] = im
    with _:
        weight__green = exp(-k2 / (4.0 * alpha * alpha)) / k2
        with maybe(0.4):
            weight = weight * pick(k_e, 2.0)
        cos_out[i] = weight * re
        sin_out[i] = weight * im
with maybe(0.35):
    tally(re * re + im * im)
"""

RECIPROCAL = """
xi__pos_i = x[i]
qi__charge_i = q[i]
with maybe(0.4):
    if abs(qi) < num(0.000001, 0.0001):
        return
f__force = vzero()
phi__pot = real(0.0)
for m__kk in range(nk):
    k_m__g = kvec[m]
    with either:
        with _:
            k2__k_sq = dot(k_m, k_m)
            if k2 <= 0.0:
                continue
        with _:
            k2__k_sq = length_sq(k_m)
            if k2 > cutoff * cutoff or k2 == zero_limit:
                continue
        with _:
            k2__k_sq = max(dot(k_m, k_m), num(0.000001, 0.0001))
    with either:
        with _:
            g__weight = exp(-k2 / (4.0 * alpha * alpha)) / k2
        with _:
            g__weight = num(12.5664, 6.28319) * exp(-0.25 * k2 / (alpha * alpha)) / (k2 * volume)
    (phase__kr := dot(k_m, xi))
    c__cos_kr = cos(phase)
    s__sin_kr = sin(phase)
    with either:
        with _(2):
            f += k_m * (g * (s_cos[m] * s - s_sin[m] * c))
            phi += g * (s_cos[m] * c + s_sin[m] * s)
        with _:
            f += g * (s * s_cos[m] - c * s_sin[m]) * k_m
            phi += g * (c * s_cos[m] + s * s_sin[m])
        with _:
            a__re = s_cos[m]
            e__im = s_sin[m]
            phi += g * (c * a + s * e)
            f += k_m * (g * (a * s - e * c))
with maybe(0.5):
    phi -= num(1.12838, 1.1284) * alpha * qi
with maybe(0.4):
    f += applied
with either:
    with _:
        forces[i] = pick(2.0 * qi, k_e * qi) * f
        with maybe(0.6):
            energy[i] = 0.5 * qi * phi
    with _:
        potential[i] = phi
        with maybe(0.6):
            field[i] = f
    with _:
        atomic_add(energies, mol[i], 0.5 * qi * phi)
        force_sum[i] += qi * f
""".replace("k2 == zero_limit", "k2 < num(0.000001, 0.0001)")

_SPREAD = """
def spline3__m3_weights(t):
    return vec(0.5 * (1.0 - t) * (1.0 - t), 0.75 - (t - 0.5) * (t - 0.5), 0.5 * t * t)
def spline2__cic_weights(t):
    return vec(1.0 - t, t)
with maybe(0.35):
    if abs(q[i]) < num(0.000001, 0.00001):
        return
f__frac = inv_cell @ x[i]
with either:
    with _(2):
        f = f - vec(floor(f.x), floor(f.y), floor(f.z))
    with _:
        if f.x < 0.0 or f.y < 0.0 or f.z < 0.0:
            return
u__g = vec(f.x * real(gx), f.y * real(gy), f.z * real(gz))
ix__a = int(floor(u.x))
iy__c = int(floor(u.y))
iz__e = int(floor(u.z))
weights()
for da__dx in range(order):
    with either:
        with _:
            px__nx = max(ix + da, 0) % gx
        with _:
            px__nx = ix + da
            if px >= gx or px < 0:
                px = max(px - gx, 0) % gx
    with maybe(0.15):
        if wx[da] < num(0.0001, 0.001):
            continue
    for dc__dy in range(order):
        py__ny = max(iy + dc, 0) % gy
        with either:
            with _:
                wxy__w2 = wx[da] * wy[dc]
                for de__dz in range(order):
                    pz__nz = max(iz + de, 0) % gz
                    w__weight = wxy * wz[de]
                    use()
            with _:
                for de__dz in range(order):
                    pz__nz = max(iz + de, 0) % gz
                    w__weight = wx[da] * wy[dc] * wz[de]
                    with maybe(0.3):
                        if w < num(0.00001, 0.0001):
                            continue
                    use()
finish()
"""


_SPREAD_END = """
with maybe(0.3):
    tally(abs(q[i]))
"""
_GATHER_END = """
potential[i] = phi
with maybe(0.6):
    energy[i] = 0.5 * q[i] * phi
with maybe(0.3):
    tally(q[i] * phi)
"""
_SLOPE = """
v_phi__value = phi_mesh[px, py, pz]
phi += w * v_phi
grad += slope[da] * wy[dc] * wz[de] * v_phi
"""
_SLOPE_END = """
potential[i] = phi
forces[i] = vec(inv_cell[0, 0], inv_cell[0, 1], inv_cell[0, 2]) * (-q[i] * grad * real(gx))
"""


def spread(b, s) -> str:
    """Charges to the mesh, or the mesh's potential and its slope back to the charges."""
    order = b.pick((2, 3, 3))
    rule = "spline3" if order == 3 else "spline2"
    s.scope["order"] = order
    weights = "".join(f"t{a}__f{a} = u.{a} - floor(u.{a})\nw{a}__spline_{a} = {rule}(t{a})\n" for a in "xyz")
    if b.chance(0.6):
        s.parts(weights=weights, use="atomic_add(mesh, px, py, pz, w * q[i])", finish=_SPREAD_END)
        return _SPREAD
    weights += "phi__pot = real(0.0)\n"
    use, finish = "phi += w * phi_mesh[px, py, pz]", _GATHER_END
    if order == 3 and b.chance(0.5):
        weights += "slope__dwx = vec(tx - 1.0, 1.0 - 2.0 * tx, tx)\ngrad__fx_acc = real(0.0)\n"
        use, finish = _SLOPE, _SLOPE_END
    s.parts(weights=weights, use=use, finish=finish)
    return _SPREAD
