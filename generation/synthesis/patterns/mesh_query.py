"""Questions to acceleration structures: closest points, rays, neighbours in a radius, overlaps, volumes.

Free choices: the structure, the question, what is done with the answer, what is gathered over all answers.
Source: Macklin, "Warp: a high-performance Python framework for GPU simulation", 2022; Ericson, "Real-Time
Collision Detection", 2005, chapters 4 to 6.
"""

from __future__ import annotations

from generation.language.types import BVH, F32, HASH_GRID, I32, MESH, VOLUME, vector
from generation.program.nodes import Bound, Field, Op
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, convert, field, integer, number, op, zero

VERBS = ("query", "collide", "raycast", "gather", "project", "count")
FIELDS = ("particles", "rigid_body", "cloth", "geometry", "fluid")
_FORMS = Weights({"closest": 24, "ray": 20, "neighbors": 24, "overlap": 14, "corners": 8, "volume": 12})
TITLES = {
    "closest": (
        "query_closest_point mesh_closest_point closest_on_mesh",
        "Find the closest point on a mesh.",
        "Query the closest point on a mesh.",
    ),
    "ray": (
        "raycast_mesh cast_rays mesh_raycast",
        "Cast rays against a mesh.",
        "Intersect rays with a mesh.",
    ),
    "neighbors": (
        "query_neighbors gather_neighbors hash_grid_neighbors",
        "Visit the neighbors that a hash grid finds.",
    ),
    "volume": ("sample_volume",),
}
_V3 = vector(3, F32)
_CLOSEST = ("mesh_query_point", "mesh_query_point_no_sign", "mesh_query_point_sign_normal")
_CLOSEST += ("mesh_query_point_sign_winding_number", "mesh_query_point_sign_parity")
_FACES, _CORNERS, _POINTS = (Bound(name, 0) for name in ("num_faces", "num_corners", "num_points"))
_LAUNCHES = {"neighbors": _POINTS, "corners": _CORNERS}


def build(b: Builder) -> None:
    b.real, b.space = F32, _V3
    b.grid(1)
    form = b.form(_FORMS)
    b.launch = (_LAUNCHES.get(form, b.launch[0]),)
    if b.chance(0.3):
        phrases.bounds_guard(b)
    pool = _FORM[form](b)
    pool = turns.develop(b, pool, b.integer(0, 3), goal=1)
    phrases.finish(b, pool, b.pick((1, 1, 2)))


def _mesh(b: Builder):
    return b.handle(MESH, (_FACES, _CORNERS), "mesh", "mesh_id", "collider", "surface")


def _point(b: Builder):
    given = b.array(_V3, b.launch, "points", "positions", "particle_x", "x_data")
    return b.let(at(given, *b.threads), "p", "x", "pos")


def _closest(b: Builder):
    """The closest point of a mesh: a distance, a push out of the inside, a velocity there."""
    mesh, p = _mesh(b), _point(b)
    reach = (
        b.parameter(F32, "max_dist", "search_radius")
        if b.chance(0.6)
        else number(F32, b.pick((1.0, 10.0, 100.0)))
    )
    furthest = b.chance(0.06)
    name = "mesh_query_furthest_point_no_sign" if furthest else b.pick(_CLOSEST)
    extra = [number(F32, 1e-3)] if name.endswith("normal") and b.chance(0.4) else []
    extra = [number(F32, 2.0), number(F32, 0.5)] if name.endswith("number") and b.chance(0.4) else extra
    query = b.let(op(name, mesh, p, reach, *extra), "query", "found", "res")
    b.stop_if(op("not", Field(query.type.field("result"), query, "result")))
    face, u, v = (Field(query.type.field(f), query, f) for f in ("face", "u", "v"))
    place = b.let(op("mesh_eval_position", mesh, face, u, v), "closest", "cp", "hit_point")
    delta = b.let(op("sub", p, place), "delta", "d")
    distance = op("length", delta)
    if name in ("mesh_query_point_no_sign", "mesh_query_furthest_point_no_sign"):
        values = [b.let(distance, "dist", "unsigned_dist"), place]
    else:
        values = [b.let(op("mul", distance, Field(F32, query, "sign")), "sdf", "signed_dist")]
    if b.chance(0.4):
        normal = op("mesh_eval_face_normal", mesh, face)
        values.append(b.let(normal, "n", "face_normal"))
    if b.chance(0.25):
        values.append(b.let(op("mesh_eval_velocity", mesh, face, u, v), "surface_v", "v_mesh"))
    if b.chance(0.3):
        b.stop_if(op("gt", values[0], b.parameter(F32, "margin", "thickness", "contact_margin")))
    return values


