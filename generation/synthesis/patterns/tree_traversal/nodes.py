"""Gravity with an opening angle, descent of a decision tree, keys and splits of a linear tree."""

from __future__ import annotations

from generation.synthesis.patterns.tree_traversal.walks import OUTSIDE

GRAVITY = """
q__pt = x[i]
a_sum__field_sum = vzero()
phi__u = real(0.0)
node__cur = int(0)
opened__n_open = int(0)
for visit__step in range(steps):
    if node < 0 or node >= steps:
        break
    cur__here = node
    rel__d = com[cur] - q
    r2__dist_sq = dot(rel, rel) + soft * soft
    w__width = size[cur]
    with either:
        with _(2):
            far__accept = w * w < theta * theta * r2
        with _:
            far__accept = w < theta * sqrt(r2)
        with _:
            gap__clear = length(rel) - 0.866 * w
            far__accept = gap > 0.0 and w < theta * gap
    if far:
        inv_r__ir = 1.0 / sqrt(safe(r2))
        with either:
            with _(2):
                f__s = g * mass[cur] * inv_r * inv_r * inv_r
                a_sum += f * rel
            with _:
                a_sum += rel * (mass[cur] * inv_r * inv_r * inv_r)
        phi -= mass[cur] * inv_r
        node = skip[cur]
    elif leaf[cur] != 0:
        for s__slot in range(first[cur], first[cur + 1]):
            j__it = item[s]
            with maybe(0.6):
                if j == i:
                    continue
            dj__dx = p[j] - q
            rj__r2j = dot(dj, dj) + soft * soft
            ir__inv = 1.0 / sqrt(safe(rj))
            phi -= m_item[j] * ir
            a_sum += dj * (m_item[j] * ir * ir * ir)
        node = skip[cur]
    else:
        opened += 1
        node = left[cur]
with either:
    with _(2):
        acc[i] = a_sum
        with maybe(0.6):
            pot[i] = phi
    with _:
        with maybe(0.5):
            if length(a_sum) > t_max:
                a_sum = normalize(a_sum) * t_max
        acc[i] = a_sum
with maybe(0.35):
    visited[i] = opened
"""

SPLIT = """
def shared_bits__delta(keys, a: "n", c):
    if c < 0 or c >= keys.shape[0]:
        return -1
    diff__xor_key = keys[a] ^ keys[c]
    same__bits = int(32)
    v__rest = diff
    for m__bit in range(32):
        if v > u32(0):
            same -= 1
            v = v >> u32(1)
    if same == 32:
        return 32 + 31 - int(bit_count(a ^ c))
    return same
if i >= num - 1:
    return
ahead__d_next = shared_bits(key, i, i + 1)
behind__d_prev = shared_bits(key, i, i - 1)
dir__step = 1 if ahead > behind else -1
low_d__d_min = shared_bits(key, i, i - dir)
span__l_max = int(2)
while shared_bits(key, i, i + span * dir) > low_d:
    span = span * 2
    with maybe(0.5):
        if span > num:
            break
len__l = int(0)
t__stride = span // 2
while t >= 1:
    if shared_bits(key, i, i + (len + t) * dir) > low_d:
        len += t
    t = t // 2
other__j_end = i + len * dir
same_d__d_node = shared_bits(key, i, other)
with maybe(0.6):
    range_lo[i] = min(i, other)
    range_hi[i] = max(i, other)
cut__s = int(0)
t2__half = (len + 1) // 2
while t2 >= 1:
    if shared_bits(key, i, i + (cut + t2) * dir) > same_d:
        cut += t2
    with either:
        with _:
            if t2 == 1:
                break
            t2 = (t2 + 1) // 2
        with _:
            t2 = t2 // 2
split__gamma = i + cut * dir + min(dir, 0)
left_out[i] = split
right_out[i] = split + 1
"""

_DECIDE = f"""
q__sample = x[i]
with either:
    with _:
        node__cur = int(0)
    with _:
        node__cur = root
for level__d in range(depth):
{OUTSIDE}
    here__cur_id = node
    if leaf[here] != 0:
        with maybe(0.6):
            label_out[i] = label[here]
        break
    ax__dim = axis[here]
    with either:
        with _:
            v__coord = q[clamp(ax, 0, 2)]
        with _:
            v__coord = q.x
            if ax == 1:
                v = q.y
            elif ax == 2:
                v = q.z
    with either:
        with _(2):
            if v < value[here]:
                node = left[here]
            else:
                node = right[here]
        with _:
            node = left[here] if v <= value[here] else right[here]
        with _:
            nxt__child = right[here]
            if v <= value[here] or right[here] < 0:
                nxt = left[here]
            node = nxt
    with maybe(0.3):
        if abs(v - value[here]) < radius:
            near_split()
count[i] = node
"""

CODES = """
def spread_bits__expand(v):
    a__w = v & u32(1023)
    a = (a | (a << u32(16))) & u32(50331903)
    a = (a | (a << u32(8))) & u32(50393103)
    a = (a | (a << u32(4))) & u32(51130563)
    a = (a | (a << u32(2))) & u32(153391689)
    return a
q__pt = x[i]
with maybe(0.4):
    if not isfinite(q):
        out_key[i] = u32(0)
        return
with either:
    with _(2):
        s__unit = cw_mul(q - grid_lo, inv_ext)
    with _:
        s__unit = cw_mul(0.5 * (box_lo[i] + box_hi[i]) - grid_lo, inv_ext)
with either:
    with _:
        s = max(min(s, vec(1.0, 1.0, 1.0)), vzero())
        cx__mx = u32(int(s.x * 1023.0))
        cy__my = u32(int(s.y * 1023.0))
        cz__mz = u32(int(s.z * 1023.0))
    with _:
        cx__mx = u32(clamp(int(s.x * 1024.0), 0, 1023))
        cy__my = u32(clamp(int(s.y * 1024.0), 0, 1023))
        cz__mz = u32(clamp(int(s.z * 1024.0), 0, 1023))
with either:
    with _:
        code__morton = spread_bits(cx) | (spread_bits(cy) << u32(1)) | (spread_bits(cz) << u32(2))
    with _:
        code__morton = (spread_bits(cx) << u32(2)) | (spread_bits(cy) << u32(1)) | spread_bits(cz)
with maybe(0.3):
    code = code | (u32(world[i]) << u32(30))
out_key[i] = code
"""


def decide(b, s) -> str:
    s.parts(near_split="hit_t[i] = pick(v - value[here], abs(v - value[here]))")
    return _DECIDE
