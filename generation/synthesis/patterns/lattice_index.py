"""Cells of grids as integer vectors: positions to cells, bounded neighbours, stacked fields, elements.

Free choices: dimension, boundary rule, layout of the memory, which neighbours, what a cell holds.
Source: Hockney and Eastwood, "Computer Simulation Using Particles", 1988; NVIDIA Warp examples (MPM, LBM).
"""

from __future__ import annotations

from generation.language.types import BOOL, F32, F64, I32, U8, Vector, vector
from generation.program.nodes import Atomic, Bound, Component, Do, Field, Op
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, convert, fixed, integer, number, op, zero
from generation.synthesis.terms import build as make

VERBS = ("bin", "locate", "gather", "splat", "index", "rasterize")
FIELDS = ("particles", "fluid", "image", "learning")
_FORMS = Weights({"bin": 26, "stacked": 30, "neighbors": 22, "edges": 12, "coordinates": 10})
TITLES = {
    "bin": ("bin_points assign_cells compute_cell_ids", "Assign points to the cells of a grid."),
    "neighbors": ("gather_cell_neighbors find_neighbor_cells",),
    "coordinates": ("cell_coordinates unravel_index", "Convert between cell indices and coordinates."),
}


def build(b: Builder) -> None:
    b.real = F64 if b.chance(0.08) else F32
    b.space = vector(b.pick((3, 3, 2)), b.real)
    pool = _FORM[b.form(_FORMS)](b)
    if pool:
        pool = turns.develop(b, pool, b.integer(0, 3), goal=1)
        phrases.finish(b, pool, b.pick((1, 1, 2)))


def _cell(b: Builder, p):
    """The cell of a position as an integer vector."""
    n = p.type.length
    scaled = p
    if b.chance(0.7):
        scaled = op("sub", p, b.parameter(b.space, "origin", "lower", "grid_min"))
        scaled = b.named(scaled, 0.3, "rel", "offset_p", "shifted_p")
    how = b.integer(0, 3)
    if how == 0:
        scaled = op(
            "cw_div", scaled, b.guard("nonzero", b.parameter(b.space, "cell_size", "spacing", "voxel"))
        )
    elif how == 1:
        scaled = op("cw_mul", scaled, b.parameter(b.space, "inv_cell_size", "inv_spacing", "resolution"))
    elif how == 2:
        size = b.parameter(b.real, "dx", "cell_width", "voxel_size")
        scaled = op("div", scaled, op("max", size, number(b.real, 1e-3)))
    else:
        scaled = op("mul", scaled, b.parameter(b.real, "inv_dx", "inv_h"))
    scaled = b.let(scaled, "g", "grid_p", "local_p")
    parts = [Field(b.real, scaled, c) for c in "xyz"[:n]]
    if b.chance(0.3):
        parts = [op(b.pick(("sub", "add")), part, number(b.real, 0.5)) for part in parts]
    rounding = b.pick(("floor", "floor", "floor", "round", "ceil", "trunc", ""))
    parts = [convert(op(rounding, part) if rounding else part, I32) for part in parts]
    return b.let(make(vector(n, I32), *parts), "cell", "base", "ijk")


def _inside(b: Builder, cell, sizes):
    """The components of a cell, clamped, wrapped or returned from where they leave the grid."""
    names = ("ci", "cj", "ck")[: len(sizes)]
    parts = [
        Component(I32, cell, (integer(k),)) if b.chance(0.4) else Field(I32, cell, "xyz"[k])
        for k in range(len(sizes))
    ]
    how = b.integer(0, 2)
    found = []
    for name, part, size in zip(names, parts, sizes, strict=True):
        if how == 0:
            found.append(b.let(op("clamp", part, integer(0), op("sub", size, integer(1))), name))
        elif how == 1:
            found.append(b.let(op("mod", op("max", part, integer(0)), size), name))
        else:
            found.append(b.let(op("max", part, integer(0)), name))
            b.stop_if(op("ge", found[-1], size))
    return found


