"""Work of a whole block on tiles: mapped, reduced, scanned, transposed, multiplied, solved.

Free choices: shape and number of the tiles, what is applied, along which axis, how results leave the block.
Source: Warp documentation, "Tiles"; Tillet, Kung and Cox, "Triton", MAPL 2019.
"""

from __future__ import annotations

from generation.language.operations import RESULTS
from generation.language.types import F32, F64, I32, Scalar, Tile, Value, tile_of, vector
from generation.program.nodes import Bound, Do, Expression, Op, Return, Store, Tiled, Update, Var
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, convert, integer, op

VERBS = ("tile", "block_process", "reduce_tiles", "cooperate")
_FORMS = Weights({"map": 26, "reduce": 22, "rows": 18, "multiply": 12, "threads": 12, "solve": 8, "scan": 8})
_UNARY = ("abs", "sin", "cos", "tanh", "floor", "sign", "erf", "step", "atan", "cbrt")
_BINARY = ("add", "mul", "sub", "min", "max")


def build(b: Builder) -> None:
    b.real = F64 if b.chance(0.06) else F32
    b.space = vector(3, b.real)
    _FORM[b.weighted(_FORMS)](b)


class _Block:
    """The launch of one block per tile, and the shape of a tile with the constants that name it."""

    def __init__(self, b: Builder, sizes: tuple[int, ...], extents: tuple[Expression, ...]):
        self.b, self.sizes, self.extents = b, sizes, extents

    @classmethod
    def launch(cls, b: Builder, *sizes: int, threads: int = 1) -> _Block:
        b.grid(threads)
        b.launch = tuple(Bound(f"{bound.size}_blocks", 0) for bound in b.launch)
        names = (("TILE_M",), ("TILE_N",)) if len(sizes) > 1 else (("TILE_SIZE", "BLOCK_SIZE", "TILE"),)
        named = b.chance(0.6)
        pairs = zip(names, sizes, strict=True)
        return cls(b, sizes, tuple(b.constant(I32, *w, value=s) if named else integer(s) for w, s in pairs))

    def along(self, axis: int) -> _Block:
        """The tiles of one axis of these."""
        return _Block(self.b, (self.sizes[axis],), (self.extents[axis],))

    def offset(self, *axes) -> tuple[Expression, ...]:
        """Where the tile of this block starts; an axis without a thread starts at 0."""
        pairs = zip(self.extents, axes, strict=True)
        return tuple(integer(0) if thread is None else op("mul", thread, size) for size, thread in pairs)

    def load(self, dtype: Value, *axes, words: tuple[str, ...] = ()) -> Var:
        b = self.b
        array = b.array(dtype, tuple(Bound(f"m{k}", 0) for k in range(len(self.sizes))), *words)
        offset = self.offset(*(axes or b.threads))
        value = Tiled(tile_of(self.sizes, dtype), "tile_load", (array,), None, tuple(self.extents), offset)
        return b.let(value, "t", "block", "a_tile", "x", "tile_values")

    def store(self, value: Expression, *axes) -> None:
        b = self.b
        extents = tuple(Bound(f"m{k}", 0) for k in range(len(self.sizes)))
        out = b.output(value.type.dtype, extents)
        b.emit(Do(Tiled(value.type, "tile_store", (out, value), offset=self.offset(*(axes or b.threads)))))


def _function(b: Builder, types, result: Value | None = None) -> Var:
    """A new function of the elements of tiles."""
    arguments = [Var(t, word) for t, word in zip(types, ("x", "y", "z"), strict=False)]
    with b.function(arguments) as (params, made):
        values = list(params)
        if b.chance(0.4):
            fresh = b.let(b.mix(values[0].type, values, 0.8))
            values = [fresh, *values[1:]]
        result = result or types[0]
        b.emit(Return((b.polish(b.mix(result, values, 0.9), 1.0),)))
    return Var(made[0].results[0], made[0].name)


