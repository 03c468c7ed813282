"""Cloth and mass-spring networks: springs, membranes, bending, distance constraints.

Free choices: who is the thread (spring, vertex, triangle, hinge), the force law, damping, tearing, pinning,
forces or position corrections, what is accumulated and how.
Source: Provot, "Deformation Constraints in a Mass-Spring Model", 1995; Macklin et al., "XPBD", 2016;
Bridson et al., "Simulation of Clothing with Folds and Wrinkles", 2003.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.springs.pairs import APPLY, CONSTRAINT, DAMP, ENDS, LAW, SPRING
from generation.synthesis.patterns.springs.sheets import BENDING, MEMBRANE, VERTEX
from generation.synthesis.sketches import Sketch

VERBS = ("eval", "accumulate", "solve", "update", "compute")

FIELDS = ("cloth",)

_FORMS = Weights({"spring": 34, "vertex": 20, "membrane": 16, "bending": 14, "constraint": 16})

TITLES = {
    "spring": (
        "eval_springs compute_spring_forces spring_forces",
        "Accumulate spring forces on the ends of each spring.",
        "Evaluate spring forces.",
    ),
    "vertex": (
        "eval_vertex_springs vertex_spring_forces",
        "Spring forces on each vertex from its neighbors.",
    ),
    "membrane": ("eval_membrane eval_triangles membrane_forces", "In-plane elastic forces of triangles."),
    "bending": ("eval_bending compute_bending_forces bending_forces", "Bending forces across hinges."),
    "constraint": (
        "solve_distance_constraints project_distance solve_springs",
        "Project distance constraints.",
    ),
}

_SCOPE = {
    "x": "v[nodes] x pos particle_q positions",
    "v": "v[nodes] v vel particle_qd velocities",
    "f": "inout v[nodes] f forces particle_f force_out",
    "inv_mass": "s[nodes] inv_mass w particle_inv_mass",
    "pinned": "i[nodes] pinned fixed_mask is_pinned",
    "edges": "i>nodes[n,2] edges spring_indices edge_indices",
    "edge_a": "i>nodes[n] spring_i edge_start first_vertex",
    "edge_b": "i>nodes[n] spring_j edge_end second_vertex",
    "loose": "i?nodes[n,2] spring_indices links constraint_pairs",
    "flat": "i>nodes[flat_size] spring_indices flat_indices",
    "rest": "c rest_length rest l0",
    "ke": "c ke stiffness k_stretch",
    "kd": "c kd damping k_damp",
    "dt": "s dt h time_step",
    "limit": "s max_force force_limit max_tension",
    "tear": "s tear_ratio break_strain max_stretch",
    "broken": "out i[n] broken torn_flag is_torn",
    "gravity": "v gravity g",
    "drag": "s air_drag drag viscous",
    "f_vertex": "out v[n] f forces net_force",
    "v_out": "out v[n] v_out new_velocity vel_next",
    "x_own": "v[n] x positions pos",
    "v_own": "v[n] v velocities vel",
    "start": "i<entries[n+1] row_start adjacency_offsets spring_offsets",
    "other": "i>n[entries] adjacent neighbor_vertices spring_other_end",
    "lengths": "s[entries] rest_lengths rest l0",
    "stiff": "s[entries] spring_stiffness edge_ke",
    "mass": "c mass vertex_mass m",
    "tri": "i>nodes[n,3] triangles tri_indices faces",
    "pose": "m2[n] tri_pose inv_rest rest_inverse",
    "area": "s[n] tri_area rest_area areas",
    "mu": "c mu tri_ke shear_modulus",
    "lam": "c lam tri_ka area_modulus",
    "hinge": "i>nodes[n,4] bend_indices hinges edge_indices",
    "rest_angle": "c rest_angle rest_bend angle0",
    "lam_acc": "inout s[n] lambdas multipliers lagrange",
    "compliance": "c compliance alpha inv_stiffness",
    "delta": "inout v[nodes] deltas corrections delta_x",
    "relax": "s relaxation omega sor",
}


def build(b: Builder) -> None:
    b.grid(1)
    form = b.form(_FORMS)
    if form == "bending" or b.space.length == 4:
        b.space = b.space3
    framing.prologue(b)
    s = Sketch(b, **_SCOPE)
    s.scope["tally"] = lambda e: framing.tally(b, e, "energy", "strain_energy", "elastic")
    if form == "spring":
        s(ENDS)(SPRING)(LAW)
        if b.chance(0.6):
            s(DAMP)
        s(APPLY)
    elif form == "constraint":
        s(ENDS)(CONSTRAINT)
    else:
        s.scope["law"] = lambda: s(LAW)
        s(VERTEX if form == "vertex" else MEMBRANE if form == "membrane" else BENDING)
    s.done()
