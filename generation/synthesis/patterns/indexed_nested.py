"""Loops through index arrays: sparse rows, neighbour lists, faces of meshes, gathers of gathers.

Source: Saad, "Iterative Methods for Sparse Linear Systems", 2003, for compressed sparse rows.
"""

from __future__ import annotations

from generation.language.types import I32
from generation.program.nodes import Bound, Break, Continue, Span, Store
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, convert, dynamic, fixed, integer, number, op, plus, zero

VERBS = ("gather", "assemble", "relax", "spmv", "spread")
FIELDS = ("cloth", "geometry", "molecular", "finite_element", "particles")
_FORMS = Weights({"rows": 34, "neighbors": 28, "corners": 22, "chain": 16})
TITLES = {
    "rows": ("csr_row_sum gather_rows spmv_csr", "Sum over the entries of compressed sparse rows."),
    "neighbors": ("gather_neighbors sum_neighbors",),
    "corners": ("gather_corners scatter_corners interpolate_corners",),
    "chain": ("follow_chain chase_links walk_chain", "Follow a chain of links."),
}


def build(b: Builder) -> None:
    b.grid(1)
    if b.chance(0.15):
        phrases.bounds_guard(b)
    _FORM[b.form(_FORMS)](b)


def _rows(b: Builder) -> None:
    """Compressed rows: a product with a vector, a smoothing, a relaxation of labels or distances."""
    (row,) = b.threads
    entries, nodes = Bound("entries", 0), b.launch[0]
    span = Span(fixed(0), entries)
    offsets = b.array(I32, (Bound(nodes.size, 1),), "row_offsets", "indptr", "row_start", span=span)
    columns = b.index_array((entries,), nodes, "columns", "col_indices", "adjacency", "targets")
    type_ = b.pick((b.real, b.real, b.space))
    x = b.array(type_, (nodes,), "x", "values_in", "node_value", "state")
    weights = b.array(b.real, (entries,), "values", "weights", "edge_weight") if b.chance(0.75) else None
    first, last = at(offsets, row), at(offsets, plus(row, 1))
    if b.chance(0.7):
        first, last = b.let(first, "start", "begin", "row_begin"), b.let(last, "end", "stop", "row_end")
    extremal = type_ is b.real and b.chance(0.25)
    acc = b.let(at(x, row) if extremal else zero(type_), "acc", "total", "best", "row_sum")
    here = (
        b.let(at(x, row), "xi", "own", "center")
        if b.chance(0.4) or (weights is None and not extremal)
        else None
    )
    with b.loop(first, last) as k:
        col = b.named(at(columns, k), 0.65, "j", "col", "neighbor_id")
        if b.chance(0.25):
            b.when(op("eq", col, row), [Continue()])
        value = at(x, col)
        if here is not None:
            value = b.named(op("sub", value, here), 0.4, "diff", "jump")
        if weights is not None:
            weight = b.named(at(weights, k), 0.3, "w", "a_ij")
            value = (
                op("add" if extremal else "mul", weight, value)
                if extremal or b.chance(0.7)
                else op("mul", op("abs", weight), value)
            )
        if extremal:
            b.rebind(acc, op("min" if b.chance(0.7) else "max", acc, value))
        else:
            b.update(acc, "add", b.polish(value, 0.35))
    pool = [acc, *([here] if here is not None else []), *phrases.inputs(b, [b.real] * b.integer(0, 1))]
    pool = turns.develop(b, pool, b.integer(0, 2))
    phrases.finish(b, pool, 1, type_)


def _neighbors(b: Builder) -> None:
    """A list of neighbours per item, of fixed width or with a count: pair forces, densities, averages."""
    (i,) = b.threads
    width = Bound("max_neighbors", 0)
    table = b.index_array((b.launch[0], width), b.launch[0], "neighbors", "neighbor_list", "nbr_table")
    x = b.array(b.space, b.launch, "positions", "x", "coords")
    quantity = (
        b.array(b.real, b.launch, "mass", "charge", "density_in", "field_value") if b.chance(0.7) else None
    )
    xi = b.let(at(x, i), "xi", "p", "pos_i")
    limit = b.parameter(b.real, "cutoff", "radius", "support", "smoothing_length")
    type_ = b.pick((b.real, b.space))
    acc = b.let(zero(type_), "acc", "force", "density", "total")
    count = b.let(dynamic(I32, 0), "count", "num_close") if b.chance(0.25) else None
    with b.loop(integer(0), b.size(width, "max_neighbors", "width")) as k:
        j = b.let(at(table, i, k), "j", "other", "nbr")
        if b.chance(0.5):
            b.when(op("eq", i, j), [Continue()])
        d = b.let(op("sub", xi, at(x, j)), "d", "rij", "delta")
        r = b.let(op("length", d), "r", "dist")
        with b.block() as body:
            u = b.let(op("div", r, op("add", op("abs", limit), number(b.real, 1e-3))), "u", "s", "q_ratio")
            weight = _kernel(b, u)
            values = [b.let(weight, "w", "weight", "kernel_value")]
            if quantity is not None:
                values.append(at(quantity, j))
            if type_ is b.space:
                values.append(d)
            b.update(acc, b.pick(("add", "add", "sub")), b.mix(type_, values, 0.3))
            if count is not None:
                b.update(count, "add", integer(1))
                if b.chance(0.3):
                    b.when(op("ge", count, integer(b.pick((8, 16, 32)))), [Break()])
        b.when(op("lt", r, limit), body)
    pool = [acc, *([count] if count is not None else [])]
    pool = turns.develop(b, pool, b.integer(0, 2), goal=2)
    phrases.finish(b, pool, b.pick((1, 2)), type_)


