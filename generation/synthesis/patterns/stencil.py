"""Neighbours on a grid of 1 to 3 dimensions: Laplacians, gradients, upwind steps, blurs, morphology.

Free choices: dimension, star or compact form, boundary rule (skip, clamp, periodic, zero), what is combined.
Source: LeVeque, "Finite Difference Methods for Ordinary and Partial Differential Equations", 2007.
"""

from __future__ import annotations

from generation.program.nodes import Assign, Expression, Var
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, convert, integer, number, op, plus, scaled, zero

VERBS = ("smooth", "laplacian", "diffuse", "filter", "advect")
FIELDS = ("fluid", "image", "finite_element")
_DIMENSIONS = Weights({1: 32, 2: 46, 3: 22})
_BORDERS = Weights({"skip": 40, "clamp": 28, "periodic": 18, "zero": 14})
_FORMS = Weights({"laplacian": 30, "gradient": 22, "upwind": 16, "average": 18, "extremum": 14})
TITLES = {
    "laplacian": (
        "laplacian compute_laplacian apply_laplacian",
        "Finite-difference Laplacian.",
        "Laplacian stencil.",
    ),
    "gradient": ("compute_gradient central_gradient", "Central-difference gradient."),
    "upwind": ("upwind_advect upwind_step", "First-order upwind advection."),
    "average": ("smooth_field box_average jacobi_smooth", "Average with the neighboring cells."),
    "extremum": ("erode_dilate local_extremum", "Extremum over the neighboring cells."),
}


def build(b: Builder) -> None:
    b.grid(b.weighted(_DIMENSIONS))
    radius = 1 if b.chance(0.8) else 2
    type_ = b.real if b.chance(0.78) else b.space
    field = b.array(type_, b.launch)
    border = b.weighted(_BORDERS)
    if border == "skip":
        _skip_border(b, radius)
    center = b.let(at(field, *b.threads), "center", "c", "u", "here")
    sides = [_sides(b, field, axis, radius, border) for axis in range(len(b.threads))]
    form = b.form(_FORMS)
    value = _FORM[form](b, center, sides)
    pool = phrases.inputs(b, [b.real] * b.integer(0, 2))
    values = [value, *([center] if form not in ("laplacian", "upwind") or b.chance(0.4) else []), *pool]
    pool = turns.develop(b, values, b.integer(0, 2))
    if b.chance(0.35):
        step = b.parameter(b.real, "dt", "tau", "rate", "alpha")
        new = op("add", center, op("mul", step, b.mix(type_, pool)))
        b.store(new if b.chance(0.5) else b.let(new, "updated", "next_value"))
    else:
        phrases.finish(b, pool, 1)


def _skip_border(b: Builder, radius: int) -> None:
    """Threads near the border have nothing to do."""
    condition = None
    names = ("nx", "ny", "nz") if b.chance(0.5) else ("width", "height", "depth_size")
    for thread, extent, name in zip(b.threads, b.launch, names, strict=False):
        size = b.size(extent, name, f"{name}_cells")
        low = (
            op("lt", thread, integer(radius)) if radius > 1 or b.chance(0.5) else op("eq", thread, integer(0))
        )
        high = op("ge", thread, op("sub", size, integer(radius)))
        for term in (low, high):
            condition = term if condition is None else op("or", condition, term)
    b.stop_if(condition)


def _sides(
    b: Builder, field: Var, axis: int, radius: int, border: str
) -> list[tuple[Expression, Expression]]:
    """For each distance up to the radius, the values before and after along an axis."""
    thread, extent = b.threads[axis], b.launch[axis]
    pairs = []
    for distance in range(1, radius + 1):
        found = []
        for offset in (-distance, distance):
            if border == "zero":
                found.append(_zero_outside(b, field, axis, offset))
                continue
            place = plus(thread, offset)
            if border == "clamp":
                limit = op("sub", b.size(extent), integer(1)) if offset > 0 else integer(0)
                place = op("min" if offset > 0 else "max", place, limit)
            elif border == "periodic":
                size = b.size(extent)
                place = op("mod", place if offset > 0 else plus(op("add", thread, size), offset), size)
                if offset < -1:
                    place = op("mod", op("max", plus(op("add", thread, size), offset), integer(0)), size)
            place = b.named(place, 0.5, *(("left", "im", "lo") if offset < 0 else ("right", "ip", "hi")))
            value = at(field, *[place if k == axis else t for k, t in enumerate(b.threads)])
            found.append(
                b.named(
                    value, 0.55, *(("west", "below", "prev") if offset < 0 else ("east", "above", "next_one"))
                )
            )
        pairs.append((found[0], found[1]))
    return pairs


