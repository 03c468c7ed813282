"""Textures of float texels with normalised coordinates: nearest and linear filtering, four ways past an edge.

Source: Warp documentation, "Textures"; NVIDIA, "CUDA C++ Programming Guide", "Texture Fetching".
"""

from __future__ import annotations

import itertools
import math

import numpy as np

from generation.verification.compounds import Compound, Vec
from generation.verification.faults import Undefined


class Texture:
    """Texels by place, the innermost axis first; channels last."""

    def __init__(self, data: dict, real):
        self.texels, self.real = data["texels"].astype(real), real
        self.linear, self.address = data["filter"] == "linear", data["address"]
        self.extents = self.texels.shape[-2::-1]

    def sample(self, place) -> np.ndarray:
        """The channels at a place of one coordinate per axis."""
        if not all(map(math.isfinite, place)):
            raise Undefined("a texture at no finite place")
        sides = [self._sides(x, n) for x, n in zip(place, self.extents, strict=True)]
        total = np.zeros(self.texels.shape[-1], self.real)
        for corner in itertools.product(*sides):
            weight = math.prod((share for _, share in corner), start=self.real(1))
            index = tuple(self._index(i, n) for (i, _), n in zip(corner, self.extents, strict=True))[::-1]
            if None not in index:
                total = total + self.texels[index] * weight
        return total

    def _sides(self, x, extent: int):
        """The texels along an axis that a coordinate lies between, and their shares."""
        if not self.linear:
            return [(math.floor(float(x) * extent), self.real(1))]
        if self.address in ("wrap", "mirror"):
            x = x % self.real(1 if self.address == "wrap" else 2)
        at = x * self.real(extent) - self.real(0.5)
        if self.address == "clamp":
            at = min(max(at, self.real(0)), self.real(extent - 1))
        first = math.floor(at)
        share = self.real(at - self.real(first))
        return [(first, self.real(1) - share), (first + 1, share)]

    def _index(self, i: int, extent: int) -> int | None:
        if self.address == "wrap":
            return i % extent
        if self.address == "mirror":
            i %= 2 * extent
            return i if i < extent else 2 * extent - 1 - i
        if self.address == "clamp":
            return min(max(i, 0), extent - 1)
        return i if 0 <= i < extent else None


def table(known) -> dict[str, object]:
    def texture_sample(texture, *place, dtype, lod=None):
        if isinstance(place[0], Compound):
            place = place[0].c
        place = place[: len(texture.extents)]  # a level of detail may follow; there is only one
        channels = texture.sample(place)
        kind, zero = texture.real, known(dtype).zero()
        if not isinstance(zero, Compound):
            return kind(channels[0])
        return Vec(tuple(kind(x) for x in channels[: len(zero)]))

    return {"texture_sample": texture_sample}
