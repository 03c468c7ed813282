"""Image processing: blurs that keep edges, edge detectors, medians, tone curves, morphology, demosaicing,
warps.

Free choices: filter, window, border, grey or colour, order of steps, output range, masks.
Source: Tomasi and Manduchi, "Bilateral Filtering", 1998; Reinhard et al., "Photographic Tone Reproduction",
2002.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.sketches import Sketch

VERBS = ("filter", "sharpen", "denoise", "tone_map", "process")
FIELDS = ("image",)
_FORMS = Weights(
    {"bilateral": 20, "edges": 18, "median": 12, "tone": 20, "morphology": 12, "bayer": 8, "warp": 10}
)
TITLES = {
    "bilateral": (
        "bilateral_filter denoise_bilateral",
        "Bilateral filter.",
        "Edge-preserving smoothing of an image.",
    ),
    "edges": ("detect_edges sobel_edges edge_filter", "Edge detection."),
    "median": ("median_filter denoise_median", "Median filter over a small window."),
    "tone": ("tone_map apply_tone_curve", "Tone mapping."),
    "morphology": ("erode_dilate morphology", "Morphological filter."),
    "bayer": ("demosaic debayer", "Demosaic a Bayer pattern."),
    "warp": ("warp_image remap_image", "Warp an image by a displacement map."),
}

_SCOPE = {
    "h": "n:n height rows num_rows",
    "w": "n:rows width cols num_cols",
    "img": "s[n,rows] image src gray",
    "col": "v3[n,rows] image color rgb",
    "guide": "s[n,rows] guide reference_image depth_map",
    "mask": "i[n,rows] mask valid_mask roi",
    "flow_x": "s[n,rows] flow_x map_x shift_u",
    "flow_y": "s[n,rows] flow_y map_y shift_v",
    "out": "out s[n,rows] out filtered dst",
    "out_c": "out v3[n,rows] out filtered dst",
    "out_i": "out i[n,rows] edge_map binary label_out",
    "out_2": "out s[n,rows] magnitude strength aux_out",
    "sigma_s": "c sigma_spatial sigma_s inv_sigma_s",
    "sigma_r": "c sigma_range sigma_r range_scale",
    "thr": "c threshold low_threshold cut",
    "thr_hi": "c high_threshold upper_threshold",
    "amount": "c amount strength sharpness",
    "exposure": "c exposure ev gain",
    "white": "s white_point l_white burn",
    "outside": "s border_value fill_value outside_value",
    "gamma": "s inv_gamma gamma display_gamma",
    "sat": "s saturation color_boost vibrance",
    "taps": "s[5,5] taps kernel_weights weights",
    "cmat": "m3 color_matrix cc_matrix rgb_to_out",
}

_HELPERS = """
def luma__luminance(c):
    return 0.2126 * c.x + 0.7152 * c.y + 0.0722 * c.z
def falloff__gauss_weight(d2, s):
    return exp(-clamp(d2 * s * s, 0.0, 16.0))
def tukey__robust_weight(d2, s):
    t = 1.0 - d2 * s * s
    if t <= 0.0:
        return 0.0
    return t * t
def reinhard__compress(l, white):
    return l * (1.0 + l / safe(white * white)) / (1.0 + abs(l))
def filmic__aces_curve(l, white):
    x = max(l / safe(white), 0.0)
    return x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14)
def log_curve__log_tone(l, white):
    return log(1.0 + abs(l)) / safe(log(2.0 + abs(white)))
def encode__to_srgb(v, g):
    if v <= 0.0031:
        return 12.92 * v
    return 1.055 * safe(v) ** clamp(g, 0.2, 1.0) - 0.055
def decode__to_linear(v, g):
    return safe(v) ** clamp(g, 1.0, 3.0)
def smaller_pair__sort2(a, c):
    return min(a, c), max(a, c)
"""

_BILATERAL = """
center__pc__value = img[i, j]
with maybe(0.2):
    if mask[i, j] == 0:
        out[i, j] = center
        return
