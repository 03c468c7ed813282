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

_ADJACENT = """
with maybe(0.2):
    if blocked[i] != 0:
        return
with either:
    with _(2):
        first__begin__row_begin = start[i]
        last__end__row_end = start[i + 1]
        for e in range(first, last):
            nb__u__other = adj[e]
            with maybe(0.25):
                if blocked[nb] != 0:
                    continue
            with maybe(0.2):
                if w[e] < limit:
                    continue
            visit()
    with _:
        for e in range(start[i], start[i + 1]):
            nb__u__other = adj[e]
            with maybe(0.4):
                if nb == i or pick(blocked[nb] != 0, w[e] <= 0.0):
                    continue
            visit()
"""

_FORMS_TEXT = {
    "bfs": (
        """
with maybe(0.7):
    if level[i] >= 0:
        level_out[i] = level[i]
        return
found__reached__hit = int(0)
with maybe(0.5):
    via__from_node__pred = int(-1)
""",
        """
with either:
    with _:
        if level[nb] == depth - 1:
            found = 1
            break
    with _:
        if level[nb] >= 0 and level[nb] < depth:
            found += 1
""",
        """
if found > 0:
    level_out[i] = depth
    with either:
        with _:
            atomic_add(changed, 0, 1)
        with _:
            atomic_max(changed, 0, depth)
else:
    level_out[i] = -1
with maybe(0.3):
    tally(real(found))
""",
    ),
    "paths": (
        "best__d_min__shortest = dist[i]\nbest_from__via__pred = int(-1)",
        """
step_cost__len__w_e = w[e]
with maybe(0.3):
    if step_cost < 0.0:
        continue
cand__through__d_new = dist[nb] + pick(step_cost, polish(step_cost), step_cost)
with either:
    with _(2):
        if cand < best:
            best = cand
            best_from = nb
    with _:
        best_from = nb if cand < best else best_from
        best = min(best, cand)
    with _:
        if cand < best and cand < limit:
            best = cand
            best_from = nb
""",
        """
dist_out[i] = best
with maybe(0.6):
    parent[i] = best_from
with maybe(0.6):
    if best < dist[i]:
        atomic_add(changed, 0, 1)
with maybe(0.3):
    tally(dist[i] - best)
""",
    ),
    "labels": (
        "own__mine__label_i = label[i]\nbest__smallest__winner = label[i]\nvotes__same__agree = int(0)",
        """
other__theirs__label_j = label[nb]
with either:
    with _(2):
        best = min(best, other)
    with _:
        if other < best:
            best = other
    with _:
        if other > best and w[e] > limit:
            best = other
if other == own:
    votes += 1
""",
        """
with maybe(0.4):
    root__jumped__short = label[clamp(best, 0, count - 1)]
    best = min(best, root)
label_out[i] = best
with either:
    with _:
        if best != own:
            atomic_add(changed, 0, 1)
    with _:
        if best != own:
            changed_here__delta = own - best
            atomic_max(changed, 0, changed_here)
    with _:
        tally(real(votes))
""",
    ),
    "rank": (
        "acc__incoming__flow = real(0.0)\ndeg_i__own_degree = degree[i]",
        """
with either:
    with _(2):
        acc += rank[nb] / real(max(degree[nb], 1))
    with _:
        deg__out_links = degree[nb]
        if deg > 0:
            acc += pick(w[e], heat) * rank[nb] / real(deg)
    with _:
        acc += heat * (rank[nb] - rank[i])
    with _:
        acc += w[e] * rank[nb]
""",
        """
with either:
    with _(2):
        fresh__new_rank__score = (1.0 - damp) * base + damp * acc
    with _:
        fresh__new_rank__score = base + damp * polish(acc)
    with _:
        fresh__new_rank__score = rank[i] + damp * acc
with maybe(0.3):
    if deg_i == 0:
        fresh = pick(base, fresh + base)
rank_out[i] = fresh
with either:
    with _:
        tally(abs(fresh - rank[i]))
    with _:
        if abs(fresh - rank[i]) > limit:
            atomic_add(changed, 0, 1)
""",
    ),
    "color": (
        """
if color[i] >= 0:
    color_out[i] = color[i]
    return
mine__key__own_prio = prio[i]
is_max__wins__local_max = int(1)
used__taken__mask = int(0)
""",
        """
with maybe(0.3):
    if nb == i:
        continue
if color[nb] < 0:
    with either:
        with _:
            if prio[nb] > mine:
                is_max = 0
                break
        with _:
            if prio[nb] > mine or (prio[nb] == mine and nb > i):
                is_max = 0
else:
    used = max(used, color[nb] + 1)
""",
        """
with either:
    with _:
        if is_max == 1:
            color_out[i] = pick(depth, used)
            atomic_add(changed, 0, 1)
        else:
            color_out[i] = -1
    with _:
        if is_max == 0:
            color_out[i] = -1
            return
        color_out[i] = pick(used, max(used, depth))
with maybe(0.4):
    tally(real(used))
""",
    ),
    "message": (
        "xi__own__feat_i = feat[i]\nacc__messages__pooled = vzero()\nnorm__weight_sum__total_w = real(0.0)",
        """
xj__theirs__feat_j = feat[nb]
with either:
    with _:
        a__attention__coef = exp(-clamp(dot(xi - xj, xi - xj), 0.0, 8.0))
    with _:
        a__attention__coef = w[e]
    with _:
        a__attention__coef = max(dot(xi, xj), 0.0) * heat
    with _:
        a__attention__coef = 1.0 / safe(sqrt(real(max(degree[i], 1)) * real(max(degree[nb], 1))))
with maybe(0.3):
    if a < limit:
        continue
acc += a * pick(xj, xj - xi)
norm += a
""",
        """
with maybe(0.7):
    acc = acc / safe(norm)
with either:
    with _:
        feat_out[i] = acc
    with _:
        feat_out[i] = xi + damp * acc
    with _:
        feat_out[i] = max(acc + bias, vzero())
with maybe(0.4):
    tally(pick(length(acc), norm))
""",
    ),
}

