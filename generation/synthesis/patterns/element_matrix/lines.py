"""Quadrilaterals and bars."""

QUAD = """
def shape_dx__dn_dxi(a: "4", eta):
    if a == 0:
        return -0.25 * (1.0 - eta)
    if a == 1:
        return 0.25 * (1.0 - eta)
    if a == 2:
        return 0.25 * (1.0 + eta)
    return -0.25 * (1.0 + eta)
def shape_dy__dn_deta(a: "4", xi):
    if a == 0:
        return -0.25 * (1.0 - xi)
    if a == 1:
        return -0.25 * (1.0 + xi)
    if a == 2:
        return 0.25 * (1.0 + xi)
    return 0.25 * (1.0 - xi)
"""

QUAD_POINT = """
j00__jac00 = real(0.0)
j01__jac01 = real(0.0)
j10__jac10 = real(0.0)
j11__jac11 = real(0.0)
for a in range(4):
    node__v__na = quad[i, a]
    pa__xa = x2[node]
    da__dxi = shape_dx(a, eta)
    db__deta = shape_dy(a, xi)
    j00 += da * pa.x
    j01 += da * pa.y
    j10 += db * pa.x
    j11 += db * pa.y
det__det_j = j00 * j11 - j01 * j10
with maybe(0.4):
    if det <= 0.0:
        continue
inv__inv_det = 1.0 / safe(det)
weight_q__dv__wq = WEIGHT * det * pick(kappa, thickness * kappa)
volume += WEIGHT * det
"""

QUAD_ENDS = (
    """
for a in range(4):
    ax__gax = (j11 * shape_dx(a, eta) - j01 * shape_dy(a, xi)) * inv
    ay__gay = (j00 * shape_dy(a, xi) - j10 * shape_dx(a, eta)) * inv
    for e in range(4):
        bx__gbx = (j11 * shape_dx(e, eta) - j01 * shape_dy(e, xi)) * inv
        by__gby = (j00 * shape_dy(e, xi) - j10 * shape_dx(e, eta)) * inv
        ke4_acc[i, a, e] += weight_q * (ax * bx + ay * by)
""",
    """
gx__du_dx = real(0.0)
gy__du_dy = real(0.0)
for a in range(4):
    ua__value_a = u[quad[i, a]]
    gx += (j11 * shape_dx(a, eta) - j01 * shape_dy(a, xi)) * inv * ua
    gy += (j00 * shape_dy(a, xi) - j10 * shape_dx(a, eta)) * inv * ua
with maybe(0.3):
    weight_q = weight_q * (1.0 + polish(gx * gx + gy * gy))
for a in range(4):
    node__v__na2 = quad[i, a]
    ax__gax = (j11 * shape_dx(a, eta) - j01 * shape_dy(a, xi)) * inv
    ay__gay = (j00 * shape_dy(a, xi) - j10 * shape_dx(a, eta)) * inv
    with either:
        with _(2):
            atomic_add(y, node, weight_q * (ax * gx + ay * gy))
        with _:
            if dirichlet[node] == 0:
                atomic_add(y, node, weight_q * (ax * gx + ay * gy))
""",
)

BAR = """
a__n0__left = bar[i, 0]
e__n1__right = bar[i, 1]
d__axis_vec__dx = X[e] - X[a]
l__bar_length__length_e = length(d)
with maybe(0.5):
    if l < num(0.001, 0.0001):
        return
k__ea_l__axial = young * area / safe(l)
"""

BAR_ENDS = (
    """
with maybe(0.4):
    k += c * l / 6.0
ke2[i, 0, 0] = k
ke2[i, 1, 1] = k
ke2[i, 0, 1] = -k
ke2[i, 1, 0] = -k
with maybe(0.4):
    half__node_mass = 0.5 * rho * area * l
    atomic_add(mass, a, half)
    atomic_add(mass, e, half)
with maybe(0.3):
    tally(rho * area * l)
""",
    """
dir__t__unit_axis = d / safe(l)
du__jump = u[e] - u[a]
strain__eps = du / safe(l)
with either:
    with _:
        force__axial_force = k * du
    with _:
        force__axial_force = young * area * (strain + 0.5 * strain * strain)
    with _:
        force__axial_force = young * area * polish(strain)
with maybe(0.4):
    if force < 0.0:
        force = force * num(0.5, 0.1)
with either:
    with _(2):
        atomic_sub(F, a, dir * force)
        atomic_add(F, e, dir * force)
    with _:
        atomic_sub(y, a, force)
        atomic_add(y, e, force)
        tally(dot(dir, d))
with maybe(0.4):
    tally(0.5 * force * strain * l)
""",
)
