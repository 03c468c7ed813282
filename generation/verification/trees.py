"""Trees of boxes and grids of points, searched by going through everything.

`backwards` turns the order round in which finds come, which nobody promises.
Source: Warp documentation, "Geometry".
"""

from __future__ import annotations

import numpy as np

from generation.verification.faults import NotCovered, OutOfBounds, Undefined


class Finds:
    """Numbers of items, for a loop or one after the other."""

    def __init__(self, which, backwards: bool):
        numbers = np.flatnonzero(which) if np.asarray(which).dtype == bool else np.asarray(which)
        self.left = [np.int32(i) for i in (numbers if backwards else numbers[::-1])]

    def __iter__(self):
        while self.left:
            yield self.left.pop()


class Root:
    """The root of a group's tree: it can be handed to a query, and nobody promises its number."""

    __slots__ = ("group",)
    __array_ufunc__ = None

    def __init__(self, group: int):
        self.group = group

    def _refused(self, *_):
        raise NotCovered("the number of a group's root")

    __bool__ = __int__ = __index__ = __float__ = __neg__ = __abs__ = __invert__ = _refused
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refused
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _refused
    __hash__ = None


def of_root(groups, root) -> np.ndarray:
    """Which items a query from a root may find: -1 is the root of all."""
    if isinstance(root, Root):
        return groups == root.group
    if int(root) != -1:
        raise NotCovered("a root by its number")
    return np.ones(len(groups), bool)


class Tree:
    """Boxes, each in a group."""

    def __init__(self, lowers, uppers, groups, real, backwards):
        self.lowers, self.uppers, self.groups = lowers, uppers, groups
        self.real, self.backwards = real, backwards

    def group_root(self, group):
        """The root of a group's tree; of one without members -1, the root of all."""
        return Root(int(group)) if (self.groups == int(group)).any() else np.int32(-1)

    def finds(self, which, root) -> Finds:
        return Finds(which & of_root(self.groups, root), self.backwards)

    def aabb(self, lower, upper, root=-1):
        lower, upper = row(lower), row(upper)
        return self.finds(((self.lowers <= upper) & (self.uppers >= lower)).all(1), root)

    def sphere(self, center, radius, root=-1):
        center, radius = row(center), max(radius, self.real(0))
        gaps = np.maximum(np.maximum(self.lowers - center, center - self.uppers), 0)
        return self.finds((gaps * gaps).sum(1) <= radius * radius, root)

    def ray(self, start, heading, root=-1):
        if not row(heading).any():
            raise Undefined("a ray without a direction")
        return self.capsule(start, heading, self.real(0), root)

    def capsule(self, start, heading, radius, root=-1):
        start, heading, radius = row(start), row(heading), max(radius, self.real(0))
        if not np.isfinite(heading).all():
            raise Undefined("a ray without a direction")
        lowers, uppers = self.lowers - radius - start, self.uppers + radius - start
        near, far = np.full(len(lowers), -np.inf), np.full(len(lowers), np.inf)
        for axis in range(3):
            if heading[axis] == 0:
                beside = (lowers[:, axis] > 0) | (uppers[:, axis] < 0)
                near = np.where(beside, np.inf, near)
            else:
                ends = np.sort([lowers[:, axis] / heading[axis], uppers[:, axis] / heading[axis]], axis=0)
                near, far = np.maximum(near, ends[0]), np.minimum(far, ends[1])
        return self.finds((far >= 0) & (far >= near), root)


class Grid:
    """Points in cells, which repeat after some cells along each axis."""

    def __init__(self, data: dict, real, backwards):
        self.dims, self.real, self.backwards = data["dims"], real, backwards
        self.inverse = real(1) / real(data["width"])
        cells = np.floor(data["points"].astype(real) * self.inverse).astype(np.int64)
        self.cells = cells % self.dims
        x, y, z = self.cells.T
        self.order = np.argsort((z * self.dims[1] + y) * self.dims[0] + x, kind="stable")

    def query(self, point, radius):
        """Every point in a cell that the ball's box touches, and in those that share its place."""
        which = np.ones(len(self.cells), bool)
        for axis, (x, extent) in enumerate(zip(point.c, self.dims, strict=True)):
            ends = (x - radius) * self.inverse, (x + radius) * self.inverse
            if not all(abs(end) < 1e6 for end in ends):
                raise Undefined("a cell that is too far away")
            first, last = (int(np.floor(end)) for end in ends)
            touched = {k % extent for k in range(first, min(max(first, last), first + extent - 1) + 1)}
            which &= np.isin(self.cells[:, axis], sorted(touched))
        return Finds(which, self.backwards)

    def point_id(self, number):
        if not 0 <= number < len(self.order):
            raise OutOfBounds(f"point {number} of {len(self.order)}")
        return np.int32(self.order[::-1][number] if self.backwards else self.order[number])


def row(x) -> np.ndarray:
    return np.array(x.c)
