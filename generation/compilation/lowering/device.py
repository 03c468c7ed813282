"""LLVM IR for NVIDIA GPUs, as Warp's clang writes it from CUDA C++: compiled for sm_80, libdevice linked in.

The clang that Warp carries has its own ideas of the target only up to this point: its optimiser would look at
costs of x86. So only the front end and -O0 are made here; `optimised` goes on from the front end's IR.

At -O0 functions call Warp's; their definitions, the larger part by far, are `support`, as in `host`.
"""

from __future__ import annotations

import functools
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from generation.compilation import clang
from generation.compilation.emission import prelude
from generation.compilation.ir import KernelIR
from generation.compilation.lowering.batches import refusal
from generation.compilation.lowering.host import STOP, from_machine_ir
from generation.compilation.lowering.levels import Level
from generation.compilation.lowering.llvm_text import Module
from generation.compilation.lowering.spaces import cut, each, in_one_space, in_spaces, parts, space
from generation.compilation.pinned import BLOCK_DIM, warp

TRIPLE, CPU, ISA = "nvptx64-nvidia-cuda", "sm_80", "+ptx83"
LAYOUT = "e-p6:32:32-i64:64-i128:128-i256:256-v16:16-v32:32-n16:32:64"
_TARGET = [f'target datalayout = "{LAYOUT}"', f'target triple = "{TRIPLE}"']
# `+64bit` satisfies a check for x86; clang has a built-in of the name that Warp gives to __debugbreak.
_FLAGS = (
    f"-triple {TRIPLE} -target-cpu {CPU} -target-feature {ISA} -target-feature +64bit "
    "-x cuda -fcuda-is-device -D__CUDACC__ -D__debugbreak=wp_debugbreak"
)
# What NVRTC has of its own: functions are for the device if nothing is said, lanes exchange 64 bits too and
# hand values up, and bits are changed atomically.
_INCLUDED = """\
#pragma clang force_cuda_host_device begin
#define _FUNCTION static inline __attribute__((device))
#define _EXCHANGE(name, type, how, place, clamp) \\
    _FUNCTION type name(unsigned mask, type value, place lanes, int width = 32) \\
    { \\
        union { type whole; int words[sizeof(type) / 4]; } bits = { value }; \\
        for (int& word : bits.words) word = how(mask, word, lanes, ((32 - width) << 8) | clamp); \\
        return bits.whole; \\
    }
#define _BITWISE(name, type, how, word) \\
    _FUNCTION type name(type* place, type value) { return how((word*)place, (word)value); }
_EXCHANGE(__shfl_xor_sync, long long, __nvvm_shfl_sync_bfly_i32, int, 0x1f)
_EXCHANGE(__shfl_xor_sync, unsigned long long, __nvvm_shfl_sync_bfly_i32, int, 0x1f)
_EXCHANGE(__shfl_up_sync, int, __nvvm_shfl_sync_up_i32, unsigned, 0)
_EXCHANGE(__shfl_up_sync, unsigned, __nvvm_shfl_sync_up_i32, unsigned, 0)
_EXCHANGE(__shfl_up_sync, float, __nvvm_shfl_sync_up_i32, unsigned, 0)
_BITWISE(atomicAnd, int, __nvvm_atom_and_gen_i, int)
_BITWISE(atomicAnd, unsigned, __nvvm_atom_and_gen_i, int)
_BITWISE(atomicAnd, long long, __nvvm_atom_and_gen_ll, long long)
_BITWISE(atomicAnd, unsigned long long, __nvvm_atom_and_gen_ll, long long)
_BITWISE(atomicOr, int, __nvvm_atom_or_gen_i, int)
_BITWISE(atomicOr, unsigned, __nvvm_atom_or_gen_i, int)
_BITWISE(atomicOr, long long, __nvvm_atom_or_gen_ll, long long)
_BITWISE(atomicOr, unsigned long long, __nvvm_atom_or_gen_ll, long long)
_BITWISE(atomicXor, int, __nvvm_atom_xor_gen_i, int)
_BITWISE(atomicXor, unsigned, __nvvm_atom_xor_gen_i, int)
_BITWISE(atomicXor, long long, __nvvm_atom_xor_gen_ll, long long)
_BITWISE(atomicXor, unsigned long long, __nvvm_atom_xor_gen_ll, long long)
#undef _BITWISE
#undef _EXCHANGE
#undef _FUNCTION
"""
_X86_FEATURE = re.compile(r'(?<=["+,])\+(?:64bit|f16c),|,\+(?:64bit|f16c)(?=")')

