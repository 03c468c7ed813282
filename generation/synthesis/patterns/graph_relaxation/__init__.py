"""Graph algorithms as parallel relaxations: levels, shortest paths, labels, ranks, colours, degrees,
triangles.

Free choices: vertices or edges as threads, push or pull, frontier or all, weights, convergence flags, tie
rules.
Source: Merrill et al., "Scalable GPU Graph Traversal", 2012; Page et al., "The PageRank Citation Ranking",
1999.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.graph_relaxation.edges import EDGE
from generation.synthesis.patterns.graph_relaxation.vertices import ADJACENT, FORMS_TEXT
from generation.synthesis.sketches import Sketch

VERBS = ("relax", "propagate", "expand_frontier", "update_labels", "visit")
FIELDS = ("geometry", "learning", "finite_element")
_FORMS = Weights({"bfs": 22, "paths": 22, "labels": 18, "rank": 18, "color": 10, "message": 10})
TITLES = {
    "bfs": ("bfs_step expand_frontier bfs_expand", "Expand the frontier of a breadth-first search."),
    "paths": ("relax_edges relax_paths sssp_relax", "Relax the edges of a shortest-path search."),
    "labels": ("propagate_labels label_propagation", "Propagate labels along the edges of a graph."),
    "rank": ("pagerank_step update_rank", "One iteration of a ranking over a graph."),
    "color": ("color_vertices color_graph", "Color the vertices of a graph."),
    "message": (
        "aggregate_messages message_passing gather_messages",
        "Aggregate messages from neighboring vertices.",
    ),
}

_SCOPE = {
    "start": "i<entries[n+1] row_offsets adj_offsets vertex_begin",
    "adj": "i>n[entries] neighbors adjacency edge_targets",
    "w": "s[entries] edge_weights weights lengths",
    "src": "i>nodes[n] edge_src sources edge_from",
    "dst": "i>nodes[n] edge_dst targets edge_to",
    "ew": "s[n] edge_weights costs lengths",
    "frontier": "i>nodes[n] frontier queue active_nodes",
    "frontier_size": "i[1] frontier_size queue_length num_frontier",
    "fstart": "i<entries[nodes+1] row_offsets adj_offsets vertex_begin",
    "fadj": "i>nodes[entries] neighbors adjacency edge_targets",
    "next": "out i[capacity] next_frontier queue_out new_nodes",
    "next_count": "inout i>capacity[1] next_size queue_count num_new",
    "capacity": "n:capacity max_frontier queue_capacity",
    "level": "i[n] levels depth distance_in",
    "level_out": "out i[n] levels_out depth_out new_levels",
    "nlevel": "inout i[nodes] levels depth hop_count",
    "depth": "i current_level iteration depth_now",
    "dist": "s[n] dist distances cost_in",
    "ndist": "s[nodes] dist distances cost_in",
    "dist_out": "out s[n] dist_out new_distances cost_out",
    "ndist_out": "inout s[nodes] dist_out tentative cost_out",
    "parent": "out i[n] parents predecessor came_from",
    "label": "i[n] labels component cluster",
    "nlabel": "i[nodes] labels component cluster",
    "nlabel_out": "inout i[nodes] labels_out component_out next_labels",
    "label_out": "out i[n] labels_out component_out new_labels",
    "rank": "s[n] rank scores pagerank",
    "rank_out": "out s[n] rank_out new_scores next_rank",
    "degree": "i[n] out_degree degrees valence",
    "base": "c teleport base_rank restart",
    "damp": "c damping follow_prob d_factor",
    "heat": "c conductance edge_gain coupling",
    "prio": "i[n] priority random_key vertex_hash",
    "color": "i[n] colors color_in assigned",
    "color_out": "out i[n] colors_out color_out new_colors",
    "changed": "inout i[1] changed converged_flag num_changed",
    "blocked": "i[n] blocked visited removed",
    "nblocked": "i[nodes] blocked visited removed",
    "limit": "c max_distance cutoff_distance horizon",
    "feat": "v[n] features node_state embedding",
    "feat_out": "out v[n] features_out messages aggregated",
    "bias": "v bias shift_vec offset_vec",
    "count": "n:n num_vertices num_nodes vertex_count",
}


def build(b: Builder) -> None:
    b.grid(1)
    form = b.form(_FORMS)
    framing.prologue(b)
    s = Sketch(b, **_SCOPE)
    s.scope["tally"] = lambda e: framing.tally(b, e, "score", "delta", "reach")
    s.scope["tally_int"] = lambda e: framing.tally(b, e, "degree_sum", "workload", "edge_count")
    if form in EDGE and b.real.bits > 16 and b.chance(0.4):
        s(EDGE[form])
        framing.bookkeeping(b, 0.5)
    else:
        s("with maybe(0.15):\n    if degree[i] == 0:\n        return")
        head, body, tail = FORMS_TEXT[form]
        s(head)
        s.scope["visit"] = lambda: s(body)
        s(ADJACENT)
        s(tail)
    framing.bookkeeping(b, 0.5)
    s("with maybe(0.25):\n    tally_int(degree[i])")
    s.done()
