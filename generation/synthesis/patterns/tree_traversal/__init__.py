"""Trees walked by hand: bounding volumes by stack or links, opening angles, decisions, linear trees.

Free choices: stack or links, boxes against rays, points or boxes, nearest or all, order of children, pruning,
leaf ranges, Morton keys and the splits of a linear tree.
Source: Karras, "Maximizing Parallelism in the Construction of BVHs, Octrees, and k-d Trees", 2012; Barnes and
Hut, "A hierarchical O(N log N) force-calculation algorithm", 1986; Hapala et al., "Efficient Stack-less BVH
Traversal", 2011.
"""

from __future__ import annotations

from generation.synthesis.forms import Family, Form
from generation.synthesis.patterns.tree_traversal.nodes import CODES, GRAVITY, SPLIT, decide
from generation.synthesis.patterns.tree_traversal.walks import LINKS, STACK, walk

VERBS = ("traverse", "query_tree", "walk_tree")

FIELDS = ("geometry", "particles")

_SCOPE = {
    "low": "v[nodes] node_lower lower_bounds node_min",
    "high": "v[nodes] node_upper upper_bounds node_max",
    "left": "i?nodes[nodes] left_child node_left child_a",
    "right": "i?nodes[nodes] right_child node_right child_b",
    "skip": "i?nodes[nodes] escape_index skip_link next_node",
    "parent": "i?nodes[nodes] parent node_parent",
    "first": "i<items[nodes+1] leaf_start leaf_begin range_start",
    "leaf": "i[nodes] is_leaf leaf_flag node_kind",
    "item": "i>items[items] leaf_items primitive_id sorted_index",
    "root": "i>nodes root root_node",
    "roots": "i>nodes[worlds] world_root group_root tree_root",
    "world": "i>worlds[n] world_id env_id batch_id",
    "o": "v[n] ray_origins origins ray_start",
    "d": "v[n] ray_dirs directions ray_dir",
    "x": "v[n] query_points points samples",
    "box_lo": "v[n] query_lower box_min aabb_lower",
    "box_hi": "v[n] query_upper box_max aabb_upper",
    "radius": "s radius search_radius max_distance",
    "t_max": "s max_t t_far far",
    "p": "v[items] item_points particles primitives",
    "r_item": "s[items] item_radius primitive_radius",
    "item_lo": "v[items] item_lower primitive_min",
    "item_hi": "v[items] item_upper primitive_max",
    "mask": "i[items] item_mask filter_group collision_group",
    "own": "i[n] own_mask query_group",
    "hit": "out i[n] hit_item closest_item nearest",
    "hit_t": "out s[n] hit_t closest_t nearest_dist",
    "count": "out i[n] hit_count num_found overlaps",
    "pairs": "out i[capacity,2] pairs overlap_pairs candidates",
    "num_pairs": "inout i<capacity[1] pair_count num_candidates",
    "capacity": "n:capacity max_pairs pair_capacity",
    "visited": "out i[n] nodes_visited visit_count",
    "mass": "s[nodes] node_mass cell_mass",
    "com": "v[nodes] node_com center_of_mass",
    "size": "s[nodes] node_size cell_width extent",
    "theta": "s theta opening_angle",
    "soft": "s softening eps",
    "g": "s gravity_constant g_const",
    "m_item": "s[items] item_mass particle_mass",
    "acc": "out v[n] acceleration gravity_force field",
    "pot": "out s[n] potential energy",
    "key": "u[n] morton_codes keys codes",
    "num": "n:n num_leaves num_keys num_items",
    "left_out": "out i[n] left_child node_left",
    "right_out": "out i[n] right_child node_right",
    "range_lo": "out i[n] range_first node_begin",
    "range_hi": "out i[n] range_last node_end",
    "value": "s[nodes] split_value node_key threshold",
    "axis": "i[nodes] split_axis node_axis",
    "label": "i[nodes] leaf_label node_value",
    "label_out": "out i[n] label predicted_class leaf_index",
    "depth": "n:depth max_depth levels",
    "out_key": "out u[n] morton_codes keys codes",
    "grid_lo": "v bounds_lower scene_min",
    "inv_ext": "v inv_extent scale",
    "flags": "inout i[nodes] visit_flags ready",
    "lo_io": "inout v[nodes] node_lower bounds_lower",
    "hi_io": "inout v[nodes] node_upper bounds_upper",
    "leaf_of": "i>nodes[n] leaf_node first_leaf",
    "steps": "n:nodes num_nodes node_count tree_size",
}

build = Family(
    _SCOPE,
    Form(
        34,
        "traverse_bvh query_tree stack_traversal",
        walk(STACK),
        space=(3,),
        summary="Traverse the tree with an explicit stack.",
    ),
    Form(
        26,
        "walk_links stackless_traversal query_bvh",
        walk(LINKS),
        space=(3,),
        summary="Traverse the tree along its escape links.",
    ),
    Form(
        16,
        "tree_gravity barnes_hut tree_force",
        GRAVITY,
        space=(3,),
        summary="Barnes-Hut gravity of each particle.",
    ),
    Form(
        3,
        "build_hierarchy karras_split emit_nodes",
        SPLIT,
        space=(3,),
        prologue=False,
        summary="Split of each internal node of a linear tree.",
    ),
    Form(10, "classify descend_tree locate_leaf", decide, space=(3,), summary="Descend the tree to a leaf."),
    Form(
        5, "morton_codes encode_points compute_keys", CODES, space=(3,), summary="Morton code of each point."
    ),
).build
