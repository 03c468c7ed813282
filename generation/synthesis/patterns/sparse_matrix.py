"""Sparse matrices: products, residuals, relaxation sweeps and assembly in CSR, BSR, ELL, COO and diagonal
storage.

Free choices: format, scalars or blocks, what is done with the row (product, residual, Jacobi, triangular
solve, diagonal, scaling, norms), masks, damping.
Source: Saad, "Iterative Methods for Sparse Linear Systems", 2003; Bell and Garland, "Implementing SpMV on
Throughput-Oriented Processors", 2009.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.sketches import Sketch

VERBS = ("spmv", "sparse_row", "apply_matrix", "matrix_rows")
FIELDS = ("finite_element", "learning")
_FORMATS = Weights({"csr": 40, "bsr": 18, "ell": 18, "coo": 14, "dia": 10})

_SCOPE = {
    "start": "i<nnz[n+1] row_offsets indptr row_ptr",
    "col": "i>n[nnz] columns col_indices indices",
    "val": "s[nnz] values a_values data",
    "bval": "m[nnz] blocks block_values values",
    "ell_col": "i?n[n,width] ell_columns col_table neighbors",
    "ell_val": "s[n,width] ell_values coef_table values",
    "width": "n:width row_width max_row_nnz",
    "row_of": "i>rows_count[n] row_indices coo_rows rows",
    "col_of": "i>cols_count[n] col_indices coo_cols cols",
    "entry": "s[n] values coo_values data",
    "xc": "s[cols_count] x vec u_in",
    "yr": "inout s[rows_count] y result accumulated",
    "xr": "s[rows_count] row_scale weights_row left_scale",
    "diags": "s[n,5] diagonals bands dia_values",
    "shifts": "i[5] offsets band_offsets diagonal_shift",
    "count": "n:n num_rows n_rows dim",
    "x": "s[n] x vec solution",
    "bx": "v[n] x vec solution",
    "rhs": "s[n] rhs b load_vector",
    "brhs": "v[n] rhs b load_vector",
    "inv_diag": "s[n] inv_diag diagonal_inverse precond",
    "mask": "i[n] dirichlet fixed_dofs bc_mask",
    "fixed": "s[n] boundary_values prescribed x_fixed",
    "alpha": "c alpha scale factor",
    "beta": "c beta blend keep",
    "omega": "c omega damping relaxation",
    "shift": "c diagonal_shift lambda_shift regularization",
    "tol": "s drop_tol threshold tolerance",
    "y": "out s[n] y result ax",
    "y_acc": "inout s[n] y result ax",
    "by": "out v[n] y result ax",
    "by_acc": "inout v[n] y result ax",
    "diag_out": "out s[n] diagonal diag_out d_out",
    "bdiag": "out m[n] diagonal_blocks diag_out block_diag",
    "norm_out": "out s[n] row_norms row_sums norm_out",
    "x_new": "out s[n] x_new x_next relaxed",
    "nnz_out": "out i[n] row_nnz entry_count counts",
    "blocked_r": "i[rows_count] row_mask fixed_rows",
    "blocked_c": "i[cols_count] col_mask fixed_cols",
    "blocked": "i[n] inactive is_constrained removed",
    "row_scale": "s[n] row_scale left_scale equilibration",
    "col_scale": "s[n] col_scale right_scale weights",
}

_ROW = """
with either:
    with _(2):
        first__begin__row_begin = start[i]
        last__end__row_end = start[i + 1]
        for e in range(first, last):
            visit()
    with _:
        for e in range(start[i], start[i + 1]):
            visit()
"""
_ELL = """
for e in range(width):
    c__j__column = ell_col[i, e]
    with either:
        with _:
            if c < 0:
                break
        with _:
            if c < 0:
                continue
    inner()
"""
_DIA = """
for e in range(5):
    c__j__column = i + shifts[e]
    with either:
        with _:
            if c < 0 or c >= count:
                continue
            inner()
        with _:
            if c >= 0 and c < count:
                inner()
"""

_CHANGES = """
with maybe(0.2):
    if blocked[c] != 0:
        continue
with maybe(0.25):
    a = a * pick(col_scale[c], row_scale[i] * col_scale[c], 1.0 / safe(col_scale[c]))
with maybe(0.2):
    if c == i:
        a = pick(a + shift, a * (1.0 + shift), shift * a)
with maybe(0.2):
    a = polish(a)
"""

_USES = {
    "product": """
with maybe(0.25):
    if abs(a) < tol:
        continue
acc += a * x[c]
""",
    "jacobi": """
if c == i:
    diag = a
else:
    acc += a * x[c]
""",
    "diagonal": """
if c == i:
    diag = a
    with maybe(0.5):
        break
""",
    "norms": """
with either:
    with _:
        acc += abs(a)
    with _:
        acc += a * a
    with _:
        acc = max(acc, abs(a))
if c != i:
    off_diag += abs(a)
""",
    "triangular": """
if c >= i:
    continue
acc += a * x[c]
""",
    "masked": """
if mask[c] != 0:
    lift__bc_term += a * fixed[c]
    continue
acc += a * x[c]
""",
    "count": """
if abs(a) > tol:
    used__kept__num_kept += 1
    acc += abs(a)
""",
}
_FINISH = {
    "product": """
with maybe(0.35):
    acc += shift * x[i]
with either:
    with _(2):
        y[i] = pick(acc, alpha * acc)
    with _(2):
        y_acc[i] = alpha * acc + beta * y_acc[i]
    with _(2):
        r__defect__residual = rhs[i] - acc
        y[i] = r
        with maybe(0.5):
            tally(r * r)
    with _:
        r__defect__residual = rhs[i] - acc
        z__preconditioned__scaled_r = inv_diag[i] * r
        x_new[i] = x[i] + pick(omega * z, z)
        tally(pick(r * z, abs(r)))
