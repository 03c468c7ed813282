"""Transport of quantities by a velocity field: semi-Lagrangian steps, MacCormack correction, upwind fluxes,
tracers.

Free choices: dimension, back-tracing rule, interpolation, border, limiter, what is carried, sources and
decay.
Source: Stam, "Stable Fluids", 1999; Selle et al., "An Unconditionally Stable MacCormack Method", 2008.
"""

from __future__ import annotations

from generation.language.types import vector
from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.grids import SIZES, along, field, guard, here
from generation.synthesis.sketches import Sketch

VERBS = ("advect", "transport", "semi_lagrangian", "convect")
FIELDS = ("fluid",)
_FORMS = Weights({"semi": 40, "maccormack": 22, "flux": 20, "tracer": 18})
TITLES = {
    "semi": (
        "advect advect_semi_lagrangian semi_lagrangian_advect advect_field",
        "Semi-Lagrangian advection of a field.",
        "Advect a field by tracing back through the velocity.",
    ),
    "maccormack": (
        "maccormack_step correct_advection advect_maccormack",
        "MacCormack correction of an advected field.",
    ),
    "flux": ("advect_flux upwind_flux update_flux_form", "Advect a conserved quantity in flux form."),
    "tracer": ("advect_tracers move_tracers trace_particles", "Move tracer particles with the flow."),
}


def build(b: Builder) -> None:
    form = b.form(_FORMS)
    dims = 2 if form == "maccormack" or b.chance(0.72) else 3
    if form == "tracer":
        b.grid(1)
        dims = b.pick((2, 2, 3))
    else:
        b.grid(dims)
    b.space = vector(dims, b.real)
    extents = {2: ("rows_f", "cols_f"), 3: ("rows_f", "cols_f", "layers_f")}[dims]
    scope = {
        **SIZES,
        "dt": "s dt time_step h",
        "inv_dx": "s inv_dx inv_cell inv_h",
        "decay": "c dissipation decay fade",
        "rate": "c injection source_rate inflow",
        "buoyancy": "c buoyancy lift alpha",
        "blend": "s correction blend_factor mac_cormack",
        "q": field(dims, "s", "density q smoke temperature"),
        "qv": field(dims, "v", "momentum_field q_vec carried"),
        "ux": field(dims, "s", "u vel_x u_field"),
        "uy": field(dims, "s", "v vel_y v_field"),
        "uz": field(dims, "s", "w vel_z w_field"),
        "vel": field(dims, "v", "velocity u vel_field"),
        "solid": field(dims, "i", "solid obstacle cell_type"),
        "src": field(dims, "s", "source inflow_map emission"),
        "fwd": field(dims, "s", "q_forward phi_hat predicted"),
        "back": field(dims, "s", "q_backward phi_bar corrected_back"),
        "out": field(dims, "s", "q_out density_out advected", "out"),
        "out_v": field(dims, "v", "u_out velocity_out carried_out", "out"),
        "pos": "v[n] positions tracers particles_x",
        "age": "s[n] ages lifetimes age",
        "pos_out": "out v[n] positions_out tracers_out new_positions",
        "age_out": "out s[n] age_out ages_out",
        "grid_v": f"v[{','.join(extents)}] velocity_grid flow field_v",
        "gx": "n:rows_f nx grid_x num_cols",
        "gy": "n:cols_f ny grid_y num_rows",
        "gz": "n:layers_f nz grid_z num_layers",
        "max_age": "s max_age lifetime_limit",
    }
    s = Sketch(b, **scope)
    s.scope["tally"] = lambda e: framing.tally(b, e, "mass", "transported", "cfl")
    framing.prologue(b)
    {"semi": _semi, "maccormack": _maccormack, "flux": _flux, "tracer": _tracer}[form](b, s, dims)
    s.done()


