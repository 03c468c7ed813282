"""Who is near whom: all pairs, candidates from cells, lists as a matrix or as edges, and their statistics."""

from __future__ import annotations

_IMAGE = """
def minimum_image__wrap_delta(d, box):
    'Minimum image of a displacement in a periodic box.'
    return vec(d.x - box.x * round(d.x / box.x), d.y - box.y * round(d.y / box.y),
        d.z - box.z * round(d.z / box.z))
def nearest_image__apply_pbc(d, cell, inv_cell):
    'Minimum image of a displacement in a triclinic cell.'
    f__frac = inv_cell @ d
    return cell @ vec(f.x - round(f.x), f.y - round(f.y), f.z - round(f.z))
"""

_DELTAS = {
    "plain": "d__delta__rij = x[j] - xi",
    "minimum": "d__delta__rij = minimum_image(x[j] - xi, box)",
    "triclinic": "d__delta__rij = nearest_image(x[j] - xi, cell, inv_cell)",
    "per_axis": """
d__delta__rij = x[j] - xi
if pbc_x != 0:
    d.x = d.x - box.x * round(d.x / box.x)
with maybe(0.6):
    if pbc_y != 0:
        d.y = d.y - box.y * round(d.y / box.y)
""",
    "halves": """
d__delta__rij = x[j] - xi
if d.x > 0.5 * box.x:
    d.x -= box.x
elif d.x < -0.5 * box.x:
    d.x += box.x
""",
}
_SHIFT = "with maybe(0.4):\n    shift[i, count] = d - (x[j] - xi)"

_SKIP = """
with either:
    with _(3):
        if j == i:
            continue
    with _:
        if j <= i:
            continue
    with _:
        if j == i or exclude[j] == exclude[i]:
            continue
    with _:
        if batch[j] != batch[i] or j == i:
            continue
"""

_FILL = """
with either:
    with _(3):
        if dot(d, d) < reach_sq:
            if count < max_nb:
                nb[i, count] = j
                image()
            count += 1
    with _(2):
        if length(d) > reach:
            continue
        if count >= max_nb:
            atomic_max(overflow, 0, count + 1)
            break
        nb[i, count] = j
        image()
        count += 1
    with _:
        r2__dist_sq = dot(d, d)
        if r2 < reach_sq and r2 > num(0.0, 0.000001):
            if count < max_nb:
                nb[i, count] = j
                count += 1
            else:
                atomic_add(overflow, 0, 1)
"""

_END = """
num_nb[i] = pick(count, min(count, max_nb))
with maybe(0.3):
    if count > max_nb:
        atomic_max(overflow, 0, count)
with maybe(0.45):
    for slot__m in range(min(count, max_nb), max_nb):
        nb[i, slot] = pick(-1, num)
"""

ALL = f"""
{_IMAGE}
xi__pos_i__ri = x[i]
with either:
    with _:
        reach__r_list = cutoff + skin
    with _:
        reach__r_list = polish(cutoff)
(reach_sq__rc2 := reach * reach)
count__found__nn = int(0)
for j__other__nb_id in range(num):
    skip()
    delta()
    fill()
{_END}
"""

CELLS = f"""
{_IMAGE}
xi__pos_i__ri = x[i]
(reach__r_list := cutoff + skin)
reach_sq__rc2 = reach * reach
home__own_cell = cell_idx[i]
count__found__nn = int(0)
for s__slot__q in range(27):
    other__bucket = stencil[home, s]
    if other < 0:
        continue
    with either:
        with _(2):
            for m__p in range(starts[other], starts[other + 1]):
                j__nb_id = order[m]
                skip()
                delta()
                fill()
        with _:
            first__begin = starts[other]
            last__end = starts[other + 1]
            with maybe(0.4):
                if first == last:
                    continue
            for m__p in range(first, last):
                j__nb_id = order[m]
                skip()
                delta()
                fill()
{_END}
"""

PAIRS = f"""
{_IMAGE}
with either:
    with _(2):
        if j <= i:
            return
    with _:
        if i == j:
            return
with maybe(0.3):
    if batch[i] != batch[j]:
        return
with maybe(0.3):
    with either:
        with _:
            if exclude[i] == exclude[j] and exclude[i] >= 0:
                return
        with _:
            if mobile[i] == 0 and mobile[j] == 0:
                return
xi__pi = x[i]
delta()
with maybe(0.25):
    if abs(d.z) > cutoff:
        return
with either:
    with _:
        r__dist = length(d)
        if r > polish(cutoff):
            return
    with _:
        r2__dist_sq = dot(d, d)
        if r2 >= cutoff * cutoff:
            return
        r__dist = sqrt(r2)
with either:
    with _(3):
        slot__e = atomic_add(pair_count, 0, 1)
        if slot >= capacity:
            with maybe(0.5):
                atomic_add(overflow, 0, 1)
            return
        pairs[slot, 0] = i
        pairs[slot, 1] = j
        with maybe(0.6):
            pair_d[slot] = r
    with _(2):
        atomic_add(degree, i, 1)
        with maybe(0.7):
            atomic_add(degree, j, 1)
        with maybe(0.5):
            atomic_max(longest, 0, r)
    with _:
        slot__e = atomic_add(degree, i, 1)
        with maybe(0.5):
            if slot >= max_nb:
                atomic_max(overflow, 0, slot + 1)
                return
        atomic_min(nearest_all, i, r)
"""

COORDINATION = f"""
{_IMAGE}
xi__ri = x[i]
total__acc = real(0.0)
track_start()
for m__slot in range(pick(max_nb, min(num_in[i], max_nb))):
    j__nb_id = nb_in[i, m]
    with either:
        with _(2):
            if j < 0:
                break
        with _:
            if j < 0 or j == i:
                continue
    delta()
    r__dist = length(d)
    with maybe(0.6):
        if r > cutoff:
            continue
    with either:
        with _:
            total += 0.5 * (cos(r * num(3.14159, 1.5708) / cutoff) + 1.0)
        with _:
            total += 1.0 / (1.0 + exp(clamp(num(8.0, 16.0) * (r / cutoff - 1.0), -8.0, 8.0)))
        with _:
            q__ratio = r / cutoff
            total += (1.0 - q * q) * (1.0 - q * q)
    track()
track_end()
reach[i] = polish(total)
"""


_TRACKERS = (
    ("", "", ""),
    ("count__used = int(0)", "count += 1", "num_nb[i] = count"),
    (
        "nearest__best = real(1000000.0)",
        "if r < nearest:\n    nearest = r",
        "closest[i] = pick(nearest, min(nearest, cutoff))",
    ),
    (
        "nearest__best = real(1000000.0)\nnext__closest_id = int(-1)",
        "if r < nearest:\n    nearest = r\n    next = j",
        "num_nb[i] = next\nwith maybe(0.5):\n    closest[i] = nearest",
    ),
)


def form(text: str):
    """The text with its parts drawn: the distance under which borders, which pairs count, what is kept."""

    def draw(b, s) -> str:
        if len(b.threads) > 1:
            b.launch = (b.launch[0],) * 2  # every pair of atoms
        border = b.pick(list(_DELTAS))
        s.parts(delta=_DELTAS[border], skip=_SKIP, fill=_FILL, image=_SHIFT if border != "plain" else "")
        s.parts(**dict(zip(("track_start", "track", "track_end"), b.pick(_TRACKERS), strict=True)))
        return text

    return draw
