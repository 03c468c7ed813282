"""The case of a cell from its corners, where an edge is cut, and normals from the field."""

from __future__ import annotations

from generation.synthesis.builder import Builder
from generation.synthesis.sketches import Sketch

CORNERS = ((0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0), (0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 1))

RING = ((0, 0), (1, 0), (1, 1), (0, 1))

CASES = {1: (3, 0), 2: (0, 1), 3: (3, 1), 4: (1, 2), 6: (0, 2), 7: (3, 2)}  # edges that the contour cuts

CUT = """
def crossing__edge_fraction(a, c, iso):
    'Where an edge crosses the iso-value.'
    gap__denom = c - a
    if abs(gap) < num(0.00001, 0.000001):
        return 0.5
    return pick((iso - a) / nonzero(gap), clamp((iso - a) / nonzero(gap), 0.0, 1.0))
"""


def _at(name: str, offsets) -> str:
    return f"{name}[{', '.join(t if not o else f'{t} + 1' for t, o in zip('ijk', offsets, strict=False))}]"


def corners(b: Builder, s: Sketch, name: str, corners) -> None:
    """The values at the corners of a cell and the bits of those inside."""
    sense = b.pick(("<", "<", ">"))
    loads = [f"v{n}__c{n}__d{n} = {_at(name, offsets)}" for n, offsets in enumerate(corners)]
    bits = [f"if v{n} {sense} iso:\n    code |= {1 << n}" for n in range(len(corners))]
    start = "code__case_code__cube_index = int(0)"
    if b.chance(0.5):
        lines = [start, *[line for pair in zip(loads, bits, strict=True) for line in pair]]
    else:
        lines = [start, *loads, *bits] if b.chance(0.4) else [*loads, start, *bits]
    for line in lines:
        s(line)


def bit(corner: int) -> str:
    return f"((code >> {corner}) & 1)" if corner else "(code & 1)"


def step(thread: str, offset: int) -> str:
    return f"{thread} + 1" if offset else thread


REFINE = """
p__pos = x[i]
g__local = (p - origin) / safe(spacing)
ci__ix = clamp(int(g.x), 1, gx - 2)
cj__iy = clamp(int(g.y), 1, gy - 2)
ck__iz = clamp(int(g.z), 1, gz - 2)
if ci < 1 or cj < 1 or ck < 1:
    with maybe(0.5):
        normals[i] = vzero()
    return
with either:
    with _(2):
        ddx__fx = grid3[ci + 1, cj, ck] - grid3[ci - 1, cj, ck]
        ddy__fy = grid3[ci, cj + 1, ck] - grid3[ci, cj - 1, ck]
        ddz__fz = grid3[ci, cj, ck + 1] - grid3[ci, cj, ck - 1]
        n__grad = vec(ddx, ddy, ddz)
        with maybe(0.6):
            n = n * (0.5 / safe(spacing))
    with _:
        f0__here = grid3[ci, cj, ck]
        n__grad = vec(grid3[ci + 1, cj, ck] - f0, grid3[ci, cj + 1, ck] - f0, grid3[ci, cj, ck + 1] - f0)
        n = n / safe(spacing)
slope__norm = length(n)
if slope < num(0.00001, 0.000001):
    with either:
        with _:
            normals[i] = vec(0.0, 0.0, 1.0)
        with _:
            normals[i] = vzero()
    return
with maybe(0.5):
    gap__level_offset = grid3[ci, cj, ck] - iso
    with either:
        with _:
            moved[i] = p - n * (gap / (slope * slope))
        with _:
            step__shift = clamp(gap / slope, -spacing, spacing)
            moved[i] = p - normalize(n) * step
with either:
    with _:
        normals[i] = n / slope
    with _:
        normals[i] = -normalize(n)
with maybe(0.25):
    tally(slope)
"""
