"""Elements that go from array to array: copies, selections, resets, layouts."""

from __future__ import annotations

from generation.synthesis.builder import Builder
from generation.synthesis.patterns.plumbing.fields import Field, changed, drawn, reset
from generation.synthesis.sketches import Sketch
from generation.synthesis.terms import build

_SOURCES = ("{}_in", "src_{}", "{}_src", "{}", "{}_prev", "prev_{}")
_TARGETS = ("{}_out", "dst_{}", "{}_dst", "{}_copy", "out_{}", "{}_new")
_DEFAULTS = ("default_{}", "initial_{}", "{}_init", "saved_{}", "{}_0")

_GUARDS = (
    "if not mask[i]:\n    return",
    "if flag[i] == 0:\n    return",
    "if flag[i] & flag_bits == 0:\n    return",
    "if tag[i] != wanted:\n    return",
    "if i >= count[0]:\n    return",
    "if i >= limit:\n    return",
    "if not mask[i] or i >= limit:\n    return",
    "if tag[i] < 0:\n    return",
    "if since[i] < period:\n    return",
    "if bin_of[i] == 0:\n    return",
    "if since[i] % max(period, 1) != 0:\n    return",
)  # fmt: skip
_MORE = ("since[i] > period", "free_id[i] >= 0", "since[i] == 0", "bin_of[i] == 0")
_TESTS = (
    "mask[i]",
    "flag[i] != 0",
    "tag[i] == wanted",
    "flag[i] > 0",
    "not mask[i]",
    "i < limit",
)


def _declared(s: Sketch, field: Field, name: str, role: str, extents: str, *forms: str) -> None:
    s.scope[name] = field.of(role, extents, *forms)


def guarded(b: Builder, lines: list[str]) -> str:
    """Behind an early return or two, or inside an if."""
    if b.chance(0.25):
        test = b.pick(_TESTS)
        if b.chance(0.2):
            test = f"{test} {b.pick(('and', 'or'))} {b.pick(_MORE)}"
        inner = "\n".join(["    " + line for text in lines for line in text.split("\n")])
        return f"if {test}:\n{inner}"
    return "\n".join([*b.sample(_GUARDS, b.pick((0, 0, 1, 1, 2))), *lines])


def moved(
    b: Builder,
    s: Sketch,
    at_target: str,
    at_source: str,
    extents: tuple[str, str],
    most: int = 4,
) -> list[str]:
    """`target[...] = source[...]`, for some arrays, most unchanged."""
    lines = []
    for k, field in enumerate(drawn(b, most)):
        _declared(s, field, f"src{k}", "", extents[0], *_SOURCES)
        _declared(s, field, f"dst{k}", "out", extents[1], *_TARGETS)
        element = f"src{k}[{at_source}]"
        value = changed(b, field, element)
        if value.count(element) > 1 or b.chance(0.2):
            lines.append(f"item{k}__value = {element}")
            value = value.replace(element, f"item{k}")
        lines.append(f"dst{k}[{at_target}] = {value}")
    return lines


def copy(b: Builder, s: Sketch) -> str:
    return guarded(b, moved(b, s, "i", "i", ("n", "n")))


def gather(b: Builder, s: Sketch) -> str:
    how = b.pick(("src_id", "ids", "free_id", "free_id"))
    lines = [f"j__index__src = {how}[i]"]
    if how == "free_id":
        lines.append("if j < 0:\n    return")
    return guarded(b, lines + moved(b, s, "i", "j", ("total", "n")))


def scatter(b: Builder, s: Sketch) -> str:
    return guarded(b, ["j__index__dst = ids[i]", *moved(b, s, "j", "i", ("n", "total"))])


def _restored(b: Builder, s: Sketch, place: str, extents: str) -> list[str]:
    lines = []
    for k, field in enumerate(drawn(b)):
        _declared(s, field, f"dst{k}", "inout", extents, "{}")
        how = b.pick(("default", "default", "table", "clear", "clear"))
        if how == "clear":
            value = reset(b, field, f"dst{k}[{place}]")
        else:
            _declared(s, field, f"src{k}", "", extents if how == "table" else "n", *_DEFAULTS)
            value = changed(b, field, f"src{k}[{place if how == 'table' else 'i'}]", 0.25)
        lines.append(f"dst{k}[{place}] = {value}")
    return lines