_ENDS = """
a__from_v__tail = src[i]
c__to_v__head = dst[i]
with maybe(0.3):
    if pick(nblocked[a], nblocked[c]) != 0:
        return
with maybe(0.25):
    if ew[i] <= pick(0.0, limit):
        return
"""

_EDGE = {
    "bfs": """
with maybe(0.8):
    if i >= frontier_size[0]:
        return
v__node__from_v = frontier[i]
for e in range(fstart[v], fstart[v + 1]):
    u__nb__to_v = fadj[e]
    with either:
        with _:
            before__seen__old = atomic_max(nlevel, u, depth)
            if before < 0:
                slot__place__at_slot = atomic_add(next_count, 0, 1)
                if slot < capacity:
                    next[slot] = u
        with _:
            before__seen__old = atomic_min(nlevel, u, depth)
            if before > depth:
                slot__place__at_slot = atomic_add(next_count, 0, 1)
                with maybe(0.3):
                    tally(real(before - depth))
                if slot < capacity:
                    next[slot] = u
""",
    "paths": _ENDS
    + """\
with maybe(0.4):
    if a == c:
        return
cand__through__d_new = ndist[a] + pick(ew[i], polish(ew[i]), abs(ew[i]))
with maybe(0.4):
    if cand >= limit:
        return
with either:
    with _:
        if cand < ndist[c]:
            atomic_min(ndist_out, c, cand)
            atomic_add(changed, 0, 1)
    with _:
        old__before__was = atomic_min(ndist_out, c, cand)
        if cand < old:
            atomic_add(changed, 0, 1)
    with _:
        atomic_min(ndist_out, c, cand)
        atomic_min(ndist_out, a, ndist[c] + ew[i])
with maybe(0.3):
    tally(cand)
""",
    "labels": _ENDS
    + """\
la__label_a__root_a = nlabel[a]
lc__label_b__root_b = nlabel[c]
if la == lc:
    return
with maybe(0.4):
    if ew[i] > limit:
        return
with either:
    with _:
        low__smaller__target = min(la, lc)
        atomic_min(nlabel_out, a, low)
        atomic_min(nlabel_out, c, low)
    with _:
        if la < lc:
            atomic_min(nlabel_out, c, la)
        else:
            atomic_min(nlabel_out, a, lc)
atomic_add(changed, 0, pick(1, abs(la - lc)))
with maybe(0.4):
    tally(polish(ew[i]))
""",
}


def build(b: Builder) -> None:
    b.grid(1)
    form = b.form(_FORMS)
    framing.prologue(b)
    s = Sketch(b, **_SCOPE)
    s.scope["tally"] = lambda e: framing.tally(b, e, "score", "delta", "reach")
    s.scope["tally_int"] = lambda e: framing.tally(b, e, "degree_sum", "workload", "edge_count")
    if form in _EDGE and b.real.bits > 16 and b.chance(0.4):
        s(_EDGE[form])
        framing.bookkeeping(b, 0.5)
    else:
        s("with maybe(0.15):\n    if degree[i] == 0:\n        return")
        head, body, tail = _FORMS_TEXT[form]
        s(head)
        s.scope["visit"] = lambda: s(body)
        s(_ADJACENT)
        s(tail)
    framing.bookkeeping(b, 0.5)
    s("with maybe(0.25):\n    tally_int(degree[i])")
    s.done()
