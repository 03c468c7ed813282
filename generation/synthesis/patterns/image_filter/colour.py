"""Colours and geometry: tone curves, Bayer patterns, warps."""

HELPERS = """
def luma__luminance(c):
    'Luminance of a color.'
    return 0.2126 * c.x + 0.7152 * c.y + 0.0722 * c.z
def falloff__gauss_weight(d2, s):
    return exp(-clamp(d2 * s * s, 0.0, 16.0))
def tukey__robust_weight(d2, s):
    "Tukey's biweight."
    t = 1.0 - d2 * s * s
    if t <= 0.0:
        return 0.0
    return t * t
def reinhard__compress(l, white):
    'Reinhard tone curve.'
    return l * (1.0 + l / safe(white * white)) / (1.0 + abs(l))
def filmic__aces_curve(l, white):
    'Filmic tone curve.'
    x = max(l / safe(white), 0.0)
    return x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14)
def log_curve__log_tone(l, white):
    return log(1.0 + abs(l)) / safe(log(2.0 + abs(white)))
def encode__to_srgb(v, g):
    'Encode with a gamma curve.'
    if v <= 0.0031:
        return 12.92 * v
    return 1.055 * safe(v) ** clamp(g, 0.2, 1.0) - 0.055
def decode__to_linear(v, g):
    'Decode a gamma curve.'
    return safe(v) ** clamp(g, 1.0, 3.0)
def smaller_pair__sort2(a, c):
    'The smaller and the larger of two values.'
    return min(a, c), max(a, c)
"""

TONE = """
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

BAYER = """
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

WARP = """
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
