"""Fields on sparse voxels: level sets that push points out, velocities that carry them, stencils over voxels,
densities along rays, several fields on one topology.

Free choices: what the volume holds, sampling mode, named or generic built-ins, what is made of the samples.
Source: Museth, "NanoVDB", 2021; Bridson, "Fluid Simulation for Computer Graphics", 2015; Warp documentation,
"Volumes".
"""

from __future__ import annotations

from generation.language.types import F32, F64, I32, VOLUME, vector
from generation.program.nodes import Bound, Const, Do, Expression, Op, Store, Var
from generation.synthesis import framing, phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.sketches import Sketch
from generation.synthesis.terms import at, convert, field, integer, number, op

VERBS = ("sample", "advect", "project", "march", "voxelize", "resample")
FIELDS = ("fluid", "geometry", "particles")
_FORMS = Weights({"push": 26, "carry": 20, "stencil": 22, "march": 14, "index": 18})
TITLES = {
    "push": ("project_to_sdf push_out", "Push points out of a level set."),
    "carry": ("advect_points advect_in_volume", "Carry points with a velocity volume."),
    "march": ("raymarch_volume march_density", "March rays through a density volume."),
}
_V3 = vector(3, F32)
_VOXELS = Bound("num_voxels", 0)


def build(b: Builder) -> None:
    b.real, b.space = F32, _V3
    form = b.form(_FORMS)
    b.grid(3 if form == "stencil" else 1)
    framing.prologue(b)
    pool = _FORM[form](b)
    if pool:
        phrases.finish(b, turns.develop(b, pool, b.integer(0, 2), goal=1), b.pick((1, 1, 2)))
    else:
        framing.bookkeeping(b, 0.4)


def _volume(b: Builder, *words: str, role: str = "in") -> Var:
    return b.handle(VOLUME, (_VOXELS,), *words, role=role)


def _place(b: Builder, volume: Var) -> tuple[Expression, Expression]:
    """A point of this thread, in the world and in the volume's own space."""
    p = b.let(at(b.array(_V3, b.launch, "points", "positions", "particle_x"), *b.threads), "p", "x", "pos")
    return p, b.let(op("volume_world_to_index", volume, p), "uvw", "local_p", "p_index")


def _sampled(b: Builder, volume: Var, uvw: Expression, type_, mode: int | None = None) -> Op:
    """The value there, by the built-in of its type or by the one for every type."""
    mode = b.pick((1, 1, 1, 0)) if mode is None else mode
    short = {F32: "f", _V3: "v"}.get(type_)
    if type_ is I32:
        mode = 0
    name = f"volume_sample_{short}" if short and b.chance(0.5) else "volume_sample"
    return Op(type_, name, (volume, uvw, integer(mode)))


def _gradient(b: Builder, volume: Var, uvw: Expression) -> tuple[Expression, Expression]:
    """A value and its gradient, which the built-in writes into a local."""
    grad = b.let(Const(_V3, 0), "grad", "nrm", "slope")
    name = b.pick(("volume_sample_grad_f", "volume_sample_grad"))
    value = b.let(Op(F32, name, (volume, uvw, integer(1), grad)), "d", "phi", "dist")
    return value, grad


def _push(b: Builder) -> list[Expression]:
    """A point kept outside a level set: along its gradient, by as much as it is too deep."""
    volume = _volume(b, "sdf", "collider", "level_set")
    p, uvw = _place(b, volume)
    d, grad = _gradient(b, volume, uvw)
    if b.chance(0.6):
        grad = b.let(op("volume_index_to_world_dir", volume, grad), "grad_world", "g")
    n = b.let(op("normalize", grad), "n", "normal")
    s = Sketch(b, p=p, d=d, n=n, margin="s margin radius thickness", v="v[n] velocities particle_v qd")
    s.scope |= {"x_out": "out v[n] positions_out new_positions", "v_out": "out v[n] velocities_out new_v"}
    s.scope |= {"mu": "s friction mu", "restitution": "s restitution bounce"}
    s("gap__depth = margin - d\nwith maybe(0.3):\n    gap = polish(gap)")
    s("if gap <= 0.0:\n    return\nx_out[i] = p + n * gap")
    if b.chance(0.6):
        s("vi__u = v[i]\nvn__speed_in = dot(vi, n)")
        if b.chance(0.5):
            s("if vn < 0.0:\n    v_out[i] = vi - (1.0 + restitution) * vn * n")
        else:
            s("vt__slip = vi - n * vn\nv_out[i] = vt * max(1.0 - mu, 0.0) + n * max(vn, 0.0)")
    s.done()
    return []


