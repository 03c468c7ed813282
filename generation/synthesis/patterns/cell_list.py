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

_IMAGE = """
with maybe(0.75):
    with either:
        with _(2):
            d.x -= box.x * round(d.x / safe(box.x))
            d.y -= box.y * round(d.y / safe(box.y))
            d.z -= box.z * round(d.z / safe(box.z))
        with _:
            for m in range(3):
                d[m] -= box[m] * round(d[m] * inv_box[m])
        with _:
            for m in range(3):
                if d[m] > 0.5 * box[m]:
                    d[m] -= box[m]
                elif d[m] < -0.5 * box[m]:
                    d[m] += box[m]
        with _:
            frac__s_vec = cell_inv[SYSTEM] @ d
            with either:
                with _:
                    frac = frac - vec(round(frac.x), round(frac.y), round(frac.z))
                with _:
                    for m in range(3):
                        if pbc[SYSTEM, m]:
                            frac[m] -= round(frac[m])
            d = cell_m[SYSTEM] @ frac
"""

_BIN = """
with maybe(0.25):
    if fixed[i]:
        return
p__xi__pos = x[i]
with either:
    with _:
        u__frac__s = vec(p.x / safe(box.x), p.y / safe(box.y), p.z / safe(box.z))
    with _:
        u__frac__s = cell_inv[SYSTEM] @ pick(p, p - origin)
    with _:
        u__frac__s = cw_mul(pick(p, p - origin), inv_box)
with maybe(0.6):
    with either:
        with _:
            u = u - vec(floor(u.x), floor(u.y), floor(u.z))
        with _:
            for m in range(3):
                if pbc[SYSTEM, m]:
                    u[m] -= floor(u[m])
ix__cx_i__ci = CLAMPED(int(floor(u.x * real(cells_x))), cells_x)
iy__cy_i__cj = CLAMPED(int(floor(u.y * real(cells_y))), cells_y)
iz__cz_i__ck = CLAMPED(int(floor(u.z * real(cells_z))), cells_z)
with either:
    with _(2):
        cell_out[i] = vec(ix, iy, iz)
        atomic_add(counts, ix, iy, iz, 1)
    with _:
        place__rank__slot = atomic_add(counts, ix, iy, iz, 1)
        slot_out[i] = place
        with maybe(0.6):
            cell_out[i] = vec(ix, iy, iz)
        with maybe(0.4):
            atomic_max(over, 0, place + 1)
"""

_ACCEPT = """
with maybe(0.35):
    if PAIRCHECK:
        continue
with maybe(0.25):
    masked__excluded = int(0)
    for e in range(few):
        if skip[i, e] == other:
            masked = 1
            break
    if masked != 0:
        continue
d__rij__disp = x[other] - xi
IMAGE
with either:
    with _(2):
        r2__dist_sq = dot(d, d)
        if r2 >= LIMIT * LIMIT:
            continue
    with _:
        r2__dist_sq = dot(d, d)
        if r2 > LIMIT * LIMIT or r2 < num(0.000001, 0.0001):
            continue
with either:
    with _(2):
        if found < most:
            matrix[i, found] = other
            WRITES
        found += 1
    with _:
        if found >= most:
            atomic_max(over, 0, found + 1)
            break
        matrix[i, found] = other
        WRITES
        found += 1
"""
_WRITES = """
with maybe(0.35):
    dist[i, found] = pick(sqrt(r2), r2)
with maybe(0.3):
    kx__nx__img_x = int(floor(d.x / safe(box.x)))
    ky__ny__img_y = int(floor(d.y / safe(box.y)))
    kz__nz__img_z = int(floor(d.z / safe(box.z)))
    shifts[i, found] = vec(kx, ky, kz)
"""
_END = """
with either:
    with _(2):
        num[i] = pick(found, min(found, most))
    with _:
        num[i] = found
        if found > most:
            atomic_add(over, 0, 1)
with maybe(0.4):
    for c in range(most):
        if c >= found:
            matrix[i, c] = pick(-1, fill)
with maybe(0.2):
    tally(real(found))
"""
_WALK = """
with maybe(0.25):
    if fixed[i]:
        num[i] = 0
        return
xi__p__pos_i = x[i]
mine__home_cell__ci = home[i]
found__k__filled = int(0)
for w in range(width):
    near__cell_j__cj = stencil[mine, w]
    if near < 0:
        continue
    for q in range(start[near], start[near + 1]):
        other__j__nb = items[q]
        if pick(other == i, other <= i):
            continue
        ACCEPT
"""
_PAIRS = """
with maybe(0.25):
    if fixed[i]:
        num[i] = 0
        return
xi__p__pos_i = x[i]
found__k__filled = int(0)
with either:
    with _:
        for other in range(n):
            if other == i:
                continue
            ACCEPT
    with _:
        for other in range(i + 1, n):
            ACCEPT
    with _:
        own_sys__system__sys = batch[i]
        for other in range(first[own_sys], first[own_sys + 1]):
            with maybe(0.5):
                if kind[other] == 0:
                    continue
            ACCEPT
"""

