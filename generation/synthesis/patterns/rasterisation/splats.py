"""Points projected, splatted, blended in order."""

from __future__ import annotations

PROJECT = """
with either:
    with _:
        c__cam = quat_rotate_inv(cam_q, x[i] - cam_p)
    with _:
        c__cam = quat_rotate(cam_q, x[i]) + cam_p
with maybe(0.6):
    if c.z < near or c.z > far:
        visible[i] = 0
        with maybe(0.5):
            tiles_out[i] = 0
        return
inv_z__iz = 1.0 / safe(c.z)
u__px = fx * c.x * inv_z + cx
v__py = fy * c.y * inv_z + cy
r__rad = scale[i] * fx * inv_z
with maybe(0.4):
    r = max(r, num(0.5, 1.0))
inside__ok = 1
with either:
    with _:
        if u + r < 0.0 or u - r > real(width) or v + r < 0.0 or v - r > real(height):
            inside = 0
    with _:
        if u < 0.0 or u >= real(width):
            inside = 0
        elif v < 0.0 or v >= real(height):
            inside = 0
    with _:
        limit_x__lx = num(1.3, 1.2) * real(width)
        if abs(u - cx) > limit_x or c.z < near:
            inside = 0
visible[i] = inside
out_p[i] = vec(u, v, pick(c.z, inv_z))
with maybe(0.6):
    radius_out[i] = r
with maybe(0.5):
    tx0__lo_x = clamp(int(floor((u - r) / num(16.0, 8.0))), 0, width)
    tx1__hi_x = clamp(int(ceil((u + r) / num(16.0, 8.0))), 0, width)
    ty0__lo_y = clamp(int(floor((v - r) / num(16.0, 8.0))), 0, height)
    ty1__hi_y = clamp(int(ceil((v + r) / num(16.0, 8.0))), 0, height)
    with either:
        with _:
            tiles_out[i] = (tx1 - tx0) * (ty1 - ty0)
        with _:
            tiles_out[i] = (tx1 - tx0) * (ty1 - ty0) if inside == 1 else 0
with maybe(0.3):
    if inside == 1:
        atomic_min(depth, clamp(int(v), 0, height - 1), clamp(int(u), 0, width - 1), c.z)
"""

SPLAT = """
p__pt = x[i]
with maybe(0.5):
    if alpha[i] < num(0.01, 0.004):
        return
c__cam = quat_rotate_inv(cam_q, p - cam_p)
with either:
    with _(2):
        if c.z < near:
            return
    with _:
        if c.z < near or c.z > far:
            return
u__px = fx * c.x / c.z + cx
v__py = fy * c.y / c.z + cy
r__rad = max(scale[i] * fx / c.z, num(0.5, 1.0))
with maybe(0.4):
    r = min(r, num(16.0, 32.0))
x0__x_lo = max(int(floor(u - r)), 0)
x1__x_hi = min(int(ceil(u + r)), width - 1)
y0__y_lo = max(int(floor(v - r)), 0)
y1__y_hi = min(int(ceil(v + r)), height - 1)
for row__y in range(y0, y1 + 1):
    for col__x in range(x0, x1 + 1):
        du__dx = real(col) + 0.5 - u
        dv__dy = real(row) + 0.5 - v
        d2__dist_sq = du * du + dv * dv
        with maybe(0.7):
            if d2 > r * r:
                continue
        with either:
            with _(2):
                w__weight = alpha[i] * exp(-min(0.5 * d2 / (r * r), 20.0))
            with _:
                w__weight = alpha[i] * max(1.0 - sqrt(d2) / r, 0.0)
            with _:
                q__t = max(1.0 - d2 / (r * r), 0.0)
                w__weight = q * q * alpha[i]
        with maybe(0.4):
            if w < num(0.004, 0.001):
                continue
        with maybe(0.4):
            w = w / (1.0 + c.z * c.z)
        with either:
            with _(2):
                atomic_add(color, row, col, w * rgb[i])
                atomic_add(wsum, row, col, w)
            with _:
                atomic_add(color, row, col, rgb[i] * w)
                with maybe(0.5):
                    atomic_min(depth, row, col, c.z)
            with _:
                if c.z < atomic_min(depth, row, col, c.z):
                    atomic_exch(face_id, row, col, i)
"""

BLEND = """
pix__p = vec(real(j) + 0.5, real(i) + 0.5)
t__tile = tile_of[i, j]
transmit__T = real(1.0)
acc__rgb_sum = vec(0.0, 0.0, 0.0)
count__n_used = int(0)
for m__s in range(starts[t], starts[t + 1]):
    g__id = order[m]
    d__delta = mean2[g] - pix
    q__con = conic[g]
    power__e = -0.5 * (q.x * d.x * d.x + q.z * d.y * d.y) - q.y * d.x * d.y
    with maybe(0.8):
        if power > 0.0:
            continue
    a__alpha_g = min(num(0.99, 0.999), opac[g] * exp(clamp(power, -20.0, 0.0)))
    with either:
        with _(2):
            if a < num(0.004, 0.0039):
                continue
        with _:
            if a < num(0.004, 0.01):
                count += 1
                continue
    with either:
        with _(2):
            next__T_next = transmit * (1.0 - a)
            with maybe(0.8):
                if next < num(0.0001, 0.001):
                    break
            acc += srgb[g] * (a * transmit)
            transmit = next
        with _:
            acc += a * transmit * srgb[g]
            transmit = transmit * (1.0 - a)
            with maybe(0.6):
                if transmit < num(0.0001, 0.001):
                    break
    count += 1
with either:
    with _(2):
        image[i, j] = acc + transmit * sky
    with _:
        image[i, j] = acc
with maybe(0.5):
    trans[i, j] = pick(transmit, 1.0 - transmit)
with maybe(0.5):
    used[i, j] = count
"""