def _velocity(b: Builder, s: Sketch, dims: int) -> None:
    """The velocity at this cell's centre, collocated or averaged from faces."""
    names = ("ux", "uy", "uz")[:dims]
    if b.chance(0.4):
        s(f"vel_here__u_c__flow = {here(dims, 'vel')}")
        for letter in "xyz"[:dims]:
            s(f"v{letter}__u{letter}__speed_{letter} = vel_here.{letter}")
        return
    staggered = b.chance(0.4)
    for axis, name in enumerate(names):
        letter = "xyz"[axis]
        value = here(dims, name)
        if staggered:
            value = f"0.5 * ({value} + {along(dims, name, 'clamp', axis, 1)})"
        s(f"v{letter}__u{letter}__speed_{letter} = {value}")


def _sampling(b: Builder, s: Sketch, dims: int, array: str, sizes: tuple[str, ...], tag: str = "") -> str:
    """Interpolation at px, py(, pz), linear or the nearest cell, clamped or periodic; the value's name."""
    letters = "xyz"[:dims]
    nearest = b.chance(0.12)
    wrap = b.chance(0.25)
    for letter, size in zip(letters, sizes, strict=True):
        p = f"p{letter}{tag}"
        if not wrap and b.chance(0.6):
            s(f"{p} = clamp({p}, 0.0, real({size} - 1))")
        if nearest:
            s(f"i{letter}0{tag}__{letter}i{tag} = clamp(int(round({p})), 0, {size} - 1)")
            continue
        s(f"i{letter}0{tag}__{letter}0{tag}__base_{letter}{tag} = int(floor({p}))")
        s(f"t{letter}{tag}__f{letter}{tag}__frac_{letter}{tag} = {p} - real(i{letter}0{tag})")
        if wrap:
            s(f"i{letter}0{tag} = max(i{letter}0{tag} + {size}, 0) % {size}")
            s(f"i{letter}1{tag}__{letter}1{tag}__next_{letter}{tag} = (i{letter}0{tag} + 1) % {size}")
        else:
            s(f"i{letter}0{tag} = clamp(i{letter}0{tag}, 0, {size} - 1)")
            s(f"i{letter}1{tag}__{letter}1{tag}__next_{letter}{tag} = min(i{letter}0{tag} + 1, {size} - 1)")
    name = f"value{tag}__q_sample{tag}__sampled{tag}"
    if nearest:
        s(f"{name} = {array}[{', '.join(f'i{c}0{tag}' for c in letters)}]")
        return f"value{tag}"
    corners = {}
    for corner in range(2**dims):
        bits = [corner >> axis & 1 for axis in range(dims)]
        places = ", ".join(f"i{c}{bit}{tag}" for c, bit in zip(letters, bits, strict=True))
        corners[tuple(bits)] = f"{array}[{places}]"
        if b.chance(0.5):
            word = "q" + "".join(map(str, bits)) + tag
            s(f"{word} = {corners[tuple(bits)]}")
            corners[tuple(bits)] = word
    style = b.pick(("lerp", "weights")) if array not in ("grid_v",) else "weights"
    axis = 0
    while len(next(iter(corners))) > 0:
        letter = letters[axis]
        merged = {}
        for bits in sorted({key[1:] for key in corners}):
            low, high = corners[(0, *bits)], corners[(1, *bits)]
            t = f"t{letter}{tag}"
            text = f"lerp({low}, {high}, {t})" if style == "lerp" else f"({low} * (1.0 - {t}) + {high} * {t})"
            if len(bits):
                word = f"c{''.join(map(str, bits))}{tag}_{letter}"
                s(f"{word} = {text}")
                text = word
            merged[bits] = text
        corners = merged
        axis += 1
    s(f"{name} = {corners[()]}")
    return f"value{tag}"


