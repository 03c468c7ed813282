"""Products of matrices that are not square: Jacobians of mechanisms, strain operators, projections, filters.

Free choices: the problem, the number of unknowns, damping, what is limited, what is written.
Source: Buss, "Introduction to inverse kinematics", 2004; Khatib, "A unified approach for motion and force
control", 1987; Zienkiewicz and Taylor, "The Finite Element Method", 2000 (constant strain triangle); Sifakis
and Barbic, "FEM simulation of 3D deformable solids", 2012; Zwicker et al., "EWA splatting", 2002; Kalman,
1960.
"""

from __future__ import annotations

from generation.language.types import F16, F32, vector
from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.sketches import Sketch
from generation.synthesis.terms import op

VERBS = ("map", "project", "solve", "propagate", "assemble")
FIELDS = ("rigid_body", "finite_element", "learning", "cloth")
_FORMS = Weights(
    {"inverse": 22, "task": 18, "strain": 16, "membrane": 14} | {"splat": 12, "filter": 12, "layer": 10}
)
_SCOPE = {
    "J": "mRN[n] jacobians J_task contact_jacobian",
    "qd": "vN[n] joint_qd dof_velocity generalized_qd",
    "step": "out vN[n] joint_delta dq_out dof_step",
    "e": "vR[n] task_error pose_error residual_task",
    "f": "vR[n] task_force contact_force load",
    "tau": "out vN[n] joint_tau generalized_force tau_out",
    "xd": "out vR[n] task_velocity point_velocity xd_out",
    "lam": "c damping lambda_reg regularization",
    "gain": "c gain step_scale alpha_step",
    "limit": "s max_step step_limit trust_radius",
    "w": "vN[n] inv_inertia joint_weights inv_mass_diag",
    "manip": "out s[n] manipulability dexterity condition_out",
    "ops": "out mR[n] op_space_inertia effective_inertia gram_out",
    "B": "m36[n] strain_operator B_matrices gradient_ops",
    "D": "m3[n] elasticity tangent_moduli D_matrix",
    "u": "v6[n] element_disp nodal_u displacement_e",
    "area": "s[n] areas thickness_area element_area",
    "fe": "out v6[n] element_forces nodal_forces internal_force",
    "ke": "out m6[n] stiffness_blocks element_stiffness k_local",
    "energy": "out s[n] strain_energy psi energy_out",
    "x": "v3[nodes] positions vertices particle_x",
    "tri": "i>nodes[n,3] triangles tri_indices faces",
    "dm": "m2[n] inv_rest inv_dm rest_inverse",
    "mu": "c mu lame_mu shear_modulus",
    "la": "c lam_e lame_lambda bulk",
    "force": "inout v3[nodes] forces particle_f nodal_f",
    "cov": "m3[n] covariance3d covariances sigma3",
    "view": "m3 view_rotation world_to_camera cam_rot",
    "mean": "v3[n] means camera_points centers_cam",
    "focal": "s focal_length focal fx",
    "cov2": "out m2[n] covariance2d screen_cov cov2d",
    "radius": "out s[n] screen_radius splat_radius extent_px",
    "state": "inout v4[n] state x_hat track_state",
    "P": "inout m4[n] covariance P_cov state_cov",
    "H": "m24[n] observation_model H_obs measurement_map",
    "zm": "v2[n] measurements observed z_obs",
    "noise": "s measurement_noise r_noise sensor_var",
    "W": "mRN[units] weights layer_weights W_rows",
    "unit": "i>units[n] expert layer_index head",
    "h": "vN[n] features inputs hidden",
    "bias": "vR[units] biases offsets_b layer_bias",
    "act": "out vR[n] activations outputs hidden_out",
}

