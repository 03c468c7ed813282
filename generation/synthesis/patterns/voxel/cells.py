"""Cells and their neighbours; points put into cells."""

from __future__ import annotations

_NEIGHBOURS = """
own__here = flags[i, j, k]
with either:
    with _(2):
        if own == 0:
            labels[i, j, k] = pick(0, -1)
            return
    with _:
        if own <= 0:
            return
best__label_min = own
exposed__faces = int(0)
for dx__di in range(-1, 2):
    for dy__dj in range(-1, 2):
        for dz__dk in range(-1, 2):
            with either:
                with _(2):
                    if abs(dx) + abs(dy) + abs(dz) != 1:
                        continue
                with _:
                    if dx == 0 and dy == 0 and dz == 0:
                        continue
                with _:
                    if abs(dx) + abs(dy) + abs(dz) > 2:
                        continue
            x__nx0 = i + dx
            y__ny0 = j + dy
            z__nz0 = k + dz
            if x < 0 or x >= nx or y < 0 or y >= ny or z < 0 or z >= nz:
                with maybe(0.5):
                    exposed += 1
                continue
            other__nb = flags[x, y, z]
            react()
react_end()
"""

_REACTIONS = (
    (
        """
if other > 0 and other < best:
    best = other
""",
        """
labels[i, j, k] = best
if best < own:
    atomic_add(changed, 0, 1)
""",
    ),
    (
        """
if other == 0:
    exposed += 1
""",
        """
with either:
    with _:
        surface[i, j, k] = 1 if exposed > 0 else 0
    with _:
        surface[i, j, k] = exposed
if exposed > num(0, 2):
    atomic_add(count, 0, 1)
""",
    ),
    (
        """
if other != 0:
    exposed += 1
""",
        """
with either:
    with _:
        labels[i, j, k] = 1 if exposed >= num(2, 3, 4) else 0
    with _:
        if exposed < num(2, 3):
            labels[i, j, k] = 0
            atomic_add(changed, 0, 1)
        else:
            labels[i, j, k] = best
""",
    ),
    (
        """
if other > 0:
    gap__reach = dist_in[x, y, z] + voxel * sqrt(real(dx * dx + dy * dy + dz * dz))
    if gap < near:
        near = gap
""",
        """
dist[i, j, k] = near
if near < dist_in[i, j, k]:
    atomic_add(changed, 0, 1)
""",
    ),
)

BINNING = """
p__pt = points[i]
with maybe(0.3):
    if not isfinite(p):
        index[i] = -1
        return
with maybe(0.3):
    if length(p) > max_range:
        return
g__local = (p - origin) / voxel
ix__vx = int(floor(g.x))
iy__vy = int(floor(g.y))
iz__vz = int(floor(g.z))
with either:
    with _(2):
        if ix < 0 or ix >= gx or iy < 0 or iy >= gy or iz < 0 or iz >= gz:
            with maybe(0.5):
                atomic_add(dropped, 0, 1)
            with maybe(0.5):
                index[i] = -1
            return
    with _:
        ix = clamp(ix, 0, gx - 1)
        iy = clamp(iy, 0, gy - 1)
        iz = clamp(iz, 0, gz - 1)
with either:
    with _(2):
        atomic_add(hits, ix, iy, iz, 1)
        with maybe(0.6):
            atomic_add(sum_p, ix, iy, iz, pick(p, p - origin))
    with _:
        rank__slot = atomic_add(hits, ix, iy, iz, 1)
        with either:
            with _:
                if rank == 0:
                    atomic_add(count, 0, 1)
            with _:
                if rank < num(32, 16, 64):
                    atomic_add(sum_p, ix, iy, iz, p)
            with _:
                if rank >= num(32, 16, 64):
                    atomic_add(dropped, 0, 1)
                    return
                atomic_add(sum_p, ix, iy, iz, pick(p, p - origin))
    with _:
        atomic_add(odds, ix, iy, iz, l_hit)
with maybe(0.4):
    n__nrm = normals[i]
    with maybe(0.5):
        if dot(n, p - origin) > 0.0:
            n = -n
    atomic_add(sum_n, ix, iy, iz, n)
with maybe(0.4):
    atomic_add(sum_w, ix, iy, iz, pick(intensity[i], intensity[i] / safe(length(p))))
with maybe(0.4):
    atomic_max(top, ix, iy, p.z)
with maybe(0.5):
    index[i] = (ix * gy + iy) * gz + iz
"""


def neighbours(b, s) -> str:
    react, end = b.pick(_REACTIONS)
    if "near" in react:
        s("near__closest = dist_in[i, j, k]")
    s.parts(react=react, react_end=end)
    return _NEIGHBOURS
