"""Vectors and scalars of Krylov methods."""

from __future__ import annotations

_SYSTEM = """
w__k__system = sys[i]
with maybe(0.5):
    # the system has converged
    # nothing left to do
    if done[w] != 0:
        return
"""

UPDATE = f"""
{_SYSTEM}
with either:
    with _(3):
        den__curv__denominator = pap[w]
        with either:
            with _:
                a__alpha__step_a = rho[w] / safe(den)
            with _:
                a__alpha__step_a = real(0.0)
                if abs(den) > num(0.0000001, 0.000001):
                    a = rho[w] / den
            with _:
                # breakdown
                if den <= tol:
                    return
                a__alpha__step_a = pick(rho[w], rho_new[w]) / den
    with _(2):
        a__alpha__step_a = alpha_s[w]
with maybe(0.2):
    a = clamp(a, -hi, hi)
with either:
    with _(3):
        x[i] = x[i] + a * p[i]
        fresh__r_new__res = r[i] - a * ap[i]
    with _:
        om__omega__damp = omega_s[w]
        x[i] = x[i] + a * p[i] + om * z_in[i]
        fresh__r_new__res = r[i] - om * pick(t[i], ap[i])
    with _:
        x[i] = x[i] + a * p[i]
        fresh__r_new__res = r[i] - a * ap[i]
        with maybe(0.5):
            # recompute from the right-hand side now and then
            if SIZE(fresh) > hi:
                fresh = rhs[i] - ap[i]
    with _:
        x[i] = x[i] + relax * a * p[i]
        fresh__r_new__res = pick(r[i] - relax * a * ap[i], r[i] - a * (relax * ap[i] + t[i]))
with maybe(0.2):
    if fixed[i] != 0:
        fresh = NOTHING
r[i] = fresh
with either:
    with _(2):
        atomic_add(dot_out, w, DOT(fresh, fresh))
    with _:
        atomic_add(dot_out, w, DOT(fresh, fresh))
        atomic_add(dot_b, w, pick(DOT(fresh, z_in[i]), DOT(fresh, r_old[i])))
    with _:
        atomic_max(worst, w, SIZE(fresh))
    with _:
        tally(DOT(fresh, fresh))
"""

DIRECTION = f"""
{_SYSTEM}
with either:
    with _(2):
        b__beta__mix = rho_new[w] / safe(rho[w])
    with _:
        # restart along the residual where the ratio is not sound
        b__beta__mix = real(0.0)
        if rho[w] > tol:
            b = rho_new[w] / rho[w]
    with _:
        b__beta__mix = rho_new[w] / safe(rho[w]) * (alpha_s[w] / safe(omega_s[w]))
    with _:
        b__beta__mix = max((rho_new[w] - pap[w]) / safe(rho[w]), 0.0)
with maybe(0.25):
    b = min(b, hi)
with either:
    with _(2):
        next__p_new__dir = z_in[i] + b * p_io[i]
    with _(2):
        next__p_new__dir = r_in[i] + b * p_io[i]
    with _:
        next__p_new__dir = r_in[i] + b * (p_io[i] - omega_s[w] * ap[i])
    with _:
        next__p_new__dir = pick(b * p_io[i] - r_in[i], r_in[i] + b * (p_io[i] + b * t[i]))
with maybe(0.25):
    if fixed[i] != 0:
        next = NOTHING
with maybe(0.2):
    # keep a direction of descent
    if DOT(next, r_in[i]) < 0.0:
        next = r_in[i]
p_io[i] = next
with maybe(0.3):
    atomic_add(dot_out, w, pick(DOT(next, ap[i]), DOT(next, next)))
with maybe(0.2):
    tally(DOT(next, next))
"""