def reset_selected(b: Builder, s: Sketch) -> str:
    return guarded(b, ["w__env__env_id = ids[i]", *_restored(b, s, "w", "total")])


def clear(b: Builder, s: Sketch) -> str:
    lines = _restored(b, s, "i", "n")
    return f"if {b.pick(_TESTS)}:\n" + "\n".join(["    " + line for line in lines])


_PLACES = {"total,rows": "w, j", "n,rows": "i, j", "rows": "j"}


def rows(b: Builder, s: Sketch) -> str:
    source, target = (
        b.pick(("total,rows", "rows", "n,rows")),
        b.pick(("n,rows", "total,rows")),
    )
    lines = ["w__env__world = ids[i]"] if "total,rows" in (source, target) else []
    if b.chance(0.25):
        lines.append("if j >= limit:\n    return")
    lines += moved(b, s, _PLACES[target], _PLACES[source], (source, target))
    return guarded(b, lines).replace("i < limit", "j < limit")


def swap(b: Builder, s: Sketch) -> str:
    lines = []
    for k, field in enumerate(drawn(b, 2)):
        _declared(s, field, f"a{k}", "inout", "n", "{}", "{}_a", "{}_0")
        _declared(s, field, f"b{k}", "inout", "n", "{}_next", "{}_b", "{}_1")
        lines += [
            f"held{k}__tmp__kept = a{k}[i]",
            f"a{k}[i] = {changed(b, field, f'b{k}[i]', 0.2)}",
        ]
        lines.append(f"b{k}[i] = {changed(b, field, f'held{k}', 0.15)}")
    return guarded(b, lines)


_LAYOUTS = (
    ("v3", "packed[i] = vec(part_x[i], part_y[i], part_z[i])"),
    ("v3", "packed[i] = vec(flat[i, 0], flat[i, 1], flat[i, 2])"),
    ("v3", "value__p = whole[i]\nout_x[i] = value.x\nout_y[i] = value.y\nout_z[i] = value.z"),
    ("v3", "p = whole[i]\nflat_out[i, 0] = p.x\nflat_out[i, 1] = p.y\nflat_out[i, 2] = p.z"),
    ("v3", "value__p = whole[i]\nfor c in range(3):\n    flat_out[i, c] = value[c]"),
    ("t", "packed[i] = pose_of(pos[i], rot[i])"),
    ("t", "x = whole[i]\npos_out[i] = transform_get_translation(x)\nrot_out[i] = transform_get_rotation(x)"),
    ("v6", "twist__qd = whole[i]\nang_out[i] = spatial_top(twist)\nlin_out[i] = spatial_bottom(twist)"),
    ("v3", "packed[i] = vec(part_x[i], real(0.0), part_y[i])"),
    ("v3", "packed[i] = vec(plane[i].x, plane[i].y, part_z[i])"),
    ("v2", "value__p = deep[i]\npacked[i] = vec(value.x, value.y)"),
    ("v3", "value__p = whole[i]\npacked[i] = vec(value.x, value.z, -value.y)"),
    ("q", "r__rot = rot[i]\npacked[i] = quat_of(r[1], r[2], r[3], r[0])"),
)  # fmt: skip


