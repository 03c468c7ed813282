"""Neighbour lists of atoms: cells, counts and lists, periodic images, when to build anew.

Free choices: periodic or open, half or full lists, one system or a batch, the walk through the cells,
exclusions.
Source: Verlet, "Computer Experiments on Classical Fluids", 1967; Allen and Tildesley, "Computer Simulation of
Liquids", 2017, section 5.3.
"""

from __future__ import annotations

from generation.language.types import vector
from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.cell_list.cells import BIN, STALE, WRAP
from generation.synthesis.patterns.cell_list.pairs import ACCEPT, END, IMAGE, PAIRS, WALK, WRITES
from generation.synthesis.sketches import Sketch
from generation.synthesis.sketches.texts import filled
from generation.synthesis.terms import integer, op

VERBS = ("build", "fill", "count", "update", "compute")
FIELDS = ("molecular",)
SUBJECTS = ("neighbor_list", "cell_list", "neighbor_matrix", "neighbors", "cells")
TITLES = {
    "bin": (
        "bin_atoms assign_cells count_atoms_per_cell",
        "The cell of each atom, and how many each cell holds.",
    ),
    "walk": (
        "build_neighbor_matrix fill_neighbors",
        "Neighbours within the cutoff, found through the cells.",
    ),
    "pairs": ("naive_neighbor_matrix all_pairs_neighbors", "Neighbours within the cutoff among all pairs."),
    "stale": ("check_rebuild needs_rebuild", "Whether an atom has moved further than half the skin."),
    "wrap": ("wrap_positions apply_pbc", "Positions back into the box, with the image they left to."),
}
_FORMS = Weights({"bin": 20, "walk": 28, "pairs": 24, "stale": 16, "wrap": 18})

_SCOPE = {
    "n": "n:n num_atoms natom total_atoms",
    "x": "v3[n] positions coord xyz",
    "box": "v3 box cell_lengths box_size",
    "inv_box": "v3 inv_box inv_lengths inverse_box",
    "cell_m": "m3[systems] cell lattice box_matrix",
    "cell_inv": "m3[systems] inv_cell inverse_lattice recip",
    "pbc": "b[systems,3] pbc periodic is_periodic",
    "batch": "i>systems[n] batch_idx system_id molecule_id",
    "first": "i<n[systems+1] batch_ptr system_start atom_ptr",
    "cutoff": "s cutoff r_cut cutoff_radius",
    "skin": "s skin skin_distance buffer",
    "cells_x": "n:cx cells_x num_cells_x grid_x",
    "cells_y": "n:cy cells_y num_cells_y grid_y",
    "cells_z": "n:cz cells_z num_cells_z grid_z",
    "counts": "inout i[cx,cy,cz] cell_counts atoms_per_cell cell_count",
    "cell_out": "out i3[n] atom_cell cell_index atom_to_cell",
    "slot_out": "out i[n] slot_in_cell cell_slot rank_in_cell",
    "start": "i<entries[cells+1] cell_start cell_offsets cell_ptr",
    "items": "i>n[entries] cell_atoms sorted_atoms atom_list",
    "home": "i>cells[n] atom_cell cell_of_atom cell_ids",
    "stencil": "i?cells[cells,width] neighbor_cells cell_stencil adjacent_cells",
    "width": "n:width stencil_size num_adjacent cell_neighbors",
    "shift_in": "i3[cells,width] cell_shifts stencil_shift adjacent_shifts",
    "num": "out i[n] num_neighbors neighbor_count n_neigh",
    "matrix": "out i[n,most] neighbor_matrix neighbors nbr_idx",
    "shifts": "out i3[n,most] neighbor_shifts shift_matrix image_offsets",
    "dist": "out s[n,most] neighbor_dist distances pair_dist",
    "most": "n:most max_neighbors neighbor_capacity max_nbr",
    "over": "inout i[1] overflow max_found overflow_flag",
    "fill": "i fill_value padding pad_index",
    "skip": "i?n[n,few] exclusions excluded_atoms bonded",
    "few": "n:few max_excluded num_exclusions n_excl",
    "x_ref": "v3[n] ref_positions last_positions positions_at_build",
    "flag": "inout i[1] rebuild_flag needs_update stale",
    "flag_sys": "inout i[systems] rebuild_flags stale_systems needs_update",
    "moved": "out s[n] displacement moved_by drift",
    "v": "v3[n] velocities vel v",
    "dt": "s dt timestep time_step",
    "x_out": "out v3[n] wrapped positions_out coord_out",
    "image": "inout i3[n] image_flags images periodic_image",
    "origin": "v3 origin box_lower cell_origin",
    "kind": "i[n] atomic_numbers species types",
    "fixed": "b[n] frozen fixed_atoms is_frozen",
}


_TEXT = {"bin": BIN, "walk": WALK + END, "pairs": PAIRS + END, "stale": STALE, "wrap": WRAP}


def build(b: Builder) -> None:
    b.space = vector(3, b.real)
    form = b.form(_FORMS)
    b.grid(1)
    if b.chance(0.5):
        framing.prologue(b)
    system = b.pick(("0", "batch[i]", "batch[i]"))
    image = IMAGE if form != "pairs" or b.chance(0.7) else ""
    text = filled(_TEXT[form], ACCEPT=ACCEPT)
    text = filled(text, IMAGE=image, WRITES=WRITES)
    words = {
        "PAIRCHECK": b.pick(("kind[other] == kind[i]", "fixed[other]", "batch[other] != batch[i]")),
        "LIMIT": b.pick(("cutoff", "(cutoff + skin)")),
        "SYSTEM": system,
    }
    for word, value in words.items():
        text = text.replace(word, value)
    wrapped = b.chance(0.4)
    s = Sketch(b, **_SCOPE)
    if system == "0":
        s.scope |= {k: _SCOPE[k].replace("[systems", "[1") for k in ("cell_m", "cell_inv", "pbc")}
    s.scope["CLAMPED"] = lambda place, size: _inside(place, size, wrapped)
    s.scope["tally"] = lambda e: framing.tally(b, e, "degree", "neighbors", "spread")
    s(text)
    s.done()


def _inside(place, size, wrapped: bool):
    """The cell index brought into the grid."""
    if wrapped:
        return op("mod", op("max", op("add", place, size), integer(0)), size)
    return op("clamp", place, integer(0), op("sub", size, integer(1)))
