"""Making a velocity field divergence-free: divergence, pressure sweeps, residuals, subtraction of the
gradient.

Free choices: stage, dimension, collocated or staggered velocities, solid cells, border rule, relaxation,
sweeps over all cells, over one colour or along lines.
Source: Stam, "Stable Fluids", 1999; Bridson, "Fluid Simulation for Computer Graphics", 2015.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.grids import BORDERS, SIZES, along, field, guard, here
from generation.synthesis.sketches import Sketch

VERBS = ("project", "divergence", "pressure_solve", "relax", "enforce_incompressibility")
FIELDS = ("fluid",)
_STAGES = Weights({"divergence": 24, "jacobi": 34, "gradient": 24, "line": 18})
TITLES = {
    "divergence": ("compute_divergence divergence velocity_divergence", "Divergence of the velocity field."),
    "jacobi": (
        "pressure_jacobi jacobi_iteration relax_pressure pressure_solve",
        "One relaxation sweep of the pressure Poisson equation.",
    ),
    "gradient": (
        "subtract_gradient apply_pressure project_velocity",
        "Subtract the pressure gradient from the velocity.",
    ),
    "line": ("line_relax gauss_seidel_line", "Gauss-Seidel relaxation along a line of cells."),
}


def build(b: Builder) -> None:
    stage = b.form(_STAGES)
    dims = 2 if b.chance(0.55) else 3
    b.grid(1 if stage == "line" else dims)
    border = b.weighted(BORDERS)
    scope = {
        **SIZES,
        "dt": "s dt time_step",
        "dx": "s dx cell_size spacing",
        "inv_dx": "s inv_dx inv_h rdx",
        "rho": "c density rho fluid_density",
        "omega": "s omega relaxation sor_factor",
        "buoyancy": "c buoyancy lift beta",
        "ambient": "s ambient ambient_temperature",
        "parity": "i>2 parity color phase",
        "drop": "s pressure_decay leak warm_start",
    }
    arrays = (
        ("u", "u vel_x u_star"), ("v", "v vel_y v_star"), ("w", "w vel_z w_star"), ("p", "pressure p p_in"),
        ("div", "divergence div rhs"), ("vol", "volume_fraction fraction open_area"),
        ("temp", "temperature heat theta"),
    )  # fmt: skip
    for name, words in arrays:
        scope[name] = field(dims, "s", words)
    scope["vel"] = field(dims, "v2" if dims == 2 else "v3", "velocity u vel_star")
    scope["cell"] = field(dims, "i", "cell_type flags solid_mask")
    scope["p_out"] = field(dims, "s", "p_out pressure_out p_next", "out")
    scope["div_out"] = field(dims, "s", "div_out divergence_out rhs_out", "out")
    scope["vel_out"] = field(dims, "v2" if dims == 2 else "v3", "velocity_out vel_out u_projected", "out")
    for name, words in (
        ("u_out", "u_out vel_x_out"),
        ("v_out", "v_out vel_y_out"),
        ("w_out", "w_out vel_z_out"),
    ):
        scope[name] = field(dims, "s", words, "out")
    scope |= {
        "line_p": "inout s[n,width] pressure_lines p_rows pressure",
        "line_rhs": "s[n,width] rhs_lines div_rows rhs",
        "line_a": "s[n,width] diag_lines diagonal_rows center_coef",
        "line_w": "s[n,width] lower_lines lower_coef west_coef",
        "line_e": "s[n,width] upper_lines upper_coef east_coef",
        "width": "n:width num_cols line_length nx",
        "sweeps": "i num_sweeps iterations inner_iterations",
    }
    s = Sketch(b, **scope)
    s.scope["tally"] = lambda e: framing.tally(b, e, "residual", "max_div", "error")
    framing.prologue(b)
    if stage == "line":
        _line(b, s)
    else:
        if border == "skip":
            s(guard(b, dims))
        if b.chance(0.35):
            out = {"divergence": "div_out", "jacobi": "p_out", "gradient": None}[stage]
            s(
                f"if {here(dims, 'cell')} != 0:\n"
                + (f"    {here(dims, out)} = 0.0\n" if out and b.chance(0.6) else "")
                + "    return"
            )
        {"divergence": _divergence, "jacobi": _jacobi, "gradient": _gradient}[stage](b, s, dims, border)
    s.done()


def _faces(b: Builder, s: Sketch, dims: int, border: str) -> list[tuple[str, str]]:
    """Velocities before and after the cell along each axis; solid neighbours may block."""
    pairs = []
    vectors = b.chance(0.35)
    staggered = not vectors and b.chance(0.5)
    blocked = b.chance(0.3)
    for axis in range(dims):
        c = "xyz"[axis]
        name = "vel" if vectors else "uvw"[axis]
        tail = f".{c}" if vectors else ""
        low = here(dims, name) if staggered else along(dims, name, border, axis, -1) + tail
        high = along(dims, name, border, axis, 1) + tail
        s(f"lo_{c}__{c}_minus__west_{c} = {low}\nhi_{c}__{c}_plus__east_{c} = {high}")
        if blocked:
            for end, offset in (("lo", -1), ("hi", 1)):
                s(
                    f"if {along(dims, 'cell', border, axis, offset)} == 1:\n"
                    f"    {end}_{c} = {b.pick(('0.0', '0.0', f'-0.5 * {end}_{c}'))}"
                )
        if b.chance(0.15):
            s(f"hi_{c} = hi_{c} * {here(dims, 'vol')}")
        pairs.append((f"lo_{c}", f"hi_{c}"))
    return pairs


def _divergence(b: Builder, s: Sketch, dims: int, border: str) -> None:
    pairs = _faces(b, s, dims, border)
    total = " + ".join(f"{high} - {low}" if b.chance(0.6) else f"({high} - {low})" for low, high in pairs)
    s(f"flux_total__sum_d__net_out = {total}")
    s(f"""
