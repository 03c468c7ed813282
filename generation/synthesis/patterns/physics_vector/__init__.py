"""Bodies in motion: forces, integrators, collisions, orbits and spinning frames, one body per thread.

Free choices: which forces act, how time is stepped, what the body meets, what is written back.
Source: Hairer, Lubich and Wanner, "Geometric Numerical Integration", 2006.
"""

from __future__ import annotations

from generation.program.nodes import Assign, Bound, Field, Store
from generation.synthesis import phrases
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.physics_vector.forces import force, mass, state
from generation.synthesis.terms import at, fixed, integer, number, op, scaled

VERBS = ("integrate", "apply_forces", "advance", "simulate", "collide")

FIELDS = ("particles", "rigid_body", "cloth", "molecular")

_FORMS = Weights({"translate": 64, "spin": 14, "pair": 22})

TITLES = {
    "translate": (
        "integrate_particles integrate_bodies advance_particles update_positions",
        "Integrate particle velocities and positions.",
        "One time step of point masses.",
    ),
    "spin": (
        "integrate_rotation integrate_orientations integrate_spin",
        "Integrate the orientation of rotating bodies.",
    ),
    "pair": ("eval_pair_forces pair_interaction apply_pair_forces", "Forces between pairs of bodies."),
}


def build(b: Builder) -> None:
    b.grid(1)
    if b.chance(0.25):
        phrases.bounds_guard(b)
    form = b.form(_FORMS)
    if form == "spin":
        _spin(b)
    elif form == "pair":
        _pair(b)
    else:
        _translate(b)


def _translate(b: Builder) -> None:
    """One time step of a point mass."""
    (x, x_out), (v, v_out) = state(b)
    inverse = mass(b)
    dt = b.parameter(b.real, "dt", "h", "time_step")
    f = force(b, x, v)
    acceleration = b.let(op("mul", f, inverse), "a", "accel")
    how = b.pick(("symplectic", "symplectic", "explicit", "verlet", "midpoint"))
    if how == "explicit":
        x1 = b.let(op("add", x, op("mul", v, dt)), "x_new", "next_pos")
        v1 = b.let(op("add", v, op("mul", acceleration, dt)), "v_new", "next_vel")
    elif how == "verlet":
        drift = op("add", op("mul", v, dt), scaled(op("mul", op("mul", acceleration, dt), dt), 0.5))
        x1 = b.let(op("add", x, drift), "x_new", "next_pos")
        v1 = b.let(op("add", v, op("mul", acceleration, dt)), "v_new", "next_vel")
    elif how == "midpoint":
        half = b.let(op("add", v, scaled(op("mul", acceleration, dt), 0.5)), "v_half", "mid_vel")
        x1 = b.let(op("add", x, op("mul", half, dt)), "x_new", "next_pos")
        v1 = b.let(op("add", half, scaled(op("mul", acceleration, dt), 0.5)), "v_new", "next_vel")
    else:
        v1 = b.let(op("add", v, op("mul", acceleration, dt)), "v_new", "next_vel")
        x1 = b.let(op("add", x, op("mul", v1, dt)), "x_new", "next_pos")
    for event in b.sample((_damp, _plane, _limit, _box, _sphere), b.integer(0, 2)):
        event(b, x1, v1, dt)
    b.emit(Store(x_out, x1))
    b.emit(Store(v_out, v1))
    if b.chance(0.3):
        energy = scaled(op("div", op("dot", v1, v1), op("add", inverse, number(b.real, 1e-3))), 0.5)
        b.store(b.mix(b.real, [energy, x1], 0.2) if b.chance(0.4) else energy, "energy", "kinetic", "ke_out")


def _damp(b, x, v, dt):
    factor = op("sub", number(b.real, 1.0), op("mul", b.parameter(b.real, "linear_damping", "decay"), dt))
    b.rebind(
        v,
        op(
            "mul",
            v,
            op("clamp", factor, number(b.real, 0.0), number(b.real, 1.0)) if b.chance(0.5) else factor,
        ),
    )


