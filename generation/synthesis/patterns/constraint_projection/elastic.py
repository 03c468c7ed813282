"""Constraints that hold points of a body together."""

SKIP = """
with maybe(0.3):
    if color[i] != now:
        return
with maybe(0.2):
    if torn[i] != 0:
        return
"""

MULTIPLIER = """
with either:
    with _(3):
        a_tilde__alpha_h__compliance_t = alpha / safe(dt * dt)
        dlam__delta_lambda__dl = -(c + a_tilde * lam[i]) / safe(wsum + a_tilde)
        lam[i] = lam[i] + dlam
    with _(2):
        a_tilde__alpha_h__compliance_t = alpha / safe(dt * dt)
        dlam__delta_lambda__dl = -c / safe(wsum + a_tilde)
    with _(2):
        dlam__delta_lambda__dl = -c * pick(relax, alpha) / safe(wsum)
    with _:
        a_tilde__alpha_h__compliance_t = alpha / safe(dt * dt)
        gamma__damp_t = a_tilde * damp / safe(dt)
        dlam__delta_lambda__dl = -(c + a_tilde * lam[i] + gamma * RATE) / safe((1.0 + gamma) * wsum + a_tilde)
        lam[i] = lam[i] + dlam
with maybe(0.3):
    dlam = clamp(dlam, -limit, limit)
with maybe(0.15):
    if c < 0.0:
        dlam = dlam * num(0.5, 0.1)
"""

FOUR = """
with either:
    with _(2):
        atomic_add(delta, p0, g0 * (w[p0] * dlam))
        atomic_add(delta, p1, g1 * (w[p1] * dlam))
        atomic_add(delta, p2, g2 * (w[p2] * dlam))
        atomic_add(delta, p3, g3 * (w[p3] * dlam))
    with _:
        if w[p0] > 0.0:
            atomic_add(delta, p0, g0 * w[p0] * dlam)
        if w[p1] > 0.0:
            atomic_add(delta, p1, g1 * w[p1] * dlam)
        if w[p2] > 0.0:
            atomic_add(delta, p2, g2 * w[p2] * dlam)
        if w[p3] > 0.0:
            atomic_add(delta, p3, g3 * w[p3] * dlam)
with maybe(0.4):
    for m in range(4):
        atomic_add(hits, quad[i, m], 1)
with maybe(0.3):
    tally(abs(c))
"""

ENDS = """
with either:
    with _(2):
        atomic_add(delta, a, corr * wa)
        atomic_sub(delta, e, corr * we)
    with _:
        if wa > 0.0:
            atomic_add(delta, a, corr * wa)
        if we > 0.0:
            atomic_sub(delta, e, corr * we)
    with _:
        if flags[a] & num(1, 2) != 0:
            atomic_add(delta, a, corr * wa)
        if flags[e] & num(1, 2) != 0:
            atomic_add(delta, e, -corr * we)
with maybe(0.4):
    atomic_add(hits, a, 1)
    atomic_add(hits, e, 1)
with maybe(0.3):
    tally(abs(c))
"""

DISTANCE = """
with either:
    with _(2):
        a__i0__p0 = pair[i, 0]
        e__i1__p1 = pair[i, 1]
    with _:
        a__i0__p0 = pair_a[i]
        e__i1__p1 = pair_b[i]
wa__w0__wi = w[a]
we__w1__wj = w[e]
wsum__w_total = wa + we
if wsum <= num(0.0, 0.000001, 0.0001):
    return
d__diff__xij = x[a] - x[e]
l__dist__len_d = length(d)
with maybe(0.5):
    if l < num(0.000001, 0.0001):
        return
n__dir__grad = d / pick(l, safe(l))
with either:
    with _(3):
        c__err__violation = l - rest[i]
    with _:
        c__err__violation = l / safe(rest[i]) - 1.0
    with _:
        c__err__violation = max(l - rest[i], 0.0)
with maybe(0.25):
    if c > tear * rest[i]:
        broken[i] = 1
        return
with maybe(0.2):
    if c < 0.0:
        return
MULTIPLIER
corr__shift = n * dlam
ENDS
"""