div_here__d__flux_sum = pick(
    0.5 * flux_total * inv_dx, flux_total * inv_dx, flux_total / safe(dx), -0.5 * dx * flux_total
)
with maybe(0.3):
    div_here = div_here * pick(rho / safe(dt), rho)
with maybe(0.3):
    div_here += polish({here(dims, "div")})
with maybe(0.25):
    correction__compensation = drop * ({here(dims, "vol")} - 1.0)
    if correction > 0.0:
        div_here -= correction
{here(dims, "div_out")} = div_here
with maybe(0.4):
    {here(dims, "p_out")} = pick({here(dims, "p")} * drop, polish({here(dims, "p")}))
with maybe(0.35):
    tally(abs(div_here))
""")


def _jacobi(b: Builder, s: Sketch, dims: int, border: str) -> None:
    """One sweep: all cells, or those of one colour while the others pass through."""
    if b.chance(0.3):
        places = " + ".join("ijk"[:dims])
        s(f"if ({places}) % 2 != parity:\n    {here(dims, 'p_out')} = {here(dims, 'p')}\n    return")
    s(f"pc__center__p_here = {here(dims, 'p')}")
    solids = b.chance(0.4)
    if solids:
        s("acc__p_sum__neighbor_sum = real(0.0)\ncount__num_open__n_open = real(0.0)")
        for axis in range(dims):
            for offset in (-1, 1):
                there = along(dims, "p", border, axis, offset)
                kind = along(dims, "cell", border, axis, offset)
                how = "acc += pc\n    count += 1.0\nelse:\n    " if b.chance(0.3) else ""
                test = f"if {kind} == 1:\n    {how}" if how else f"if {kind} != 1:\n    "
                s(f"{test}acc += {there}\n    count += 1.0")
        s("if count < 0.5:\n    return" if b.chance(0.4) else "count = max(count, 1.0)")
    else:
        terms = [along(dims, "p", border, axis, offset) for axis in range(dims) for offset in (-1, 1)]
        if b.chance(0.5):
            words = ("pl__p_left", "pr__p_right", "pb__p_below", "pt__p_above", "pd__p_down", "pu__p_up")
            for n, term in enumerate(terms):
                s(f"{words[n]} = {term}")
                terms[n] = words[n].partition("__")[0]
        s(f"acc__p_sum__neighbor_sum = {' + '.join(terms)}")
    divisor = "count" if solids else f"{2.0 * dims}"
    rhs = here(dims, "div")
    s(f"""
with either:
    with _:
        rhs_here__b_value = {rhs} * dx * dx
    with _:
        rhs_here__b_value = {rhs}
    with _:
        rhs_here__b_value = rho * dx * dx / safe(dt) * {rhs}
p_new__relaxed = (acc - rhs_here) / {divisor}
with maybe(0.45):
    p_new = pick(
        pc + omega * (p_new - pc), (1.0 - omega) * pc + omega * p_new, lerp(pc, p_new, clamp(omega, 0.0, 1.0))
    )
{here(dims, "p_out")} = p_new
with maybe(0.35):
    r__residual__defect = {pick_residual(divisor)}
    tally(pick(abs(r), r * r))
