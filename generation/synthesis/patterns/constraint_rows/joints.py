"""Rows that speak of joints: limits, couplings, dry friction."""

from __future__ import annotations

LIMIT = """
with maybe(0.7):
    if limited[j] == 0:
        return
(x__q_j__value := q[i, j])
with either:
    with _(2):
        dmin__d_lo = x - lo[j]
        dmax__d_hi = hi[j] - x
        dist__pos__gap_l = min(dmin, dmax) - margin[j]
        if dist >= 0.0:
            return
        sgn__side__sign_l = real(1.0)
        if dmin > dmax:
            sgn = -1.0
    with _:
        dist__pos__gap_l = x - lo[j]
        sgn__side__sign_l = real(1.0)
        if hi[j] - x < dist:
            dist = hi[j] - x
            sgn = -1.0
        if dist >= margin[j]:
            return
    with _:
        mid__center = 0.5 * (lo[j] + hi[j])
        sgn__side__sign_l = where(x < mid, 1.0, -1.0)
        dist__pos__gap_l = 0.5 * (hi[j] - lo[j]) - abs(x - mid)
        if dist > margin[j]:
            return
CLAIM
dof__dofadr__d_adr = dof_of[j]
with either:
    with _:
        for c in range(nv):
            jac[i, row, c] = 0.0
        jac[i, row, dof] = sgn
    with _:
        for c in range(nv):
            jac[i, row, c] = sgn if c == dof else 0.0
vel__jqvel__rate = sgn * qd[i, dof]
IMPEDANCE
WRITE
"""

EQUALITY = """
with maybe(0.8):
    if not active[i, j]:
        return
CLAIM
a__jnt1__joint0 = j1[j]
e__jnt2__joint1 = j2[j]
da__dof1__dadr1 = jdof[a]
for c in range(nv):
    jac[i, row, c] = 0.0
dist__pos__viol = jq[i, a] - jq0[a] - poly[j, 0]
vel__jqvel__rate = qd[i, da]
jac[i, row, da] = 1.0
if e >= 0:
    dx__dif__delta = jq[i, e] - jq0[e]
    de__dof2__dadr2 = jdof[e]
    with either:
        with _:
            rhs__value = poly[j, 1] * dx + poly[j, 2] * dx * dx + poly[j, 3] * dx * dx * dx
            deriv__slope = poly[j, 1] + 2.0 * poly[j, 2] * dx + 3.0 * poly[j, 3] * dx * dx
        with _:
            rhs__value = real(0.0)
            deriv__slope = real(0.0)
            pw__power = real(1.0)
            for m in range(1, 5):
                deriv += real(m) * poly[j, m] * pw
                pw = pw * dx
                rhs += poly[j, m] * pw
        with _:
            rhs__value = poly[j, 1] * dx
            deriv__slope = poly[j, 1]
    dist = dist - rhs
    jac[i, row, de] = -deriv
    vel -= deriv * qd[i, de]
IMPEDANCE
WRITE
"""

FRICTION = """
f__loss_j__limit_f = dloss[j]
if f <= 0.0:
    return
CLAIM
for c in range(nv):
    jac[i, row, c] = 1.0 if c == j else 0.0
vel__jqvel__rate = dqd[i, j]
dist__pos__viol = pick(dqd[i, j] * dt, q[i, j] - lo[j])
IMPEDANCE
with maybe(0.8):
    loss_out[i, row] = f
d_out[i, row] = 1.0 / safe(INVW * (1.0 - imp) / safe(imp))
aref_out[i, row] = -damp * vel
with maybe(0.6):
    pos_out[i, row] = dist
with maybe(0.5):
    kind_out[i, row] = KIND
with maybe(0.5):
    id_out[i, row] = j
"""
