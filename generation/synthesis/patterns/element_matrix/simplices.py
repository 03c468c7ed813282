"""Triangles and tetrahedra."""

TRIANGLE = """
def edge_cross__signed_area2(a, c):
    return a.x * c.y - a.y * c.x
# vertices of the element
# nodes of this element
n0__i0__va = tri[i, 0]
n1__i1__vb = tri[i, 1]
n2__i2__vc = tri[i, 2]
p0__x0__pa = x2[n0]
p1__x1__pb = x2[n1]
p2__x2_pos__pc = x2[n2]
# twice the signed area
# Jacobian determinant
det__det_j__twice_area = edge_cross(p1 - p0, p2 - p0)
with maybe(0.5):
    # degenerate element
    # skip degenerate elements
    if abs(det) < num(0.000001, 0.0001):
        return
area_e__a_e = 0.5 * abs(det)
with either:
    with _:
        # gradients of the linear shape functions
        b0__by0 = (p1.y - p2.y) / safe(det)
        b1__by1 = (p2.y - p0.y) / safe(det)
        b2__by2 = (p0.y - p1.y) / safe(det)
        c0__cx0 = (p2.x - p1.x) / safe(det)
        c1__cx1 = (p0.x - p2.x) / safe(det)
        c2__cx2 = (p1.x - p0.x) / safe(det)
        g0__grad0 = vec(b0, c0)
        g1__grad1 = vec(b1, c1)
        g2__grad2 = vec(b2, c2)
    with _:
        # gradients of the linear shape functions
        # shape function gradients
        inv_d__inv_det = 1.0 / safe(det)
        g0__grad0 = vec(p1.y - p2.y, p2.x - p1.x) * inv_d
        g1__grad1 = vec(p2.y - p0.y, p0.x - p2.x) * inv_d
        g2__grad2 = pick(-g0 - g1, vec(p0.y - p1.y, p1.x - p0.x) * inv_d)
(k__coef := kappa * area_e)
"""

TRIANGLE_ENDS = (
    """
# entries off the diagonal
k01__ke01 = k * dot(g0, g1)
k02__ke02 = k * dot(g0, g2)
k12__ke12 = k * dot(g1, g2)
with maybe(0.4):
    m_off__mass_off = pick(c * area_e / 12.0, rho * area_e / 12.0)
    k01 = k01 + m_off
    k02 = k02 + m_off
    k12 = k12 + m_off
# write the element matrix
ke3[i, 0, 0] = k * dot(g0, g0)
ke3[i, 1, 1] = pick(k * dot(g1, g1), -k01 - k12)
ke3[i, 2, 2] = pick(k * dot(g2, g2), -k02 - k12)
ke3[i, 0, 1] = k01
ke3[i, 1, 0] = k01
ke3[i, 0, 2] = k02
ke3[i, 2, 0] = k02
ke3[i, 1, 2] = k12
ke3[i, 2, 1] = k12
with maybe(0.3):
    tally(area_e)
""",
    """
# nodal values
u0__t0 = u[n0]
u1__t1 = u[n1]
u2__t2 = u[n2]
# gradient of the solution, constant on the element
grad__grad_u__slope = g0 * u0 + g1 * u1 + g2 * u2
flux__q__heat_flux = grad * k
with maybe(0.3):
    flux = flux * (1.0 + polish(dot(grad, grad)))
# element residual
r0__res0 = dot(flux, g0)
r1__res1 = dot(flux, g1)
r2__res2 = dot(flux, g2)
with maybe(0.4):
    # source term, lumped to the nodes
    # source term
    s_e__source_e = area_e / 3.0 * pick(load[n0], (load[n0] + load[n1] + load[n2]) / 3.0)
    r0 -= s_e
    r1 -= s_e
    r2 -= s_e
with maybe(0.3):
    reaction_e__u_mean = c * area_e * (u0 + u1 + u2) / 9.0
    r0 += reaction_e
    r1 += reaction_e
    r2 += reaction_e
with either:
    with _(2):
        atomic_add(y, n0, r0)
        atomic_add(y, n1, r1)
        atomic_add(y, n2, r2)
    with _:
        # constrained nodes take no load
        # only free nodes take part
        if dirichlet[n0] == 0:
            atomic_add(y, n0, r0)
        if dirichlet[n1] == 0:
            atomic_add(y, n1, r1)
        if dirichlet[n2] == 0:
            atomic_add(y, n2, r2)
with maybe(0.3):
    # lumped mass
    # a third of the mass to each node
    share__m_share = rho * area_e * thickness / 3.0
    atomic_add(mass, n0, share)
    atomic_add(mass, n1, share)
    atomic_add(mass, n2, share)
with maybe(0.4):
    tally(0.5 * kappa * area_e * dot(grad, grad))
""",
)

