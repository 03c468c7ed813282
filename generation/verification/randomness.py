"""Warp's random numbers and noise, bit for bit in single precision.

A generator's state is a number: what draws from it returns the state after, and the value. Source: Jarzynski
and Olano, "Hash Functions for GPU Rendering", JCGT 9 (2020); Perlin, "Improving Noise", SIGGRAPH 2002.
"""

from __future__ import annotations

import itertools

import numpy as np

from generation.verification import algebra, scalars
from generation.verification.compounds import Vec
from generation.verification.faults import Undefined
from generation.verification.scalars import REAL

_MASK = 0xFFFFFFFF
_PRIMES = (73856093, 19349663, 53471161, 10000019)
sqrt, cos, sin, acos, log, exp = (REAL[name] for name in ("sqrt", "cos", "sin", "acos", "log", "exp"))


def hashed(state: int) -> int:
    b = (state * 747796405 + 2891336453) & _MASK
    c = (((b >> ((b >> 28) + 4)) ^ b) * 277803737) & _MASK
    return (c >> 22) ^ c


def rand_init(seed, offset=None):
    seed = int(seed) & _MASK
    return np.uint32(hashed(seed if offset is None else (seed + hashed(int(offset) & _MASK)) & _MASK))


def randi(state, low=None, high=None):
    state = hashed(int(state) & _MASK)
    if low is None:
        return np.uint32(state), scalars.wrapped(np.int32, state)
    value = state % ((int(high) - int(low)) & _MASK) + int(low)
    return np.uint32(state), scalars.wrapped(np.int32, value)


def randu(state, low=None, high=None):
    state = hashed(int(state) & _MASK)
    value = state if low is None else state % ((int(high) - int(low)) & _MASK) + int(low)
    return np.uint32(state), np.uint32(value & _MASK)


