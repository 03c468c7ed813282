"""Gradient noise: octaves summed, domains warped, curl fields that carry particles, terrains and clouds.

Free choices: dimension, periodic or not, number of octaves and how they fade, what the field drives.
Source: Perlin, "Improving noise", 2002; Bridson et al., "Curl-noise for procedural fluid flow", 2007.
"""

from __future__ import annotations

from generation.language.types import F32, I32, U32, vector
from generation.program.nodes import Const, Store
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, convert, dynamic, integer, number, op, zero
from generation.synthesis.terms import build as make

VERBS = ("add_noise", "displace", "generate", "advect", "modulate")
_FORMS = Weights({"octaves": 38, "flow": 26, "warp": 20, "threshold": 16})
TITLES = {
    "octaves": ("fractal_noise fbm_noise sum_octaves", "Fractal noise, summed over octaves."),
    "flow": ("advect_curl_noise curl_noise_flow", "Carry points with curl noise."),
    "warp": ("domain_warp warp_noise", "Noise sampled at a place displaced by noise."),
    "threshold": ("noise_mask threshold_noise", "Threshold a noise field."),
}


def build(b: Builder) -> None:
    b.real, b.space = F32, vector(b.pick((3, 3, 2, 4)), F32)
    b.grid(b.pick((1, 1, 2)))
    if b.chance(0.2):
        phrases.bounds_guard(b)
    seed = b.parameter(I32, "seed", "noise_seed") if b.chance(0.7) else integer(b.integer(1, 99))
    state = op("rand_init", seed, b.threads[0]) if b.chance(0.1) else op("rand_init", seed)
    state = b.let(state, "state", "noise_state", "rng")
    pool = _FORM[b.form(_FORMS)](b, state)
    pool = turns.develop(b, pool, b.integer(0, 3), goal=1)
    phrases.finish(b, pool, b.pick((1, 1, 2)))


def _place(b: Builder, size: int):
    """Where the field is sampled: scaled thread indices or given points."""
    type_ = vector(size, F32) if size > 1 else F32
    if b.chance(0.35) and 0 < size <= len(b.threads) and size > 1:
        place = make(type_, *[convert(thread, F32) for thread in b.threads[:size]])
        return b.let(op("mul", place, b.parameter(F32, "frequency", "inv_scale")), "p", "uv")
    given = b.named(phrases.source(b, type_), 0.6, "x", "p", "pos")
    scale = b.parameter(F32, "frequency", "freq", "scale") if b.chance(0.7) else b.literal(F32)
    place = op("mul", given, scale)
    if b.chance(0.3):
        place = op("add", place, b.parameter(type_, "offset_value", "drift", "time_shift"))
    return b.let(place, "p", "q", "sample_p")


def _noise(b: Builder, state, place):
    """One octave at a place."""
    size = place.type.length if place.type is not F32 else 1
    if b.chance(0.3):
        return op("pnoise", state, place, *[integer(b.pick((4, 8, 16, 32)))] * size)
    return op("noise", state, place)


def _octaves(b: Builder, state):
    """Fractal sum of octaves, plain, ridged or billowed."""
    p = _place(b, b.pick((1, 2, 3, 3, 4)))
    total, amplitude = (
        b.let(zero(F32), "total", "height_value", "fbm"),
        b.let(dynamic(F32, 1.0), "amp", "gain_value"),
    )
    if b.chance(0.5):
        scale = b.let(dynamic(F32, 1.0), "freq_k", "octave_scale")
        sampled = op("mul", p, scale)
    else:
        scale, sampled = None, p
    octaves = b.parameter(I32, "octaves", "num_octaves") if b.chance(0.4) else integer(b.integer(2, 6))
    with b.loop(integer(0), octaves) as k:
        if scale is None:
            sampled = op("mul", p, op("add", convert(k, F32), number(F32, 1.0)))
        n = _noise(b, state, sampled)
        shape = b.integer(0, 2)
        if shape:
            n = op("abs", n)
            n = op("sub", number(F32, 1.0), n) if shape == 2 else n
        b.update(total, "add", op("mul", amplitude, n))
        b.update(
            amplitude, "mul", b.literal(F32) if b.chance(0.5) else b.parameter(F32, "persistence", "falloff")
        )
        if scale is not None:
            b.update(scale, "mul", number(F32, b.pick((2.0, 1.9, 2.1))))
    return [total, *([b.named(phrases.source(b, F32), 0.5)] if b.chance(0.4) else [])]


def _flow(b: Builder, state):
    """Particles carried by the curl of noise, which has no divergence."""
    size = b.pick((2, 3))
    type_ = vector(size, F32)
    particles = b.array(type_, b.launch, "positions", "particles", role="inout")
    x = b.let(at(particles, *b.threads), "x", "pos")
    sampled = op("mul", x, b.parameter(F32, "frequency", "curl_scale"))
    if b.chance(0.4):
        detail = (number(F32, b.pick((2.0, 1.8))), number(F32, b.pick((0.5, 0.6))))
        v = op("curlnoise", state, sampled, Const(U32, b.integer(1, 4)), *detail)
    else:
        v = op("curlnoise", state, sampled)
    v = b.let(v, "v", "curl", "flow_v")
    if b.chance(0.4):
        v = b.let(op("add", v, b.parameter(type_, "wind", "drift")), "v_total")
    b.emit(Store(at(particles, *b.threads), op("add", x, op("mul", v, b.parameter(F32, "dt", "step")))))
    return [b.let(op("length", v), "speed", "mag")]


def _warp(b: Builder, state):
    """A place displaced by noise before it is sampled again."""
    p = _place(b, 2 if b.chance(0.5) else 3)
    n = _noise(b, state, p)
    parts = [n] + [_noise(b, state, op("add", p, b.literal(p.type))) for _ in range(p.type.length - 1)]
    shift = b.let(make(p.type, *parts), "shift", "warp_offset")
    warped = op("add", p, op("mul", b.parameter(F32, "warp_strength", "distortion"), shift))
    return [
        b.let(_noise(b, state, b.named(warped, 0.6, "p_warped", "q_w")), "density_value", "pattern"),
        shift,
    ]


def _threshold(b: Builder, state):
    """A mask, a band or a blend of two values where the field passes a threshold."""
    n = b.let(_noise(b, state, _place(b, b.pick((1, 2, 3)))), "n", "noise_value")
    type_ = b.pick((F32, b.space))
    one, two = (b.named(phrases.source(b, type_), 0.5) for _ in range(2))
    cut = b.parameter(F32, "threshold", "coverage", "cut")
    if b.chance(0.4):
        return [b.let(op("where", op("gt", n, cut), one, two), "layer_value", "picked")]
    t = op("smoothstep", op("sub", cut, number(F32, 0.2)), op("add", cut, number(F32, 0.2)), n)
    return [b.let(op("lerp", one, two, b.let(t, "t", "blend")), "mixed", "shaded")]


_FORM = {"octaves": _octaves, "flow": _flow, "warp": _warp, "threshold": _threshold}