_STALE = """
with maybe(0.3):
    if fixed[i]:
        return
d__delta__move = x[i] - x_ref[i]
with maybe(0.35):
    d = d + v[i] * dt
IMAGE
with either:
    with _:
        r2__dist_sq = dot(d, d)
        far__limit__allowed = 0.5 * skin
        with maybe(0.4):
            moved[i] = pick(r2, sqrt(r2))
        gone__exceeded = r2 > far * far
    with _:
        l__dist__moved_by = length(d)
        with maybe(0.5):
            moved[i] = l
        gone__exceeded = l > pick(0.5 * skin, skin - cutoff * num(0.1, 0.2))
if gone:
    with either:
        with _:
            atomic_max(flag, 0, 1)
        with _:
            atomic_add(flag, 0, 1)
        with _:
            atomic_max(flag_sys, batch[i], 1)
            with maybe(0.5):
                atomic_add(flag, 0, 1)
with maybe(0.3):
    tally(length(d))
"""

_WRAP = """
with maybe(0.3):
    if fixed[i]:
        x_out[i] = x[i]
        return
p__xi__pos = x[i]
with maybe(0.4):
    p = p + v[i] * dt
with either:
    with _(2):
        kx__nx__img_x = floor(pick(p.x, p.x - origin.x) / safe(box.x))
        ky__ny__img_y = floor(pick(p.y, p.y - origin.y) / safe(box.y))
        kz__nz__img_z = floor(pick(p.z, p.z - origin.z) / safe(box.z))
        x_out[i] = p - vec(kx * box.x, ky * box.y, kz * box.z)
        with maybe(0.7):
            image[i] = image[i] + vec(int(kx), int(ky), int(kz))
    with _:
        u__frac__s = cell_inv[SYSTEM] @ p
        k__cells_off__img = vec(floor(u.x), floor(u.y), floor(u.z))
        with maybe(0.5):
            for m in range(3):
                if not pbc[SYSTEM, m]:
                    k[m] = 0.0
        x_out[i] = cell_m[SYSTEM] @ (u - k)
        with maybe(0.6):
            image[i] = image[i] + vec(int(k.x), int(k.y), int(k.z))
    with _:
        for m in range(3):
            if p[m] < origin[m]:
                p[m] += box[m]
            elif p[m] >= origin[m] + box[m]:
                p[m] -= box[m]
        x_out[i] = p
with maybe(0.25):
    tally(length(p - x[i]))
"""
_TEXT = {"bin": _BIN, "walk": _WALK + _END, "pairs": _PAIRS + _END, "stale": _STALE, "wrap": _WRAP}


def build(b: Builder) -> None:
    b.space = vector(3, b.real)
    form = b.form(_FORMS)
    b.grid(1)
    if b.chance(0.5):
        framing.prologue(b)
    system = b.pick(("0", "batch[i]", "batch[i]"))
    image = _IMAGE if form != "pairs" or b.chance(0.7) else ""
    text = filled(_TEXT[form], ACCEPT=_ACCEPT)
    text = filled(text, IMAGE=image, WRITES=_WRITES)
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
