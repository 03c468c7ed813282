"""Algorithms of a block on tiles it keeps: sorting, spectra, systems solved in place, gathers and scatters by
index, histograms, wavelet steps, weighted sums, masks.

Free choices: sizes and types of the tiles, what is applied before and after, which part leaves the block.
Source: Warp documentation, "Tiles"; Mallat, "A Wavelet Tour of Signal Processing", 2009; Satish et al.,
"Designing Efficient Sorting Algorithms for Manycore GPUs", 2009.
"""

from __future__ import annotations

from generation.language.types import BOOL, BVH, F32, F64, I32, I64, MESH, U32, U64, Tile, tile_of, vector
from generation.program.nodes import Bound, Const, Do, Expression, Op, Span, Store, Tiled, Var
from generation.synthesis import phrases
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.tiles.blocks import Block, apply, chain, own_function, reduction
from generation.synthesis.terms import at, convert, fixed, integer, number, op

VERBS = ("sort", "filter", "solve", "gather", "scatter", "accumulate", "split")
FIELDS = ("signal", "image", "learning", "fluid", "finite_element")
_KEYS = (F32, F32, I32, U32, I64, U64)


def build(b: Builder) -> None:
    b.real = F64 if b.chance(0.08) else F32
    b.space = vector(2, b.real)
    b.weighted(_FORMS)(b)


def _do(b: Builder, operation: str, type_: Tile, *arguments: Expression, **more) -> None:
    b.emit(Do(Tiled(type_, operation, arguments, **more)))


def _sort(b: Builder) -> None:
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
    _do(b, "tile_sort", keys.type, keys, order)
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
        _do(b, "tile_store", best.type, out, best, offset=b.threads)
    else:
        block.store(keys)
    block.store(chain(b, block, [order], 2) if order.type.dtype is b.real else order)


def _spectrum(b: Builder) -> None:
    """Rows of complex numbers transformed, filtered in frequency, and transformed back."""
    rows, n = b.pick((1, 1, 2)), b.pick((256, 512, 1024))
    block = Block.launch(b, rows, n)
    i = b.threads[0]
    x = block.load(b.space, i, None, words=("signal", "samples_in", "waves"))
    if b.chance(0.4):
        x = apply(b, x)
    forward = b.chance(0.75)
    _do(b, "tile_fft" if forward else "tile_ifft", x.type, x)
    shape = block.load(b.space, i, None, words=("transfer", "window_hat", "response"))
    if b.chance(0.5):
        shape = apply(b, shape)
    product = own_function(b, (b.space, b.space))
    x = b.let(Tiled(x.type, "tile_map", (x, shape), product), "filtered", "shaped")
    if forward and b.chance(0.6):
        _do(b, "tile_ifft", x.type, x)
    if b.chance(0.5):
        x = b.let(Tiled(x.type, "tile_map", (x,), own_function(b, (b.space,))), "normalised", "result")
    block.store(x, i, None)
    if b.chance(0.3):
        total = reduction(b, x)
        out = b.array(b.space, (fixed(1),), "total_power", "mean_signal", role="inout")
        _do(b, "tile_atomic_add", total.type, out, total, offset=(integer(0),))


def _solve(b: Builder) -> None:
    """Normal equations of a small system per block, factored and solved in the tiles that hold them."""
    n = b.pick((4, 6, 8, 12, 16))
    block = Block.launch(b, n, n)
    line, i = block.along(0), b.threads[0]
    a = block.load(b.real, i, None, words=("J", "jacobians", "A"))
    y = line.load(b.real, i, words=("r", "residuals", "rhs"))
    turned = b.let(Tiled(a.type, "tile_transpose", (a,)), "Jt", "a_t")
    gram = b.let(Tiled(a.type, "tile_matmul", (turned, a)), "H", "gram", "normal_matrix")
    if b.chance(0.4):
        _do(b, "tile_axpy", y.type, b.parameter(b.real, "weight", "step"), line.load(b.real, i), y)
    damping = b.guard("positive", b.parameter(b.real, "damping", "regularization", "mu"))
    ridge = Tiled(y.type, "tile_full", (b.named(damping, 0.5, "lam", "shift"),), None, tuple(line.extents))
    h = b.let(Tiled(a.type, "tile_diag_add", (gram, b.let(ridge, "ridge", "diagonal"))), "regular", "damped")
    _do(b, "tile_cholesky_inplace", h.type, h)
    if b.chance(0.5):
        _do(b, "tile_cholesky_solve_inplace", y.type, h, y)
    else:
        _do(b, "tile_lower_solve_inplace", y.type, h, y)
        if b.chance(0.7):
            upper = b.let(Tiled(h.type, "tile_transpose", (h,)), "U", "upper")
            _do(b, "tile_upper_solve_inplace", y.type, upper, y)
    line.store(chain(b, line, [y], 3), i)
    if b.chance(0.3):
        block.store(h, i, None)


def _indices(b: Builder, block: Block, rows: Bound) -> Var:
    """A tile of row numbers."""
    span = Span(fixed(0), rows._replace(offset=-1))
    array = b.array(I32, (Bound("m0", 0),), "indices", "token_ids", "row_ids", span=span)
    return block.along(0).load_at(array, op("mul", b.threads[0], block.extents[0]))