BENDING = """
p0__i0 = quad[i, 0]
p1__i1 = quad[i, 1]
p2__i2 = quad[i, 2]
p3__i3 = quad[i, 3]
x0 = x[p0]
edge__e_vec = x[p3] - x[p2]
el__edge_len = length(edge)
if el < num(0.000001, 0.0001):
    return
n1__na = cross(x[p2] - x0, x[p3] - x0)
n2__nb = cross(x[p3] - x[p1], x[p2] - x[p1])
l1__area1 = dot(n1, n1)
l2__area2 = dot(n2, n2)
with maybe(0.4):
    if l1 < 0.000001 or l2 < 0.000001:
        return
g0__grad0 = n1 * (el / safe(l1))
g1__grad1 = n2 * (el / safe(l2))
g2__grad2 = n1 * (dot(x0 - x[p3], edge) / safe(el * l1)) + n2 * (dot(x[p1] - x[p3], edge) / safe(el * l2))
g3__grad3 = n1 * (dot(x[p2] - x0, edge) / safe(el * l1)) + n2 * (dot(x[p2] - x[p1], edge) / safe(el * l2))
u1__nu = normalize(n1)
u2__nv = normalize(n2)
cosine__cos_angle = clamp(dot(u1, u2), -1.0, 1.0)
with either:
    with _:
        angle__phi = acos(cosine)
        if dot(cross(u1, u2), edge) < 0.0:
            angle = -angle
    with _:
        angle__phi = atan2(dot(cross(u1, u2), edge) / el, safe(abs(cosine)))
c__err__violation = angle - rest_angle[i]
with maybe(0.3):
    if c > 3.14159:
        c -= 6.28319
    elif c < -3.14159:
        c += 6.28319
wsum__w_total = w[p0] * dot(g0, g0) + w[p1] * dot(g1, g1) + w[p2] * dot(g2, g2) + w[p3] * dot(g3, g3)
with maybe(0.6):
    if wsum <= num(0.000001, 0.0001):
        return
MULTIPLIER
FOUR
"""

VOLUME = """
p0__i0 = quad[i, 0]
p1__i1 = quad[i, 1]
p2__i2 = quad[i, 2]
p3__i3 = quad[i, 3]
with maybe(0.3):
    if w[p0] + w[p1] + w[p2] + w[p3] <= 0.0:
        return
with either:
    with _:
        e1__u1 = x[p1] - x[p0]
        e2__u2 = x[p2] - x[p0]
        e3__u3 = x[p3] - x[p0]
        g1__grad1 = cross(e2, e3)
        g2__grad2 = cross(e3, e1)
        g3__grad3 = cross(e1, e2)
        vol__six_v = dot(g3, e3)
        with maybe(0.5):
            g1 = g1 / 6.0
            g2 = g2 / 6.0
            g3 = g3 / 6.0
            vol = vol / 6.0
        g0__grad0 = -(g1 + g2 + g3)
    with _:
        x0__q0 = x[p0]
        x1__q1 = x[p1]
        x2__q2 = x[p2]
        x3__q3 = x[p3]
        g0__grad0 = cross(x3 - x1, x2 - x1) / 6.0
        g1__grad1 = cross(x2 - x0, x3 - x0) / 6.0
        g2__grad2 = cross(x3 - x0, x1 - x0) / 6.0
        g3__grad3 = cross(x1 - x0, x2 - x0) / 6.0
        vol__six_v = dot(cross(x1 - x0, x2 - x0), x3 - x0) / 6.0
with either:
    with _(2):
        c__err__violation = vol - rest_vol[i]
    with _:
        c__err__violation = vol - relax * rest_vol[i]
    with _:
        c__err__violation = max(rest_vol[i] - vol, 0.0)
wsum__w_total = w[p0] * dot(g0, g0) + w[p1] * dot(g1, g1) + w[p2] * dot(g2, g2) + w[p3] * dot(g3, g3)
with maybe(0.6):
    if wsum < num(0.000001, 0.0001):
        return
MULTIPLIER
FOUR
"""
