"""The built-ins that ask meshes, trees of boxes and grids of points."""

from __future__ import annotations

import numpy as np

from generation.verification.randomness import rand_init
from generation.verification.tiles import Tile
from generation.verification.trees import Finds, row


def following(finds: Finds, number, *_):
    """The next find in the place of the last, and whether there is one."""
    return (finds.left.pop(), np.bool_(True)) if finds.left else (number, np.bool_(False))


def _shared(finds: Finds) -> Tile:
    """A find for each thread of a block of one; -1 where there is none."""
    return Tile([finds.left.pop() if finds.left else np.int32(-1)], (1,))


def table(drawing) -> dict[str, object]:
    def by_parity(mesh):
        def sign(p, *_):
            state, heading = rand_init(np.int32(42)), []
            for _ in range(3):
                state, x = drawing["randf"](state, mesh.real(-0.1), mesh.real(0.1))
                heading.append(mesh.real(1) + x)
            return -1 if len(mesh.hits(p, np.array(heading))) % 2 else 1

        return sign

    def within(mesh, lower, upper):
        return mesh.tree.aabb(lower, upper)

    found = {
        "mesh_query_point": lambda m, p, d: m.query_point(p, d, m.by_votes),
        "mesh_query_point_no_sign": lambda m, p, d: m.query_point(p, d, lambda *_: 0),
        "mesh_query_point_sign_normal": lambda m, p, d, epsilon=1e-3: m.query_point(p, d, m.by_normal),
        "mesh_query_point_sign_parity": lambda m, p, d: m.query_point(p, d, by_parity(m)),
        "mesh_query_point_sign_winding_number": lambda m, p, d, accuracy=2.0, threshold=0.5: m.query_point(
            p, d, m.by_winding(threshold)
        ),
        "mesh_query_furthest_point_no_sign": lambda m, p, d: m.query_furthest(p, d),
        "mesh_query_ray": lambda m, *rest: m.query_ray(*rest),
        "mesh_query_ray_anyhit": lambda m, *rest: np.bool_(m.query_ray(*rest).result),
        "mesh_query_ray_count_intersections": lambda m, p, d, *root: np.int32(
            len(m.hits(row(p), row(d), *root))
        ),
        "mesh_eval_position": lambda m, *place: m.between(m.points, *place),
        "mesh_eval_velocity": lambda m, *place: m.between(m.velocities, *place),
        "mesh_eval_face_normal": lambda m, face: m.normal(face),
        "mesh_get_point": lambda m, corner: m.vec(m.points[m.corner(corner)]),
        "mesh_get_velocity": lambda m, corner: m.vec(m.velocities[m.corner(corner)]),
        "mesh_get_index": lambda m, corner: np.int32(m.corner(corner)),
        "mesh_get": lambda m: m.arrays(),
        "mesh_get_bvh": lambda m: m.tree,
        "mesh_get_group_root": lambda m, group: m.tree.group_root(group),
        "mesh_query_aabb": within,
        "tile_mesh_query_aabb": within,
        "mesh_query_sphere": lambda m, center, radius: m.sphere(center, radius),
        "bvh_query_aabb": lambda tree, *rest: tree.aabb(*rest),
        "tile_bvh_query_aabb": lambda tree, *rest: tree.aabb(*rest),
        "bvh_query_ray": lambda tree, *rest: tree.ray(*rest),
        "tile_bvh_query_ray": lambda tree, *rest: tree.ray(*rest),
        "bvh_query_sphere": lambda tree, *rest: tree.sphere(*rest),
        "bvh_query_capsule": lambda tree, *rest: tree.capsule(*rest),
        "bvh_get_group_root": lambda tree, group: tree.group_root(group),
        "hash_grid_query": lambda grid, p, radius: grid.query(p, radius),
        "hash_grid_point_id": lambda grid, number: grid.point_id(number),
    }
    found |= {"tile_bvh_query_next": _shared, "tile_mesh_query_aabb_next": _shared}
    found["tile_query_valid"] = lambda finds: np.bool_(finds.left != [])
    return found | dict.fromkeys(CHANGED, following)


# Built-ins that write into one of their arguments, and which.
CHANGED = {
    f"{structure}_next": 1
    for structure in ("hash_grid_query", "bvh_query", "mesh_query", "mesh_query_aabb", "mesh_query_sphere")
}
