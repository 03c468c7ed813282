"""Steps of iterative solvers: Krylov vectors and scalars, relaxation, preconditioners, line searches.

Free choices: the method, what is batched, when a step is refused, colours, relaxation factors, bounds on the
solution, blocks or diagonals, what of the progress is logged.
Source: Saad, "Iterative Methods for Sparse Linear Systems", 2003; Barrett et al., "Templates for the Solution
of Linear Systems", 1994; Nocedal and Wright, "Numerical Optimization", 2006.
"""

from __future__ import annotations

from generation.synthesis.builder import Builder
from generation.synthesis.forms import Family, Form
from generation.synthesis.patterns.optimisation_solver.krylov import (
    DIRECTION,
    GIVENS,
    ORTHOGONAL,
    SCALARS,
    UPDATE,
)
from generation.synthesis.patterns.optimisation_solver.steps import (
    PRECONDITION,
    RELAX,
    RESIDUAL,
    SEARCH,
    TRUST,
)
from generation.synthesis.sketches import Sketch

VERBS = ("solve", "iterate", "update")
FIELDS = ("learning", "finite_element", "rigid_body")
SUBJECTS = ("unknowns", "residuals", "iterates", "systems")

_SCOPE = {
    "sys": "i>systems[n] system_id world_of batch",
    "systems": "n:systems num_systems num_worlds batch_count",
    "x": "inout T[n] x solution iterate",
    "x_in": "T[n] x solution iterate",
    "x_out": "out T[n] x_new next_x solution_out",
    "r": "inout T[n] r residual res",
    "r_in": "T[n] r residual res",
    "r_old": "T[n] r_prev prev_residual old_r",
    "z": "out T[n] z preconditioned z_out",
    "z_in": "T[n] z preconditioned search_base",
    "p": "T[n] p direction search_dir",
    "p_io": "inout T[n] p direction search_dir",
    "ap": "T[n] Ap A_p q",
    "t": "T[n] t A_s shadow_t",
    "rhs": "T[n] b rhs right_side",
    "rho": "s[systems] rho rz_old residual_dot",
    "rho_new": "s[systems] rho_new rz_new new_dot",
    "pap": "s[systems] pAp p_dot_Ap curvature",
    "omega_s": "s[systems] omega stabilizer omega_k",
    "alpha_s": "s[systems] alpha step_alpha alpha_k",
    "dot_out": "inout s[systems] residual_norm_sq rr_new dot_result",
    "dot_b": "inout s[systems] z_dot_r rz_next cross_dot",
    "worst": "inout s[systems] max_residual residual_inf largest",
    "done": "i[systems] converged is_done finished",
    "tol": "s tolerance eps_sq rel_tol",
    "relax": "s relaxation omega_relax sor_factor",
    "row": "i<entries[n+1] row_offsets indptr row_start",
    "col": "i>n[entries] columns col_indices indices",
    "val": "s[entries] values matrix_values entries",
    "diag": "s[n] diagonal diag jacobi_diag",
    "block": "mT[n] diagonal_blocks block_diag inv_blocks",
    "color": "i[n] colors color_id graph_color",
    "now": "i current_color active_color color_pass",
    "fixed": "i[n] is_fixed dirichlet boundary_flag",
    "lo": "s lower_bound x_min box_low",
    "hi": "s upper_bound x_max box_high",
    "theta": "s cheb_theta center eig_mid",
    "delta": "s cheb_delta half_width eig_half",
    "few": "n:basis num_basis krylov_dim restart",
    "basis": "T[basis,n] krylov_basis V basis_vectors",
    "h": "s[basis] h_column hessenberg_col projections",
    "hess": "inout s[n,basis] hessenberg h_column upper_hess",
    "cos": "s[n,basis] givens_c cs cosines",
    "sin": "s[n,basis] givens_s sn sines",
    "cos_out": "out s[n] new_c cs_out cosine",
    "sin_out": "out s[n] new_s sn_out sine",
    "g": "inout s[n] g_rhs least_squares_rhs residual_entry",
    "alpha_out": "out s[n] alpha step_length alpha_out",
    "beta_out": "out s[n] beta beta_out direction_mix",
    "own_rho": "s[n] rho rz_old residual_dot",
    "own_new": "s[n] rho_new rz_new new_dot",
    "own_pap": "s[n] pAp p_dot_Ap curvature",
    "rho0": "s[n] initial_norm rho_start b_norm_sq",
    "done_out": "out i[n] converged is_done finished",
    "iters": "inout i[n] iterations num_iters iteration_count",
    "tries": "i[n] iteration_count num_tries attempts",
    "max_iter": "i max_iterations iteration_limit max_steps",
    "left": "inout i[1] num_active remaining unconverged",
    "cost": "s[n] cost objective f_old",
    "trial": "s[n] trial_cost new_cost f_new",
    "slope": "s[n] directional_derivative slope g_dot_d",
    "step": "inout s[n] step_size step alpha",
    "armijo": "s armijo_c1 sufficient_decrease c1",
    "shrink": "s backtrack shrink contraction",
    "grow": "s growth expand step_growth",
    "step_min": "s min_step smallest_step step_floor",
    "step_max": "s max_step largest_step step_cap",
    "ok": "out i[n] accepted success step_taken",
    "best": "inout s[n] best_cost lowest incumbent",
    "model": "s[n] predicted_decrease model_drop predicted",
    "radius": "inout s[n] trust_radius lm_lambda damping",
    "norm_d": "s[n] step_norm d_norm update_norm",
}


