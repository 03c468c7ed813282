"""A volume of one leaf: 8 x 8 x 8 voxels at the origin of its index space, one value everywhere else.

Source: Museth, "NanoVDB", 2021; Warp documentation, "Volumes".
"""

from __future__ import annotations

import itertools
import math
from types import SimpleNamespace

import numpy as np

from generation.verification import scalars
from generation.verification.compounds import Mat, Vec
from generation.verification.faults import Undefined

SIDE = 8
_CORNERS = tuple(itertools.product((0, 1), repeat=3))
_FAR = 1 << 20


class Volume:
    def __init__(self, data: dict, real):
        voxels = data["voxels"]
        self.stored, self.width = voxels.dtype, voxels.shape[1] if voxels.ndim == 2 else 0
        self.kind = real if voxels.dtype.kind == "f" and voxels.dtype.itemsize == 4 else voxels.dtype.type
        self.real = real
        self.values = [self._value(x) for x in voxels]
        self.background = self._value(data["background"])
        self.size, self.origin = real(data["size"]), tuple(map(real, data["origin"]))

    def _value(self, x):
        return Vec(tuple(map(self.kind, x))) if self.width else self.kind(x)

    def numbers(self) -> np.ndarray:
        return np.array([v.c if self.width else v for v in self.values], self.kind)

    def holds(self, type_) -> bool:
        """Whether this is a volume of such values; others read as zero."""
        return type_.dtype.base == self.stored and sum(type_.dtype.shape) == self.width

    def slot(self, place) -> int:
        i, j, k = map(int, place)
        return (i * SIDE + j) * SIDE + k if all(0 <= x < SIDE for x in (i, j, k)) else -1

    def at(self, place):
        slot = self.slot(place)
        return self.values[slot] if slot >= 0 else self.background

    def to_index(self, p):
        return Vec(tuple((x - o) / self.size for x, o in zip(p.c, self.origin, strict=True)))

    def to_world(self, p):
        return Vec(tuple(x * self.size + o for x, o in zip(p.c, self.origin, strict=True)))


def _whole(function, uvw):
    if not all(abs(x) < _FAR for x in uvw.c):
        raise Undefined("a voxel that is too far away")
    return tuple(int(function(float(x))) for x in uvw.c)


def _nearest(x: float) -> int:
    return int(math.copysign(math.floor(abs(x) + 0.5), x))


def _sampled(read, uvw, mode, zero):
    if int(mode) == 0:
        return read(_whole(_nearest, uvw))
    total = zero
    for place, weight, _ in _corners(uvw, zero):
        total = total + read(place) * weight
    return total


def _corners(uvw, zero):
    """The voxels about a place: where, with which weight, and the slopes of the weight."""
    base = _whole(math.floor, uvw)
    kind = (zero.c[0] if isinstance(zero, Vec) else zero).__class__
    for corner in _CORNERS:
        rest = [x - x.__class__(b) for x, b in zip(uvw.c, base, strict=True)]
        wx, wy, wz = (f if side else f.__class__(1) - f for f, side in zip(rest, corner, strict=True))
        sx, sy, sz = (1 if side else -1 for side in corner)
        slopes = tuple(map(kind, (wy * wz * sx, wx * wz * sy, wx * wy * sz)))
        yield tuple(b + c for b, c in zip(base, corner, strict=True)), kind(wx * wy * wz), slopes


def _slope(read, uvw, mode, zero):
    """The gradient of a scalar, or one row for each component of a vector."""
    rows = [[x] * 3 for x in (zero.c if isinstance(zero, Vec) else (zero,))]
    if int(mode) == 1:
        for place, _, slopes in _corners(uvw, zero):
            value = read(place)
            for row, x in zip(rows, value.c if isinstance(value, Vec) else (value,), strict=True):
                row[:] = [total + x * s for total, s in zip(row, slopes, strict=True)]
    flat = tuple(x for row in rows for x in row)
    return Mat(flat, len(rows), 3) if isinstance(zero, Vec) else Vec(flat)


# Built-ins that write into one of their arguments, and which.
CHANGED = {"volume_sample_grad": 3, "volume_sample_grad_f": 3, "volume_sample_grad_index": 5}
MODES = SimpleNamespace(CLOSEST=0, LINEAR=1)


def table(known, named) -> dict[str, object]:
    short = {"f": named["float32"], "i": named["int32"], "v": named["vec3"]}

    def lookup(volume, *place, dtype):
        type_ = known(dtype)
        return volume.at(place) if volume.holds(type_) else type_.zero()

    def sample(volume, uvw, mode, dtype):
        zero = known(dtype).zero()
        return _sampled(volume.at, uvw, mode, zero) if volume.holds(known(dtype)) else zero

    def sample_grad(volume, uvw, mode, _, dtype):
        zero = known(dtype).zero()
        if not volume.holds(known(dtype)):
            return _slope(volume.at, uvw, 0, zero), zero
        return _slope(volume.at, uvw, mode, zero), _sampled(volume.at, uvw, mode, zero)

    def by_slot(volume, data, background):
        def read(place):
            slot = volume.slot(place)
            return data[(slot,)] if slot >= 0 else background

        return read

    def zero_of(x):
        return Vec(tuple(c.__class__(0) for c in x.c)) if isinstance(x, Vec) else x.__class__(0)

    def sample_index(volume, uvw, mode, data, background):
        return _sampled(by_slot(volume, data, background), uvw, mode, zero_of(background))

    def sample_grad_index(volume, uvw, mode, data, background, _):
        read, zero = by_slot(volume, data, background), zero_of(background)
        return _slope(read, uvw, mode, zero), _sampled(read, uvw, mode, zero)

    def store(volume, i, j, k, value):
        slot = volume.slot((i, j, k))
        fits = (len(value) if isinstance(value, Vec) else 0) == volume.width
        one = value.c[0] if isinstance(value, Vec) else value
        if slot >= 0 and fits and one.__class__ is volume.kind:
            volume.values[slot] = value

    return {
        "Volume": MODES,
        "volume_lookup": lookup,
        "volume_lookup_f": lambda volume, *place: lookup(volume, *place, dtype=short["f"]),
        "volume_lookup_i": lambda volume, *place: lookup(volume, *place, dtype=short["i"]),
        "volume_lookup_v": lambda volume, *place: lookup(volume, *place, dtype=short["v"]),
        "volume_lookup_index": lambda volume, *place: np.int32(volume.slot(place)),
        "volume_sample": sample,
        "volume_sample_f": lambda volume, uvw, mode: sample(volume, uvw, mode, short["f"]),
        "volume_sample_v": lambda volume, uvw, mode: sample(volume, uvw, mode, short["v"]),
        "volume_sample_i": lambda volume, uvw: sample(volume, uvw, 0, short["i"]),
        "volume_sample_grad": sample_grad,
        "volume_sample_grad_f": lambda volume, uvw, mode, g: sample_grad(volume, uvw, mode, g, short["f"]),
        "volume_sample_index": sample_index,
        "volume_sample_grad_index": sample_grad_index,
        "volume_voxel_count": lambda volume: np.int32(len(volume.values)),
        "volume_world_to_index": lambda volume, p: volume.to_index(p),
        "volume_index_to_world": lambda volume, p: volume.to_world(p),
        "volume_world_to_index_dir": lambda volume, d: Vec(tuple(scalars.div(x, volume.size) for x in d.c)),
        "volume_index_to_world_dir": lambda volume, d: d * volume.size,
    } | {f"volume_store{end}": store for end in ("", "_f", "_i", "_v")}
