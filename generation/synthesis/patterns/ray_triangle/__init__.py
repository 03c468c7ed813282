"""Rays against triangles, spheres, planes, boxes and their lists: intersection, shadow tests, shading of
the hit.

Free choices: primitive, one per ray or a loop over all, closest or any hit, culling, ranges, what is
written.
Source: Moller and Trumbore, "Fast, Minimum Storage Ray/Triangle Intersection", 1997; Kay and Kajiya, 1986.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.grids import indented
from generation.synthesis.patterns.ray_triangle.shapes import FUNCTIONS, NORMAL, TEST
from generation.synthesis.sketches import Sketch

VERBS = ("intersect", "raycast", "trace", "cast", "find_hits")
FIELDS = ("geometry",)
_SHAPES = Weights({"triangle": 44, "sphere": 22, "box": 20, "plane": 14})
TITLES = {
    "triangle": ("intersect_triangles ray_triangle raycast_triangles", "Ray-triangle intersection."),
    "sphere": ("intersect_spheres ray_sphere", "Ray-sphere intersection."),
    "box": ("intersect_boxes ray_box slab_test", "Ray-box intersection by slabs."),
    "plane": ("intersect_planes ray_plane", "Ray-plane intersection."),
}
_RAYS = Weights({"given": 58, "camera": 22, "segment": 20})

_SCOPE = {
    "ro": "v3[n] ray_origins origins ray_start",
    "rd": "v3[n] ray_dirs directions ray_direction",
    "p_a": "v3[n] segment_start points_a line_from",
    "p_b": "v3[n] segment_end points_b line_to",
    "cam": "v3 cam_pos eye camera_position",
    "cam_q": "q cam_rot camera_rotation view_rotation",
    "width": "i>image_w width image_width res_x",
    "fov": "s fov_scale tan_half_fov focal",
    "verts": "v3[verts_n] vertices points mesh_points",
    "faces": "i>verts_n[faces_n,3] faces tri_indices triangles",
    "num_faces": "n:faces_n num_faces num_triangles face_count",
    "spheres": "v3[balls] centers sphere_centers ball_pos",
    "radii": "s[balls] radii sphere_radius ball_radius",
    "num_spheres": "n:balls num_spheres sphere_count",
    "lo": "v3[boxes] box_lower aabb_min lowers",
    "hi": "v3[boxes] box_upper aabb_max uppers",
    "num_boxes": "n:boxes num_boxes box_count",
    "pn": "v3[planes] plane_normals normals half_space_n",
    "pd": "s[planes] plane_offsets offsets_d plane_d",
    "num_planes": "n:planes num_planes plane_count",
    "group": "i[FIG] material group_mask layer_bits",
    "want": "i ray_mask layer_filter visible_groups",
    "max_t": "s max_t max_distance t_far",
    "min_t": "s min_t t_near bias",
    "light": "v3 light_dir sun_direction light_direction",
    "albedo": "v3[FIG] albedo colors material_color",
    "ambient": "c ambient ambient_light base_light",
    "t_out": "out s[n] hit_t distances_out t_out",
    "id_out": "out i[n] hit_index face_ids hit_id",
    "n_out": "out v3[n] hit_normal normals_out n_out",
    "p_out": "out v3[n] hit_point points_out hit_position",
    "c_out": "out v3[n] radiance pixels shaded",
    "uv_out": "out v2[n] hit_uv barycentrics bary_uv",
    "b_out": "out v3[n] barycentric_out hit_bary bary_weights",
    "count": "inout i[1] num_hits hit_count total_hits",
}


_FILTERS = (
    "if group[c] & want == 0:\n    continue",
    "if group[c] != want:\n    continue",
    "if group[c] < 0:\n    continue",
)
_REJECTS = ("t <= 0.0 or t >= best", "t < min_t or t >= best", "t < min_t or t > min(best, max_t)")
_COUNT = {
    "triangle": ("num_faces", "faces_n"),
    "sphere": ("num_spheres", "balls"),
    "box": ("num_boxes", "boxes"),
    "plane": ("num_planes", "planes"),
}

_RAY = {
    "given": "o__org__origin = ro[i]\nd__dir__heading = pick(rd[i], normalize(rd[i]))",
    "camera": """