def _apply(b: Builder, *tiles: Var) -> Var:
    """A map of a built-in or an own function over tiles, or arithmetic between them."""
    first = tiles[0].type
    scalar = isinstance(first.dtype, Scalar)
    if len(tiles) == 2 and b.chance(0.35):
        name = b.pick(("add", "sub", "mul") if scalar else ("add", "sub"))
        return b.let(Op(first, name, tiles), "mixed", "combined")
    if len(tiles) == 1 and scalar and b.chance(0.25):
        return b.let(Op(first, "mul", (tiles[0], b.literal(first.dtype))), "scaled", "weighted")
    names = _BINARY if len(tiles) > 1 else _UNARY if first.dtype is b.real else ("abs",)
    function: str | Var = b.pick(names)
    if b.chance(0.6) or len(tiles) > 2 or (function, tuple(t.type.dtype for t in tiles)) not in RESULTS:
        function = _function(b, [t.type.dtype for t in tiles])
        dtype = function.type
    else:
        dtype = RESULTS[function, tuple(t.type.dtype for t in tiles)].result
    value = Tiled(tile_of(first.shape, dtype), "tile_map", tiles, function)
    return b.let(value, "mapped", "y", "response", "activated")


def _total(b: Builder, tile: Var, axis: int | None = None) -> Var:
    """A sum, an extreme or another reduction of a tile."""
    dtype, words = tile.type.dtype, ("total", "reduced", "block_sum")
    if axis is not None:
        rest = tile.type.shape[:axis] + tile.type.shape[axis + 1 :]
        return b.let(Tiled(tile_of(rest, dtype), "tile_sum", (tile,), axis=axis), "row_sum", "partial")
    one = tile_of((1,), dtype)
    how = b.integer(0, 6) if isinstance(dtype, Scalar) else 0
    if how in (0, 1):
        return b.let(Tiled(one, "tile_sum", (tile,)), *words)
    if how in (2, 3):
        return b.let(Tiled(one, b.pick(("tile_min", "tile_max")), (tile,)), "extreme", "bound_value")
    if how == 4:
        return b.let(Tiled(one, "tile_reduce", (tile,), b.pick(_BINARY[:2] + _BINARY[3:])), *words)
    if how == 5:
        best = Tiled(tile_of((1,), I32), b.pick(("tile_argmin", "tile_argmax")), (tile,))
        return b.let(best, "best", "winner")
    return b.let(Tiled(one, "tile_dot", (tile, tile)), "norm_sq", "energy_value")


def _dtype(b: Builder) -> Value:
    return b.pick((b.real, b.real, b.real, b.space, I32))


def _map(b: Builder) -> None:
    """Elements of some arrays turned into those of another, tile by tile."""
    two = b.chance(0.3)
    sizes = (b.pick((4, 8, 16)), b.pick((8, 16))) if two else (b.pick((32, 64, 128, 256)),)
    block = _Block.launch(b, *sizes, threads=len(sizes))
    dtype = _dtype(b)
    tiles = [block.load(dtype) for _ in range(b.pick((1, 1, 2, 2, 3)))]
    result = _apply(b, *tiles)
    if b.chance(0.5):
        result = _apply(b, result, *([_filled(b, block, result.type)] if b.chance(0.5) else []))
    if two and b.chance(0.3):
        turned = Tiled(tile_of(result.type.shape[::-1], result.type.dtype), "tile_transpose", (result,))
        flipped = _Block(b, block.sizes[::-1], block.extents[::-1])
        flipped.store(b.let(turned, "turned", "transposed"), *b.threads[::-1])
        return
    if result.type.dtype is b.real and b.chance(0.15):
        whole = Tiled(tile_of(result.type.shape, I32), "tile_astype", (result,))
        result = b.let(whole, "rounded", "as_int")
    block.store(result)


