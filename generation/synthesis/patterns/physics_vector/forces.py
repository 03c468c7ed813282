"""Forces on a particle."""

from __future__ import annotations

from generation.program.nodes import Expression
from generation.synthesis import phrases
from generation.synthesis.builder import Builder
from generation.synthesis.terms import at, number, op


def state(b: Builder):
    """Position and velocity of the thread's body, and where they are written back to."""
    slots = []
    for words in (("x", "pos", "positions", "q"), ("v", "vel", "velocities", "qd")):
        in_place = b.chance(0.5)
        array = b.array(b.space, b.launch, *words, role="inout" if in_place else "in")
        target = (
            array
            if in_place
            else b.output(b.space, None, *[f"{word}_out" for word in words], f"new_{words[1]}")
        )
        slots.append(
            (
                b.let(at(array, *b.threads), *[f"{word[0]}{k}" for word in words for k in "01"]),
                at(target, *b.threads),
            )
        )
    return slots


def mass(b: Builder) -> Expression:
    """The inverse of the body's mass, given or computed; a fixed body may be skipped."""
    if b.chance(0.5):
        inverse = b.let(
            at(b.array(b.real, b.launch, "inv_mass", "w", "inv_masses"), *b.threads), "inv_m", "w_i"
        )
        if b.chance(0.4):
            b.stop_if(op(b.pick(("le", "lt")), inverse, number(b.real, b.pick((0.0, 1e-3)))))
        return inverse
    mass = at(b.array(b.real, b.launch, "mass", "masses", "m"), *b.threads)
    return b.let(
        op("div", number(b.real, 1.0), op("max", mass, number(b.real, b.pick((1e-3, 1e-2))))), "inv_m", "w_i"
    )


def force(b: Builder, x: Expression, v: Expression) -> Expression:
    """The sum of some of gravity, drag, springs, wells, fields and given forces."""
    forces = [make(b, x, v) for make in b.sample(_FORCES, b.integer(1, 4))]
    total = forces[0]
    if len(forces) == 1 or b.chance(0.4):
        for force in forces[1:]:
            total = op("add", total, force)
        return b.let(total, "f", "total_force", "net")
    f = b.let(total, "f", "total_force", "net")
    for force in forces[1:]:
        b.update(f, "add", force)
    if b.chance(0.3):
        b.update(f, "add", b.mix(b.space, [v, *phrases.inputs(b, [b.pick((b.real, b.space))])], 0.6))
    return f


def _gravity(b, x, v):
    return b.parameter(b.space, "gravity", "g", "uniform_field") if b.chance(0.7) else b.literal(b.space)


def _drag(b, x, v):
    drag = b.parameter(b.real, "drag", "damping", "viscosity", "k_drag")
    if b.chance(0.4):
        drag = op("mul", drag, op("length", v))
    return op("neg", op("mul", drag, v)) if b.chance(0.5) else op("mul", op("neg", drag), v)


def _anchor(b, x, v):
    anchor = at(b.array(b.space, b.launch, "anchor", "rest_position", "targets"), *b.threads)
    return op("mul", b.parameter(b.real, "stiffness", "ke", "k_spring"), op("sub", anchor, x))


def _well(b, x, v):
    """Attraction to the origin by an inverse power of the distance, softened."""
    r2 = b.let(op("add", op("dot", x, x), b.guard("positive", b.literal(b.real))), "r2", "dist_sq")
    power = op("mul", r2, op("sqrt", r2)) if b.chance(0.6) else r2
    return op("mul", op("div", op("neg", b.parameter(b.real, "mu", "strength", "gm")), power), x)


def _given(b, x, v):
    return at(b.array(b.space, b.launch, "force", "forces", "f_ext", "external"), *b.threads)


def _field(b, x, v):
    """A magnetic field in space, a swirl in the plane."""
    if b.space.length == 3:
        return op(
            "mul",
            b.parameter(b.real, "charge", "qm"),
            op("cross", v, b.parameter(b.space, "b_field", "axis", "omega")),
        )
    return op(
        "mul",
        b.parameter(b.real, "swirl", "charge"),
        op("cw_mul", v, b.parameter(b.space, "field_dir", "weights")),
    )


def _wind(b, x, v):
    wind = b.parameter(b.space, "wind", "flow", "ambient")
    return op("mul", b.literal(b.real), op("sub", wind, v))


_FORCES = (_gravity, _gravity, _drag, _anchor, _well, _given, _field, _wind)
