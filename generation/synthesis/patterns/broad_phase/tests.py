"""Whether two shapes may touch, and how a pair is written."""

OVERLAP = """
def aabb_overlap__boxes_overlap(lo1, hi1, lo2, hi2, m):
    'Whether two boxes overlap, with a margin.'
    with either:
        with _(2):
            return lo1.x <= hi2.x + m and lo2.x <= hi1.x + m and lo1.y <= hi2.y + m and lo2.y <= hi1.y + m and lo1.z <= hi2.z + m and lo2.z <= hi1.z + m
        with _:
            if lo1.x > hi2.x + m or hi1.x + m < lo2.x:
                return False
            if lo1.y > hi2.y + m or hi1.y + m < lo2.y:
                return False
            return lo1.z <= hi2.z + m and lo2.z <= hi1.z + m
        with _:
            apart = False
            for k in range(3):
                if lo1[k] > hi2[k] + m or lo2[k] > hi1[k] + m:
                    apart = True
            return not apart
def spheres_touch__bounding_spheres(pa, pb, ra, rb):
    'Whether two bounding spheres overlap.'
    d__offset = pb - pa
    reach = ra + rb
    return pick(dot(d, d) <= reach * reach, length(d) <= reach)
"""  # noqa: E501

CHECKS = """
with maybe(0.45):
    ga__group_a = group[a]
    gb__group_b = group[c]
    with either:
        with _:
            if ga != gb and ga >= 0 and gb >= 0:
                SKIP
        with _:
            if ga > 0 and ga == gb:
                SKIP
        with _:
            if ga == 0 or gb == 0:
                SKIP
with maybe(0.35):
    if pick(mask[a] & aff[c] == 0 and mask[c] & aff[a] == 0, mask[a] & mask[c] == 0):
        SKIP
with maybe(0.35):
    if world[a] != world[c] and world[a] >= 0:
        SKIP
with maybe(0.5):
    ba__body_a__b1 = body[a]
    bb__body_b__b2 = body[c]
    if ba == bb:
        SKIP
    with maybe(0.35):
        if ba >= 0 and bb >= 0:
            if pick(asleep[ba] != 0 and asleep[bb] != 0, inv_m[ba] + inv_m[bb] <= 0.0):
                SKIP
    with maybe(0.3):
        if ba >= 0:
            if parent[ba] == bb:
                SKIP
        if bb >= 0:
            if parent[bb] == ba:
                SKIP
"""

WRITE = """
with maybe(0.3):
    atomic_add(degree, a, 1)
slot__pair_id__dest = atomic_add(count, 0, 1)
if slot < capacity:
    with either:
        with _(2):
            pairs[slot] = pick(vec(a, c), vec(min(a, c), max(a, c)))
        with _:
            pair_a[slot] = a
            pair_b[slot] = c
        with _:
            pair_a[slot] = min(a, c)
            pair_b[slot] = max(a, c)
    with maybe(0.25):
        pair_world[slot] = world[a]
"""

TEST = """
with either:
    with _(3):
        hit__touching = aabb_overlap(lo[a], hi[a], lo[c], hi[c], MARGIN)
    with _:
        hit__touching = spheres_touch(center[a], center[c], length(size[a]), length(size[c]) + MARGIN)
    with _:
        if kind[a] == 0 or kind[c] == 0:
            (up__plane_normal := quat_rotate(rot[a], vec(0.0, 0.0, 1.0)))
            hit = dot(up, center[c] - center[a]) < length(size[c]) + MARGIN
        else:
            hit = aabb_overlap(lo[a], hi[a], lo[c], hi[c], MARGIN)
"""
