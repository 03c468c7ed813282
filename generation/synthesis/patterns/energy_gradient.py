"""Forces as derivatives of an energy that wp.grad takes: wells, springs, angles, materials, distance fields.

Free choices: the energy, whether its gradient drives a force, a step of descent, a velocity or a normal; by
point, by edge, by element; weights, step rules.
Source: Baraff and Witkin, "Large Steps in Cloth Simulation", 1998; Smith et al., "Stable Neo-Hookean Flesh
Simulation", 2018; Hart, "Sphere Tracing", 1996; Warp documentation, "Differentiability".
"""

from __future__ import annotations

from generation.synthesis.builder import Builder
from generation.synthesis.forms import Family, Form
from generation.synthesis.sketches import Sketch

VERBS = ("energy_gradient", "evaluate_forces", "descend")
FIELDS = ("particles", "geometry", "elasticity")

SCOPE = {
    "x": "v[n] positions points q",
    "xm": "inout v[n] positions points q",
    "v": "inout v[n] velocities vel v",
    "k": "c stiffness k_spring strength",
    "ka": "s strength amplitude depth_k",
    "center": "v center trap_center anchor_point",
    "width": "s width sigma_w softening",
    "dt": "s dt step_size h",
    "rate": "s learning_rate step descent_rate",
    "mass": "s[n] masses m particle_mass",
    "limit": "s max_force force_limit clip",
    "edges": "i>points[n,2] edges springs bonds",
    "tri": "i>points[n,3] angles triangles hinges",
    "xp": "v[points] positions points vertices",
    "rest": "s[n] rest_lengths rest edge_rest",
    "rest3": "s[n] rest_angle rest_cos target_angle",
    "fp": "inout v[points] forces force_out f",
    "fmat": "m[n] deformation def_grad f_elastic",
    "vol": "s[n] volumes rest_volume vol0",
    "mu": "s mu shear_modulus lame_mu",
    "lam": "s lam lame_lambda bulk",
    "stress": "out m[n] stress piola first_piola",
    "force": "out v[n] forces force_out f_out",
    "normal": "out v[n] normals contact_normal n_out",
    "depth": "out s[n] penetration depth_out sdf_out",
    "energy": "inout s[1] total_energy energy potential_sum",
    "e_out": "out s[n] energies energy_out psi_out",
    "ra": "s radius ball_radius thickness",
}

