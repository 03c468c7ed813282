"""Height fields; samples around a robot, rays that march until they are below the ground."""

from __future__ import annotations

_SAMPLE = """
with either:
    with _(2):
        ix__px = clamp(int(gx_pos), 0, gx - 2)
        iy__py = clamp(int(gy_pos), 0, gy - 2)
        if ix < 0 or iy < 0:
            pick_miss()
        with either:
            with _(2):
                h00__h1 = hmap[ix, iy]
                h10__h2 = hmap[ix + 1, iy]
                h01__h3 = hmap[ix, iy + 1]
                with either:
                    with _:
                        ground_h__h = min(h00, min(h10, h01))
                    with _:
                        h11__h4 = hmap[ix + 1, iy + 1]
                        wx__fx_part = clamp(gx_pos - real(ix), 0.0, 1.0)
                        wy__fy_part = clamp(gy_pos - real(iy), 0.0, 1.0)
                        ground_h__h = lerp(lerp(h00, h10, wx), lerp(h01, h11, wx), wy)
                    with _:
                        wx__fx_part = clamp(gx_pos - real(ix), 0.0, 1.0)
                        wy__fy_part = clamp(gy_pos - real(iy), 0.0, 1.0)
                        ground_h__h = h00
                        if wx + wy <= 1.0:
                            ground_h = h00 + wx * (h10 - h00) + wy * (h01 - h00)
                        else:
                            h11__h4 = hmap[ix + 1, iy + 1]
                            ground_h = h11 + (1.0 - wx) * (h01 - h11) + (1.0 - wy) * (h10 - h11)
            with _:
                ground_h__h = hmap[ix, iy]
    with _:
        ix__px = int(floor(gx_pos))
        iy__py = int(floor(gy_pos))
        if ix < 0 or ix >= gx or iy < 0 or iy >= gy:
            pick_miss()
        ground_h__h = hmap[ix, iy]
with maybe(0.5):
    ground_h = ground_h * vscale
"""

HEIGHTS = """
base__root = sensor_p[i]
off__local = offsets[j]
with either:
    with _(2):
        fwd__heading = quat_rotate(sensor_q[i], vec(1.0, 0.0, 0.0))
        norm_xy__flat = safe(sqrt(fwd.x * fwd.x + fwd.y * fwd.y))
        c__cos_yaw = fwd.x / norm_xy
        s__sin_yaw = fwd.y / norm_xy
        p__world = base + vec(c * off.x - s * off.y, s * off.x + c * off.y, off.z)
    with _:
        p__world = base + quat_rotate(sensor_q[i], off)
    with _:
        p__world = base + off
gx_pos__col = (p.x - corner.x) / cell
gy_pos__row = (p.y - corner.y) / cell
with maybe(0.3):
    gx_pos = gx_pos + num(0.5, -0.5)
    gy_pos = gy_pos + 0.5
sample()
with maybe(0.3):
    ground_h = ground_h + sigma * noise[i, j]
with either:
    with _(2):
        heights[i, j] = clamp(base.z - ground_h - offset_z, -clip, clip)
    with _:
        gap__clearance = base.z - offset_z - ground_h
        if gap > clip:
            gap = clip
        elif gap < -clip:
            gap = -clip
        heights[i, j] = gap
    with _:
        heights[i, j] = ground_h
        with maybe(0.6):
            if base.z - ground_h < offset_z:
                atomic_add(count, i, 1)
with maybe(0.3):
    hits[i, j] = vec(p.x, p.y, ground_h)
with maybe(0.25):
    atomic_min(nearest, i, base.z - ground_h)
"""

MARCH = """
ro__origin = sensor_p[i]
with either:
    with _:
        rd__dir = quat_rotate(sensor_q[i], beams[j])
    with _:
        rd__dir = beams[j]
t__travel = t_min
prev_t__t_last = t_min
found__hit = int(0)
with maybe(0.4):
    if rd.z > num(0.5, 0.3):
        ranges[i, j] = t_max
        return
for m__step in range(steps):
    with either:
        with _(3):
            if t > t_max:
                break
        with _:
            if t > t_max or found == 1:
                break
    p__pos = ro + t * rd
    gx_pos__col = (p.x - corner.x) / cell
    gy_pos__row = (p.y - corner.y) / cell
    sample()
    gap__above = p.z - ground_h
    with either:
        with _:
            if gap < num(0.0, 0.001):
                found = 1
                break
            prev_t = t
            t += pick(cell, 0.5 * cell)
        with _:
            if gap < 0.0:
                found = 1
                with maybe(0.6):
                    t = 0.5 * (t + prev_t)
                break
            prev_t = t
            t += max(num(0.5, 0.4, 0.7) * gap, cell * num(0.1, 0.25))
        with _:
            if gap < 0.001 * t:
                found = 1
                break
            prev_t = t
            with either:
                with _:
                    t += gap / (1.0 + abs(rd.z))
                with _:
                    t += clamp(gap, 0.1 * cell, cell)
with maybe(0.5):
    if found == 1 and t > prev_t:
        t = pick(0.5 * (prev_t + t), prev_t)
with either:
    with _:
        if found == 0:
            ranges[i, j] = missing
            return
        ranges[i, j] = t
    with _:
        ranges[i, j] = t if found == 1 else t_max
    with _:
        ranges[i, j] = min(t, t_max)
        with maybe(0.6):
            ids[i, j] = found
with maybe(0.5):
    hits[i, j] = ro + t * rd
with maybe(0.3):
    atomic_min(nearest, i, t)
"""


def terrain(text: str, miss: str):
    """A text that samples the height field, and what happens outside of it."""

    def form(b, s) -> str:
        s.parts(sample=_SAMPLE, pick_miss=b.pick(miss.split("|")))
        return text

    return form
