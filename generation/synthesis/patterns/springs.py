"""Cloth and mass-spring networks: springs, membranes, bending, distance constraints.

Free choices: who is the thread (spring, vertex, triangle, hinge), the force law, damping, tearing, pinning,
forces or position corrections, what is accumulated and how.
Source: Provot, "Deformation Constraints in a Mass-Spring Model", 1995; Macklin et al., "XPBD", 2016;
Bridson et al., "Simulation of Clothing with Folds and Wrinkles", 2003.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.sketches import Sketch

VERBS = ("eval", "accumulate", "solve", "update", "compute")
FIELDS = ("cloth",)
_FORMS = Weights({"spring": 34, "vertex": 20, "membrane": 16, "bending": 14, "constraint": 16})
TITLES = {
    "spring": (
        "eval_springs compute_spring_forces spring_forces",
        "Accumulate spring forces on the ends of each spring.",
        "Evaluate spring forces.",
    ),
    "vertex": (
        "eval_vertex_springs vertex_spring_forces",
        "Spring forces on each vertex from its neighbors.",
    ),
    "membrane": ("eval_membrane eval_triangles membrane_forces", "In-plane elastic forces of triangles."),
    "bending": ("eval_bending compute_bending_forces bending_forces", "Bending forces across hinges."),
    "constraint": (
        "solve_distance_constraints project_distance solve_springs",
        "Project distance constraints.",
    ),
}

_SCOPE = {
    "x": "v[nodes] x pos particle_q positions",
    "v": "v[nodes] v vel particle_qd velocities",
    "f": "inout v[nodes] f forces particle_f force_out",
    "inv_mass": "s[nodes] inv_mass w particle_inv_mass",
    "pinned": "i[nodes] pinned fixed_mask is_pinned",
    "edges": "i>nodes[n,2] edges spring_indices edge_indices",
    "edge_a": "i>nodes[n] spring_i edge_start first_vertex",
    "edge_b": "i>nodes[n] spring_j edge_end second_vertex",
    "loose": "i?nodes[n,2] spring_indices links constraint_pairs",
    "flat": "i>nodes[flat_size] spring_indices flat_indices",
    "rest": "c rest_length rest l0",
    "ke": "c ke stiffness k_stretch",
    "kd": "c kd damping k_damp",
    "dt": "s dt h time_step",
    "limit": "s max_force force_limit max_tension",
    "tear": "s tear_ratio break_strain max_stretch",
    "broken": "out i[n] broken torn_flag is_torn",
    "gravity": "v gravity g",
    "drag": "s air_drag drag viscous",
    "f_vertex": "out v[n] f forces net_force",
    "v_out": "out v[n] v_out new_velocity vel_next",
    "x_own": "v[n] x positions pos",
    "v_own": "v[n] v velocities vel",
    "start": "i<entries[n+1] row_start adjacency_offsets spring_offsets",
    "other": "i>n[entries] adjacent neighbor_vertices spring_other_end",
    "lengths": "s[entries] rest_lengths rest l0",
    "stiff": "s[entries] spring_stiffness edge_ke",
    "mass": "c mass vertex_mass m",
    "tri": "i>nodes[n,3] triangles tri_indices faces",
    "pose": "m2[n] tri_pose inv_rest rest_inverse",
    "area": "s[n] tri_area rest_area areas",
    "mu": "c mu tri_ke shear_modulus",
    "lam": "c lam tri_ka area_modulus",
    "hinge": "i>nodes[n,4] bend_indices hinges edge_indices",
    "rest_angle": "c rest_angle rest_bend angle0",
    "lam_acc": "inout s[n] lambdas multipliers lagrange",
    "compliance": "c compliance alpha inv_stiffness",
    "delta": "inout v[nodes] deltas corrections delta_x",
    "relax": "s relaxation omega sor",
}

_ENDS = """
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

_LAW = """
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

_SPRING = """
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

_DAMP = """
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

_APPLY = """
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

_VERTEX = """
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

_MEMBRANE = """
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

_BENDING = """
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

_CONSTRAINT = """
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


def build(b: Builder) -> None:
    b.grid(1)
    form = b.form(_FORMS)
    if form == "bending" or b.space.length == 4:
        b.space = b.space3
    framing.prologue(b)
    s = Sketch(b, **_SCOPE)
    s.scope["tally"] = lambda e: framing.tally(b, e, "energy", "strain_energy", "elastic")
    if form == "spring":
        s(_ENDS)(_SPRING)(_LAW)
        if b.chance(0.6):
            s(_DAMP)
        s(_APPLY)
    elif form == "constraint":
        s(_ENDS)(_CONSTRAINT)
    else:
        s.scope["law"] = lambda: s(_LAW)
        s(_VERTEX if form == "vertex" else _MEMBRANE if form == "membrane" else _BENDING)
    s.done()
