"""Signed distances: primitives, blends, repetition, normals by differences, marching along rays, collision
response.

Free choices: primitives and their blends, domain changes, number of primitives, what the distance is used
for.
Source: Quilez, "Distance Functions", 2008; Hart, "Sphere Tracing", 1996.
"""

from __future__ import annotations

from generation.program.nodes import Function, Return
from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.sketches import Sketch

_VERBS = {
    "value": ("eval_sdf", "sample_sdf", "distance_field"),
    "gradient": ("sdf_normals", "sdf_gradient", "project_to_surface"),
    "march": ("sphere_trace", "march", "raymarch"),
    "collide": ("collide_sdf", "push_out", "resolve_collision"),
}
VERBS = _VERBS["value"]
FIELDS = ("geometry",)
_USES = Weights({"value": 30, "gradient": 24, "march": 28, "collide": 18})

_SCOPE = {
    "x": "v3[n] points query_points positions",
    "dir": "v3[n] directions ray_dirs headings",
    "v": "inout v3[n] velocities vel particle_v",
    "x_io": "inout v3[n] positions points particle_x",
    "center": "v3 center origin blob_center",
    "center_b": "v3 center_b origin_b second_center",
    "half": "v3 half_extents box_half size_half",
    "rot": "q rotation frame_rot box_rotation",
    "ra": "c radius ball_radius r_sphere",
    "rb": "s tube_radius minor_radius thickness",
    "k": "s smoothness blend_k smoothing",
    "pn": "v3 plane_normal up ground_n",
    "ph": "s plane_height ground_level plane_d",
    "period": "s cell_period repeat spacing",
    "seg_a": "v3 capsule_a seg_start bone_a",
    "seg_b": "v3 capsule_b seg_end bone_b",
    "eps": "s eps gradient_step fd_step",
    "max_d": "s max_distance t_max far",
    "dt": "s dt h",
    "mu": "s friction mu surface_friction",
    "bounce": "c restitution bounce elasticity",
    "centers": "v3[balls] centers blob_centers metaballs",
    "radii": "s[balls] radii blob_radii ball_sizes",
    "num": "n:balls num_balls num_blobs ball_count",
    "d_out": "out s[n] sdf_out distances phi",
    "n_out": "out v3[n] normals gradients_out normal_out",
    "in_out": "out i[n] inside inside_flag occupancy",
    "t_out": "out s[n] hit_t depth_out travel",
    "p_out": "out v3[n] hit_points surface_points projected",
    "it_out": "out i[n] iterations steps_taken num_steps",
}

_PRIMITIVES = """
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


def build(b: Builder) -> None:
    b.grid(1)
    framing.prologue(b)
    s = Sketch(b, **_SCOPE)
    s.scope["tally"] = lambda e: framing.tally(b, e, "penetration", "min_distance", "coverage")
    s(_PRIMITIVES)
    _scene(b, s)
    use = b.weighted(_USES)
    b.verbs = _VERBS[use]
    {"value": _value, "gradient": _gradient, "march": _march, "collide": _collide}[use](b, s)
    framing.bookkeeping(b, 0.2)
    s.done()


def _scene(b: Builder, s: Sketch) -> None:
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


def _value(b: Builder, s: Sketch) -> None:
    s(
        """
p__pt__query_p = x[i]
with maybe(0.3):
    p = quat_rotate_inv(rot, p)
with maybe(0.25):
    p = vec(abs(p.x), p.y, abs(p.z))
with maybe(0.25):
    twist__angle__turn = k * p.y
    p = vec(p.x * cos(twist) - p.z * sin(twist), p.y, p.x * sin(twist) + p.z * cos(twist))
d__dist__phi_i = sdf(p)
with maybe(0.4):
    d = polish(d)
with either:
    with _:
        if abs(d) > max_d:
            return
    with _:
        d = clamp(d, -max_d, max_d)
    with _(2):
        d = d - rb
d_out[i] = d
with maybe(0.4):
    in_out[i] = 1 if d < 0.0 else 0
with maybe(0.3):
    tally(pick(min(d, 0.0), exp(-clamp(d * d, 0.0, 8.0))))
