"""Small problems of linear algebra and geometry, one per thread: factorisations, nearest edges, frames.

Free choices: which decomposition, what is rebuilt or measured from its parts, what is limited.
Source: Golub and Van Loan, "Matrix Computations", 2013; Sorkine and Alexa, "As-rigid-as-possible", 2007;
Ericson, "Real-Time Collision Detection", 2005, chapter 5.
"""

from __future__ import annotations

from generation.language.types import F32, F64, I32, Vector, vector
from generation.program.nodes import Bound, Field
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, convert, integer, number, op
from generation.synthesis.terms import build as make

VERBS = ("decompose", "factor", "project", "fit", "solve")
_FORMS = Weights({"svd": 30, "eigen": 18, "qr": 12, "frame": 18, "edges": 22})
TITLES = {
    "svd": ("compute_svd polar_decompose project_svd", "Singular value decomposition of small matrices."),
    "eigen": (
        "compute_eigen eigen_decompose principal_axes",
        "Eigendecomposition of small symmetric matrices.",
    ),
    "qr": ("qr_factorize compute_qr", "QR decomposition of small matrices."),
    "edges": ("closest_edge_points edge_edge_distance", "Closest points of two edges."),
}
_V3 = vector(3, F32)


def build(b: Builder) -> None:
    b.real = F64 if b.chance(0.08) else F32
    b.grid(b.pick((1, 1, 1, 2)))
    form = b.form(_FORMS)
    if form == "edges":
        b.real = F32
    b.space = vector(2 if form == "svd" and b.chance(0.25) else 3, b.real)
    if b.chance(0.25):
        phrases.bounds_guard(b)
    pool = _FORM[form](b)
    pool = turns.develop(b, pool, b.integer(0, 3), goal=1)
    phrases.finish(b, pool, b.pick((1, 1, 2)))


def _given(b: Builder):
    """A matrix: stored, of three stored vectors, or a product that makes it symmetric."""
    n = b.space.length
    if b.chance(0.35):
        columns = [b.named(phrases.source(b, b.space), 0.6) for _ in range(n)]
        name = b.pick(("matrix_from_cols", "matrix_from_rows"))
        return b.let(op(name, *columns), "F", "basis_m", "edges_m")
    if n == 2 and b.chance(0.4):
        entries = [b.named(phrases.source(b, b.real), 0.6) for _ in range(4)]
        return b.let(make(b.square, *entries), "F", "A_m", "cov")
    return b.let(phrases.source(b, b.square), "F", "A_m", "deform")


def _svd(b: Builder):
    """Singular values: the nearest rotation, clamped stretches, strain energies."""
    f = _given(b)
    words = (("U", "u_m"), ("sigma", "s_vec"), ("V", "v_m"))
    u, s, v = b.unpack(op("svd3" if b.space.length == 3 else "svd2", f), *words)
    how = b.integer(0, 2)
    if how == 0:
        r = b.let(op("matmul", u, op("transpose", v)), "R", "polar_r")
        return [b.let(op("sub", f, r), "residual_m", "offset_m"), op("dot", s, s)]
    if how == 1:
        low, high = b.pick(((0.1, 10.0), (0.5, 2.0), (0.05, 4.0)))
        ones = [Field(b.real, s, c) for c in "xyz"[: b.space.length]]
        kept = [op("clamp", x, number(b.real, low), number(b.real, high)) for x in ones]
        from_parts = b.let(_vector(b.space, kept), "clamped_s", "limited_s")
        scaled = op("matmul", u, op("diag", from_parts))
        return [b.let(op("matmul", scaled, op("transpose", v)), "rebuilt", "F_limited")]
    stretch = b.let(op("sub", s, _vector(b.space, [number(b.real, 1.0)] * b.space.length)), "stretch", "e_s")
    mu = b.parameter(b.real, "mu", "lame_mu", "stiffness")
    energy = b.let(op("mul", mu, op("dot", stretch, stretch)), "psi", "energy_value")
    return [energy, op("matmul", op("matmul", u, v), stretch)]


def _vector(type_: Vector, parts):
    return make(type_, *parts)


def _symmetric(b: Builder):
    m = _given(b)
    if b.chance(0.4):
        return b.let(op("matmul", op("transpose", m), m), "C", "gram")
    return b.let(op("mul", number(b.real, 0.5), op("add", m, op("transpose", m))), "sym_m", "rate_m")