def _bin(b: Builder):
    """Particles counted or splatted into the cells of a dense grid."""
    b.grid(1)
    p = b.let(at(b.array(b.space, b.launch, "positions", "points", "x_data"), *b.threads), "p", "x")
    cell = _cell(b, p)
    extents = [Bound(name, 0) for name in ("grid_x", "grid_y", "grid_z")[: b.space.length]]
    sizes = [b.size(e, n) for e, n in zip(extents, ("nx", "ny", "nz"), strict=False)]
    index = _inside(b, cell, sizes)
    if b.chance(0.25):
        alive = at(b.array(BOOL, b.launch, "alive", "is_active", "valid"), *b.threads)
        b.stop_if(op("not", alive) if b.chance(0.6) else alive)
    if b.chance(0.25):
        v = at(b.array(b.space, b.launch, "velocities", "momenta", "vel"), *b.threads)
        v = op("mul", v, phrases.source(b, b.real)) if b.chance(0.5) else v
        sums = b.array(b.space, extents, "grid_velocity", "grid_momentum", role="inout")
        b.add_to(b.pick(("atomic_add", "atomic_sub")), at(sums, *index), v)
    elif b.chance(0.5):
        counts = b.array(I32, extents, "counts", "histogram", role="inout")
        b.emit(Do(Atomic(I32, "atomic_add", counts, tuple(index), integer(1))))
    else:
        weight = phrases.source(b, b.real)
        field_ = b.array(b.real, extents, "density_grid", "mass_grid", role="inout")
        b.emit(
            Do(
                Atomic(
                    b.real, b.pick(("atomic_add", "atomic_max", "atomic_add")), field_, tuple(index), weight
                )
            )
        )
    if b.chance(0.5):
        return []
    offset = op("sub", p, _as_real(b, cell))
    return [offset] if b.chance(0.5) else [convert(op(b.pick(("min", "max")), cell), b.real), offset]


def _as_real(b: Builder, cell):
    return Op(vector(cell.type.length, b.real), "construct", (cell,))


def _stacked(b: Builder):
    """A batch of grids in a 4-D array: one thread per value, sums along an axis, channels mixed."""
    names = ("batches", "channels", "rows", "cols")
    b.grid(4)
    n, c, i, j = b.threads
    field_ = b.array(b.real, b.launch, "field", "activations", "volume_data", "f")
    value = b.let(at(field_, n, c, i, j), "value", "center")
    how = b.integer(0, 3)
    if how == 0:
        shift = b.pick((-1, 1))
        near = phrases.edge_index(b, j, shift, b.launch[3])
        other = b.let(at(field_, n, c, i, near), "neighbor_value", "right")
        return [b.let(op("sub", other, value), "difference", "slope"), value]
    if how == 1:
        total = b.let(zero(b.real), "acc", "mixed")
        weights = b.array(b.real, (b.launch[1], b.launch[1]), "weights", "mixing")
        with b.loop(integer(0), b.size(b.launch[1], f"num_{names[1]}")) as k:
            b.update(total, "add", op("mul", at(weights, c, k), at(field_, n, k, i, j)))
        return [total, value] if b.chance(0.4) else [op("add", total, value)]
    if how == 2:
        scale = at(b.array(b.real, (b.launch[1],), "channel_scale", "gamma"), c)
        shift = at(b.array(b.real, (b.launch[1],), "channel_shift", "beta"), c)
        return [b.let(op("add", op("mul", value, scale), shift), "normalized", "affine_value")]
    mask = at(b.array(U8, (b.launch[2], b.launch[3]), "mask", "solid_mask"), i, j)
    keep = op("ne", convert(mask, I32), integer(0))
    return [
        b.let(op("where", keep, value, number(b.real, 0.0)), "masked", "open_value"),
        b.mix(b.real, [phrases.source(b, b.real)]),
    ]


