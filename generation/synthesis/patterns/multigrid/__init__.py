"""Multigrid cycles on grids of two dimensions: smoothing, residuals, restriction, prolongation.

Free choices: the smoother and its order of cells, weights of the transfer, cell- or vertex-centred levels,
coefficients by cell, walls, what of the residual is logged.
Source: Briggs, Henson and McCormick, "A Multigrid Tutorial", 2000; Trottenberg et al., "Multigrid", 2001;
McAdams et al., "A Parallel Multigrid Poisson Solver for Fluids Simulation on Large Grids", 2010.
"""

from __future__ import annotations

from generation.synthesis.forms import Family, Form
from generation.synthesis.patterns.multigrid.levels import CORRECT, INTERPOLATE, RESTRICT
from generation.synthesis.patterns.multigrid.sweeps import RESIDUAL, SMOOTH, STENCIL

VERBS = ("smooth", "restrict", "prolong")
FIELDS = ("fluid", "finite_element")
SUBJECTS = ("levels", "grid", "cells", "pressure_levels")

_SCOPE = {
    "nx": "n:n nx num_x fine_x",
    "ny": "n:rows ny num_y fine_y",
    "cx": "n:cx coarse_nx half_x coarse_x",
    "cy": "n:cy coarse_ny half_y coarse_y",
    "fx": "n:fx fine_nx double_x fine_x",
    "fy": "n:fy fine_ny double_y fine_y",
    "u": "inout s[n,rows] u solution phi",
    "u_in": "s[n,rows] u solution phi",
    "u_out": "out s[n,rows] u_new smoothed phi_new",
    "f": "s[n,rows] rhs f source_term",
    "res": "out s[n,rows] residual res defect",
    "fine": "s[fx,fy] fine_residual fine_res fine_values",
    "fine_sol": "s[fx,fy] fine_solution fine_u fine_phi",
    "fine_ok": "i[fx,fy] fine_flags fine_mask fine_type",
    "coarse_out": "out s[n,rows] coarse_rhs coarse_f restricted",
    "start": "out s[n,rows] coarse_u coarse_guess coarse_init",
    "coarse": "s[cx,cy] coarse_correction coarse_e correction",
    "flags": "i[n,rows] cell_type flags mask",
    "kappa": "s[n,rows] diffusivity kappa permeability",
    "ax": "s[n,rows] aniso_x weight_x face_x",
    "ay": "s[n,rows] aniso_y weight_y face_y",
    "shift": "s helmholtz_shift sigma reaction",
    "h2": "s h_squared dx2 cell_area",
    "inv_h2": "s inv_h2 inv_dx2 inv_spacing_sq",
    "omega": "c omega relaxation damping",
    "scale": "s correction_scale overrelax prolong_scale",
    "parity": "i parity color red_black",
    "tol": "s tolerance residual_tol eps",
    "norm": "inout s[1] residual_norm_sq res_norm norm_acc",
    "worst": "inout s[1] max_residual res_inf largest_defect",
    "sum": "inout s[1] rhs_sum mean_acc compat_sum",
    "active": "inout i[1] num_active unconverged num_dirty",
}

build = Family(
    _SCOPE,
    Form(
        30,
        "smooth jacobi_smooth red_black_sweep",
        STENCIL.replace("BORDER", "u_out[i, j] = u_in[i, j]") + SMOOTH,
        "correction change",
        (2,),
        prologue=False,
        summary="Smooth the error on one level.",
    ),
    Form(
        22,
        "compute_residual level_residual defect",
        STENCIL.replace("BORDER", "u_out[i, j] = u_in[i, j]") + RESIDUAL,
        "residual_sq residual_abs",
        (2,),
        prologue=False,
        summary="Residual of the current level.",
    ),
    Form(
        24,
        "restrict restrict_residual coarsen",
        RESTRICT,
        "coarse_norm restricted_sum",
        (2,),
        prologue=False,
        summary="Restrict the fine residual to the coarse grid.",
    ),
    Form(
        20,
        "prolong interpolate_correction prolongate",
        INTERPOLATE,
        "correction_norm change",
        (2,),
        prologue=False,
        summary="Add the interpolated coarse correction.",
    ),
    Form(
        12,
        "correct coarse_solve apply_correction",
        CORRECT,
        "correction_norm change",
        (2,),
        prologue=False,
        summary="Correct the fine grid by the coarse cell above it.",
    ),
).build
