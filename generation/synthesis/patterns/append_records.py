"""Lists that grow on the device: threads test a candidate and append what they found through one function.

Free choices: what is tested (close pairs, points below a plane, high values, crossings, edges that are too
long), what is written down, one function for the test and one for the record, what happens to a full list.
Source: Blelloch, "Prefix Sums and Their Applications", 1990 (compaction); Ericson, "Real-Time Collision
Detection", 2005; Warp documentation, "Functions".
"""

from __future__ import annotations

from generation.synthesis.forms import Family, Form

VERBS = ("collect", "append", "gather_records")
FIELDS = ("particles", "geometry")

SCOPE = {
    "x": "v[n] positions points centers",
    "xp": "v[points] positions vertices nodes",
    "xq": "v[others] obstacle_points other_points targets",
    "num": "n:others num_others num_targets num_obstacles",
    "rad": "s[n] radii sizes half_widths",
    "radius": "s search_radius cutoff margin",
    "edges": "i>points[n,2] edges segments links",
    "phi": "s[points] phi level_set signed_distance",
    "value": "s[n] scores values error_estimate",
    "limit": "s threshold max_value cut_value",
    "pn": "v plane_normal up ground_normal",
    "ph": "s plane_height offset_d ground_level",
    "vel": "v[n] velocities vel v",
    "count": "inout i>cap[1] count num_found counter",
    "lost": "inout i[1] overflow num_dropped lost_count",
    "first": "out i[cap] first_ids pair_a ids_out",
    "second": "out i[cap] second_ids pair_b other_ids",
    "amount": "out s[cap] depths distances_out amounts",
    "place": "out v[cap] points_out places record_pos",
}

_TWO = """
def push_pair__append_contact__write_pair(count, ids, others, depths, a__id_a, e__id_b, d__depth):
    slot = atomic_add(count, 0, 1)
    if slot < ids.shape[0]:
        ids[slot] = a
        others[slot] = e
        depths[slot] = d
"""
_ONE = """
def push_record__append_point__emit_point(count, ids, places, a__id_a, p__where):
    slot = atomic_add(count, 0, 1)
    if slot < ids.shape[0]:
        ids[slot] = a
        places[slot] = p
"""
_COUNTED = """
def push_value__append_value__record(count, lost, ids, amounts, a__item, d__amount):
    slot = atomic_add(count, 0, 1)
    if slot >= ids.shape[0]:
        atomic_add(lost, 0, 1)
        return
    ids[slot] = a
    amounts[slot] = d
"""
_PAIRS = (
    _TWO
    + """
xi__p__pos_i = x[i]
for j__other__cand in range(num):
    gap__d__delta = xi - xq[j]
    dist__r__sep = length(gap)
    with either:
        with _:
            if dist < radius:
                push_pair(count, first, second, amount, i, j, pick(dist, radius - dist))
        with _:
            pen__depth__overlap = rad[i] + radius - dist
            if pen > 0.0:
                push_pair(count, first, second, amount, i, j, pick(pen, -pen))
"""
)
_PLANE = (
    _ONE
    + """
xi__p__pos_i = x[i]
d__height__dist = dot(xi, pn) - ph
with maybe(0.5):
    d = d - rad[i]
if d < pick(0.0, radius):
    with maybe(0.4):
        if dot(vel[i], pn) > 0.0:
            return
    push_record(count, first, place, i, pick(xi - pn * d, xi))
"""
)
_VALUES = (
    _COUNTED
    + """
s_i__val__score = value[i]
with either:
    with _:
        if s_i > limit:
            push_value(count, lost, first, amount, i, pick(s_i, s_i - limit))
    with _:
        size__mag__a_val = abs(s_i)
        if size < limit:
            return
        push_value(count, lost, first, amount, i, size)
"""
)
_CROSSING = (
    _ONE
    + """
va__i0 = edges[i, 0]
vb__i1 = edges[i, 1]
fa__phi_a = phi[va]
fb__phi_b = phi[vb]
if fa * fb < 0.0:
    t__alpha = fa / (fa - fb)
    push_record(count, first, place, i, pick(xp[va] + (xp[vb] - xp[va]) * t, xp[va] * (1.0 - t) + xp[vb] * t))
"""
)
_LONG = (
    _TWO
    + """
va__i0 = edges[i, 0]
vb__i1 = edges[i, 1]
len__edge_len = length(xp[va] - xp[vb])
if len > limit:
    push_pair(count, first, second, amount, pick(va, i), vb, pick(len, len - limit, len / safe(limit)))
"""
)


build = Family(
    SCOPE,
    Form(34, "find_pairs collect_contacts gather_overlaps", _PAIRS),
    Form(22, "collect_below plane_contacts find_hits", _PLANE),
    Form(20, "select compact keep_large", _VALUES),
    Form(14, "find_crossings extract_zero_edges", _CROSSING),
    Form(10, "mark_long_edges collect_edges", _LONG),
).build
