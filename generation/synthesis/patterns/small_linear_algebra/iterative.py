"""Power iterations, Jacobi rotations, fixed-point iterations."""

from __future__ import annotations

POWER = """
m__mat__a = a3[i]
with maybe(0.3):
    m = 0.5 * (m + transpose(m))
with maybe(0.25):
    m = m + ident(m) * reg
u__vec_i__q = pick(normalize(g[i]), normalize(b3[i]))
value__lambda_k__rho = real(0.0)
for c in range(COUNT):
    w__next_u__z = pick(m @ u, transpose(m) @ (m @ u))
    size__norm_w__w_len = length(w)
    with maybe(0.6):
        if size < pick(tol, num(0.000001, 0.0001)):
            break
    with either:
        with _:
            u = w / safe(size)
        with _:
            u = normalize(lerp(u, w / safe(size), clamp(omega, 0.0, 1.0)))
    fresh__quotient__new_value = pick(dot(u, m @ u), size)
    with maybe(0.5):
        if abs(fresh - value) < tol:
            value = fresh
            break
    value = fresh
lam[i] = pick(value, polish(value))
with maybe(0.7):
    vec_out[i] = u
with maybe(0.35):
    deflated__rest = m - outer(u, u) * value
    with either:
        with _:
            i3[i] = deflated
        with _:
            tally(pick(trace(deflated), ddot(deflated, deflated)))
with maybe(0.4):
    res[i] = length(m @ u - u * value)
"""

JACOBI = """
def rotation_cs__givens(app, aqq, apq):
    if abs(apq) < num(0.000001, 0.0001):
        return 1.0, 0.0
    theta = 0.5 * (aqq - app) / apq
    t = 1.0 / (abs(theta) + sqrt(theta * theta + 1.0))
    if theta < 0.0:
        t = -t
    c = 1.0 / sqrt(t * t + 1.0)
    return c, t * c
m__mat__a = a3[i]
with maybe(0.4):
    m = 0.5 * (m + transpose(m))
v__basis__rot_acc = ident(m)
for sweep in range(COUNT):
    for p in range(2):
        for q in range(p + 1, 3):
            cs__c_r__cosv, sn__s_r__sinv = rotation_cs(m[p, p], m[q, q], m[p, q])
            rot_m__jmat__giv = ident(m)
            rot_m[p, p] = cs
            rot_m[q, q] = cs
            rot_m[p, q] = sn
            rot_m[q, p] = -sn
            m = transpose(rot_m) @ m @ rot_m
            v = v @ rot_m
    with maybe(0.5):
        off__off_norm = abs(m[0, 1]) + abs(m[0, 2]) + abs(m[1, 2])
        if off < pick(tol, num(0.0001, 0.001)):
            break
d__values__lams = pick(get_diag(m), vec(m[0, 0], m[1, 1], m[2, 2]))
with maybe(0.4):
    hi_v__top__biggest = max(d.x, max(d.y, d.z))
    lo_v__low__least = min(d.x, min(d.y, d.z))
    d = vec(hi_v, d.x + d.y + d.z - hi_v - lo_v, lo_v)
eig[i] = pick(d, d * weight)
with maybe(0.6):
    i3[i] = v
with either:
    with _:
        tally(pick(d.x - d.z, length(d)))
    with _:
        vec_out[i] = v @ vec(1.0, 0.0, 0.0)
    with _:
        i4[i] = v @ diag(max(d, zero(d))) @ transpose(v)
"""

ITERATE = """
m__mat__a = a3[i]
r__b__rhs_i = b3[i]
x__sol__xi = pick(g[i], r * omega)
with either:
    with _:
        d__diag_m = get_diag(m)
        for c in range(LOOPS):
            rest__off_part = m @ x - cw_mul(d, x)
            left__rhs_part = r - rest
            fresh__x_next = vec(left.x / safe(d.x), left.y / safe(d.y), left.z / safe(d.z))
            with maybe(0.5):
                if length(fresh - x) < tol:
                    break
            x = pick(fresh, lerp(x, fresh, clamp(omega, 0.0, 1.0)))
    with _:
        q__resid__rk = r - m @ x
        p_dir__search__pk = pick(q, cw_div(q, max(get_diag(m), vec(0.001, 0.001, 0.001))))
        rr__rho__rs_old = dot(q, q)
        for c in range(LOOPS):
            ap__a_dir__mp = m @ p_dir
            denom__curv__pap = dot(p_dir, ap)
            with maybe(0.6):
                if abs(denom) < pick(tol, num(0.000001, 0.0001)):
                    break
            step__alpha__gain_k = rr / safe(denom)
            x += p_dir * step
            q -= ap * step
            rr_new__rho_new__rs_new = dot(q, q)
            with maybe(0.5):
                if rr_new < tol * tol:
                    break
            p_dir = q + p_dir * (rr_new / safe(rr))
            rr = rr_new
    with _:
        for c in range(LOOPS):
            for p in range(3):
                row_acc__sigma__sum_p = real(0.0)
                for q in range(3):
                    if q != p:
                        row_acc += m[p, q] * x[q]
                x[p] = (1.0 - omega) * x[p] + omega * (r[p] - row_acc) / safe(m[p, p])
x3[i] = x
with maybe(0.6):
    res[i] = pick(length(m @ x - r), dot(x, m @ x))
with maybe(0.3):
    tally(length(x - g[i]))
"""