def _trace(b: Builder, s: Sketch, dims: int, sign: str, tag: str = "") -> None:
    """Where the cell's content comes from: a straight line, or with the velocity halfway."""
    scale = b.pick(("dt", "dt * inv_dx", "dt * inv_dx"))
    if sign == "-" and b.chance(0.25) and not tag:
        for letter, thread in zip("xyz"[:dims], "ijk", strict=False):
            s(
                f"m{letter}__half_{letter} = "
                f"clamp(int(round(real({thread}) - 0.5 * {scale} * v{letter})), 0, n{letter} - 1)"
            )
        middle = ", ".join(f"m{letter}" for letter in "xyz"[:dims])
        s(f"v_mid__mid_vel = vel[{middle}]")
        for letter, thread in zip("xyz"[:dims], "ijk", strict=False):
            s(f"p{letter}__back_{letter}__src_{letter} = real({thread}) - {scale} * v_mid.{letter}")
        return
    for letter, thread in zip("xyz"[:dims], "ijk", strict=False):
        s(
            f"p{letter}{tag}__back_{letter}{tag}__src_{letter}{tag} = "
            f"real({thread}) {sign} {scale} * v{letter}"
        )


def _finish(b: Builder, s: Sketch, dims: int, value: str) -> None:
    s(f"""
with maybe(0.45):
    {value} = {value} * pick(decay, 1.0 - decay * dt, exp(-clamp(decay * dt, 0.0, 4.0)))
with maybe(0.35):
    {value} += dt * rate * {here(dims, "src")}
with maybe(0.25):
    {value} = polish({value})
with maybe(0.25):
    {value} = max({value}, 0.0)
{here(dims, "out")} = {value}
with maybe(0.3):
    tally({value})
""")


def _semi(b: Builder, s: Sketch, dims: int) -> None:
    if b.chance(0.3):
        s(f"if {here(dims, 'solid')} != 0:\n    {here(dims, 'out')} = 0.0\n    return")
    _velocity(b, s, dims)
    _trace(b, s, dims, "-")
    sizes = ("nx", "ny", "nz")[:dims]
    if b.chance(0.25):
        value = _sampling(b, s, dims, "qv", sizes)
        s(f"with maybe(0.4):\n    {value} = {value} * (1.0 - decay * dt)")
        if b.chance(0.5):
            s(f"{value}.y += dt * buoyancy * {here(dims, 'q')}")
        s(f"{here(dims, 'out_v')} = {value}")
        return
    _finish(b, s, dims, _sampling(b, s, dims, "q", sizes))


def _maccormack(b: Builder, s: Sketch, dims: int) -> None:
    """Correct a forward step by half the error of going back, limited by the corners it came from."""
    s(
        f"orig__q0__before = {here(dims, 'q')}\nahead__q_hat = {here(dims, 'fwd')}\n"
        f"err__round_trip = orig - {here(dims, 'back')}"
    )
    s("fixed_up__corrected = ahead + " + b.pick(("0.5 * err", "blend * err", "0.5 * blend * err")))
    if b.chance(0.75):
        _velocity(b, s, dims)
        _trace(b, s, dims, "-")
        for letter in "xyz"[:dims]:
            s(f"c{letter}__{letter}0 = clamp(int(floor(p{letter})), 0, n{letter} - 1)")
            s(f"e{letter}__{letter}1 = min(c{letter} + 1, n{letter} - 1)")
        corners = [", ".join("ce"[bits >> a & 1] + "xyz"[a] for a in range(dims)) for bits in range(2**dims)]
        for n, corner in enumerate(corners):
            s(f"q_{n}__corner_{n} = q[{corner}]")
        for name, text in (("lo__q_min", "min"), ("hi__q_max", "max")):
            total = "q_0"
            for n in range(1, len(corners)):
                total = f"{text}({total}, q_{n})"
            s(f"{name} = {total}")
        s(
            b.pick(
                (
                    "fixed_up = clamp(fixed_up, lo, hi)",
                    "fixed_up = max(min(fixed_up, hi), lo)",
                    "if fixed_up < lo or fixed_up > hi:\n    fixed_up = ahead",
                )
            )
        )
    _finish(b, s, dims, "fixed_up")


