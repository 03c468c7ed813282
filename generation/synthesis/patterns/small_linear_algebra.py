"""Small dense linear algebra per thread: Cramer, LU and Cholesky of small systems, eigenvalues, rotations,
iterations.

Free choices: size, storage (matrix values or rows of arrays), method, pivoting guards, refinement, what is
kept.
Source: Golub and Van Loan, "Matrix Computations", 2013.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.sketches import Sketch

VERBS = ("solve", "factorize", "invert", "decompose", "eigen")
FIELDS = ("finite_element", "rigid_body", "learning")
_FORMS = Weights({"cramer2": 14, "cramer3": 18, "cholesky": 18, "power": 16, "jacobi": 16, "iterate": 18})
TITLES = {
    "cramer2": ("solve_2x2 solve_cramer", "Solve small linear systems by Cramer's rule."),
    "cramer3": ("solve_3x3 solve_cramer", "Solve small linear systems by Cramer's rule."),
    "cholesky": ("cholesky_solve factorize_cholesky", "Cholesky factorization of small matrices."),
    "power": ("power_iteration dominant_eigenvector", "Power iteration."),
    "jacobi": ("jacobi_rotation jacobi_eigen", "Jacobi rotations on small symmetric matrices."),
}

_SCOPE = {
    "a2": "m2[n] matrices blocks systems",
    "b2": "v2[n] rhs loads b_vec",
    "x2": "out v2[n] solutions x_out solved",
    "a3": "m3[n] matrices blocks systems",
    "b3": "v3[n] rhs loads b_vec",
    "x3": "out v3[n] solutions x_out solved",
    "i3": "out m3[n] inverses inv_out inverse_blocks",
    "g": "v3[n] guess warm_start initial",
    "ak": "inout s[n,N,N] matrices factors a_dense",
    "bk": "inout s[n,N] rhs solution b_dense",
    "dk": "out s[n] determinants log_det det_out",
    "ok": "out i[n] status is_spd info",
    "eig": "out v3[n] eigenvalues principal spectrum",
    "eig2": "out v2[n] eigenvalues principal spectrum",
    "vec_out": "out v3[n] eigenvectors dominant axis_out",
    "res": "out s[n] residuals res_norm error_out",
    "lam": "out s[n] dominant_value spectral_radius rayleigh",
    "reg": "c regularization lambda_reg shift",
    "tol": "s tolerance tol pivot_tol",
    "omega": "c omega relaxation damping",
    "weight": "c weight scale gain",
    "its": "i num_iterations max_iters sweeps",
}

_CRAMER2 = """
m__mat__a = a2[i]
r__b__rhs_i = b2[i]
with maybe(0.4):
    m = pick(m + ident(m) * reg, m + transpose(m), m * weight)
with either:
    with _:
        det__d__delta = m[0, 0] * m[1, 1] - m[0, 1] * m[1, 0]
    with _:
        det__d__delta = determinant(m)
with maybe(0.6):
    if abs(det) < pick(tol, num(0.000001, 0.0001)):
        with maybe(0.5):
            x2[i] = zero(r)
        return
inv__inv_det = 1.0 / safe(det)
with either:
    with _:
        x__sol__xi = vec((r.x * m[1, 1] - r.y * m[0, 1]) * inv, (m[0, 0] * r.y - m[1, 0] * r.x) * inv)
    with _:
        adj__adjugate = mat(m[1, 1], -m[0, 1], -m[1, 0], m[0, 0])
        x__sol__xi = adj @ r * inv
with maybe(0.3):
    res__res_vec = r - m @ x
    x = x + res * pick(omega, inv * 0.5)
x2[i] = x
with either:
    with _:
        tr__trace_m = m[0, 0] + m[1, 1]
        disc__root = sqrt(max(0.25 * tr * tr - det, 0.0))
        eig2[i] = vec(0.5 * tr + disc, 0.5 * tr - disc)
    with _(2):
        tally(polish(length(x)))
    with _:
        tally(pick(length(m @ x - r), abs(det)))
"""

_CRAMER3 = """
m__mat__a = a3[i]
r__b__rhs_i = b3[i]
with maybe(0.4):
    m = pick(m + ident(m) * reg, 0.5 * (m + transpose(m)), m * weight)
