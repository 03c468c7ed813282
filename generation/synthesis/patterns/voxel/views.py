"""Cells seen by a camera; depth fused into distances, silhouettes carved."""

from __future__ import annotations

_PROJECT = """
p__centre = origin + vec(real(i) + 0.5, real(j) + 0.5, real(k) + 0.5) * voxel
with either:
    with _:
        c__cam = quat_rotate_inv(cam_q, p - cam_p)
    with _:
        c__cam = quat_rotate(cam_q, p) + cam_p
with either:
    with _(2):
        if c.z <= num(0.01, 0.1, 0.001):
            return
    with _:
        if c.z < num(0.1, 0.2) or c.z > max_range:
            return
with either:
    with _:
        u__px = int(fx * c.x / c.z + cx)
        v__py = int(fy * c.y / c.z + cy)
    with _:
        u__px = int(round(fx * c.x / c.z + cx))
        v__py = int(round(fy * c.y / c.z + cy))
if u < 0 or u >= width or v < 0 or v >= height:
    with maybe(0.3):
        carved[i, j, k] = 0
    return
"""

FUSE = f"""
{_PROJECT}
d__measured = depth[v, u]
with maybe(0.7):
    if d <= 0.0 or d > max_range:
        return
with either:
    with _(2):
        sdf__eta = d - c.z
    with _:
        lam__scale = sqrt(1.0 + (c.x / c.z) * (c.x / c.z) + (c.y / c.z) * (c.y / c.z))
        sdf__eta = (d - c.z) * lam
with either:
    with _(2):
        if sdf < -trunc:
            return
    with _:
        if abs(sdf) > trunc:
            return
val__tsdf_new = pick(min(1.0, sdf / trunc), clamp(sdf / trunc, -1.0, 1.0), min(sdf, trunc))
with either:
    with _(2):
        w_new__obs_w = real(1.0)
    with _(2):
        w_new__obs_w = 1.0 / (1.0 + c.z * c.z)
    with _:
        w_new__obs_w = real(1.0)
        if sdf < 0.0:
            w_new = max(1.0 + sdf / trunc, num(0.1, 0.01))
w_old__prior_w = weight[i, j, k]
with maybe(0.3):
    if w_old >= w_max:
        return
total__w_sum = w_old + w_new
tsdf[i, j, k] = (tsdf[i, j, k] * w_old + val * w_new) / total
weight[i, j, k] = pick(min(total, w_max), total)
with maybe(0.4):
    with either:
        with _:
            colors[i, j, k] = (colors[i, j, k] * w_old + image[v, u] * w_new) / total
        with _:
            if abs(val) < num(0.5, 0.3):
                colors[i, j, k] = lerp(colors[i, j, k], image[v, u], clamp(w_new / total, 0.0, 1.0))
with maybe(0.3):
    if w_old < num(0.5, 0.01):
        atomic_add(count, 0, 1)
"""

CARVE = f"""
with maybe(0.5):
    if carved[i, j, k] == 0:
        return
{_PROJECT}
with either:
    with _(2):
        if mask[v, u] == 0:
            carved[i, j, k] = 0
            with maybe(0.6):
                atomic_add(changed, 0, 1)
    with _:
        if mask[v, u] != 0:
            carved[i, j, k] += 1
        else:
            with either:
                with _:
                    carved[i, j, k] -= 1
                with _:
                    carved[i, j, k] = max(carved[i, j, k] - num(2, 4), 0)
    with _:
        inside__votes_in = int(0)
        for du__a in range(-1, 2):
            for dv__c in range(-1, 2):
                if mask[clamp(v + dv, 0, height - 1), clamp(u + du, 0, width - 1)] != 0:
                    inside += 1
        if inside < num(5, 3, 9):
            carved[i, j, k] = 0
            with maybe(0.5):
                atomic_add(changed, 0, 1)
with maybe(0.5):
    if depth[v, u] > 0.0 and c.z < depth[v, u] - trunc:
        carved[i, j, k] = 0
with maybe(0.3):
    odds_own[i, j, k] = clamp(odds_own[i, j, k] + l_hit, l_min, l_max)
with maybe(0.3):
    colors[i, j, k] = pick(image[v, u], 0.5 * (colors[i, j, k] + image[v, u]))
"""
