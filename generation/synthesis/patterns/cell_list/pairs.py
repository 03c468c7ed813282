"""Neighbours within the cutoff, through cells or among all pairs."""

IMAGE = """
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

ACCEPT = """
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

WRITES = """
with maybe(0.35):
    dist[i, found] = pick(sqrt(r2), r2)
with maybe(0.3):
    kx__nx__img_x = int(floor(d.x / safe(box.x)))
    ky__ny__img_y = int(floor(d.y / safe(box.y)))
    kz__nz__img_z = int(floor(d.z / safe(box.z)))
    shifts[i, found] = vec(kx, ky, kz)
"""

END = """
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

WALK = """
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

PAIRS = """
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