with either:
    with _:
        c0__col0 = vec(m[0, 0], m[1, 0], m[2, 0])
        c1__col1 = vec(m[0, 1], m[1, 1], m[2, 1])
        c2__col2 = vec(m[0, 2], m[1, 2], m[2, 2])
        n12__cross12 = cross(c1, c2)
        det__d__delta = dot(c0, n12)
        with maybe(0.6):
            if abs(det) < pick(tol, num(0.000001, 0.0001)):
                return
        x__sol__xi = vec(dot(r, n12), dot(c0, cross(r, c2)), dot(c0, cross(c1, r))) / safe(det)
    with _:
        det__d__delta = determinant(m)
        with maybe(0.6):
            if abs(det) <= tol:
                x3[i] = pick(zero(r), r)
                return
        x__sol__xi = inverse(m) @ r
    with _:
        d0__m00 = m[1, 1] * m[2, 2] - m[1, 2] * m[2, 1]
        d1__m01 = m[1, 2] * m[2, 0] - m[1, 0] * m[2, 2]
        d2__m02 = m[1, 0] * m[2, 1] - m[1, 1] * m[2, 0]
        det__d__delta = m[0, 0] * d0 + m[0, 1] * d1 + m[0, 2] * d2
        inv__inv_det = 1.0 / safe(det)
        e0__m10 = m[0, 2] * m[2, 1] - m[0, 1] * m[2, 2]
        e1__m11 = m[0, 0] * m[2, 2] - m[0, 2] * m[2, 0]
        e2__m12 = m[0, 1] * m[2, 0] - m[0, 0] * m[2, 1]
        f0__m20 = m[0, 1] * m[1, 2] - m[0, 2] * m[1, 1]
        f1__m21 = m[0, 2] * m[1, 0] - m[0, 0] * m[1, 2]
        f2__m22 = m[0, 0] * m[1, 1] - m[0, 1] * m[1, 0]
        adj__cof = mat(d0, e0, f0, d1, e1, f1, d2, e2, f2)
        with maybe(0.5):
            i3[i] = adj * inv
        x__sol__xi = adj @ r * inv
with maybe(0.35):
    for c in range(num_its):
        x = x + (r - m @ x) * omega
with maybe(0.3):
    x = pick(g[i] + omega * (x - g[i]), lerp(g[i], x, clamp(omega, 0.0, 1.0)))
x3[i] = x
with maybe(0.5):
    res[i] = pick(length(m @ x - r), polish(abs(det)))
with maybe(0.25):
    tally(pick(dot(x, r), abs(det)))
"""

_CHOLESKY = """
flag__info__good = int(1)
for c in range(N):
    with maybe(0.3):
        ak[i, c, c] += pick(reg, abs(reg))
    s_c__pivot__diag = ak[i, c, c]
    for p in range(c):
        s_c -= ak[i, c, p] * ak[i, c, p]
    with either:
        with _:
            if s_c <= pick(tol, 0.0):
                flag = int(0)
                s_c = num(1.0, 0.001)
        with _:
            if s_c < tol:
                flag = int(0)
            s_c = max(s_c, num(0.0001, 0.001))
        with _:
            if s_c <= pick(tol, 0.0):
                ok[i] = c
                return
            if s_c < tol * tol:
                flag = int(2)
    l_cc__root__l_diag = sqrt(s_c)
    ak[i, c, c] = l_cc
    for q in range(c + 1, N):
        s_q__acc__entry = ak[i, q, c]
        for p in range(c):
            s_q -= ak[i, q, p] * ak[i, c, p]
        ak[i, q, c] = s_q / safe(l_cc)
with maybe(0.6):
    for c in range(N):
        y__forward__yc = bk[i, c]
        for p in range(c):
            y -= ak[i, c, p] * bk[i, p]
        bk[i, c] = y / safe(ak[i, c, c])
    for e in range(N):
        c2__row__back = LAST - e
        z__value__xc = bk[i, c2]
        for p in range(c2 + 1, N):
            z -= ak[i, p, c2] * bk[i, p]
        bk[i, c2] = z / safe(ak[i, c2, c2])
with maybe(0.5):
    prod__det__diag_prod = real(1.0)
    for c in range(N):
        with either:
            with _:
                prod = prod * ak[i, c, c] * ak[i, c, c]
            with _:
                prod += log(safe(ak[i, c, c]))
    dk[i] = pick(prod, polish(prod))
with maybe(0.5):
    ok[i] = flag
with maybe(0.3):
    tally(ak[i, 0, 0])
"""

_POWER = """
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

_JACOBI = """
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

_ITERATE = """
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
_TEXT = {
    "cramer2": _CRAMER2,
    "cramer3": _CRAMER3,
    "cholesky": _CHOLESKY,
    "power": _POWER,
    "jacobi": _JACOBI,
    "iterate": _ITERATE,
}


def build(b: Builder) -> None:
    b.grid(1)
    framing.prologue(b)
    form = b.form(_FORMS)
    size = b.integer(3, 6)
    scope = {name: text.replace("N", str(size)) for name, text in _SCOPE.items()}
    s = Sketch(
        b,
        **scope,
        num_its=b.integer(2, 4),
        i4="out m3[n] projected clamped_blocks spd_out",
        N=size,
        LAST=size - 1,
    )
    s.scope["COUNT"] = b.pick((s["its"], 4, 8, 16)) if form in ("power",) else b.pick((3, 4, 6))
    s.scope["LOOPS"] = b.pick((3, 4, 8, 16))
    s.scope["tally"] = lambda e: framing.tally(b, e, "residual_sum", "condition", "error")
    s(_TEXT[form])
    framing.bookkeeping(b, 0.35)
    s.done()
