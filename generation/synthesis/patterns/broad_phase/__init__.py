"""Which shapes may touch: bounding boxes, their overlaps, sorted sweeps, cells, and what is filtered out.

Free choices: shape types and margins, all pairs or a sweep or cells, groups, worlds and bodies that exclude
each other, how a pair is written.
Source: Ericson, "Real-Time Collision Detection", 2005; Liu et al., "Real-time Collision Culling of a Million
Bodies", 2010.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.broad_phase.tests import CHECKS, OVERLAP, TEST, WRITE
from generation.synthesis.sketches import Sketch
from generation.synthesis.sketches.texts import filled

VERBS = ("collide", "find", "collect", "update", "cull")
FIELDS = ("rigid_body",)
SUBJECTS = ("aabbs", "shapes", "pairs", "geoms", "candidates", "overlaps")
_FORMS = Weights({"bounds": 26, "all_pairs": 24, "sweep": 22, "cells": 16, "filter": 14})
TITLES = {
    "bounds": (
        "compute_aabbs update_shape_aabbs compute_shape_bounds",
        "Compute the bounding boxes of shapes.",
        "Update shape bounding boxes.",
    ),
    "all_pairs": ("broad_phase_nxn collide_all_pairs find_pairs", "Broad phase over all pairs of shapes."),
    "sweep": ("sweep_and_prune sap_broad_phase", "Sweep and prune along one axis."),
    "cells": ("grid_broad_phase",),
    "filter": ("filter_pairs exclude_pairs", "Filter candidate pairs."),
}

_SCOPE = {
    "lo": "v3[n] aabb_lower shape_aabb_lower lowers",
    "hi": "v3[n] aabb_upper shape_aabb_upper uppers",
    "lo_out": "out v3[n] aabb_lower shape_aabb_lower lowers",
    "hi_out": "out v3[n] aabb_upper shape_aabb_upper uppers",
    "center": "v3[n] geom_pos shape_pos centers",
    "rot": "q[n] geom_rot shape_rot orientations",
    "size": "v3[n] geom_size shape_scale half_extents",
    "kind": "i[n] geom_type shape_type kinds",
    "vel": "v3[n] body_vel shape_vel velocities",
    "margin": "s[n] geom_margin shape_margin contact_margin",
    "gap": "s gap contact_distance rigid_contact_margin",
    "far": "s max_extent world_extent plane_width",
    "dt": "s dt frame_dt step",
    "group": "i[n] collision_group shape_group geom_group",
    "mask": "i[n] collision_mask contype shape_mask",
    "aff": "i[n] conaffinity affinity collide_with",
    "world": "i[n] shape_world world_id env_id",
    "body": "i?bodies[n] shape_body geom_bodyid body_id",
    "asleep": "i[bodies] body_asleep sleeping island_sleep",
    "inv_m": "s[bodies] body_inv_mass inv_mass",
    "parent": "i?bodies[bodies] body_parent parents body_parentid",
    "order": "i!n[n] sort_index sorted_ids sweep_order",
    "key": "s[n] sort_lower projections sweep_lower",
    "key_hi": "s[n] sort_upper sweep_upper range_upper",
    "n": "n:n num_shapes shape_count ngeom",
    "count": "inout i>capacity[1] pair_count num_pairs ncollision",
    "capacity": "n:capacity max_pairs pair_capacity nconmax",
    "pairs": "out i2[capacity] pairs candidate_pairs collision_pairs",
    "pair_a": "out i[capacity] pair_shape0 pair_a first_shape",
    "pair_b": "out i[capacity] pair_shape1 pair_b second_shape",
    "pair_world": "out i[capacity] pair_world pair_env collision_worldid",
    "degree": "inout i[n] num_overlaps overlap_count contact_count",
    "start": "i<entries[cells+1] cell_start cell_offsets bucket_start",
    "items": "i>n[entries] cell_items sorted_shapes bucket_shapes",
    "cell": "i>cells[n] cell_index shape_cell bucket_id",
    "cand": "i>n[m,2] candidates shape_pairs input_pairs",
    "alive": "inout i[m] keep_flags pair_valid is_candidate",
    "sep": "out s[m] separation pair_distance gap_out",
}


_BOUNDS = """
p__pos = center[i]
t__geom_kind__shape_kind = kind[i]
ext__half__extent = size[i]
m__pad = pick(margin[i] + gap, margin[i], max(margin[i], gap))
with either:
    with _(2):
        if t == 0:
            ext = vec(far, far, far)
        elif t == 1:
            r__radius = size[i].x
            ext = vec(r, r, r)
        elif t == 2:
            axis__dir = quat_rotate(rot[i], vec(0.0, 0.0, 1.0)) * size[i].y
            ext = abs(axis) + vec(size[i].x, size[i].x, size[i].x)
        else:
            m3__basis = quat_to_matrix(rot[i])
            with either:
                with _:
                    ext = vec(BOXROW(0), BOXROW(1), BOXROW(2))
                with _:
                    ex__ax = abs(quat_rotate(rot[i], vec(size[i].x, 0.0, 0.0)))
                    ey__ay = abs(quat_rotate(rot[i], vec(0.0, size[i].y, 0.0)))
                    ez__az = abs(quat_rotate(rot[i], vec(0.0, 0.0, size[i].z)))
                    ext = ex + ey + ez
    with _:
        r__bound = length(ext)
        with maybe(0.5):
            if t == 1:
                r = ext.x
            elif t == 0:
                r = far
        ext = vec(r, r, r)
    with _:
        best__reach = vec(0.0, 0.0, 0.0)
        for c in range(8):
            sx__x_sign = real(c % 2) * 2.0 - 1.0
            sy__y_sign = real((c // 2) % 2) * 2.0 - 1.0
            sz__z_sign = real(c // 4) * 2.0 - 1.0
            corner__vertex = quat_rotate(rot[i], vec(sx * ext.x, sy * ext.y, sz * ext.z))
            best = max(best, abs(corner))
        ext = best
        with maybe(0.4):
            if t == 0:
                ext = vec(far, far, far)
with maybe(0.5):
    ext = ext + GROW
lower__lo_i = p - ext
upper__hi_i = p + ext
with maybe(0.4):
    step__travel = vel[i] * dt
    with either:
        with _:
            lower = min(lower, lower + step)
            upper = max(upper, upper + step)
        with _:
            for k in range(3):
                if step[k] < 0.0:
                    lower[k] = lower[k] + step[k]
                else:
                    upper[k] = upper[k] + step[k]
lo_out[i] = lower
hi_out[i] = upper
"""


_ALL = """
a__s1__shape_a = i
c__s2__shape_b = j
if pick(j <= i, i >= j):
    return
CHECKS
TEST
if not hit:
    return
WRITE
"""

_SWEEP = """
a__s1__shape_a = order[i]
limit__upper__reach = pick(hi[a].x, key_hi[i], hi[a].x + gap)
with maybe(0.3):
    found__num_found = int(0)
for e in range(i + 1, n):
    c__s2__shape_b = order[e]
    if pick(lo[c].x, key[e]) > limit:
        break
    CHECKS
    TEST
    if not hit:
        continue
    WRITE
"""

_CELLS = """
a__s1__shape_a = i
home__own_cell = cell[i]
for e in range(start[home], start[home + 1]):
    c__s2__shape_b = items[e]
    if pick(c <= a, c == a):
        continue
    CHECKS
    TEST
    if hit:
        WRITE
"""

_FILTER = """
a__s1__shape_a = cand[i, 0]
c__s2__shape_b = cand[i, 1]
with maybe(0.4):
    if was[i] == 0:
        return
CHECKS
with either:
    with _(2):
        TEST
        alive[i] = 1 if hit else 0
    with _:
        d__delta = center[c] - center[a]
        dist__r = length(d) - pick(size[a].x + size[c].x, length(size[a]) + length(size[c]))
        with maybe(0.5):
            sep[i] = dist
        if dist > MARGIN:
            alive[i] = 0
            return
        WRITE
    with _:
        gap_v__spread = max(lo[a] - hi[c], lo[c] - hi[a])
        dist__r = max(gap_v)
        sep[i] = dist
        if dist <= MARGIN:
            WRITE
"""
_TEXT = {"bounds": _BOUNDS, "all_pairs": _ALL, "sweep": _SWEEP, "cells": _CELLS, "filter": _FILTER}


def build(b: Builder) -> None:
    form = b.form(_FORMS)
    b.grid(2 if form == "all_pairs" else 1)
    if form == "all_pairs":
        b.launch = (b.launch[0], b.launch[0])
    if form != "sweep":
        framing.prologue(b)
    s = Sketch(b, **_SCOPE)
    if form == "filter":
        s.scope |= {name: text.replace("[n]", "[shapes]") for name, text in _SCOPE.items()}
        s.scope |= {
            "alive": "inout i[n] keep_flags pair_valid is_candidate",
            "sep": "out s[n] separation pair_distance",
        }
        s.scope["was"] = "i[n] active_pairs prev_flags pair_enabled"
        s.scope["cand"] = "i>shapes[n,2] candidates shape_pairs input_pairs"
    s(OVERLAP)(_spelled(b, _TEXT[form], "return" if form in ("all_pairs", "filter") else "continue", form))
    s.done()


def _spelled(b: Builder, text: str, skip: str, form: str) -> str:
    """The text with its shared parts in place, each at its own indentation."""
    margin = b.pick(("margin[a] + margin[c]", "max(margin[a], margin[c])", "gap", "gap + margin[a]", "0.0"))
    box = "abs(m3[K, 0]) * size[i].x + abs(m3[K, 1]) * size[i].y + abs(m3[K, 2]) * size[i].z"
    for k in "012":
        text = text.replace(f"BOXROW({k})", box.replace("K", k))
    text = text.replace("GROW", b.pick(("vec(m, m, m)", "vec(gap, gap, gap)")) if form == "bounds" else "")
    text = filled(text, CHECKS=CHECKS, TEST=TEST, WRITE=WRITE)
    return text.replace("SKIP", skip).replace("MARGIN", margin)