def _carry(b: Builder) -> list[Expression]:
    """Points carried by a velocity volume, one sample or two; what another volume says where they arrive."""
    volume = _volume(b, "velocity_grid", "flow_volume", "wind")
    p, uvw = _place(b, volume)
    v = b.let(_sampled(b, volume, uvw, _V3, 1), "v", "u", "flow_v")
    dt = b.parameter(F32, "dt", "time_step", "h")
    if b.chance(0.5):
        half = op("add", p, op("mul", v, op("mul", number(F32, 0.5), dt)))
        middle = b.let(op("volume_world_to_index", volume, half), "mid", "uvw_mid")
        v = b.let(_sampled(b, volume, middle, _V3, 1), "v_mid", "v2")
    moved = b.let(op("add", p, op("mul", v, dt)), "x_new", "moved")
    if b.chance(0.5):
        return [moved]
    other = _volume(b, "temperature", "smoke_grid", "region_grid")
    type_ = b.pick((F32, F32, F64, I32))
    there = op("volume_world_to_index", other, moved)
    seen = b.let(_sampled(b, other, b.named(there, 0.5, "uvw_new", "q"), type_), "carried", "label_there")
    return [moved, convert(seen, F32)]


def _stencil(b: Builder) -> list[Expression]:
    """One step of a stencil from one volume to another, or to an array."""
    i, j, k = b.threads
    volume = _volume(b, "field_in", "density_grid", "phi_in")
    type_ = b.pick((F32, F32, F32, _V3, F64))
    short = {F32: "f", _V3: "v"}.get(type_)
    name = f"volume_lookup_{short}" if short and b.chance(0.4) else "volume_lookup"

    def there(axis: int, offset: int) -> Op:
        places = [
            op("add" if offset > 0 else "sub", t, integer(1)) if n == axis and offset else t
            for n, t in enumerate((i, j, k))
        ]
        return Op(type_, name, (volume, *places))

    here = b.let(there(0, 0), "c", "center", "value_here")
    total = None
    for axis in range(3):
        pair = [there(axis, offset) for offset in (-1, 1)]
        if b.chance(0.5):
            words = "xyz"[axis]
            pair = [b.let(e, f"{side}_{words}") for e, side in zip(pair, ("lo", "hi"), strict=True)]
        both = op("add", *pair)
        total = both if total is None else op("add", total, both)
    total = b.let(total, "neighbors", "around")
    scalar = F64 if type_ is F64 else F32
    if b.chance(0.5):
        change = op("sub", total, op("mul", number(scalar, 6.0), here))
        rate = b.parameter(scalar, "rate", "diffusivity", "alpha")
        value = op("add", here, op("mul", rate, change))
    else:
        value = op("mul", op("add", total, here), number(scalar, round(1.0 / 7.0, 6)))
    if b.chance(0.6):
        others = [phrases.source(b, b.pick((scalar, type_))) for _ in range(b.pick((1, 1, 2)))]
        value = b.mix(type_, [b.let(value, "updated", "smoothed"), *others], 0.3)
    value = b.let(value, "result", "next_value")
    if b.chance(0.3):
        out = b.array(type_, b.launch, "dense_out", "grid_out", role="out")
        b.emit(Store(at(out, i, j, k), value))
        return []
    target = _volume(b, "field_out", "volume_out", "phi_out", role="out")
    name = f"volume_store_{short}" if short and b.chance(0.5) else "volume_store"
    b.emit(Do(Op(type_, name, (target, i, j, k, value))))
    if b.chance(0.3):
        marks = _volume(b, "marks", "active_volume", role="out")
        level = number(scalar, b.number())
        size = op("length", value) if type_ is _V3 else value
        mark = op("where", op("gt", size, level), integer(1), integer(0))
        b.emit(Do(op("volume_store_i", marks, i, j, k, mark)))
    return []


