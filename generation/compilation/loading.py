"""Texts of either backend compiled for this machine and loaded into this process.

CUDA C++ runs here too: a block of one thread in a grid of one, on Warp's headers for the host. What is loaded
may crash or hang; whoever calls it does so in a process of its own.
"""

from __future__ import annotations

import ctypes
import itertools
import re
import tempfile
from pathlib import Path

import warp._src.build as warp_build
import warp._src.context as context

from generation.compilation import native
from generation.compilation.emission import prelude
from generation.compilation.ir import KernelIR
from generation.compilation.pinned import BLOCK_DIM, warp
from generation.errors import CompilationError

# No warnings, and code for any machine of this kind: no contraction into fused operations.
_FLAGS = "-w"
_MESSAGE_LINES = 12
_handles = itertools.count()

_GRID = """\
#define __global__
struct wp_dim { size_t x, y, z; };
static constexpr wp_dim blockDim = {1, 1, 1}, gridDim = {1, 1, 1};
static constexpr wp_dim blockIdx = {0, 0, 0}, threadIdx = {0, 0, 0};
#undef builtin_tid1d
#undef builtin_tid2d
#undef builtin_tid3d
#undef builtin_tid4d
#define builtin_tid1d() wp::tid(_idx, dim)
#define builtin_tid2d(x, y) wp::tid(x, y, _idx, dim)
#define builtin_tid3d(x, y, z) wp::tid(x, y, z, _idx, dim)
#define builtin_tid4d(x, y, z, w) wp::tid(x, y, z, w, _idx, dim)
#define WP_CLUSTER_DIMS(x, y, z)
#define WP_MAXNREG(n)
#define WP_ENABLE_SMEM_SPILLING()
"""
_PARAMETER = re.compile(r"^    (.+) (?:var|adj)_(\w+?)[,)]+$", re.MULTILINE)


def prepare() -> None:
    """Make the place for precompiled headers, so that child processes share it."""
    warp()
    context.runtime.get_clang_pch_dir()


class Loaded:
    """Some kernels of one backend as functions; `entries` has a pair (forward, backward or None) for each.

    A forward function takes the addresses of a `wp::launch_bounds_t` and of the kernel's arguments, packed as
    a C struct in their order; a backward one in addition that of the adjoint arguments.
    Raises `CompilationError`.
    """

    def __init__(self, irs: list[KernelIR], optimisation: int = 0):
        warp()
        self._llvm = context.runtime.llvm
        self._handle = f"unit_{next(_handles)}".encode()
        with tempfile.TemporaryDirectory(prefix="warp-ir-") as directory:
            output = Path(directory, "unit.o")
            _compile(text_of(irs), Path(directory, "unit.cpp"), output, optimisation)
            if self._llvm.wp_load_obj(str(output).encode(), self._handle, False) != 0:
                raise CompilationError("the object code does not load", "native")
        self.entries = [
            (
                self._function(f"unit_{n}_forward", 2),
                self._function(f"unit_{n}_backward", 3) if ir.backward else None,
            )
            for n, ir in enumerate(irs)
        ]

    def _function(self, name: str, count: int):
        address = self._llvm.wp_lookup(self._handle, name.encode())
        return ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * count)(address)

    def close(self) -> None:
        self._llvm.wp_unload_obj(self._handle)


def _compile(text: str, source: Path, output: Path, optimisation: int) -> None:
    source.write_text(text, encoding="utf-8")
    failure = None
    with native.messages() as messages:
        try:
            warp_build.build_cpu(
                str(output),
                str(source),
                extra_flags=_FLAGS,
                optimization_level=optimisation,
                use_precompiled_headers=True,
                pch_dir=context.runtime.get_clang_pch_dir(),
                block_dim=BLOCK_DIM["cpu"],
            )
        except Exception as error:
            failure = str(error)
    if failure is not None or not output.exists():
        telling = [line for line in messages if "error" in line] or messages
        raise CompilationError("\n".join(telling[:_MESSAGE_LINES]) or failure or "no output", "native")


def text_of(irs: list[KernelIR]) -> str:
    """All kernels in one text, each in a namespace of its own, with entry points that run every thread."""
    (backend,) = {ir.backend for ir in irs}
    body = "\n".join(_unit(ir, number) for number, ir in enumerate(irs))
    return prelude("cpu", body) + (_GRID if backend == "cuda" else "") + body


def _unit(ir: KernelIR, number: int) -> str:
    (axes,) = set(re.findall(r"launch_bounds_t<(\d)>", ir.forward))
    make = _host_entries if ir.backend == "cpu" else _device_entries
    before, entries, after = make(ir, f"unit_{number}", axes)
    return f"{before}namespace unit_{number} {{\n{ir.support}{ir.forward}{ir.backward}{entries}}}\n{after}"


_STORAGE = "wp::tile_shared_storage_t tile_mem; wp::shared_tile_storage = &tile_mem;"


def _host_entries(ir: KernelIR, space: str, axes: str):
    name, loop = ir.kernel_name, "for (size_t i = 0; i < dim->size; ++i)"
    entries = (
        f'extern "C" void {space}_forward(wp::launch_bounds_t<{axes}>* dim, wp_args_{name}* args)\n'
        f"{{ {_STORAGE} {loop} {name}_cpu_kernel_forward<false>(*dim, i, args); }}\n"
    )
    if ir.backward:
        entries += (
            f'extern "C" void {space}_backward'
            f"(wp::launch_bounds_t<{axes}>* dim, wp_args_{name}* args, wp_args_{name}* adj)\n"
            f"{{ {_STORAGE} {loop} {name}_cpu_kernel_backward<false>(*dim, i, args, adj); }}\n"
        )
    return "", entries, ""


def _device_entries(ir: KernelIR, space: str, axes: str):
    name = ir.kernel_name
    head = ir.forward[: ir.forward.index("\n{")]
    parameters = [
        (kind, field) for kind, field in _PARAMETER.findall(head) if not kind.startswith("wp::launch_bounds")
    ]
    fields = "".join(f"    {kind} {field};\n" for kind, field in parameters)
    passed = "".join(f", args->{field}" for _, field in parameters)
    adjoints = "".join(f", adj->{field}" for _, field in parameters)
    entries = (
        f"struct wp_args_{name} {{\n{fields}}};\n"
        f'extern "C" void {space}_forward(wp::launch_bounds_t<{axes}>* dim, wp_args_{name}* args)\n'
        f"{{ {name}_cuda_kernel_forward(*dim{passed}); }}\n"
    )
    if ir.backward:
        entries += (
            f'extern "C" void {space}_backward'
            f"(wp::launch_bounds_t<{axes}>* dim, wp_args_{name}* args, wp_args_{name}* adj)\n"
            f"{{ {name}_cuda_kernel_backward(*dim{passed}{adjoints}); }}\n"
        )
    # Entry points have C linkage, which no namespace keeps apart.
    names = [f"{name}_cuda_kernel_{way}" for way in ("forward", "backward")]
    before = "".join(f"#define {entry} {space}_{entry}\n" for entry in names)
    return before, entries, "".join(f"#undef {entry}\n" for entry in names)