def layout(b: Builder, s: Sketch) -> str:
    kind, text = b.pick(_LAYOUTS)
    s.scope |= {
        "quat_of": lambda *parts: build(b.rotation, *parts),
        "pose_of": lambda *parts: build(b.frame, *parts),
        "packed": f"out {kind}[n] positions packed vectors values_out",
        "whole": f"{kind}[n] positions poses vectors velocities",
        "deep": "v3[n] points positions colors",
        "plane": "v2[n] coords planar_pos uvs",
        "flat": "s[n,3] flat components raw",
        "flat_out": "out s[n,3] flat_out components raw",
        "pos": "v3[n] positions translations pos",
        "rot": "q[n] rotations orientations quats",
        "pos_out": "out v3[n] positions translations pos",
        "rot_out": "out q[n] rotations orientations quats",
        "ang_out": "out v3[n] angular_velocity omega ang_vel",
        "lin_out": "out v3[n] linear_velocity lin_vel vel",
        **{f"part_{c}": f"s[n] pos_{c} {c}_in comp_{c}" for c in "xyz"},
        **{f"out_{c}": f"out s[n] pos_{c} {c}_out comp_{c}" for c in "xyz"},
    }
    if b.chance(0.35):
        text = text.replace("whole[i]", "whole[src_id[i]]").replace("whole", "table")
        s.scope["table"] = s.scope["whole"].replace("[n]", "[total]")
    for name in ("part_x", "part_y", "part_z"):
        if b.chance(0.3):
            text = text.replace(f"{name}[i]", changed(b, Field("s", ""), f"{name}[i]", 1.0))
    lines = [text]
    if b.chance(0.6):
        lines += moved(b, s, "i", "i", ("n", "n"), 2)
    return guarded(b, lines)


def compare(b: Builder, s: Sketch) -> str:
    tests, after = [], []
    found = [field for field in drawn(b, 2, "svi") if field.kind not in ("i2", "i3")]
    for k, field in enumerate(found or [Field("s", "values")]):
        kept = b.chance(0.7) or not k
        _declared(s, field, f"now{k}", "", "n", "{}", "{}_new", "current_{}")
        _declared(
            s,
            field,
            f"last{k}",
            "inout" if kept else "",
            "n",
            "{}_prev",
            "last_{}",
            "cached_{}",
        )
        gap = f"now{k}[i] - last{k}[i]"
        size = f"length({gap})" if field.kind[0] == "v" else f"abs({gap})"
        tests.append(f"now{k}[i] != last{k}[i]" if field.kind[0] == "i" else f"{size} > tol")
        if kept:
            after.append(f"last{k}[i] = {changed(b, field, f'now{k}[i]', 0.3)}")
    body = [b.pick(_MARKS), *after]
    if b.chance(0.4):
        body += moved(b, s, "i", "i", ("n", "n"), 2)
    inner = "\n".join(["    " + line for line in body])
    return guarded(b, [f"if {b.pick((' or ', ' and ')).join(tests)}:\n{inner}"])


_MARKS = (
    "atomic_add(dirty, 0, 1)", "atomic_max(dirty, 0, 1)", "ready[i] = True", "lengths[i] = 1",
    "atomic_add(tally_n, bin_of[i], 1)", "lengths[i] = tag[i]",
)  # fmt: skip


def struct(b: Builder, s: Sketch) -> str:
    found = drawn(b)
    record = s.record(
        "Rec",
        "State Record Element Entry Item",
        "; ".join(f"f{k}: {f.kind} {f.word}" for k, f in enumerate(found)),
    )
    index = b.pick(("i", "i", "src_id[i]"))
    s.scope["items"] = (
        b.array(record, b.launch, "states", "records", "items", role="in") if index == "i" else None
    )
    lines = []
    if b.chance(0.6) and index == "i":
        lines.append("item__state__rec = items[i]")
        for k, field in enumerate(found):
            _declared(s, field, f"dst{k}", "out", "n", *_TARGETS)
            lines.append(f"dst{k}[i] = {changed(b, field, f'item.f{k}', 0.3)}")
        return guarded(b, lines)
    s.scope["made"] = b.array(record, b.launch, "states_out", "records_out", "items_out", role="out")
    parts = []
    for k, field in enumerate(found):
        _declared(s, field, f"src{k}", "", "n" if index == "i" else "total", *_SOURCES)
        parts.append(changed(b, field, f"src{k}[{index}]", 0.25))
    return guarded(b, [f"made[i] = Rec({', '.join(parts)})"])