_INVERSE = """
def damped__solve_dls__task_step(jac__j_m, err__e_v, damp__lam_v):
    jt__j_t__jac_t = transpose(jac)
    with either:
        with _(2):
            gram__jjt__a_m = jac @ jt + ident(jac @ jt) * (damp * damp + 0.001)
            return jt @ (inverse(gram) @ err)
        with _:
            return jt @ err * damp
j0__jac_i__J_i = J[i]
err__delta_x__e_i = pick(e[i], e[i], e[i] * gain)
with either:
    with _(2):
        dq__step_q__delta_q = damped(j0, err, lam)
    with _:
        a0__gram__normal_m = j0 @ transpose(j0)
        a0 += ident(a0) * (lam * lam + 0.001)
        dq__step_q__delta_q = transpose(j0) @ (inverse(a0) @ err)
    with _:
        jw__weighted__j_w = j0 @ diag_of(w[i])
        a1__gram__normal_m = jw @ transpose(j0)
        a1 += ident(a1) * (lam * lam + 0.001)
        dq__step_q__delta_q = transpose(jw) @ (inverse(a1) @ err)
with maybe(0.5):
    size__norm_q__len_q = length(dq)
    with either:
        with _:
            if size > limit:
                dq = dq * (limit / safe(size))
        with _:
            dq *= min(limit / safe(size), 1.0)
step[i] = pick(dq, dq * gain)
with maybe(0.3):
    manip[i] = pick(determinant(j0 @ transpose(j0)), length(j0 @ dq - err))
"""

_TASK = """
j0__jac_i__J_i = J[i]
with either:
    with _(2):
        v0__vel__twist_p = j0 @ qd[i]
        xd[i] = pick(v0, v0 * gain, v0 - e[i])
        with maybe(0.5):
            tau[i] = transpose(j0) @ (pick(f[i], f[i] - v0 * lam, e[i] * gain - v0 * lam))
    with _(2):
        g0__force_p__wrench_p = pick(f[i], f[i] * gain, e[i] * gain - (j0 @ qd[i]) * lam)
        tau[i] = transpose(j0) @ g0
        with maybe(0.4):
            manip[i] = dot(g0, j0 @ qd[i])
    with _:
        mass__inv_op__a_m = j0 @ diag_of(w[i]) @ transpose(j0)
        mass += ident(mass) * 0.001
        ops[i] = pick(inverse(mass), mass)
        with maybe(0.5):
            tau[i] = transpose(j0) @ (inverse(mass) @ e[i])
    with _:
        row0__normal_row__j_n = j0[0]
        eff__inv_mass__k_n = real(0.0)
        for c in range(N):
            eff += row0[c] * row0[c] * w[i][c]
        lambda_n__impulse__jn = (dot(row0, qd[i]) * gain - e[i][0]) / safe(eff)
        with maybe(0.5):
            lambda_n = max(lambda_n, 0.0)
        step[i] = cw_mul(w[i], row0) * lambda_n
"""

_STRAIN = """
b0__op__B_e = B[i]
eps__strain__e_v = b0 @ u[i]
sig__stress__s_v = D[i] @ eps
with maybe(0.3):
    sig = sig * (1.0 - gain)
with either:
    with _(2):
        fe[i] = transpose(b0) @ sig * area[i]
    with _:
        ke[i] = transpose(b0) @ D[i] @ b0 * area[i]
    with _:
        energy[i] = pick(0.5 * dot(eps, sig) * area[i], dot(eps, sig) * area[i])
with maybe(0.4):
    manip[i] = pick(length(sig), sig[0] + sig[1], sqrt(abs(sig[0] * sig[0] - sig[0] * sig[1])))
"""

_MEMBRANE = """
a0__i0__v_a = tri[i, 0]
a1__i1__v_b = tri[i, 1]
a2__i2__v_c = tri[i, 2]
e1__edge_a__d1 = x[a1] - x[a0]
e2__edge_b__d2 = x[a2] - x[a0]
with either:
    with _:
        ds__shape__edges_m = mat3(e1[0], e2[0], e1[1], e2[1], e1[2], e2[2])
    with _:
        ds__shape__edges_m = matrix_from_cols(e1, e2)
def_g__F__grad_x = ds @ dm[i]
with either:
    with _(2):
        green__E__strain_g = (transpose(def_g) @ def_g - ident(dm[i])) * 0.5
        pk__P__piola = def_g @ (green * (2.0 * mu) + ident(green) * (la * trace(green)))
    with _:
        c_m__cauchy_green__right_cg = transpose(def_g) @ def_g
        pk__P__piola = def_g @ (c_m - ident(c_m)) * mu
grad__h_m__forces_m = pk @ transpose(dm[i]) * (0.0 - area[i])
f1__force_a__g1 = vec(grad[0, 0], grad[1, 0], grad[2, 0])
f2__force_b__g2 = vec(grad[0, 1], grad[1, 1], grad[2, 1])
with either:
    with _(3):
        atomic_add(force, a1, f1)
        atomic_add(force, a2, f2)
        atomic_add(force, a0, -(f1 + f2))
    with _:
        energy[i] = pick(ddot(pk, def_g), ddot(pk, pk)) * area[i]
"""

