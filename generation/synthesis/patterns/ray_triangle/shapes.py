"""Where a ray meets each shape, and the normal there."""

from __future__ import annotations

FUNCTIONS = """
def moller__triangle_hit__ray_tri(o, d, a, c, e):
    'Moller-Trumbore ray-triangle intersection.'
    e1 = c - a
    e2 = e - a
    pv = cross(d, e2)
    det = dot(e1, pv)
    if abs(det) < num(0.000001, 0.0001):
        return -1.0, 0.0, 0.0
    inv = 1.0 / det
    tv = o - a
    u = dot(tv, pv) * inv
    if u < 0.0 or u > 1.0:
        return -1.0, 0.0, 0.0
    qv = cross(tv, e1)
    v = dot(d, qv) * inv
    if v < 0.0 or u + v > 1.0:
        return -1.0, 0.0, 0.0
    return dot(e2, qv) * inv, u, v
def plane_side__watertight(o, d, a, c, e):
    n = cross(c - a, e - a)
    denom = dot(n, d)
    if abs(denom) < num(0.000001, 0.0001):
        return -1.0, 0.0, 0.0
    t = dot(n, a - o) / denom
    p = o + d * t
    area = safe(dot(n, n))
    u = dot(n, cross(a - e, p - e)) / area
    v = dot(n, cross(c - a, p - a)) / area
    if u < 0.0 or v < 0.0 or u + v > 1.0:
        return -1.0, 0.0, 0.0
    return t, u, v
def sphere_hit__ray_ball(o, d, center, r):
    'Distance along a ray to a sphere.'
    oc = o - center
    with either:
        with _:
            b_half = dot(oc, d)
            disc = b_half * b_half - dot(oc, oc) + r * r
            if disc < 0.0:
                return -1.0
            root = sqrt(max(disc, 0.0))
            near = -b_half - root
            if near > 0.0:
                return near
            return root - b_half
        with _:
            along = -dot(oc, d)
            if along < 0.0:
                return -1.0
            miss = dot(oc, oc) - along * along
            if miss > r * r:
                return -1.0
            return along - sqrt(max(r * r - miss, 0.0))
def slab__clip_axis(o, d, lo, hi):
    'Interval of a ray inside a slab.'
    inv = 1.0 / (d + num(0.0001, 0.00001))
    t0 = (lo - o) * inv
    t1 = (hi - o) * inv
    return min(t0, t1), max(t0, t1)
def plane_hit__ray_plane(o, d, n, offset):
    'Distance along a ray to a plane.'
    denom = dot(n, d)
    if abs(denom) < num(0.0001, 0.00001):
        return -1.0
    return (offset - dot(n, o)) / denom
def lambert__diffuse(n, l):
    'Lambertian shading.'
    return max(dot(n, l), 0.0)
def wrapped__half_lambert(n, l):
    'Half-Lambert shading.'
    w = 0.5 * dot(n, l) + 0.5
    return w * w
"""


TEST = {
    "triangle": """
a__v0__pa = verts[faces[c, 0]]
e__v1__pb = verts[faces[c, 1]]
g__v2__pc = verts[faces[c, 2]]
with maybe(0.3):
    if dot(cross(e - a, g - a), d) > 0.0:
        SKIP
with either:
    with _(2):
        t__dist__t_hit, u__bu__beta, v__bv__gamma = moller(o, d, a, e, g)
    with _:
        t__dist__t_hit, u__bu__beta, v__bv__gamma = plane_side(o, d, a, e, g)
""",
    "sphere": """
center__mid__ball = spheres[c]
with either:
    with _(2):
        t__dist__t_hit = sphere_hit(o, d, center, radii[c])
    with _:
        t__dist__t_hit = sphere_hit(o, d, center, polish(radii[c]))
""",
    "box": """
lower__b_min__low = lo[c]
upper__b_max__high = hi[c]
nx__near_x__tx0, fx__far_x__tx1 = slab(o.x, d.x, lower.x, upper.x)
ny__near_y__ty0, fy__far_y__ty1 = slab(o.y, d.y, lower.y, upper.y)
nz__near_z__tz0, fz__far_z__tz1 = slab(o.z, d.z, lower.z, upper.z)
t__dist__t_hit = max(max(nx, ny), nz)
exit_t__leave__t_exit = min(min(fx, fy), fz)
if t > exit_t or exit_t < 0.0:
    SKIP
""",
    "plane": """
t__dist__t_hit = plane_hit(o, d, pn[c], pd[c])
with maybe(0.3):
    if dot(pn[c], d) >= 0.0:
        SKIP
""",
}


NORMAL = {
    "triangle": """
corner__va__base_v = verts[faces[K, 0]]
hit_n = normalize(cross(verts[faces[K, 1]] - corner, verts[faces[K, 2]] - corner))
""",
    "sphere": "hit_n = (o + d * best - spheres[K]) / safe(radii[K])",
    "box": "hit_n = normalize(o + d * best - 0.5 * (lo[K] + hi[K]))",
    "plane": "hit_n = normalize(pn[K])",
}
