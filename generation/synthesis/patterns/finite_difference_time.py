"""Time steps of partial differential equations by finite differences: heat, waves, Maxwell on a Yee grid,
reactions.

Free choices: equation, dimension, order of the differences, border rule, sources, absorbing layers,
materials, one or several fields, in or out of place.
Source: Yee, 1966; LeVeque, "Finite Difference Methods for Ordinary and Partial Differential Equations",
2007; Pearson, "Complex Patterns in a Simple System", 1993.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.grids import BORDERS, SIZES, along, field, guard, here, indented
from generation.synthesis.sketches import Sketch

VERBS = ("step", "advance", "update", "propagate")
FIELDS = ("fluid", "signal", "finite_element")
_FORMS = Weights({"heat": 26, "wave": 28, "maxwell": 24, "reaction": 22})
TITLES = {
    "heat": (
        "step_heat heat_step diffuse_step heat_equation",
        "Advance the heat equation by one time step.",
        "Explicit time step of the heat equation.",
    ),
    "wave": (
        "step_wave wave_step wave_equation propagate_wave",
        "Advance the wave equation by one time step.",
        "Explicit time step of the wave equation.",
    ),
    "maxwell": ("update_fields fdtd_step step_maxwell", "One FDTD update of an electromagnetic field."),
    "reaction": (
        "reaction_diffusion_step step_reaction gray_scott_step",
        "One step of a reaction-diffusion system.",
    ),
}
_DIMENSIONS = Weights({1: 24, 2: 48, 3: 28})


def build(b: Builder) -> None:
    form = b.form(_FORMS)
    dims = b.pick((2, 2, 3)) if form == "maxwell" else b.weighted(_DIMENSIONS)
    b.grid(dims)
    border = "skip" if form == "maxwell" else b.weighted(BORDERS)
    order = 2 if form == "maxwell" else b.pick((2, 2, 4))
    scope = {
        **SIZES,
        "dt": "s dt tau time_step",
        "dx": "s dx spacing cell_size",
        "inv_dx2": "s inv_dx2 inv_h2 inv_dx_sq",
        "alpha": "c diffusivity alpha kappa",
        "c": "c wave_speed celerity c0",
        "damp": "c damping friction loss",
        "eps": "c permittivity eps_r epsilon",
        "mu": "c permeability mu_r mu0",
        "sigma": "c conductivity sigma sigma_e",
        "feed": "c feed feed_rate f_rate",
        "kill": "c kill kill_rate k_rate",
        "du": "s diff_u du d_u",
        "dv": "s diff_v dv d_v",
        "t": "s t sim_time time",
        "freq": "s frequency omega drive_frequency",
        "amp": "c amplitude source_strength drive",
        "source_id": "i source_x source_i emitter",
        "source_id2": "i source_y source_j emitter_y",
        "ambient": "s ambient background u_ambient",
        "limit": "s max_value u_max clip_value",
        "width": "i sponge_width layer_width pml_cells",
        "phase": "s coupling reaction_rate beta",
    }
    for name, words in (
        ("u", "u temperature phi"),
        ("old", "u_prev u_old phi_prev"),
        ("s_in", "source heat_source rhs"),
        ("hx", "hx h_x bx"),
        ("hy", "hy h_y by"),
        ("hz", "hz h_z bz"),
        ("w", "v_field inhibitor w_field"),
        ("kk", "conductivity_field diffusivity_map coefficient"),
    ):
        scope[name] = field(dims, "s", words)
    scope["solid"] = field(dims, "i", "solid cell_type boundary_mask")
    scope["u_new"] = field(dims, "s", "u_next u_new phi_next", "out")
    scope["w_new"] = field(dims, "s", "w_next w_new v_next", "out")
    scope["u_acc"] = field(dims, "s", "field amplitude_field u_state", "inout")
    scope["ez"] = field(dims, "s", "ez e_z field_z", "inout")
    scope["ex"] = field(dims, "s", "ex e_x field_x", "inout")
    s = Sketch(b, **scope)
    s.scope["tally"] = lambda e: framing.tally(b, e, "energy", "residual", "change")
    framing.prologue(b)
    if border == "skip":
        s(guard(b, dims, order // 2, "".join("ijk"[:dims])))
    elif b.chance(0.3):
        s(f"if {here(dims, 'solid')} == 1:\n    {here(dims, 'u_new')} = 0.0\n    return")
    if b.chance(0.15) and border == "skip":
        s(f"if {here(dims, 'solid')} != 0:\n    return")
    if form == "maxwell":
        _maxwell(b, s, dims)
    else:
        s(f"uc__here__center = {here(dims, 'u')}")
        _laplacian(b, s, "u", "uc", dims, border, order, "lap__laplacian__d2u")
        (_heat if form == "heat" else _wave if form == "wave" else _reaction)(b, s, dims, border, order)
    s.done()


def _laplacian(
    b: Builder, s: Sketch, array: str, center: str, dims: int, border: str, order: int, name: str
) -> None:
    """Second differences, of second or fourth order, summed in one go or axis by axis."""
    terms = []
    for axis in range(dims):
        west, east = (along(dims, array, border, axis, offset) for offset in (-1, 1))
        term = f"{east} + {west} - 2.0 * {center}"
        if order == 4:
            far = [along(dims, array, border, axis, offset) for offset in (-2, 2)]
            term = f"1.3333 * ({east} + {west}) - 0.0833 * ({far[1]} + {far[0]}) - 2.5 * {center}"
        terms.append(term)
    how = b.integer(0, 2)
    if how == 0 and order == 2:
        whole = " + ".join(f"{along(dims, array, border, a, o)}" for a in range(dims) for o in (-1, 1))
        s(f"{name} = ({whole} - {2.0 * dims} * {center}) * inv_dx2")
    elif how == 1:
        for axis, term in enumerate(terms):
            s(f"d2{'xyz'[axis]}_{array}__{array}_{'xyz'[axis] * 2} = {term}")
        s(f"{name} = ({' + '.join(f'd2{c}_{array}' for c in 'xyz'[:dims])}) / (dx * dx)")
    else:
        s(f"{name} = {b.pick(('inv_dx2 * ', ''))}({' + '.join(f'({t})' for t in terms)})")


def _heat(b: Builder, s: Sketch, dims: int, border: str, order: int) -> None:
    s("rate__tendency__dudt = alpha * lap")
    if b.chance(0.3):
        west, east = (along(dims, "kk", border, 0, offset) for offset in (-1, 1))
        s(f"grad_k__dk = 0.5 * ({east} - {west})")
        s(f"rate += grad_k * ({along(dims, 'u', border, 0, 1)} - {along(dims, 'u', border, 0, -1)}) * 0.5")
    s(f"""
