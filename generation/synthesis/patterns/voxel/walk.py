"""Rays that walk from cell to cell."""

from __future__ import annotations

_WALK = """
o__ro = (start[i] - origin) / voxel
d__rd = dir[i]
with maybe(0.4):
    d = normalize(d)
with maybe(0.3):
    if range[i] <= 0.0 or range[i] > max_range:
        return
ix__cx0__vx = int(floor(o.x))
iy__cy0__vy = int(floor(o.y))
iz__cz0__vz = int(floor(o.z))
sx__step_x = 1 if d.x >= 0.0 else -1
sy__step_y = 1 if d.y >= 0.0 else -1
sz__step_z = 1 if d.z >= 0.0 else -1
dx__delta_x = 1.0 / max(abs(d.x), num(0.000001, 0.0001))
dy__delta_y = 1.0 / max(abs(d.y), num(0.000001, 0.0001))
dz__delta_z = 1.0 / max(abs(d.z), num(0.000001, 0.0001))
with either:
    with _:
        tx__next_x = (real(ix + 1) - o.x) * dx if sx > 0 else (o.x - real(ix)) * dx
        ty__next_y = (real(iy + 1) - o.y) * dy if sy > 0 else (o.y - real(iy)) * dy
        tz__next_z = (real(iz + 1) - o.z) * dz if sz > 0 else (o.z - real(iz)) * dz
    with _:
        tx__next_x = (o.x - real(ix)) * dx
        if sx > 0:
            tx = dx - tx
        ty__next_y = (o.y - real(iy)) * dy
        if sy > 0:
            ty = dy - ty
        tz__next_z = (o.z - real(iz)) * dz
        if sz > 0:
            tz = dz - tz
t__travel = real(0.0)
prepare()
for m__step in range(limit):
    with either:
        with _(2):
            if ix < 0 or ix >= gx or iy < 0 or iy >= gy or iz < 0 or iz >= gz:
                break
            visit()
        with _:
            if ix >= 0 and ix < gx and iy >= 0 and iy < gy and iz >= 0 and iz < gz:
                visit()
    with either:
        with _(2):
            if tx < ty and tx < tz:
                t = tx
                tx += dx
                ix += sx
            elif ty < tz:
                t = ty
                ty += dy
                iy += sy
            else:
                t = tz
                tz += dz
                iz += sz
        with _:
            t = min(tx, min(ty, tz))
            if tx <= t:
                tx += dx
                ix += sx
            elif ty <= t:
                ty += dy
                iy += sy
            else:
                tz += dz
                iz += sz
    with maybe(0.6):
        if t * voxel > max_range:
            break
conclude()
"""

_VISITS = (
    (
        "end__hit_t = range[i] / voxel",
        """
if t >= end:
    atomic_add(odds, ix, iy, iz, l_hit)
    break
atomic_sub(odds, ix, iy, iz, l_miss)
""",
        """
with maybe(0.4):
    first[i] = t * voxel
""",
    ),
    (
        "end__hit_t = range[i] / voxel",
        """
if t > end - num(0.5, 1.0):
    atomic_add(hits, ix, iy, iz, 1)
    break
atomic_add(passes, ix, iy, iz, 1)
""",
        """
with maybe(0.4):
    first[i] = t * voxel
""",
    ),
    (
        "best__t_hit = max_range",
        """
if occ[ix, iy, iz] > threshold:
    best = t * voxel
    with maybe(0.6):
        cell_out[i, 0] = ix
        cell_out[i, 1] = iy
        cell_out[i, 2] = iz
    break
""",
        """
first[i] = best
with maybe(0.3):
    tally(best)
""",
    ),
    (
        """
trans__alpha_left = real(1.0)
t_prev__t_last = real(0.0)
""",
        """
seg__len_in = min(tx, min(ty, tz)) - t_prev
t_prev = min(tx, min(ty, tz))
trans = trans * exp(-clamp(occ[ix, iy, iz] * seg * voxel, 0.0, 5.0))
with maybe(0.6):
    if trans < num(0.01, 0.001):
        break
""",
        """
visible[i] = pick(trans, 1.0 - trans)
with maybe(0.4):
    first[i] = t_prev * voxel
""",
    ),
)


def walk(b, s) -> str:
    prepare, visit, conclude = b.pick(_VISITS)
    s.parts(prepare=prepare, visit=visit, conclude=conclude)
    return _WALK
