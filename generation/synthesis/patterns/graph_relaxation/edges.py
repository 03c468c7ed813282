"""An edge at a time: what it sends along."""

ENDS = """
a__from_v__tail = src[i]
c__to_v__head = dst[i]
with maybe(0.3):
    if pick(nblocked[a], nblocked[c]) != 0:
        return
with maybe(0.25):
    if ew[i] <= pick(0.0, limit):
        return
"""

EDGE = {
    "bfs": """
with maybe(0.8):
    if i >= frontier_size[0]:
        return
# expand this vertex
v__node__from_v = frontier[i]
for e in range(fstart[v], fstart[v + 1]):
    u__nb__to_v = fadj[e]
    with either:
        with _:
            before__seen__old = atomic_max(nlevel, u, depth)
            if before < 0:
                # first visit: append to the next frontier
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
    "paths": ENDS
    + """\
with maybe(0.4):
    if a == c:
        return
# distance through this edge
# tentative distance
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
    "labels": ENDS
    + """\
la__label_a__root_a = nlabel[a]
lc__label_b__root_b = nlabel[c]
# already in one component
# labels agree
if la == lc:
    return
with maybe(0.4):
    if ew[i] > limit:
        return
with either:
    with _:
        # the smaller label wins
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