def _neighbors(b: Builder):
    """A sum over the faces of a cell, with cells as integer vectors."""
    dims = b.space.length
    b.grid(dims)
    field_ = b.array(b.pick((b.real, b.space)), b.launch, "field", "phi_data", "u")
    sizes = [b.size(e, n) for e, n in zip(b.launch, ("nx", "ny", "nz"), strict=False)]
    center = at(field_, *b.threads)
    weighted, against_own = b.chance(0.3), b.chance(0.4)
    if b.chance(0.4):
        center = b.let(center, "center", "own", "here")
    total = b.let(zero(field_.type.dtype), "total", "acc")
    with b.loop(integer(0), integer(dims)) as axis:
        step = b.let(
            make(
                vector(dims, I32),
                *[op("where", op("eq", axis, integer(k)), integer(1), integer(0)) for k in range(dims)],
            ),
            "step",
            "dir_step",
        )
        index = make(vector(dims, I32), *b.threads)
        for sign in b.pick((("add",), ("sub",), ("add", "sub"))):
            other = b.let(op(sign, index, step), "nb", "other")
            places = []
            for k, size in enumerate(sizes):
                part = Component(I32, other, (integer(k),))
                places.append(
                    b.let(op("clamp", part, integer(0), op("sub", size, integer(1))), "ni", "nj", "nk")
                )
            near = at(field_, *places)
            if weighted:
                near = op("mul", near, at(b.array(b.real, (fixed(dims),), "axis_weight", "inv_h2"), axis))
            if against_own:
                near = op("sub", near, center)
            b.update(total, "add", near)
    if against_own:
        return [total] if b.chance(0.5) else [total, center]
    factor = number(b.real, float(2 * dims))
    return [b.let(op("sub", total, op("mul", factor, center)), "laplacian", "spread")]


def _edges(b: Builder):
    """Edges and faces as vec2i, vec3i or vec4i of vertex indices."""
    b.grid(1)
    count = b.integer(2, 4)
    type_: Vector = vector(count, I32)
    vertices = Bound("num_vertices", 0)
    table = b.array(type_, b.launch, "edges", "faces", "tets", "elements")
    index = b.let(at(table, *b.threads), "verts", "ids", "element")
    last = op("sub", b.size(vertices, "num_vertices", "vertex_count"), integer(1))
    x = b.array(b.space, (vertices,), "positions", "vertices", "nodes")
    corners = []
    for k in range(count):
        part = Field(I32, index, "xyzw"[k]) if b.chance(0.4) else Component(I32, index, (integer(k),))
        place = b.let(op("clamp", part, integer(0), last), "v0", "v1", "v2", "v3")
        corners.append(b.named(at(x, place), 0.6, "x0", "x1", "x2", "x3"))
    if b.chance(0.4):
        ends = op(b.pick(("min", "max", "argmin", "argmax")), index)
        b.store(b.let(ends, "lowest", "extreme_id"))
    edges = [op("sub", corner, corners[0]) for corner in corners[1:]]
    edges = [b.named(e, 0.6, "e0", "e1", "e2") for e in edges]
    if len(edges) > 1 and b.space.length == 3:
        normal = b.let(op("cross", edges[0], edges[1]), "normal_vec", "n")
        return [op("mul", number(b.real, 0.5), op("length", normal)), *edges[2:]]
    return [op("length", e) for e in edges]


def _coordinates(b: Builder):
    """A flat index to a cell and back."""
    b.grid(1)
    t = b.threads[0]
    extents = [b.parameter(I32, name) for name in ("dim_x", "dim_y")]
    nx, ny = (b.let(op("max", e, integer(1)), n) for e, n in zip(extents, ("nx", "ny"), strict=True))
    x, y = op("mod", t, nx), op("mod", op("floordiv", t, nx), ny)
    z = op("floordiv", op("floordiv", t, nx), ny)
    cell = b.let(make(vector(3, I32), x, y, z), "cell", "ijk")
    mirrored = op("sub", make(vector(3, I32), nx, ny, nx), cell)
    if b.chance(0.4):
        cell = b.let(op("min", cell, mirrored), "folded", "mirror_cell")
    world = op("mul", Op(vector(3, b.real), "construct", (cell,)), b.parameter(b.real, "dx", "cell_size"))
    value = phrases.source(b, b.real)
    return [b.let(world, "world_pos", "center_pos"), value]


_FORM = {
    "bin": _bin,
    "stacked": _stacked,
    "neighbors": _neighbors,
    "edges": _edges,
    "coordinates": _coordinates,
}