def _eigen(b: Builder):
    """Eigenvalues of a symmetric tensor: principal values, anisotropy, the leading axis."""
    q, d = b.unpack(op("eig3", _symmetric(b)), ("Q", "axes_m"), ("d", "eigenvalues"))
    low, high = op("min", d), op("max", d)
    how = b.integer(0, 2)
    if how == 0:
        spread = b.let(op("sub", high, low), "spread", "max_shear")
        return [spread, op("matmul", q, d)]
    if how == 1:
        size = op("add", op("abs", high), number(b.real, 1e-3))
        return [b.let(op("div", low, size), "anisotropy", "flatness"), op("matmul", op("transpose", q), d)]
    powered = [op("sqrt", op("abs", Field(b.real, d, c))) for c in "xyz"]
    root = op("matmul", op("matmul", q, op("diag", _vector(b.space, powered))), op("transpose", q))
    return [b.let(root, "root_m", "stretch_m")]


def _qr(b: Builder):
    """Orthogonal and triangular factors: a solve without an inverse, a volume, a frame."""
    q, r = b.unpack(op("qr3", _given(b)), ("Q", "q_m"), ("R", "r_m"))
    diagonal = b.let(op("get_diag", r), "diag_r", "pivots")
    x, y, z = (Field(b.real, diagonal, c) for c in "xyz")
    volume = op("mul", op("mul", x, y), z)
    right = b.named(phrases.source(b, b.space), 0.5, "rhs", "target_v")
    return [b.let(op("matmul", op("transpose", q), right), "projected", "rotated_rhs"), op("abs", volume)]


def _frame(b: Builder):
    """An orthonormal frame about a normal, as a matrix and perhaps a quaternion."""
    n = b.let(op("normalize", phrases.source(b, b.space)), "n", "axis_n")
    helper = b.let(phrases.source(b, b.space), "hint", "up_hint")
    t = b.let(op("normalize", op("cross", helper, n)), "t", "tangent_v")
    name = b.pick(("matrix_from_cols", "matrix_from_rows"))
    frame = b.let(op(name, t, op("cross", n, t), n), "frame_m", "basis_m")
    value = b.named(phrases.source(b, b.space), 0.5)
    if b.chance(0.4):
        turn = b.let(op("quat_from_matrix", frame), "q", "rot")
        return [b.let(op("quat_rotate", turn, value), "turned", "local_v")]
    local = b.let(op("matmul", frame, value), "local_v", "in_frame")
    if b.chance(0.4):
        axis = op(b.pick(("argmin", "argmax")), op("abs", local) if b.chance(0.6) else local)
        return [convert(b.let(axis, "main_axis", "dominant"), I32), local]
    return [local]


def _edges(b: Builder):
    """Two edges at their closest, or two triangles tested for a common point."""
    if b.chance(0.65):
        ends = [
            b.named(at(b.array(_V3, b.launch, *w), *b.threads), 0.7, *w)
            for w in (("p1",), ("q1",), ("p2",), ("q2",))
        ]
        close = b.let(op("closest_point_edge_edge", *ends, number(F32, b.pick((1e-6, 1e-5)))), "st", "std")
        s, t, distance = (Field(F32, close, c) for c in "xyz")
        if b.chance(0.3):
            b.stop_if(op("gt", distance, b.parameter(F32, "contact_range", "max_dist")))
        on_first = op("add", ends[0], op("mul", op("sub", ends[1], ends[0]), s))
        on_second = op("add", ends[2], op("mul", op("sub", ends[3], ends[2]), t))
        return [
            b.let(op("sub", on_first, on_second), "gap", "separation"),
            *([distance] if b.chance(0.4) else []),
        ]
    x = b.array(_V3, (Bound("num_vertices", 0),), "vertices", "points")
    corners = []
    for words in (("tri_a", "faces_a"), ("tri_b", "faces_b")):
        table = b.index_array((*b.launch, Bound("", 3)), Bound("num_vertices", 0), *words)
        corners += [
            b.named(at(x, at(table, *b.threads, integer(k))), 0.5, f"x{k}", f"y{k}") for k in range(3)
        ]
    hit = b.let(op("ne", op("intersect_tri_tri", *corners), integer(0)), "overlap", "crosses")
    separation = op("length", op("sub", corners[0], corners[3]))
    return [b.let(op("where", hit, number(F32, 0.0), separation), "clearance", "gap_length")]


_FORM = {"svd": _svd, "eigen": _eigen, "qr": _qr, "frame": _frame, "edges": _edges}
