"""Element matrices and energies of finite elements: bars, triangles, quads, tetrahedra; assembly;
hyperelasticity.

Free choices: element, matrix or matrix-free, material law, quadrature, lumped or consistent mass, where it
goes.
Source: Hughes, "The Finite Element Method", 2000; Sifakis and Barbic, "FEM Simulation of 3D Deformable
Solids", 2012.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.sketches import Sketch

VERBS = ("assemble", "element_stiffness", "integrate", "eval_elements", "compute_residual")
FIELDS = ("finite_element",)
_FORMS = Weights({"triangle": 28, "tet": 30, "quad": 24, "bar": 18})
TITLES = {
    "triangle": ("assemble_triangles eval_triangles triangle_stiffness", "Linear triangle elements."),
    "tet": ("eval_tetrahedra assemble_tets tet_forces", "Linear tetrahedral elements."),
    "quad": ("assemble_quads eval_quads quad_stiffness", "Quadrilateral elements, integrated by quadrature."),
    "bar": ("assemble_bars eval_bars truss_forces", "Bar elements."),
}

_SCOPE = {
    "x2": "v2[nodes] node_position nodes coords",
    "x3": "v3[nodes] node_position x particle_q",
    "vel3": "v3[nodes] node_velocity v particle_qd",
    "u": "s[nodes] u temperature solution",
    "load": "s[nodes] load source nodal_source",
    "y": "inout s[nodes] residual y assembled",
    "f3": "inout v3[nodes] forces f residual",
    "f2": "inout v2[nodes] forces2 f_internal residual",
    "mass": "inout s[nodes] lumped_mass mass nodal_mass",
    "tri": "i>nodes[n,3] triangles elements tri_nodes",
    "tet": "i>nodes[n,4] tets tet_indices elements",
    "quad": "i>nodes[n,4] quads element_nodes connectivity",
    "bar": "i>nodes[n,2] bars members bar_nodes",
    "ke3": "out s[n,3,3] element_matrices stiffness_out ke_out",
    "ke2": "out s[n,2,2] element_matrices stiffness_out ke_out",
    "ke4": "out s[n,4,4] element_matrices stiffness_out ke_out",
    "kappa": "c conductivity kappa diffusivity",
    "c": "c reaction capacity c_reaction",
    "rho": "c density rho mass_density",
    "young": "c youngs_modulus young e_mod",
    "area": "c section_area area cross_section",
    "mu": "c lame_mu mu shear",
    "lam": "c lame_lambda lam bulk",
    "damp": "c damping viscosity k_damp",
    "thickness": "s thickness depth plate_thickness",
    "dm": "m3[n] inv_rest rest_inverse tet_pose",
    "vol": "s[n] rest_volume volumes",
    "act": "s[n] activation fiber_activation",
    "dirichlet": "i[nodes] dirichlet is_fixed bc_mask",
    "gp": "s[2] gauss_points quad_points xi_points",
    "gw": "s[2] gauss_weights quad_weights",
}

_TRIANGLE = """
def edge_cross__signed_area2(a, c):
    return a.x * c.y - a.y * c.x
n0__i0__va = tri[i, 0]
n1__i1__vb = tri[i, 1]
n2__i2__vc = tri[i, 2]
p0__x0__pa = x2[n0]
p1__x1__pb = x2[n1]
p2__x2_pos__pc = x2[n2]
det__det_j__twice_area = edge_cross(p1 - p0, p2 - p0)
with maybe(0.5):
    if abs(det) < num(0.000001, 0.0001):
        return
area_e__a_e = 0.5 * abs(det)
with either:
    with _:
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
        inv_d__inv_det = 1.0 / safe(det)
        g0__grad0 = vec(p1.y - p2.y, p2.x - p1.x) * inv_d
        g1__grad1 = vec(p2.y - p0.y, p0.x - p2.x) * inv_d
        g2__grad2 = pick(-g0 - g1, vec(p0.y - p1.y, p1.x - p0.x) * inv_d)
(k__coef := kappa * area_e)
"""

_TRIANGLE_ENDS = (
    """
k01__ke01 = k * dot(g0, g1)
k02__ke02 = k * dot(g0, g2)
k12__ke12 = k * dot(g1, g2)
with maybe(0.4):
    m_off__mass_off = pick(c * area_e / 12.0, rho * area_e / 12.0)
    k01 = k01 + m_off
    k02 = k02 + m_off
    k12 = k12 + m_off
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
u0__t0 = u[n0]
u1__t1 = u[n1]
u2__t2 = u[n2]
grad__grad_u__slope = g0 * u0 + g1 * u1 + g2 * u2
flux__q__heat_flux = grad * k
with maybe(0.3):
    flux = flux * (1.0 + polish(dot(grad, grad)))