acc__total__weighted = real(0.0)
norm__weight_sum__w_total = real(0.0)
for di in range(-RADIUS, RADIUS + 1):
    for dj in range(-RADIUS, RADIUS + 1):
        with either:
            with _(2):
                y__yi__row = clamp(i + di, 0, h - 1)
                x__xi__col = clamp(j + dj, 0, w - 1)
            with _:
                y__yi__row = i + di
                x__xi__col = j + dj
                if y < 0 or y >= h or x < 0 or x >= w:
                    continue
            with _:
                y__yi__row = max(i + di + h, 0) % h
                x__xi__col = max(j + dj + w, 0) % w
        with maybe(0.2):
            if mask[y, x] == 0:
                continue
        p__sample__value_j = img[y, x]
        d2__dist_sq__space = real(di * di + dj * dj)
        diff__range_gap__dr = pick(p - center, guide[y, x] - guide[i, j])
        with either:
            with _(2):
                wt__weight__w_ij = falloff(d2, sigma_s) * falloff(diff * diff, sigma_r)
            with _:
                wt__weight__w_ij = falloff(d2, sigma_s) * tukey(diff * diff, sigma_r)
            with _:
                wt__weight__w_ij = tukey(diff * diff, sigma_r)
        acc += wt * pick(p, p, polish(p))
        norm += wt
smooth__blurred__base = acc / safe(norm)
with either:
    with _(2):
        out[i, j] = smooth
    with _:
        detail__high_pass = center - smooth
        with maybe(0.5):
            if abs(detail) < thr:
                detail = detail * 0.5
        out[i, j] = pick(center + amount * detail, clamp(smooth + amount * detail, 0.0, 1.0))
    with _:
        out[i, j] = lerp(center, smooth, clamp(amount, 0.0, 1.0))
        out_2[i, j] = abs(center - smooth)
"""

_EDGES = """
up__y0 = max(i - 1, 0)
dn__y1 = min(i + 1, h - 1)
lf__x0 = max(j - 1, 0)
rt__x1 = min(j + 1, w - 1)
with either:
    with _(2):
        gx__dx__grad_x = img[up, rt] - img[up, lf] + K * (img[i, rt] - img[i, lf]) + img[dn, rt] - img[dn, lf]
        gy__dy__grad_y = img[dn, lf] - img[up, lf] + K * (img[dn, j] - img[up, j]) + img[dn, rt] - img[up, rt]
    with _:
        gx__dx__grad_x = 0.5 * (img[i, rt] - img[i, lf])
        gy__dy__grad_y = 0.5 * (img[dn, j] - img[up, j])
    with _:
        gx__dx__grad_x = img[i, j] - img[dn, rt]
        gy__dy__grad_y = img[i, rt] - img[dn, j]
with either:
    with _:
        mag__strength__g = sqrt(gx * gx + gy * gy)
    with _:
        mag__strength__g = abs(gx) + abs(gy)
    with _:
        mag__strength__g = max(abs(gx), abs(gy))
with maybe(0.35):
    mag = polish(mag)
with either:
    with _:
        if mag > thr_hi:
            out_i[i, j] = 2
        elif mag > thr:
            out_i[i, j] = 1
        else:
            out_i[i, j] = 0
    with _:
        out[i, j] = pick(mag, clamp(mag * amount, 0.0, 1.0))
        with maybe(0.5):
            out_2[i, j] = atan2(gy, safe(gx))
    with _:
        cmp_a__along__fwd = real(0.0)
        cmp_b__against__bwd = real(0.0)
        if abs(gx) > abs(gy):
            cmp_a = guide[i, rt]
            cmp_b = guide[i, lf]
        else:
            cmp_a = guide[dn, j]
            cmp_b = guide[up, j]
        if mag < cmp_a or mag < cmp_b:
            mag = 0.0
        out[i, j] = mag
    with _:
        if mag < thr:
            out[i, j] = img[i, j]
            return
        out[i, j] = img[i, j] + amount * mag
with maybe(0.3):
    tally(mag)
"""

_MEDIAN = """
up__y0 = max(i - 1, 0)
dn__y1 = min(i + 1, h - 1)
a__top__p0 = img[up, j]
c__mid__p1 = img[i, j]
with maybe(0.25):
    if mask[i, j] == 0:
        out[i, j] = c
        return
e__bottom__p2 = img[dn, j]
with either:
    with _:
        med__median3__m_col = max(min(a, c), min(max(a, c), e))
    with _:
        lo__small, hi__large = smaller_pair(a, c)
        med__median3__m_col = max(lo, min(hi, e))
    with _:
        med__median3__m_col = a + c + e - max(a, max(c, e)) - min(a, min(c, e))
