"""LLVM IR as LLVM's own pipelines leave it, from that of clang's front end: each text alone."""

from __future__ import annotations

from collections.abc import Sequence

from generation.compilation.ir import KernelIR
from generation.compilation.lowering import device
from generation.compilation.lowering.batches import in_child, in_halves
from generation.compilation.lowering.levels import Level
from generation.compilation.lowering.llvm import llvm, machine, parsed
from generation.compilation.lowering.llvm_text import Module

check = device.check


def lower(level: Level, irs: Sequence[KernelIR], below: Sequence[dict]) -> list[dict]:
    results = [dict(one) for one in below]  # an error stays one
    places = [(n, part) for n, one in enumerate(results) for part in one if isinstance(one[part], str)]

    def optimised(some: Sequence[tuple[int, str]]) -> list[str]:
        names = [f"{irs[n].kernel_name}_cuda_kernel_{part}" for n, part in some]
        return [
            _optimised(below[n][part], name, level.options["optimisation"])
            for (n, part), name in zip(some, names, strict=True)
        ]

    for (n, part), text in zip(places, in_halves(in_child(optimised), places), strict=True):
        results[n][part] = text
    return results


def _optimised(text: str, name: str, optimisation: int) -> str:
    module = parsed(text, apart=True)
    target = machine(device.TRIPLE, device.CPU, device.ISA, optimisation)
    tuning = llvm().create_pipeline_tuning_options(speed_level=optimisation)
    builder = llvm().create_pass_builder(target, tuning)
    builder.getModulePassManager().run(module, builder)
    return Module(str(module)).part({name: name})
