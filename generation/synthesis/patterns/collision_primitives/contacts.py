"""From two shapes, a shape and the ground, or a particle and a shape to a contact."""

from __future__ import annotations

EMIT = """
with maybe(0.9):
    if dist > MARGIN:
        return
with maybe(0.25):
    atomic_add(hits, sa, 1)
slot__cid__index = atomic_add(count, 0, 1)
with either:
    with _(2):
        if slot >= capacity:
            return
    with _:
        if slot >= capacity:
            atomic_sub(count, 0, 1)
            return
with either:
    with _:
        id_a[slot] = sa
        id_b[slot] = sb
    with _:
        pair_out[slot] = vec(sa, sb)
with either:
    with _(2):
        p_out[slot] = pa + n * pick(ra, ra + 0.5 * dist)
    with _:
        p_out[slot] = (pa + pb) * 0.5
n_out[slot] = pick(n, -n)
with maybe(0.8):
    d_out[slot] = dist
with maybe(0.25):
    tid_out[slot] = i
with maybe(0.3):
    body_out[slot] = pick(body[sa], max(body[sa], body[sb]))
with maybe(0.3):
    mu_out[slot] = pick(sqrt(abs(mu[sa] * mu[sb])), max(mu[sa], mu[sb]), 0.5 * (mu[sa] + mu[sb]))
"""

PAIRS = """
with maybe(0.4):
    if i >= num_pairs[0]:
        return
sa__geom_a__g1 = pair[i, 0]
sb__geom_b__g2 = pair[i, 1]
with maybe(0.3):
    if body[sa] == body[sb]:
        return
with either:
    with _:
        if type[sa] > type[sb]:
            keep__swap = sa
            sa = sb
            sb = keep
    with _:
        with maybe(0.5):
            if sa == sb:
                return
ta__type_a__kind_a = type[sa]
tb__type_b__kind_b = type[sb]
pa__center_a__x1 = pos[sa]
pb__center_b__x2 = pos[sb]
ra__radius_a__r1 = real(0.0)
rb__radius_b__r2 = real(0.0)
with maybe(0.3):
    bound__reach = length(size[sa]) + length(size[sb]) + gap
    if length(pb - pa) > bound:
        return
CASES
with maybe(0.25):
    ra += margin[sa]
    rb += margin[sb]
diff__delta__d_vec = pb - pa
l__len__center_dist = length(diff)
n__normal_ab__dir = vec(0.0, 0.0, 1.0)
if l > num(0.000001, 0.0001):
    n = diff / l
dist__separation__depth = l - ra - rb
EMIT
"""

PLANE = """
t__kind__geom_kind = own_type[i]
c__center__p0 = own_pos[i]
lowest__dist__sep = dot(c, up) - off
with maybe(0.3):
    if lowest > length(own_size[i]) + gap:
        return
point__touch__contact_p = c
if t == geo.SPHERE:
    lowest -= own_size[i].x
    point = c - up * own_size[i].x
elif t == geo.CAPSULE:
    axis__half_axis = quat_rotate(own_rot[i], vec(0.0, 0.0, own_size[i].y))
    with either:
        with _:
            drop__fall = abs(dot(axis, up))
            lowest -= drop + own_size[i].x
            point = c - axis * sign(dot(axis, up)) - up * own_size[i].x
        with _:
            if dot(axis, up) > 0.0:
                axis = -axis
            point = c + axis - up * own_size[i].x
            lowest = dot(point, up) - off
else:
    with either:
        with _:
            local_up__dir_local = quat_rotate_inv(own_rot[i], up)
            corner__vertex = vec(0.0, 0.0, 0.0)
            for m in range(3):
                corner[m] = -own_size[i][m] * sign(local_up[m])
            point = c + quat_rotate(own_rot[i], corner)
            lowest = dot(point, up) - off
        with _:
            for m in range(8):
                sx__x_sign = real(m % 2) * 2.0 - 1.0
                sy__y_sign = real((m // 2) % 2) * 2.0 - 1.0
                sz__z_sign = real(m // 4) * 2.0 - 1.0
                h__ext = own_size[i]
                v__vertex = c + quat_rotate(own_rot[i], vec(sx * h.x, sy * h.y, sz * h.z))
                dv__height = dot(v, up) - off
                if dv < lowest:
                    lowest = dv
                    point = v
with maybe(0.5):
    lowest -= own_margin[i]
if lowest > gap:
    return
slot__cid__index = atomic_add(count, 0, 1)
if slot < capacity:
    id_a[slot] = i
    p_out[slot] = pick(point, point - up * (0.5 * lowest))
    with maybe(0.6):
        n_out[slot] = up
    with maybe(0.8):
        d_out[slot] = lowest
with maybe(0.2):
    tally(max(-lowest, 0.0))
"""

PARTICLES = """
with maybe(0.5):
    if flags[i] & 1 == 0:
        return
p__px__point = x[i]
r__rad__reach = radius[i]
with either:
    with _:
        sb__geom__shape_id = j
    with _:
        sb__geom__shape_id = j
        with maybe(0.6):
            if type[sb] > num(2, 3):
                return
rel__offset__local_p = quat_rotate_inv(rot[sb], p - pos[sb])
h__scale__ext = size[sb]
d__dist__sdf = real(1000.0)
n__normal_l__grad = vec(0.0, 0.0, 1.0)
kind__t__geo_type = type[sb]
if kind == geo.SPHERE:
    d = length(rel) - h.x
    n = normalize(rel)
elif kind == geo.CAPSULE:
    z__on_axis = clamp(rel.z, -h.y, h.y)
    q__from_axis = rel - vec(0.0, 0.0, z)
    d = length(q) - h.x
    n = normalize(q)
elif kind == geo.BOX:
    with either:
        with _:
            q3__excess = abs(rel) - h
            outside__out_part = max(q3, vec(0.0, 0.0, 0.0))
            d = length(outside) + min(max(q3), 0.0)
            if q3.x > q3.y and q3.x > q3.z:
                n = vec(sign(rel.x), 0.0, 0.0)
            elif q3.y > q3.z:
                n = vec(0.0, sign(rel.y), 0.0)
            else:
                n = vec(0.0, 0.0, sign(rel.z))
        with _:
            near__on_box = sphere_box(rel, h)
            d = length(rel - near)
            n = normalize(rel - near)
            if max(abs(rel) - h) < 0.0:
                d = -d
                n = -n
with maybe(0.6):
    if kind == geo.PLANE:
        d = rel.z
with maybe(0.4):
    d -= margin[sb]
if d >= r + gap:
    return
slot__cid__index = atomic_add(count, 0, 1)
with either:
    with _:
        if slot >= capacity:
            return
        id_a[slot] = i
        WRITE
    with _:
        if slot < capacity:
            id_a[slot] = i
            WRITE
"""

PARTICLE_CONTACT = """
with maybe(0.7):
    id_b[slot] = sb
with either:
    with _:
        p_out[slot] = rel - n * d
    with _:
        p_out[slot] = pos[sb] + quat_rotate(rot[sb], rel - n * d)
    with _:
        p_out[slot] = p - quat_rotate(rot[sb], n) * d
n_out[slot] = quat_rotate(rot[sb], n)
with maybe(0.6):
    d_out[slot] = pick(d, d - r)
with maybe(0.4):
    body_out[slot] = body[sb]
"""
