"""Products of matrices: dense, transposed, batched, masked, banded, by vectors, of small blocks."""

from __future__ import annotations

from generation.program.nodes import Bound, Continue, Store
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, fixed, integer, number, op, plus, zero

VERBS = ("multiply", "gemm", "apply_matrix", "contract")
FIELDS = ("learning", "signal", "finite_element")
_FORMS = Weights({"dense": 40, "vector": 22, "gram": 14, "banded": 12, "column_loop": 12})
TITLES = {
    "dense": ("matmul gemm dense_matmul multiply_matrices", "Dense matrix product."),
    "vector": ("matvec gemv apply_matrix", "Matrix-vector product."),
    "gram": ("gram_matrix compute_gram", "Gram matrix of the rows."),
    "banded": ("banded_matvec apply_banded", "Product with a banded matrix."),
    "column_loop": ("matmul_columns gemm_columns",),
}


def build(b: Builder) -> None:
    form = b.form(_FORMS)
    _FORM[form](b, Bound("inner", 0))


def _epilogue(b: Builder, acc, row, col) -> None:
    """What happens to a finished element: scaled, blended with the old one, biased, activated, developed."""
    pool = [acc]
    if b.chance(0.75):
        extra = phrases.inputs(b, [b.pick((b.real, acc.type))] * b.integer(0, 2))
        pool = turns.develop(b, [acc, *extra], b.integer(0, 3))
        pool = [b.let(b.mix(acc.type, pool, 0.2))]
    if b.chance(0.35):
        pool = [b.let(op("mul", b.parameter(b.real, "alpha", "scale"), pool[0]), "scaled")]
    if b.chance(0.3) and acc.type is b.real:
        axis = b.pick([k for k in (row, col) if k is not None])
        bias = b.array(b.real, (b.launch[b.threads.index(axis)],), "bias", "row_scale", "offsets_data")
        pool = [op(b.pick(("add", "mul")), pool[0], at(bias, axis))]
    if b.chance(0.4) and acc.type is b.real:
        pool = [
            b.pick((op("max", pool[0], number(b.real, 0.0)), op("tanh", pool[0]), b.polish(pool[0], 1.0)))
        ]
    if b.chance(0.25):
        out = b.array(acc.type, b.launch, "c_matrix", "result", "accumulated", role="inout")
        beta = b.parameter(b.real, "beta", "blend")
        target = at(out, *b.threads)
        b.emit(Store(target, op("add", op("mul", beta, target), b.mix(acc.type, pool, 0.0))))
    else:
        out = b.output(acc.type, None, "c_matrix", "product", "result", "out", "y")
        b.emit(Store(at(out, *b.threads), b.mix(acc.type, pool, 0.0)))


def _dense(b: Builder, inner: Bound) -> None:
    """C = op(A) op(B), over scalars or over small blocks, with or without a batch."""
    batched = b.chance(0.25)
    threads = b.grid(3 if batched else 2)
    row, col = threads[-2:]
    blocks = b.chance(0.25)
    type_ = b.square if blocks else b.real
    right_type = b.space if blocks and b.chance(0.4) else type_
    batch = (b.launch[0],) if batched else ()
    left_turned, right_turned = b.chance(0.3), b.chance(0.3)
    m, n = b.launch[-2:]
    a = b.array(type_, (*batch, *((inner, m) if left_turned else (m, inner))), "a_matrix", "lhs", "a", "left")
    shared = batched and b.chance(0.3)
    c = b.array(
        right_type,
        (*(() if shared else batch), *((n, inner) if right_turned else (inner, n))),
        "b_matrix",
        "rhs",
        "b",
        "right",
    )
    acc = b.let(zero(right_type), "acc", "total", "dot_value", "sum_value")
    at_batch = (threads[0],) if batched else ()
    with b.loop(integer(0), b.size(inner, "inner_dim", "k_dim", "depth_size")) as k:
        one = at(a, *at_batch, *((k, row) if left_turned else (row, k)))
        two = at(c, *(() if shared else at_batch), *((col, k) if right_turned else (k, col)))
        if b.chance(0.25):
            one, two = b.let(one, "a_ik", "left_value"), b.let(two, "b_kj", "right_value")
        if b.chance(0.2) and not blocks:
            b.when(op("lt", op("abs", one), b.parameter(b.real, "sparsity_tol", "tolerance")), [Continue()])
        if b.chance(0.25) and not blocks:
            one = b.polished(one)
        product = op("matmul" if blocks else "mul", one, two)
        if b.chance(0.3):
            weights = b.array(b.real, (inner,), "weights", "diag_entries", "inner_scale")
            product = op("mul", product, at(weights, k)) if not blocks else op("mul", at(weights, k), product)
        b.update(acc, "add", product)
    _epilogue(b, acc, row, col)


