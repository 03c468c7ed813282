"""Vertices with their springs, triangles of a membrane, hinges that bend."""

from __future__ import annotations

VERTEX = """
# this vertex
xi__here__p = x_own[i]
force__f_total__net = pick(vzero(), mass * gravity)
first__begin = start[i]
last__end = start[i + 1]
for e in range(first, last):
    j__nb__other_id = other[e]
    with maybe(0.2):
        if j == i:
            continue
    d__delta = xi - x_own[j]
    r__dist = length(d)
    (k := pick(ke, stiff[e]))
    with either:
        with _:
            rest__rest_e = lengths[e]
            stretch = r - rest
        with _:
            stretch = r - rest
    law()
    with maybe(0.4):
        fs += kd * dot(v_own[i] - v_own[j], d / safe(r))
    with either:
        with _(2):
            force -= fs / safe(r) * d
        with _:
            n__dir = normalize(d)
            force -= fs * n
with maybe(0.4):
    force -= drag * v_own[i]
with either:
    with _:
        f_vertex[i] = force
    with _:
        v_new__vi = v_own[i] + force * (dt / safe(mass))
        with maybe(0.4):
            v_new = v_new * (1.0 - drag * dt)
        v_out[i] = v_new
    with _:
        if length(force) > limit:
            force = normalize(force) * limit
        f_vertex[i] = force
"""

MEMBRANE = """
def green_strain(a, c):
    return 0.5 * (dot(a, c) - 1.0), dot(a, a) + dot(c, c)
p__i0__va = tri[i, 0]
q__i1__vb = tri[i, 1]
r__i2__vc = tri[i, 2]
x0__xp = x[p]
# edge vectors of the deformed triangle
x10__e1 = x[q] - x0
x20__e2 = x[r] - x0
dm__inv_dm = pose[i]
# columns of the deformation gradient
f1__fu__wu = x10 * dm[0, 0] + x20 * dm[1, 0]
f2__fv__wv = x10 * dm[0, 1] + x20 * dm[1, 1]
rest_area__a0 = area[i]
with either:
    with _:
        s00__eu = 0.5 * (dot(f1, f1) - 1.0)
        s11__ev = 0.5 * (dot(f2, f2) - 1.0)
        s01__euv = 0.5 * dot(f1, f2)
    with _:
        s00__eu = length(f1) - 1.0
        s11__ev = length(f2) - 1.0
        s01__euv = dot(f1, f2)
tr__trace_e = s00 + s11
with maybe(0.3):
    tr = clamp(tr, -limit, limit)
# stress, column by column
p1__stress_u = f1 * (2.0 * mu * s00 + lam * tr) + f2 * (2.0 * mu * s01)
p2__stress_v = f2 * (2.0 * mu * s11 + lam * tr) + f1 * (2.0 * mu * s01)
h1__force_q = -rest_area * (p1 * dm[0, 0] + p2 * dm[0, 1])
h2__force_r = -rest_area * (p1 * dm[1, 0] + p2 * dm[1, 1])
with maybe(0.4):
    vel_term__dv = v[q] - v[p]
    h1 = h1 - kd * polish(rest_area) * vel_term
# distribute forces to the corners
atomic_add(f, q, h1)
atomic_add(f, r, h2)
with either:
    with _:
        atomic_sub(f, p, h1 + h2)
    with _:
        atomic_add(f, p, -h1 - h2)
with maybe(0.4):
    psi__energy = rest_area * (mu * (s00 * s00 + s11 * s11 + 2.0 * s01 * s01) + 0.5 * lam * tr * tr)
    tally(psi)
"""

BENDING = """
i0__left_tip = hinge[i, 0]
i1__right_tip = hinge[i, 1]
i2__edge_start = hinge[i, 2]
i3__edge_end = hinge[i, 3]
x2__xs = x[i2]
e__edge = x[i3] - x2
# normals of the two triangles
n1__normal_a = cross(x[i0] - x2, e)
n2__normal_b = cross(e, x[i1] - x2)
a1__len_a = length(n1)
a2__len_b = length(n2)
# degenerate triangle
# skip degenerate triangles
if a1 < num(0.001, 0.0001) or a2 < num(0.001, 0.0001):
    return
n1_hat__u1 = n1 / safe(a1)
n2_hat__u2 = n2 / safe(a2)
e_len__edge_len = length(e)
with either:
    with _:
        angle__theta = acos(clamp(dot(n1_hat, n2_hat), -1.0, 1.0))
    with _:
        sin_t__s = dot(cross(n1_hat, n2_hat), e) / safe(e_len)
        angle__theta = atan2(sin_t, safe(dot(n1_hat, n2_hat)))
    with _:
        angle__theta = 1.0 - dot(n1_hat, n2_hat)
# deviation from the rest angle
diff__bend = angle - rest_angle
with maybe(0.3):
    if abs(diff) < tear:
        return
m__moment__bend_force = polish(ke * diff)
with maybe(0.5):
    m += kd * dot(v[i0] - v[i1], n1_hat - n2_hat)
g0__f_left = n1_hat * (m * e_len)
g1__f_right = n2_hat * (m * e_len)
atomic_sub(f, i0, g0)
atomic_sub(f, i1, g1)
# the shared edge takes the reaction
# reaction on the shared edge
half__share = 0.5 * (g0 + g1)
atomic_add(f, i2, half)
atomic_add(f, i3, half)
with maybe(0.35):
    energy__bend_energy = 0.5 * ke * diff * diff
    tally(energy)
"""
