"""Skies, and what a film does with samples."""

from __future__ import annotations

SKY = """
with maybe(0.7):
    if pick(hit_id[i] >= 0, alive_in[i] == 0):
        return
d__dir__ray = pick(ray_d[i], normalize(ray_d[i]))
with either:
    with _(2):
        t__up__blend_y = pick(0.5 * (d.y + 1.0), clamp(d.y, 0.0, 1.0), sqrt(max(d.y, 0.0)))
        c0__sky_c__color = pick(lerp(horizon, zenith, t), (1.0 - t) * horizon + t * zenith)
    with _:
        c0__sky_c__color = horizon
        if d.y > 0.0:
            c0 = lerp(horizon, zenith, pick(d.y, sqrt(d.y), 1.0 - (1.0 - d.y) * (1.0 - d.y)))
        with maybe(0.5):
            if d.y < num(0.0, -0.1):
                c0 = c0 * num(0.3, 0.5)
    with _:
        c0__sky_c__color = zenith * exp(-clamp(d.y * power, -4.0, 4.0)) + horizon
with maybe(0.6):
    # the sun
    m__cos_s__align = pick(max(dot(d, sun), 0.0), dot(d, normalize(sun)))
    with either:
        with _(2):
            c0 = c0 + sun_c * pow(max(m, 0.0), max(sharp, 1.0))
        with _:
            if m > num(0.999, 0.9995, 0.99):
                c0 = c0 + sun_c * pick(power, 1.0)
        with _:
            c0 = c0 + sun_c * smoothstep(num(0.99, 0.995), num(0.999, 0.9999), m)
with maybe(0.3):
    c0 = pick(c0 * power, min(c0, vec(1.0, 1.0, 1.0) * limit), c0 * exposure)
with either:
    with _(3):
        rad[i] = rad[i] + pick(c0, cw_mul(weight_in[i], c0))
    with _:
        rad[i] = cw_mul(weight_in[i], c0)
    with _:
        if depth[i] == 0:
            rad[i] = c0
        else:
            rad[i] = rad[i] + cw_mul(weight_in[i], c0)
with maybe(0.5):
    alive[i] = 0
with maybe(0.3):
    atomic_add(lost, 0, 1)
with maybe(0.2):
    tally(d.y)
"""

ACCUMULATE = """
with either:
    with _(2):
        c0__sample__fresh = new[i, j]
    with _:
        c0__sample__fresh = pick(new[i, j] * exposure, new[i, j] / real(max(count, 1)), exposure * new[i, j])
    with _:
        c0__sample__fresh = min(new[i, j], vec(1.0, 1.0, 1.0) * pick(limit, exposure))
with maybe(0.4):
    if not isfinite(length(c0)):
        return
with either:
    with _(2):
        l__lum__luma = 0.2126 * c0.x + 0.7152 * c0.y + 0.0722 * c0.z
    with _:
        l__lum__luma = pick((c0.x + c0.y + c0.z) / 3.0, max(max(c0.x, c0.y), c0.z))
with maybe(0.4):
    # fireflies
    # clamp outliers
    if l > limit:
        c0 = c0 * (limit / safe(l))
        with maybe(0.5):
            atomic_add(lost, 0, 1)
with either:
    with _(2):
        film[i, j] = film[i, j] + c0
    with _(2):
        w__inv_n__rate = 1.0 / real(max(count, 0) + 1)
        film[i, j] = pick(film[i, j] + (c0 - film[i, j]) * w, lerp(film[i, j], c0, w))
    with _(2):
        k0__n_s__taken = spp[i, j] + 1
        spp[i, j] = k0
        film[i, j] = film[i, j] + (c0 - film[i, j]) / real(max(k0, 1))
    with _:
        film[i, j] = film[i, j] * blend + c0 * (1.0 - blend)
    with _:
        if pick(count, seed) == 0:
            film[i, j] = c0
        else:
            film[i, j] = pick(film[i, j] + c0, lerp(c0, film[i, j], blend))
    with _:
        # weighted by the tent around the pixel
        wt__filter_w__k = max(1.0 - l * blend, 0.0)
        film[i, j] = film[i, j] + c0 * wt
with maybe(0.4):
    with either:
        with _:
            lum2[i, j] = lum2[i, j] + l * l
        with _:
            lum2[i, j] = lerp(lum2[i, j], l * l, blend)
        with _:
            dev__diff__delta = l - lum2[i, j]
            lum2[i, j] = lum2[i, j] + dev * blend
with maybe(0.5):
    ldr[i, j] = pick(c0 * exposure, film[i, j] * exposure, film[i, j] / real(max(count, 1)))
with maybe(0.2):
    tally(l)
"""

