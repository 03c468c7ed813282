"""Pair potentials of molecular dynamics: forces, energies and virials with cutoffs, images, switching and
exclusions.

Free choices: neighbour list, potential (Lennard-Jones, Buckingham, Morse, screened Coulomb), mixing rule,
minimum image, switching or shifting, half or full lists, what is tallied.
Source: Allen and Tildesley, "Computer Simulation of Liquids", 2017.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.lennard_jones.interactions import (
    EXTRA,
    FUNCTIONS,
    GATHER,
    IMAGE,
    INTERACT,
    STRENGTH,
)
from generation.synthesis.sketches import Sketch

VERBS = ("lj_forces", "pair_energy", "nonbonded", "compute_forces")
FIELDS = ("molecular",)
_LISTS = Weights({"rows": 30, "table": 26, "pairs": 26, "all": 18})
TITLES = dict.fromkeys(
    _LISTS.outcomes,
    (
        "compute_lj_forces nonbonded_forces pair_forces lj_forces",
        "Nonbonded pair interactions between atoms.",
        "Short-range pair potential between atoms.",
    ),
)

_SCOPE = {
    "x": "v3[n] positions coords x atom_pos",
    "pair_x": "v3[atoms] positions coords x atom_pos",
    "pair_f": "inout v3[atoms] forces atom_forces f",
    "pair_e": "inout s[atoms] energies atomic_energy pe",
    "pair_q": "s[atoms] charges q partial_charge",
    "pair_type": "i>types[atoms] atom_types type_ids species",
    "ends": "i>atoms[n,2] pairs pair_list bonded_pairs",
    "left": "i>atoms[n] idx_i pair_i sources",
    "right": "i>atoms[n] idx_j pair_j targets",
    "q": "s[n] charges q partial_charge",
    "type": "i>types[n] atom_types type_ids species",
    "mol": "i[n] molecule_id residue_ids chain_index",
    "start": "i<entries[n+1] neighbor_ptr first_neighbor offsets",
    "list": "i>n[entries] neighbor_list idx_j neighbors",
    "table": "i?n[n,width] neighbor_matrix nbr_table neighbors",
    "num": "i<width[n] num_neighbors neighbor_counts",
    "width": "n:width max_neighbors",
    "count": "n:n num_atoms natoms",
    "shift": "v3[entries] shifts unit_shifts image_offsets",
    "box": "v3 box box_lengths cell_lengths",
    "cell": "m3 cell cell_matrix lattice",
    "inv_cell": "m3 inv_cell reciprocal_cell",
    "cutoff": "s cutoff r_cut cutoff_radius",
    "on": "s switch_on r_switch switch_distance",
    "eps": "s epsilon eps well_depth",
    "sigma": "s sigma diameter",
    "eps_t": "s[types,types] epsilon_table pair_eps",
    "sig_t": "s[types,types] sigma_table pair_sigma",
    "eps_1": "s[types] type_epsilon eps_by_type",
    "sig_1": "s[types] type_sigma sigma_by_type",
    "ke": "s coulomb_constant ke_elec k_coulomb",
    "kappa": "s screening kappa inv_debye",
    "scale": "s scale14 exclusion_scale intra_scale",
    "a": "s a_rep born_a buckingham_a",
    "c6": "s c6 dispersion",
    "f": "out v3[n] forces f_out atom_forces",
    "e_out": "out s[n] energies atomic_energy pe",
    "w_out": "out m3[n] virials stress_out virial_out",
    "w_sum": "inout m3[1] virial total_virial stress_sum",
}


def build(b: Builder) -> None:
    b.grid(1)
    framing.prologue(b)
    s = Sketch(b, **_SCOPE)
    s.scope["tally"] = lambda e: framing.tally(b, e, "energy", "potential", "pair_energy")
    s.scope["pass_"] = lambda: None
    s(FUNCTIONS)
    how = b.form(_LISTS)
    if how == "pairs":
        _pairs(b, s)
        s.done()
        return
    virial = b.chance(0.3)
    s("xi__pi__pos_i = x[i]")
    s("force__fi__f_sum = zero(xi)\nenergy__ei__e_sum = real(0.0)")
    if virial:
        s("w__virial__stress = zero(outer(xi, xi))")
    s.scope["strength"] = lambda: s(STRENGTH.replace("TYPE[A]", "type[i]").replace("TYPE[C]", "type[j]"))
    s.scope["visit"] = lambda: _visit(b, s, how, virial)
    s(_LOOP[how])
    s(b.pick(("f[i] = force", "f[i] = force", "f[i] = -force")))
    s(b.pick(("e_out[i] = energy", "tally(energy)", "tally(energy)")))
    if virial:
        s(
            "with either:\n    with _:\n        w_out[i] = w\n    with _:\n"
            "        atomic_add(w_sum, 0, w * 0.5)"
        )
    s.done()


_LOOP = {
    "rows": """
first__begin = start[i]
last__end = start[i + 1]
for e in range(first, last):
    j__nb = list[e]
    visit()
""",
    "table": """
with either:
    with _:
        for e in range(width):
            j__nb = table[i, e]
            if j < 0:
                break
            visit()
    with _:
        filled__n_i = num[i]
        for e in range(filled):
            j__nb = table[i, e]
            if j < 0 or j == i:
                continue
            visit()
""",
    "all": """
for j in range(count):
    if j == i:
        continue
    with maybe(0.3):
        if mol[i] == mol[j]:
            continue
    visit()
""",
}


def _visit(b: Builder, s: Sketch, how: str, virial: bool) -> None:
    s(
        "with either:\n    with _:\n        d__rij__delta = xi - x[j]\n    with _:\n"
        "        xj__pos_j = x[j]\n        d__rij__delta = xi - xj"
    )
    if how == "rows" and b.chance(0.35):
        s("d += " + b.pick(("shift[e]", "cell @ shift[e]")))
    else:
        s(IMAGE)
    s(INTERACT.replace("SKIP", "continue"))
    s(EXTRA.replace("CHARGE[A]", "q[i]").replace("CHARGE[C]", "q[j]"))
    if b.chance(0.2):
        s("if mol[i] == mol[j]:\n    e_pair = e_pair * scale\n    f_pair = f_pair * scale")
    s(GATHER)
    if virial:
        s("w += outer(d, d) * f_pair")


def _pairs(b: Builder, s: Sketch) -> None:
    """One thread per pair; both atoms feel it."""
    s.scope["strength"] = lambda: s(
        STRENGTH.replace("TYPE[A]", "pair_type[first]").replace("TYPE[C]", "pair_type[second]")
    )
    s("""
with either:
    with _:
        first__ai__left_atom = ends[i, 0]
        second__aj__right_atom = ends[i, 1]
    with _:
        first__ai__left_atom = left[i]
        second__aj__right_atom = right[i]
""")
    s("d__rij__delta = pair_x[first] - pair_x[second]")
    s(IMAGE)
    s(INTERACT.replace("SKIP", "return"))
    s(EXTRA.replace("CHARGE[A]", "pair_q[first]").replace("CHARGE[C]", "pair_q[second]"))
    s("""
fv__pair_force = d * f_pair
atomic_add(pair_f, first, fv)
atomic_sub(pair_f, second, fv)
with either:
    with _(2):
        tally(e_pair)
    with _:
        half__share = 0.5 * e_pair
        atomic_add(pair_e, first, half)
        atomic_add(pair_e, second, half)
with maybe(0.3):
    atomic_add(w_sum, 0, outer(d, fv))
""")
