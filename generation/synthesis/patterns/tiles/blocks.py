"""What kernels on tiles share: the launch by blocks, loads and stores, maps, reductions, constant tiles."""

from __future__ import annotations

from generation.language.operations import RESULTS
from generation.language.types import F32, I32, Scalar, Tile, Value, tile_of
from generation.program.nodes import Bound, Do, Expression, Op, Return, Tiled, Var
from generation.synthesis.builder import Builder
from generation.synthesis.terms import integer, op

_UNARY = ("abs", "sin", "cos", "tanh", "floor", "sign", "erf", "step", "atan", "cbrt")
_BINARY = ("add", "mul", "sub", "min", "max")


class Block:
    """The launch of one block per tile, and the shape of a tile with the constants that name it."""

    def __init__(self, b: Builder, sizes: tuple[int, ...], extents: tuple[Expression, ...]):
        self.b, self.sizes, self.extents = b, sizes, extents

    @classmethod
    def launch(cls, b: Builder, *sizes: int, threads: int = 1) -> Block:
        b.grid(threads)
        b.launch = tuple(Bound(f"{bound.size}_blocks", 0) for bound in b.launch)
        names = (("TILE_M",), ("TILE_N",)) if len(sizes) > 1 else (("TILE_SIZE", "BLOCK_SIZE", "TILE"),)
        named = b.chance(0.6)
        pairs = zip(names, sizes, strict=True)
        return cls(b, sizes, tuple(b.constant(I32, *w, value=s) if named else integer(s) for w, s in pairs))

    def along(self, axis: int) -> Block:
        """The tiles of one axis of these."""
        return Block(self.b, (self.sizes[axis],), (self.extents[axis],))

    def offset(self, *axes) -> tuple[Expression, ...]:
        """Where the tile of this block starts; an axis without a thread starts at 0."""
        return tuple(map(self._start, self.sizes, self.extents, axes))

    @staticmethod
    def _start(size: int, extent: Expression, thread: Expression | None) -> Expression:
        if thread is None:
            return integer(0)
        return thread if size == 1 else op("mul", thread, extent)

    def load(self, dtype: Value, *axes, words: tuple[str, ...] = ()) -> Var:
        b = self.b
        array = b.array(dtype, tuple(Bound(f"m{k}", 0) for k in range(len(self.sizes))), *words)
        return self.load_at(array, *self.offset(*(axes or b.threads)))

    def load_at(self, array: Var, *offset: Expression) -> Var:
        type_ = tile_of(self.sizes, array.type.dtype)
        value = Tiled(type_, "tile_load", (array,), None, tuple(self.extents), offset)
        name = array.name
        return self.b.let(value, f"{name}_tile", f"{name}_t", f"{name}_block")

    def store(self, value: Expression, *axes) -> None:
        b = self.b
        extents = tuple(Bound(f"m{k}", 0) for k in range(len(self.sizes)))
        out = b.output(value.type.dtype, extents)
        b.emit(Do(Tiled(value.type, "tile_store", (out, value), offset=self.offset(*(axes or b.threads)))))


def own_function(b: Builder, types, result: Value | None = None) -> Var:
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


def apply(b: Builder, *tiles: Var) -> Var:
    """A map of a built-in or an own function over tiles, or arithmetic between them."""
    first = tiles[0].type
    scalar = isinstance(first.dtype, Scalar)
    if len(tiles) == 2 and b.chance(0.35):
        name = b.pick(("add", "sub", "mul") if scalar else ("add", "sub"))
        return b.let(Op(first, name, tiles), "mixed", "combined")
    if len(tiles) == 1 and scalar and b.chance(0.25):
        factor = b.literal(first.dtype) if first.dtype is not I32 else integer(b.integer(2, 5))
        return b.let(Op(first, "mul", (tiles[0], factor)), "scaled", "weighted")
    # Warp maps wp.sign over a tile of ints to C++ that does not compile
    names = _BINARY if len(tiles) > 1 else _UNARY if first.dtype is b.real else ("abs",)
    function: str | Var = b.pick(names)
    if b.chance(0.6) or len(tiles) > 2 or (function, tuple(t.type.dtype for t in tiles)) not in RESULTS:
        function = own_function(b, [t.type.dtype for t in tiles])
        dtype = function.type
    else:
        dtype = RESULTS[function, tuple(t.type.dtype for t in tiles)].result
    value = Tiled(tile_of(first.shape, dtype), "tile_map", tiles, function)
    return b.let(value, "mapped", "y", "response", "activated")


def reduction(b: Builder, tile: Var, axis: int | None = None) -> Var:
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


def dtype_of(b: Builder) -> Value:
    return b.pick((b.real, b.real, b.real, b.space, I32))


def filled(b: Builder, block: Block, type_: Tile) -> Var:
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


def chain(b: Builder, block: Block, tiles: list[Var], most: int = 4) -> Var:
    """A few maps that use every one of the tiles."""
    tiles = b.shuffled(tiles)
    result = tiles.pop()
    if not tiles or b.chance(0.4):
        result = apply(b, result)
    while tiles:
        result = apply(b, result, tiles.pop())
    for _ in range(b.integer(0, most - 1)):
        partner = (
            [filled(b, block, result.type)] if b.chance(0.35) and result.type.shape == block.sizes else []
        )
        result = apply(b, result, *partner)
    return result


def do(b: Builder, operation: str, type_: Tile, *arguments: Expression, **more) -> None:
    """A statement about tiles that gives no value."""
    b.emit(Do(Tiled(type_, operation, arguments, **more)))
