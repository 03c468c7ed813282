"""Tiles whose elements are ordered, picked or placed by index: sorting, gathers, scatters, histograms."""

from __future__ import annotations

from generation.language.types import BOOL, BVH, F32, I32, I64, MESH, U32, U64, tile_of, vector
from generation.program.nodes import Bound, Const, Op, Span, Store, Tiled, Var
from generation.synthesis import phrases
from generation.synthesis.builder import Builder
from generation.synthesis.patterns.tiles.blocks import Block, apply, chain, do, reduction
from generation.synthesis.terms import at, convert, fixed, integer, op

_KEYS = (F32, F32, I32, U32, I64, U64)


def sort(b: Builder) -> None:
    """Keys sorted within each block, a payload along with them: ranks, medians, the largest few."""
    n = b.pick((32, 64, 128, 256))
    block = Block.launch(b, n)
    keys = block.load(b.pick(_KEYS), words=("keys", "scores", "distances", "codes"))
    if keys.type.dtype is b.real and b.chance(0.4):
        keys = apply(b, keys)
    if b.chance(0.5):
        order = b.let(Tiled(tile_of((n,), I32), "tile_arange", ()), "order", "rank", "slots")
    else:
        order = block.load(b.pick((I32, b.real, b.space)), words=("payload", "ids", "samples"))
    do(b, "tile_sort", keys.type, keys, order)
    how = b.integer(0, 2)
    if how == 0:
        place = integer(b.pick((n // 2, n // 4, n - 1, 0)))
        middle = b.let(Tiled(keys.type.dtype, "tile_extract", (keys, place)), "median", "quantile", "extreme")
        b.emit(
            Store(at(b.array(middle.type, b.launch, "medians", "quantiles", role="out"), *b.threads), middle)
        )
    elif how == 1:
        few = b.pick((4, 8, 16))
        part = tile_of((few,), keys.type.dtype)
        top = Tiled(part, "tile_view", (keys,), None, (integer(few),), (integer(n - few),))
        best = reduction(b, b.let(top, "top", "best_few"))
        out = b.array(best.type.dtype, b.launch, "top_score", "best_out", role="out")
        do(b, "tile_store", best.type, out, best, offset=b.threads)
    else:
        block.store(keys)
    block.store(chain(b, block, [order], 2) if order.type.dtype is b.real else order)


def _indices(b: Builder, block: Block, rows: Bound) -> Var:
    """A tile of row numbers."""
    span = Span(fixed(0), rows._replace(offset=-1))
    array = b.array(I32, (Bound("m0", 0),), "indices", "token_ids", "row_ids", span=span)
    return block.along(0).load_at(array, op("mul", b.threads[0], block.extents[0]))


def gather(b: Builder) -> None:
    """Rows of a table picked by a tile of indices: embeddings, neighbours, samples of a batch."""
    m, n = b.pick((4, 8, 16)), b.pick((8, 16, 32))
    block = Block.launch(b, m, n)
    i, rows = b.threads[0], Bound("table_rows", 0)
    index = _indices(b, block, rows)
    table = b.array(b.real, (rows, Bound("m1", 0)), "table", "embeddings", "features")
    start = (integer(0), integer(0))
    picked = Tiled(
        tile_of((m, n), b.real), "tile_load_indexed", (table, index), None, block.extents, start, axis=0
    )
    x = b.let(picked, "picked", "rows", "gathered")
    others = [block.load(b.real, i, None) for _ in range(b.pick((0, 1, 1, 2)))]
    x = chain(b, block, [x, *others], 4)
    if b.chance(0.35):
        total = reduction(b, x, 1)
        block.along(0).store(total, i)
    else:
        block.store(x, i, None)


def scatter(b: Builder) -> None:
    """Rows added to those of a table, or laid out with gaps between them."""
    m, n = b.pick((4, 8, 16)), b.pick((8, 16, 32))
    block = Block.launch(b, m, n)
    i = b.threads[0]
    tiles = [block.load(b.real, i, None) for _ in range(b.pick((1, 1, 2)))]
    x = chain(b, block, tiles, 3)
    if b.chance(0.6):
        rows = Bound("table_rows", 0)
        index = _indices(b, block, rows)
        out = b.array(b.real, (rows, Bound("m1", 0)), "table_grad", "accumulated", "bins", role="inout")
        name, start = "tile_atomic_add_indexed", integer(0)
    else:
        step = b.pick((2, 3, 4))
        counted = Tiled(tile_of((m,), I32), "tile_arange", ())
        index = Op(counted.type, "mul", (counted, integer(step)))
        out = b.array(b.real, (Bound("m2", 0), Bound("m1", 0)), "interleaved", "spread", role="out")
        name, start = "tile_store_indexed", op("mul", i, integer(m * step))
    do(b, name, x.type, out, index, x, offset=(start, integer(0)), axis=0)


def histogram(b: Builder) -> None:
    """Values of all threads counted or summed in a tile of bins, which then join those of other blocks."""
    b.grid(1)
    bins = b.pick((16, 32, 64, 128))
    x = b.let(at(b.array(b.real, b.launch), *b.threads), "x", "value")
    scaled = op("mul", op("sub", x, b.parameter(b.real, "low", "vmin")), b.parameter(b.real, "inv_width"))
    place = op("clamp", convert(scaled, I32), integer(0), integer(bins - 1))
    place = b.let(place, "slot", "bin_id", "bucket")
    counted = b.chance(0.5)
    dtype = I32 if counted else b.real
    weight = integer(1) if counted else b.mix(b.real, [x, phrases.source(b, b.real)], 0.5)
    size = b.constant(I32, "NUM_BINS", value=bins) if b.chance(0.6) else integer(bins)
    tile = Tiled(tile_of((bins,), dtype), "tile_zeros", (), None, (size,))
    local = b.let(tile, "local_bins", "histogram", "counts")
    chosen = Const(BOOL, True) if b.chance(0.5) else b.condition([phrases.source(b, b.real)])
    if not counted:
        weight = b.let(weight, "weight", "amount")
    do(b, "tile_scatter_add", local.type, local, place, weight, b.named(chosen, 0.5, "valid", "kept"))
    out = b.array(dtype, (Bound("num_bins", 0),), "histogram_out", "bins_out", role="inout")
    do(b, "tile_atomic_add", local.type, out, local, offset=(integer(0),))


def query(b: Builder) -> None:
    """One box or ray per block against a tree, whose finds the threads share: counts, sums, marks."""
    b.grid(1)
    i, v3 = b.threads[0], vector(3, F32)
    faces, corners = Bound("num_faces", 0), Bound("num_corners", 0)
    on_mesh = b.chance(0.4)
    items = faces if on_mesh else Bound("num_items", 0)
    if on_mesh:
        tree = b.handle(MESH, (faces, corners), "mesh", "mesh_id", "surface")
    else:
        tree = b.handle(BVH, (items,), "bvh", "bvh_id", "tree")
    first = b.let(at(b.array(v3, b.launch, "lowers", "centers", "origins"), i), "lo", "p")
    ray = not on_mesh and b.chance(0.3)
    if not ray and b.chance(0.5):
        margin = Op(v3, "construct", (b.parameter(F32, "margin", "radius"),))
        first, second = op("sub", first, margin), op("add", first, margin)
    else:
        second = at(b.array(v3, b.launch, "directions" if ray else "uppers"), i)
    name = "tile_mesh_query_aabb" if on_mesh else f"tile_bvh_query_{'ray' if ray else 'aabb'}"
    query = op(name, tree, b.named(first, 0.5, "low", "start"), b.named(second, 0.5, "high", "d"))
    with b.each(query, "tile_mesh_query_aabb_next" if on_mesh else "tile_bvh_query_next") as j:
        with b.block() as body:
            if b.chance(0.6):
                weight = at(b.array(F32, (items,), "areas", "weights", "masses"), j)
                for _ in range(b.pick((0, 1, 1, 2))):
                    weight = b.let(b.polish(weight, 1.0), "amount", "share", "w")
                total = b.array(F32, b.launch, "totals", "sums", "density", role="inout")
                b.add_to(b.pick(("atomic_add", "atomic_max")), at(total, i), weight)
            else:
                b.add_to(
                    "atomic_add",
                    at(b.array(I32, b.launch, "counts", "num_found", role="inout"), i),
                    integer(1),
                )
            if b.chance(0.5):
                hits = b.array(I32, (items,), "hits", "touched", "visits", role="inout")
                value = integer(1) if b.chance(0.5) else at(b.array(I32, b.launch, "labels", "marks"), i)
                b.add_to("atomic_add" if b.chance(0.6) else "atomic_max", at(hits, j), value)
        if b.chance(0.4):
            b.when(
                b.condition([at(b.array(b.pick((F32, I32)), (items,), "flags", "levels", "groups"), j)]), body
            )
        else:
            b.blocks[-1] += body
