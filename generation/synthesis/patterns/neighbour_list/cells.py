"""Particles into cells, the bounds of each cell in a sorted list, and when a list must be made again."""

BIN = """
def flatten__cell_id(a, c, e, ny, nz):
    'Flat index of a cell.'
    return (a * ny + c) * nz + e
xi__p = x[i]
with maybe(0.2):
    if not isfinite(xi):
        cell_of[i] = -1
        return
with either:
    with _(3):
        g__u__scaled = xi / cell_size
    with _(2):
        g__u__scaled = (xi - low) / cell_size
    with _(2):
        f__frac__s = inv_cell @ xi
        with either:
            with _:
                f = f - vec(floor(f.x), floor(f.y), floor(f.z))
            with _:
                if f.x < 0.0 or f.x >= 1.0:
                    f.x = f.x - floor(f.x)
                with maybe(0.7):
                    if f.y < 0.0 or f.y >= 1.0:
                        f.y = f.y - floor(f.y)
        with maybe(0.5):
            wrapped[i] = cell @ f
        g__u__scaled = vec(f.x * real(cx), f.y * real(cy), f.z * real(cz))
with either:
    with _:
        ix__a = clamp(int(floor(g.x)), 0, cx - 1)
        iy__c = clamp(int(floor(g.y)), 0, cy - 1)
        iz__e = clamp(int(floor(g.z)), 0, cz - 1)
    with _:
        ix__a = int(floor(g.x))
        iy__c = int(floor(g.y))
        iz__e = int(floor(g.z))
        with either:
            with _:
                if ix < 0 or ix >= cx or iy < 0 or iy >= cy or iz < 0 or iz >= cz:
                    cell_of[i] = -1
                    with maybe(0.4):
                        atomic_add(overflow, 0, 1)
                    return
            with _:
                if ix < 0:
                    ix += cx
                elif ix >= cx:
                    ix -= cx
                with maybe(0.7):
                    if iy < 0:
                        iy += cy
                    elif iy >= cy:
                        iy -= cy
                with maybe(0.5):
                    iz = clamp(iz, 0, cz - 1)
            with _:
                if pbc_x != 0:
                    ix = (ix % cx + cx) % cx
                else:
                    ix = clamp(ix, 0, cx - 1)
                with maybe(0.7):
                    if pbc_y != 0:
                        iy = (iy % cy + cy) % cy
                    else:
                        iy = clamp(iy, 0, cy - 1)
with either:
    with _(3):
        idx__cell__bucket = clamp(flatten(ix, iy, iz, cy, cz), 0, cells - 1)
    with _:
        idx__cell__bucket = flatten(ix, iy, iz, cy, cz)
        if idx < 0 or idx >= cells:
            return
    with _:
        h__key = (ix * 73856093) ^ (iy * 19349663) ^ (iz * 83492791)
        idx__cell__bucket = abs(h) % cells
cell_of[i] = idx
with either:
    with _(3):
        atomic_add(cell_count, idx, 1)
    with _(2):
        rank__place = atomic_add(cell_count, idx, 1)
        with maybe(0.6):
            if rank >= max_nb:
                atomic_max(overflow, 0, rank + 1)
        num_nb[i] = rank
    with _:
        slot__place = atomic_add(cell_count, idx, 1)
        if slot < max_nb:
            nb_cell[i] = slot
        else:
            with maybe(0.6):
                atomic_max(overflow, 0, slot + 1)
            nb_cell[i] = -1
"""

BORDERS = """
home__bucket__cell = cell_idx[i]
with maybe(0.5):
    if i == 0:
        atomic_exch(bin_lo, home, 0)
with either:
    with _(2):
        if i > 0:
            prev__before__last = cell_idx[i - 1]
            if prev != home:
                atomic_exch(bin_lo, home, i)
                with maybe(0.6):
                    atomic_exch(bin_hi, prev, i)
    with _:
        prev__before__last = cell_idx[max(i - 1, 0)]
        if i == 0 or home != prev:
            atomic_exch(bin_lo, home, i)
            with maybe(0.6):
                if i > 0:
                    atomic_exch(bin_hi, prev, i)
    with _:
        atomic_min(bin_lo, home, i)
        atomic_max(bin_hi, home, i + 1)
with maybe(0.5):
    if i == num - 1:
        atomic_exch(bin_hi, home, num)
with maybe(0.7):
    atom__p = order[i]
    with either:
        with _:
            sorted_x[i] = x[atom]
        with _:
            xi__pos = x[atom]
            with maybe(0.5):
                xi = xi - box * floor(xi.x / box.x)
            sorted_x[i] = xi
    with maybe(0.5):
        rank_of[i] = atom - starts[home]
    with maybe(0.4):
        sorted_batch[i] = batch[atom]
with maybe(0.3):
    size__occupancy = starts[home + 1] - starts[home]
    if size > max_nb:
        atomic_max(overflow, 0, size)
"""

REBUILD = """
d__move__dr = x[i] - x_ref[i]
with either:
    with _(2):
        with maybe(0.5):
            d = vec(d.x - box.x * round(d.x / box.x), d.y - box.y * round(d.y / box.y),
                d.z - box.z * round(d.z / box.z))
    with _:
        if pbc_x != 0:
            d.x = d.x - box.x * round(d.x / box.x)
        with maybe(0.5):
            if pbc_y != 0:
                d.y = d.y - box.y * round(d.y / box.y)
with either:
    with _(2):
        r2__moved_sq = pick(dot(d, d), length_sq(d))
        with either:
            with _:
                half__limit = 0.5 * skin
            with _:
                half__limit = num(0.5, 0.4, 0.45) * (skin - cutoff)
        if r2 > half * half:
            with either:
                with _(2):
                    atomic_max(rebuild, 0, 1)
                with _:
                    atomic_add(rebuild, 0, 1)
                with _:
                    if atomic_exch(rebuild, 0, 1) == 0:
                        atomic_max(moved, 0, sqrt(r2))
                with _:
                    atomic_max(system_flag, batch[i], 1)
    with _:
        r__travel = length(d)
        atomic_max(moved, 0, r)
        with maybe(0.6):
            if r > skin * num(0.5, 0.4):
                atomic_max(rebuild, 0, 1)
    with _:
        r__travel = pick(length(d), max(abs(d.x), max(abs(d.y), abs(d.z))))
        needs__stale = pick(1, 2) if r > 0.5 * skin else 0
        stale_out[i] = needs
        with maybe(0.6):
            if needs != 0:
                atomic_add(rebuild, 0, 1)
with maybe(0.5):
    count__lost = int(0)
    for m__slot in range(pick(max_nb, min(num_in[i], max_nb))):
        j__nb_id = nb_in[i, m]
        if j < 0:
            break
        with maybe(0.5):
            if j == i:
                continue
        gap__apart = x[j] - x[i]
        with either:
            with _:
                if length(gap) > cutoff + skin:
                    count += 1
            with _:
                if dot(gap, gap) > (cutoff + skin) * (cutoff + skin):
                    count += 1
                    with maybe(0.5):
                        if count > num(2, 4, 8):
                            break
    num_nb[i] = count
with maybe(0.35):
    p__q = x[i]
    if p.x < 0.0:
        image[i] -= 1
    elif p.x >= box.x:
        image[i] += 1
"""
