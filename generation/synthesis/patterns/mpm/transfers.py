"""Particles to grid and back: splines, stencils, affine momenta."""

from __future__ import annotations

from generation.program.nodes import Const
from generation.synthesis.builder import Builder
from generation.synthesis.grids import indented
from generation.synthesis.sketches import Sketch

_NODE = ("a", "b", "c")
_AXES = ("x", "y", "z")

_SPLINES = """
def quadratic__bspline_weights(t):
    'Quadratic B-spline weights.'
    return vec(0.5 * (1.5 - t) * (1.5 - t), 0.75 - (t - 1.0) * (t - 1.0), 0.5 * (t - 0.5) * (t - 0.5))
def tent__linear_weights(t):
    'Linear interpolation weights.'
    return vec(1.0 - t, t)
"""


def _base(b: Builder, s: Sketch) -> int:
    """The first node of a particle's stencil and the weights along each axis; how wide the stencil is."""
    dims = b.space.length
    wide = 3 if b.chance(0.8) else 2
    shift = " - 0.5" if wide == 3 else ""
    s("gp__grid_pos__xg = xi * inv_dx")
    floor = b.pick((True, False))
    for axis in _AXES[:dims]:
        inner = f"gp.{axis}{shift}"
        s(f"base_{axis}__b{axis}__i{axis} = int({f'floor({inner})' if floor else inner})")
    s(f"fx__frac__offset = gp - vec({', '.join(f'real(base_{a})' for a in _AXES[:dims])})")
    s(_SPLINES)
    rule = "quadratic" if wide == 3 else "tent"
    for axis in _AXES[:dims]:
        s(f"w{axis}__weights_{axis} = {rule}(fx.{axis})")
    return wide


def _stencil(b: Builder, s: Sketch, wide: int, inner: str) -> None:
    """`inner` for every node of the stencil inside the grid."""
    dims = b.space.length
    counters = ["da", "db", "dc"][:dims]
    names = [f"{c}__d{x}__o{x}" for c, x in zip(counters, "ijk", strict=False)]
    body = ""
    for counter, axis, node in zip(counters, _AXES, _NODE, strict=False):
        body += f"{node}__n{axis}__node_{axis} = base_{axis} + {counter}\n"
    tests = [f"{node} < 0 or {node} >= g{axis}" for node, axis in zip(_NODE[:dims], _AXES, strict=False)]
    if b.chance(0.5):
        body += "".join(f"if {test}:\n    continue\n" for test in tests)
    else:
        body += f"if {' or '.join(tests)}:\n    continue\n"
    body += f"weight__w = {' * '.join(f'w{x}[{c}]' for x, c in zip(_AXES, counters, strict=False))}\n"
    body += f"dpos__d__rel = (vec({', '.join(f'real({c})' for c in counters)}) - fx) * dx\n"
    for counter in reversed(names):
        body = f"for {counter} in range({wide}):\n{indented(body + inner)}"
        inner = ""
    s(body)


def _place(b: Builder) -> str:
    return ", ".join(_NODE[: b.space.length])


def scatter(b: Builder, s: Sketch) -> None:
    """Mass and momentum to the nodes around a particle, with its stress as an affine term."""
    s("xi__xp__pos = x[i]\n(vi__vp := v[i])\n(m__mp := mass)")
    wide = _base(b, s)
    kind = b.pick(("mls", "mls", "apic", "flip"))
    if kind == "mls":
        s("""
        with either:
            with _:
                kick__stress_term = stress[i] * (-dt * vol * 4.0 * inv_dx * inv_dx)
            with _:
                Fi__def = F[i]
                J__vol_ratio = determinant(Fi)
                kirchhoff__tau = mu0 * (Fi @ transpose(Fi) - ident(Fi)) + ident(Fi) * (lam0 * log(safe(J)))
                kick__stress_term = kirchhoff * (-dt * vol * 4.0 * inv_dx * inv_dx)
            with _:
                kick__stress_term = stress[i] * (-dt * vol)
        affine__Q = kick + C[i] * m
        """)
    elif kind == "apic":
        s("affine__Q = C[i] * m")
    place = _place(b)
    momentum = "m * vi" if kind == "flip" else "m * vi + affine @ dpos"
    inner = f"atomic_add(grid_m, {place}, weight * m)\n"
    if b.chance(0.5):
        inner += f"mv__momentum__contribution = weight * ({momentum})\natomic_add(grid_p, {place}, mv)"
    else:
        inner = f"atomic_add(grid_p, {place}, weight * ({momentum}))\n{inner}"
    if b.chance(0.3):
        inner = f"if weight > num(0.0001, 0.001):\n{indented(inner)}"
    _stencil(b, s, wide, inner)
    s("with maybe(0.3):\n    tally(0.5 * m * dot(vi, vi))")


def gather(b: Builder, s: Sketch) -> None:
    """Velocity and its gradient back from the nodes; the particle moves with it."""
    s("xi__xp__pos = x_io[i]")
    wide = _base(b, s)
    s("new_v__v_pic = vzero()")
    s.scope["new_c"] = b.let(Const(b.square, 0), "new_C", "B", "grad_v")
    inner = f"gv__node_v = grid_v[{_place(b)}]\nnew_v += weight * gv\n"
    inner += b.pick(
        (
            "new_c += outer(gv, dpos) * (weight * inv_dx * inv_dx * 4.0)",
            "new_c += outer(weight * gv, dpos)",
            "new_c += outer(gv, dpos) * weight * 4.0 * inv_dx",
        )
    )
    _stencil(b, s, wide, inner)
    s("""
    with maybe(0.3):
        speed__vmag = length(new_v)
        if speed > limit:
            new_v = new_v * (limit / safe(speed))
    v_out[i] = new_v
    with either:
        with _(2):
            x_io[i] = xi + dt * new_v
        with _:
            x_new__moved = xi + dt * new_v
            x_io[i] = max(min(x_new, high), low)
    with maybe(0.75):
        C_out[i] = new_c
    with maybe(0.7):
        with either:
            with _:
                F_io[i] = (ident(new_c) + new_c * dt) @ F_io[i]
            with _:
                F_new__trial = F_io[i] + dt * (new_c @ F_io[i])
                with maybe(0.4):
                    if determinant(F_new) < num(0.1, 0.05, 0.2):
                        F_new = ident(F_new)
                F_io[i] = F_new
    with maybe(0.2):
        tally(length(new_v))
    """)
