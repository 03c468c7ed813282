"""The checker's rules for arrays: which elements an expression means, and whether they are there.

An array is a parameter, a field of a struct parameter, a thread's own scratch, or a view: a part of another,
`a[i]`, `a[lo:hi]`. Whatever it is called, its elements belong to one root, where bounds and races are judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from generation.errors import CheckError
from generation.language.types import BVH, I32, Array, Struct, array
from generation.program import bounds
from generation.program.bounds import Ends
from generation.program.declarations import Param, extents_match
from generation.program.nodes import (
    Atomic,
    Bound,
    Component,
    Const,
    Expression,
    Field,
    Load,
    Op,
    Range,
    Scratch,
    Shape,
    Span,
    Var,
    View,
)

ATOMICS = ("atomic_add", "atomic_sub", "atomic_min", "atomic_max", "atomic_exch", "atomic_cas")
BITWISE_ATOMICS = ("atomic_and", "atomic_or", "atomic_xor")
WHOLE, PART = ":", "lo:hi"  # an axis that a view leaves as it is; one of which it takes a stretch


class Place(NamedTuple):
    """The elements an array names: of `root`, per axis of it WHOLE, PART, or the thread variable that the
    fixed index is made of (None: of no one's); `extents` are those of the axes that are left."""

    root: str
    role: str  # in, out, inout; own for scratch
    span: Span | None
    axes: tuple[str | None, ...]
    extents: tuple[Bound, ...]


def path_of(e: Expression) -> str:
    """`s` or `s.field`; empty for anything else."""
    if type(e) is Var:
        return e.name
    if type(e) is Field:
        holder = path_of(e.value)
        return f"{holder}.{e.name}" if holder else ""
    return ""


def whole_name(e: Expression, node) -> None:
    """Warp reads subscripts in a row as one: what is taken of a stretch needs a name in between."""
    places = e.places if type(e) is View else e.indices if type(e) is Component else ()
    if any(type(place) is Range for place in places):
        raise CheckError("a part of a part needs a name", node)


def array_fields(struct: Struct, holder: str) -> list[str]:
    """The paths of the arrays inside a struct."""
    found: list[str] = []
    for name, type_ in struct.fields:
        if isinstance(type_, Array):
            found.append(f"{holder}.{name}")
        elif isinstance(type_, Struct):
            found += array_fields(type_, f"{holder}.{name}")
    return found


class Effect(NamedTuple):
    """What a body does to the elements of an array from outside: loads, stores or atomics."""

    kind: str
    root: str
    pattern: tuple[tuple[str, int, int] | None, ...]


class StorageRules:
    """Part of the walk through a body; `arrays` holds the place of every array by its path."""

    arrays: dict[str, Place]
    effects: list[Effect]
    slices = 0

    def declare(self, param: Param) -> None:
        """An array parameter, or the arrays and integers that a struct parameter holds."""
        if isinstance(param.type, Array):
            extents = param.extents
            whole = (WHOLE,) * param.type.ndim
            self.arrays[param.name] = Place(param.name, param.role, param.span, whole, extents)
            self.spans[param.name] = extents[0], extents[0]  # what len() would say
        elif isinstance(param.type, Struct):
            held = {f"{param.name}.{inner.name}": inner for inner in param.held}
            missing = set(array_fields(param.type, param.name)) - held.keys()
            if missing:
                raise CheckError(f"nothing is known of the arrays {sorted(missing)}", param)
            for path, inner in held.items():
                if not extents_match(inner.type, inner.extents):
                    raise CheckError(f"{len(inner.extents)} extents for the type of {path}", param)
                self.declare(inner._replace(name=path))
                if inner.role != "in":
                    self.unread_outputs.add(path)
        elif param.span:
            self.spans[param.name] = bounds.ends(param.span)

    def note_mesh(self, name: str, type_, value) -> None:
        """A name for the tree over the faces of a mesh, or for the arrays that the mesh is made of."""
        handle = value.arguments[0].name
        faces, corners = self.params[handle].extents
        if type_ is BVH:
            self.params[name] = Param(name, BVH, "in", (faces,))
            self.spans[name] = faces, faces
            return
        points = Bound(f"points of {handle}", 0)
        for field, inner in type_.fields:
            extents = (corners if field == "indices" else points,)
            span = Span(Bound("", 0), bounds.shift(points, -1)) if field == "indices" else None
            self.declare(Param(f"{name}.{field}", inner, "in", extents, span))

    # ------------------------------------------------------------ which elements

    def place(self, e: Expression) -> Place:
        """The elements of an array expression that has been judged."""
        kind = type(e)
        if kind is Var:
            return self.arrays[e.name]
        return self.part(e) if kind is View else self.arrays[path_of(e)]

    def part(self, e: View) -> Place:
        base = self.place(e.array)
        places, extents = iter(e.places), iter(base.extents)
        axes: list[str | None] = []
        left: list[Bound] = []
        for axis in base.axes:
            if axis not in (WHOLE, PART):
                axes.append(axis)
                continue
            place, extent = next(places, None), next(extents)
            if place is None or type(place) is Range:
                axes.append(PART if place is not None and place.start is not None else axis)
                left.append(extent if place is None else self.length(place, extent))
            else:
                axes.append(self.owner.owner(place) if axis is WHOLE else None)
        return base._replace(axes=tuple(axes), extents=tuple(left))

    def length(self, range_: Range, extent: Bound) -> Bound:
        """How many elements a stretch has: a number over sizes, or a new size that may be 0."""
        low = self.span(range_.start) if range_.start is not None else bounds.exactly(0)
        high = self.span(range_.stop) if range_.stop is not None else (extent, extent)
        length = bounds.TRANSFER["sub"](high, low)
        if length[0] is not None and length[0] == length[1]:
            return length[0]
        self.slices += 1
        return Bound(f"slice {self.slices}", -1)

    def pattern(self, place: Place, indices) -> tuple[tuple[str, int, int] | None, ...]:
        """Per axis of the root the thread variable that the index is made of."""
        owner = self.owner.owner
        if len(place.axes) == len(indices) and PART not in place.axes:
            return tuple([owner(index) for index in indices])
        return self.filled(place, [owner(index) for index in indices])

    def filled(self, place: Place, owners: Iterable[str | None]) -> tuple[tuple[str, int, int] | None, ...]:
        """The axes of the root, those that were left given their owners."""
        given = iter(owners)
        left = [next(given) if axis is WHOLE or axis is PART else axis for axis in place.axes]
        return tuple([None if a is PART else own for a, own in zip(place.axes, left, strict=True)])

    # ------------------------------------------------------------ expressions

    def load(self, e: Load, stored: bool = False):
        type_ = self.expression(e.array)
        if not isinstance(type_, Array) or len(e.indices) != type_.ndim:
            raise CheckError("an element needs an array and one index per axis", e)
        whole_name(e.array, e)
        place = self.place(e.array)
        for index, extent in zip(e.indices, place.extents, strict=True):
            if self.expression(index) is not I32:
                raise CheckError("an index must be an int", e)
            if not bounds.inside(self.span(index), bounds.ZERO, bounds.shift(extent, -1)):
                last = type(index) is Const and index.value < 0 and not stored
                if not last or not bounds.at_most(Bound("", -index.value), extent):
                    raise CheckError(f"an index of {place.root} that may leave its extent", e)
        if not stored:
            self.read(place, self.pattern(place, e.indices), e)
        return type_.dtype

    def read(self, place: Place, pattern, e) -> None:
        if place.role == "out":
            raise CheckError(f"{place.root} is an output and holds nothing to read", e)
        self.access("loads", place, pattern, e)

    def access(self, kind: str, place: Place, pattern, e) -> None:
        """Note loads, stores or atomics, for the races between threads and for whoever calls."""
        if place.role == "own":
            return
        self.effects.append(Effect(kind, place.root, pattern))
        if kind == "atomics":
            self.owner.atomics.add(place.root)
            return
        pattern = (*pattern, self.owner.pinned or None)
        getattr(self.owner, kind).setdefault(place.root, []).append((pattern, e))

    def view(self, e: View):
        type_ = self.expression(e.array)
        if not isinstance(type_, Array) or not 0 < len(e.places) <= type_.ndim:
            raise CheckError("a view needs an array and at most one place per axis", e)
        whole_name(e.array, e)
        place = self.place(e.array)
        kept = type_.ndim
        for where, extent in zip(e.places, place.extents, strict=False):
            if type(where) is Range:
                self.stretch(where, extent, e)
                continue
            kept -= 1
            if self.expression(where) is not I32:
                raise CheckError("an index must be an int", e)
            if not bounds.inside(self.span(where), bounds.ZERO, bounds.shift(extent, -1)):
                raise CheckError(f"a view of {place.root} that may leave its extent", e)
        if not kept:
            raise CheckError("a view of no axis is an element", e)
        return array(type_.dtype, kept)

    def stretch(self, range_: Range, extent: Bound, e) -> None:
        """Both ends inside the axis, and neither counted from its end."""
        for end, most in ((range_.start, bounds.shift(extent, -1)), (range_.stop, extent)):
            if end is None:
                continue
            if self.expression(end) is not I32:
                raise CheckError("a slice is from an int to an int", e)
            if not bounds.inside(self.span(end), bounds.ZERO, most):
                raise CheckError("a slice that may leave its array", e)
        known = type(range_.start) is Const and type(range_.stop) is Const
        if known and range_.start.value >= range_.stop.value:
            raise CheckError("a slice without elements", e)

    def scratch(self, e: Scratch):
        if len(e.shape) != e.type.ndim or not all(0 < extent <= 4096 for extent in e.shape):
            raise CheckError("a scratch array has a known, small shape", e)
        if e.span and not bounds.inside(bounds.exactly(0), e.span.low, e.span.high):
            raise CheckError("a scratch array starts with zeros, which its span leaves out", e)
        self.type_used(e.type)
        return e.type

    def bind_array(self, name: str, value) -> None:
        """A name for a view or for a new scratch array."""
        if type(value) is Scratch:
            extents = tuple([Bound("", extent) for extent in value.shape])
            self.arrays[name] = Place(name, "own", value.span, (WHOLE,) * len(extents), extents)
        elif type(value) is View:
            self.arrays[name] = self.place(value)
        else:
            raise CheckError(f"{name} can only be bound to a view of an array or to a new one", value)
        extent = self.arrays[name].extents[0]
        self.spans[name] = extent, extent

    def shape(self, e: Shape):
        type_ = self.expression(e.array)
        if not isinstance(type_, Array) or type(e.array) is View:
            raise CheckError("only an array with a name has a shape", e)
        if not 0 <= e.axis < type_.ndim:
            raise CheckError("no such axis", e)
        return I32

    def whole(self, e: Op) -> None:
        """An operation that looks anywhere in an array."""
        array_ = next(a for a in e.arguments if isinstance(a.type, Array))
        place = self.place(array_)
        self.read(place, self.pattern(place, (None,) * len(place.extents)), e)
        for index in e.arguments[1:-1] if e.operation == "lower_bound" else ():
            if not bounds.inside(self.span(index), bounds.ZERO, place.extents[0]):
                raise CheckError(f"an index of {place.root} that may leave its extent", e)

    def atomic(self, e: Atomic):
        load = Load(e.type, e.array, e.indices)
        target = self.load(load, stored=True)
        known = e.operation in ATOMICS or (
            e.operation in BITWISE_ATOMICS and getattr(target, "kind", "") in ("int", "uint")
        )
        if (e.operation == "atomic_cas") != (e.compare is not None):
            raise CheckError("atomic_cas, and it alone, compares", e)
        if e.compare is not None and self.expression(e.compare) is not target:
            raise CheckError("the value to compare has another type than its target", e)
        if not known or self.expression(e.value) is not target:
            raise CheckError("the value has another type than its target", e)
        place = self.written(e.array, e)
        if place.role == "own":
            raise CheckError("no other thread sees this array: it needs no atomic", e)
        self.access("atomics", place, self.pattern(place, e.indices), e)
        return target

    # ------------------------------------------------------------ writes

    def written(self, array_: Expression, node) -> Place:
        place = self.arrays.get(path_of(array_)) if type(array_) is not View else self.place(array_)
        if place is None:
            raise CheckError("only an output array can be written", node)
        return self.writable(place, node)

    def writable(self, place: Place, node) -> Place:
        if place.role == "in":
            raise CheckError("only an output array can be written", node)
        self.unread_outputs.discard(place.root)
        return place

    def holds(self, place: Place, value: Ends, node) -> None:
        """An array of indices keeps the span it promises."""
        if place.span and not bounds.inside(value, *bounds.ends(place.span)):
            raise CheckError(f"{place.root} gets a number outside its span", node)