def _typed(text: str, numbers: float = 0.6):
    """The text over numbers or over vectors: three unknowns at a node."""

    def form(b: Builder, s: Sketch) -> str:
        kind = "s" if b.chance(numbers) else "v"
        for name, declared in s.scope.items():
            if type(declared) is str and "T[" in declared:
                s.scope[name] = declared.replace("mT[", "s[" if kind == "s" else "m[").replace(
                    "T[", f"{kind}["
                )
        words = (
            {"DOT": "(A * B)", "SIZE(": "abs(", "NOTHING": "real(0.0)", "MUL": "*"}
            if kind == "s"
            else {"DOT": "dot(A, B)", "SIZE(": "length(", "NOTHING": "vzero()", "MUL": "@"}
        )
        made = (
            text.replace("SIZE(", words["SIZE("])
            .replace("NOTHING", words["NOTHING"])
            .replace("MUL", words["MUL"])
        )
        while "DOT(" in made:
            before, _, after = made.partition("DOT(")
            inner, _, after = after.partition(")")
            a, _, c = inner.partition(", ")
            made = before + words["DOT"].replace("A", a).replace("B", c) + after
        return made

    return form


build = Family(
    _SCOPE,
    Form(
        20,
        "cg_step update_solution bicgstab_update",
        _typed(UPDATE),
        "residual_sq step_norm",
        prologue=False,
        summary="Advance the solution and the residual.",
    ),
    Form(
        16,
        "update_direction next_direction",
        _typed(DIRECTION),
        "direction_norm p_sq",
        prologue=False,
        summary="New search direction from the residual.",
    ),
    Form(
        20,
        "jacobi_sweep gauss_seidel sor_sweep",
        _typed(RELAX, 1.0),
        "correction residual_sq",
        prologue=False,
        summary="Relax each unknown once.",
    ),
    Form(
        16,
        "apply_preconditioner precondition",
        _typed(PRECONDITION),
        "rz z_norm",
        prologue=False,
        summary="Apply the preconditioner to the residual.",
    ),
    Form(
        10,
        "orthogonalize gram_schmidt arnoldi_step",
        _typed(ORTHOGONAL),
        "norm_sq w_norm",
        summary="Make the new Krylov vector orthogonal to the basis.",
    ),
    Form(
        10,
        "apply_givens update_hessenberg",
        _typed(GIVENS, 1.0),
        "residual_entry rotated",
        summary="Apply the Givens rotations to a Hessenberg column.",
    ),
    Form(
        14,
        "compute_scalars step_scalars check_convergence",
        _typed(SCALARS, 1.0),
        "step_length relative_residual",
        summary="Scalars of the iteration and the convergence test.",
    ),
    Form(
        16,
        "line_search backtrack armijo_check",
        _typed(SEARCH, 1.0),
        "decrease step_used",
        summary="Accept or shrink the step of each problem.",
    ),
    Form(
        10,
        "update_trust_region update_damping",
        _typed(TRUST, 1.0),
        "gain_ratio decrease",
        summary="Adapt the trust region to the gain ratio.",
    ),
    Form(
        16,
        "compute_residual spmv_residual",
        _typed(RESIDUAL, 1.0),
        "residual_sq residual_abs",
        prologue=False,
        summary="Residual of a sparse system by rows.",
    ),
).build
