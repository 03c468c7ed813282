"""Whether two triangles meet: where an edge of one goes through the other.

Warp follows Möller, "A Fast Triangle-Triangle Intersection Test", JGT 2(2), 1997, with intervals on the
common line. Triangles that touch or lie in one plane are left out: their answer hangs on rounding.
"""

from __future__ import annotations

import numpy as np

from generation.verification.faults import Undefined

_CLEAR = 1e-4  # of a volume beside the product of its lengths, below which nobody can tell its sign


def intersect_tri_tri(*corners) -> np.int32:
    """1 where the triangles of the first and of the last three corners meet. Raises `Undefined`."""
    points = np.array([corner.c for corner in corners], np.float64)
    one, two = points[:3], points[3:]
    return np.int32(_pierced(one, two) or _pierced(two, one))


def _pierced(triangle, other) -> bool:
    """Whether an edge of `other` goes through `triangle`."""
    heights = [_side(*triangle, corner) for corner in other]
    for here, there in ((0, 1), (1, 2), (2, 0)):
        if heights[here] == heights[there]:
            continue
        turns = {_side(triangle[i], triangle[i - 1], other[here], other[there]) for i in range(3)}
        if len(turns) == 1:
            return True
    return False


def _side(a, b, c, d) -> bool:
    """The sign of the volume of a tetrahedron."""
    edges = np.array([b - a, c - a, d - a])
    volume = np.linalg.det(edges)
    if abs(volume) <= _CLEAR * np.prod(np.linalg.norm(edges, axis=1)):
        raise Undefined("triangles that barely touch")
    return bool(volume > 0)
