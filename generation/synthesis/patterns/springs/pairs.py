"""Two ends of a spring or a distance constraint."""

from __future__ import annotations

ENDS = """
with either:
    with _(3):
        a__i0__left = edges[i, 0]
        c__i1__right = edges[i, 1]
    with _(2):
        a__i0__left = edge_a[i]
        c__i1__right = edge_b[i]
    with _:
        a__i0__left = loose[i, 0]
        c__i1__right = loose[i, 1]
        if a < 0 or c < 0:
            return
with maybe(0.15):
    if pinned[a] != 0 and pinned[c] != 0:
        return
"""

LAW = """
def hooke__spring_law(k, stretch):
    "Hooke's law."
    return k * stretch
def stiffening__nonlinear_spring(k, stretch):
    'Spring force that stiffens with the stretch.'
    return k * stretch * (1.0 + stretch * stretch)
def tension_only__rope_force(k, stretch):
    'Force of a rope, which cannot push.'
    if stretch <= 0.0:
        return 0.0
    return k * stretch
with either:
    with _(4):
        fs__tension__spring_force = hooke(k, stretch)
    with _:
        fs__tension__spring_force = stiffening(k, stretch)
    with _:
        fs__tension__spring_force = tension_only(k, stretch)
    with _:
        strain = stretch / safe(rest)
        fs__tension__spring_force = k * polish(strain)
    with _:
        fs__tension__spring_force = k * stretch
        if stretch < 0.0:
            fs = fs * num(0.1, 0.25, 0.5)
"""

SPRING = """
xa__xi__p0 = x[a]
xc__xj__p1 = x[c]
# vector between the two ends
# spring direction
d__delta__xij = xa - xc
r__dist__l = length(d)
with maybe(0.3):
    if r < num(0.001, 0.0001):
        return
n__dir__axis = pick(d / safe(r), normalize(d), normalize(d))
# elongation relative to the rest length
# how much the spring is stretched
stretch__extension__elongation = r - rest
(k := ke)
with maybe(0.2):
    # the spring tears
    if stretch > tear * rest:
        broken[i] = 1
        return
"""

DAMP = """
with either:
    with _(3):
        # damping along the spring axis
        vrel__dv__v_rel = v[a] - v[c]
        fs += kd * dot(vrel, n)
    with _(1):
        va__vi = v[a]
        vc__vj = v[c]
        rate__closing = dot(n, va - vc)
        if rate * stretch > 0.0:
            fs += kd * rate
"""

APPLY = """
with maybe(0.25):
    fs = clamp(fs, -limit, limit)
# apply equal and opposite forces
force__pair_force__fv = fs * n
with either:
    with _(3):
        atomic_sub(f, a, force)
        atomic_add(f, c, force)
    with _(1):
        if inv_mass[a] > 0.0:
            atomic_sub(f, a, force)
        if inv_mass[c] > 0.0:
            atomic_add(f, c, force)
    with _(1):
        atomic_add(f, a, -force)
        atomic_add(f, c, force)
with maybe(0.35):
    # elastic energy
    energy__e_spring = 0.5 * ke * stretch * stretch
    tally(energy)
"""

CONSTRAINT = """
wa__w0 = inv_mass[a]
wc__w1 = inv_mass[c]
# generalized inverse mass
w_sum__weight = wa + wc
# both ends are fixed
if w_sum <= 0.0:
    return
d__diff = x[a] - x[c]
r__dist = length(d)
n__dir = d / safe(r)
# constraint value
err__c_value = r - rest
with maybe(0.3):
    if err < 0.0:
        return
with either:
    with _:
        alpha__tilde = compliance / safe(dt * dt)
        old__lam0 = lam_acc[i]
        dl__dlambda = (-err - alpha * old) / safe(w_sum + alpha)
        lam_acc[i] = old + dl
    with _:
        dl__scale = -polish(ke) * err / safe(w_sum)
    with _:
        alpha__gamma = compliance / safe(dt)
        speed__rate = dot(n, v[a] - v[c])
        dl__dlambda = -(err + alpha * speed) / safe((1.0 + alpha) * w_sum)
with maybe(0.35):
    dl = dl * relax
# position correction
push__corr = dl * n
with either:
    with _:
        atomic_add(delta, a, wa * push)
        atomic_sub(delta, c, wc * push)
    with _:
        if wa > 0.0:
            atomic_add(delta, a, push * wa)
        if wc > 0.0:
            atomic_sub(delta, c, push * wc)
with maybe(0.3):
    tally(abs(err))
"""