def _filled(b: Builder, block: _Block, type_: Tile) -> Var:
    """A tile of ones, of one value, of counting or of random numbers."""
    shape = tuple(block.extents)
    if type_.dtype is F32 and b.chance(0.25):
        seed = b.parameter(I32, "seed", "random_seed")
        state = b.let(op("rand_init", seed, b.threads[0]), "state", "rng")
        return b.let(Tiled(type_, "tile_randf", (state,), None, shape), "jitter", "noise_tile")
    if not isinstance(type_.dtype, Scalar):
        return block.load(type_.dtype)
    if len(type_.shape) == 1 and b.chance(0.3):
        return b.let(Tiled(type_, "tile_arange", ()), "lanes", "positions_in_tile")
    if b.chance(0.5):
        value = b.parameter(type_.dtype)
        return b.let(Tiled(type_, "tile_full", (value,), None, shape), "filled", "level_tile")
    return b.let(Tiled(type_, "tile_ones", (), None, shape), "ones", "unit_tile")


def _reduce(b: Builder) -> None:
    """One number per block, or all blocks added to one."""
    block = _Block.launch(b, b.pick((32, 64, 128, 256)))
    tiles = [block.load(_dtype(b))]
    if b.chance(0.3):
        tiles.append(block.load(tiles[0].type.dtype))
    value = tiles[0] if len(tiles) == 1 and b.chance(0.4) else _apply(b, *tiles)
    total = _total(b, value)
    dtype = total.type.dtype
    if dtype is not I32 and b.chance(0.4):
        out = b.array(dtype, (Bound("", 1),), "total_out", "result", "loss", role="inout")
        b.emit(Do(Tiled(total.type, "tile_atomic_add", (out, total), offset=(integer(0),))))
    elif isinstance(dtype, Scalar) and b.chance(0.4):
        out = b.array(dtype, b.launch, "block_totals", "partials", role="out")
        first = b.let(Tiled(dtype, "tile_extract", (total, integer(0))), "value", "first")
        value = b.polish(first, 0.5) if dtype is not I32 else first
        b.emit(Store(at(out, *b.threads), value))
    else:
        out = b.array(dtype, b.launch, "block_totals", "partial_sums", "out", role="out")
        b.emit(Do(Tiled(total.type, "tile_store", (out, total), offset=b.threads)))


def _rows(b: Builder) -> None:
    """A block of rows: sums along an axis, rows normalised or centred."""
    block = _Block.launch(b, b.pick((4, 8, 16)), b.pick((16, 32, 64)))
    row = b.threads[0]
    x = block.load(b.real, row, None)
    if b.chance(0.5):
        x = _apply(b, x)
    axis = 1
    total = _total(b, x, axis)
    if b.chance(0.5):
        block.along(0).store(_apply(b, total) if b.chance(0.5) else total, row)
        return
    upright = (block.extents[0], integer(1))
    one = Tiled(tile_of((block.sizes[0], 1), b.real), "tile_reshape", (total,), None, upright)
    wide = Tiled(x.type, "tile_broadcast", (b.let(one, "column", "row_total"),), None, tuple(block.extents))
    block.store(_apply(b, x, b.let(wide, "spread", "per_row")), row, None)


def _multiply(b: Builder) -> None:
    """A product of matrices by blocks, over the tiles of the inner axis."""
    m, n, k = (b.pick((8, 16, 32)) for _ in range(3))
    block = _Block.launch(b, m, n, threads=2)
    i, j = b.threads
    inner = b.constant(I32, "TILE_K", value=k) if b.chance(0.6) else integer(k)
    outer_m, outer_n, depth = Bound("m0", 0), Bound("m1", 0), Bound("depth_k", 0)
    left, right = (
        b.array(b.real, (outer_m, depth), "A", "lhs", "x"),
        b.array(b.real, (depth, outer_n), "B", "rhs", "w"),
    )
    out = b.array(b.real, (outer_m, outer_n), "C", "product_out", "y", role="out")
    rows, cols = block.extents
    acc = b.let(Tiled(tile_of((m, n), b.real), "tile_zeros", (), None, (rows, cols)), "acc", "sum_tile")
    tiles = b.parameter(I32, "num_tiles", "k_tiles") if b.chance(0.5) else integer(b.integer(2, 8))
    with b.loop(integer(0), tiles) as step:
        deep = op("mul", step, inner)
        across = (op("mul", i, block.extents[0]), deep), (deep, op("mul", j, block.extents[1]))
        a = b.let(
            Tiled(tile_of((m, k), b.real), "tile_load", (left,), None, (block.extents[0], inner), across[0]),
            "a",
        )
        w = b.let(
            Tiled(tile_of((k, n), b.real), "tile_load", (right,), None, (inner, block.extents[1]), across[1]),
            "w",
        )
        if b.chance(0.3):
            a = _apply(b, a)
        if b.chance(0.6):
            b.emit(Do(Tiled(acc.type, "tile_matmul", (a, w, acc))))
        else:
            b.emit(Update(acc, "add", Tiled(acc.type, "tile_matmul", (a, w))))
    result = _apply(b, acc) if b.chance(0.5) else acc
    b.emit(Do(Tiled(result.type, "tile_store", (out, result), offset=block.offset(i, j))))