TET = """
def neo_hookean__piola(f, mu, lam, log_j):
    'Neo-Hookean stress.'
    f_inv_t = transpose(inverse(f))
    return (f - f_inv_t) * mu + f_inv_t * (lam * log_j)
def stvk__second_piola(f, mu, lam):
    'St. Venant-Kirchhoff stress.'
    e = 0.5 * (transpose(f) @ f - ident(f))
    return f @ (e * (2.0 * mu) + ident(f) * (lam * trace(e)))
def corotated__small_strain_stress(f, mu, lam):
    'Linear elastic stress.'
    e = 0.5 * (f + transpose(f)) - ident(f)
    return e * (2.0 * mu) + ident(f) * (lam * trace(e))
# vertices of the tetrahedron
n0__i0__va = tet[i, 0]
n1__i1__vb = tet[i, 1]
n2__i2__vc = tet[i, 2]
n3__i3__vd = tet[i, 3]
p0__x0__pa = x3[n0]
# edges of the deformed element
# deformed edges
e1__d1__x10 = x3[n1] - p0
e2__d2__x20 = x3[n2] - p0
e3__d3__x30 = x3[n3] - p0
ds__edges_now__shape = mat(e1.x, e2.x, e3.x, e1.y, e2.y, e3.y, e1.z, e2.z, e3.z)
inv_dm__dm_inv = dm[i]
# deformation gradient
f__def_grad__fmat = ds @ inv_dm
# volume ratio
# relative volume
jac__j_det__det_f = determinant(f)
with maybe(0.3):
    if jac <= num(0.01, 0.001):
        return
with either:
    with _:
        pk__piola__stress = neo_hookean(f, mu, lam, log(safe(jac)))
        first_inv__i1_c = trace(transpose(f) @ f)
        psi__energy_density = 0.5 * mu * (first_inv - 3.0) + 0.5 * lam * (jac - 1.0) * (jac - 1.0)
    with _:
        pk__piola__stress = stvk(f, mu, lam)
        psi__energy_density = 0.25 * mu * polish(jac - 1.0) + 0.5 * lam * (trace(f) - 3.0)
    with _(2):
        pk__piola__stress = corotated(f, mu, lam)
        strain__small_strain = 0.5 * (f + transpose(f)) - ident(f)
        psi__energy_density = mu * ddot(strain, strain) + 0.5 * lam * trace(strain) * trace(strain)
with maybe(0.3):
    # rate-dependent damping
    # damping
    v0__w0 = vel3[n0]
    r1__rate1__v10 = vel3[n1] - v0
    r2__rate2__v20 = vel3[n2] - v0
    r3__rate3__v30 = vel3[n3] - v0
    dv__rate_shape = mat(r1.x, r2.x, r3.x, r1.y, r2.y, r3.y, r1.z, r2.z, r3.z)
    pk += dv @ inv_dm * damp
with maybe(0.25):
    # active stress
    # activation
    pk += f * act[i]
# nodal forces
# forces on the vertices, one per column
h__force_matrix__hmat = pk @ transpose(inv_dm) * -vol[i]
f1__force1 = vec(h[0, 0], h[1, 0], h[2, 0])
f2__force2 = vec(h[0, 1], h[1, 1], h[2, 1])
f3_node__force3 = vec(h[0, 2], h[1, 2], h[2, 2])
atomic_add(f3, n1, f1)
atomic_add(f3, n2, f2)
atomic_add(f3, n3, f3_node)
with either:
    with _:
        atomic_sub(f3, n0, f1 + f2 + f3_node)
    with _:
        f0__force0 = -(f1 + f2 + f3_node)
        atomic_add(f3, n0, f0)
with maybe(0.4):
    tally(psi * vol[i])
"""
