"""Who touches whom: ground, pairs of bodies, spheres, contacts to be found."""

GROUND = """
def point_velocity__velocity_at(v, w, r):
    'Velocity of a point at offset r of a moving body.'
    return v + cross(w, r)
with either:
    with _(2):
        body__b = owner[i]
    with _:
        body__b = loose[i]
        if body < 0:
            return
q__rot = body_q[body]
r__offset__arm = quat_rotate(q, point[i])
# contact point in world space
# point in the world frame
p__world_point__world = body_x[body] + r
with either:
    with _(2):
        n__normal_dir = normalize(up)
        gap__distance = dot(p, n) - height
    with _:
        n__normal_dir = vec(0.0, 1.0, 0.0)
        gap__distance = p.y - height
with maybe(0.35):
    gap = gap - margin
# not touching
# no contact
if gap > 0.0:
    return
depth__penetration = -gap
# velocity at the contact point
vp__point_vel = point_velocity(body_v[body], body_w[body], r)
# split into normal and tangential parts
vn__normal_speed = dot(vp, n)
vt__slip = vp - n * vn
"""

APPLY_GROUND = """
# total contact force
# combine normal and friction forces
f_total__contact_f = n * fn - ft
atomic_add(body_f, body, f_total)
with either:
    with _(3):
        atomic_add(body_t, body, cross(r, f_total))
    with _:
        torque__moment = cross(r, f_total)
        with maybe(0.4):
            torque = quat_rotate_inv(q, torque)
        atomic_add(body_t, body, torque)
with maybe(0.3):
    tally(fn)
"""

PAIR = """
with maybe(0.4):
    if i >= num_contacts[0]:
        return
with either:
    with _:
        sa__geom_a = shape0[i]
        sb__geom_b = shape1[i]
        if sa == sb:
            return
        ba__body0__bi = shape_body[sa]
        bb__body1__bj = shape_body[sb]
    with _(2):
        ba__body0__bi = body_a[i]
        bb__body1__bj = body_b[i]
with maybe(0.3):
    if ba < 0 and bb < 0:
        return
# contact geometry
n__dir = normal[i]
pa__p0__xi = point[i]
pb__p1__xj = point_b[i]
va__v0__vi = zero(n)
vb__v1__vj = zero(n)
ra__r0__ri = zero(n)
rb__r1__rj = zero(n)
if ba >= 0:
    with either:
        with _:
            ra = quat_rotate(body_q[ba], pa)
            pa = body_x[ba] + ra
        with _:
            ra = pa - body_x[ba]
    va = body_v[ba] + cross(body_w[ba], ra)
if bb >= 0:
    with either:
        with _:
            rb = quat_rotate(body_q[bb], pb)
            pb = body_x[bb] + rb
        with _:
            rb = pb - body_x[bb]
    vb = body_v[bb] + cross(body_w[bb], rb)
# separation along the normal
# signed distance along the normal
d__gap__separation = dot(n, pa - pb)
with maybe(0.4):
    d = d - margin
# not in contact
# bodies are apart
if d >= 0.0:
    return
depth__penetration = -d
# relative velocity at the contact
vrel__rel_vel = va - vb
vn__normal_speed = dot(n, vrel)
vt__tangent_vel = vrel - n * vn
"""

APPLY_PAIR = """
f_total__contact_f = n * fn - ft
if ba >= 0:
    atomic_add(body_f, ba, f_total)
    atomic_add(body_t, ba, cross(ra, f_total))
if bb >= 0:
    atomic_sub(body_f, bb, f_total)
    atomic_sub(body_t, bb, cross(rb, f_total))
with maybe(0.3):
    tally(depth)
"""

IMPULSE = """
def effective_mass__inv_effective_mass(m_inv, i_inv, r, n):
    'Inverse effective mass of a contact point.'
    rn = cross(r, n)
    return m_inv + i_inv * dot(rn, rn)
a__i0__first = pair[i, 0]
c__i1__second = pair[i, 1]
d__delta = body_x[a] - body_x[c]
dist__l = length(d)
reach__radius_sum = radius[a] + radius[c]
# spheres do not overlap
# too far apart
if dist >= reach:
    return
n__dir = d / safe(dist)
with either:
    with _:
        ra__arm_a = n * -radius[a]
        rc__arm_b = n * radius[c]
        vrel__dv = body_v[a] + cross(body_w[a], ra) - body_v[c] - cross(body_w[c], rc)
        k__k_normal = effective_mass(inv_m[a], inv_i[a], ra, n) + effective_mass(inv_m[c], inv_i[c], rc, n)
    with _:
        vrel__dv = body_v[a] - body_v[c]
        k__k_normal = inv_m[a] + inv_m[c]
# two fixed bodies
if k <= 0.0:
    return
vn__approach = dot(vrel, n)
with maybe(0.5):
    # already separating
    # bodies move apart
    if vn > 0.0:
        return
# penetration depth
pen__overlap = reach - dist
# normal impulse
j__jn__magnitude = -(1.0 + restitution) * vn / safe(k)
with either:
    with _:
        j += bias * max(pen - slop, 0.0) / safe(dt * k)
    with _:
        j += polish(bias * pen)
with maybe(0.4):
    # clamp the accumulated impulse
    old__lam_old = lam[i]
    total__lam_new = max(old + j, 0.0)
    lam[i] = total
    j = total - old
with maybe(0.4):
    j = max(j, 0.0)
impulse__p_vec = n * j
with maybe(0.5):
    vt__slip = vrel - n * vn
    # friction opposes the slip
    speed__slip_speed = length(vt)
    if speed > num(0.001, 0.0001):
        jt__friction_impulse = min(mu * abs(j), speed / safe(k))
        impulse = impulse - vt * (jt / speed)
# apply to both bodies
atomic_add(body_f, a, impulse * inv_m[a])
atomic_sub(body_f, c, impulse * inv_m[c])
with maybe(0.3):
    tally(abs(j))
"""

FIND = """
a__i0__first = pair[i, 0]
c__i1__second = pair[i, 1]
with maybe(0.4):
    if a == c:
        return
with maybe(0.4):
    if inv_m[a] + inv_m[c] <= 0.0:
        return
xa__p0 = body_x[a]
xc__p1 = body_x[c]
d__delta = xc - xa
reach__radius_sum = radius[a] + radius[c] + margin
dist_sq__d2 = dot(d, d)
# out of reach
# spheres do not overlap
if dist_sq > reach * reach:
    return
dist__l = sqrt(dist_sq)
with either:
    with _:
        n__dir = d / safe(dist)
    with _:
        n__dir = vec(0.0, 1.0, 0.0)
        if dist > num(0.001, 0.0001):
            n = d / dist
depth__overlap = radius[a] + radius[c] - dist
with maybe(0.3):
    if depth < slop:
        return
mid__point = xa + n * pick(radius[a], radius[a] - 0.5 * depth)
# reserve a slot for the contact
# append to the contact list
slot__dest__index = atomic_add(count, 0, 1)
with either:
    with _:
        if slot >= capacity:
            return
    with _:
        if slot >= capacity:
            atomic_sub(count, 0, 1)
            return
with either:
    with _(2):
        out_pair[slot, 0] = a
        out_pair[slot, 1] = c
    with _:
        out_pair[slot, 0] = min(a, c)
        out_pair[slot, 1] = max(a, c)
out_normal[slot] = n
with maybe(0.7):
    out_depth[slot] = depth
with maybe(0.7):
    out_point[slot] = mid
"""
