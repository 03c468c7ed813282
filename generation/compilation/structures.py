"""Acceleration structures, volumes and textures that Warp builds from plain arrays, on the CPU."""

from __future__ import annotations

import numpy as np

from generation.compilation.pinned import warp


class Structure:
    """Something that a kernel gets by handle; it lives as long as this does."""

    def __init__(self, kind: str, data: dict):
        self._made = _MAKE[kind](data)
        self._shape = data["voxels"].shape if kind == "volume" else None
        self._type = data["voxels"].dtype if kind == "volume" else None

    @property
    def packed(self) -> bytes:
        """What stands for it among a kernel's arguments."""
        made = self._made[0]
        return bytes(made.__ctype__()) if hasattr(made, "__ctype__") else np.uint64(made.id).tobytes()

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """What a kernel may have changed."""
        if self._shape is None:
            return {}
        return {"voxels": _values(self._made[0], self._type, self._shape).copy()}


def _array(data):
    """Points as three numbers each, or integers."""
    wp = warp()
    return wp.array(data, dtype=wp.vec3 if data.dtype.kind == "f" else wp.int32, device="cpu")


def _mesh(data):
    wp = warp()
    parts = [_array(data["points"]), _array(data["indices"]), _array(data["velocities"])]
    groups = _array(data["groups"]) if "groups" in data else None
    return wp.Mesh(*parts, support_winding_number=groups is None, groups=groups), parts, groups


def _bvh(data):
    wp = warp()
    parts = [_array(data[name]) for name in ("lowers", "uppers")]
    groups = _array(data["groups"])
    return wp.Bvh(*parts, groups=groups), parts, groups


def _hash_grid(data):
    wp = warp()
    grid = wp.HashGrid(*data["dims"], device="cpu")
    grid.build(_array(data["points"]), float(data["width"]))
    return (grid,)


def _volume(data):
    wp = warp()
    voxels, background = data["voxels"], data["background"]
    scalar = {"f4": wp.float32, "f8": wp.float64, "i4": wp.int32, "i8": wp.int64}[voxels.dtype.str[1:]]
    if background.ndim:
        background = wp.types.vector(len(background), scalar)(*background.tolist())
    else:
        background = scalar(background.item())
    tiles = _array(np.zeros((1, 3), np.int32))
    size, origin = float(data["size"]), tuple(data["origin"].tolist())
    volume = wp.Volume.allocate_by_tiles(tiles, size, background, origin, device="cpu")
    _values(volume, voxels.dtype, voxels.shape)[...] = voxels
    return (volume,)


def _values(volume, dtype, shape) -> np.ndarray:
    memory = volume.array().numpy().view(np.uint8)
    return memory[-int(np.prod(shape)) * dtype.itemsize :].view(dtype).reshape(shape)


def _texture(data):
    wp = warp()
    texels = data["texels"]
    make = (wp.Texture1D, wp.Texture2D, wp.Texture3D)[texels.ndim - 2]
    filters = {"closest": wp.TextureFilterMode.CLOSEST, "linear": wp.TextureFilterMode.LINEAR}
    modes = {
        name: getattr(wp.TextureAddressMode, name.upper()) for name in ("wrap", "clamp", "mirror", "border")
    }
    made = make(
        texels, filter_mode=filters[data["filter"]], address_mode=modes[data["address"]], device="cpu"
    )
    return (made,)


_MAKE = {"mesh": _mesh, "bvh": _bvh, "hash_grid": _hash_grid, "volume": _volume}
_MAKE |= {f"texture{n}": _texture for n in (1, 2, 3)}
