"""Tiles as vectors and matrices: spectra, systems solved in place, wavelet steps, weighted sums, masks."""

from __future__ import annotations

from generation.language.types import I32, tile_of
from generation.program.nodes import Bound, Op, Tiled
from generation.synthesis import phrases
from generation.synthesis.builder import Builder
from generation.synthesis.patterns.tiles.blocks import Block, apply, chain, do, own_function, reduction
from generation.synthesis.terms import at, fixed, integer, number, op


def spectrum(b: Builder) -> None:
    """Rows of complex numbers transformed, filtered in frequency, and transformed back."""
    rows, n = b.pick((1, 1, 2)), b.pick((256, 512, 1024))
    block = Block.launch(b, rows, n)
    i = b.threads[0]
    x = block.load(b.space, i, None, words=("signal", "samples_in", "waves"))
    if b.chance(0.4):
        x = apply(b, x)
    forward = b.chance(0.75)
    do(b, "tile_fft" if forward else "tile_ifft", x.type, x)
    shape = block.load(b.space, i, None, words=("transfer", "window_hat", "response"))
    if b.chance(0.5):
        shape = apply(b, shape)
    product = own_function(b, (b.space, b.space))
    x = b.let(Tiled(x.type, "tile_map", (x, shape), product), "filtered", "shaped")
    if forward and b.chance(0.6):
        do(b, "tile_ifft", x.type, x)
    if b.chance(0.5):
        x = b.let(Tiled(x.type, "tile_map", (x,), own_function(b, (b.space,))), "normalised", "result")
    block.store(x, i, None)
    if b.chance(0.3):
        total = reduction(b, x)
        out = b.array(b.space, (fixed(1),), "total_power", "mean_signal", role="inout")
        do(b, "tile_atomic_add", total.type, out, total, offset=(integer(0),))


def solve(b: Builder) -> None:
    """Normal equations of a small system per block, factored and solved in the tiles that hold them."""
    n = b.pick((4, 6, 8, 12, 16))
    block = Block.launch(b, n, n)
    line, i = block.along(0), b.threads[0]
    a = block.load(b.real, i, None, words=("J", "jacobians", "A"))
    y = line.load(b.real, i, words=("r", "residuals", "rhs"))
    turned = b.let(Tiled(a.type, "tile_transpose", (a,)), "Jt", "a_t")
    gram = b.let(Tiled(a.type, "tile_matmul", (turned, a)), "H", "gram", "normal_matrix")
    if b.chance(0.4):
        do(b, "tile_axpy", y.type, b.parameter(b.real, "weight", "step"), line.load(b.real, i), y)
    damping = b.guard("positive", b.parameter(b.real, "damping", "regularization", "mu"))
    ridge = Tiled(y.type, "tile_full", (b.named(damping, 0.5, "lam", "shift"),), None, tuple(line.extents))
    h = b.let(Tiled(a.type, "tile_diag_add", (gram, b.let(ridge, "ridge", "diagonal"))), "regular", "damped")
    do(b, "tile_cholesky_inplace", h.type, h)
    if b.chance(0.5):
        do(b, "tile_cholesky_solve_inplace", y.type, h, y)
    else:
        do(b, "tile_lower_solve_inplace", y.type, h, y)
        if b.chance(0.7):
            upper = b.let(Tiled(h.type, "tile_transpose", (h,)), "U", "upper")
            do(b, "tile_upper_solve_inplace", y.type, upper, y)
    line.store(chain(b, line, [y], 3), i)
    if b.chance(0.3):
        block.store(h, i, None)


def halves(b: Builder) -> None:
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
        do(b, "tile_assign", out.type, out, part, offset=(integer(start),))
    block.store(chain(b, block, [out], 2) if b.chance(0.4) else out)


def weighted(b: Builder) -> None:
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
        do(b, "tile_axpy", total.type, weight, x, total)
    others = [block.load(b.real) for _ in range(b.pick((0, 1)))]
    block.store(chain(b, block, [total, *others], 2))


def flat(b: Builder) -> None:
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


def mask(b: Builder) -> None:
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
