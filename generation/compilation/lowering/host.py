"""LLVM IR for x86-64, as Warp's clang hands it to the code generator.

The kernel function is compiled as it stands in `ir_forward`, for any launch (`wp_linear_contiguous` is false)
and for x86-64 with AVX, which Warp asks for everywhere. At -O0 it calls Warp's functions; their definitions,
the larger part by far, are `support`: linked together they are complete. At higher levels one text has all.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Sequence

from generation.compilation import clang
from generation.compilation.emission import prelude
from generation.compilation.ir import KernelIR
from generation.compilation.lowering.batches import in_child, in_halves, refusal
from generation.compilation.lowering.levels import Level
from generation.compilation.lowering.llvm_text import Module
from generation.errors import CompilationError

# The code generator's input is printed in place of object code: as the head of a file of machine IR.
_STOP = "-mllvm=-stop-before=pre-isel-intrinsic-lowering"
_HEAD, _END = "--- |\n", "\n...\n"
# What clang takes itself for on the usual machine, where its precompiled headers then serve for this too.
_USUAL = (platform.system(), platform.machine()) == ("Linux", "x86_64")
_TARGET = "" if _USUAL else "-triple x86_64-unknown-linux-gnu"

# Where the memory for tiles is, whoever runs the kernel has to say: Warp's own entry points are not here.
_BIND = (
    'extern "C" void _bind(wp::tile_shared_storage_t* tiles) { wp::tile_shared_storage_t::bind(tiles); }\n'
)
TILES = "_ZN2wpL19shared_tile_storageE"

# Kernels of a batch are kept apart by namespaces, whose names are as long as the one that all get in the end:
# so mangled names, which hold the lengths of names, stay what they are.
_SPACE = "kernel"
_WARPS_OWN = re.compile(r"_ZN[KVr]*2wp")


def lower(level: Level, irs: Sequence[KernelIR], below: None = None) -> list[dict]:
    clang.headers(_mode(level))  # once, not in each child
    made = in_halves(in_child(lambda some: _compiled(some, level)), irs)
    return [
        one if isinstance(one, dict) else dict.fromkeys(_parts(ir), one)
        for ir, one in zip(irs, made, strict=True)
    ]


def _parts(ir: KernelIR) -> tuple[str, ...]:
    return ("forward", "backward") if ir.backward else ("forward",)


def _compiled(irs: Sequence[KernelIR], level: Level) -> list[dict]:
    shared = "support" in level.parts
    body = "".join(_units(ir, number, shared) for number, ir in enumerate(irs))
    output, messages = clang.compile_text(prelude("cpu", body) + body + _BIND, _mode(level), _STOP)
    if output is None:
        raise refusal(messages)
    module = Module(from_machine_ir(output.decode()))
    if f"@{TILES}" in module.named:
        module.named[f"@{TILES}"] = module.named[f"@{TILES}"].replace("internal ", "")
    cut = _with_support if shared else _alone
    found = []
    for number, ir in enumerate(irs):
        texts = cut(module, ir, _roots(module, ir, number, shared))
        found.append(
            {part: _in_one_space(text, _space(number, part, shared)) for part, text in texts.items()}
        )
    return found


def _mode(level: Level) -> clang.Mode:
    return clang.Mode(level.options["optimisation"], flags=_TARGET)


def _space(number: int, part: str, shared: bool) -> str:
    """Of a function: one for both of a kernel, or each its own, where the optimiser does not see how often
    the other one calls what both call."""
    return f"_k{2 * number + (part == 'backward' and not shared):04d}"


def _units(ir: KernelIR, number: int, shared: bool) -> str:
    bodies: dict[str, str] = {}
    for part in _parts(ir):
        space = _space(number, part, shared)
        used = f"auto used_{part} = &{_name(ir, part)}<false>;\n"  # a template is compiled where it is used
        bodies[space] = bodies.get(space, ir.support) + getattr(ir, part) + used
    return "".join(f"namespace {space} {{\n{body}}}\n" for space, body in bodies.items())


def _roots(module: Module, ir: KernelIR, number: int, shared: bool) -> dict[str, str]:
    """The mangled names of the functions of a kernel, by part."""
    used = {part: f"_ZN6{_space(number, part, shared)}{5 + len(part)}used_{part}E" for part in _parts(ir)}
    return {part: module.references(name)[0] for part, name in used.items()}


def _alone(module: Module, ir: KernelIR, roots: dict[str, str]) -> dict:
    return {part: module.part({root: _name(ir, part)}) for part, root in roots.items()}


def _with_support(module: Module, ir: KernelIR, roots: dict[str, str]) -> dict:
    """Each function with the source's own, and what they call of Warp's in a module that both share."""
    ends = _WARPS_OWN.match
    texts = {part: module.part({root: _name(ir, part)}, ends) for part, root in roots.items()}
    called = dict.fromkeys(name for root in roots.values() for name in module.reached([root], ends))
    library = {name: name for name in called if name in module.definitions and ends(name)}
    return texts | ({"support": module.part(library)} if library else {})


def _name(ir: KernelIR, part: str) -> str:
    return f"{ir.kernel_name}_cpu_kernel_{part}"


def _in_one_space(text: str, space: str) -> str:
    return text.replace(f"6{space}", f"6{_SPACE}").replace(f"{space}::", f"{_SPACE}::")


def from_machine_ir(text: str) -> str:
    """The module of LLVM IR that stands, indented, at the head of a file of machine IR."""
    if not text.startswith(_HEAD):
        raise CompilationError(f"this is no machine IR: {text[:80]!r}", "native")
    return text[len(_HEAD) : text.index(_END)].replace("\n  ", "\n")
