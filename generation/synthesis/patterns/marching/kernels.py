"""Cells classified, vertices in cells and on edges, segments in squares."""

from __future__ import annotations

from generation.synthesis.builder import Builder
from generation.synthesis.patterns.marching.cells import CASES, CORNERS, CUT, RING, bit, corners, step
from generation.synthesis.sketches import Sketch


def classify(b: Builder, s: Sketch) -> str:
    """The case of a cube and how many triangles it will give."""
    s("""
    with maybe(0.3):
        if valid[i, j, k] == 0:
            counts[i, j, k] = 0
            return
    with maybe(0.2):
        if k >= clip_z:
            return
    """)
    corners(b, s, "cube", CORNERS)
    return """
with maybe(0.55):
    cases[i, j, k] = code
with maybe(0.5):
    if code == 0 or code == 255:
        counts[i, j, k] = 0
        return
with either:
    with _(2):
        num_tris__tri_count = triangles[code & 255]
        counts[i, j, k] = num_tris
        with either:
            with _:
                with maybe(0.5):
                    if num_tris > 0:
                        atomic_add(total, 0, pick(num_tris, num_tris * 3))
            with _:
                if num_tris > 0:
                    slot__base = atomic_add(total, 0, num_tris)
                    if slot < capacity:
                        vertex_of[i, j, k] = slot
                    with maybe(0.5):
                        if slot >= capacity:
                            vertex_of[i, j, k] = -1
    with _:
        counts[i, j, k] = triangles[code & 255]
        with maybe(0.5):
            atomic_add(total, 0, 1)
with maybe(0.3):
    mean__centre_value = (v0 + v1 + v2 + v3 + v4 + v5 + v6 + v7) * 0.125
    with maybe(0.5):
        mean -= iso
    cell_mean[i, j, k] = mean
with maybe(0.3):
    spread[i, j, k] = max(max(max(v0, v1), max(v2, v3)), max(max(v4, v5), max(v6, v7)))
"""


def net(b: Builder, s: Sketch) -> str:
    """One vertex per crossed cube, at the mean of its edges' crossings; a slot from a counter."""
    s(CUT)
    edges = [
        (m, n) for m in range(8) for n in range(m + 1, 8)
        if sum(a != c for a, c in zip(CORNERS[m], CORNERS[n], strict=True)) == 1
    ]  # fmt: skip
    edges = b.shuffled(edges)[: b.pick((3, 4, 6, 12))]
    signs, whole, named = b.chance(0.6), b.chance(0.6), b.chance(0.5)
    corners(b, s, "cube", CORNERS)
    s("""
    if code == 0 or code == 255:
        with maybe(0.6):
            vertex_of[i, j, k] = -1
        return
    p_sum__local = vzero()
    crossings__edge_hits = int(0)
    """)
    for m, n in sorted(edges):
        axis = next(a for a in range(3) if CORNERS[m][a] != CORNERS[n][a])
        place = [f"{x}.0" for x in CORNERS[m]]
        body = f"if (v{m} - iso) * (v{n} - iso) < 0.0:\n" if signs else f"if {bit(m)} != {bit(n)}:\n"
        if whole:
            place[axis] = "t" if named else f"crossing(v{m}, v{n}, iso)"
            if named:
                body += f"    t__w = crossing(v{m}, v{n}, iso)\n"
            body += f"    p_sum += vec({', '.join(place)})\n"
        else:
            body += f"    p_sum.{'xyz'[axis]} += crossing(v{m}, v{n}, iso)\n"
            body += "".join(f"    p_sum.{'xyz'[a]} += 1.0\n" for a in range(3) if a != axis and CORNERS[m][a])
        s(body + "    crossings += 1\n")
    return """
if crossings == 0:
    return
with either:
    with _(2):
        slot__vert = atomic_add(total, 0, 1)
        if slot >= capacity:
            return
        local__centre = p_sum / real(crossings)
        verts[slot] = origin + (vec(real(i), real(j), real(k)) + local) * spacing
        with maybe(0.4):
            vertex_of[i, j, k] = slot
        with maybe(0.3):
            owner[slot] = pick(code, i * ny + j)
    with _:
        local__centre = p_sum / real(crossings)
        with maybe(0.4):
            local = 0.5 * (local + vec(0.5, 0.5, 0.5))
        with maybe(0.4):
            atomic_add(total, 0, 1)
        cell_verts[i, j, k] = origin + (vec(real(i), real(j), real(k)) + local) * spacing
with maybe(0.3):
    counts[i, j, k] = crossings
"""