def _zero_outside(b: Builder, field: Var, axis: int, offset: int) -> Var:
    """A neighbour's value, zero beyond the border."""
    thread = b.threads[axis]
    value = b.let(
        zero(field.type.dtype), *(("west", "below", "prev") if offset < 0 else ("east", "above", "next_one"))
    )
    if offset < 0:
        inside = (
            op("ge", thread, integer(-offset))
            if offset < -1 or b.chance(0.4)
            else op("gt", thread, integer(0))
        )
    else:
        inside = op("lt", thread, op("sub", b.size(b.launch[axis]), integer(offset)))
    neighbor = at(field, *[plus(t, offset) if k == axis else t for k, t in enumerate(b.threads)])
    b.when(inside, [Assign(value, neighbor)])
    return value


def _laplacian(b: Builder, center, sides):
    """Second differences summed over the axes, on an isotropic or a stretched grid."""
    total = None
    spacing = b.chance(0.3)
    for pairs in sides:
        (west, east), *far = pairs
        second = op("sub", op("add", west, east), scaled(center, 2.0))
        if far:
            wide = op("sub", op("add", *far[0]), scaled(center, 2.0))
            second = op("sub", scaled(second, 1.3333), scaled(wide, 0.0833))
        if spacing:
            second = op("mul", second, b.parameter(b.real, "inv_dx2", "inv_dy2", "inv_dz2", "cx", "cy", "cz"))
        total = (
            second if total is None else op("add", b.named(total, 0.4, "lap_x", "lap_sum", "accum"), second)
        )
    return b.let(total, "laplacian", "lap", "curvature_value")


def _gradient(b: Builder, center, sides):
    """Central differences, and the size of the gradient or one of its products."""
    slopes = []
    for pairs in sides:
        west, east = pairs[0]
        slope = scaled(op("sub", east, west), 0.5)
        if len(pairs) > 1:
            slope = op("sub", scaled(slope, 1.3333), scaled(op("sub", pairs[1][1], pairs[1][0]), 0.0833))
        slopes.append(b.let(slope, "gx", "gy", "gz", "slope"))
    if center.type is not b.real:
        return b.let(b.mix(b.pick((b.real, b.space)), slopes), "divergence", "shear", "gradient_term")
    total = op("mul", slopes[0], slopes[0])
    for slope in slopes[1:]:
        total = op("add", total, op("mul", slope, slope))
    if b.chance(0.6):
        total = op("sqrt", total if b.chance(0.5) else op("add", total, number(b.real, 1e-3)))
    return b.let(total, "grad_norm", "edge_strength", "slope_size")


def _upwind(b: Builder, center, sides):
    """First-order upwind advection by a speed per axis."""
    total = None
    for pairs in sides:
        west, east = pairs[0]
        speed = b.parameter(b.real, "u_speed", "v_speed", "w_speed", "speed")
        flux = Var(center.type, b.name("flux", "transport", "dqdx"))
        backward, forward = op("sub", center, west), op("sub", east, center)
        b.when(op("gt", speed, number(b.real, 0.0)), [Assign(flux, backward)], [Assign(flux, forward)])
        term = op("mul", speed, flux)
        total = term if total is None else op("add", total, term)
        for pair in pairs[1:]:
            total = op("add", total, scaled(op("sub", *pair), 0.05))
    return b.let(op("neg", total) if b.chance(0.5) else total, "advection", "tendency")


def _average(b: Builder, center, sides):
    """A weighted mean with the neighbours: blur, Jacobi relaxation."""
    total = scaled(center, b.pick((2.0, 4.0, 1.0, 0.5))) if b.chance(0.6) else None
    for pairs in sides:
        for distance, (west, east) in enumerate(pairs):
            both = op("add", west, east)
            if distance or b.chance(0.25):
                both = scaled(both, b.pick((0.5, 0.25, 0.125)))
            total = both if total is None else op("add", total, both)
    mean = op("mul", total, number(b.real, round(1.0 / (2 * len(sides) + 1), 4)))
    if b.chance(0.3):
        mean = op("div", op("add", total, center), b.guard("positive", b.literal(b.real)))
    return b.let(mean, "mean", "blurred", "relaxed", "average")


def _extremum(b: Builder, center, sides):
    """Erosion, dilation, or the range between them."""
    if center.type is not b.real:
        return _average(b, center, sides)
    name = b.pick(("min", "max"))
    best = center
    other = center
    for pairs in sides:
        for west, east in pairs:
            best = op(name, best, op(name, west, east))
            other = op("add", other, op("abs", op("sub", east, west)))
    best = b.let(best, "extreme", "eroded", "dilated", "limit_value")
    if b.chance(0.4):
        return b.let(
            op("sub", best, other) if b.chance(0.5) else op("mul", best, convert(other, b.real)), "contrast"
        )
    return best


_FORM = {
    "laplacian": _laplacian,
    "gradient": _gradient,
    "upwind": _upwind,
    "average": _average,
    "extremum": _extremum,
}