"""
    )


_NORMAL_AT = """
with either:
    with _:
        gx__dx__nx = sdf(p + vec(eps, 0.0, 0.0)) - sdf(p - vec(eps, 0.0, 0.0))
        gy__dy__ny = sdf(p + vec(0.0, eps, 0.0)) - sdf(p - vec(0.0, eps, 0.0))
        gz__dz__nz = sdf(p + vec(0.0, 0.0, eps)) - sdf(p - vec(0.0, 0.0, eps))
    with _:
        base_d__d0__at_p = sdf(p)
        gx__dx__nx = sdf(p + vec(eps, 0.0, 0.0)) - base_d
        gy__dy__ny = sdf(p + vec(0.0, eps, 0.0)) - base_d
        gz__dz__nz = sdf(p + vec(0.0, 0.0, eps)) - base_d
g__grad__normal_vec = vec(gx, gy, gz)
"""


def _gradient(b: Builder, s: Sketch) -> None:
    s("p__pt__query_p = x[i]")(_NORMAL_AT)("""
with either:
    with _:
        n_out[i] = normalize(g)
    with _:
        n_out[i] = g / safe(2.0 * eps)
    with _:
        size__g_len__grad_size = length(g)
        if size < num(0.0001, 0.001):
            return
        n_out[i] = g / size
with maybe(0.6):
    d__dist__phi_i = sdf(p)
    with either:
        with _:
            p_out[i] = p - normalize(g) * d
        with _:
            d_out[i] = polish(d)
        with _:
            if abs(d) < rb:
                tally(1.0 - abs(d) / safe(rb))
            d_out[i] = d
""")


def _march(b: Builder, s: Sketch) -> None:
    steps = b.pick((32, 64, 96, 128))
    s(
        "o__start__ray_o = x[i]\nray__heading__ray_d = pick(dir[i], normalize(dir[i]))\n"
        "t__travelled__depth = real(0.0)\nhit__found__struck = int(0)\ncount__used__steps = int(0)"
    )
    body = """
p__pt__at_t = o + ray * t
d__gap__dist = sdf(p)
if d < pick(num(0.001, 0.0001), eps, 0.001 * t + 0.0001):
    hit = 1
    break
with either:
    with _(2):
        t += d
    with _:
        t += pick(0.8 * d, max(d, eps), min(d, rb + eps))
count += 1
"""
    if b.chance(0.6):
        s(
            f"for c in range({steps}):\n"
            + "\n".join("    " + x for x in body.strip().split("\n"))
            + "\n    if t > max_d:\n        break"
        )
    else:
        s(f"while t < max_d and count < {steps}:\n" + "\n".join("    " + x for x in body.strip().split("\n")))
    s.scope.pop("p", None)
    s(
        "t_out[i] = pick(t, min(t, max_d))\nwith maybe(0.4):\n    it_out[i] = count\n"
        "with maybe(0.5):\n    in_out[i] = hit"
    )
    if b.chance(0.5):
        s("if hit == 0:\n    return\np__surface__hit_p = o + ray * t")
        s("with maybe(0.5):\n    p_out[i] = p")
        if b.chance(0.6):
            s(_NORMAL_AT)(
                "n_out[i] = normalize(g)\nwith maybe(0.4):\n    tally(max(-dot(normalize(g), ray), 0.0))"
            )
    s("with maybe(0.25):\n    tally(t)")


def _collide(b: Builder, s: Sketch) -> None:
    s("""
p__pt__pos_i = x_io[i]
vel__v0__speed_v = v[i]
with maybe(0.5):
    p = p + vel * dt
d__gap__dist = sdf(p)
with maybe(0.5):
    d = d - rb
if d > 0.0:
    with maybe(0.5):
        x_io[i] = p
    return
""")(_NORMAL_AT)("""
n__out_dir__surface_n = normalize(g)
p = p - n * d
vn__into__normal_v = dot(vel, n)
with either:
    with _:
        if vn < 0.0:
            slide__tangent__vt = vel - n * vn
            vel = pick(slide * (1.0 - mu), slide * max(1.0 - mu, 0.0)) - n * (bounce * vn)
    with _:
        vel = vel - n * ((1.0 + bounce) * min(vn, 0.0))
    with _:
        vel = vel - n * (d / safe(dt))
x_io[i] = p
v[i] = vel
with maybe(0.3):
    tally(-d)
""")
