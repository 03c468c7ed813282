"""Electrostatics of point charges: direct sums, damped pairs, Ewald sums, charge meshes, solvation.

Free choices: plain, reaction field, Wolf or damped shifted force, screening; real or reciprocal space,
spline order, exclusions, half or full sums, energies, fields or forces, batches.
Source: Frenkel and Smit, "Understanding Molecular Simulation", 2002, chapter 12; Fennell and Gezelter, "Is
the Ewald summation still necessary?", 2006; Essmann et al., "A smooth particle mesh Ewald method", 1995.
"""

from __future__ import annotations

from generation.synthesis.forms import Family, Form
from generation.synthesis.patterns.electrostatics.ewald import RECIPROCAL, STRUCTURE, spread
from generation.synthesis.patterns.electrostatics.pairs import direct, induced
from generation.synthesis.patterns.electrostatics.solvation import BORN

VERBS = ("coulomb", "evaluate_charges", "accumulate_field")
FIELDS = ("molecular",)

SCOPE = {
    "x": "v[n] positions coords pos",
    "q": "s[n] charges q atomic_charge",
    "box": "v box box_lengths cell_lengths",
    "num": "n:n num_atoms n_atoms natoms",
    "k_e": "s coulomb_constant prefactor k_e",
    "alpha": "s alpha ewald_alpha damping_alpha",
    "cutoff": "s cutoff r_cut rc",
    "kappa": "s kappa inverse_debye screening",
    "eps_rf": "s epsilon_rf dielectric eps_solvent",
    "starts": "i<pairs[n+1] neighbor_ptr row_offsets nb_start",
    "list": "i>n[pairs] neighbor_list neighbor_idx nb_index",
    "matrix": "i?n[n,width] neighbor_matrix nb_matrix",
    "max_nb": "n:width max_neighbors neighbor_capacity",
    "shifts": "v[pairs] shift_vectors image_shifts",
    "excl": "i?n[n,4] exclusions bonded_partners excluded",
    "scale14": "s scale_14 one_four_scale fudge",
    "mol": "i>systems[n] batch_idx molecule_id system",
    "forces": "out v[n] forces force_out atom_forces",
    "force_sum": "inout v[n] forces force_out",
    "field": "out v[n] field electric_field e_field",
    "potential": "out s[n] potential phi_out atom_potential",
    "energy": "out s[n] energy atom_energy pair_energy",
    "energies": "inout s[systems] system_energy total_energy energies",
    "kvec": "v[rows] k_vectors kvecs reciprocal_vectors",
    "nk": "n:rows num_k n_kvec",
    "kvec1": "v[n] k_vectors kvecs reciprocal_vectors",
    "s_cos": "s[rows] structure_cos s_real cos_sum",
    "s_sin": "s[rows] structure_sin s_imag sin_sum",
    "cos_out": "out s[n] structure_cos s_real",
    "sin_out": "out s[n] structure_sin s_imag",
    "atoms": "n:atoms num_atoms n_atoms natoms",
    "xa": "v[atoms] positions coords",
    "qa": "s[atoms] charges q",
    "volume": "s cell_volume volume",
    "mesh": "inout s[gx,gy,gz] charge_mesh rho_mesh grid_charge",
    "phi_mesh": "s[gx,gy,gz] potential_mesh phi_mesh",
    "gx": "n:gx mesh_x grid_x",
    "gy": "n:gy mesh_y grid_y",
    "gz": "n:gz mesh_z grid_z",
    "inv_cell": "m3 inv_cell reciprocal_cell",
    "dipole": "v[n] dipoles mu induced_dipole",
    "polar": "s[n] polarizability alpha_pol",
    "mu_out": "out v[n] new_dipoles induced_out",
    "thole": "s thole_damping thole_a",
    "born": "s[n] born_radii effective_radius",
    "radius": "s[n] intrinsic_radii atom_radius",
    "born_out": "out s[n] born_out born_sum",
    "solvent": "s solvent_dielectric eps_out",
    "solute": "s solute_dielectric eps_in",
    "applied": "v external_field applied_field",
}

build = Family(
    SCOPE,
    Form(
        36,
        "coulomb direct_sum ewald_real pair_forces",
        direct,
        "electrostatic_energy energy",
        space=(3,),
        summary="Electrostatic energy and forces of each charge.",
    ),
    Form(
        10,
        "structure_factor ewald_structure",
        STRUCTURE,
        "reciprocal_energy",
        space=(3,),
        summary="Structure factor of each reciprocal vector.",
    ),
    Form(
        16,
        "ewald_reciprocal reciprocal_forces",
        RECIPROCAL,
        space=(3,),
        summary="Reciprocal-space part of the Ewald sum.",
    ),
    Form(
        14,
        "spread gather_mesh pme_interpolate",
        spread,
        "energy mesh_charge",
        space=(3,),
        summary="Exchange charges and potentials with the PME mesh.",
    ),
    Form(
        14,
        "induce update_dipoles polarize",
        induced,
        "dipole_change residual",
        space=(3,),
        summary="One sweep of induced dipoles.",
    ),
    Form(16, "generalized_born solvation born", BORN, space=(3,), summary="Generalized Born solvation."),
).build
