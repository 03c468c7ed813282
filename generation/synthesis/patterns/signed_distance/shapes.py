"""Distances of simple shapes, ways to join them, a scene made of them."""

from __future__ import annotations

from generation.program.declarations import Function
from generation.program.nodes import Return
from generation.synthesis.builder import Builder
from generation.synthesis.sketches import Sketch

PRIMITIVES = """
def sd_sphere__sphere_sdf(p, r):
    'Signed distance to a sphere.'
    return length(p) - r
def sd_box__box_sdf(p, h):
    'Signed distance to a box.'
    q = vec(abs(p.x) - h.x, abs(p.y) - h.y, abs(p.z) - h.z)
    outer_d = length(vec(max(q.x, 0.0), max(q.y, 0.0), max(q.z, 0.0)))
    return outer_d + min(max(q.x, max(q.y, q.z)), 0.0)
def sd_torus__torus_sdf(p, big, tube):
    'Signed distance to a torus.'
    q = sqrt(p.x * p.x + p.z * p.z) - big
    return sqrt(q * q + p.y * p.y) - tube
def sd_capsule__capsule_sdf(p, a, c, r):
    'Signed distance to a capsule.'
    pa = p - a
    ba = c - a
    t = clamp(dot(pa, ba) / safe(dot(ba, ba)), 0.0, 1.0)
    return length(pa - ba * t) - r
def sd_cylinder__cylinder_sdf(p, r, hh):
    'Signed distance to a capped cylinder.'
    dx = sqrt(p.x * p.x + p.z * p.z) - r
    dy = abs(p.y) - hh
    inner = min(max(dx, dy), 0.0)
    return inner + sqrt(max(dx, 0.0) * max(dx, 0.0) + max(dy, 0.0) * max(dy, 0.0))
def sd_plane__plane_sdf(p, n, h):
    'Signed distance to a plane.'
    return dot(p, n) - h
def sd_ellipsoid__ellipsoid_sdf(p, h):
    'Approximate signed distance to an ellipsoid.'
    k0 = length(vec(p.x / safe(h.x), p.y / safe(h.y), p.z / safe(h.z)))
    k1 = length(vec(p.x / safe(h.x * h.x), p.y / safe(h.y * h.y), p.z / safe(h.z * h.z)))
    return k0 * (k0 - 1.0) / safe(k1)
def smooth_min__smooth_union(a, c, k):
    'Smooth minimum of two distances.'
    h = clamp(0.5 + 0.5 * (c - a) / safe(k), 0.0, 1.0)
    return lerp(c, a, h) - k * h * (1.0 - h)
def exp_min__soft_blend(a, c, k):
    'Exponential smooth minimum.'
    h = max(k - abs(a - c), 0.0) / safe(k)
    return min(a, c) - 0.25 * h * h * k
def carve__subtract(a, c):
    'Subtract one shape from another.'
    return max(a, -c)
def shell__onion(d, w):
    'Hollow out a shape to a shell of width w.'
    return abs(d) - w
"""

# One shape each: what the scene's helper function needs, and its text.
_SHAPES = (
    (("center", "ra"), "sd_sphere(p - center, ra)"),
    (("center", "half"), "sd_box(p - center, half)"),
    (("half", "rot", "center"), "sd_box(quat_rotate_inv(rot, p - center), half)"),
    (("center", "ra", "rb"), "sd_torus(p - center, ra, rb)"),
    (("seg_a", "seg_b", "rb"), "sd_capsule(p, seg_a, seg_b, rb)"),
    (("center_b", "ra", "rb"), "sd_cylinder(p - center_b, ra, rb)"),
    (("pn", "ph"), "sd_plane(p, pn, ph)"),
    (("center_b", "half"), "sd_ellipsoid(p - center_b, half)"),
)

_BLENDS = (
    ((), "min({a}, {c})"),
    (("k",), "smooth_min({a}, {c}, k)"),
    (("k",), "exp_min({a}, {c}, k)"),
    ((), "carve({a}, {c})"),
    ((), "max({a}, {c})"),
)


def scene(b: Builder, s: Sketch) -> None:
    """The distance as one helper function of the point and of what its shapes need; or a loop over balls."""
    chosen = b.sample(_SHAPES, b.pick((1, 2, 2, 3)))
    needs: list[str] = []
    lines = []
    if b.chance(0.2):
        needs.append("period")
        lines.append(
            "p = vec(p.x - period * round(p.x / safe(period)), p.y, p.z - period * round(p.z / safe(period)))"
        )
    total = ""
    for position, (names, text) in enumerate(chosen):
        needs += [name for name in names if name not in needs]
        if not total:
            lines.append(f"d{position} = {text}")
            total = f"d{position}"
            continue
        extra, blend = b.pick(_BLENDS)
        needs += [name for name in extra if name not in needs]
        lines.append(f"d{position} = {text}")
        lines.append(f"m{position} = {blend.format(a=total, c=f'd{position}')}")
        total = f"m{position}"
    if b.chance(0.2):
        needs += [] if "rb" in needs else ["rb"]
        lines.append(f"hollow = shell({total}, rb)")
        total = "hollow"
    if lines[0].startswith("p = "):
        lines[0] = lines[0].replace("p = ", "cell_p = ", 1)
        lines[1:] = [
            line.replace("(p ", "(cell_p ").replace("(p,", "(cell_p,").replace(" p -", " cell_p -")
            for line in lines[1:]
        ]
        if not any("cell_p" in line for line in lines[1:]):
            lines = lines[1:]
            needs.remove("period")
    words = ("scene", "map_sdf", "scene_distance")
    helpers = {name: value for name, value in s.scope.items() if callable(value)}
    made: list[Function] = []

    def sdf(p):
        arguments = [p, *s.get(*needs)]
        if not made:
            with b.function(arguments, *words, names=("p", *needs)) as (params, finished):
                inner = Sketch(b, **helpers, **dict(zip(("p", *needs), params, strict=True)))
                for line in lines:
                    inner(line)
                b.emit(Return((inner[total],)))
            made.append(finished[0])
            b.taken.update([function.name for function in b.functions])
        return b.call(made[0], arguments)[0]

    s.scope["sdf"] = sdf
    if b.chance(0.15):
        _blobs(b, s)


def _blobs(b: Builder, s: Sketch) -> None:
    known = s.scope["sdf"]

    def sdf(p):
        s.scope["query"] = p
        s.scope["start"] = known
        if "field_value" in s.scope:
            del s.scope["field_value"]
        blend = b.pick(("min(field_value, near_d)", "smooth_min(field_value, near_d, k)"))
        s("field_value__blob_d__d_all = start(query)")
        s(f"""
for c in range(num):
    near_d__ball_d__d_c = length(query - centers[c]) - radii[c]
    field_value = {blend}
""")
        return s["field_value"]

    s.scope["sdf"] = sdf
