"""Host texts as functions: machine code made of them by LLVM, loaded by Warp, which knows what they call."""

from __future__ import annotations

import ctypes
import functools
import re
from collections.abc import Callable

from generation.compilation import clang
from generation.compilation.emission import prelude
from generation.compilation.ir import KernelIR
from generation.compilation.loading import Library
from generation.compilation.lowering import assembly, host
from generation.compilation.lowering.levels import Level
from generation.compilation.lowering.llvm import drop_unused, machine, parsed
from generation.errors import CompilationError

_AXES = (1, 2, 3, 4)

# A kernel function runs one thread; these run all of a launch, with memory for tiles where it asks for it.
_RUNNERS = "".join(
    f"""
extern "C" void run_{part}_{axes}(
    void (*kernel)(wp::launch_bounds_t<{axes}>, size_t, {types}), wp::tile_shared_storage_t** tiles,
    wp::launch_bounds_t<{axes}>* dim, {parameters})
{{
    wp::tile_shared_storage_t memory;
    if (tiles) *tiles = &memory;
    for (size_t i = 0; i < dim->size; ++i) kernel(*dim, i, {arguments});
}}
"""
    for axes in _AXES
    for part, types, parameters, arguments in (
        ("forward", "void*", "void* args", "args"),
        ("backward", "void*, void*", "void* args, void* adj", "args, adj"),
    )
)


def prepare() -> None:
    """Does once what every process and its children need."""
    _runners()


@functools.cache
def _runners() -> bytes:
    code, messages = clang.compile_text(prelude("cpu") + _RUNNERS)
    if code is None:
        raise CompilationError("\n".join(messages), "native")
    return code


class Runner:
    """Makes functions of texts, for as long as the process lives."""

    def __init__(self):
        self._runners = Library(_runners())

    def entries(
        self, level: Level, ir: KernelIR, texts: dict[str, str], adjoint: bool
    ) -> tuple[Callable, Callable | None]:
        """The functions (forward, backward or None) of a kernel at a level, as `loading.Loaded` has them. The
        backward text is looked at in any case, and turned into code with `adjoint`. CompilationError."""
        (axes,) = set(re.findall(r"launch_bounds_t<(\d)>", ir.forward))
        forward = self._function(level, "forward", ir.kernel_name, axes, texts)
        if "backward" not in texts:
            return forward, None
        if not adjoint and level.language == "llvm":
            parsed(texts["backward"])
            return forward, None
        return forward, self._function(level, "backward", ir.kernel_name, axes, texts)

    def _function(self, level: Level, part: str, name: str, axes: str, texts: dict[str, str]) -> Callable:
        library = Library(_code(level, part, texts))
        kernel = library.address(f"{name}_cpu_kernel_{part}")
        if not kernel:
            raise CompilationError(f"{level.column(part)} does not define {name}_cpu_kernel_{part}", "native")
        run = self._runners.address(f"run_{part}_{axes}")
        tiles = library.address(host.TILES) if host.TILES in texts[part] + texts.get("support", "") else 0
        return functools.partial(_FUNCTIONS[part](run), kernel, tiles)


_FUNCTIONS = {
    part: ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * count)
    for part, count in (("forward", 4), ("backward", 5))
}


def _code(level: Level, part: str, texts: dict[str, str]) -> bytes:
    text = texts[part]
    module = parsed(assembly.as_module(text) if level.language == "x86" else text)
    if "support" in texts:
        module.link_in(parsed(texts["support"]))
        drop_unused(module)
    # The optimiser has done its work: the quickest code generator shows what the text means.
    generator = machine(assembly.TRIPLE, "x86-64", optimisation=0, reloc="pic")
    return generator.emit_object(module)
