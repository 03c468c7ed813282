"""Waves on staggered and plain grids: acoustics, electromagnetics, elastic and shallow water, their borders.

Free choices: dimensions, staggering, damping or absorbing layers, media by cell, sources, order in space,
walls.
Source: Yee, "Numerical Solution of Initial Boundary Value Problems Involving Maxwell's Equations", 1966;
Virieux, "P-SV wave propagation in heterogeneous media", 1986; Taflove and Hagness, "Computational
Electrodynamics", 2005.
"""

from __future__ import annotations

from generation.synthesis.forms import Family, Form
from generation.synthesis.patterns.wave.fields import ELECTRIC, MAGNETIC, YEE3
from generation.synthesis.patterns.wave.media import ACOUSTIC, ELASTIC, SCALAR, SHALLOW
from generation.synthesis.patterns.wave.parts import field

VERBS = ("propagate", "update_field", "leapfrog")

FIELDS = ("fluid", "signal")

_SCOPE = {
    "nx": "n:n nx num_x width",
    "ny": "n:rows ny num_y height",
    "nz": "n:cols nz num_z depth",
    "dt": "s dt time_step",
    "dx": "s dx spacing h",
    "inv_dx": "s inv_dx inv_h",
    "c": "s wave_speed c sound_speed",
    "c_map": "s[n,rows] speed_map velocity_model c_map",
    "u": "s[n,rows] u wavefield height",
    "u_prev": "s[n,rows] u_prev u_old prev_height",
    "u_next": "out s[n,rows] u_next u_new next_height",
    "damp": "s damping sponge_strength attenuation",
    "damp_map": "s[n,rows] sponge absorbing_profile damping_map",
    "mask": "i[n,rows] obstacle_mask wall_mask solid",
    "medium": "i[n,rows] medium material_id layer",
    "layer": "n:layer sponge_width pml_width border_width",
    "src_i": "i>n source_i src_x",
    "src_j": "i>rows source_j src_y",
    "time": "s time t_now",
    "freq": "s frequency f0 center_freq",
    "amp": "s amplitude source_amp",
    "receiver": "i?receivers[n,rows] receiver_id probe_index",
    "trace": "inout s[receivers] seismogram recorded probe_value",
    "energy": "inout s[1] total_energy field_energy",
    "ez": "inout s[n,rows] Ez e_z electric",
    "hx": "s[n,rows] Hx h_x magnetic_x",
    "hy": "s[n,rows] Hy h_y magnetic_y",
    "ez_in": "s[n,rows] Ez e_z electric",
    "hx_io": "inout s[n,rows] Hx h_x",
    "hy_io": "inout s[n,rows] Hy h_y",
    "eps": "s[n,rows] permittivity eps_r",
    "sigma": "s[n,rows] conductivity sigma_e",
    "ca": "s[n,rows] coeff_a ca decay_coeff",
    "cb": "s[n,rows] coeff_b cb curl_coeff",
    "mu": "s permeability mu_r mu0",
    "psi": "inout s[n,rows] psi_x cpml_psi psi_ezx",
    "pml_b": "s[n] cpml_b pml_decay",
    "pml_c": "s[n] cpml_c pml_gain",
    "e3": "v[n,rows,cols] e_field electric",
    "h3": "inout v[n,rows,cols] h_field magnetic",
    "p": "inout s[n,rows] pressure p",
    "p_in": "s[n,rows] pressure p",
    "vx": "s[n,rows] vx u_x velocity_x",
    "vy": "s[n,rows] vy u_y velocity_y",
    "vx_io": "inout s[n,rows] vx u_x velocity_x",
    "vy_io": "inout s[n,rows] vy u_y velocity_y",
    "rho": "s[n,rows] density rho",
    "rho0": "s rest_density rho0",
    "kappa": "s[n,rows] bulk_modulus kappa",
    "txx": "s[n,rows] stress_xx txx",
    "tyy": "s[n,rows] stress_yy tyy",
    "txy": "s[n,rows] stress_xy txy",
    "lam": "c lame_lambda lam",
    "shear": "c lame_mu shear",
    "txx_io": "inout s[n,rows] stress_xx txx",
    "tyy_io": "inout s[n,rows] stress_yy tyy",
    "txy_io": "inout s[n,rows] stress_xy txy",
    "depth_w": "s[n,rows] water_depth depth h",
    "hu": "s[n,rows] momentum_x hu",
    "hv": "s[n,rows] momentum_y hv",
    "h_out": "out s[n,rows] depth_out h_new",
    "hu_out": "out s[n,rows] hu_out momentum_x_new",
    "hv_out": "out s[n,rows] hv_out momentum_y_new",
    "bed": "s[n,rows] bed_elevation terrain bathymetry",
    "grav": "s gravity g",
    "manning": "s manning friction roughness",
    "dry": "s dry_depth wet_threshold min_depth",
}

build = Family(
    _SCOPE,
    Form(
        24,
        "wave_step propagate leapfrog",
        field(SCALAR, "u_next[i, j] = 0.0", "next += amp * w", "u_next[i, j] = u[i, j]"),
        "",
        (2,),
        prologue=False,
        summary="One time step of the wave equation.",
    ),
    Form(
        18,
        "update_e fdtd_electric",
        field(ELECTRIC, "ez[i, j] = 0.0", "next += amp * w"),
        "",
        (2,),
        prologue=False,
        summary="Update the electric field from the curl of H.",
    ),
    Form(
        10,
        "update_h fdtd_magnetic",
        MAGNETIC,
        "",
        (2,),
        prologue=False,
        summary="Update the magnetic field from the curl of E.",
    ),
    Form(6, "update_h_3d yee_curl", YEE3, "", (3,), (3,), prologue=False, summary="Update H on a Yee grid."),
    Form(
        16,
        "update_pressure acoustic_step",
        field(ACOUSTIC, "p[i, j] = 0.0", "next += amp * w * dt"),
        "",
        (2,),
        prologue=False,
        summary="Update the acoustic pressure.",
    ),
    Form(
        12,
        "elastic_step advance_elastic",
        field(ELASTIC, "vx_io[i, j] = 0.0", ""),
        "",
        (2,),
        prologue=False,
        summary="One step of the velocity-stress scheme.",
    ),
    Form(
        14,
        "shallow_water update_depth",
        field(SHALLOW, "h_out[i, j] = depth_w[i, j]", ""),
        "",
        (2,),
        prologue=False,
        summary="One explicit step of the shallow water equations.",
    ),
).build
