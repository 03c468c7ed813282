"""Elements of tiles turned into others: maps, scans, several tiles per block."""

from __future__ import annotations

from generation.language.types import F32, I32, tile_of
from generation.program.nodes import Bound, Do, Expression, Tiled, Var
from generation.synthesis.builder import Builder
from generation.synthesis.patterns.tiles.blocks import Block, apply, chain, dtype_of
from generation.synthesis.terms import integer, op


def map_(b: Builder) -> None:
    """Elements of some arrays turned into those of another, tile by tile."""
    two = b.chance(0.35)
    sizes = (b.pick((4, 8, 16)), b.pick((8, 16))) if two else (b.pick((32, 64, 128, 256)),)
    block = Block.launch(b, *sizes, threads=len(sizes))
    dtype = dtype_of(b)
    tiles = [block.load(dtype) for _ in range(b.pick((1, 1, 2, 2, 3)))]
    result = chain(b, block, tiles)
    if b.chance(0.2):
        block.store(result)
        result = apply(b, result, b.pick(tiles))
    if two and b.chance(0.3):
        turned = Tiled(tile_of(result.type.shape[::-1], result.type.dtype), "tile_transpose", (result,))
        flipped = Block(b, block.sizes[::-1], block.extents[::-1])
        turned = b.let(turned, "turned", "transposed")
        flipped.store(apply(b, turned) if b.chance(0.4) else turned, *b.threads[::-1])
        return
    if result.type.dtype is b.real and b.chance(0.15):
        whole = Tiled(tile_of(result.type.shape, I32), "tile_astype", (result,))
        result = b.let(whole, "rounded", "as_int")
    block.store(result)


def scan(b: Builder) -> None:
    """Running sums or extremes within each block."""
    block = Block.launch(b, b.pick((32, 64, 128)))
    dtype = b.pick((F32, F32, I32))
    tiles = [block.load(dtype) for _ in range(b.pick((1, 1, 2)))]
    x = chain(b, block, tiles, 2) if len(tiles) > 1 or b.chance(0.6) else tiles[0]
    name = b.pick(("inclusive", "inclusive", "exclusive", "max_inclusive", "min_inclusive"))
    running = b.let(Tiled(x.type, f"tile_scan_{name}", (x,)), "running", "prefix")
    if b.chance(0.65):
        running = chain(b, block, [running, *([x] if b.chance(0.6) else [])], 2)
    block.store(running)
    if b.chance(0.3):
        total = b.let(Tiled(tile_of((1,), x.type.dtype), "tile_sum", (x,)), "block_total", "carry")
        out = b.array(x.type.dtype, b.launch, "block_totals", "carries", role="out")
        b.emit(Do(Tiled(total.type, "tile_store", (out, total), offset=b.threads)))


def stream(b: Builder) -> None:
    """Several tiles per block, one after the other: each is loaded, mapped and written back."""
    block = Block.launch(b, b.pick((32, 64, 128)))
    dtype = dtype_of(b)
    count: Expression = b.constant(I32, "TILES_PER_BLOCK", value=b.pick((2, 4, 8)))
    arrays = [b.array(dtype, (Bound("m0", 0),)) for _ in range(b.pick((1, 1, 2)))]
    out = b.output(dtype, (Bound("m0", 0),))
    held: Var | None = None
    if b.chance(0.4):
        held = block.load(dtype)
    with b.loop(integer(0), count) as step:
        place = op("add", op("mul", b.threads[0], count), step)
        start = op("mul", b.let(place, "tile_index", "part") if b.chance(0.5) else place, block.extents[0])
        start = b.let(start, "start", "begin", "base_offset")
        tiles = [block.load_at(array, start) for array in arrays]
        result = chain(b, block, [*tiles, *([held] if held else [])], 3)
        if result.type.dtype is not dtype:
            result = apply(b, b.pick(tiles))
        b.emit(Do(Tiled(result.type, "tile_atomic_add", (out, result), offset=(start,))))