def _ray(b: Builder):
    """Where a ray first meets a mesh, whether it does, or how often."""
    mesh = _mesh(b)
    start = b.let(at(b.array(_V3, b.launch, "ray_origins", "origins"), *b.threads), "ro", "start")
    heading = op("normalize", at(b.array(_V3, b.launch, "ray_dirs", "directions"), *b.threads))
    heading = b.let(heading, "rd", "heading")
    if b.chance(0.12):
        crossings = op("mesh_query_ray_count_intersections", mesh, start, heading)
        parity = op("mod", b.let(crossings, "crossings", "hits"), integer(2))
        return [convert(parity, F32), op("dot", start, heading)]
    reach = b.parameter(F32, "max_t", "max_range", "far")
    if b.chance(0.15):
        blocked = b.let(op("mesh_query_ray_anyhit", mesh, start, heading, reach), "blocked", "shadowed")
        light = b.mix(F32, [phrases.source(b, F32)], 0.5)
        return [b.let(op("where", blocked, number(F32, 0.0), light), "visible_light", "radiance")]
    root = []
    if b.chance(0.15):
        group = at(b.array(I32, b.launch, "groups", "world_ids"), *b.threads)
        root = [b.let(op("mesh_get_group_root", mesh, group), "root", "group_root")]
    query = b.let(op("mesh_query_ray", mesh, start, heading, reach, *root), "query", "hit", "res")
    b.stop_if(op("not", Field(query.type.field("result"), query, "result")))
    t, normal = Field(F32, query, "t"), Field(_V3, query, "normal")
    values = []
    if b.chance(0.6):
        values.append(b.let(op("add", start, op("mul", heading, t)), "hit_point", "x_hit"))
    if b.chance(0.6) or not values:
        facing = op("max", op("neg", op("dot", normal, heading)), number(F32, 0.0))
        values.append(b.let(op("mul", facing, t) if b.chance(0.4) else facing, "shade", "facing"))
    if b.chance(0.3):
        bary = [Field(F32, query, "u"), Field(F32, query, "v")]
        values.append(
            b.let(op("mesh_eval_position", mesh, Field(I32, query, "face"), *bary), "surface_point")
        )
    if b.chance(0.2):
        colors = b.array(_V3, (_FACES,), "face_colors", "albedo")
        values.append(b.let(at(colors, Field(I32, query, "face")), "color", "tint"))
    return values


def _neighbors(b: Builder):
    """A kernel-weighted sum over the points in a radius."""
    grid = b.handle(HASH_GRID, (_POINTS,), "grid", "grid_id", "hash_grid")
    x = b.array(_V3, (_POINTS,), "positions", "particle_x", "points")
    me = b.threads[0]
    if b.chance(0.35):
        me = b.let(op("hash_grid_point_id", grid, b.threads[0]), "i", "particle", "own")
    p = b.let(at(x, me), "p", "xi")
    radius = b.parameter(F32, "radius", "h", "support")
    field_ = b.array(b.pick((F32, F32, _V3)), (_POINTS,))
    total = b.let(zero(field_.type.dtype), "total", "acc", "density_sum")
    advance = "hash_grid_query_next" if b.chance(0.35) else None
    with b.each(op("hash_grid_query", grid, p, radius), advance) as j:
        d = b.let(op("sub", p, at(x, j)), "d", "rij")
        r = b.let(op("length", d), "r", "dist")
        with b.block() as body:
            weight = b.mix(F32, [r, radius], 0.4) if b.chance(0.5) else op("sub", radius, r)
            b.update(total, "add", op("mul", b.named(weight, 0.6, "w", "weight"), at(field_, j)))
        inside = op("lt", r, radius)
        if b.chance(0.4):
            inside = op("and", inside, op("ne", j, me))
        b.when(inside, body)
    return [total]


def _overlap(b: Builder):
    """What a box, a ball or a ray overlaps in a tree: counted, the nearest kept, areas summed."""
    p = _point(b)
    margin = b.parameter(F32, "margin", "extent", "radius")
    total = b.let(zero(F32), "total", "overlap_sum")
    if b.chance(0.45):
        tree, items = _mesh(b), _FACES
        if b.chance(0.3):
            tree = b.let(op("mesh_get_bvh", tree), "face_tree", "mesh_bvh")
            query, advance = _tree_query(b, tree, p, margin, grouped=False), "bvh_query_next"
        elif b.chance(0.25):
            query, advance = op("mesh_query_sphere", tree, p, margin), "mesh_query_next"
        else:
            query = op("mesh_query_aabb", tree, *_box(b, p, margin))
            advance = b.pick((None, "mesh_query_aabb_next"))
    else:
        items = Bound("num_items", 0)
        tree = b.handle(BVH, (items,), "bvh", "bvh_id", "tree")
        query = _tree_query(b, tree, p, margin)
        advance = "bvh_query_next"
    centers = b.array(_V3, (items,), "centers", "item_centers", "centroids")
    values = b.array(F32, (items,), "areas", "weights", "item_values") if b.chance(0.6) else None
    with b.each(query, advance) as j:
        near = b.let(op("length", op("sub", p, at(centers, j))), "dist", "r")
        with b.block() as body:
            b.update(total, "add", at(values, j) if values else op("sub", margin, near))
        if query.operation == "bvh_query_ray" or b.chance(0.6):
            b.when(op("lt", near, margin), body)
        else:
            b.blocks[-1] += body
            b.update(total, "add", near)
    return [total]