def _flux(b: Builder, s: Sketch, dims: int) -> None:
    """Donor-cell or limited fluxes through the faces of the cell."""
    s(guard(b, dims, 2 if (limited := b.chance(0.4)) else 1))
    s("""
def minmod__limited_slope(a, c):
    'Minmod slope limiter.'
    if a * c <= 0.0:
        return 0.0
    if abs(a) < abs(c):
        return a
    return c
def van_leer__smooth_slope(a, c):
    'Van Leer slope limiter.'
    p = a * c
    if p <= 0.0:
        return 0.0
    return 2.0 * p / safe(a + c)
def upwind__donor_flux(speed, left, right):
    'Upwind flux through a face.'
    if speed > 0.0:
        return speed * left
    return speed * right
def rusanov__central_flux(speed, left, right):
    return 0.5 * speed * (left + right) - 0.5 * abs(speed) * (right - left)
""")
    flux = b.pick(("upwind", "upwind", "rusanov"))
    slope = b.pick(("minmod", "van_leer"))
    s(f"qc__q_here = {here(dims, 'q')}\nchange__net_flux = real(0.0)")
    for axis in range(dims):
        c, u = "xyz"[axis], ("ux", "uy", "uz")[axis]
        west, east = (along(dims, "q", "skip", axis, o) for o in (-1, 1))
        s(f"ql_{c}__west_{c}__qm_{c} = {west}\nqr_{c}__east_{c}__qp_{c} = {east}")
        left, right = f"ql_{c}", f"qr_{c}"
        mine_l = mine_r = "qc"
        if limited:
            far = along(dims, "q", "skip", axis, -2)
            s(
                f"sl_{c}__slope_{c} = {slope}(qc - ql_{c}, qr_{c} - qc)\n"
                f"sm_{c}__slope_w_{c} = {slope}(ql_{c} - {far}, qc - ql_{c})"
            )
            left, mine_l, mine_r = f"ql_{c} + 0.5 * sm_{c}", f"qc - 0.5 * sl_{c}", f"qc + 0.5 * sl_{c}"
        s(f"fw_{c}__flux_in_{c} = {flux}({here(dims, u)}, {left}, {mine_l})")
        s(f"fe_{c}__flux_out_{c} = {flux}({along(dims, u, 'skip', axis, 1)}, {mine_r}, {right})")
        s(f"change += fe_{c} - fw_{c}")
    s("q_new__updated = qc - " + b.pick(("dt * inv_dx * change", "dt * change")))
    _finish(b, s, dims, "q_new")


def _tracer(b: Builder, s: Sketch, dims: int) -> None:
    """Massless particles carried by a velocity grid; a midpoint step samples twice."""
    letters = "xyz"[:dims]
    sizes = ("gx", "gy", "gz")[:dims]
    s("x0__p0__start = pos[i]")
    if b.chance(0.35):
        s(
            "life__age_now = age[i] + dt\nif life > max_age:\n    age_out[i] = 0.0\n    return\n"
            "age_out[i] = life"
        )
    for letter in letters:
        s(f"p{letter} = x0.{letter} * inv_dx")
    value = _sampling(b, s, dims, "grid_v", sizes)
    if b.chance(0.4):
        s(f"mid__x_mid = x0 + 0.5 * dt * {value}")
        for letter in letters:
            s(f"p{letter}m = mid.{letter} * inv_dx")
        value = _sampling(b, s, dims, "grid_v", sizes, "m")
    s(f"x1__p1__moved = x0 + dt * {value}")
    if b.chance(0.4):
        for letter, size in zip(letters, sizes, strict=True):
            s(f"x1.{letter} = clamp(x1.{letter}, 0.0, real({size}) / safe(inv_dx))")
    s(f"pos_out[i] = x1\nwith maybe(0.4):\n    tally(length({value}))")
