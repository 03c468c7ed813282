"""Material point method: particles to grid, grid step, grid to particles, constitutive laws by material.

Free choices: 2 or 3 dimensions, spline order, affine or plain transfer, walls (sticky, slip, separating), the
stress (equation of state, neo-Hookean, fixed corotated), plasticity (none, snow, sand), time step bounds.
Source: Hu et al., "A Moving Least Squares Material Point Method", 2018; Stomakhin et al., "A Material Point
Method for Snow Simulation", 2013; Klar et al., "Drucker-Prager Elastoplasticity for Sand Animation", 2016.
"""

from __future__ import annotations

from generation.language.types import F32, vector
from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.mpm.grid import bounds, grid
from generation.synthesis.patterns.mpm.material import stress
from generation.synthesis.patterns.mpm.transfers import gather, scatter
from generation.synthesis.sketches import Sketch

VERBS = ("p2g", "g2p", "grid_update", "update_stress", "mpm_step")
FIELDS = ("particles", "finite_element")
_FORMS = Weights({"scatter": 26, "gather": 22, "grid": 20, "stress": 22, "bounds": 10})
TITLES = {
    "scatter": ("p2g particle_to_grid scatter_to_grid", "Transfer particle mass and momentum to the grid."),
    "gather": ("g2p grid_to_particle gather_from_grid", "Transfer grid velocities back to the particles."),
    "grid": ("grid_update update_grid grid_op", "Update the velocities of the grid."),
    "stress": ("compute_stress update_stress", "Stress of each particle."),
    "bounds": ("grid_boundary apply_grid_boundary",),
}

SCOPE = {
    "inv_dx": "s inv_dx inv_cell_size",
    "dx": "s dx cell_size h",
    "dt": "s dt time_step",
    "x": "v[n] x particle_x positions",
    "v": "v[n] v particle_v velocities",
    "mass": "c particle_mass mass m_p",
    "vol": "c particle_vol volume vol0",
    "C": "m[n] particle_C affine apic_c",
    "F": "m[n] particle_F deformation def_grad",
    "stress": "m[n] particle_stress stress tau",
    "active": "i[n] selection particle_active material_mask",
    "x_io": "inout v[n] x particle_x positions",
    "v_out": "out v[n] v particle_v new_velocity",
    "C_out": "out m[n] particle_C affine_out new_C",
    "F_io": "inout m[n] particle_F deformation def_grad",
    "stress_out": "out m[n] particle_stress stress_out tau_out",
    "jp_io": "inout s[n] particle_Jp plastic_volume hardening_state",
    "material": "i[n] material particle_material mat_id",
    "mu0": "c mu shear_modulus mu0",
    "lam0": "c lam lame_lambda lambda0",
    "bulk": "c bulk_modulus stiffness bulk",
    "gamma": "s gamma eos_gamma",
    "viscosity": "s plastic_viscosity viscosity eta",
    "theta_c": "s theta_c critical_compression",
    "theta_s": "s theta_s critical_stretch",
    "hardening": "s hardening xi",
    "friction": "s friction_coeff alpha sin_phi",
    "yield_stress": "c yield_stress ys",
    "gravity": "v gravity g",
    "damping": "s grid_v_damping_scale damping grid_damping",
    "bound": "n:pad bound padding wall_width",
    "limit": "s max_velocity speed_limit cfl_speed",
    "wall_mu": "s wall_friction boundary_friction",
    "point": "v collider_center plane_point",
    "normal": "v plane_normal surface_normal collider_normal",
    "radius": "s collider_radius ball_radius",
    "low": "v domain_min lower",
    "high": "v domain_max upper",
    "out_of_bounds": "inout i[1] escaped_count num_outside",
}
_VERBS = {
    "scatter": ("p2g", "particle_to_grid", "scatter", "rasterize"),
    "gather": ("g2p", "grid_to_particle", "gather", "advect"),
    "grid": ("grid_update", "normalize_grid", "apply_boundary", "grid_normalization_and_gravity"),
    "stress": ("update_stress", "compute_stress_from_F", "apply_plasticity", "return_mapping"),
    "bounds": ("clip", "enforce_bounds", "confine"),
}
_TALLIES = {
    **dict.fromkeys(("scatter", "grid"), ("kinetic_energy", "kinetic")),
    "gather": ("speed", "speed_sum"),
    **dict.fromkeys(("stress", "bounds"), ("stress_norm", "elastic_energy")),
}
_FORM = {"scatter": scatter, "gather": gather, "grid": grid, "stress": stress, "bounds": bounds}


def build(b: Builder) -> None:
    b.real = F32
    b.space = vector(b.pick((2, 2, 3)), b.real)
    form = b.form(_FORMS)
    dims = b.space.length
    b.grid(dims if form == "grid" else 1)
    extents = ",".join(("n", "rows", "cols")[:dims] if form == "grid" else ("gx", "gy", "gz")[:dims])
    s = Sketch(b, **SCOPE)
    names = ("n", "rows", "cols") if form == "grid" else ("gx", "gy", "gz")
    for axis, size in zip("xyz"[:dims], names, strict=False):
        s.scope[f"g{axis}"] = f"n:{size} grid_dim_{axis} n{axis} grid_{axis}"
    s.scope |= {
        "grid_m": f"{'in' if form == 'grid' else 'inout'} s[{extents}] grid_m grid_mass",
        "grid_p": f"{'in' if form == 'grid' else 'inout'} v[{extents}] grid_v_in grid_momentum",
        "grid_v": f"{'out' if form == 'grid' else 'in'} v[{extents}] grid_v_out grid_velocity",
    }
    b.verbs = _VERBS[form]
    s.scope["tally"] = lambda e: framing.tally(b, e, *_TALLIES[form])
    if form != "grid" and b.chance(0.5):
        s(f"if active[i] {b.pick(('== 0', '== 0', '!= 0'))}:\n    return")
    elif form != "grid":
        framing.prologue(b)
    _FORM[form](b, s)
    s.done()
