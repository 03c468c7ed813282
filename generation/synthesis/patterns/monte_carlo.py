"""Random sampling: estimates, walks, jittered positions, thinning, draws from tables; one stream per thread.

Free choices: the distribution, the domain, how many samples, what is estimated, how streams are seeded.
Source: Pharr, Jakob and Humphreys, "Physically Based Rendering", 2016, chapter 13.
"""

from __future__ import annotations

from generation.language.types import F32, I32, U32, vector
from generation.program.nodes import Const, Op, Span, Store, Var
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, convert, fixed, integer, number, op, zero
from generation.synthesis.terms import build as make

VERBS = ("sample", "estimate", "jitter", "perturb", "draw", "randomize")
_FORMS = Weights({"estimate": 26, "walk": 22, "perturb": 26, "table": 12, "thin": 14})
TITLES = {
    "estimate": (
        "monte_carlo_estimate estimate_integral mc_integrate",
        "Monte Carlo estimate from random samples.",
    ),
    "walk": ("random_walk brownian_motion brownian_step", "Random walk."),
    "perturb": ("add_noise perturb_values jitter_values", "Perturb values with random noise."),
    "table": (
        "sample_distribution sample_discrete draw_from_cdf",
        "Draw entries from a tabulated distribution.",
    ),
    "thin": ("rejection_sample sample_rejection", "Rejection sampling."),
}
_PLANE = ("sample_unit_disk", "sample_unit_square", "sample_unit_ring", "sample_triangle")
_SPACE = ("sample_unit_sphere", "sample_unit_sphere_surface", "sample_unit_hemisphere", "sample_unit_cube")
_SPACE += ("sample_unit_hemisphere_surface",)


def build(b: Builder) -> None:
    b.real, b.space = F32, vector(b.pick((3, 3, 2)), F32)
    b.grid(b.pick((1, 1, 1, 2)))
    if b.chance(0.25):
        phrases.bounds_guard(b)
    state = _stream(b)
    pool = _FORM[b.form(_FORMS)](b, state)
    pool = turns.develop(b, pool, b.integer(0, 3), goal=1)
    phrases.finish(b, pool, b.pick((1, 1, 2)))


def _stream(b: Builder) -> Var:
    """The state of this thread's generator."""
    offset = b.threads[0]
    if len(b.threads) > 1:
        offset = op("add", op("mul", b.threads[0], b.size(b.launch[1], "width", "num_cols")), b.threads[1])
    seed = (
        b.parameter(I32, "seed", "random_seed", "frame_seed") if b.chance(0.7) else integer(b.integer(1, 99))
    )
    if b.chance(0.1):
        seed = op("add", seed, b.parameter(I32, "step", "iteration", "epoch"))
    return b.let(op("rand_init", seed, offset), "state", "rng", "rng_state")


def _draw(b: Builder, state):
    """One random number."""
    how = b.integer(0, 4)
    if how == 0:
        return op("randn", state)
    if how == 1:
        low, high = b.pick(((-1.0, 1.0), (0.0, 2.0), (-0.5, 0.5), (0.5, 1.5)))
        return op("randf", state, number(F32, low), number(F32, high))
    if how == 2:
        rate = b.guard("positive", b.parameter(F32, "rate", "lam", "mean_count"))
        return convert(op("poisson", state, rate), F32)
    if how == 3:
        faces = op("randi", state, integer(0), integer(b.integer(2, 9)))
        return convert(faces, F32)
    return op("randf", state)


def _point(b: Builder, state, size: int):
    """A random point or direction of 2 or 3 components."""
    if b.chance(0.3):
        return make(vector(size, F32), *[op(b.pick(("randn", "randf")), state) for _ in range(size)])
    return op(b.pick(_PLANE if size == 2 else _SPACE), state)


def _samples(b: Builder):
    count = b.integer(4, 64)
    if b.chance(0.3):
        return b.parameter(I32, "num_samples", "spp", "samples", span=Span(fixed(1), None)), None
    return integer(count), count


def _estimate(b: Builder, state):
    """The mean of a function over random points, or the share of points inside."""
    size = b.pick((2, 3, 0))
    given = [
        b.named(phrases.source(b, b.pick((F32, vector(size or 3, F32)))), 0.7) for _ in range(b.integer(1, 2))
    ]
    total = b.let(zero(F32), "total", "acc", "estimate")
    stop, count = _samples(b)
    with b.loop(integer(0), stop):
        x = b.let(_point(b, state, size) if size else _draw(b, state), "x", "sample_x", "u", "omega_i")
        if b.chance(0.4):
            hit = op("lt", b.mix(F32, [x, *given], 0.3), number(F32, 1.0))
            with b.block() as body:
                b.update(total, "add", number(F32, 1.0))
            b.when(hit, body)
        else:
            b.update(total, "add", b.mix(F32, [x, *given], 0.5))
    divisor = number(F32, count) if count else convert(stop, F32)
    return [b.let(op("div", total, divisor), "mean", "average", "fraction"), *given[1:]]