def contour(b: Builder, s: Sketch) -> str:
    """A segment of the contour in a square, case by case; saddles are decided by the mean."""
    s(CUT)
    s("""
    def lerp_edge__edge_point(p, q, a, c, iso):
        'Interpolate where an edge crosses the iso-value.'
        t__w = crossing(a, c, iso)
        return p + t * (q - p)
    """)
    edge = [f"lerp_edge(q{n}, q{(n + 1) % 4}, v{n}, v{(n + 1) % 4}, iso)" for n in range(4)]
    s("with maybe(0.3):\n    if valid2[i, j] == 0:\n        return")
    corners(b, s, "square", RING)
    s("with maybe(0.4):\n    cases2[i, j] = code\nif code == 0 or code == 15:\n    return")
    for n, (x, y) in enumerate(RING):
        s(f"q{n}__p{n} = origin + vec(real({step('i', x)}), real({step('j', y)})) * spacing")
    s("a__start = q0\nc__stop = q2")
    mirror = b.chance(0.7)
    arms = []
    for case in sorted(b.sample(list(CASES), b.integer(3, 6))):
        first, last = CASES[case]
        test = f"code == {case} or code == {15 - case}" if mirror else f"code == {case}"
        arms.append((test, f"a = {edge[first]}\nc = {edge[last]}"))
    s.cases(
        arms,
        f"""
    mean__centre_value = (v0 + v1 + v2 + v3) * 0.25
    if mean > iso:
        a = {edge[3]}
        c = {edge[0]}
    else:
        a = {edge[0]}
        c = {edge[1]}
    """,
    )
    return """
with either:
    with _:
        seg_start[i, j] = a
        seg_end[i, j] = c
    with _(2):
        slot__first = atomic_add(total, 0, 2)
        if slot < capacity - 1:
            verts2[slot] = a
            verts2[slot + 1] = c
with maybe(0.3):
    tangent__dir = normalize(c - a)
    normal2[i, j] = vec(-tangent.y, tangent.x)
with maybe(0.5):
    tally(length(c - a))
"""


def edges(b: Builder, s: Sketch) -> str:
    """Vertices on the three edges that start at a node."""
    s(CUT)
    offsets = ("where(axis == {}, 1, 0)", "(1 if axis == {} else 0)")[b.chance(0.4)]
    steps = "\n    ".join(f"d{x}__step_{x} = {offsets.format(a)}" for a, x in enumerate("xyz"))
    product = "(here - iso) * (there - iso) > 0.0"
    extremes = "min(here, there) >= iso or max(here, there) < iso"
    return f"""
with maybe(0.3):
    if valid[i, j, k] == 0:
        return
here__f0 = cube[i, j, k]
with maybe(0.4):
    if not isfinite(here):
        return
corner__base = origin + spacing * vec(real(i), real(j), real(k))
cuts__found = 0
for axis__dim in range(3):
    {steps}
    there__f1__next_value = cube[i + dx, j + dy, k + dz]
    if {b.pick((product, extremes))}:
        continue
    with maybe(0.3):
        if not isfinite(there):
            continue
    t__frac = crossing(here, there, iso)
    slot__vert__vid = atomic_add(total, 0, 1)
    if slot >= capacity:
        continue
    with either:
        with _:
            verts[slot] = corner + vec(real(dx), real(dy), real(dz)) * (t * spacing)
        with _:
            p__pos = corner
            p[axis] += t * spacing
            verts[slot] = p
        with _:
            verts[slot] = corner + vec(real(dx) * t, real(dy) * t, real(dz) * t) * spacing
    with maybe(0.35):
        owner[slot] = pick(axis, i * ny + j, k * 3 + axis)
    cuts += 1
with maybe(0.5):
    counts[i, j, k] = cuts
"""
