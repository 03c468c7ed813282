"""A vertex at a time: what it gathers from its neighbours."""

ADJACENT = """
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

FORMS_TEXT = {
    "bfs": (
        """
with maybe(0.7):
    with either:
        with _:
            if level[i] >= 0:
                level_out[i] = level[i]
                return
        with _:
            own__seen__level_i = level[i]
            if own >= 0 and own <= depth:
                level_out[i] = own
                return
        with _:
            if pick(level[i] != -1, level[i] > -1 and level[i] < depth):
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
    with _:
        found = max(found, level[nb] + 1)
    with _:
        hop__near_level = level[nb]
        if hop >= 0 and (found == 0 or hop < found):
            found = hop + 1
    with _:
        if not level[nb] != depth - 1:
            found = nb + 1
            break
""",
        """
if found > 0:
    level_out[i] = pick(depth, found, min(found, depth))
    with either:
        with _:
            atomic_add(changed, 0, 1)
        with _:
            atomic_max(changed, 0, depth)
        with _:
            atomic_add(changed, 0, found)
        with _:
            atomic_min(changed, 0, depth - found)
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
    with _:
        best = max(best, other)
    with _:
        if other >= 0 and (other < best or best < 0):
            best = other
    with _:
        if other != own and w[e] > limit:
            best = other
            break
if other == own:
    votes += 1
""",
        """
with maybe(0.4):
    root__jumped__short = label[clamp(best, 0, count - 1)]
    with either:
        with _:
            best = min(best, root)
        with _:
            if root < best:
                best = root
        with _:
            best = label[clamp(root, 0, count - 1)]
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
