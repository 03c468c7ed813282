"""Procedural randomness: integer hashes, value and gradient noise, octaves, warps, cells, samples of
distributions.

Free choices: hash, lattice dimension, fade curve, octaves, use (heights, jitter, Poisson thinning, Gaussian
samples).
Source: Perlin, "Improving Noise", 2002; Worley, "A Cellular Texture Basis Function", 1996; O'Neill, "PCG",
2014.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.noise_sampling.noise import CELLS, HASH_NAMES, HASHES, LATTICE, VALUE
from generation.synthesis.patterns.noise_sampling.samples import GAUSSIAN, WALK
from generation.synthesis.sketches import Sketch

VERBS = ("sample_noise", "perturb", "generate_field", "jitter", "randomize")

FIELDS = ("geometry", "image", "particles")

_FORMS = Weights({"value": 34, "cells": 20, "gaussian": 26, "walk": 20})

TITLES = {
    "value": ("value_noise sample_value_noise", "Value noise on an integer lattice."),
    "cells": ("cellular_noise worley_noise", "Cellular noise: distance to the nearest feature point."),
    "gaussian": ("sample_gaussian gaussian_noise", "Draw Gaussian samples."),
}

_SCOPE = {
    "p": "v2[n] points uv coordinates",
    "h_out": "out s[n] height noise_out displacement",
    "n_out": "out v2[n] gradient_out warp_out offsets_out",
    "base": "s[n] base_height density_in value_in",
    "freq": "c frequency base_frequency feature_scale",
    "lac": "s lacunarity frequency_step",
    "gain": "s persistence octave_gain roughness",
    "amp": "c amplitude strength height_scale",
    "octaves": "i octaves num_octaves levels",
    "warp": "s warp_strength distortion domain_warp",
    "seed": "i seed noise_seed random_seed",
    "ids": "i[n] particle_id sample_ids stream_ids",
    "x": "v3[n] positions points x_in",
    "x_out": "out v3[n] positions_out jittered moved",
    "sd": "c sigma noise_std temperature",
    "mean": "c mean bias_level offset",
    "prob": "c probability keep_rate acceptance",
    "keep": "out i[n] keep_mask selected accepted",
    "steps": "i num_steps walk_length burn_in",
    "dt": "s dt step_size",
    "k": "c spring_constant trap_stiffness drift",
    "g_out": "out s[n] samples noise_values draws",
    "thr": "s threshold iso_level cutoff",
    "count": "inout i[1] num_accepted accept_count kept_total",
    "cell_id": "out i[n] cell_ids nearest_seed voronoi_id",
}


def build(b: Builder) -> None:
    b.grid(1)
    framing.prologue(b)
    form = b.form(_FORMS)
    s = Sketch(b, **_SCOPE)
    s.scope["tally"] = lambda e: framing.tally(b, e, "noise_sum", "mean_value", "roughness")
    s(HASHES)
    s.scope["HASH"] = s.scope[b.pick(HASH_NAMES)]
    s(LATTICE)
    s.scope["NOISE"] = s.scope[b.pick(("value_noise", "gradient_noise"))]
    s.scope["OCT"] = b.integer(2, 6) if form != "value" or b.chance(0.5) else s["octaves"]
    s.scope["STEPS"] = s["steps"] if form == "walk" and b.chance(0.5) else b.pick((4, 8, 16, 32))
    s({"value": VALUE, "cells": CELLS, "gaussian": GAUSSIAN, "walk": WALK}[form])
    framing.bookkeeping(b, 0.3)
    s.done()