def _walk(b: Builder, state):
    """Brownian motion: steps of random direction, with drift, perhaps stopped at a boundary."""
    walks = b.array(b.space, b.launch, "positions", "walkers", "x_data", role="inout")
    x = b.let(at(walks, *b.threads), "x", "p")
    scale = b.parameter(F32, "sigma", "step_size", "diffusion")
    drift = b.parameter(b.space, "drift", "wind", "bias") if b.chance(0.5) else None
    stop, _ = _samples(b)
    with b.loop(integer(0), stop):
        step = op("mul", scale, _point(b, state, b.space.length))
        if drift is not None:
            step = op("add", step, op("mul", drift, b.guard("bounded", op("randf", state))))
        b.update(x, "add", b.named(step, 0.4, "dx", "jump"))
        if b.chance(0.4):
            radius = b.parameter(F32, "radius", "domain_radius")
            with b.block() as body:
                b.rebind(x, op("mul", op("normalize", x), radius))
            b.when(op("gt", op("length", x), radius), body)
    b.emit(Store(at(walks, *b.threads), x))
    return [b.let(op("length", x), "distance", "r")]


def _perturb(b: Builder, state):
    """Noise on given data: additive, multiplicative, dropout or random sign."""
    type_ = b.pick((F32, b.space))
    value = b.named(phrases.source(b, type_), 0.8)
    amount = b.parameter(F32, "noise_scale", "amplitude", "std", "jitter")
    how = b.integer(0, 2)
    if how == 0:
        noise = _draw(b, state) if type_ is F32 else _point(b, state, b.space.length)
        return [b.let(op("add", value, op("mul", amount, noise)), "noisy", "jittered", "perturbed")]
    if how == 1:
        factor = op("add", number(F32, 1.0), op("mul", amount, _draw(b, state)))
        return [b.let(op("mul", value, factor), "scaled", "noisy")]
    rate = b.guard("unit", amount)
    keep = b.let(op("lt", op("randf", state), rate), "keep", "kept")
    dropped = zero(type_) if b.chance(0.5) else op("mul", value, number(F32, 0.5))
    return [b.let(op("where", keep, value, dropped), "dropped", "thinned")]


def _table(b: Builder, state):
    """An entry drawn from a cumulative distribution, and its weight."""
    entries = fixed(b.pick((16, 32, 64, 256))) if b.chance(0.3) else b.launch[0]
    cdf = b.array(F32, (entries,), "cdf", "cumulative")
    draw = Op(I32, "sample_cdf", (state, cdf))
    if b.chance(0.35):
        draw = Op(I32, "lower_bound", (cdf, b.let(op("randf", state), "u", "xi")))
    last = op("sub", b.size(entries) if entries.size else integer(entries.offset), integer(1))
    k = b.let(op("min", draw, last), "k", "bin_id", "choice")
    weights = b.array(b.pick((F32, b.space)), (entries,), "weights", "values_data", "emission")
    return [at(weights, k), b.mix(F32, [phrases.source(b, F32)], 0.6)]


def _thin(b: Builder, state):
    """Rejection: draw until a candidate is accepted, a few times at most."""
    limit = b.named(phrases.source(b, F32), 0.8, "limit", "target_density")
    size = b.pick((2, 3))
    point = b.let(_point(b, state, size), "candidate", "p")
    tries = b.let(Op(I32, "dynamic", (integer(0),)), "tries", "attempts")
    inside = op("lt", b.mix(F32, [point], 0.0), limit)
    with b.while_(op("and", op("not", inside), op("lt", tries, integer(b.integer(4, 32))))):
        b.rebind(point, _point(b, state, size))
        b.update(tries, "add", integer(1))
    if b.chance(0.5):
        bits = op("bit_and", op("randu", state), Const(U32, 7))
        return [point, convert(tries, F32), convert(bits, F32)]
    return [point, convert(tries, F32)]


_FORM = {"estimate": _estimate, "walk": _walk, "perturb": _perturb, "table": _table, "thin": _thin}
