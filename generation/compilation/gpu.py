"""Texts compiled for an NVIDIA GPU, loaded and launched there.

CUDA does not outlive a fork: a process that launches must have been started afresh.
"""

from __future__ import annotations

import ctypes
import math
import tempfile
from pathlib import Path

import numpy as np
import warp._src.context as context

from generation.compilation import native
from generation.compilation.ir import KernelIR
from generation.compilation.pinned import BLOCK_DIM, warp


def count() -> int:
    """How many GPUs Warp can use here."""
    return warp().get_cuda_device_count()


class Memory:
    """Arrays on the GPU in place of arrays here."""

    def __init__(self):
        self._copies: dict[int, tuple] = {}

    def address(self, data: np.ndarray) -> int:
        """Where a copy of `data` stands; the same one when asked again."""
        wp = warp()
        if id(data) not in self._copies:
            raw = np.frombuffer(data.tobytes() or b"\0", np.uint8)
            self._copies[id(data)] = data, wp.array(raw, dtype=wp.uint8, device="cuda:0")
        return self._copies[id(data)][1].ptr

    def fetch(self) -> None:
        """Every array here as its copy is now."""
        for data, copy in self._copies.values():
            if data.size:
                data[...] = np.frombuffer(copy.numpy().tobytes(), data.dtype).reshape(data.shape)


class LoadedOnGpu:
    """Some kernels as functions; `entries` has a pair (forward, backward or None) for each.

    A function takes the dimensions of a launch, its `launch_bounds_t` and its parameters, each as bytes, and
    returns when the GPU is done. Raises `CompilationError`; a function raises `RuntimeError`.
    """

    def __init__(self, irs: list[KernelIR]):
        self._device = warp().get_device("cuda:0")
        ptx = native.build(irs, "cuda")
        with tempfile.TemporaryDirectory(prefix="warp-ir-") as directory:
            path = Path(directory, "unit.ptx")
            path.write_bytes(ptx)
            self._module = context.runtime.core.wp_cuda_load_module(self._device.context, str(path).encode())
        if not self._module:
            raise RuntimeError(f"the PTX does not load: {context.runtime.get_error_string()}")
        self.entries = [
            (
                self._function(f"unit_{n}_{ir.kernel_name}_cuda_kernel_forward"),
                self._function(f"unit_{n}_{ir.kernel_name}_cuda_kernel_backward") if ir.backward else None,
            )
            for n, ir in enumerate(irs)
        ]

    def _function(self, name: str):
        core, device = context.runtime.core, self._device
        kernel = core.wp_cuda_get_kernel(device.context, self._module, name.encode())

        def launch(dim: tuple[int, ...], bounds: bytes, parameters: list[bytes]) -> None:
            held = [ctypes.create_string_buffer(data, len(data)) for data in (bounds, *parameters)]
            places = (ctypes.c_void_p * len(held))(*map(ctypes.addressof, held))
            failed = core.wp_cuda_launch_kernel(
                device.context,
                kernel,
                math.prod(dim),
                0,  # blocks: as many as are needed
                BLOCK_DIM["cuda"],
                1,  # the text goes on to further threads with the stride of the grid
                1,  # blocks in a cluster
                0,  # bytes of shared memory
                places,
                device.stream.cuda_stream,
                None,
            )
            if failed:
                raise RuntimeError(f"the launch fails: {context.runtime.get_error_string()}")
            warp().synchronize_device(device)

        return launch