with maybe(0.4):
    rate += polish({here(dims, "s_in")})
with maybe(0.3):
    rate -= damp * (uc - ambient)
with maybe(0.25):
    rate += phase * uc * (1.0 - uc)
u1__updated__u_next_value = uc + dt * rate
with maybe(0.3):
    u1 = clamp(u1, 0.0, limit)
with maybe(0.2):
    if i == source_id:
        u1 = amp
{here(dims, "u_new")} = u1
with maybe(0.35):
    tally(abs(u1 - uc))
""")


def _wave(b: Builder, s: Sketch, dims: int, border: str, order: int) -> None:
    inner = "i == source_id" + (" and j == source_id2" if dims > 1 and b.chance(0.6) else "")
    s(f"""
before__u_before__um = {here(dims, "old")}
with either:
    with _:
        courant__r = c * dt
        next_u__u1__up = 2.0 * uc - before + courant * courant * lap
    with _(2):
        vel__ut = (uc - before) * (1.0 - damp * dt)
        next_u__u1__up = uc + vel + c * c * dt * dt * lap
    with _:
        half_d__gamma = 0.5 * damp * dt
        next_u__u1__up = (2.0 * uc - (1.0 - half_d) * before + c * c * dt * dt * lap) / (1.0 + abs(half_d))
with maybe(0.4):
    if {inner}:
        with either:
            with _:
                next_u += amp * sin(freq * t)
            with _:
                delay__tau_r = freq * (t - 1.0)
                next_u += amp * (1.0 - 2.0 * delay * delay) * exp(-delay * delay)
