"""One draw of the sizes and values of a launch, from a generator of numbers."""

from __future__ import annotations

import math

import numpy as np

from generation.verification import handles, types
from generation.verification.evaluator import Kernel
from generation.verification.faults import NoInputs

_EDGES = np.array((0.0, 1.0, -1.0, 0.5, 2.0, -0.5, 1e-3, 10.0, -7.25))
_CALM, _SCALES = (0.5, 1.0, 2.0), (0.3, 1.0, 2.0, 6.0)
_GUESSED_EXTENT = {1: 1 << 15, 2: 181, 3: 32, 4: 13}  # at most, by axes: some 30,000 elements
_GUESSED_BYTES = 1 << 24
_WIDE = 20  # along an axis of several


class Draw:
    """One draw of sizes and values: a calm one has values as people choose them, a small one sizes of one."""

    def __init__(self, rng, pool, extents, calm, small):
        self.rng, self.pool, self.extents, self.calm, self.small = rng, pool, extents, calm, small
        self.widest = int(rng.choice((1, 2, 6)))  # few integers, so that some are equal
        self.sizes: dict[str, int] = {}
        self.sorts = False
        self.usual: dict = {}  # what is said of a parameter of which nothing is known

    def launch(self, kernel: Kernel, launch: dict):
        names = {bound[0] for bound in self._bounds(launch) if bound[0]}
        least = max([1, *(1 - offset for name, offset in self._bounds(launch) if name)])
        low, high = (1, 2) if self.small else self.extents[len(launch["dim"])]
        for name in sorted(names):
            self.sizes[name] = int(self.rng.integers(max(least, low), max(least + 1, high) + 1))
        self.sorts = "wp.tile_sort(" in kernel.module.source  # whose keys should differ
        if "wp.tile_load" in kernel.module.source:
            self.fill_tiles(names, launch)
        handles.settle(self.sizes, launch["params"], self.rng)
        self.make_room(launch["params"])
        dim = tuple(self.extent(bound) for bound in launch["dim"])
        arguments = {}
        for name, type_ in kernel.parameters.items():
            facts = launch["params"][name]
            if "handle" in facts:
                counts = [self.extent(extent) for extent in facts.get("extents", ())]
                source = kernel.module.source
                arguments[name] = handles.drawn(facts["handle"], name, counts, source, self.rng)
            else:
                arguments[name] = self.value(type_, facts)
        return dim, arguments

    def make_room(self, parameters: dict) -> None:
        """As many values as an array of distinct ones has elements."""
        for facts in parameters.values():
            if facts.get("distinct"):
                low, (name, offset) = self.extent(facts["span"][0]), facts["span"][1]
                count = math.prod(map(self.extent, facts["extents"]))
                if name:
                    self.sizes[name] = max(self.sizes[name], low + count - 1 - offset)
            self.make_room(facts.get("held", {}))

    def fill_tiles(self, names, launch) -> None:
        """A block or two, and mostly arrays as long as their tiles, if these are not too large."""
        blocks = {name for name, _ in launch["dim"]}
        several = [
            facts["extents"] for facts in launch["params"].values() if len(facts.get("extents", ())) > 1
        ]
        wide = {name for extents in several for name, _ in extents}
        widths = [int(x) for x in self.pool if x == int(x) and 4 <= x <= 1024] or [8]
        count = int(self.rng.integers(1, 3))
        for name in sorted(names):
            if name in blocks:
                self.sizes[name] = count
            elif not self.small:
                self.sizes[name] = min(max(widths), _WIDE) if name in wide else max(widths) * count

    def _bounds(self, launch):
        yield from launch["dim"]
        yield from self._bounds_of(launch["params"])

    def _bounds_of(self, parameters):
        for facts in parameters.values():
            yield from facts.get("extents", ())
            yield from (end for end in facts.get("span", ()) if end)
            yield from self._bounds_of(facts.get("held", {}))

    def guess(self, kernel: Kernel, guess: tuple[int, int, int], structures: dict[str, str]):
        """A cube of one size, sooner or later longer than the launch; integers that would do as indices."""
        size, room, top = guess
        axes = kernel.module.thread_axes
        span = [["", 0], ["", top]]
        arguments = {}
        self.usual = {"extents": [["", size + room]] * 4, "span": span}
        if self.bytes_of(kernel.parameters) > _GUESSED_BYTES:
            raise NoInputs("arrays of tens of megabytes")
        for name, type_ in kernel.parameters.items():
            if name in structures and isinstance(type_, types.Scalar):
                source, kind = kernel.module.source, structures[name]
                count = int(self.rng.choice(handles.SOLIDS)) if kind == "mesh" else size
                arguments[name] = handles.drawn(kind, name, [count], source, self.rng)
            else:
                arguments[name] = self.value(type_, self.usual)
        return (size if axes == 1 else 4,) * axes, arguments

    def bytes_of(self, parameters: dict) -> int:
        """What the arrays of a guess would hold."""
        total = 0
        for type_ in parameters.values():
            if isinstance(type_, types.ArrayOf):
                total += math.prod(self.shape(type_, self.usual)) * type_.element.dtype.itemsize
            elif isinstance(type_, types.Struct):
                total += self.bytes_of(type_.types)
        return total

    def shape(self, type_, facts: dict) -> tuple[int, ...]:
        shape = tuple(self.extent(extent) for extent in facts["extents"][: type_.ndim])
        most = _GUESSED_EXTENT.get(type_.ndim) if facts is self.usual else None
        return tuple(min(extent, most) for extent in shape) if most else shape

    def extent(self, bound) -> int:
        name, offset = bound
        return max(0, offset + (self.sizes.setdefault(name, 3) if name else 0))

    def value(self, type_, facts: dict):
        span = facts.get("span")
        if isinstance(type_, types.ArrayOf):
            shape = self.shape(type_, facts)
            if facts.get("distinct"):
                return self.distinct(type_.element, shape, span)
            return self.elements(type_.element, shape, span)
        if isinstance(type_, types.Struct):
            return self.record(type_, facts.get("held", {}), "")
        return self.elements(type_, (), span)[()]

    def record(self, type_, held: dict, prefix: str):
        """A struct by value; of one that holds arrays the fields."""
        fields = {}
        for name, field in type_.types.items():
            path = prefix + name
            if isinstance(field, types.Struct):
                fields[name] = self.record(field, held, f"{path}.")
            else:
                fields[name] = self.value(field, held.get(path, self.usual))
        if type_.holds_arrays:
            return fields
        data = np.zeros((), type_.dtype)
        for name, field in fields.items():
            data[name] = field
        return data[()]

    def distinct(self, type_, shape, span) -> np.ndarray:
        """Integers of which none stands twice."""
        low, high = (self.extent_of(end) for end in span)
        count = math.prod(shape)
        numbers = self.rng.permutation(np.arange(low, max(high, low + count - 1) + 1))
        return numbers[:count].reshape(shape).astype(type_.stored)

    def elements(self, type_, shape, span) -> np.ndarray:
        if isinstance(type_, types.Struct):
            data = np.zeros(shape, type_.dtype)
            for name, field in type_.types.items():
                data[name] = self.elements(field, shape, None)
            return data
        if isinstance(type_, types.Scalar):
            return self.numbers(type_, shape, span)
        data = self.numbers(type_.scalar, (*shape, *type_.inner), span)
        if isinstance(type_, types.Quaternion | types.Motion) and self.rng.random() < 0.8:
            turn = data[..., -4:]
            turn /= np.maximum(np.linalg.norm(turn.astype(np.float64), axis=-1, keepdims=True), 1e-3).astype(
                data.dtype
            )
        return data

    def numbers(self, type_, shape, span) -> np.ndarray:
        rng = self.rng
        if type_.stored.kind == "b":
            return rng.integers(0, 2, shape).astype(np.bool_)
        if type_.is_real:
            return self.reals(shape).astype(type_.stored)
        if span and span[0] is not None and span[1] is not None:
            low, high = self.extent_of(span[0]), self.extent_of(span[1])
            return rng.integers(low, max(low, high) + 1, shape).astype(type_.stored)
        if span and span[0] is not None:
            low = self.extent_of(span[0])
        else:
            low = 0 if type_.stored.kind == "u" or self.rng.random() < 0.5 else -self.widest
        data = rng.integers(low, low + self.widest + 2, shape)
        if self.sorts and shape and span is None:
            return rng.permutation(np.arange(1, 1 + data.size)).reshape(shape).astype(type_.stored)
        if not self.calm and span is None:
            whole = [x for x in self.pool if x == int(x) and low <= x <= (1 << 20 if shape else 64)]
            if whole:
                data = np.where(rng.random(shape) < 0.25, rng.choice(whole, shape).astype(np.int64), data)
            if shape and rng.random() < 0.3:
                large = rng.integers(max(low, -(1 << 12)), 1 << 15, shape)
                data = np.where(rng.random(shape) < 0.4, large, data)
        return data.astype(type_.stored)

    def extent_of(self, bound) -> int:
        name, offset = bound
        return offset + (self.sizes.setdefault(name, 3) if name else 0)

    def reals(self, shape) -> np.ndarray:
        """Normal numbers, some wide, some round, some edges, some that stand in the source or beside it."""
        rng = self.rng
        scales = _CALM if self.calm else _SCALES
        data = rng.standard_normal(shape) * scales[int(rng.integers(len(scales)))]
        if not shape and rng.random() < 0.7:
            data = np.asarray(data + np.copysign(0.5, data))  # a parameter is seldom next to nothing
        if rng.random() < (0.75 if not shape else 0.4):
            data = np.abs(data)
        if self.calm:
            return data
        kind, which, beside = rng.random((3, *shape))
        edges = _EDGES[(which * len(_EDGES)).astype(int)]
        near = self.pool[(which * len(self.pool)).astype(int)] if len(self.pool) else edges
        off = np.where(beside < 0.7, 0.1 * beside - 0.02, 0.0)
        near = np.clip(np.where(near == 0.0, 0.2 * off, near * (1.0 + off)), -1e3, 1e3)
        for share, other in ((0.5, near), (0.35, data * 6.0), (0.25, edges), (0.15, np.round(data))):
            data = np.where(kind < share, other, data)
        return data
