"""The checker's rules for tiles: shapes, what a map applies, and which elements a block owns."""

from __future__ import annotations

from generation.errors import CheckError
from generation.language.types import I32, Tile
from generation.program import bounds, tile_parts, tiles
from generation.program.nodes import Bound, Const, Op, Tiled, Var


class TileRules:
    """Part of the walk through a body; the state is that of `ExpressionRules`.

    `views` are the locals that alias another tile, which only that other may change.
    """

    views: set[str]

    def tiled(self, e: Tiled):
        types = tuple([self.expression(a) for a in e.arguments])
        if e.function is not None:
            type_ = tiles.applied(e, types, self.applied(e.function, types))
        else:
            type_ = tiles.RULES[e.operation](e, types)
        if type_ is None:
            raise CheckError(f"no form of {e.operation} for these tiles", e)
        if e.operation in tiles.SHAPED:
            spans = tuple([self.span(extent) for extent in e.shape if self.expression(extent) is I32])
            if spans != tuple(bounds.exactly(extent) for extent in e.type.shape):
                raise CheckError("a tile of another shape than its type", e)
        for place in e.offset:
            if self.expression(place) is not I32 or not bounds.at_most(bounds.ZERO, self.span(place)[0]):
                raise CheckError("a tile that may start before its array", e)
        if e.operation in tile_parts.WITHIN:
            self.tile_part(e, types)
        elif e.offset:
            self.block(e, type_)
        if e.operation == "tile_scatter_add":
            self.tile_scattered(e, types[0])
        if e.operation in tile_parts.CHANGED:
            self.tile_changed(e)
        return type_

    def tile_part(self, e: Tiled, types) -> None:
        """A part of a tile lies inside it."""
        whole, small = types[0].shape, e.type.shape if e.operation == "tile_view" else types[1].shape
        for place, extent, size in zip(e.offset, whole, small, strict=True):
            if not bounds.inside(self.span(place), bounds.ZERO, Bound("", extent - size)):
                raise CheckError("a part that may leave its tile", e)

    def tile_scattered(self, e: Tiled, tile: Tile) -> None:
        for index, extent in zip(e.arguments[1:-2], tile.shape, strict=True):
            if not bounds.inside(self.span(index), bounds.ZERO, Bound("", extent - 1)):
                raise CheckError("an index that may leave its tile", e)

    def tile_changed(self, e: Tiled) -> None:
        """The tiles that are changed are from now on made of all that the statement reads."""
        for place in tile_parts.CHANGED[e.operation]:
            target = e.arguments[place]
            if e is not self.statement or type(target) is not Var or target.name in self.views:
                raise CheckError(f"{e.operation} changes a tile of its own, in a statement of its own", e)
            self.flow.update(target.name, set(self.flow.reads))
            self.spans.pop(target.name, None)

    def applied(self, function: str | Var, types) -> tuple | None:
        """The results of the program's own function that a map applies; None for a built-in."""
        if type(function) is str:
            return None
        self.used.add(function.name)
        for known in self.functions.get(function.name, ()):
            if [p.type for p in known.function.params] == [t.dtype for t in types]:
                return known.function.results
        raise CheckError(f"{function.name} does not take the elements of these tiles", function)

    def block(self, e: Tiled, type_: Tile) -> None:
        """The elements of an array that a block reads, writes or adds to."""
        sizes = zip(e.offset, type_.shape, strict=True)
        pattern = tuple([self.block_owner(place, size) for place, size in sizes])
        if e.operation in tile_parts.GATHERS:
            pattern = self.tile_gathered(e, pattern, type_.shape[e.axis])
        if e.operation.startswith("tile_load"):
            self.read(self.place(e.arguments[0]), pattern, e)
            return
        place = self.written(e.arguments[0], e)
        if e.operation.startswith("tile_store"):
            self.access("stores", place, pattern, e)
        else:
            self.access("atomics", place, pattern, e)

    def tile_gathered(self, e: Tiled, pattern: tuple, size: int) -> tuple:
        """Along one axis a tile of indices says which elements; to store there, no two may be one place."""
        indices, start = e.arguments[1], e.offset[e.axis]
        step = tile_parts.spacing(indices)
        owner = self.block_owner(start, size * step) if step else None
        extent = self.place(e.arguments[0]).extents[e.axis]
        known = start == Const(I32, 0) and bounds.inside(
            self.span(indices), bounds.ZERO, bounds.shift(extent, -1)
        )
        if not (owner or known):
            raise CheckError("a tile of indices that may leave the array", e)
        if e.operation == "tile_store_indexed" and owner is None:
            raise CheckError("a tile of indices in which two may be one place", e)
        return tuple([owner if axis == e.axis else name for axis, name in enumerate(pattern)])

    def block_owner(self, place, size: int) -> str | None:
        """The thread variable whose block alone starts at `place` with this many elements."""
        if size == 1:
            return self.owner.owner(place)
        scaled = type(place) is Op and place.operation == "mul" and type(place.arguments[0]) is Var
        if scaled and self.span(place.arguments[1]) == bounds.exactly(size):
            return self.owner.owner(place.arguments[0])
        return None