def _plane(b, x, v, dt):
    """Bounce off the ground: the normal part turned round, the rest slowed."""
    letter = "y" if b.chance(0.7) else "x"
    height = Field(b.real, x, letter)
    level = b.parameter(b.real, "ground", "floor_height", "radius") if b.chance(0.6) else number(b.real, 0.0)
    bounce = b.parameter(b.real, "restitution", "bounce")
    with b.block() as body:
        b.emit(Store(height, level))
        speed = Field(b.real, v, letter)
        if b.chance(0.4):
            with b.block() as inner:
                b.emit(Store(speed, op("mul", op("neg", bounce), speed)))
            b.when(op("lt", speed, number(b.real, 0.0)), inner)
        else:
            b.emit(Store(speed, op("mul", op("neg", bounce), speed)))
        if b.chance(0.4):
            other = Field(b.real, v, "x" if letter == "y" else "y")
            b.emit(Store(other, op("mul", b.parameter(b.real, "friction", "mu_k"), other)))
    b.when(op("lt", height, level), body)


def _limit(b, x, v, dt):
    speed = b.let(op("length", v), "speed", "v_norm")
    limit = b.parameter(b.real, "max_speed", "v_max", "speed_limit")
    with b.block() as body:
        b.rebind(v, op("mul", v, op("div", limit, op("add", speed, number(b.real, 1e-3)))))
    b.when(op("gt", speed, limit), body)


def _box(b, x, v, dt):
    bound = b.parameter(b.space, "upper", "box_max", "domain_max")
    b.rebind(x, op("max", op("min", x, bound), op("neg", bound)) if b.chance(0.5) else op("min", x, bound))


def _sphere(b, x, v, dt):
    """Pushed out of a ball, losing the speed that points into it."""
    center = b.parameter(b.space, "center", "obstacle", "ball_center")
    radius = b.parameter(b.real, "ball_radius", "obstacle_radius", "rad")
    offset = b.let(op("sub", x, center), "offset_vec", "rel", "to_body")
    dist = b.let(op("length", offset), "d", "center_dist")
    with b.block() as body:
        n = b.let(op("div", offset, op("add", dist, number(b.real, 1e-3))), "n", "push_dir")
        b.emit(Assign(x, op("add", center, op("mul", n, radius))))
        into = b.let(op("min", op("dot", v, n), number(b.real, 0.0)), "vn", "into")
        b.rebind(v, op("sub", v, op("mul", into, n)))
    b.when(op("lt", dist, radius), body)


def _spin(b: Builder) -> None:
    """One step of a rotating body: torque to rate, rate to orientation."""
    space = b.space3
    q_array = b.array(b.rotation, b.launch, "orientation", "rotation", "body_q", role="inout")
    w_array = b.array(space, b.launch, "omega", "angular_velocity", "body_w", role="inout")
    q, w = b.let(at(q_array, *b.threads), "q", "rot"), b.let(at(w_array, *b.threads), "w", "rate")
    torque = at(b.array(space, b.launch, "torque", "moments", "applied_torque"), *b.threads)
    if b.chance(0.5):
        extra = phrases.inputs(b, [b.pick((b.real, space))] * b.integer(1, 2))
        torque = b.let(b.mix(space, [torque, *extra], 0.5), "tau", "total_torque")
    dt = b.parameter(b.real, "dt", "h")
    if b.chance(0.6):
        local = b.let(op("quat_rotate_inv", q, torque), "tau_local", "local_torque")
        if b.chance(0.6):
            inertia = b.let(
                at(b.array(space, b.launch, "inertia_diag", "principal"), *b.threads),
                "inertia_i",
                "moments_i",
            )
            gyro = op("cross", w, op("cw_mul", inertia, w))
            local = b.let(
                op("cw_div", op("sub", local, gyro), b.guard("nonzero", inertia)), "alpha", "angular_accel"
            )
        w1 = b.let(op("add", w, op("mul", local, dt)), "w_new", "rate_new")
    else:
        w1 = b.let(
            op("add", w, op("mul", op("mul", torque, b.parameter(b.real, "inv_inertia", "inv_i")), dt)),
            "w_new",
            "rate_new",
        )
    if b.chance(0.4):
        b.rebind(w1, op("mul", w1, b.parameter(b.real, "angular_damping", "spin_decay")))
    angle = b.let(op("mul", op("length", w1), dt), "angle", "turn")
    step = op("quat_from_axis_angle", op("normalize", w1), angle)
    q1 = op("mul", q, step) if b.chance(0.5) else op("mul", step, q)
    b.emit(Store(at(q_array, *b.threads), op("normalize", q1) if b.chance(0.8) else q1))
    b.emit(Store(at(w_array, *b.threads), w1))
    if b.chance(0.4):
        b.store(op("quat_rotate", q, b.mix(space, [w1], 0.3)), "world_axis", "body_axis", "heading")