with maybe(0.6):
    lf__x0 = max(j - 1, 0)
    rt__x1 = min(j + 1, w - 1)
    g__west__q0 = img[i, lf]
    k2__east__q1 = img[i, rt]
    row_med__median_row__m_row = max(min(g, c), min(max(g, c), k2))
    with either:
        with _:
            med = pick(0.5 * (med + row_med), max(med, row_med))
        with _:
            low2__small2, high2__large2 = smaller_pair(med, row_med)
            med = max(low2, min(high2, c))
with either:
    with _:
        out[i, j] = med
    with _:
        if abs(c - med) > thr:
            out[i, j] = med
        else:
            out[i, j] = c
    with _:
        out[i, j] = lerp(c, med, clamp(amount, 0.0, 1.0))
with maybe(0.4):
    tally(polish(abs(c - med)))
"""

_TONE = """
c__rgb__pixel = col[i, j]
with maybe(0.4):
    c = cmat @ c
with maybe(0.3):
    c = vec(decode(c.x, gamma), decode(c.y, gamma), decode(c.z, gamma))
with maybe(0.6):
    c = c * pick(exposure, exposure * exposure)
l__lum__y_in = luma(c)
with maybe(0.25):
    if l <= num(0.0001, 0.001):
        out_c[i, j] = zero(c)
        return
with either:
    with _:
        m__mapped__l_out = reinhard(l, white)
    with _:
        m__mapped__l_out = filmic(l, white)
    with _:
        m__mapped__l_out = log_curve(l, white)
    with _:
        m__mapped__l_out = l / (1.0 + abs(l))
with maybe(0.3):
    m = polish(m)
with either:
    with _(2):
        r__graded__res = c * (m / safe(l))
    with _:
        r__graded__res = vec(reinhard(c.x, white), reinhard(c.y, white), reinhard(c.z, white)) * m
with maybe(0.4):
    gray__l_gray = luma(r)
    r = vec(gray, gray, gray) + sat * (r - vec(gray, gray, gray))
with maybe(0.35):
    fy__v_y = real(i) / real(h) - 0.5
    fx__v_x = real(j) / real(w) - 0.5
    r = r * (1.0 - amount * (fx * fx + fy * fy))
with maybe(0.4):
    r = vec(encode(r.x, gamma), encode(r.y, gamma), encode(r.z, gamma))
with maybe(0.5):
    r = vec(clamp(r.x, 0.0, 1.0), clamp(r.y, 0.0, 1.0), clamp(r.z, 0.0, 1.0))
out_c[i, j] = r
with maybe(0.3):
    tally(pick(l, log(safe(l)), m))
"""

_MORPHOLOGY = """
best__extreme__val = img[i, j]
other__opposite__val2 = img[i, j]
for di in range(-RADIUS, RADIUS + 1):
    for dj in range(-RADIUS, RADIUS + 1):
        with maybe(0.4):
            if abs(di) + abs(dj) > RADIUS:
                continue
        with either:
            with _:
                y__yi__row = clamp(i + di, 0, h - 1)
                x__xi__col = clamp(j + dj, 0, w - 1)
                p__sample__v = img[y, x]
            with _:
                y__yi__row = i + di
                x__xi__col = j + dj
                if y < 0 or y >= h or x < 0 or x >= w:
                    continue
                p__sample__v = img[y, x]
        with maybe(0.3):
            p = p - amount * real(di * di + dj * dj)
        with either:
            with _:
                best = max(best, p)
                other = min(other, p)
            with _:
                best = min(best, p)
                other = max(other, p)
            with _:
                if p > best:
                    best = p
with either:
    with _:
        out[i, j] = best
    with _:
        out[i, j] = pick(best - other, abs(best - other))
    with _:
        if best - img[i, j] > thr:
            out[i, j] = best
        else:
            out[i, j] = img[i, j]
    with _:
        out_i[i, j] = 1 if abs(best - other) > thr else 0
with maybe(0.3):
    tally(polish(best))