px__pixel_x__col = i % WIDTH
py__pixel_y__row = i // WIDTH
sx__ndc_x__u_s = (2.0 * real(px) / WIDTH - 1.0) * fov
sy__ndc_y__v_s = (1.0 - 2.0 * real(py) / WIDTH) * fov
(o := cam)
d__dir__heading = normalize(quat_rotate(cam_q, vec(sx, sy, -1.0)))
""",
    "segment": (
        "o__org__origin = p_a[i]\nspan__edge_vec__along_s = p_b[i] - o\n"
        "d__dir__heading = pick(normalize(span), span)"
    ),
}


def build(b: Builder) -> None:
    b.grid(1)
    framing.prologue(b)
    shape = b.form(_SHAPES)
    size, extent = _COUNT[shape]
    scope = {name: text.replace("FIG", extent) for name, text in _SCOPE.items()}
    scope["WIDTH"] = b.pick((256, 320, 640, 512))
    s = Sketch(b, **scope)
    s.scope["tally"] = lambda e: framing.tally(b, e, "hit_distance", "depth", "occlusion")
    has_uv = shape == "triangle" and b.chance(0.45)
    functions, test = FUNCTIONS, TEST[shape]
    if not has_uv:
        functions = (
            functions.replace("-1.0, 0.0, 0.0", "-1.0")
            .replace("return t, u, v", "return t")
            .replace("* inv, u, v", "* inv")
        )
        test = test.replace(", u__bu__beta, v__bv__gamma", "")
    s(functions)
    s(_RAY[b.weighted(_RAYS)])
    any_hit = b.chance(0.2)
    s(f"best__nearest__t_best = {b.pick(('real(1000.0)', 'real(100.0)', 'max_t'))}")
    s("best_id__hit__closest = int(-1)")
    if has_uv:
        s("best_u__hit_u = real(0.0)\nbest_v__hit_v = real(0.0)")
        keep = "\nbest_u = u\nbest_v = v"
    else:
        keep = ""
    parts = []
    if b.chance(0.3):
        parts.append(b.pick(_FILTERS))
    parts.append(test.replace("SKIP", "continue"))
    then = f"best = t\nbest_id = c{keep}" + ("\nbreak" if any_hit else "")
    if b.chance(0.5):
        accept = b.pick(
            ("t > 0.0 and t < best", "t > min_t and t < best", "t >= 0.0 and t < best and t < max_t")
        )
        parts.append(f"if {accept}:\n{indented(then)}")
    else:
        parts += [f"if {b.pick(_REJECTS)}:\n    continue", then]
    s.scope["body"] = lambda: [s(part) for part in parts]
    s(f"for c in range({size}):\n    body()")
    _results(b, s, shape, size, has_uv)
    framing.bookkeeping(b, 0.2)
    s.done()


def _results(b: Builder, s: Sketch, shape: str, size: str, has_uv: bool) -> None:
    if b.chance(0.4):
        s(
            "if best_id < 0:\n    with either:\n        with _:\n            t_out[i] = -1.0\n"
            "            return\n        with _:\n            return"
        )
    s(
        "with maybe(0.7):\n    t_out[i] = pick(best, best * length(d))\nwith maybe(0.7):\n"
        "    id_out[i] = best_id"
    )
    if b.chance(0.7):
        shade = """
with maybe(0.6):
    n_out[i] = hit_n
with maybe(0.4):
    if dot(hit_n, d) > 0.0:
        hit_n = -hit_n
with either:
    with _:
        p_out[i] = o + d * best
    with _:
        p_out[i] = o + d * best + hit_n * pick(min_t, num(0.001, 0.01))
    with _:
        sun__to_light__l_dir = pick(light, normalize(light), -light)
        lit__shade__cos_l = pick(lambert(hit_n, sun), wrapped(hit_n, sun))
        with maybe(0.4):
            lit = lit * exp(-clamp(best * ambient, 0.0, 8.0))
        c_out[i] = albedo[best_id] * (ambient + (1.0 - ambient) * lit)
    with _:
        mirrored__bounce__reflected = d - hit_n * (2.0 * dot(d, hit_n))
        c_out[i] = pick(mirrored, normalize(mirrored), 0.5 * mirrored + 0.5 * hit_n)
"""
        surface = NORMAL[shape].replace("hit_n =", "hit_n__normal__surf_n =").replace("K", "best_id")
        s.scope["shade"] = lambda: s(surface)(shade)
        s(f"if best_id >= 0 and best_id < {size}:\n    shade()")
    s(
        "with maybe(0.3):\n    if best_id >= 0:\n        atomic_add(count, 0, 1)\nwith maybe(0.25):\n"
        "    tally(best)"
    )
    if has_uv:
        s(
            "with either:\n    with _:\n        uv_out[i] = vec(best_u, best_v)\n    with _:\n"
            "        b_out[i] = vec(1.0 - best_u - best_v, best_u, best_v)"
        )
    if not any(param.role != "in" for param in b.params):
        s("id_out[i] = best_id")
