"""Arguments as the compiled text wants them in memory: a C struct of numbers, compounds and array headers."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable

import numpy as np

from generation.verification import types


class _Header(ctypes.Structure):
    """Warp's `array_t`."""

    _fields_ = (
        ("data", ctypes.c_void_p),
        ("grad", ctypes.c_void_p),
        ("shape", ctypes.c_int32 * 4),
        ("strides", ctypes.c_int32 * 4),
        ("ndim", ctypes.c_uint16),
        ("flags", ctypes.c_uint16),
    )


def bounds(dim: tuple[int, ...]) -> bytes:
    """Warp's `launch_bounds_t`: extents, the number of threads, and one thread for each place."""
    shape = np.array(dim, np.uint32).tobytes()
    shape += b"\0" * (-len(shape) % 8)
    return shape + np.array([math.prod(dim), 1], np.uint64).tobytes()


def pack(parameters: dict, arguments: dict, gradients: dict | None = None, empty: bool = False) -> bytes:
    """The arguments one after the other; arrays by address, with their gradients' (by path) if there are any.

    With `empty` everything is zero, as the adjoint arguments of a launch whose gradients stand in its arrays.
    """
    buffer, _ = _joined(_parts(parameters, arguments, gradients or {}, _here, ""))
    return bytes(len(buffer) if empty else buffer) or b"\0"


def parts(parameters: dict, arguments: dict, gradients: dict, address: Callable) -> list[bytes]:
    """Each argument on its own; `address` says where an array stands that a kernel is to find."""
    return [part for part, _ in _parts(parameters, arguments, gradients, address, "")]


def _here(data: np.ndarray) -> int:
    return data.ctypes.data


def _parts(parameters, arguments, gradients, address, prefix: str) -> list[tuple[bytes, int]]:
    """The bytes of each argument, and their alignment."""
    found = []
    for name, type_ in parameters.items():
        x = arguments[name]
        if hasattr(x, "packed"):
            found.append((x.packed, 8))
        elif isinstance(type_, types.ArrayOf):
            found.append((bytes(_header(x, type_, gradients.get(prefix + name), address)), 8))
        elif isinstance(x, dict):
            found.append(_joined(_parts(type_.types, x, gradients, address, f"{prefix}{name}.")))
        else:
            dtype = type_.dtype
            found.append((np.asarray(x, dtype.base).tobytes(), dtype.base.alignment))
    return found


def _joined(fields: list[tuple[bytes, int]]) -> tuple[bytes, int]:
    """A C struct of these fields, and its alignment."""
    buffer, strictest = bytearray(), 1
    for part, align in fields:
        strictest = max(strictest, align)
        buffer += b"\0" * (-len(buffer) % align) + part
    return bytes(buffer + b"\0" * (-len(buffer) % strictest)), strictest


def _header(data: np.ndarray, type_, gradient, address) -> _Header:
    header = _Header()
    header.data, header.ndim = address(data), type_.ndim
    header.grad = address(gradient) if gradient is not None else None
    for axis in range(type_.ndim):
        header.shape[axis], header.strides[axis] = data.shape[axis], data.strides[axis]
    return header
