"""Lattice Boltzmann steps on D1Q3, D2Q5 and D2Q9: streaming, moments, equilibria, collisions, walls.

Free choices: lattice, push or pull, weights and directions in arrays or written out, single or two
relaxation times, forcing, bounce-back, inflow, diffusion of a scalar.
Source: Krueger et al., "The Lattice Boltzmann Method", 2017; Ginzburg, "Two-Relaxation-Time Lattice
Boltzmann", 2008.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.grids import indented
from generation.synthesis.sketches import Sketch

VERBS = ("lbm_step", "collide", "stream_collide", "relax_populations")
FIELDS = ("fluid",)
_LATTICES = Weights({"d2q9": 56, "d2q5": 26, "d1q3": 18})
TITLES = dict.fromkeys(
    _LATTICES.outcomes,
    ("lbm_step stream_collide collide collide_and_stream", "One step of a lattice Boltzmann method."),
)
_DIRECTIONS = {"d2q9": 9, "d2q5": 5, "d1q3": 3}
_CX = {9: (0, 1, 0, -1, 0, 1, -1, -1, 1), 5: (0, 1, 0, -1, 0), 3: (0, 1, -1)}
_CY = {9: (0, 0, 1, 0, -1, 1, 1, -1, -1), 5: (0, 0, 1, 0, -1)}
_OPPOSITE = {9: (0, 3, 4, 1, 2, 7, 8, 5, 6), 5: (0, 3, 4, 1, 2), 3: (0, 2, 1)}
_WEIGHT = {9: (0.4444, *[0.1111] * 4, *[0.0278] * 4), 5: (0.3333, *[0.1667] * 4), 3: (0.6667, 0.1667, 0.1667)}


def build(b: Builder) -> None:
    size = _DIRECTIONS[b.form(_LATTICES)]
    dims = 1 if size == 3 else 2
    b.grid(dims)
    cells = ("n", "n,rows")[dims - 1]
    s = Sketch(
        b,
        nx="n:n nx width num_x",
        ny="n:rows ny height num_y",
        f=f"s[{cells},{size}] f populations f_in distributions",
        g=f"out s[{cells},{size}] f_out f_post f_next",
        w=f"s[{size}] weights w lattice_weights",
        cx=f"i[{size}] cx dir_x ex",
        cy=f"i[{size}] cy dir_y ey",
        opp=f"i>{size}[{size}] opposite opp reverse_dir",
        solid=f"i[{cells}] solid wall_mask cell_type",
        rho_out=f"out s[{cells}] rho_out density_out",
        ux_out=f"out s[{cells}] ux_out vel_x_out",
        uy_out=f"out s[{cells}] uy_out vel_y_out",
        force_x=f"s[{cells}] force_x fx body_fx",
        omega="c omega relaxation inv_tau",
        omega_m="s omega_minus relaxation_odd",
        gx="s gravity_x accel_x drive",
        gy="s gravity_y accel_y",
        inlet="s inlet_speed u_inlet u_wall",
        les="s smagorinsky eddy_constant",
        diffusivity="c diffusivity alpha kappa",
    )
    s.scope["tally"] = lambda e: framing.tally(b, e, "mass", "momentum", "kinetic")
    framing.prologue(b)
    place = ("i", "i, j")[dims - 1]
    tables = b.chance(0.5)
    if b.chance(0.4):
        _wall(b, s, size, place, tables)
    _moments(b, s, size, dims, place, tables)
    _collide(b, s, size, dims, place, tables)
    s(f"""
with maybe(0.5):
    rho_out[{place}] = rho
with maybe(0.35):
    ux_out[{place}] = ux
with maybe(0.3):
    tally(pick(rho * ux * ux, abs(ux), rho))