def _march(b: Builder) -> list[Expression]:
    """Light along a ray through a density: transmittance and what was gathered on the way."""
    volume = _volume(b, "density", "cloud", "fog_volume")
    s = Sketch(b, o="v[n] origins ray_o", d="v[n] directions ray_d", ds="s step_size ds delta")
    s.scope |= {"sigma": "c extinction sigma absorption", "glow": "c albedo emission scattering"}
    s.scope |= {"steps": b.parameter(I32, "num_steps", "max_steps") if b.chance(0.5) else b.integer(8, 48)}
    s.scope |= {"sample": lambda uvw: _sampled(b, volume, uvw, F32, 1)}
    s.scope |= {"local": lambda p: op("volume_world_to_index", volume, p), "out": "out s[n] radiance light"}
    s.scope |= {"left": "out s[n] transmittance_out opacity"}
    s.scope |= {"tally": lambda e: framing.tally(b, e, "light", "brightness", "depth")}
    s("""
p__x = o[i]
ray__dir_i = normalize(d[i])
trans__T = real(1.0)
light__gathered = real(0.0)
for k in range(steps):
    density__rho = max(sample(local(p)), 0.0)
    with maybe(0.3):
        density = polish(density)
    with maybe(0.5):
        if trans < num(0.01, 0.001):
            break
    with either:
        with _:
            a__alpha = 1.0 - exp(-min(density * sigma * ds, 10.0))
            light += trans * a * glow
            trans *= 1.0 - a
        with _:
            light += trans * density * glow * ds
            trans *= exp(-min(density * sigma * ds, 10.0))
    p += ray * ds
out[i] = light
with maybe(0.4):
    left[i] = pick(trans, 1.0 - trans)
with maybe(0.5):
    tally(light)
""")
    s.done()
    return []


def _index(b: Builder) -> list[Expression]:
    """Fields in arrays, an element per voxel: sampled through the topology, or gathered by index."""
    volume = _volume(b, "topology", "grid_index", "voxels_id")
    p, uvw = _place(b, volume)
    type_ = b.pick((F32, F32, _V3, F64))
    data = b.array(type_, (_VOXELS,), "voxel_data", "grid_values", "channel")
    background = Const(type_, 0) if type_ is _V3 else number(type_, b.pick((0.0, 1.0)))
    if b.chance(0.6):
        if b.chance(0.5) and type_ is F32:
            grad = b.let(Const(_V3, 0), "grad", "slope")
            call = op("volume_sample_grad_index", volume, uvw, integer(1), data, background, grad)
            return [b.let(call, "value", "sampled"), grad]
        call = op("volume_sample_index", volume, uvw, integer(b.pick((0, 1, 1))), data, background)
        return [b.let(call, "value", "sampled", "interpolated"), p]
    parts = [convert(op(b.pick(("floor", "round")), part), I32) for part in (field(uvw, c) for c in "xyz")]
    parts = [b.let(part, word) for part, word in zip(parts, ("vi", "vj", "vk"), strict=True)]
    found = b.let(op("volume_lookup_index", volume, *parts), "voxel", "slot")
    b.stop_if(op("lt", found, integer(0)))
    values = [b.let(at(data, found), "cell_value", "stored")]
    if b.chance(0.4):
        share = op("div", convert(found, F32), convert(op("volume_voxel_count", volume), F32))
        values.append(b.let(share, "share", "order"))
    return [*values, p] if b.chance(0.5) else values


_FORM = {"push": _push, "carry": _carry, "stencil": _stencil, "march": _march, "index": _index}