_SPLAT = """
p0__center__t_cam = view @ mean[i]
inv_z__rz__iz = 1.0 / safe(p0[2])
fz__scale_z__f_over_z = focal * inv_z
with maybe(0.4):
    if p0[2] < limit:
        return
with either:
    with _:
        jp__proj__J_p = mat2(fz, 0.0, -fz * p0[0] * inv_z, 0.0, fz, -fz * p0[1] * inv_z)
    with _:
        jp__proj__J_p = matrix_from_rows(vec(fz, 0.0, -fz * p0[0] * inv_z), vec(0.0, fz, -fz * p0[1] * inv_z))
tw__T__proj_w = jp @ view
c2__screen__sigma2 = tw @ cov[i] @ transpose(tw)
with maybe(0.6):
    c2[0, 0] += num(0.3, 0.1)
    c2[1, 1] += num(0.3, 0.1)
with either:
    with _(2):
        cov2[i] = c2
    with _:
        mid__half_tr__m_v = 0.5 * trace(c2)
        radius[i] = num(3.0, 2.0) * sqrt(max(mid + sqrt(max(mid * mid - determinant(c2), 0.1)), 0.0))
    with _:
        cov2[i] = pick(inverse(c2), c2 * gain)
"""

_FILTER = """
h0__obs__H_i = H[i]
x0__prior__xs = state[i]
p0__cov_i__P_i = P[i]
y0__innov__resid = zm[i] - h0 @ x0
with maybe(0.3):
    if length(y0) > limit:
        return
ph__cross__pht = p0 @ transpose(h0)
s0__innov_cov__S_m = h0 @ ph
s0 += ident(s0) * (noise * noise + 0.001)
k0__kalman__K_m = ph @ inverse(s0)
state[i] = x0 + k0 @ y0 * pick(1.0, num(0.5, 0.9))
P[i] = p0 - k0 @ pick(h0 @ p0, transpose(ph))
with maybe(0.4):
    energy[i] = dot(y0, inverse(s0) @ y0)
"""

_LAYER = """
k0__layer__which = unit[i]
pre__z0__lin = W[k0] @ h[i] + bias[k0]
with either:
    with _:
        for c in range(R):
            pre[c] = pick(max(pre[c], 0.0), tanh(pre[c]), 1.0 / (1.0 + exp(-abs(pre[c]))))
        act[i] = pre
    with _:
        act[i] = pick(cw_mul(pre, f[i]), pre * gain, max(pre, f[i]))
    with _:
        back__grad_h__dh = transpose(W[k0]) @ (pre - e[i])
        step[i] = pick(back * gain, back, back + h[i] * lam)
with maybe(0.3):
    tally(dot(pre, f[i]))
"""
_TEXT = {"inverse": _INVERSE, "task": _TASK, "strain": _STRAIN, "membrane": _MEMBRANE, "splat": _SPLAT}
_TEXT |= {"filter": _FILTER, "layer": _LAYER}


def build(b: Builder) -> None:
    if b.real is F16:
        b.real, b.space = F32, vector(b.space.length, F32)
    b.grid(1)
    framing.prologue(b)
    form = b.weighted(_FORMS)
    rows, cols = b.pick(((3, 6), (3, 6), (3, 7), (2, 6), (3, 4), (2, 5), (3, 8)))
    scope = {}
    for name, text in _SCOPE.items():
        scope[name] = text.replace("mRN", f"m{rows}{cols}").replace("vN", f"v{cols}")
        scope[name] = scope[name].replace("vR", f"v{rows}").replace("mR[", f"m{rows}[")
    s = Sketch(b, **scope, N=cols, R=rows)
    s.scope["tally"] = lambda e: framing.tally(b, e, "activity", "power", "score")
    s.scope["diag_of"] = lambda v: op("diag", v)
    s(_TEXT[form])
    framing.bookkeeping(b, 0.25)
    s.done()
