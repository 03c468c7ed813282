"""Closest points and distances: to segments, triangles, planes, lines, boxes and point sets; projections
and fits.

Free choices: target, one target per query or a search over all, squared or plain distance, sign, what is
written.
Source: Ericson, "Real-Time Collision Detection", 2004.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.sketches import Sketch

VERBS = ("closest_point", "project", "nearest", "query_distance", "match")
FIELDS = ("geometry",)
_TARGETS = Weights({"segment": 22, "triangle": 26, "points": 24, "box": 14, "plane": 14})
TITLES = {
    "segment": (
        "closest_point_segment point_segment_distance project_to_segment",
        "Closest point on a segment.",
        "Distance from query points to segments.",
    ),
    "triangle": (
        "closest_point_triangle point_triangle_distance project_to_triangle",
        "Closest point on a triangle.",
        "Distance from query points to triangles.",
    ),
    "points": (
        "nearest_point closest_points find_nearest",
        "Find the nearest of a set of points.",
        "Nearest-neighbor search over points.",
    ),
    "box": ("closest_point_box point_box_distance", "Closest point on a box."),
    "plane": ("project_to_plane point_plane_distance", "Project points onto planes."),
}

_SCOPE = {
    "x": "v3[n] query_points points positions",
    "verts": "v3[verts_n] vertices mesh_points target_points",
    "edges": "i>verts_n[lines,2] edges segments line_indices",
    "faces": "i>verts_n[lines,3] faces triangles tri_indices",
    "num": "n:lines num_targets num_elements target_count",
    "own_face": "i>lines[n] face_index nearest_face candidate",
    "lo": "v3[lines] box_lower aabb_min lowers",
    "hi": "v3[lines] box_upper aabb_max uppers",
    "pn": "v3[lines] plane_normals normals face_normals",
    "pp": "v3[lines] plane_points anchors face_centers",
    "cloud": "v3[lines] cloud target_cloud reference_points",
    "cloud_n": "v3[lines] cloud_normals target_normals",
    "mask": "i[lines] valid_mask enabled_targets target_flags",
    "max_d": "s max_distance search_radius cutoff",
    "w": "c weight importance confidence",
    "rot": "q rotation alignment_rot pose_rot",
    "tr": "v3 translation shift_t pose_shift",
    "start": "i<entries[cells+1] cell_offsets bucket_start",
    "list": "i>lines[entries] cell_items sorted_ids bucket_items",
    "cell_of": "i>cells[n] query_cell bucket_id cell_ids",
    "d_out": "out s[n] distances dist_out nearest_distance",
    "p_out": "out v3[n] closest_points projections nearest_point",
    "id_out": "out i[n] closest_index nearest_id match_id",
    "bary": "out v3[n] barycentrics bary_out weights_out",
    "h_out": "inout m3[1] covariance cross_cov moment_sum",
}

_FUNCTIONS = """
def on_segment__closest_on_segment(p, a, c):
    'Closest point on a segment.'
    ac = c - a
    t = dot(p - a, ac) / safe(dot(ac, ac))
    return a + ac * clamp(t, 0.0, 1.0)
def on_line__project_to_line(p, a, c):
    'Project a point onto a line.'
    dir = normalize(c - a)
    return a + dir * dot(p - a, dir)
def on_triangle__closest_on_triangle(p, a, c, e):
    'Closest point on a triangle.'
    ac = c - a
    ae = e - a
    ap = p - a
    d1 = dot(ac, ap)
    d2 = dot(ae, ap)
    if d1 <= 0.0 and d2 <= 0.0:
        return a
    cp = p - c
    d3 = dot(ac, cp)
    d4 = dot(ae, cp)
    if d3 >= 0.0 and d4 <= d3:
        return c
    vc = d1 * d4 - d3 * d2
    if vc <= 0.0 and d1 >= 0.0 and d3 <= 0.0:
        return a + ac * (d1 / safe(d1 - d3))
    ep = p - e
    d5 = dot(ac, ep)
    d6 = dot(ae, ep)
    if d6 >= 0.0 and d5 <= d6:
        return e
    vb = d5 * d2 - d1 * d6
    if vb <= 0.0 and d2 >= 0.0 and d6 <= 0.0:
        return a + ae * (d2 / safe(d2 - d6))
    va = d3 * d6 - d5 * d4
    if va <= 0.0 and d4 - d3 >= 0.0 and d5 - d6 >= 0.0:
        return c + (e - c) * ((d4 - d3) / safe(d4 - d3 + d5 - d6))
    denom = 1.0 / safe(va + vb + vc)
    return a + ac * (vb * denom) + ae * (vc * denom)
def clamp_plane__project_clamped(p, a, c, e):
    n = cross(c - a, e - a)
    q = p - n * (dot(p - a, n) / safe(dot(n, n)))
    u = dot(cross(c - q, e - q), n)
    v = dot(cross(e - q, a - q), n)
    w = dot(cross(a - q, c - q), n)
    if u >= 0.0 and v >= 0.0 and w >= 0.0:
        return q
    total = safe(max(u, 0.0) + max(v, 0.0) + max(w, 0.0))
    return (a * max(u, 0.0) + c * max(v, 0.0) + e * max(w, 0.0)) / total
