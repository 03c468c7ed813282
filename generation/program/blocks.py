"""The checker's rules for tiles: shapes, what a map applies, and which elements a block owns."""

from __future__ import annotations

from generation.errors import CheckError
from generation.language.types import I32, Tile
from generation.program import bounds, tiles
from generation.program.nodes import Op, Tiled, Var


class TileRules:
    """Part of the walk through a body; the state is that of `ExpressionRules`."""

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
        if e.offset:
            self.block(e, type_)
        return type_

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
        if e.operation == "tile_load":
            self.read(self.place(e.arguments[0]), pattern, e)
            return
        place = self.written(e.arguments[0], e)
        if e.operation == "tile_store":
            self.access("stores", place, pattern, e)
        else:
            self.access("atomics", place, pattern, e)

    def block_owner(self, place, size: int) -> str | None:
        """The thread variable whose block alone starts at `place` with this many elements."""
        if size == 1:
            return self.owner.owner(place)
        scaled = type(place) is Op and place.operation == "mul" and type(place.arguments[0]) is Var
        if scaled and self.span(place.arguments[1]) == bounds.exactly(size):
            return self.owner.owner(place.arguments[0])
        return None
