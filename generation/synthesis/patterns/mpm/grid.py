"""Nodes: momentum to velocity, walls and colliders; and particles kept inside the domain."""

from __future__ import annotations

from generation.synthesis.builder import Builder
from generation.synthesis.sketches import Sketch

_AXES = ("x", "y", "z")


def grid(b: Builder, s: Sketch) -> None:
    """Momentum to velocity, gravity, damping, and what walls and colliders let through."""
    dims = b.space.length
    place = ", ".join("ijk"[:dims])
    s(f"""
    m__node_mass = grid_m[{place}]
    if m <= num(0.000001, 0.0, 0.00001):
        grid_v[{place}] = vzero()
        return
    vel__v__v_node = grid_p[{place}] / m
    with either:
        with _(3):
            vel += dt * gravity
        with _:
            vel += gravity * dt
            vel = vel * damping
        with _:
            vel = damping * (vel + dt * gravity)
    """)
    kind = b.pick(("separate", "sticky", "slip", "none"))
    for axis, thread in zip(_AXES[:dims], "ijk", strict=False):
        low, high = f"{thread} < bound", f"{thread} >= g{axis} - bound"
        if kind == "separate":
            if b.chance(0.5):
                s(f"if {low} and vel.{axis} < 0.0:\n    vel.{axis} = 0.0")
                s(f"if {high} and vel.{axis} > 0.0:\n    vel.{axis} = 0.0")
            else:
                s(f"if {low}:\n    vel.{axis} = max(vel.{axis}, 0.0)")
                s(f"if {high}:\n    vel.{axis} = min(vel.{axis}, 0.0)")
        elif kind == "slip" and b.chance(0.8):
            s(f"if {low} or {high}:\n    vel.{axis} = 0.0")
    if kind == "sticky":
        floor = _AXES[1]
        s(
            "if j < bound:\n    vel = vzero()"
            if b.chance(0.5)
            else f"if j < bound and vel.{floor} < 0.0:\n    vel = vzero()"
        )
    ones = f"vec({', '.join(['1.0'] * dims)})"
    position = f"vec({', '.join(f'real({t})' for t in 'ijk'[:dims])})"
    s(f"""
    with maybe(0.55):
        xn__node_pos = {position} * dx
        with either:
            with _:
                dist__phi = dot(xn - point, normal)
                n__nrm = normalize(normal)
            with _:
                rel__from_center = xn - point
                dist__phi = length(rel) - radius
                n__nrm = normalize(rel)
        if dist < 0.0:
            vn__v_normal = dot(vel, n)
            with either:
                with _:
                    if vn < 0.0:
                        vel = vel - vn * n
                with _:
                    vt__tangential = vel - vn * n
                    vt_len__slip = length(vt)
                    if vn < 0.0:
                        if vt_len > -wall_mu * vn:
                            vel = vt * (1.0 + wall_mu * vn / safe(vt_len))
                        else:
                            vel = vzero()
                with _:
                    vel = vzero()
    with maybe(0.25):
        vel = max(min(vel, limit * {ones}), -limit * {ones})
    grid_v[{place}] = vel
    with maybe(0.2):
        tally(0.5 * m * dot(vel, vel))
    """)


def bounds(b: Builder, s: Sketch) -> None:
    """Particles kept in the domain; those that got away are counted and come to rest."""
    dims = b.space.length
    s("xi__p = x_io[i]\nvi__vel = v[i]")
    outside = ""
    for axis in _AXES[:dims]:
        how = b.pick(("stop", "bounce", "slide"))
        reply = {
            "stop": "vi = vzero()",
            "bounce": f"vi.{axis} = -vi.{axis} * damping",
            "slide": f"vi.{axis} = 0.0",
        }[how]
        outside += f"if xi.{axis} < low.{axis}:\n    xi.{axis} = low.{axis}\n    {reply}\n    escaped = 1\n"
        if b.chance(0.7):
            outside += (
                f"elif xi.{axis} > high.{axis}:\n    xi.{axis} = high.{axis}\n    {reply}\n    escaped = 1\n"
            )
    s("escaped__outside = 0")
    s(outside)
    s("""
    if escaped > 0:
        atomic_add(out_of_bounds, 0, 1)
        with maybe(0.6):
            F_io[i] = ident(F_io[i])
    with maybe(0.4):
        if length(vi) > limit:
            vi = normalize(vi) * limit
    x_io[i] = xi + vi * dt
    v_out[i] = vi
    """)
