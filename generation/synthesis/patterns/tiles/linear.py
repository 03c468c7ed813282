"""Matrices by tiles: products over an inner axis, small dense systems."""

from __future__ import annotations

from generation.language.types import I32, tile_of
from generation.program.nodes import Bound, Do, Op, Tiled, Update, Var
from generation.synthesis.builder import Builder
from generation.synthesis.patterns.tiles.blocks import Block, apply, chain
from generation.synthesis.terms import integer, op


def multiply(b: Builder) -> None:
    """A product of matrices by blocks, over the tiles of the inner axis."""
    m, n, k = (b.pick((8, 16, 32)) for _ in range(3))
    block = Block.launch(b, m, n, threads=2)
    i, j = b.threads
    inner = b.constant(I32, "TILE_K", value=k) if b.chance(0.6) else integer(k)
    outer_m, outer_n, depth = Bound("m0", 0), Bound("m1", 0), Bound("depth_k", 0)
    flipped = b.chance(0.2), b.chance(0.3)
    sides = (outer_m, depth), (depth, outer_n)
    sides = [pair[::-1] if turned else pair for pair, turned in zip(sides, flipped, strict=True)]
    left = b.array(b.real, sides[0], "A", "lhs", "x")
    right = b.array(b.real, sides[1], "B", "rhs", "w")
    out = b.array(b.real, (outer_m, outer_n), "C", "product_out", "y", role="out")
    rows, cols = block.extents
    acc = b.let(Tiled(tile_of((m, n), b.real), "tile_zeros", (), None, (rows, cols)), "acc", "sum_tile")
    tiles = b.parameter(I32, "num_tiles", "k_tiles") if b.chance(0.5) else integer(b.integer(2, 8))
    with b.loop(integer(0), tiles) as step:
        deep = op("mul", step, inner)
        across = (op("mul", i, block.extents[0]), deep), (deep, op("mul", j, block.extents[1]))
        a = _part(b, left, (m, k), (block.extents[0], inner), across[0], turned=flipped[0])
        w = _part(b, right, (k, n), (inner, block.extents[1]), across[1], turned=flipped[1])
        for _ in range(b.pick((0, 0, 1, 1, 2))):
            a, w = (apply(b, a), w) if b.chance(0.5) else (a, apply(b, w))
        if b.chance(0.6):
            b.emit(Do(Tiled(acc.type, "tile_matmul", (a, w, acc))))
        else:
            product = Tiled(acc.type, "tile_matmul", (a, w))
            b.emit(Update(acc, "add", b.let(product, "product", "partial") if b.chance(0.4) else product))
    others = []
    for words in (("bias", "C_in", "residual"), ("gate", "mask_values", "scale")):
        if b.chance(0.35):
            others.append(block.load(b.real, i, j, words=words))
    result = chain(b, block, [acc, *others], 3) if others or b.chance(0.6) else acc
    b.emit(Do(Tiled(result.type, "tile_store", (out, result), offset=block.offset(i, j))))


def _part(b: Builder, array: Var, sizes, extents, offset, turned: bool) -> Var:
    """A tile of an operand, read as it stands or from its transpose."""
    if turned:
        sizes, extents, offset = sizes[::-1], extents[::-1], offset[::-1]
    type_ = tile_of(sizes, b.real)
    tile = b.let(Tiled(type_, "tile_load", (array,), None, extents, offset), "a", "w", f"{array.name}_tile")
    if not turned:
        return tile
    return b.let(Tiled(tile_of(sizes[::-1], b.real), "tile_transpose", (tile,)), "at", f"{array.name}_t")


def solve(b: Builder) -> None:
    """Small dense systems, one per block: Cholesky or triangular solves, regularised, refined, kept."""
    n = b.pick((4, 8, 16))
    block = Block.launch(b, n, n)
    i = b.threads[0]
    a = block.load(b.real, i, None, words=("A", "systems", "hessians"))
    line = block.along(0)
    y = line.load(b.real, i, words=("rhs", "b_vec", "loads"))
    if b.chance(0.4):
        other = line.load(b.real, i, words=("gradient", "correction", "prior"))
        y = b.let(Op(y.type, b.pick(("add", "sub", "mul")), (y, other)), "target", "rhs_total")
    if b.chance(0.35):
        y = apply(b, y)
    if b.chance(0.3):
        a = b.let(
            Op(a.type, "mul", (a, b.parameter(b.real, "weight", "scale", "dt_sq"))), "A_scaled", "weighted"
        )
    turned = b.let(Tiled(a.type, "tile_transpose", (a,)), "A_t", "turned")
    gram = b.let(Tiled(a.type, "tile_matmul", (turned, a)), "normal", "gram")  # never indefinite
    shift = b.guard("positive", b.parameter(b.real, "regularization", "damping", "shift"))
    ridge = Tiled(y.type, "tile_full", (b.named(shift, 0.5, "lam", "mu"),), None, tuple(line.extents))
    a = b.let(Tiled(a.type, "tile_diag_add", (gram, b.let(ridge, "ridge", "diagonal"))), "regular", "shifted")
    factor = b.let(Tiled(a.type, "tile_cholesky", (a,)), "L", "factor_l")
    if b.chance(0.6):
        x = Tiled(y.type, "tile_cholesky_solve", (factor, y))
    else:
        x = Tiled(y.type, "tile_lower_solve", (factor, y))
        if b.chance(0.6):
            upper = b.let(Tiled(a.type, "tile_transpose", (factor,)), "U", "upper")
            x = Tiled(y.type, "tile_upper_solve", (upper, b.let(x, "z", "half_solved")))
    solved = b.let(x, "x", "solution")
    if b.chance(0.35):
        block.store(factor, i, None)
    if b.chance(0.35):
        step = Tiled(tile_of((1,), b.real), "tile_dot", (solved, y))
        total = b.let(step, "decrement", "energy")
        out = b.array(b.real, b.launch, "newton_decrement", "quadratic_energy", role="out")
        b.emit(Do(Tiled(total.type, "tile_store", (out, total), offset=b.threads)))
    if b.chance(0.4):
        start = line.load(b.real, i, words=("x0", "current", "guess"))
        solved = b.let(Op(solved.type, b.pick(("add", "sub")), (start, solved)), "updated", "x_new")
    line.store(chain(b, line, [solved], 2) if b.chance(0.4) else solved, i)