def _vector(b: Builder, inner: Bound) -> None:
    """y = A x, or the residual b - A x, with the diagonal kept apart for Jacobi steps."""
    (row,) = b.grid(1)
    blocks = b.chance(0.3)
    a = b.array(b.square if blocks else b.real, (b.launch[0], inner), "matrix", "a_matrix", "operator")
    x = b.array(b.space if blocks else b.real, (inner,), "x", "vec", "solution", "guess")
    acc = b.let(zero(x.type.dtype), "acc", "row_sum", "ax")
    skip = b.chance(0.3)
    with b.loop(integer(0), b.size(inner, "num_cols", "n_cols", "dim")) as k:
        if skip:
            b.when(op("eq", k, row), [Continue()])
        entry = at(a, row, k) if blocks else b.polish(at(a, row, k), 0.3)
        b.update(acc, "add", op("matmul" if blocks else "mul", entry, b.polish(at(x, k), 0.15)))
    if b.chance(0.5):
        rhs = b.let(at(b.array(acc.type, b.launch, "rhs", "b", "load_vector"), row), "b_i", "target_value")
        acc = b.let(op("sub", rhs, acc), "residual", "defect")
        if not blocks and b.chance(0.6):
            diagonal = at(b.array(b.real, b.launch, "diagonal", "inv_diag", "precond"), row)
            acc = b.let(
                op("mul", acc, diagonal) if b.chance(0.5) else op("div", acc, b.guard("positive", diagonal)),
                "correction",
                "step",
            )
    _epilogue(b, acc, row, None)


def _gram(b: Builder, inner: Bound) -> None:
    """A^T A or A A^T and distances between rows: products of a matrix with itself."""
    row, col = b.grid(2)
    type_ = b.pick((b.real, b.space))
    m, n = b.launch
    one = b.array(type_, (m, inner), "features", "queries", "samples_a")
    two = b.array(type_, (n, inner), "keys", "references", "samples_b")
    acc = b.let(zero(b.real), "acc", "similarity", "dist_sq")
    metric = b.pick(("dot", "distance", "absolute"))
    with b.loop(integer(0), b.size(inner, "num_features", "dim", "channels")) as k:
        x, y = at(one, row, k), at(two, col, k)
        if metric == "dot":
            term = op("dot" if type_ is b.space else "mul", x, y)
        else:
            d = b.let(op("sub", x, y), "diff", "d")
            term = (
                op("dot", d, d)
                if type_ is b.space
                else op("mul", d, d)
                if metric == "distance"
                else op("abs", d)
            )
        b.update(acc, "add", b.polish(term, 0.2))
    if b.chance(0.4):
        acc = b.let(
            op("exp", op("neg", op("mul", op("abs", acc), b.parameter(b.real, "gamma", "bandwidth")))),
            "affinity",
            "kernel_value",
        )
    elif b.chance(0.4):
        acc = b.let(
            op("div", acc, op("sqrt", b.guard("positive", b.parameter(b.real, "scale_dim", "head_dim")))),
            "score",
            "logit",
        )
    _epilogue(b, acc, row, col)


def _banded(b: Builder, inner: Bound) -> None:
    """A matrix stored by diagonals times a vector; entries beyond the border are skipped."""
    (row,) = b.grid(1)
    band = b.integer(1, 3)
    width = 2 * band + 1
    diagonals = b.array(b.real, (b.launch[0], fixed(width)), "bands", "diagonals", "band_matrix")
    type_ = b.pick((b.real, b.space))
    x = b.array(type_, b.launch, "x", "vec", "values")
    size = b.size(b.launch[0], "n", "num_rows", "dim")
    acc = b.let(zero(type_), "acc", "row_value", "total")
    with b.loop(integer(0), integer(width)) as k:
        col = b.let(plus(op("add", row, k), -band), "col", "j_col", "neighbor_col")
        term = op("mul", at(diagonals, row, k), at(x, col))
        if b.chance(0.5):
            b.when(op("or", op("lt", col, integer(0)), op("ge", col, size)), [Continue()])
            b.update(acc, "add", term)
        else:
            with b.block() as body:
                b.update(acc, "add", term)
            b.when(op("and", op("ge", col, integer(0)), op("lt", col, size)), body)
    _epilogue(b, acc, row, None)


def _column_loop(b: Builder, inner: Bound) -> None:
    """One thread per row: two loops, the outer over the columns of the result."""
    (row,) = b.grid(1)
    n = Bound("out_cols", 0)
    a = b.array(b.real, (b.launch[0], inner), "activations", "lhs", "x")
    w = b.array(b.real, (inner, n), "weights", "rhs", "projection_matrix")
    out = b.output(b.real, (b.launch[0], n), "out", "hidden", "result")
    triangular = b.chance(0.3)
    depth = b.size(inner, "in_features", "k_dim")
    with b.loop(integer(0), b.size(n, "out_features", "n_dim")) as col:
        bias = at(b.array(b.real, (n,), "bias", "shift"), col) if b.chance(0.5) else None
        acc = b.let(zero(b.real), "acc", "s", "value")
        with b.loop(integer(0), depth) as k:
            if triangular:
                b.when(op("gt", k, col), [Continue()])
            b.update(acc, "add", op("mul", b.polish(at(a, row, k), 0.3), b.polish(at(w, k, col), 0.2)))
        value = acc if bias is None else op("add", acc, bias)
        if b.chance(0.5):
            value = b.pick((op("max", value, number(b.real, 0.0)), op("tanh", value), b.polish(value, 1.0)))
        if b.chance(0.35):
            value = b.mix(b.real, [b.let(value, "pre", "logit", "linear"), b.parameter(b.real)], 0.6)
        if b.chance(0.4):
            residual = b.array(b.real, (b.launch[0], n), "residual_in", "skip", "gate_values")
            value = b.mix(b.real, [value, at(residual, row, col)], 0.5)
        b.emit(Store(at(out, row, col), value))


_FORM = {"dense": _dense, "vector": _vector, "gram": _gram, "banded": _banded, "column_loop": _column_loop}
