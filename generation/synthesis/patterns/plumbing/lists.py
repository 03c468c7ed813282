"""Lists of indices: compaction, offsets, counts, sequences; some carry elements along."""

from __future__ import annotations

from generation.synthesis.builder import Builder
from generation.synthesis.patterns.plumbing.fields import drawn
from generation.synthesis.patterns.plumbing.moves import guarded, moved
from generation.synthesis.sketches import Sketch

_SLOTS = (
    ("slot__k__dst = atomic_add(cursor, 0, 1)", "if slot >= cap:\n    return"),
    (
        "slot__k__dst = atomic_add(cursor, 0, 1)",
        "if slot >= cap:\n    atomic_max(dirty, 0, 1)\n    return",
    ),
    ("slot__k__dst = rank[i]", ""),
    ("slot__k__dst = rank[i]", "if not mask[i]:\n    return"),
    ("slot__k__dst = rank[i]", "if flag[i] == 0:\n    return"),
)


def compact(b: Builder, s: Sketch) -> str:
    """What a mask selects goes to the next free place, its index and maybe more."""
    lines = [text for text in b.pick(_SLOTS) if text]
    if b.chance(0.75):
        lines.append(f"list[slot] = {b.pick(('i', 'i', 'tag[i]', 'i + index_offset', 'src_id[i]'))}")
        lines += moved(b, s, "slot", "i", ("n", "cap"), 3) if b.chance(0.8) else []
    else:
        lines += moved(b, s, "slot", "i", ("n", "cap"), 3)
    if b.chance(0.2):
        lines.append("atomic_add(tally_n, bin_of[i], 1)")
    return guarded(b, lines)


def along(text: str):
    """A text, and elements that go from place to place beside it."""

    def form(b: Builder, s: Sketch) -> str:
        lines = [text.strip()]
        if b.chance(0.85):
            lines += moved(b, s, "i", "i", ("n", "n"), 3)
        return guarded(b, lines)

    return form


_SUMMED = {
    "s": "{}_sum",
    "v3": "{}_total",
    "v2": "{}_total",
    "v6": "{}_total",
    "i": "max_{}",
}


def count(b: Builder, s: Sketch) -> str:
    """Elements, and sums of what they carry, by group."""
    place = b.pick(("bin_of[i]", "bin_of[i]", "0"))
    lines = []
    if place != "0" and b.chance(0.3):
        place, lines = "g", ["g__cell__key = bin_of[i]"]
        lines += ["if g == 0:\n    return"] if b.chance(0.3) else []
    target = "fill" if place == "0" else "tally_n"
    step = b.pick(("1", "1", "tag[i]"))
    lines.append(f"{b.pick(('', '', 'begin[i] = '))}atomic_add({target}, {place}, {step})")
    for k, field in enumerate([f for f in drawn(b, 3) if f.kind in _SUMMED]):
        s.scope[f"src{k}"] = field.of("", "n", "{}", "{}_in")
        s.scope[f"sum{k}"] = field.of("inout", "1" if place == "0" else "kinds", _SUMMED[field.kind])
        name = "atomic_max" if field.kind == "i" else "atomic_add"
        value = (
            b.pick((f"src{k}[i]", f"src{k}[i]", f"src{k}[i] * factor")) if field.kind != "i" else f"src{k}[i]"
        )
        lines.append(f"{name}(sum{k}, {place}, {value})")
    return guarded(b, lines)


SEGMENTS = """
with either:
    with _(2):
        lengths[i] = pick(starts[i + 1] - starts[i], max(starts[i + 1] - starts[i], 0))
    with _:
        first__lo = starts[i]
        size__num__len_i = starts[i + 1] - first
        lengths[i] = pick(size, min(size, limit))
    with _:
        last__hi = starts[i + 1]
        lengths[i] = last - starts[i]
        with maybe(0.5):
            if last > starts[i]:
                atomic_max(dirty, 0, last - starts[i])
with maybe(0.4):
    begin[i] = pick(starts[i], starts[i] + index_offset, starts[i + 1] - 1)
with maybe(0.3):
    if starts[i + 1] <= starts[i]:
        atomic_add(fill, 0, 1)
"""

SEQUENCE = """
with either:
    with _(2):
        row[i] = tag[i] / max(stride, 1)
        with maybe(0.8):
            col[i] = tag[i] % max(stride, 1)
    with _(2):
        with either:
            with _:
                line[i] = pick(lower + real(since[i]) * dt, lower + dt * (real(since[i]) + 0.5))
            with _:
                line[i] = lerp(lower, upper, real(src_id[i]) / real(max(total, 1)))
    with _(2):
        iota[i] = pick(tag[i] * stride + i, src_id[i] + index_offset, tag[i] + i, src_id[i] * width + i)
    with _:
        row[i] = src_id[i] / max(width, 1)
        col[i] = src_id[i] - src_id[i] / max(width, 1) * width
with maybe(0.2):
    begin[i] = pick(tag[i] * stride, src_id[i] * width)
"""

TICK = """
with either:
    with _:
        age[i] = age[i] + pick(1, stride)
    with _:
        age[i] = (max(age[i], 0) + 1) % max(period, 1)
    with _:
        t__next__ticks = age[i] + 1
        if t >= period:
            t = 0
            with maybe(0.6):
                ready[i] = True
            with maybe(0.4):
                atomic_add(fill, 0, 1)
        age[i] = t
    with _:
        if flag[i] != 0:
            age[i] = pick(0, index_offset)
        else:
            age[i] += 1
    with _:
        age[i] = max(age[i] - pick(1, stride), 0)
with maybe(0.3):
    lengths[i] = age[i]
with maybe(0.25):
    if age[i] > limit:
        atomic_add(dirty, 0, 1)
"""

INVERT = """
inverse[ids[i]] = pick(i, i + index_offset, tag[i], i * stride)
with maybe(0.3):
    lengths[i] = pick(ids[i], ids[i] + index_offset)
"""