def in_box__clamp_to_box(p, lo, hi):
    'Clamp a point to a box.'
    return vec(clamp(p.x, lo.x, hi.x), clamp(p.y, lo.y, hi.y), clamp(p.z, lo.z, hi.z))
def on_plane__drop_to_plane(p, n, a):
    'Project a point onto a plane.'
    return p - n * dot(p - a, n)
"""

_CANDIDATE = {
    "segment": """
a__v0__end0 = verts[edges[c, 0]]
g__v1__end1 = verts[edges[c, 1]]
q__foot__cand = pick(on_segment(p, a, g), on_segment(p, a, g), on_line(p, a, g))
""",
    "triangle": """
t0__v0__ta = verts[faces[c, 0]]
t1__v1__tb = verts[faces[c, 1]]
t2__v2__tc = verts[faces[c, 2]]
q__foot__cand = pick(on_triangle(p, t0, t1, t2), on_triangle(p, t0, t1, t2), clamp_plane(p, t0, t1, t2))
""",
    "points": "q__foot__cand = cloud[c]",
    "box": "q__foot__cand = in_box(p, lo[c], hi[c])",
    "plane": "q__foot__cand = on_plane(p, pick(pn[c], normalize(pn[c])), pp[c])",
}

_METRIC = """
gap__delta__diff = q - p
with either:
    with _(2):
        d__dist_c__cost = dot(gap, gap)
    with _:
        d__dist_c__cost = length(gap)
    with _:
        d__dist_c__cost = max(abs(gap.x), max(abs(gap.y), abs(gap.z)))
    with _:
        d__dist_c__cost = abs(gap.x) + abs(gap.y) + abs(gap.z)
with maybe(0.2):
    d = pick(d * w, d + w)
with maybe(0.15):
    d = polish(d)
"""

_SEARCH = """
best__nearest__d_min = LIMIT
best_p__closest__foot_min = p
best_id__found__winner = int(-1)
LOOP
"""

_INNER = """
with maybe(0.25):
    if mask[c] == 0:
        continue
candidate()
with either:
    with _(2):
        if d < best:
            best = d
            best_p = q
            best_id = c
    with _:
        if d >= best:
            continue
        best = d
        best_p = q
        best_id = c
    with _:
        if d < best:
            best = d
            best_p = q
            best_id = c
            if d < num(0.0001, 0.001):
                break
"""

_END = """
with maybe(0.3):
    if best_id < 0:
        id_out[i] = -1
        return
id_out[i] = best_id
with either:
    with _:
        d_out[i] = pick(best, sqrt(max(best, 0.0)))
    with _:
        p_out[i] = best_p
    with _:
        p_out[i] = best_p
        d_out[i] = pick(length(best_p - p), sqrt(max(best, 0.0)))
with maybe(0.3):
    away__dir__out_dir = normalize(p - best_p)
    with either:
        with _:
            p_out2[i] = away
        with _:
            tally(dot(away, tr))
with maybe(0.2):
    atomic_add(h_out, 0, outer(best_p, p))
with maybe(0.3):
    tally(best)
"""


def build(b: Builder) -> None:
    b.grid(1)
    framing.prologue(b)
    target = b.form(_TARGETS)
    s = Sketch(b, **_SCOPE)
    s.scope["p_out2"] = "out v3[n] away_dirs separation_dir push_out"
    s.scope["tally"] = lambda e: framing.tally(b, e, "distance_sum", "error", "cost")
    s(_FUNCTIONS)
    s(
        "p__pt__query = x[i]\nwith maybe(0.35):\n"
        "    p = pick(quat_rotate(rot, p) + tr, p + tr, quat_rotate_inv(rot, p - tr))"
    )
    s.scope["candidate"] = lambda: s(_CANDIDATE[target])(_METRIC)
    inner = "\n".join("    " + line for line in _INNER.strip().split("\n"))
    loops = (
        f"for c in range(num):\n{inner}",
        f"for c in range(num):\n{inner}",
        "for e in range(start[cell], start[cell + 1]):\n    c__item__t_id = list[e]\n" + inner,
    )
    loop = b.pick(loops)
    if "cell" in loop:
        s("cell__bucket__home = cell_of[i]")
    if target in ("triangle", "plane", "segment") and b.chance(0.25):
        s("c__own__mine = own_face[i]")
        s(_CANDIDATE[target])(_METRIC)
        s("""
with maybe(0.4):
    if d > max_d:
        d_out[i] = max_d
        return
p_out[i] = q
with maybe(0.7):
    d_out[i] = d
with maybe(0.4):
    id_out[i] = c
with maybe(0.4):
    tally(polish(d))
with maybe(0.4):
    side__sign_d__facing = dot(gap, pn[c])
    with either:
        with _:
            p_out2[i] = pn[c] * side
        with _:
            if side > 0.0:
                tally(side)
""")
    else:
        limit = b.pick(("real(1000.0)", "real(10000.0)", "max_d", "max_d * max_d"))
        s(_SEARCH.replace("LIMIT", limit).replace("LOOP", loop))(_END)
    framing.bookkeeping(b)
    s.done()