def _kernel(b: Builder, u):
    """A radial weight of compact support; Monaghan, 1992; Müller et al., 2003."""
    one = number(b.real, 1.0)
    t = op("sub", one, u)
    square = op("mul", t, t)
    gaussian = op("exp", op("neg", op("mul", u, u)))
    poly6 = op("mul", op("mul", square, t), b.literal(b.real))
    wendland = op("mul", op("mul", square, square), op("add", op("mul", number(b.real, 4.0), u), one))
    return b.pick((square, gaussian, poly6, wendland, op("div", one, op("add", op("mul", u, u), one))))


def _corners(b: Builder) -> None:
    """Elements made of nodes: faces, tetrahedra, quads; their nodes are gathered, perhaps scattered to."""
    (element,) = b.threads
    corners = b.pick((2, 3, 3, 4, 4, 8))
    nodes = Bound("nodes", 0)
    table = b.index_array((b.launch[0], fixed(corners)), nodes, "faces", "elements", "tets", "connectivity")
    type_ = b.pick((b.space, b.space, b.real))
    values = b.array(
        type_,
        (nodes,),
        *(("points", "vertices", "x") if type_ is b.space else ("temperature", "phi", "nodal")),
    )
    mean = b.let(zero(type_), "center", "mean", "average")
    with b.loop(integer(0), integer(corners)) as c:
        b.update(
            mean, "add", op("mul", at(values, at(table, element, c)), number(b.real, round(1.0 / corners, 4)))
        )
    spread = b.let(zero(b.real), "spread", "energy", "deviation")
    with b.loop(integer(0), integer(corners)) as c:
        node = b.let(at(table, element, c), "node", "v", "vi")
        gap = b.let(op("sub", at(values, node), mean), "gap", "offset_value", "d")
        b.update(
            spread,
            "add",
            b.mix(b.real, [gap], 0.8)
            if b.chance(0.5)
            else op("dot" if type_ is b.space else "mul", gap, gap),
        )
        if b.chance(0.4):
            out = b.array(type_, (nodes,), "residual", "forces", "gradient_out", role="inout")
            factor = b.parameter(b.real) if b.chance(0.5) else b.literal(b.real)
            b.add_to(b.pick(("atomic_add", "atomic_sub")), at(out, node), op("mul", factor, gap))
    pool = turns.develop(
        b, [spread, mean, *phrases.inputs(b, [b.real] * b.integer(0, 2))], b.integer(0, 2), goal=2
    )
    phrases.finish(b, pool, b.pick((1, 1, 2)))


def _chain(b: Builder) -> None:
    """Indices that lead to indices: parents of parents, pointer jumping, gathers through a permutation."""
    (i,) = b.threads
    items = b.launch[0]
    parents = b.index_array((items,), items, "parent", "next_index", "link", "successor")
    type_ = b.pick((b.real, b.real, b.space))
    values = b.array(type_, (items,))
    acc = b.let(at(values, i), "acc", "value", "path_sum")
    if b.chance(0.5):
        hops = [b.let(at(parents, i), "p0", "first", "hop")]
        for _ in range(b.integer(1, 2)):
            hops.append(b.let(at(parents, hops[-1]), "p1", "second", "jump"))
        for hop in hops:
            b.update(acc, b.pick(("add", "sub")), b.polish(at(values, hop), 0.7))
    else:
        with b.loop(integer(0), integer(b.integer(2, 6))) as c:
            node = b.let(
                at(parents, op("mod", op("add", i, c), b.size(items, "num_items", "count"))), "node", "cursor"
            )
            # Warp widens an unrolled counter in place where it is converted to 64 bits.
            hop = [convert(c, b.real)] if b.real.bits < 64 else []
            b.update(acc, "add", b.mix(type_, [at(values, node), *hop], 0.3))
            if b.chance(0.4):
                b.when(op("eq", node, i), [Break()])
    root = at(parents, i)
    out = b.array(I32, b.launch, "root", "new_parent", "compressed", role="out")
    b.emit(Store(at(out, i), at(parents, root) if b.chance(0.6) else op("min", root, i)))
    pool = turns.develop(b, [acc, *phrases.inputs(b, [b.real] * b.integer(0, 2))], b.integer(0, 2))
    phrases.finish(b, pool, 1)


_FORM = {"rows": _rows, "neighbors": _neighbors, "corners": _corners, "chain": _chain}
