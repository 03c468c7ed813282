"""Contacts of rigid bodies and particles: penalty forces, impulses, friction, position corrections, contact
lists.

Free choices: what touches what (ground, pairs of bodies, spheres, sites found by a broad phase), normal
law, friction law, restitution, warm starting, where the results go.
Source: Catto, "Iterative Dynamics with Temporal Coherence", 2005; Macklin et al., "Small Steps in Physics
Simulation", 2019.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.sketches import Sketch

VERBS = ("eval", "solve", "apply", "resolve", "collide")
FIELDS = ("rigid_body",)
_FORMS = Weights({"ground": 26, "pair": 38, "impulse": 22, "generate": 14})

_SCOPE = {
    "body_x": "v3[bodies] body_pos body_x body_com",
    "body_q": "q[bodies] body_rot body_q orientations",
    "body_v": "v3[bodies] body_vel body_v linear_velocity",
    "body_w": "v3[bodies] body_omega body_w angular_velocity",
    "body_f": "inout v3[bodies] body_f body_force forces",
    "body_t": "inout v3[bodies] body_torque body_t torques",
    "inv_m": "s[bodies] body_inv_mass inv_mass",
    "inv_i": "s[bodies] body_inv_inertia inv_inertia",
    "shape_body": "i?bodies[shapes] shape_body geom_body",
    "shape0": "i>shapes[n] contact_shape0 shape_a geom0",
    "shape1": "i>shapes[n] contact_shape1 shape_b geom1",
    "owner": "i>bodies[n] contact_body body_index point_body",
    "loose": "i?bodies[n] contact_body body_index attached_body",
    "body_a": "i?bodies[n] contact_body0 body_a",
    "body_b": "i?bodies[n] contact_body1 body_b",
    "point": "v3[n] contact_point contact_offset local_points",
    "point_b": "v3[n] contact_point1 contact_offset1 local_points_b",
    "normal": "v3[n] contact_normal normals",
    "depth_in": "s[n] contact_depth penetration gap_in",
    "num_contacts": "i[1] contact_count rigid_contact_count num_contacts",
    "up": "v3 ground_normal up_axis plane_normal",
    "height": "s ground_height plane_offset floor_level",
    "margin": "s contact_margin margin thickness",
    "ke": "c ke contact_ke stiffness",
    "kd": "c kd contact_kd damping",
    "kf": "c kf friction_ke viscous_friction",
    "mu": "c mu friction friction_coef",
    "restitution": "c restitution bounce elasticity",
    "dt": "s dt h substep",
    "bias": "s baumgarte erp position_bias",
    "slop": "s slop allowed_penetration",
    "lam": "inout s[n] lambda_n normal_impulse accumulated",
    "radius": "s[bodies] radius particle_radius sphere_radius",
    "pair": "i>bodies[n,2] pairs candidate_pairs broad_phase_pairs",
    "count": "inout i>capacity[1] contact_count num_found counter",
    "capacity": "n:capacity max_contacts contact_max",
    "out_pair": "out i[capacity,2] contact_pairs_out pair_ids",
    "out_normal": "out v3[capacity] contact_normal_out normal_out",
    "out_depth": "out s[capacity] contact_depth_out depth_out",
    "out_point": "out v3[capacity] contact_point_out point_out",
}

_FRICTION = """
def coulomb__friction_force(vt, mu, load, kf):
    vs = length(vt)
    if vs < num(0.0001, 0.001):
        return zero(vt)
    return normalize(vt) * min(kf * vs, mu * load)
def viscous__friction_term(vt, mu, load):
    return vt * (mu * load / safe(length(vt)))
def smooth__regularized_friction(vt, mu, load):
    s = dot(vt, vt)
    return vt * (mu * load / sqrt(s + num(0.001, 0.01)))
with either:
    with _(2):
        ft__friction_term__f_tangent = coulomb(vt, mu, fn, kf)
    with _:
        ft__friction_term__f_tangent = viscous(vt, mu, fn)
    with _:
        ft__friction_term__f_tangent = smooth(vt, mu, fn)
"""

_NORMAL = """
with either:
    with _(3):
        fn__f_n__load = ke * depth
    with _:
        fn__f_n__load = ke * depth * sqrt(max(depth, 0.0))
    with _:
        fn__f_n__load = ke * polish(depth)
with either:
    with _(2):
        fn -= kd * min(vn, 0.0)
    with _:
        if vn < 0.0:
            fn -= kd * vn
    with _:
        fn -= kd * vn * depth
with maybe(0.6):
    fn = max(fn, 0.0)
"""

_GROUND = """
def point_velocity__velocity_at(v, w, r):
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
if gap > 0.0:
    return
depth__penetration = -gap
vp__point_vel = point_velocity(body_v[body], body_w[body], r)
vn__normal_speed = dot(vp, n)
vt__slip = vp - n * vn
"""

_APPLY_GROUND = """
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

_PAIR = """
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
d__gap__separation = dot(n, pa - pb)
with maybe(0.4):
    d = d - margin
if d >= 0.0:
    return
depth__penetration = -d
vrel__rel_vel = va - vb
vn__normal_speed = dot(n, vrel)
vt__tangent_vel = vrel - n * vn
"""

_APPLY_PAIR = """
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

_IMPULSE = """
def effective_mass__inv_effective_mass(m_inv, i_inv, r, n):
    rn = cross(r, n)
    return m_inv + i_inv * dot(rn, rn)
a__i0__first = pair[i, 0]
c__i1__second = pair[i, 1]
d__delta = body_x[a] - body_x[c]
dist__l = length(d)
reach__radius_sum = radius[a] + radius[c]
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
if k <= 0.0:
    return
vn__approach = dot(vrel, n)
with maybe(0.5):
    if vn > 0.0:
        return
pen__overlap = reach - dist
j__jn__magnitude = -(1.0 + restitution) * vn / safe(k)
with either:
    with _:
        j += bias * max(pen - slop, 0.0) / safe(dt * k)
    with _:
        j += polish(bias * pen)
with maybe(0.4):
    old__lam_old = lam[i]
    total__lam_new = max(old + j, 0.0)
    lam[i] = total
    j = total - old
with maybe(0.4):
    j = max(j, 0.0)
impulse__p_vec = n * j
with maybe(0.5):
    vt__slip = vrel - n * vn
    speed__slip_speed = length(vt)
    if speed > num(0.001, 0.0001):
        jt__friction_impulse = min(mu * abs(j), speed / safe(k))
        impulse = impulse - vt * (jt / speed)
atomic_add(body_f, a, impulse * inv_m[a])
atomic_sub(body_f, c, impulse * inv_m[c])
with maybe(0.3):
    tally(abs(j))
"""


_FIND = """
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


def build(b: Builder) -> None:
    b.grid(1)
    form = b.weighted(_FORMS)
    if form == "generate":
        b.verbs = ("find_contacts", "generate_contacts", "narrow_phase")
    framing.prologue(b)
    s = Sketch(b, **_SCOPE)
    s.scope["tally"] = lambda e: framing.tally(b, e, "contact_force", "pressure", "max_load")
    if form in ("ground", "pair"):
        s(_GROUND if form == "ground" else _PAIR)(_NORMAL)(_FRICTION)
        s(_APPLY_GROUND if form == "ground" else _APPLY_PAIR)
    else:
        s(_IMPULSE if form == "impulse" else _FIND)
    s.done()
