"""Triangles and lines to pixels under a depth test, pixels shaded."""

from __future__ import annotations

from generation.synthesis.forms import drawn

TRIANGLE = """
def edge_fn__edge_area(ax, ay, cx, cy, px, py):
    return (cx - ax) * (py - ay) - (cy - ay) * (px - ax)
a__va = sx[tri[i, 0]]
e__vb = sx[tri[i, 1]]
f__vc = sx[tri[i, 2]]
with maybe(0.5):
    if a.z < near or e.z < near or f.z < near:
        with maybe(0.4):
            atomic_add(culled, 0, 1)
        return
area__det = edge_fn(a.x, a.y, e.x, e.y, f.x, f.y)
with either:
    with _(2):
        if area <= num(0.0, 0.000001):
            with maybe(0.5):
                atomic_add(culled, 0, 1)
            return
    with _:
        if abs(area) < num(0.000001, 0.0001):
            return
x0__x_lo = clamp(int(floor(min(a.x, min(e.x, f.x)))), 0, width - 1)
x1__x_hi = clamp(int(ceil(max(a.x, max(e.x, f.x)))), 0, width - 1)
y0__y_lo = clamp(int(floor(min(a.y, min(e.y, f.y)))), 0, height - 1)
y1__y_hi = clamp(int(ceil(max(a.y, max(e.y, f.y)))), 0, height - 1)
with maybe(0.3):
    if (x1 - x0) * (y1 - y0) > limit:
        return
for row__y__v in range(y0, y1 + 1):
    for col__x__u in range(x0, x1 + 1):
        px__sample_x = real(col) + 0.5
        py__sample_y = real(row) + 0.5
        w0__b0 = edge_fn(e.x, e.y, f.x, f.y, px, py) / area
        w1__b1 = edge_fn(f.x, f.y, a.x, a.y, px, py) / area
        w2__b2 = pick(1.0 - w0 - w1, edge_fn(a.x, a.y, e.x, e.y, px, py) / area)
        with either:
            with _:
                if w0 < 0.0 or w1 < 0.0 or w2 < 0.0:
                    continue
            with _:
                if min(w0, min(w1, w2)) < pick(0.0, -bias):
                    continue
        with either:
            with _(2):
                z__zp = w0 * a.z + w1 * e.z + w2 * f.z
            with _:
                z__zp = 1.0 / safe(w0 / a.z + w1 / e.z + w2 / f.z)
        with maybe(0.4):
            if z < near or z > far:
                continue
        with either:
            with _(3):
                old__z_before = atomic_min(depth, row, col, pick(z, z + bias))
                if z < old:
                    with either:
                        with _:
                            atomic_exch(face_id, row, col, i)
                        with _:
                            atomic_exch(face_id, row, col, i)
                            atomic_add(cover, row, col, 1)
            with _:
                atomic_min(depth, row, col, z)
                with maybe(0.5):
                    atomic_add(cover, row, col, 1)
            with _:
                value__rgb = attr[tri[i, 0]] * w0 + attr[tri[i, 1]] * w1 + attr[tri[i, 2]] * w2
                atomic_add(color, row, col, value)
                with maybe(0.6):
                    atomic_add(wsum, row, col, 1.0 / safe(z))
"""

_SHADE = """
f__face = ids[i, j]
if f < 0:
    image[i, j] = sky
    return
b__bc = bary[i, j]
n__nrm = attr[tri_f[f, 0]] * b.x + attr[tri_f[f, 1]] * b.y + attr[tri_f[f, 2]] * b.z
n_len__norm = length(n)
with maybe(0.5):
    if n_len < num(0.000001, 0.0001):
        image[i, j] = base
        return
n = n / safe(n_len)
with maybe(0.4):
    if dot(n, view) > 0.0:
        n = -n
lambert__diffuse = max(dot(n, -light), 0.0)
c__shade = base * (ambient + lambert)
kinds()
with maybe(0.4):
    fog__haze = clamp((zin[i, j] - near) / (far - near), 0.0, 1.0)
    c = lerp(c, sky, fog)
with maybe(0.4):
    c = c / (1.0 + max(c.x, max(c.y, c.z)))
with maybe(0.35):
    edge_out[i, j] = 1 if abs(dot(n, view)) < num(0.2, 0.3) else 0
image[i, j] = c
"""

_KINDS = (
    ("kind == 1", "c = c * num(0.5, 0.8) + vec(lambert, lambert, lambert) * ambient"),
    (
        "kind == 2",
        """
h__half = normalize(-light - view)
spec__highlight = pow(max(dot(n, h), 0.001), clamp(gloss, 1.0, 4.0))
c += vec(spec, spec, spec)
""",
    ),
    (
        "kind == 3",
        """
band__toon = floor(lambert * num(3.0, 4.0)) / num(3.0, 4.0)
c = base * max(band, ambient)
""",
    ),
    ("kind == 4", "c = 0.5 * (n + vec(1.0, 1.0, 1.0))"),
    (
        "kind == 5",
        """
rim__fresnel = 1.0 - abs(dot(n, view))
c = c + sky * (rim * rim * rim)
""",
    ),
)

LINE = """
a__start = p0[i]
d__delta = p1[i] - a
with maybe(0.3):
    if abs(d.x) < num(0.0001, 0.001) and abs(d.y) < num(0.0001, 0.001):
        return
with either:
    with _(2):
        count__n_steps = clamp(int(max(abs(d.x), abs(d.y))) + 1, 1, limit + 1)
    with _:
        count__n_steps = clamp(int(ceil(length(d))), 1, limit + 1)
hits__drawn = int(0)
for m__s in range(count + 1):
    t__frac_t = real(m) / real(max(count, 1))
    px__pos = a + d * t
    col__x = int(floor(px.x))
    row__y = int(floor(px.y))
    with either:
        with _:
            if col < 0 or col >= width or row < 0 or row >= height:
                continue
        with _:
            if col < 0 or col >= width:
                continue
            if row < 0 or row >= height:
                break
    with either:
        with _:
            atomic_add(cover, row, col, 1)
        with _:
            z__zv = lerp(near, far, clamp(t, 0.0, 1.0))
            atomic_min(depth, row, col, z)
        with _:
            part__w = 1.0 - clamp(abs(px.y - real(row) - 0.5), 0.0, 1.0)
            atomic_add(wsum, row, col, part)
            with maybe(0.5):
                atomic_add(color, row, col, rgb[i] * part)
        with _:
            atomic_max(face_id, row, col, i)
    hits += 1
with maybe(0.5):
    tiles_out[i] = hits
"""


def shade(b, s) -> str:
    form = drawn(_SHADE, kinds=_KINDS)(b, s)
    arms = s.scope["kinds"]

    def by_material() -> None:
        s("kind__mat_id = mat[f]")
        arms()

    s.scope["kinds"] = by_material
    return form
