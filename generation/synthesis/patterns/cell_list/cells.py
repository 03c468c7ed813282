"""Cells, positions and their images: where an atom is, and whether it has moved."""

from __future__ import annotations

BIN = """
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

STALE = """
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

WRAP = """
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
