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
from generation.synthesis.patterns.sparse_matrix.blocks import BSR, COO
from generation.synthesis.patterns.sparse_matrix.rows import CHANGES, DIA, ELL, FINISH, ROW, USES
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


def build(b: Builder) -> None:
    b.grid(1)
    form = b.weighted(_FORMATS)
    framing.prologue(b)
    s = Sketch(b, **_SCOPE)
    s.scope["tally"] = lambda e: framing.tally(b, e, "residual_norm", "dot_product", "norm_sq")
    if form in ("bsr", "coo"):
        s(BSR if form == "bsr" else COO)
        framing.bookkeeping(b, 0.4)
        s.done()
        return
    use = b.pick(("product", "product", "product", *USES))
    s("acc__total__row_sum = real(0.0)")
    if use in ("jacobi", "diagonal"):
        s(f"diag__a_ii__pivot = real({b.pick(('0.0', '1.0'))})")
    elif use == "norms":
        s("off_diag__rest__off_sum = real(0.0)")
    elif use == "masked":
        s("lift__bc_term = real(0.0)")
    elif use == "count":
        s("used__kept__num_kept = int(0)")
    body = CHANGES + USES[use]
    if form == "csr":
        s.scope["visit"] = lambda: s("c__j__column = col[e]\na__a_ij__weight = val[e]")(body)
        s(ROW)
    else:
        source = "ell_val[i, e]" if form == "ell" else "diags[i, e]"
        s.scope["inner"] = lambda: s(f"a__a_ij__weight = {source}")(body)
        s(ELL if form == "ell" else DIA)
    s(FINISH[use])
    framing.bookkeeping(b, 0.4)
    s.done()
