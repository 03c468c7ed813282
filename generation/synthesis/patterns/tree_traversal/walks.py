"""Bounding volumes walked with a stack or along links; what is asked of them."""

from __future__ import annotations

_BOXES = """
def box_entry__slab_test(o, inv, lo, hi, t_max):
    a__t0 = cw_mul(lo - o, inv)
    c__t1 = cw_mul(hi - o, inv)
    near__lo_t = min(a, c)
    far__hi_t = max(a, c)
    enter__t_in = max(max(near.x, near.y), max(near.z, 0.0))
    leave__t_out = min(min(far.x, far.y), min(far.z, t_max))
    if enter > leave:
        return t_max + 1.0
    return enter
def box_gap__dist_to_box(p, lo, hi):
    g__outside = max(max(lo - p, p - hi), vzero())
    return length(g)
def boxes_touch__overlap(a_lo, a_hi, c_lo, c_hi):
    return (a_lo.x <= c_hi.x and a_hi.x >= c_lo.x and a_lo.y <= c_hi.y and a_hi.y >= c_lo.y
        and a_lo.z <= c_hi.z and a_hi.z >= c_lo.z)
"""

_START = """
with either:
    with _(2):
        node__n = root
    with _:
        node__n = roots[world[i]]
    with _:
        node__n = int(0)
"""

STACK = f"""
{_BOXES}
ready()
stack__todo = slots("nodes", 32)
{_START}
stack[0] = node
top__depth = int(1)
seen__visits = int(0)
while top > 0 and top < 31:
    seen += 1
    if seen > pick(steps, num(256, 512, 1024)):
        break
    top -= 1
    cur__node_id = stack[top]
    with either:
        with _(2):
            prune_test()
            if leaf[cur] != 0:
                each_item()
                continue
            lc__a = left[cur]
            rc__c = right[cur]
        with _:
            prune_test()
            lc__a = left[cur]
            rc__c = right[cur]
            if lc < 0 and rc < 0:
                each_item()
                continue
    with either:
        with _(2):
            if rc >= 0:
                stack[top] = rc
                top += 1
            if lc >= 0:
                stack[top] = lc
                top += 1
        with _:
            if rc >= 0 and lc >= 0:
                stack[top] = pick(rc, max(lc, rc))
                stack[top + 1] = pick(lc, min(lc, rc))
                top += 2
            elif lc >= 0:
                stack[top] = lc
                top += 1
        with _:
            if lc >= 0:
                stack[top] = lc
                top += 1
                with maybe(0.5):
                    if rc < 0:
                        continue
            if rc >= 0:
                stack[top] = rc
                top += 1
finish()
with maybe(0.3):
    visited[i] = seen
"""

# In a loop: an index that points at no node ends it.
OUTSIDE = """    with either:
        with _(2):
            if node < 0 or node >= steps:
                break
        with _:
            if node < 0:
                break
            if node >= steps:
                break"""

LINKS = f"""
{_BOXES}
ready()
{_START}
for visit__step in range(steps):
{OUTSIDE}
    cur__here = node
    with either:
        with _:
            down__go = enters()
            if not down:
                node = skip[cur]
                continue
        with _:
            if not enters():
                node = skip[cur]
                continue
    if leaf[cur] != 0:
        each_item()
        node = skip[cur]
    else:
        node = left[cur]
finish()
"""

_TASKS = {
    "ray": {
        "ready": """
ro__from = o[i]
rd__dir = d[i]
with maybe(0.4):
    rd = normalize(rd)
inv__inv_dir = vec(1.0 / nonzero(rd.x), 1.0 / nonzero(rd.y), 1.0 / nonzero(rd.z))
best__t_best = t_max
found__hit_id = int(-1)
""",
        "enter": "box_entry(ro, inv, low[cur], high[cur], best) <= best",
        "item": """
rel__oc = p[j] - ro
along__tca = dot(rel, rd)
miss__d2 = dot(rel, rel) - along * along
r2__rr = r_item[j] * r_item[j]
if miss > r2:
    continue
t__hit = along - sqrt(max(r2 - miss, 0.0))
if t > 0.0 and t < best:
    best = t
    found = j
""",
        "finish": """
hit[i] = found
with maybe(0.7):
    hit_t[i] = pick(best, best / t_max)
""",
    },
    "nearest": {
        "ready": """
q__pt = x[i]
best__d_best = radius
found__near_id = int(-1)
""",
        "enter": "box_gap(q, low[cur], high[cur]) < best",
        "item": """
with maybe(0.5):
    if mask[j] != own[i]:
        continue
gap__dist = length(p[j] - q)
with maybe(0.4):
    gap = gap - r_item[j]
if gap < best:
    best = gap
    found = j
""",
        "finish": """
hit[i] = found
with maybe(0.7):
    hit_t[i] = pick(best, min(best, radius))
""",
    },
    "overlap": {
        "ready": """
lo__q_lo = box_lo[i]
hi__q_hi = box_hi[i]
with maybe(0.5):
    lo = lo - vec(radius, radius, radius)
    hi = hi + vec(radius, radius, radius)
found__n_found = int(0)
""",
        "enter": "boxes_touch(lo, hi, low[cur], high[cur])",
        "item": """
with maybe(0.4):
    if j <= i:
        continue
with maybe(0.4):
    if (mask[j] & own[i]) == 0:
        continue
if not boxes_touch(lo, hi, item_lo[j], item_hi[j]):
    continue
found += 1
with maybe(0.6):
    slot__e = atomic_add(num_pairs, 0, 1)
    if slot < capacity:
        pairs[slot, 0] = i
        pairs[slot, 1] = j
""",
        "finish": "count[i] = found",
    },
    "range": {
        "ready": """
q__pt = x[i]
found__n_found = int(0)
total__acc = real(0.0)
""",
        "enter": "box_gap(q, low[cur], high[cur]) <= radius",
        "item": """
gap__dist = length(p[j] - q)
if gap > radius:
    continue
found += 1
with either:
    with _:
        w__kernel = 1.0 - gap / radius
        total += w * w * m_item[j]
    with _:
        total += m_item[j]
    with _:
        total += exp(-min(gap / radius, 10.0)) * m_item[j]
""",
        "finish": """
pot[i] = total
with maybe(0.7):
    count[i] = found
""",
    },
}

_ITEMS = """
for s__slot in range(first[cur], first[cur + 1]):
    j__it = item[s]
    use()
"""


def walk(text: str):
    """A walk for one task: what it needs first, which nodes it enters, what it does with an item."""

    def form(b, s) -> str:
        task = _TASKS[b.pick(list(_TASKS))]
        s.scope["enters"] = lambda: s.value(task["enter"])
        s.parts(ready=task["ready"], use=task["item"], finish=task["finish"], each_item=_ITEMS)
        s.parts(prune_test=f"if not ({task['enter']}):\n    continue" if b.chance(0.9) else "")
        return text

    return form
