"""Whether two triangles meet, step by step as Warp decides it: the answer for triangles that only touch, as
those with a common corner do, hangs on how each step rounds.

Source: Möller, "A Fast Triangle-Triangle Intersection Test", Journal of Graphics Tools 2(2), 1997, in the
form without divisions.
"""

from __future__ import annotations

import numpy as np

_FLAT = 1e-6  # nearer to a plane than this is in it
_EDGES = ((0, 1), (1, 2), (2, 0))


def intersect_tri_tri(*corners) -> np.int32:
    """1 where the triangles of the first three and of the last three corners meet, else 0."""
    one, two = [corner.c for corner in corners[:3]], [corner.c for corner in corners[3:]]
    normal, across = _normal(one), _normal(two)
    heights, depths = _heights(normal, one[0], two), _heights(across, two[0], one)
    if _beside(heights) or _beside(depths):
        return np.int32(0)
    line = [abs(x) for x in _cross(normal, across)]
    axis = line.index(max(line))
    intervals = [_interval([p[axis] for p in one], depths), _interval([p[axis] for p in two], heights)]
    if None in intervals:
        return np.int32(_in_one_plane(normal, one, two))
    (a, b, c, x0, x1), (d, e, f, y0, y1) = intervals
    xx, yy = x0 * x1, y0 * y1
    low, high = sorted((a * (xx * yy) + b * x1 * yy, a * (xx * yy) + c * x0 * yy))
    start, end = sorted((d * (xx * yy) + e * xx * y1, d * (xx * yy) + f * xx * y0))
    return np.int32(not (high < start or end < low))


def _cross(a, b):
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def _dot(a, b):
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _normal(triangle):
    origin, *others = triangle
    return _cross(*[[x - y for x, y in zip(p, origin, strict=True)] for p in others])


def _heights(normal, origin, points) -> list:
    """How far points are above a plane, in lengths of its normal."""
    offset = -_dot(normal, origin)
    heights = [_dot(normal, point) + offset for point in points]
    return [h if abs(h) >= _FLAT else h.__class__(0) for h in heights]


def _beside(heights) -> bool:
    return bool(heights[0] * heights[1] > 0 and heights[0] * heights[2] > 0)


def _interval(places, heights):
    """Where a triangle crosses a line, as numbers that a division would turn into its two ends; None for one
    in the plane of the other."""
    h0, h1, h2 = heights
    if h0 * h1 > 0:
        tip = 2
    elif h0 * h2 > 0:
        tip = 1
    elif h1 * h2 > 0 or h0 != 0:
        tip = 0
    elif h1 != 0:
        tip = 1
    elif h2 != 0:
        tip = 2
    else:
        return None
    one, two = (i for i in range(3) if i != tip)
    at, height = places[tip], heights[tip]
    towards = [(places[i] - at) * height for i in (one, two)]
    return at, *towards, height - heights[one], height - heights[two]


def _in_one_plane(normal, one, two) -> bool:
    sizes = [abs(x) for x in normal]
    if sizes[0] > sizes[1]:
        axes = (1, 2) if sizes[0] > sizes[2] else (0, 1)
    else:
        axes = (0, 1) if sizes[2] > sizes[1] else (0, 2)
    one, two = ([[p[axis] for axis in axes] for p in triangle] for triangle in (one, two))
    crossing = any(_cross_in_plane(one[i], one[j], two[k], two[m]) for i, j in _EDGES for k, m in _EDGES)
    return crossing or _holds(two, one[0]) or _holds(one, two[0])


def _cross_in_plane(a, b, c, d) -> bool:
    """Whether two segments cross: Antonio, "Faster Line Segment Intersection", Graphics Gems III, 1992."""
    ax, ay, bx, by = b[0] - a[0], b[1] - a[1], c[0] - d[0], c[1] - d[1]
    cx, cy = a[0] - c[0], a[1] - c[1]
    whole, along, other = ay * bx - ax * by, by * cx - bx * cy, ax * cy - ay * cx
    if whole > 0:
        return bool(0 <= along <= whole and 0 <= other <= whole)
    return bool(whole < 0 and whole <= along <= 0 and whole <= other <= 0)


def _holds(triangle, point) -> bool:
    sides = []
    for i, j in _EDGES:
        start, end = triangle[i], triangle[j]
        a, b = end[1] - start[1], -(end[0] - start[0])
        sides.append(a * point[0] + b * point[1] + (-a * start[0] - b * start[1]))
    return bool(sides[0] * sides[1] > 0 and sides[0] * sides[2] > 0)
