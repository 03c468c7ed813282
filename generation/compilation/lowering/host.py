"""LLVM IR for x86-64, as Warp's clang hands it to the code generator.

The kernel function is compiled as it stands in `ir_forward`, for any launch (`wp_linear_contiguous` is false)
and for x86-64 with AVX, which Warp asks for everywhere. At -O0 it calls Warp's functions; their definitions,
the larger part by far, are `support`: linked together they are complete. At higher levels one text has all.
"""

from __future__ import annotations

import functools
import platform
import re
from collections.abc import Sequence

from generation.compilation import clang
from generation.compilation.emission import prelude
from generation.compilation.ir import KernelIR
from generation.compilation.lowering.batches import refusal
from generation.compilation.lowering.levels import Level
from generation.compilation.lowering.llvm_text import Module
from generation.compilation.lowering.spaces import cut, each, in_one_space, in_spaces, parts, space
from generation.errors import CompilationError

# The code generator's input is printed in place of object code: as the head of a file of machine IR.
STOP = "-mllvm=-stop-before=pre-isel-intrinsic-lowering"
_HEAD, _END = "--- |\n", "\n...\n"
# What clang takes itself for on the usual machine, where its precompiled headers then serve for this too.
_USUAL = (platform.system(), platform.machine()) == ("Linux", "x86_64")
_TARGET = "" if _USUAL else "-triple x86_64-unknown-linux-gnu"

# Where the memory for tiles is, whoever runs the kernel has to say: Warp's own entry points are not here.
_BIND = (
    'extern "C" void _bind(wp::tile_shared_storage_t* tiles) { wp::tile_shared_storage_t::bind(tiles); }\n'
)
TILES = "_ZN2wpL19shared_tile_storageE"

_WARPS_OWN = re.compile(r"_ZN[KVr]*2wp")


def lower(level: Level, irs: Sequence[KernelIR], below: None = None) -> list[dict]:
    clang.headers(_mode(level))  # once, not in each child
    return each(irs, lambda some: _compiled(some, level))


def _compiled(irs: Sequence[KernelIR], level: Level) -> list[dict]:
    shared = "support" in level.parts
    body = "".join(
        in_spaces(ir, number, shared, functools.partial(_use, ir)) for number, ir in enumerate(irs)
    )
    output, messages = clang.compile_text(prelude("cpu", body) + body + _BIND, _mode(level), STOP)
    if output is None:
        raise refusal(messages)
    module = Module(from_machine_ir(output.decode()))
    if f"@{TILES}" in module.named:
        module.named[f"@{TILES}"] = module.named[f"@{TILES}"].replace("internal ", "")
    found = []
    for number, ir in enumerate(irs):
        texts = cut(module, _roots(module, ir, number, shared), _WARPS_OWN.match if shared else None)
        found.append({part: in_one_space(text, space(number, part, shared)) for part, text in texts.items()})
    return found


def _mode(level: Level) -> clang.Mode:
    return clang.Mode(level.options["optimisation"], flags=_TARGET)


def _use(ir: KernelIR, part: str) -> str:
    """A template is compiled where it is used."""
    return f"auto used_{part} = &{_name(ir, part)}<false>;\n"


def _roots(module: Module, ir: KernelIR, number: int, shared: bool) -> dict[str, tuple[str, str]]:
    """The mangled names of the functions of a kernel, by part, and their own."""
    used = {part: f"_ZN6{space(number, part, shared)}{5 + len(part)}used_{part}E" for part in parts(ir)}
    return {part: (module.references(name)[0], _name(ir, part)) for part, name in used.items()}


def _name(ir: KernelIR, part: str) -> str:
    return f"{ir.kernel_name}_cpu_kernel_{part}"


def from_machine_ir(text: str) -> str:
    """The module of LLVM IR that stands, indented, at the head of a file of machine IR."""
    if not text.startswith(_HEAD):
        raise CompilationError(f"this is no machine IR: {text[:80]!r}", "native")
    return text[len(_HEAD) : text.index(_END)].replace("\n  ", "\n")