def _pair(b: Builder) -> None:
    """A spring, a bond or a contact between two bodies; both feel it."""
    bodies = Bound("num_bodies", 0)
    x = b.array(b.space, (bodies,), "x", "pos", "positions")
    v = b.array(b.space, (bodies,), "v", "vel", "velocities") if b.chance(0.6) else None
    f = b.array(b.space, (bodies,), "f", "forces", "force_out", role="inout")
    if b.chance(0.5):
        table = b.index_array((*b.launch, fixed(2)), bodies, "indices", "pairs", "edges")
        i, j = (
            b.let(at(table, *b.threads, integer(k)), ("i", "j")[k] if k < 2 else "k", f"p{k}")
            for k in range(2)
        )
    else:
        i, j = (
            b.let(at(b.index_array(b.launch, bodies), *b.threads), *names)
            for names in (("i", "a"), ("j", "c"))
        )
    d = b.let(op("sub", at(x, i), at(x, j)), "d", "delta", "xij")
    r = b.let(op("length", d), "r", "dist", "l")
    if b.chance(0.4):
        b.stop_if(op(b.pick(("gt", "ge")), r, b.parameter(b.real, "cutoff", "contact_range", "max_dist")))
    n = b.let(
        op("div", d, op("add", r, number(b.real, 1e-3))) if b.chance(0.5) else op("normalize", d), "n", "dir"
    )
    rest = (
        at(b.array(b.real, b.launch, "rest_length", "rest", "l0"), *b.threads)
        if b.chance(0.7)
        else b.parameter(b.real, "rest_length", "diameter")
    )
    stretch = b.let(op("sub", r, rest), "stretch", "extension", "c")
    strength = (
        b.parameter(b.real, "ke", "stiffness", "k")
        if b.chance(0.5)
        else at(b.array(b.real, b.launch, "stiffness", "ke"), *b.threads)
    )
    magnitude = op("mul", strength, op("mul", stretch, op("abs", stretch)) if b.chance(0.2) else stretch)
    if v is not None:
        relative = b.let(op("sub", at(v, i), at(v, j)), "dv", "vij")
        magnitude = op(
            "add", magnitude, op("mul", b.parameter(b.real, "kd", "damping"), op("dot", relative, n))
        )
    if b.chance(0.3):
        magnitude = op(b.pick(("min", "max")), magnitude, number(b.real, 0.0))
    if b.chance(0.4):
        extra = phrases.inputs(b, [b.real] * b.integer(1, 2))
        magnitude = b.mix(b.real, [b.let(magnitude, "magnitude", "strength"), *extra], 0.5)
    force = b.let(op("mul", magnitude, n), "fs", "pair_force", "impulse")
    b.add_to("atomic_sub", at(f, i), force)
    if b.chance(0.85):
        b.add_to("atomic_add", at(f, j), force)
    if b.chance(0.3):
        b.store(scaled(op("mul", op("mul", strength, stretch), stretch), 0.5), "energy", "strain_energy_out")