def _box(b: Builder, p, margin):
    half = Op(_V3, "construct", (margin,) if b.chance(0.3) else (margin, margin, margin))
    sides = op("sub", p, half), op("add", p, half)
    if b.chance(0.6):
        return tuple(b.let(side, name) for side, name in zip(sides, ("lower", "upper"), strict=True))
    return sides


def _tree_query(b: Builder, tree, p, margin, grouped: bool = True):
    how = b.integer(0, 5)
    heading = at(b.array(_V3, b.launch, "ray_dirs", "directions"), *b.threads) if how in (0, 1) else None
    root = []
    if grouped and (how > 3 or (how == 0 and b.chance(0.4))):
        group = at(b.array(I32, b.launch, "groups", "world_ids"), *b.threads)
        root = [b.let(op("bvh_get_group_root", tree, group), "root", "group_root")]
    if how == 0:
        return op("bvh_query_ray", tree, p, heading, *root)
    if how == 1:
        return op("bvh_query_capsule", tree, p, heading, margin)
    if how == 2:
        return op("bvh_query_sphere", tree, p, margin)
    return op("bvh_query_aabb", tree, *_box(b, p, margin), *root)


def _corners(b: Builder):
    """The vertices of a mesh, one thread per corner of a face."""
    mesh = _mesh(b)
    t = b.threads[0]
    if b.chance(0.3):
        arrays = b.let(op("mesh_get", mesh), "mesh_data", "geometry", "m")
        vertex = b.let(at(field(arrays, "indices"), t), "vertex", "corner_id")
        moving = at(field(arrays, "velocities"), vertex)
        point = b.let(at(field(arrays, "points"), vertex), "v", "vertex_x")
        return [point, b.let(moving, "vel", "vertex_v")] if b.chance(0.5) else [point]
    point = b.let(op("mesh_get_point", mesh, t), "v", "vertex_x")
    values = [point]
    if b.chance(0.6):
        velocity = op("mesh_get_velocity", mesh, t)
        values = [
            b.let(
                op("add", point, op("mul", velocity, b.parameter(F32, "dt", "lookahead"))), "moved", "ahead"
            )
        ]
    if b.chance(0.5):
        tags = op("mesh_get_index", mesh, t)
        values.append(convert(b.let(tags, "vertex_id", "corner_vertex"), F32))
    if b.chance(0.5):
        normal = b.let(op("mesh_eval_face_normal", mesh, _face_of(b, t)), "n", "face_normal")
        values.append(b.let(op("dot", values[0], normal), "support_value", "height_above"))
    return values


def _face_of(b: Builder, corner):
    last = op("sub", b.size(_FACES, "num_faces", "face_count"), integer(1))
    return b.let(op("min", op("floordiv", corner, integer(3)), last), "face", "f_id")


def _volume(b: Builder):
    """A volume sampled in its own space: a level set, a velocity, occupied voxels."""
    volume = b.handle(VOLUME, (Bound("num_voxels", 0),), "volume", "sdf", "level_set", "grid_volume")
    p = _point(b)
    uvw = b.let(op("volume_world_to_index", volume, p), "uvw", "local_p")
    how = b.integer(0, 4)
    if how == 0:
        value = b.let(op("volume_sample_f", volume, uvw, integer(b.integer(0, 1))), "phi_value", "sampled")
        return [value, *([op("volume_index_to_world", volume, uvw)] if b.chance(0.3) else [])]
    if how == 1:
        v = b.let(op("volume_sample_v", volume, uvw, integer(1)), "v_grid", "carried")
        if b.chance(0.5):
            v = b.let(op(f"volume_{b.pick(('index_to_world', 'world_to_index'))}_dir", volume, v), "v_world")
        return [b.let(op("add", p, op("mul", v, b.parameter(F32, "dt", "step"))), "advected", "x_new")]
    parts = [
        b.let(convert(op("round", Field(F32, uvw, c)), I32), n)
        for c, n in zip("xyz", ("i", "j", "k"), strict=True)
    ]
    if how == 2:
        found = b.let(op("volume_lookup_index", volume, *parts), "voxel", "slot")
        b.stop_if(op("lt", found, integer(0)))
        share = op(
            "div", convert(found, F32), convert(op("max", op("volume_voxel_count", volume), integer(1)), F32)
        )
        return [share, op("length", p)]
    name = b.pick(("volume_lookup_f", "volume_lookup_v", "volume_lookup_i"))
    values = [b.let(op(name, volume, *parts), "stored_value", "cell_value")]
    if b.chance(0.3):
        values.append(b.let(op("volume_sample_i", volume, uvw), "region", "marker"))
    return [convert(x, F32) if x.type is I32 else x for x in values] + [op("length", p)]


_FORM = {
    "closest": _closest,
    "ray": _ray,
    "neighbors": _neighbors,
    "overlap": _overlap,
    "corners": _corners,
    "volume": _volume,
}
