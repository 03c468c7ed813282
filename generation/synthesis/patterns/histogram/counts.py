"""Samples into bins."""

from __future__ import annotations

from generation.synthesis.builder import Builder
from generation.synthesis.sketches import Sketch

# What a bin is: linear, logarithmic, wrapped, or found among edges.
_BIN = """
def bin_of__bin_index__to_bin(value__sample__s, start__lo__origin, per_unit__inv_w__factor):
    u__t__unit = (value - start) * per_unit
    return int(floor(u))
def log_bin__log_index__octave_bin(value__sample__s, per_unit__inv_w__factor):
    return int(floor(log(safe(value)) * per_unit))
def unit_bin__scaled_bin__range_bin(value__sample__s, start__lo__origin, end__hi__stop, many__count__num):
    t__u__fraction = clamp((value - start) / safe(end - start), 0.0, 1.0)
    return min(int(t * real(many)), many - 1)
"""
_RULES = (
    "slot__b__idx = bin_of(v, low, scale)",
    "slot__b__idx = unit_bin(v, low, high, bins)",
    "slot__b__idx = log_bin(v, scale)",
    "slot__b__idx = int(floor(v * scale))",
    "slot__b__idx = int((v - low) / safe(high - low) * real(bins))",
    """
    slot__b__idx = int(0)
    for c in range(bins):
        if v >= edges[c]:
            slot = c
    """,
    """
    slot__b__idx = int(0)
    last__right__hi = bins - 1
    while slot < last:
        mid__middle__probe = clamp((slot + last + 1) / 2, 0, bins - 1)
        if v < edges[mid]:
            last = mid - 1
        else:
            slot = mid
    """,
)

_INSIDE = """
with either:
    with _(3):
        slot = clamp(slot, 0, bins - 1)
    with _(2):
        # samples outside the range belong to no bin
        # ignore outliers
        if slot < 0 or slot >= bins:
            with maybe(0.4):
                atomic_add(outside, 0, 1)
            out()
    with _:
        if slot < 0:
            atomic_add(under, 0, 1)
            out()
        if slot >= bins:
            atomic_add(under, 1, 1)
            out()
    with _:
        slot = max(slot % bins + bins, 0) % bins
"""

BINNING = """
with maybe(0.25):
    if not valid[i]:
        with maybe(0.5):
            bin_out[i] = -1
        return
with either:
    with _(4):
        v__value__sample = x[i]
    with _:
        v__value__sample = pick(length(p[i]), p[i].x, p[i].y, max(p[i].x, p[i].y), length_sq(p[i]))
    with _:
        v__value__sample = pick(x[i] - y[i], abs(x[i] - y[i]), x[i] / safe(y[i]), x[i] * w[i])
with maybe(0.3):
    if v < low or pick(v > high, v >= high):
        with maybe(0.5):
            atomic_add(outside, 0, 1)
        return
rule()
inside()
with either:
    with _(3):
        atomic_add(hist, slot, 1)
    with _(2):
        atomic_add(mass, slot, pick(w[i], w[i] * v, v, 1.0))
        with maybe(0.3):
            atomic_add(square, slot, pick(w[i] * w[i], v * v))
    with _:
        atomic_add(table, group[i], slot, 1)
    with _:
        # share the sample between the two nearest bins
        t__frac__blend = clamp((v - low) * scale - real(slot), 0.0, 1.0)
        mass_w__amount__wi = pick(w[i], real(1.0))
        atomic_add(mass, slot, (1.0 - t) * mass_w)
        if slot + 1 < bins:
            atomic_add(mass, slot + 1, t * mass_w)
    with _:
        rank__order__prior = atomic_add(hist, slot, 1)
        bin_out[i] = pick(rank, rank * bins + slot)
with maybe(0.3):
    bin_out[i] = slot
with maybe(0.2):
    atomic_max(peak_x, 0, v)
with maybe(0.15):
    tally(v)
"""