def _gather(b: Builder) -> None:
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


def _scatter(b: Builder) -> None:
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
    _do(b, name, x.type, out, index, x, offset=(start, integer(0)), axis=0)


def _histogram(b: Builder) -> None:
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
    _do(b, "tile_scatter_add", local.type, local, place, weight, b.named(chosen, 0.5, "valid", "kept"))
    out = b.array(dtype, (Bound("num_bins", 0),), "histogram_out", "bins_out", role="inout")
    _do(b, "tile_atomic_add", local.type, out, local, offset=(integer(0),))


def _halves(b: Builder) -> None:
    """One step of a wavelet: sums and differences of two halves, put together again."""
    n = b.pick((16, 32, 64, 128))
    block = Block.launch(b, 2 * n)
    x = block.load(b.real, words=("signal", "line_in", "coefficients"))
    if b.chance(0.4):
        x = apply(b, x)
    half = tile_of((n,), b.real)
    parts = [
        b.let(Tiled(half, "tile_view", (x,), None, (integer(n),), (integer(start),)), word)
        for start, word in ((0, "front"), (n, "back"))
    ]
    low, high = Op(half, "add", tuple(parts)), Op(half, "sub", tuple(parts))
    low, high = (b.let(e, word) for e, word in ((low, "smooth"), (high, "detail")))
    if b.chance(0.6):
        low = b.let(Op(half, "mul", (low, number(b.real, b.pick((0.5, 0.7071))))), "mean", "scaling")
    low, high = (apply(b, e) if b.chance(0.5) else e for e in (low, high))
    out = b.let(Tiled(x.type, "tile_zeros", (), None, tuple(block.extents)), "merged", "step")
    for part, start in ((low, 0), (high, n)):
        _do(b, "tile_assign", out.type, out, part, offset=(integer(start),))
    block.store(chain(b, block, [out], 2) if b.chance(0.4) else out)


def _weighted(b: Builder) -> None:
    """A weighted sum of many tiles, added up in place."""
    n, terms = b.pick((32, 64, 128)), b.integer(3, 12)
    block = Block.launch(b, n)
    total = b.let(Tiled(tile_of((n,), b.real), "tile_zeros", (), None, tuple(block.extents)), "total", "acc")
    weights = b.array(b.real, (fixed(terms),), "weights", "taps", "coefficients")
    array = b.array(b.real, (Bound("m0", 0),), "frames", "terms", "history")
    with b.loop(integer(0), integer(terms)) as k:
        row = op("add", op("mul", b.threads[0], integer(terms)), k)
        x = block.load_at(array, op("mul", row, block.extents[0]))
        if b.chance(0.4):
            x = apply(b, x)
        weight = b.named(at(weights, k), 0.5, "w", "weight")
        weight = b.polish(weight, 0.3)
        _do(b, "tile_axpy", total.type, weight, x, total)
    others = [block.load(b.real) for _ in range(b.pick((0, 1)))]
    block.store(chain(b, block, [total, *others], 2))


def _flat(b: Builder) -> None:
    """One row of a matrix as a flat tile, beside another or a value that one thread brings."""
    n = b.pick((16, 32, 64))
    block = Block.launch(b, 1, n)
    i = b.threads[0]
    row = block.load(b.real, i, None, words=("matrix", "rows_in", "features"))
    line = Block(b, (n,), (block.extents[1],))
    flat = b.let(Tiled(tile_of((n,), b.real), "tile_squeeze", (row,)), "flat", "line")
    if b.chance(0.6):
        value = b.let(phrases.source(b, b.real), "scale", "row_weight", "level")
        spread = Tiled(flat.type, "tile_from_thread", (value, integer(0)), None, tuple(line.extents))
        flat = apply(b, flat, b.let(spread, "shared", "everywhere"))
    else:
        flat = apply(b, flat, line.load(b.real, None))
    line.store(chain(b, line, [flat], 3), i)


def _mask(b: Builder) -> None:
    """Values dropped, jittered or given signs at random."""
    block = Block.launch(b, b.pick((32, 64, 128, 256)))
    x = block.load(b.real)
    seed = b.parameter(I32, "seed", "random_seed")
    state = b.let(op("rand_init", seed, b.threads[0]), "state", "rng")
    ends = (integer(0), integer(b.pick((2, 2, 4, 10)))) if b.chance(0.75) else ()
    shape = tuple(block.extents)
    drawn = Tiled(tile_of(x.type.shape, I32), "tile_randi", (state, *ends), None, shape)
    factor = b.let(Tiled(x.type, "tile_astype", (b.let(drawn, "draws", "coins"),)), "mask", "factor")
    if not ends:
        factor = apply(b, factor)
    kept = b.let(Op(x.type, "mul", (x, factor)), "kept", "dropped_out")
    others = [block.load(b.real) for _ in range(b.pick((0, 0, 1)))]
    block.store(chain(b, block, [kept, *others], 3))


def _query(b: Builder) -> None:
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


_FORMS = Weights(
    {
        _query: 10,
        _sort: 16,
        _spectrum: 8,
        _solve: 14,
        _gather: 14,
        _scatter: 12,
        _histogram: 12,
        _halves: 10,
        _weighted: 10,
        _flat: 8,
        _mask: 8,
    }
)
