"""Neighbour lists: particles into cells, cells to sorted lists, pairs under periodic borders, rebuilds.

Free choices: orthogonal or triclinic box, per axis periodic or not, count or fill, half or full lists,
overflow, batches of systems, skin, who is the thread (atom, pair, cell).
Source: Allen and Tildesley, "Computer Simulation of Liquids", 2017, chapter 5; Verlet, "Computer Experiments
on Classical Fluids", 1967; Green, "Particle Simulation using CUDA", 2010.
"""

from __future__ import annotations

from generation.synthesis.forms import Family, Form
from generation.synthesis.patterns.neighbour_list.cells import BIN, BORDERS, REBUILD
from generation.synthesis.patterns.neighbour_list.pairs import ALL, CELLS, COORDINATION, PAIRS, form

VERBS = ("build_neighbors", "count_neighbors", "bin_atoms")
FIELDS = ("molecular", "particles")

SCOPE = {
    "x": "v[n] positions pos coord",
    "x_ref": "v[n] ref_positions last_positions positions_at_build",
    "box": "v box box_lengths cell_lengths",
    "cell": "m3 cell cell_matrix lattice",
    "inv_cell": "m3 inv_cell cell_inverse reciprocal",
    "pbc_x": "i pbc_x periodic_x",
    "pbc_y": "i pbc_y periodic_y",
    "cutoff": "s cutoff r_cut rc",
    "skin": "s skin skin_distance buffer",
    "num": "n:n num_atoms n_atoms natoms",
    "max_nb": "n:width max_neighbors max_nb neighbor_capacity",
    "nb": "out i[n,width] neighbor_matrix neighbors nb_list",
    "nb_in": "i?n[n,width] neighbor_matrix neighbors nb_list",
    "shift": "out v[n,width] shift_vectors neighbor_shifts image_offsets",
    "num_nb": "out i[n] num_neighbors neighbor_count nb_count",
    "num_in": "i[n] num_neighbors neighbor_count",
    "overflow": "inout i[1] overflow max_count_seen",
    "cells": "n:bins num_cells total_cells",
    "cx": "n:cells_x cells_x ncell_x grid_x",
    "cy": "n:cells_y cells_y ncell_y grid_y",
    "cz": "n:cells_z cells_z ncell_z grid_z",
    "cell_of": "out i[n] cell_index cell_ids atom_cell",
    "cell_idx": "i>bins[n] cell_index cell_ids atom_cell",
    "cell_count": "inout i[bins] cell_count cell_counts atoms_per_cell",
    "cell_size": "s cell_size bin_width cell_width",
    "starts": "i<n[bins+1] cell_start cell_offsets cell_ptr",
    "order": "i>n[n] sorted_atoms cell_atoms atom_order",
    "stencil": "i?bins[bins,27] cell_neighbors adjacent_cells stencil_cells",
    "batch": "i>systems[n] batch_idx system_id mol_id",
    "exclude": "i[n] exclusion_group molecule residue",
    "rebuild": "inout i[1] rebuild_flag needs_rebuild",
    "moved": "inout s[1] max_displacement largest_move",
    "pairs": "out i[capacity,2] pair_list edge_index edges",
    "pair_d": "out s[capacity] pair_distance edge_length",
    "pair_count": "inout i<capacity[1] pair_count num_pairs edge_count",
    "capacity": "n:capacity max_pairs capacity max_edges",
    "wrapped": "out v[n] wrapped positions_wrapped pos_out",
    "image": "inout i[n] image_flags crossings",
    "low": "v grid_origin lower box_lower",
    "nb_cell": "out i[n] slot_in_cell cell_rank",
    "bin_lo": "inout i[bins] cell_begin first_in_cell",
    "bin_hi": "inout i[bins] cell_end last_in_cell",
    "sorted_x": "out v[n] sorted_positions x_sorted",
    "sorted_batch": "out i[n] sorted_batch batch_sorted",
    "rank_of": "out i[n] local_rank rank_in_cell",
    "system_flag": "inout i[systems] rebuild_flags system_dirty",
    "stale_out": "out i[n] moved_flags is_stale",
    "mobile": "i[n] mobile free_flag is_mobile",
    "nearest_all": "inout s[n] nearest_r closest_distance",
    "degree": "inout i[n] degree neighbor_count",
    "longest": "inout s[1] longest_edge max_distance",
    "closest": "out s[n] nearest_distance closest_r",
    "reach": "out s[n] coordination nearest_distance",
}

build = Family(
    SCOPE,
    Form(
        28,
        "build_neighbor_list naive_neighbors fill_neighbor_matrix",
        form(ALL),
        space=(3,),
        summary="Build the neighbor list of each atom by testing all pairs.",
    ),
    Form(
        28,
        "query_cell_list build_from_cells collect_from_cells",
        form(CELLS),
        space=(3,),
        summary="Build neighbor lists from the atoms of adjacent cells.",
    ),
    Form(
        10, "bin_atoms assign_cells compute_cell_ids", BIN, space=(3,), summary="Assign each atom to a cell."
    ),
    Form(
        4,
        "find_cell_bounds reorder mark_cells",
        BORDERS,
        space=(3,),
        prologue=False,
        summary="Find where each cell starts and ends in the sorted atoms.",
    ),
    Form(
        10,
        "find_pairs radius_graph collect_edges",
        form(PAIRS),
        threads=(2,),
        space=(3,),
        prologue=False,
        summary="Collect all pairs within the cutoff.",
    ),
    Form(
        8,
        "check_rebuild check_skin needs_rebuild",
        REBUILD,
        space=(3,),
        summary="Check whether an atom has moved far enough for new neighbor lists.",
    ),
    Form(
        18,
        "coordination count_neighbors local_environment",
        form(COORDINATION),
        space=(3,),
        summary="Smooth coordination number of each atom.",
    ),
).build
