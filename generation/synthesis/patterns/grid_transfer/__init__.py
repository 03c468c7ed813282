"""Particles and a background grid: transfer to the grid, forces on it, transfer back (PIC, FLIP, APIC, MPM).

Free choices: weights (linear, quadratic, cubic), what is transferred, the constitutive law and plasticity of
each material, walls and obstacles, blending of velocities.
Source: Jiang et al., "The Material Point Method for Simulating Continuum Materials", SIGGRAPH 2016 courses;
Hu et al., "A Moving Least Squares Material Point Method", 2018; Stomakhin et al., 2013.
"""

from __future__ import annotations

from generation.language.types import F32, matrix, vector
from generation.program.nodes import Const
from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.grid_transfer.materials import STRESS
from generation.synthesis.patterns.grid_transfer.nodes import GRID, WALLS
from generation.synthesis.patterns.grid_transfer.transfers import (
    FLAT,
    GIVE,
    GUARDS,
    KERNELS,
    NESTED,
    NODE,
    TAKE,
    TO_GRID,
    TO_PARTICLES,
    WEIGHTS,
)
from generation.synthesis.sketches import Sketch
from generation.synthesis.sketches.texts import filled

VERBS = ("transfer", "update", "apply", "splat", "compute")
FIELDS = ("particles", "fluid")
SUBJECTS = ("grid", "particles", "grid_velocity", "momentum", "mass", "material_points")
_FORMS = Weights({"to_grid": 28, "to_particles": 26, "grid": 24, "stress": 26})
TITLES = {
    "to_grid": ("particle_to_grid p2g_transfer scatter_to_grid", "Transfer particle quantities to the grid."),
    "to_particles": (
        "grid_to_particle g2p_transfer gather_from_grid",
        "Transfer grid quantities to the particles.",
    ),
    "grid": ("grid_step update_grid_velocity", "Update the grid velocities."),
    "stress": ("compute_particle_stress particle_stress", "Stress of each particle."),
}

_SCOPE = {
    "laws": "e Material ELASTIC SNOW OTHER",
    "x": "v3[n] particle_x x positions",
    "v": "v3[n] particle_v v velocities",
    "affine": "m3[n] particle_C affine C",
    "mass": "c particle_mass mass m_p",
    "volume": "c particle_volume vol volume0",
    "stress": "m3[n] particle_stress stress kirchhoff",
    "selected": "i[n] selection active_flags particle_flags",
    "gx": "n:gx grid_dim_x nx grid_res_x",
    "gy": "n:gy grid_dim_y ny grid_res_y",
    "gz": "n:gz grid_dim_z nz grid_res_z",
    "inv_dx": "s inv_dx inv_h one_over_dx",
    "dx": "s dx grid_dx cell_size",
    "origin": "v3 grid_origin domain_min lower",
    "dt": "s dt sub_dt h",
    "grid_m": "inout s[gx,gy,gz] grid_m grid_mass node_mass",
    "grid_v": "inout v3[gx,gy,gz] grid_v_in grid_momentum node_momentum",
    "gv": "v3[gx,gy,gz] grid_v_out grid_vel node_velocity",
    "gv_old": "v3[gx,gy,gz] grid_v_prev grid_vel_old saved_velocity",
    "x_out": "out v3[n] particle_x_out x_out new_positions",
    "v_out": "out v3[n] particle_v_out v_out new_velocities",
    "c_out": "out m3[n] particle_C_out affine_out C_out",
    "flip": "s flip_ratio pic_blend alpha",
    "lo": "v3 bounds_min domain_lower clamp_min",
    "hi": "v3 bounds_max domain_upper clamp_max",
    "mom": "v3[n,rows,cols] grid_v_in grid_momentum node_momentum",
    "mas": "s[n,rows,cols] grid_m grid_mass node_mass",
    "vel_out": "out v3[n,rows,cols] grid_v_out grid_vel node_velocity",
    "sdf": "s[n,rows,cols] collider_sdf obstacle_phi boundary_sdf",
    "nrm": "v3[n,rows,cols] collider_normal obstacle_normal boundary_normal",
    "wall_v": "v3 collider_velocity wall_velocity obstacle_vel",
    "mu": "s friction surface_friction mu",
    "gravity": "v3 gravity gravity_vec g",
    "damp": "s grid_damping grid_v_damping_scale damping",
    "pad": "i bound padding boundary_cells",
    "nx": "n:n nx grid_dim_x res_x",
    "ny": "n:rows ny grid_dim_y res_y",
    "nz": "n:cols nz grid_dim_z res_z",
    "f": "m3[n] particle_F F deformation_gradient",
    "f_out": "out m3[n] particle_F_out F_new F_trial",
    "stress_out": "out m3[n] particle_stress_out tau kirchhoff_out",
    "grad": "m3[n] velocity_gradient grad_v particle_grad_v",
    "law": "i[n] material material_id law_id",
    "lame_mu": "c mu lame_mu shear_modulus",
    "lam": "c lam lame_lambda bulk_lambda",
    "yield": "s[n] yield_stress yield_limit cohesion",
    "hard": "s hardening xi hardening_rate",
    "alpha": "s friction_alpha drucker_alpha sin_phi",
    "jp": "inout s[n] particle_Jp plastic_volume Jp",
    "jp_in": "s[n] plastic_j_in Jp_prev hardening_state",
    "visc": "s plastic_viscosity eta viscosity",
    "bulk": "s bulk_modulus stiffness eos_k",
    "gamma": "s gamma eos_gamma exponent",
    "low": "s min_stretch theta_c compress_limit",
    "high": "s max_stretch theta_s stretch_limit",
}

_TEXT = {"to_grid": TO_GRID, "to_particles": TO_PARTICLES, "grid": GRID, "stress": STRESS}


def build(b: Builder) -> None:
    b.real, b.space = F32, vector(3, F32)
    form = b.form(_FORMS)
    b.grid(3 if form == "grid" else 1)
    if b.chance(0.3):
        framing.prologue(b)
    helper, span, half = b.pick(KERNELS)
    # Nested loops of constant length are unrolled by Warp: more than eight nodes rather count in one loop.
    loop = NESTED if span == 2 or (span == 3 and b.chance(0.12)) else FLAT
    text = filled(_TEXT[form], LOOP=loop, WEIGHTS=WEIGHTS, WALLS=b.pick(WALLS))
    text = filled(filled(text, BODY=GIVE if form == "to_grid" else TAKE), NODE=NODE)
    text = filled(text, GUARD=b.pick(GUARDS)).replace("HALF", half)
    for word, value in (("CUBE", span**3), ("SQUARE", span**2), ("SPAN", span)):
        text = text.replace(word, str(value))
    text = text.replace(" - 0.0)", ")").replace("yield[i]", "limit_stress[i]")
    s = Sketch(b, **_SCOPE)
    s.scope |= {
        "limit_stress": _SCOPE["yield"],
        "tally": lambda e: framing.tally(b, e, "kinetic", "mass", "energy"),
    }
    square = matrix(3, 3, b.real)
    s.scope |= {"zero_m": lambda: Const(square, 0), "identity3": lambda: Const(square, 1)}
    s.scope["polish_m"] = lambda e: b.mix(square, [e, s["mass"]], 0.1)
    s(helper)(text)
    s.done()