_LIBRARY = re.compile(r"_ZN[KVr]*2wp|__nv_|__internal_")


def lower(level: Level, irs: Sequence[KernelIR], below: None = None) -> list[dict]:
    clang.headers(_mode(level))
    return each(irs, lambda some: _compiled(some, level))


def _mode(level: Level) -> clang.Mode:
    flags = f"{_FLAGS} -include {_included()}"
    return clang.Mode(level.options["optimisation"], BLOCK_DIM["cuda"], flags, "cuda")


@functools.cache
def _included() -> str:
    """Where that stands. The file has no name, so nothing is left behind."""
    _open.append(tempfile.TemporaryFile("w", prefix="warp-ir-"))  # noqa: SIM115
    _open[0].write(_INCLUDED)
    _open[0].flush()
    return f"/dev/fd/{_open[0].fileno()}"


_open: list = []  # as long as the process


def _compiled(irs: Sequence[KernelIR], level: Level) -> list[dict]:
    shared = "support" in level.parts
    body = "".join(_unit(ir, number, shared) for number, ir in enumerate(irs))
    libdevice = Path(warp().__file__).parent / "native/libdevice/libdevice.10.bc"
    flags = f"{STOP} -mlink-builtin-bitcode {libdevice} {level.options.get('flags', '')}"
    output, messages = clang.compile_text(prelude("cuda", body) + body, _mode(level), flags)
    if output is None:
        raise refusal(messages)
    module = Module(from_machine_ir(output.decode()))
    module.target = _TARGET
    module.named = {name: _X86_FEATURE.sub("", text) for name, text in module.named.items()}
    return [_cut(module, ir, number, shared) for number, ir in enumerate(irs)]


def _unit(ir: KernelIR, number: int, shared: bool) -> str:
    macros = {_name(ir, part): _entry(number, part) for part in parts(ir)}
    before = "".join(f"#define {name} {entry}\n" for name, entry in macros.items())
    after = "".join(f"#undef {name}\n" for name in macros)
    return before + in_spaces(ir, number, shared) + after


def _name(ir: KernelIR, part: str) -> str:
    return f"{ir.kernel_name}_cuda_kernel_{part}"


def _entry(number: int, part: str) -> str:
    """Entry points have C linkage, which no namespace keeps apart."""
    return f"_entry{number:04d}_{part}"


def _cut(module: Module, ir: KernelIR, number: int, shared: bool) -> dict:
    roots = {part: (_entry(number, part), _name(ir, part)) for part in parts(ir)}
    texts = cut(module, roots, _LIBRARY.match if shared else None)
    return {part: _own_names(text, ir, number, space(number, part, shared)) for part, text in texts.items()}


def _own_names(text: str, ir: KernelIR, number: int, own: str) -> str:
    """Without what tells kernels of a batch apart: mangled names hold those of name spaces and functions."""
    text = in_one_space(text, own)
    for part in parts(ir):
        entry, name = _entry(number, part), _name(ir, part)
        text = text.replace(f"{len(entry)}{entry}", f"{len(name)}{name}").replace(entry, name)
    return text


def check(level: Level, texts: dict[str, str]) -> None:
    """The text verifies, and LLVM's code generator for these GPUs makes PTX of it that assembles."""
    from generation.compilation.lowering import cuda_tools
    from generation.compilation.lowering.llvm import machine, parsed

    for part in ("forward", "backward"):
        if part in texts:
            module = parsed(texts[part])
            if "support" in texts:
                module.link_in(parsed(texts["support"]))
            ptx = machine(TRIPLE, CPU, ISA).emit_assembly(module)
            cuda_tools.assembled(ptx, 80)