def _threads(b: Builder) -> None:
    """A value per thread gathered into a tile, reduced, and added to a total or spread again."""
    b.grid(1)
    values = [at(b.array(b.real, b.launch), *b.threads) for _ in range(b.pick((1, 1, 2, 3)))]
    x = b.let(b.mix(b.real, values, 0.8))
    if b.chance(0.4):
        x = b.let(op("div", x, convert(Op(I32, "block_dim", ()), b.real)), "share", "mean_part")
    tile = b.let(Tiled(tile_of((0,), b.real), "tile", (x,)), "t", "values_tile")
    if b.chance(0.35):
        mapped = _apply(b, tile)
        b.store(b.let(Tiled(b.real, "untile", (mapped,)), "value", "own"))
        if b.chance(0.5):
            return
    total = b.let(Tiled(tile_of((1,), b.real), "tile_sum", (tile,)), "total", "block_sum")
    out = b.array(b.real, (Bound("", 1),), "total_out", "result_sum", role="inout")
    b.emit(Do(Tiled(total.type, "tile_atomic_add", (out, total), offset=(integer(0),))))


def _solve(b: Builder) -> None:
    """Small dense systems, one per block: Cholesky or triangular solves."""
    n = b.pick((4, 8, 16))
    block = _Block.launch(b, n, n)
    i = b.threads[0]
    a = block.load(b.real, i, None, words=("A", "systems", "hessians"))
    line = block.along(0)
    y = line.load(b.real, i, words=("rhs", "b_vec", "loads"))
    if b.chance(0.5):
        shift = b.parameter(b.real, "regularization", "damping", "shift")
        ridge = b.let(Tiled(y.type, "tile_full", (shift,), None, tuple(line.extents)), "ridge", "diagonal")
        a = b.let(Tiled(a.type, "tile_diag_add", (a, ridge)), "regular", "shifted")
    if b.chance(0.5):
        factor = b.let(Tiled(a.type, "tile_cholesky", (a,)), "L", "factor_l")
        x = Tiled(y.type, "tile_cholesky_solve", (factor, y))
    else:
        x = Tiled(y.type, "tile_lower_solve", (a, y))
        if b.chance(0.5):
            upper = b.let(Tiled(a.type, "tile_transpose", (a,)), "U", "upper")
            x = Tiled(y.type, "tile_upper_solve", (upper, b.let(x, "z", "half_solved")))
    solved = b.let(x, "x", "solution")
    line.store(_apply(b, solved) if b.chance(0.3) else solved, i)


def _scan(b: Builder) -> None:
    """Running sums or extremes within each block."""
    block = _Block.launch(b, b.pick((32, 64, 128)))
    x = block.load(b.pick((F32, F32, I32)))
    if b.chance(0.4):
        x = _apply(b, x)
    name = b.pick(("inclusive", "inclusive", "exclusive", "max_inclusive", "min_inclusive"))
    running = b.let(Tiled(x.type, f"tile_scan_{name}", (x,)), "running", "prefix")
    if b.chance(0.5):
        running = _apply(b, running, x)
    block.store(running)


_FORM = {
    "map": _map,
    "reduce": _reduce,
    "rows": _rows,
    "multiply": _multiply,
    "threads": _threads,
    "solve": _solve,
    "scan": _scan,
}