TONE = """
def tone_curve__filmic__aces(x__c__value):
    return clamp((x * (2.51 * x + 0.03)) / safe(x * (2.43 * x + 0.59) + 0.14), 0.0, 1.0)
def to_srgb__encode__gamma_encode(x__c__value):
    if x <= 0.0031308:
        return 12.92 * x
    return 1.055 * pow(max(x, 0.0), 0.41667) - 0.055
c0__color__hdr = film_in[i, j]
with maybe(0.5):
    c0 = c0 * pick(exposure, exposure / real(max(count, 1)), 1.0 / real(max(count, 1)))
with either:
    with _(2):
        l__lum__luma = 0.2126 * c0.x + 0.7152 * c0.y + 0.0722 * c0.z
    with _:
        l__lum__luma = pick((c0.x + c0.y + c0.z) / 3.0, max(max(c0.x, c0.y), c0.z))
with maybe(0.25):
    if l <= 0.0:
        ldr[i, j] = c0
        return
with either:
    with _(2):
        # Reinhard
        c0 = c0 * (1.0 / (1.0 + abs(l)))
    with _:
        c0 = c0 * ((1.0 + l / safe(white * white)) / (1.0 + abs(l)))
    with _(2):
        c0 = vec(tone_curve(c0.x), tone_curve(c0.y), tone_curve(c0.z))
    with _:
        c0 = vec(1.0 - exp(-max(c0.x, 0.0)), 1.0 - exp(-max(c0.y, 0.0)), 1.0 - exp(-max(c0.z, 0.0)))
    with _:
        if l > white:
            c0 = c0 * (white / safe(l))
with maybe(0.3):
    # saturation
    g__gray__level = vec(l, l, l)
    c0 = g + (c0 - g) * pick(blend, num(1.1, 0.9))
with maybe(0.3):
    # vignette
    x__rx__from_cx = real(j) / real(max(width, 1)) - 0.5
    y__ry__from_cy = real(i) / real(max(height, 1)) - 0.5
    c0 = c0 * pick(1.0 - blend * (x * x + y * y), exp(-blend * blend * (x * x + y * y)))
with either:
    with _(2):
        c0 = vec(to_srgb(c0.x), to_srgb(c0.y), to_srgb(c0.z))
    with _(2):
        c0 = vec(pow(max(c0.x, 0.0), gamma), pow(max(c0.y, 0.0), gamma), pow(max(c0.z, 0.0), gamma))
    with _:
        c0 = vec(sqrt(max(c0.x, 0.0)), sqrt(max(c0.y, 0.0)), sqrt(max(c0.z, 0.0)))
    with _:
        with maybe(0.5):
            c0 = c0 * gamma
with maybe(0.3):
    # dither
    rng__state__rng_state = rand_init(seed, i * width + j)
    c0 = c0 + vec(1.0, 1.0, 1.0) * ((randf(rng) - 0.5) * num(0.00392, 0.002))
with maybe(0.5):
    c0 = pick(min(c0, vec(1.0, 1.0, 1.0)), max(min(c0, vec(1.0, 1.0, 1.0)), vec(0.0, 0.0, 0.0)))
ldr[i, j] = c0
with maybe(0.25):
    tally(l)
"""