r0__res0 = dot(flux, g0)
r1__res1 = dot(flux, g1)
r2__res2 = dot(flux, g2)
with maybe(0.4):
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
        if dirichlet[n0] == 0:
            atomic_add(y, n0, r0)
        if dirichlet[n1] == 0:
            atomic_add(y, n1, r1)
        if dirichlet[n2] == 0:
            atomic_add(y, n2, r2)
with maybe(0.3):
    share__m_share = rho * area_e * thickness / 3.0
    atomic_add(mass, n0, share)
    atomic_add(mass, n1, share)
    atomic_add(mass, n2, share)
with maybe(0.4):
    tally(0.5 * kappa * area_e * dot(grad, grad))
""",
)

_TET = """
def neo_hookean__piola(f, mu, lam, log_j):
    f_inv_t = transpose(inverse(f))
    return (f - f_inv_t) * mu + f_inv_t * (lam * log_j)
def stvk__second_piola(f, mu, lam):
    e = 0.5 * (transpose(f) @ f - ident(f))
    return f @ (e * (2.0 * mu) + ident(f) * (lam * trace(e)))
def corotated__small_strain_stress(f, mu, lam):
    e = 0.5 * (f + transpose(f)) - ident(f)
    return e * (2.0 * mu) + ident(f) * (lam * trace(e))
n0__i0__va = tet[i, 0]
n1__i1__vb = tet[i, 1]
n2__i2__vc = tet[i, 2]
n3__i3__vd = tet[i, 3]
p0__x0__pa = x3[n0]
e1__d1__x10 = x3[n1] - p0
e2__d2__x20 = x3[n2] - p0
e3__d3__x30 = x3[n3] - p0
ds__edges_now__shape = mat(e1.x, e2.x, e3.x, e1.y, e2.y, e3.y, e1.z, e2.z, e3.z)
inv_dm__dm_inv = dm[i]
f__def_grad__fmat = ds @ inv_dm
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
    v0__w0 = vel3[n0]
    r1__rate1__v10 = vel3[n1] - v0
    r2__rate2__v20 = vel3[n2] - v0
    r3__rate3__v30 = vel3[n3] - v0
    dv__rate_shape = mat(r1.x, r2.x, r3.x, r1.y, r2.y, r3.y, r1.z, r2.z, r3.z)
    pk += dv @ inv_dm * damp
with maybe(0.25):
    pk += f * act[i]
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

_QUAD = """
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

_QUAD_POINT = """
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

_QUAD_ENDS = (
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

_BAR = """
a__n0__left = bar[i, 0]
e__n1__right = bar[i, 1]
d__axis_vec__dx = X[e] - X[a]
l__bar_length__length_e = length(d)
with maybe(0.5):
    if l < num(0.001, 0.0001):
        return
k__ea_l__axial = young * area / safe(l)
"""

_BAR_ENDS = (
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


def build(b: Builder) -> None:
    b.grid(1)
    form = b.form(_FORMS)
    framing.prologue(b)
    s = Sketch(b, **_SCOPE)
    s.scope["tally"] = lambda e: framing.tally(b, e, "energy", "volume", "work")
    if form == "triangle":
        s(_TRIANGLE)(b.pick(_TRIANGLE_ENDS))
    elif form == "tet":
        s(_TET)
    elif form == "bar":
        plane = b.chance(0.4)
        s(_BAR.replace("X[", "x2[" if plane else "x3["))(
            b.pick(_BAR_ENDS).replace("(F,", "(f2," if plane else "(f3,")
        )
    else:
        _quad(b, s)
    s.done()


def _quad(b: Builder, s: Sketch) -> None:
    """Bilinear quads with one or two by two Gauss points."""
    s.scope["ke4_acc"] = "inout s[n,4,4] element_matrices stiffness_sum ke_acc"
    end = b.pick(_QUAD_ENDS)
    s(_QUAD)
    s("volume__area_e = real(0.0)")
    # Warp retypes an unrolled counter that is converted to a float: it can then index no array.
    tables = b.chance(0.6)
    weight = "gw[p] * gw[q]" if tables else "1.0"
    points = "gp[p]" if tables else "-0.57735 + 1.1547 * real(p)"
    s.scope["point"] = lambda: s(_QUAD_POINT.replace("WEIGHT", weight).replace("1.0 * det", "det"))(end)
    second = points.replace("p]", "q]").replace("(p)", "(q)")
    if tables or b.chance(0.6):
        s(
            f"for p in range(2):\n    for q in range(2):\n        xi__r_q = {points}\n"
            f"        eta__s_q = {second}\n        point()"
        )
    else:
        s(
            f"for c in range(4):\n    p__qi = c // 2\n    q__qj = c % 2\n    xi__r_q = {points}\n"
            f"    eta__s_q = {second}\n    point()"
        )
    s("with maybe(0.5):\n    tally(volume)")