with maybe(0.25):
    tally(acc * x[i])
""",
    "jacobi": """
with either:
    with _:
        if abs(diag) < tol:
            x_new[i] = x[i]
            return
        fresh__target__x_star = (rhs[i] - acc) / diag
    with _:
        fresh__target__x_star = (rhs[i] - acc) / safe(diag)
with maybe(0.5):
    fresh = pick(x[i] + omega * (fresh - x[i]), (1.0 - omega) * x[i] + omega * fresh)
x_new[i] = fresh
with maybe(0.5):
    tally(abs(fresh - x[i]))
""",
    "diagonal": """
with either:
    with _:
        diag_out[i] = diag
    with _:
        if abs(diag) < tol:
            diag = 1.0
        diag_out[i] = 1.0 / diag
    with _:
        diag_out[i] = 1.0 / safe(sqrt(abs(diag + shift)))
with maybe(0.4):
    tally(abs(diag))
""",
    "norms": """
norm_out[i] = pick(acc, sqrt(acc), 1.0 / safe(acc))
with maybe(0.6):
    dominance__gap = acc - 2.0 * off_diag
    with maybe(0.4):
        dominance = polish(dominance)
    tally(dominance)
""",
    "triangular": """
value__forward__xi = (rhs[i] - acc) * pick(inv_diag[i], 1.0 / safe(inv_diag[i]))
with maybe(0.4):
    value = value * omega + (1.0 - omega) * x[i]
x_new[i] = value
with maybe(0.4):
    tally(abs(value - x[i]))
""",
    "masked": """
if mask[i] != 0:
    y[i] = pick(fixed[i], x[i], fixed[i] - x[i])
    return
y[i] = pick(acc - lift, rhs[i] - acc - lift, acc + lift)
with maybe(0.4):
    tally(pick(lift, acc * acc))
""",
    "count": """
nnz_out[i] = used
with maybe(0.6):
    if used > 0:
        acc = acc / real(used)
    norm_out[i] = acc
with maybe(0.3):
    tally(acc)
""",
}

_BSR = """
with either:
    with _(3):
        first__begin__row_begin = start[i]
        last__end__row_end = start[i + 1]
    with _:
        first__begin__row_begin = start[i]
        last__end__row_end = min(start[i + 1], first + num(8, 16, 32))
acc__total__row_sum = vzero()
xi__own__x_row = bx[i]
for e in range(first, last):
    c__j__column = col[e]
    block__a_ij__blk = bval[e]
    with either:
        with _(2):
            acc += block @ bx[c]
        with _:
            if c == i:
                continue
            acc += block @ (bx[c] - xi)
        with _:
            if c == i:
                bdiag[i] = block
            acc += pick(transpose(block), block) @ bx[c]
        with _:
            if trace(block) > tol:
                acc += pick(alpha * (block @ bx[c]), block @ bx[c])
with either:
    with _(2):
        by[i] = acc
    with _:
        by_acc[i] = beta * by_acc[i] + alpha * acc
    with _(2):
        r__defect__residual = brhs[i] - acc
        with maybe(0.4):
            if mask[i] != 0:
                r = zero(r)
        by[i] = pick(r, inv_diag[i] * r, xi + omega * r)
        tally(dot(r, r))
with maybe(0.4):
    tally(dot(xi, acc))
"""

_COO = """
r__row__dest_row = row_of[i]
c__column__src_col = col_of[i]
a__value__a_rc = entry[i]
with maybe(0.4):
    if abs(a) < tol:
        return
with maybe(0.3):
    if r == c:
        a = pick(a + shift, a * omega)
with maybe(0.3):
    a = a * pick(xr[r], 1.0 / safe(xr[r]))
with maybe(0.25):
    a = polish(a)
with maybe(0.25):
    if blocked_r[r] != 0 or blocked_c[c] != 0:
        return
product__term__contribution = pick(a, alpha * a) * xc[c]
with either:
    with _(3):
        atomic_add(yr, r, product)
    with _:
        if r > c:
            atomic_add(yr, r, product)
            tally(product)
        else:
            atomic_sub(yr, r, pick(product, a))
    with _:
        atomic_add(yr, r, product)
        with maybe(0.6):
            tally(pick(abs(a), product))
"""


def build(b: Builder) -> None:
    b.grid(1)
    form = b.weighted(_FORMATS)
    framing.prologue(b)
    s = Sketch(b, **_SCOPE)
    s.scope["tally"] = lambda e: framing.tally(b, e, "residual_norm", "dot_product", "norm_sq")
    if form in ("bsr", "coo"):
        s(_BSR if form == "bsr" else _COO)
        framing.bookkeeping(b, 0.4)
        s.done()
        return
    use = b.pick(("product", "product", "product", *_USES))
    s("acc__total__row_sum = real(0.0)")
    if use in ("jacobi", "diagonal"):
        s(f"diag__a_ii__pivot = real({b.pick(('0.0', '1.0'))})")
    elif use == "norms":
        s("off_diag__rest__off_sum = real(0.0)")
    elif use == "masked":
        s("lift__bc_term = real(0.0)")
    elif use == "count":
        s("used__kept__num_kept = int(0)")
    body = _CHANGES + _USES[use]
    if form == "csr":
        s.scope["visit"] = lambda: s("c__j__column = col[e]\na__a_ij__weight = val[e]")(body)
        s(_ROW)
    else:
        source = "ell_val[i, e]" if form == "ell" else "diags[i, e]"
        s.scope["inner"] = lambda: s(f"a__a_ij__weight = {source}")(body)
        s(_ELL if form == "ell" else _DIA)
    s(_FINISH[use])
    framing.bookkeeping(b, 0.4)
    s.done()