_WELLS = {
    "harmonic_energy": ("0.5 * k * dot(p - c, p - c)", "p, c, k", "center, k"),
    "gauss_well": ("-k * exp(-dot(p - c, p - c) / safe(w * w))", "p, c, k, w", "center, ka, width"),
    "double_well": ("k * (dot(p, p) - w) * (dot(p, p) - w)", "p, k, w", "k, width"),
    "softened_gravity": ("-k / sqrt(dot(p - c, p - c) + w * w + 0.001)", "p, c, k, w", "center, ka, width"),
    "log_trap": ("k * log(1.0 + dot(p - c, p - c) / safe(w * w))", "p, c, k, w", "center, ka, width"),
    "ripple_energy": ("k * cos(dot(p, c)) + 0.5 * w * dot(p, p)", "p, c, k, w", "center, ka, width"),
}
_USE = """
with either:
    with _(3):
        force[i] = pick(-g, -g * mass[i])
    with _:
        size__g_len__norm_g = length(g)
        if size > limit:
            g = g * (limit / size)
        force[i] = -g
    with _(2):
        xm[i] = pick(p - rate * g, p - rate * g / safe(mass[i]))
    with _:
        (speed__vel__v_i := v[i] - g * (dt / safe(mass[i])))
        v[i] = speed
        xm[i] = p + speed * dt
    with _:
        slope__g_sq__steep = dot(g, g)
        if slope > num(0.0001, 0.000001):
            xm[i] = p - g * min(rate, limit / slope)
"""
_PAIR = """
def spring_energy__edge_energy(a, c__b, rest, k__stiff):
    gap = length(a - c) - rest
    with either:
        with _(2):
            return 0.5 * k * gap * gap
        with _:
            return k * gap * gap * (1.0 + 0.5 * gap * gap)
        with _:
            return k * (sqrt(gap * gap + 1.0) - 1.0)
va__i0 = edges[i, 0]
vb__i1 = edges[i, 1]
ga__grad_a__da, gb__grad_b__db, by_rest, by_k = grad(spring_energy)(xp[va], xp[vb], rest[i], k)
atomic_sub(fp, va, ga)
atomic_sub(fp, vb, gb)
with maybe(0.5):
    atomic_add(energy, 0, spring_energy(xp[va], xp[vb], rest[i], k))
"""
_ANGLE = """
def angle_energy__bend_energy(a, c__apex, e__b, want__target, k__stiff):
    u = normalize(a - c)
    w = normalize(e - c)
    with either:
        with _:
            gap = dot(u, w) - want
            return 0.5 * k * gap * gap
        with _:
            return k * (1.0 - dot(u, w) * want)
pa__i0 = tri[i, 0]
pb__i1 = tri[i, 1]
pc__i2 = tri[i, 2]
want__goal = rest3[i]
ga__grad_a, gb__grad_b, gc__grad_c, by_want, by_k = grad(angle_energy)(xp[pa], xp[pb], xp[pc], want, k)
atomic_sub(fp, pa, ga)
atomic_sub(fp, pb, gb)
atomic_sub(fp, pc, gc)
"""
_MATERIAL = """
def strain_energy__psi(f, m__mu, l__lam):
    with either:
        with _:
            j = determinant(f)
            return 0.5 * m * (ddot(f, f) - 3.0) - m * (j - 1.0) + 0.5 * l * (j - 1.0) * (j - 1.0)
        with _:
            e = 0.5 * (transpose(f) @ f - ident(f))
            return m * ddot(e, e) + 0.5 * l * trace(e) * trace(e)
        with _:
            j = max(determinant(f), 0.05)
            return 0.5 * m * (ddot(f, f) - 3.0) - m * log(j) + 0.5 * l * log(j) * log(j)
fi__f__f_el = fmat[i]
piola__p_mat__dpsi, by_mu, by_lam = grad(strain_energy)(fi, mu, lam)
with either:
    with _:
        stress[i] = pick(piola, piola * vol[i])
    with _:
        stress[i] = piola @ transpose(fi) / max(determinant(fi), 0.01)
with maybe(0.5):
    with either:
        with _:
            e_out[i] = strain_energy(fi, mu, lam) * vol[i]
        with _:
            atomic_add(energy, 0, strain_energy(fi, mu, lam) * vol[i])
"""
_FIELD = """
def scene_sdf__distance_to(p, c__center, r__radius):
    with either:
        with _:
            return length(p - c) - r
        with _:
            q = sqrt((p.x - c.x) * (p.x - c.x) + (p.y - c.y) * (p.y - c.y) + 0.0001) - r
            return abs(q) - 0.1 * r
        with _:
            return min(length(p - c) - r, p.y)
        with _:
            return dot(p - c, p - c) / safe(2.0 * r) - 0.5 * r
p__x_i__pt = x[i]
d__dist__gap = scene_sdf(p, center, ra)
with maybe(0.5):
    if d > 0.0:
        return
g__dsdf__toward, by_c, by_r = grad(scene_sdf)(p, center, ra)
nrm__n__dir_n = pick(normalize(g), g / max(length(g), 0.0001))
with either:
    with _:
        normal[i] = nrm
        depth[i] = pick(-d, d)
    with _:
        force[i] = nrm * (-k * min(d, 0.0))
    with _:
        xm[i] = p - nrm * d
"""


def _well(b: Builder, s: Sketch) -> str:
    name = b.pick(tuple(_WELLS))
    value, names, given = _WELLS[name]
    s(f"def {name}({names}):\n    return {value}")
    spare = ", ".join(f"by_{other}" for other in names.split(", ")[1:])
    text = f"p__x_i__pt = x[i]\ng__grad__dedx, {spare} = grad({name})(p, {given})\n{_USE}"
    if b.chance(0.35):
        text += f"atomic_add(energy, 0, {name}(p, {given}))\n"
    return text


build = Family(
    SCOPE,
    Form(38, "evaluate_forces energy_gradient descend potential_forces", _well),
    Form(24, "spring_forces bond_gradient edge_forces", _PAIR),
    Form(10, "angle_forces bending_gradient", _ANGLE, space=(3,)),
    Form(16, "material_stress piola_stress", _MATERIAL, space=(3,)),
    Form(18, "contact_normals project_points sdf_forces", _FIELD, space=(2, 3)),
).build