"""

_BAYER = """
up__y0 = max(i - 1, 0)
dn__y1 = min(i + 1, h - 1)
lf__x0 = max(j - 1, 0)
rt__x1 = min(j + 1, w - 1)
here__raw__v = img[i, j]
cross_m__plus_mean__m4 = 0.25 * (img[up, j] + img[dn, j] + img[i, lf] + img[i, rt])
diag_m__corner_mean__d4 = 0.25 * (img[up, lf] + img[up, rt] + img[dn, lf] + img[dn, rt])
horiz__row_mean__h2 = 0.5 * (img[i, lf] + img[i, rt])
vert__col_mean__v2 = 0.5 * (img[up, j] + img[dn, j])
with maybe(0.5):
    if abs(img[i, lf] - img[i, rt]) < abs(img[up, j] - img[dn, j]):
        cross_m = horiz
    else:
        cross_m = pick(vert, 0.5 * (vert + cross_m))
r__red = here
g__green = here
bl__blue = here
if i % 2 == 0:
    if j % 2 == 0:
        g = cross_m
        bl = diag_m
    else:
        r = horiz
        bl = vert
elif j % 2 == 1:
    g = cross_m
    r = diag_m
else:
    r = vert
    bl = horiz
rgb__color__pix = vec(r, g, bl)
with maybe(0.4):
    rgb = cmat @ rgb
with maybe(0.4):
    rgb = rgb * exposure
with maybe(0.4):
    rgb = vec(encode(rgb.x, gamma), encode(rgb.y, gamma), encode(rgb.z, gamma))
out_c[i, j] = rgb
with maybe(0.3):
    tally(pick(g, luma(rgb)))
"""

_WARP = """
with either:
    with _(2):
        sy__src_y__v = real(i) + flow_y[i, j]
        sx__src_x__u = real(j) + flow_x[i, j]
    with _:
        cy__dy0 = real(i) / real(h) - 0.5
        cx__dx0 = real(j) / real(w) - 0.5
        r2__radius_sq = cx * cx + cy * cy
        bend__distortion = 1.0 + amount * r2 + pick(0.1 * r2 * r2, polish(r2))
        sy__src_y__v = (cy * bend + 0.5) * real(h)
        sx__src_x__u = (cx * bend + 0.5) * real(w)
with maybe(0.5):
    if sy < 0.0 or sx < 0.0 or sy > real(h - 1) or sx > real(w - 1):
        out[i, j] = outside
        return
fy0__yf = floor(sy)
fx0__xf = floor(sx)
ty__frac_y = sy - fy0
tx__frac_x = sx - fx0
with maybe(0.3):
    ty = ty * ty * (3.0 - 2.0 * ty)
    tx = tx * tx * (3.0 - 2.0 * tx)
with maybe(0.25):
    if mask[i, j] == 0:
        out[i, j] = img[i, j]
        return
y0__row0 = clamp(int(fy0), 0, h - 1)
x0__col0 = clamp(int(fx0), 0, w - 1)
y1__row1 = min(y0 + 1, h - 1)
x1__col1 = min(x0 + 1, w - 1)
with either:
    with _:
        top__upper = lerp(img[y0, x0], img[y0, x1], tx)
        bot__lower = lerp(img[y1, x0], img[y1, x1], tx)
        val__sampled__res = lerp(top, bot, ty)
    with _:
        top__upper = (1.0 - tx) * img[y0, x0] + tx * img[y0, x1]
        val__sampled__res = (1.0 - ty) * top + ty * ((1.0 - tx) * img[y1, x0] + tx * img[y1, x1])
with maybe(0.3):
    gap__occlusion = abs(guide[y0, x0] - guide[i, j])
    if gap > thr:
        val = guide[i, j]
with maybe(0.3):
    val = pick(val * amount, lerp(img[i, j], val, clamp(amount, 0.0, 1.0)))
out[i, j] = pick(val, polish(val))
with maybe(0.3):
    tally(abs(val - img[i, j]))
"""
_TEXT = {
    "bilateral": _BILATERAL, "edges": _EDGES, "median": _MEDIAN, "tone": _TONE,
    "morphology": _MORPHOLOGY, "bayer": _BAYER, "warp": _WARP,
}  # fmt: skip


def build(b: Builder) -> None:
    b.grid(2)
    form = b.form(_FORMS)
    framing.prologue(b)
    s = Sketch(b, **_SCOPE)
    s.scope["tally"] = lambda e: framing.tally(b, e, "energy", "level", "contrast")
    radius = b.integer(1, 3)
    text = _TEXT[form].replace("RADIUS + 1", str(radius + 1)).replace("RADIUS", str(radius))
    s(_HELPERS)(text.replace("K * ", b.pick(("2.0 * ", "10.0 * ", ""))))
    framing.bookkeeping(b)
    s.done()