with maybe(0.3):
    edge__to_border = min(i, nx - 1 - i)
    if edge < width:
        fade__sponge = real(edge) / real(max(width, 1))
        next_u = next_u * pick(fade, 1.0 - 0.1 * (1.0 - fade) * (1.0 - fade))
with either:
    with _(3):
        {here(dims, "u_new")} = next_u
    with _:
        {here(dims, "u_acc")} += next_u
with maybe(0.3):
    tally(0.5 * (next_u - before) * (next_u - before))
""")


def _reaction(b: Builder, s: Sketch, dims: int, border: str, order: int) -> None:
    s(f"wc__v_here__inhibitor_c = {here(dims, 'w')}")
    _laplacian(b, s, "w", "wc", dims, border, order, "lap_w__laplacian_v__d2w")
    s(f"""
with either:
    with _(2):
        uvv__reaction = uc * wc * wc
        ut__dudt = du * lap - uvv + feed * (1.0 - uc)
        wt__dwdt = dv * lap_w + uvv - (feed + kill) * wc
    with _:
        ut__dudt = du * lap + uc - uc * uc * uc - wc + phase
        wt__dwdt = dv * lap_w + damp * (uc - kill * wc)
    with _:
        growth__logistic = uc * (1.0 - uc)
        eaten__predation = phase * uc * wc / (1.0 + abs(uc))
        ut__dudt = du * lap + growth - eaten
        wt__dwdt = dv * lap_w + feed * eaten - kill * wc
un__u_value = uc + dt * ut
wn__w_value = wc + dt * wt
with maybe(0.4):
    un = clamp(un, 0.0, num(1.0, 2.0))
    wn = clamp(wn, 0.0, num(1.0, 2.0))
with maybe(0.2):
    un = polish(un)
{here(dims, "u_new")} = un
{here(dims, "w_new")} = wn
with maybe(0.25):
    tally(un - wn)
""")


def _maxwell(b: Builder, s: Sketch, dims: int) -> None:
    """The electric field from the curl of the magnetic one, with losses and a source."""
    step = -1 if b.chance(0.7) else 1
    sign = 1 if step < 0 else -1

    def difference(array: str, axis: int) -> str:
        there = along(dims, array, "skip", axis, step)
        return f"({here(dims, array)} - {there})" if sign > 0 else f"({there} - {here(dims, array)})"

    s(f"curl__curl_h__dh = {difference('hy', 0)} - {difference('hx', 1)}")
    if b.chance(0.5):
        s("curl = curl / safe(dx)")
    s("""
with either:
    with _:
        ca__keep = 1.0 - sigma * dt / safe(eps)
        cb__gain = dt / safe(eps)
    with _(2):
        loss__half_loss = 0.5 * sigma * dt / safe(eps)
        ca__keep = (1.0 - loss) / (1.0 + abs(loss))
        cb__gain = dt / safe(eps * (1.0 + abs(loss)))
    with _:
        ca__keep = exp(-clamp(sigma * dt, 0.0, 4.0))
        cb__gain = dt / safe(mu)
""")
    s(f"e_new__ez_new = ca * {here(dims, 'ez')} + cb * curl")
    pulse = indented("""
with either:
    with _:
        e_new += amp * sin(freq * t)
    with _:
        arg__delay = (t - 3.0) * freq
        e_new += amp * exp(-arg * arg)
""")
    s(f"with maybe(0.5):\n    if i == source_id and j == source_id2:\n{indented(pulse)}")
    s(f"""
with maybe(0.4):
    edge__border_dist = min(min(i, nx - 1 - i), min(j, ny - 1 - j))
    if edge < width:
        fade__taper = real(edge) / real(max(width, 1))
        e_new = e_new * fade
{here(dims, "ez")} = e_new
""")
    if dims == 3 or b.chance(0.3):
        axis = dims - 1
        s(f"curl_x__dh_x = {difference('hz', 1)} - {difference('hy', axis)}")
        s(f"{here(dims, 'ex')} = ca * {here(dims, 'ex')} + cb * curl_x")
    s("with maybe(0.3):\n    tally(0.5 * eps * e_new * e_new)")