def tables(real) -> tuple[dict, dict]:
    """Built-ins that draw from a state, and those that only read one, for the width that stands for float."""
    two_pi = real(np.float32(2.0) * np.float32(np.pi))

    def randf(state, low=None, high=None):
        state = hashed(int(state) & _MASK)
        value = real((state >> 8) * (1.0 / 16777216.0))
        return np.uint32(state), value if low is None else (high - low) * value + low

    def randn(state):
        state, one = randf(state)
        state, two = randf(state)
        return state, sqrt(real(-2) * log(one + real(np.float32(5.96e-8)))) * cos(two_pi * two)

    def poisson(state, rate):
        if rate >= 10:
            raise Undefined("poisson of a rate above 10, for which Warp has another algorithm")
        count, product, least = 0, real(1), exp(-rate)
        if rate == 0:
            return state, np.uint32(0)
        while True:
            state, u = randf(state)
            product = product * u
            if not product > least:
                return state, np.uint32(count)
            count += 1

    def on_sphere(whole, solid):
        def g(state):
            state, u = randf(state)
            phi = acos(real(1) - (real(2) * u if whole else u))
            state, theta = randf(state, real(0), two_pi)
            x, y, z = cos(theta) * sin(phi), sin(theta) * sin(phi), cos(phi)
            if solid:
                state, u = randf(state)
                r = scalars.power(u, real(np.float32(1) / np.float32(3)))
                x, y, z = r * cos(theta) * sin(phi), r * sin(theta) * sin(phi), r * cos(phi)
            return state, Vec((x, y, z))

        return g

    def in_cube(n):
        def g(state):
            parts = []
            for _ in range(n):
                state, u = randf(state)
                parts.append(u - real(0.5))
            return state, Vec(tuple(parts))

        return g

    def triangle(state):
        state, u = randf(state)
        r = sqrt(u)
        state, v = randf(state)
        return state, Vec((real(1) - r, v * r))

    def ring(state):
        state, theta = randf(state, real(0), two_pi)
        return state, Vec((cos(theta), sin(theta)))

    def disk(state):
        state, u = randf(state)
        r = sqrt(u)
        state, theta = randf(state, real(0), two_pi)
        return state, Vec((r * cos(theta), r * sin(theta)))

    def slope_at(state, cell):
        """The random gradient of a lattice point."""
        index = (cell[-1] * _PRIMES[len(cell) - 1] + int(state)) & _MASK
        for c, prime in zip(cell[:-1], _PRIMES, strict=False):
            index ^= (c * prime) & _MASK
        if len(cell) == 1:
            return Vec((randf(index, real(-1), real(1))[1],))
        return algebra.normalize(in_cube(len(cell))(index)[1])

    def corners(state, low, high, d):
        """Value and gradient of every corner, the first axis changing fastest."""
        for bits in itertools.product((0, 1), repeat=len(d)):
            bits = bits[::-1]
            slope = slope_at(state, [h if bit else x for x, h, bit in zip(low, high, bits, strict=True)])
            away = Vec(tuple(x - real(1) if bit else x for x, bit in zip(d, bits, strict=True)))
            yield algebra.dot(away, slope), slope

    def fade(t):
        return t * t * t * (t * (t * real(6) - real(15)) + real(10))

    def steepness(t):
        return real(30) * t * t * (t * (t - real(2)) + real(1))

    def field(state, low, high, d):
        values = [value for value, _ in corners(state, low, high, d)]
        for t in d:
            ramp = fade(t)
            values = [(b - a) * ramp + a for a, b in zip(values[::2], values[1::2], strict=True)]
        return values[0]

    def gradient(state, low, high, d):
        nodes = list(corners(state, low, high, d))
        for axis, t in enumerate(d):
            unit = Vec(tuple(real(i == axis) for i in range(len(d))))
            ramp, steep = fade(t), steepness(t)
            nodes = [
                ((b - a) * ramp + a, (db - da) * ramp + unit * ((b - a) * steep) + da)
                for (a, da), (b, db) in zip(nodes[::2], nodes[1::2], strict=True)
            ]
        return nodes[0][1]

    def cell_of(point):
        parts = point.c if isinstance(point, Vec) else (point,)
        return [int(scalars.to_int(np.int32, np.floor(x))) for x in parts], [x - np.floor(x) for x in parts]

    def noise(state, point):
        low, d = cell_of(point)
        return field(state, low, [x + 1 for x in low], d)

    def pnoise(state, point, *periods):
        low, d = cell_of(point)
        low = [int(scalars.mod(np.int32(x), p)) for x, p in zip(low, periods, strict=True)]
        high = [int(scalars.mod(np.int32(x + 1), p)) for x, p in zip(low, periods, strict=True)]
        return field(state, low, high, d)

    def curlnoise(state, point, octaves=1, lacunarity=2.0, gain=0.5):
        n = len(point.c)
        sums = [Vec((real(0),) * n) for _ in range(1 if n == 2 else 3)]
        frequency = amplitude = real(1)
        for _ in range(int(octaves)):
            low, d = cell_of(point * frequency)
            high = [x + 1 for x in low]
            for k in range(len(sums)):
                if k:
                    state = rand_init(state, (0, 10019689, 13112221)[k])
                sums[k] = sums[k] + gradient(state, low, high, d) * amplitude
            amplitude, frequency = amplitude * real(gain), frequency * real(lacunarity)
        if n == 2:
            return Vec((-sums[0].c[1], sums[0].c[0]))
        a, b, c = (s.c for s in sums)
        return Vec((c[1] - b[2], a[2] - c[0], b[0] - a[1]))

    def sample_cdf(state, cdf):
        state, u = randf(state)
        return state, lower_bound(cdf, u)

    drawing = {
        "randi": randi,
        "randu": randu,
        "randf": randf,
        "randn": randn,
        "poisson": poisson,
        "sample_cdf": sample_cdf,
        "sample_triangle": triangle,
        "sample_unit_ring": ring,
        "sample_unit_disk": disk,
        "sample_unit_square": in_cube(2),
        "sample_unit_cube": in_cube(3),
        "sample_unit_hypercube": in_cube(4),
        "sample_unit_sphere": on_sphere(True, True),
        "sample_unit_sphere_surface": on_sphere(True, False),
        "sample_unit_hemisphere": on_sphere(False, True),
        "sample_unit_hemisphere_surface": on_sphere(False, False),
    }
    return drawing, {"rand_init": rand_init, "noise": noise, "pnoise": pnoise, "curlnoise": curlnoise}


def lower_bound(array, *rest):
    """The first place in a sorted array, or a part, whose element is not below the value; else the last."""
    *ends, value = rest
    low, high = map(int, ends) if ends else (0, len(array))
    high -= 1
    while low < high:
        middle = (low + high) // 2
        if array[middle] < value:
            low = middle + 1
        else:
            high = middle
    return np.int32(low)