""")
    s.done()


def _wall(b: Builder, s: Sketch, size: int, place: str, tables: bool) -> None:
    """Full-way bounce-back in solid cells."""
    if tables:
        body = f"for q in range({size}):\n    g[{place}, q] = f[{place}, opp[q]]"
    else:
        body = "\n".join(f"g[{place}, {q}] = f[{place}, {o}]" for q, o in enumerate(_OPPOSITE[size]))
    s(f"if solid[{place}] == 1:\n{indented(body)}\n    return")


def _source(b: Builder, s: Sketch, dims: int, q: str, cx: str, cy: str) -> str:
    """Where population q of this cell is read: in place, or pulled from the cell it comes from."""
    wrap = s.scope["border"]
    names = []
    for thread, c, count in zip("ij"[:dims], (cx, cy), ("nx", "ny"), strict=False):
        if wrap == "none" or c == "0":
            names.append(thread)
        elif c.lstrip("-").isdigit():
            back = -int(c)
            step = f"{thread} + 1" if back > 0 else f"{thread} - 1"
            if wrap == "clamp":
                names.append(f"min({step}, {count} - 1)" if back > 0 else f"max({step}, 0)")
            else:
                names.append(f"({step}) % {count}" if back > 0 else f"({thread} + {count} - 1) % {count}")
        else:
            if wrap == "clamp":
                s(f"{'xy'['ij'.index(thread)]}s__src_{thread} = clamp({thread} - {c}, 0, {count} - 1)")
            else:
                s(f"{'xy'['ij'.index(thread)]}s__src_{thread} = max({thread} - {c} + {count}, 0) % {count}")
            names.append(f"{'xy'['ij'.index(thread)]}s")
    return f"f[{', '.join(names)}, {q}]"


def _moments(b: Builder, s: Sketch, size: int, dims: int, place: str, tables: bool) -> None:
    """Density and velocity as sums over the populations."""
    s.scope["border"] = b.pick(("none", "clamp", "periodic", "periodic"))
    if tables:
        s("rho__density__rho_sum = real(0.0)\nux__vel_x__mx = real(0.0)")
        if dims == 2:
            s("uy__vel_y__my = real(0.0)")
        s.scope["pull"] = lambda: s(f"fq__pop__fi = {_source(b, s, dims, 'q', 'cx[q]', 'cy[q]')}")
        y = "\n    uy += real(cy[q]) * fq" if dims == 2 else ""
        s(f"for q in range({size}):\n    pull()\n    rho += fq\n    ux += real(cx[q]) * fq{y}")
    else:
        for q in range(size):
            c = [str(table[size][q]) for table in (_CX, _CY)[:dims]] + ["0"]
            s(f"f{q}__pop{q} = {_source(b, s, dims, str(q), c[0], c[1])}")
        s(f"rho__density__rho_sum = {' + '.join(f'f{q}' for q in range(size))}")
        for words, table in (("ux__vel_x__mx", _CX), ("uy__vel_y__my", _CY))[:dims]:
            plus = [q for q in range(size) if table[size][q] > 0]
            minus = [q for q in range(size) if table[size][q] < 0]
            s(f"{words} = {' + '.join(f'f{q}' for q in plus)} - {' - '.join(f'f{q}' for q in minus)}")
    s("inv_rho__inv_density = 1.0 / safe(rho)\nux = ux * inv_rho" if b.chance(0.5) else "ux = ux / safe(rho)")
    if dims == 2:
        s("uy = uy / safe(rho)")
    s(f"with maybe(0.4):\n    ux += 0.5 * pick(gx, force_x[{place}] / safe(rho))")
    if dims == 2:
        s("with maybe(0.3):\n    uy += 0.5 * gy")
        s("with maybe(0.2):\n    if i == 0:\n        ux = inlet\n        uy = 0.0")
        s("with maybe(0.15):\n    if j == ny - 1:\n        ux = inlet")


def _collide(b: Builder, s: Sketch, size: int, dims: int, place: str, tables: bool) -> None:
    """Relax every population towards its equilibrium."""
    second = b.chance(0.8)
    u2 = "ux * ux + uy * uy" if dims == 2 else "ux * ux"
    s(f"usq__u2__speed_sq = {u2}")
    if b.chance(0.25):
        s("om__omega_eff = omega / (1.0 + les * sqrt(usq))")
    elif b.chance(0.3):
        s("om__omega_eff = 1.0 / safe(0.5 + 3.0 * diffusivity)")
    else:
        s("(om__omega_eff := omega)")
    s("""
