"""Procedural randomness: integer hashes, value and gradient noise, octaves, warps, cells, samples of
distributions.

Free choices: hash, lattice dimension, fade curve, octaves, use (heights, jitter, Poisson thinning, Gaussian
samples).
Source: Perlin, "Improving Noise", 2002; Worley, "A Cellular Texture Basis Function", 1996; O'Neill, "PCG",
2014.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.sketches import Sketch

VERBS = ("sample_noise", "perturb", "generate_field", "jitter", "randomize")
FIELDS = ("geometry", "image", "particles")
_FORMS = Weights({"value": 34, "cells": 20, "gaussian": 26, "walk": 20})
TITLES = {
    "value": ("value_noise sample_value_noise", "Value noise on an integer lattice."),
    "cells": ("cellular_noise worley_noise", "Cellular noise: distance to the nearest feature point."),
    "gaussian": ("sample_gaussian gaussian_noise", "Draw Gaussian samples."),
}

_SCOPE = {
    "p": "v2[n] points uv coordinates",
    "h_out": "out s[n] height noise_out displacement",
    "n_out": "out v2[n] gradient_out warp_out offsets_out",
    "base": "s[n] base_height density_in value_in",
    "freq": "c frequency base_frequency feature_scale",
    "lac": "s lacunarity frequency_step",
    "gain": "s persistence octave_gain roughness",
    "amp": "c amplitude strength height_scale",
    "octaves": "i octaves num_octaves levels",
    "warp": "s warp_strength distortion domain_warp",
    "seed": "i seed noise_seed random_seed",
    "ids": "i[n] particle_id sample_ids stream_ids",
    "x": "v3[n] positions points x_in",
    "x_out": "out v3[n] positions_out jittered moved",
    "sd": "c sigma noise_std temperature",
    "mean": "c mean bias_level offset",
    "prob": "c probability keep_rate acceptance",
    "keep": "out i[n] keep_mask selected accepted",
    "steps": "i num_steps walk_length burn_in",
    "dt": "s dt step_size",
    "k": "c spring_constant trap_stiffness drift",
    "g_out": "out s[n] samples noise_values draws",
    "thr": "s threshold iso_level cutoff",
    "count": "inout i[1] num_accepted accept_count kept_total",
    "cell_id": "out i[n] cell_ids nearest_seed voronoi_id",
}

_HASHES = """
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
_HASH_NAMES = ("pcg_hash", "wang_hash", "murmur_mix", "xorshift")

_LATTICE = """
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

_VALUE = """
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

_CELLS = """
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

_GAUSSIAN = """
state__key__rng = HASH(u32(ids[i]) ^ HASH(u32(seed)))
with maybe(0.3):
    state = HASH(state + u32(ids[i]))
u1__first__ua = unit(state)
state = HASH(state)
u2__second__ub = unit(state)
with either:
    with _(2):
        radius__r_bm__mag = sqrt(-2.0 * log(safe(1.0 - 0.999 * u1)))
        z__normal__g1 = radius * cos(6.28318 * u2)
        with maybe(0.5):
            z2__normal_b__g2 = radius * sin(6.28318 * u2)
    with _:
        z__normal__g1 = pick(u1 + u2 - 1.0, 2.0 * u1 - 1.0 + 0.5 * (u2 - 0.5))
    with _:
        z__normal__g1 = -log(safe(1.0 - 0.999 * u1)) / safe(sd)
with either:
    with _:
        g_out[i] = mean + sd * z
    with _:
        g_out[i] = base[i] + sd * pick(z, polish(z))
    with _:
        g_out[i] = base[i] * exp(-clamp(sd * z, -4.0, 4.0))
    with _:
        pos__xyz__old_x = x[i]
        angle__theta__phi = 6.28318 * u2
        x_out[i] = pos + vec(cos(angle), sin(angle), 2.0 * u1 - 1.0) * sd
with maybe(0.5):
    chance__u3__draw = unit(HASH(state ^ u32(374761393)))
    with either:
        with _:
            if chance < prob:
                keep[i] = 1
                atomic_add(count, 0, 1)
            else:
                keep[i] = 0
        with _:
            keep[i] = 1 if chance < prob * exp(-clamp(abs(z), 0.0, 4.0)) else 0
        with _:
            if chance > prob:
                keep[i] = 0
                return
            keep[i] = 1
with maybe(0.3):
    tally(z)
"""

_WALK = """
state__key__rng = HASH(u32(ids[i]) * u32(668265263) + u32(seed))
pos__here__y = base[i]
taken__moves__accepted_n = int(0)
for c in range(STEPS):
    state = HASH(pick(state, state + u32(c)))
    u__draw__r01 = unit(state)
    move__dz__jump = pick(sd * (2.0 * u - 1.0), sd * (u - 0.5))
    with either:
        with _:
            pos = pos - k * pos * dt + move
            if move > 0.0:
                taken += 1
        with _:
            before__e_old = 0.5 * k * pos * pos
            trial__cand = pos + move
            after__e_new = 0.5 * k * trial * trial
            state = HASH(state)
            if after < before or unit(state) < exp(-clamp(after - before, 0.0, 8.0)):
                pos = trial
                taken += 1
        with _:
            if u < prob:
                pos += sd
                taken += 1
            else:
                pos -= pick(sd, sd * 0.5)
    with maybe(0.35):
        if abs(pos) > thr:
            with either:
                with _:
                    break
                with _:
                    pos = clamp(pos, -thr, thr)
g_out[i] = pick(pos, mean + pos, polish(pos))
with either:
    with _:
        keep[i] = taken
    with _:
        atomic_add(count, 0, taken)
    with _:
        tally(pick(pos * pos, abs(pos)))
"""


def build(b: Builder) -> None:
    b.grid(1)
    framing.prologue(b)
    form = b.form(_FORMS)
    s = Sketch(b, **_SCOPE)
    s.scope["tally"] = lambda e: framing.tally(b, e, "noise_sum", "mean_value", "roughness")
    s(_HASHES)
    s.scope["HASH"] = s.scope[b.pick(_HASH_NAMES)]
    s(_LATTICE)
    s.scope["NOISE"] = s.scope[b.pick(("value_noise", "gradient_noise"))]
    s.scope["OCT"] = b.integer(2, 6) if form != "value" or b.chance(0.5) else s["octaves"]
    s.scope["STEPS"] = s["steps"] if form == "walk" and b.chance(0.5) else b.pick((4, 8, 16, 32))
    s({"value": _VALUE, "cells": _CELLS, "gaussian": _GAUSSIAN, "walk": _WALK}[form])
    framing.bookkeeping(b, 0.3)
    s.done()
