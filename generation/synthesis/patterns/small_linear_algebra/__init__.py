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
from generation.synthesis.patterns.small_linear_algebra.iterative import ITERATE, JACOBI, POWER
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

_TEXT = {
    "cramer2": _CRAMER2,
    "cramer3": _CRAMER3,
    "cholesky": _CHOLESKY,
    "power": POWER,
    "jacobi": JACOBI,
    "iterate": ITERATE,
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