""")


def pick_residual(divisor: str) -> str:
    return f"acc - {divisor} * pc - rhs_here"


def _gradient(b: Builder, s: Sketch, dims: int, border: str) -> None:
    vectors = b.chance(0.4)
    one_sided = b.chance(0.4)
    scale = b.pick(("inv_dx", "dt / safe(rho * dx)", "dt * inv_dx / safe(rho)"))
    solids = b.chance(0.35)
    if b.chance(0.5) or one_sided:
        s(f"pc__p_here__center = {here(dims, 'p')}")
    for axis in range(dims):
        c = "xyz"[axis]
        west, east = (along(dims, "p", border, axis, offset) for offset in (-1, 1))
        if solids:
            s(f"p_lo_{c}__pm_{c} = {west}\np_hi_{c}__pp_{c} = {east}")
            s(f"if {along(dims, 'cell', border, axis, -1)} == 1:\n    p_lo_{c} = {here(dims, 'p')}")
            s(f"if {along(dims, 'cell', border, axis, 1)} == 1:\n    p_hi_{c} = {here(dims, 'p')}")
            west, east = f"p_lo_{c}", f"p_hi_{c}"
        slope = f"pc - {west}" if one_sided else f"0.5 * ({east} - {west})"
        s(f"g{c}__grad_{c}__dp_d{c} = ({slope}) * {scale}")
    if b.chance(0.3):
        s(
            f"lift__thermal = buoyancy * ({here(dims, 'temp')} - ambient)\n"
            f"gy -= {b.pick(('dt * lift', 'lift'))}"
        )
    if vectors:
        parts = ", ".join(f"g{c}" for c in "xyz"[:dims])
        s(f"grad__grad_p__gradient = vec({parts})\nnew_vel__u_new__projected = {here(dims, 'vel')} - grad")
        s("with maybe(0.25):\n    new_vel = new_vel * drop")
        s(f"{here(dims, 'vel_out')} = new_vel\nwith maybe(0.3):\n    tally(length(new_vel))")
        return
    for axis in range(dims):
        c, name = "xyz"[axis], "uvw"[axis]
        if b.chance(0.3):
            s(
                f"{name}_new__{name}1 = {here(dims, name)} - g{c}\n"
                f"if abs({name}_new) < {b.pick(('0.001', '0.0001'))}:\n    {name}_new = 0.0"
            )
            s(f"{here(dims, name + '_out')} = {name}_new")
        else:
            s(f"{here(dims, name + '_out')} = {here(dims, name)} - g{c}")
    s(f"with maybe(0.3):\n    tally({' + '.join(f'g{c} * g{c}' for c in 'xyz'[:dims])})")


def _line(b: Builder, s: Sketch) -> None:
    """Gauss-Seidel along the thread's own line, forwards or there and back."""
    s("""
def sor__relax_value(old, target, omega):
    'Successive over-relaxation.'
    return old + omega * (target - old)
def blend__damped__mix_old(old, target, omega):
    return omega * target + (1.0 - omega) * old
biggest__worst = real(0.0)
""")
    relax = b.pick(("sor", "blend"))
    diagonal = b.pick(("line_a[i, c]", "2.0", "2.0 + 0.5 * dx"))
    visit = f"""
before__p_old = line_p[i, c]
west__left = {b.pick(("line_w[i, c] * ", "", ""))}line_p[i, c - 1]
east__right = {b.pick(("line_e[i, c] * ", "", ""))}line_p[i, c + 1]
target__gs_value = (west + east - line_rhs[i, c]) / {f"safe({diagonal})" if "[" in diagonal else diagonal}
with either:
    with _(2):
        after__p_new = {relax}(before, target, omega)
    with _:
        after__p_new = target
with maybe(0.3):
    after = polish(after)
line_p[i, c] = after
with either:
    with _:
        biggest = max(biggest, abs(after - before))
    with _:
        biggest += (after - before) * (after - before)
"""
    s.scope["visit"] = lambda: s(visit)
    s.scope["dx"] = "s dx cell_size screening"
    s("""
with either:
    with _:
        for c in range(1, width - 1):
            visit()
    with _:
        for sweep in range(sweeps):
            for c in range(1, width - 1):
                visit()
    with _:
        for sweep in range(sweeps):
            for c in range(1, width - 1):
                with maybe(0.6):
                    if (c + sweep) % 2 != parity:
                        continue
                visit()
    with _:
        for c in range(width - 2, 0, -1):
            visit()
with maybe(0.4):
    line_p[i, 0] = line_p[i, 1 % width]
tally(biggest)
""")
