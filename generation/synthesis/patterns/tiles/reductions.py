"""Tiles to numbers: per block, per row, over several tiles, per thread."""

from __future__ import annotations

from generation.language.types import I32, Scalar, tile_of
from generation.program.nodes import Bound, Do, Op, Store, Tiled, Var
from generation.synthesis.builder import Builder
from generation.synthesis.patterns.tiles.blocks import Block, apply, chain, dtype_of, filled, reduction
from generation.synthesis.terms import at, convert, integer, number, op


def _give(b: Builder, total: Var) -> None:
    """What a block found: added to one place, stored per block as a tile or as a number."""
    dtype = total.type.dtype
    if dtype is not I32 and b.chance(0.4):
        out = b.array(dtype, (Bound("", 1),), "total_out", "result", "loss", role="inout")
        b.emit(Do(Tiled(total.type, "tile_atomic_add", (out, total), offset=(integer(0),))))
    elif isinstance(dtype, Scalar) and b.chance(0.45):
        out = b.array(dtype, b.launch, "block_totals", "partials", role="out")
        value = b.let(Tiled(dtype, "tile_extract", (total, integer(0))), "value", "first")
        if dtype is not I32:
            value = b.polish(value, 0.6)
        b.emit(Store(at(out, *b.threads), value))
    else:
        out = b.array(dtype, b.launch, "block_totals", "partial_sums", "out", role="out")
        b.emit(Do(Tiled(total.type, "tile_store", (out, total), offset=b.threads)))


def reduce(b: Builder) -> None:
    """One number per block, or all blocks added to one; now and then two."""
    block = Block.launch(b, b.pick((32, 64, 128, 256)))
    dtype = dtype_of(b)
    tiles = [block.load(dtype) for _ in range(b.pick((1, 1, 2, 2, 3)))]
    value = chain(b, block, tiles, 3) if len(tiles) > 1 or b.chance(0.75) else tiles[0]
    _give(b, reduction(b, value))
    if b.chance(0.35):
        _give(b, reduction(b, b.pick(tiles) if value not in tiles and b.chance(0.5) else apply(b, value)))


def accumulate(b: Builder) -> None:
    """A block runs over several tiles and keeps a running tile, reduced at the end."""
    block = Block.launch(b, b.pick((32, 64, 128)))
    array = b.array(b.real, (Bound("m0", 0),))
    others = [b.array(b.real, (Bound("m0", 0),)) for _ in range(b.pick((0, 0, 1)))]
    zeros = Tiled(tile_of(block.sizes, b.real), "tile_zeros", (), None, tuple(block.extents))
    acc = b.let(zeros, "acc", "running", "sum_tile")
    count = b.parameter(I32, "num_tiles", "tiles_per_block", "steps")
    with b.loop(integer(0), count) as step:
        place = op("add", op("mul", b.threads[0], count), step)
        start = op("mul", op("max", place, integer(0)), block.extents[0])
        start = b.let(start, "start", "begin", "base_offset")
        tiles = [block.load_at(a, start) for a in (array, *others)]
        value = chain(b, block, tiles, 2) if others or b.chance(0.8) else tiles[0]
        b.update(acc, b.pick(("add", "add", "sub")), value)
    result = chain(b, block, [acc], 2) if b.chance(0.5) else acc
    if b.chance(0.7):
        _give(b, reduction(b, result))
    else:
        block.store(result)


def rows(b: Builder) -> None:
    """A block of rows or columns: sums along an axis, as they are or spread again."""
    block = Block.launch(b, b.pick((4, 8, 16)), b.pick((16, 32, 64)))
    row = b.threads[0]
    tiles = [block.load(b.real, row, None) for _ in range(b.pick((1, 1, 2)))]
    x = chain(b, block, tiles, 4) if len(tiles) > 1 or b.chance(0.8) else tiles[0]
    total = reduction(b, x, 1)
    if b.chance(0.4):
        line = block.along(0)
        line.store(chain(b, line, [total], 3) if b.chance(0.7) else total, row)
        return
    block.store(apply(b, b.pick((x, *tiles)), _spread(b, block, total)), row, None)
    if b.chance(0.3):
        block.along(0).store(total, row)


def _spread(b: Builder, block: Block, total: Var) -> Var:
    """A number per row as a tile of the whole block."""
    upright = (block.extents[0], integer(1))
    one = Tiled(tile_of((block.sizes[0], 1), b.real), "tile_reshape", (total,), None, upright)
    whole = tile_of(block.sizes, b.real)
    column = b.let(one, "column", "row_total")
    return b.let(Tiled(whole, "tile_broadcast", (column,), None, tuple(block.extents)), "spread", "per_row")


def normalise(b: Builder) -> None:
    """Rows centred and scaled by their own sums, as in a layer's norm."""
    block = Block.launch(b, b.pick((4, 8, 16)), b.pick((16, 32, 64)))
    row = b.threads[0]
    x = block.load(b.real, row, None, words=("x", "activations", "scores", "logits"))
    if b.chance(0.6):
        others = [block.load(b.real, row, None, words=("residual", "skip", "bias"))] if b.chance(0.5) else []
        x = chain(b, block, [x, *others], 2)
    share = number(b.real, 1.0 / block.sizes[1])
    if b.chance(0.6):
        total = reduction(b, x, 1)
        mean = b.let(Op(total.type, "mul", (total, share)), "mean", "row_mean")
        centred = Op(x.type, "sub", (x, _spread(b, block, mean)))
        x = b.let(centred, "centred", "shifted")
    if b.chance(0.7):
        squares = b.let(Op(x.type, "mul", (x, x)), "squares", "energy")
        spread = reduction(b, squares, 1)
        if b.chance(0.7):
            spread = b.let(Op(spread.type, "mul", (spread, share)), "variance", "row_var")
        x = apply(b, x, _spread(b, block, apply(b, spread) if b.chance(0.5) else spread))
    if b.chance(0.5):
        gain = (
            filled(b, block, x.type) if b.chance(0.5) else block.load(b.real, row, None, words=("gain", "w"))
        )
        x = b.let(Op(x.type, b.pick(("mul", "add")), (x, gain)), "scaled", "affine")
    block.store(chain(b, block, [x], 3) if b.chance(0.6) else x, row, None)


def threads(b: Builder) -> None:
    """A value per thread gathered into a tile, reduced, and added to a total or spread again."""
    b.grid(1)
    values = [at(b.array(b.real, b.launch), *b.threads) for _ in range(b.pick((1, 2, 2, 3)))]
    x = b.let(b.mix(b.real, values, 0.8))
    if b.chance(0.4):
        x = b.let(op("div", x, convert(Op(I32, "block_dim", ()), b.real)), "share", "mean_part")
    tile = b.let(Tiled(tile_of((0,), b.real), "tile", (x,)), "t", "values_tile")
    if b.chance(0.5):
        tile = apply(b, tile)
    if b.chance(0.35):
        mapped = apply(b, tile)
        b.store(b.let(Tiled(b.real, "untile", (mapped,)), "value", "own"))
        if b.chance(0.5):
            return
    total = b.let(Tiled(tile_of((1,), b.real), "tile_sum", (tile,)), "total", "block_sum")
    out = b.array(b.real, (Bound("", 1),), "total_out", "result_sum", role="inout")
    b.emit(Do(Tiled(total.type, "tile_atomic_add", (out, total), offset=(integer(0),))))
    if b.chance(0.35):
        b.store(b.polish(b.mix(b.real, [x, b.pick(values)]), 0.5))
