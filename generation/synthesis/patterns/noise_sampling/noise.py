"""Hashes, lattice noise, cellular noise."""

from __future__ import annotations

HASHES = """
def pcg_hash__scramble(v):
    'PCG hash.'
    s = v * u32(747796405) + u32(2891336453)
    w = (s >> u32(15)) ^ s
    w = w * u32(277803737)
    return (w >> u32(22)) ^ w
def wang_hash__mix_bits(v):
    'Integer hash.'
    a = (v ^ u32(61)) ^ (v >> u32(16))
    a = a * u32(9)
    a = a ^ (a >> u32(4))
    a = a * u32(668265261)
    return a ^ (a >> u32(15))
def murmur_mix__avalanche(v):
    'Finalizer of MurmurHash.'
    a = v ^ (v >> u32(16))
    a = a * u32(2246822507)
    a = a ^ (a >> u32(13))
    a = a * u32(3266489909)
    return a ^ (a >> u32(16))
def xorshift__shift_hash(v):
    'Xorshift hash.'
    a = v | u32(1)
    a = a ^ (a << u32(13))
    a = a ^ (a >> u32(17))
    return a ^ (a << u32(5))
def unit__to_unit(v):
    'Map the bits of an integer to a number in the unit interval.'
    return real(v & u32(65535)) / 65536.0
"""

HASH_NAMES = ("pcg_hash", "wang_hash", "murmur_mix", "xorshift")

LATTICE = """
def smooth_fade__fade_curve(t):
    'Fade curve of gradient noise.'
    with either:
        with _:
            return t * t * (3.0 - 2.0 * t)
        with _:
            return t * t * t * (t * (t * 6.0 - 15.0) + 10.0)
        with _:
            return 0.5 - 0.5 * cos(3.14159 * t)
def corner_value__lattice_value(ix, iy, salt):
    'Random value of a lattice corner.'
    return unit(HASH(u32(ix) * u32(73856093) ^ u32(iy) * u32(19349663) ^ u32(salt)))
def corner_slope__lattice_gradient(ix, iy, salt, dx, dy):
    a = 6.28318 * unit(HASH(u32(ix) * u32(374761393) ^ u32(iy) * u32(668265263) ^ u32(salt)))
    return cos(a) * dx + sin(a) * dy
def value_noise__noise2(x, y, salt):
    'Value noise in two dimensions.'
    fx = floor(x)
    fy = floor(y)
    ix = int(fx)
    iy = int(fy)
    tx = smooth_fade(x - fx)
    ty = smooth_fade(y - fy)
    low = lerp(corner_value(ix, iy, salt), corner_value(ix + 1, iy, salt), tx)
    high = lerp(corner_value(ix, iy + 1, salt), corner_value(ix + 1, iy + 1, salt), tx)
    return lerp(low, high, ty)
def gradient_noise__perlin2(x, y, salt):
    'Gradient noise in two dimensions.'
    fx = floor(x)
    fy = floor(y)
    ix = int(fx)
    iy = int(fy)
    dx = x - fx
    dy = y - fy
    tx = smooth_fade(dx)
    low = lerp(corner_slope(ix, iy, salt, dx, dy), corner_slope(ix + 1, iy, salt, dx - 1.0, dy), tx)
    left = corner_slope(ix, iy + 1, salt, dx, dy - 1.0)
    right = corner_slope(ix + 1, iy + 1, salt, dx - 1.0, dy - 1.0)
    high = lerp(left, right, tx)
    return lerp(low, high, smooth_fade(dy))
"""

VALUE = """
q__uv_i__pt = p[i]
px__u__qx = q.x * freq
py__v__qy = q.y * freq
with maybe(0.35):
    bend__shift_w__warped = NOISE(px + 5.2, py + 1.3, seed) - 0.5
    px += warp * bend
    with maybe(0.6):
        py -= warp * bend
with either:
    with _:
        total__h__sum_n = NOISE(px, py, seed) * amp
    with _(3):
        total__h__sum_n = real(0.0)
        scale__a_k__weight = real(1.0)
        norm__w_sum__range_n = real(0.0)
        for c in range(OCT):
            layer__octave__n_c = NOISE(px, py, pick(seed + c, seed))
            with maybe(0.5):
                layer = pick(abs(2.0 * layer - 1.0), 1.0 - abs(layer), polish(layer))
            with maybe(0.2):
                if scale < num(0.01, 0.001):
                    break
            total += scale * layer
            norm += scale
            scale = scale * gain
            px = px * lac
            py = py * lac
        with maybe(0.5):
            total = total / safe(norm)
with either:
    with _:
        h_out[i] = pick(total, amp * total, polish(total))
    with _:
        h_out[i] = base[i] + amp * total
    with _:
        if total > thr:
            h_out[i] = pick(total - thr, amp * (total - thr))
        else:
            h_out[i] = 0.0
    with _:
        n_out[i] = q + vec(total - 0.5, 0.5 - total) * amp
with maybe(0.3):
    tally(total)
"""

CELLS = """
q__uv_i__pt = p[i] * freq
cx__cell_x__ix = int(floor(q.x))
cy__cell_y__iy = int(floor(q.y))
best__f1__near_d = real(8.0)
second__f2__next_d = real(8.0)
owner__id_c__site = int(0)
for a in range(-1, 2):
    for e in range(-1, 2):
        key__site_hash__hv = HASH(u32(cx + a) * u32(73856093) ^ u32(cy + e) * u32(19349663) ^ u32(seed))
        jx__off_x__sx = unit(key) * pick(1.0, warp)
        jy__off_y__sy = unit(HASH(key))
        dx__gap_x = real(cx + a) + jx - q.x
        dy__gap_y = real(cy + e) + jy - q.y
        with either:
            with _(2):
                d__dist_c__metric = dx * dx + dy * dy
            with _:
                d__dist_c__metric = abs(dx) + abs(dy)
            with _:
                d__dist_c__metric = max(abs(dx), abs(dy))
        if d < best:
            second = best
            best = d
            owner = int(key & u32(65535))
        elif d < second:
            second = d
with either:
    with _:
        h_out[i] = pick(sqrt(best), best, amp * best)
    with _:
        h_out[i] = pick(second - best, sqrt(second) - sqrt(best))
    with _:
        h_out[i] = base[i] + amp * polish(second - best)
    with _:
        if second - best < thr:
            h_out[i] = 0.0
            return
        h_out[i] = pick(best, sqrt(best))
with maybe(0.4):
    cell_id[i] = owner
with maybe(0.3):
    tally(best)
"""
