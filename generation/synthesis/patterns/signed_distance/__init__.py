"""Signed distances: primitives, blends, repetition, normals by differences, marching along rays, collision
response.

Free choices: primitives and their blends, domain changes, number of primitives, what the distance is used
for.
Source: Quilez, "Distance Functions", 2008; Hart, "Sphere Tracing", 1996.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.signed_distance.shapes import PRIMITIVES, scene
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
TITLES = {
    "value": ("eval_sdf distance_field sample_sdf", "Signed distance of a scene."),
    "gradient": ("sdf_gradient compute_sdf_normals", "Normals of a signed distance field."),
    "march": ("sphere_trace raymarch_sdf trace_rays", "Sphere tracing of a signed distance field."),
    "collide": ("collide_sdf resolve_sdf_collisions push_out", "Push points out of a signed distance field."),
}

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


def build(b: Builder) -> None:
    b.grid(1)
    framing.prologue(b)
    s = Sketch(b, **_SCOPE)
    s.scope["tally"] = lambda e: framing.tally(b, e, "penetration", "min_distance", "coverage")
    s(PRIMITIVES)
    scene(b, s)
    use = b.form(_USES)
    b.verbs = _VERBS[use]
    {"value": _value, "gradient": _gradient, "march": _march, "collide": _collide}[use](b, s)
    framing.bookkeeping(b, 0.2)
    s.done()


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