ORTHOGONAL = """
v__w__new_v = pick(ap[i], t[i], z_in[i])
for c in range(few):
    with either:
        with _(2):
            v = v - h[c] * basis[c, i]
        with _:
            h_c__coef__proj = h[c]
            if abs(h_c) > tol:
                v = v - h_c * basis[c, i]
        with _:
            v -= pick(relax, 1.0) * h[c] * basis[c, i]
with maybe(0.3):
    if fixed[i] != 0:
        x_out[i] = p[i]
        return
with maybe(0.3):
    v = v / safe(pick(lo, hi, tol))
with maybe(0.25):
    v = pick(v + relax * r_in[i], v * relax, v - relax * p[i])
with either:
    with _(2):
        x_out[i] = v
    with _:
        x_out[i] = v
        with maybe(0.7):
            z[i] = pick(v - p[i], r_in[i] - v, v * relax)
with either:
    with _(2):
        tally(DOT(v, v))
    with _:
        atomic_add(dot_out, sys[i], pick(DOT(v, v), DOT(v, p[i])))
    with _:
        atomic_max(worst, sys[i], SIZE(v))
"""

GIVENS = """
last__m__top = few - 1
for c in range(few - 1):
    a__h0__upper = hess[i, c]
    e__h1__lower = hess[i, c + 1]
    with maybe(0.35):
        if abs(e) < tol:
            continue
    hess[i, c] = cos[i, c] * a + sin[i, c] * e
    hess[i, c + 1] = pick(cos[i, c] * e - sin[i, c] * a, -sin[i, c] * a + cos[i, c] * e)
d__diag_h__pivot = hess[i, max(last, 0)]
under__sub__below = own_new[i]
with either:
    with _(2):
        n_h__hyp__rad = sqrt(d * d + under * under)
    with _:
        n_h__hyp__rad = max(abs(d), abs(under)) + 0.5 * min(abs(d), abs(under))
cs__c_new__cosine_n = real(1.0)
sn__s_new__sine_n = real(0.0)
with either:
    with _:
        if n_h > tol:
            cs = d / n_h
            sn = under / n_h
    with _:
        if abs(under) > abs(d):
            ratio__tau__t_r = d / under
            sn = 1.0 / sqrt(1.0 + ratio * ratio)
            cs = sn * ratio
        elif abs(d) > tol:
            ratio__tau__t_r = under / d
            cs = 1.0 / sqrt(1.0 + ratio * ratio)
            sn = cs * ratio
cos_out[i] = cs
sin_out[i] = sn
with maybe(0.7):
    old__g_old__top_g = g[i]
    g[i] = cs * old
    with maybe(0.6):
        alpha_out[i] = -sn * old
    with maybe(0.5):
        if abs(sn * old) < tol * rho0[i]:
            done_out[i] = 1
with maybe(0.3):
    tally(pick(abs(sn), n_h))
"""

SCALARS = """
with maybe(0.5):
    if tries[i] >= max_iter:
        done_out[i] = pick(1, -1)
        return
rr__rho_k__res_sq = own_new[i]
with either:
    with _(2):
        stop__limit__bar = pick(tol * rho0[i], tol * tol * rho0[i], max(tol * rho0[i], lo))
    with _:
        stop__limit__bar = pick(tol, tol * tol)
with maybe(0.7):
    if rr <= stop:
        done_out[i] = 1
        with maybe(0.6):
            alpha_out[i] = 0.0
        with maybe(0.4):
            atomic_sub(left, 0, 1)
        return
with maybe(0.3):
    if not isfinite(rr):
        done_out[i] = -1
        return
with either:
    with _(2):
        alpha_out[i] = pick(rr, own_rho[i]) / safe(own_pap[i])
        with maybe(0.6):
            beta_out[i] = rr / safe(own_rho[i])
    with _:
        cur__curv__den = own_pap[i]
        if cur > pick(tol, 0.0):
            alpha_out[i] = rr / max(cur, tol)
            with maybe(0.6):
                beta_out[i] = rr / safe(own_rho[i])
        else:
            # negative curvature: stop here
            done_out[i] = num(2, -1)
            alpha_out[i] = 0.0
    with _:
        beta_out[i] = pick(max(rr / safe(own_rho[i]), 0.0), min(rr / safe(own_rho[i]), hi))
    with _:
        om__stab__w_k = own_rho[i] / safe(own_pap[i])
        alpha_out[i] = clamp(om, -hi, hi)
        beta_out[i] = pick(rr / safe(own_rho[i]) * om, om * relax)
with maybe(0.7):
    iters[i] = iters[i] + 1
with maybe(0.3):
    tally(pick(rr / safe(rho0[i]), sqrt(abs(rr))))
"""