def equilibrium__feq(w, rho, cu, usq):
    'Equilibrium population.'
    return w * rho * (1.0 + 3.0 * cu + 4.5 * cu * cu - 1.5 * usq)
def blended__incompressible_eq(w, rho, cu, usq):
    return w * (rho + 3.0 * cu + 4.5 * cu * cu - 1.5 * usq)
def guo_term__forcing(w, c, u, g, cu):
    'Body force term of a lattice Boltzmann step.'
    return 3.0 * w * g * (c - u + 3.0 * cu * c)
""")
    law = "equilibrium" if second else "blended"
    trt = b.chance(0.25)
    forced = b.chance(0.3)
    if tables:
        cu = "real(cx[q]) * ux" + (" + real(cy[q]) * uy" if dims == 2 else "")
        s.scope["reload"] = lambda: s(f"old__fq_old = {_source(b, s, dims, 'q', 'cx[q]', 'cy[q]')}")
        body = f"reload()\ncu__c_dot_u = {cu}\nfe__f_eq__target = {law}(w[q], rho, cu, usq)\n"
        if trt:
            body += f"fo__f_opp = f[{place}, opp[q]]\nfe_o__eq_opp = {law}(w[q], rho, -cu, usq)\n"
            body += "even__plus = 0.5 * (old + fo) - 0.5 * (fe + fe_o)\n"
            body += "odd__minus = 0.5 * (old - fo) - 0.5 * (fe - fe_o)\n"
            body += "post__after = old - om * even - omega_m * odd\n"
        else:
            body += (
                "post__after = "
                + b.pick(("old + om * (fe - old)", "old - om * (old - fe)", "(1.0 - om) * old + om * fe"))
                + "\n"
            )
        if forced:
            body += "post += guo_term(w[q], real(cx[q]), ux, gx, cu)\n"
        s(f"for q in range({size}):\n{indented(body + f'g[{place}, q] = post')}")
        return
    inline = b.pick(("om * (fe_{q} - f{q})", "om * (fe_{q} - f{q})", "-om * (f{q} - fe_{q})"))
    named = b.chance(0.5)
    for q in range(size):
        c = [table[size][q] for table in (_CX, _CY)[:dims]]
        parts = [f"{u}" if x > 0 else f"-{u}" for x, u in zip(c, ("ux", "uy"), strict=False) if x]
        cu = (" + ".join(parts)).replace("+ -", "- ") or "0.0"
        weight = f"{_WEIGHT[size][q]}" if b.chance(0.7) or not named else f"w[{q}]"
        value = f"{law}({weight}, rho, {cu}, usq)"
        if not q:
            value = f"{weight} * rho * (1.0 - 1.5 * usq)"
        if named or trt:
            s(f"fe_{q}__eq{q}__f_eq{q} = {value}")
        change = inline.format(q=q) if named or trt else inline.format(q=q).replace(f"fe_{q}", value)
        if trt and q:
            o = _OPPOSITE[size][q]
            if o > q:
                s(f"even_{q}__sym{q} = 0.5 * (f{q} + f{o})\nodd_{q}__asym{q} = 0.5 * (f{q} - f{o})")
            sign, n = ("-", q) if o > q else ("+", o)
            s(f"g[{place}, {q}] = f{q} - om * (even_{n} - fe_{q}) {sign} omega_m * odd_{n}")
        else:
            tail = (
                f" + {_WEIGHT[size][q]} * gx"
                if forced and c[0] > 0
                else f" - {_WEIGHT[size][q]} * gx"
                if forced and c[0]
                else ""
            )
            s(f"g[{place}, {q}] = f{q} + {change}{tail}")