JOINT = """
with maybe(0.25):
    if not valid[i]:
        return
with either:
    with _(2):
        v__value__sample = x[i]
        other__v2__partner = y[i]
    with _:
        v__value__sample = p[i].x
        other__v2__partner = p[i].y
rule()
inside()
col__slot_y__by = int(floor(pick((other - low) * scale, other * scale)))
with either:
    with _(2):
        col = clamp(col, 0, bins2 - 1)
    with _:
        if col < 0 or col >= bins2:
            with maybe(0.5):
                atomic_add(outside, 0, 1)
            return
(wi__amount__share := pick(w[i], real(1.0), w[i] * gain, abs(other)))
with either:
    with _(3):
        atomic_add(joint, slot, col, wi)
    with _:
        # the nearer neighbour gets the rest
        frac_y__ty__blend = clamp((other - low) * scale - real(col), 0.0, 1.0)
        atomic_add(joint, slot, col, wi * (1.0 - frac_y))
        atomic_add(joint, slot, min(col + 1, bins2 - 1), wi * frac_y)
    with _:
        for c in range(-1, 2):
            near__nb__side = col + c
            if near < 0 or near >= bins2:
                continue
            k0__window__parzen = max(pick(1.0 - 0.5 * real(abs(c)), exp(-real(c * c))), 0.0)
            atomic_add(joint, slot, near, wi * k0)
with maybe(0.4):
    with either:
        with _:
            atomic_add(mass, slot, wi)
        with _:
            atomic_add(hist, slot, 1)
with maybe(0.3):
    bin_out[i] = slot * bins2 + col
with maybe(0.2):
    tally(wi)
"""

PRIVATE = """
seen__used__counted = int(0)
top__largest__peak = low
for k0__item__s0 in range(count):
    v__value__sample = chunk[i, k0]
    with maybe(0.35):
        if v < low or v > high:
            continue
    rule()
    inside()
    with either:
        with _(2):
            private[i, slot] += 1
        with _:
            private[i, slot] = min(private[i, slot] + 1, clip)
        with _:
            if private[i, slot] >= clip:
                atomic_add(outside, 0, 1)
                continue
            private[i, slot] += 1
    if v > top:
        top = v
        with maybe(0.4):
            bin_out[i] = slot
    seen += 1
with maybe(0.6):
    for c in range(bins):
        with either:
            with _:
                atomic_add(hist, c, private[i, c])
            with _:
                part__mine__sub = private[i, c]
                if part > 0:
                    atomic_add(hist, c, part)
                    with maybe(0.4):
                        private[i, c] = 0
with maybe(0.3):
    atomic_add(outside, 0, count - seen)
with maybe(0.25):
    tally(top)
"""

ORIENTED = """
if i < 1 or j < 1 or i >= h - 1 or j >= wd - 1:
    return
with either:
    with _(2):
        gx__dx__grad_x = img[i, j + 1] - img[i, j - 1]
        gy__dy__grad_y = img[i + 1, j] - img[i - 1, j]
    with _:
        gx__dx__grad_x = img[i, j + 1] - img[i, j]
        gy__dy__grad_y = img[i + 1, j] - img[i, j]
    with _:
        gx__dx__grad_x = img[i + 1, j + 1] - img[i - 1, j - 1]
        gy__dy__grad_y = img[i + 1, j - 1] - img[i - 1, j + 1]
mag__strength__norm_g = pick(sqrt(gx * gx + gy * gy), abs(gx) + abs(gy), max(abs(gx), abs(gy)))
with maybe(0.5):
    if mag < level:
        return
with maybe(0.25):
    mag = min(mag, high)
angle__theta__dir_g = atan2(gy, gx)
with maybe(0.6):
    # opposite directions count as one
    if angle < 0.0:
        angle += num(3.14159, 3.1415927)
turn__t__phase = angle * pick(real(bins) / 3.14159, scale, real(bins) * 0.31831)
slot__b__idx = int(floor(turn))
with either:
    with _:
        slot = clamp(slot, 0, bins - 1)
    with _:
        slot = max(slot % bins + bins, 0) % bins
row__ci__cell_i = clamp(i / max(size, 1), 0, cy - 1)
col__cj__cell_j = clamp(j / max(size, 1), 0, cx - 1)
with either:
    with _:
        atomic_add(cells, row, col, slot, pick(mag, mag * mag, 1.0))
    with _:
        f__frac__blend = clamp(turn - floor(turn), 0.0, 1.0)
        next__after__slot_b = (slot + 1) % bins
        atomic_add(cells, row, col, slot, mag * (1.0 - f))
        atomic_add(cells, row, col, next, mag * f)
    with _:
        atomic_add(mass, slot, pick(mag, mag * gain))
        with maybe(0.5):
            atomic_max(peak_x, 0, mag)
with maybe(0.3):
    atomic_add(hist, slot, 1)
"""


def counted(text: str):
    """A text with the rule that finds a bin, and what becomes of samples outside."""

    def form(b: Builder, s: Sketch) -> str:
        s(_BIN)
        s.parts(rule=b.pick(_RULES), inside=_INSIDE, out="continue" if text is PRIVATE else "return")
        return text

    return form
