"""From text back to machine code, with the compilers that Warp carries: clang for C++, NVRTC for CUDA."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import warp._src.build as warp_build
import warp._src.context as context

from generation.compilation.emission import prelude
from generation.compilation.ir import KernelIR
from generation.compilation.pinned import BLOCK_DIM, warp
from generation.errors import CompilationError, OptionError

PTX_ARCHITECTURE = 80  # a virtual architecture; any later GPU runs it
_MESSAGE_LINES = 12
# What NVRTC has precompiled is all that stands before the first declaration: no macro of a kernel.
_FIRST = "namespace {}\n"


def build(
    irs: list[KernelIR], backend: str | None = None, *, optimisation: int = 0, architecture: int | None = None
):
    """Compile the texts as one translation unit.

    `optimisation` is the compiler's level (0 to 3); `architecture` the compute capability for CUDA, as 80
    or 90. Returns object code or PTX as bytes; raises `CompilationError`.
    """
    backends = {ir.backend for ir in irs} | ({backend} if backend else set())
    if len(backends) != 1:
        raise OptionError(f"kernels of one backend are needed, got {sorted(backends) or 'none'}")
    (backend,) = backends
    warp()
    with tempfile.TemporaryDirectory(prefix="warp-ir-") as directory:
        source = Path(directory, "unit.cpp" if backend == "cpu" else "unit.cu")
        output = Path(directory, "unit.o" if backend == "cpu" else "unit.ptx")
        source.write_text(translation_unit(irs, backend), encoding="utf-8")
        failure = None
        with messages() as lines:
            try:
                if backend == "cpu":
                    _clang(source, output, optimisation)
                else:
                    _nvrtc(source, output, optimisation, architecture or PTX_ARCHITECTURE)
            except Exception as error:
                failure = str(error)
        if failure is not None or not output.exists():
            names = ", ".join(ir.kernel_name for ir in irs)
            text = "\n".join(_telling(lines)[:_MESSAGE_LINES]) or failure or "no output"
            raise CompilationError(f"{names} does not compile for {backend}: {text}", "native")
        return output.read_bytes()


def translation_unit(irs: list[KernelIR], backend: str) -> str:
    """All kernels in one text: each in a namespace of its own, with its entry point under its own name."""
    texts = [_enclosed(ir, f"unit_{number}") for number, ir in enumerate(irs)]
    body = "\n".join(texts)
    return prelude(backend, body) + _FIRST + body


def _enclosed(ir: KernelIR, space: str) -> str:
    name = ir.kernel_name
    if ir.backend == "cuda":
        # Entry points have C linkage, which no namespace keeps apart.
        entries = [f"{name}_cuda_kernel_{way}" for way in ("forward", "backward")] + [name]
        before = "".join(f"#define {entry} {space}_{entry}\n" for entry in entries)
        uses, after = "", "".join(f"#undef {entry}\n" for entry in entries)
    else:
        # They are templates, which are compiled where somebody uses them.
        entries = [f"{name}_cpu_kernel_forward"] + [f"{name}_cpu_kernel_backward"] * bool(ir.backward)
        uses = "".join(
            f"auto use_{number} = &{entry}<{linear}>;\n"
            for number, (entry, linear) in enumerate((e, flag) for e in entries for flag in ("true", "false"))
        )
        before = after = ""
    return f"{before}namespace {space} {{\n{ir.support}{ir.forward}{ir.backward}{uses}}}\n{after}"


def _clang(source: Path, output: Path, optimisation: int) -> None:
    warp_build.build_cpu(
        str(output),
        str(source),
        optimization_level=optimisation,
        use_precompiled_headers=True,
        pch_dir=context.runtime.get_clang_pch_dir(),
        block_dim=BLOCK_DIM["cpu"],
    )


def _nvrtc(source: Path, output: Path, optimisation: int, architecture: int) -> None:
    warp_build.build_cuda(
        str(source),
        architecture,
        str(output),
        optimization_level=optimisation or 1,  # level 0 is unsafe with recent NVRTC, says Warp
        pch_dir=context.runtime.get_nvrtc_pch_dir(),
    )


@contextmanager
def messages():
    """The lines that native code writes to the standard streams; the list is filled when the block ends."""
    lines: list[str] = []
    sys.stdout.flush()
    sys.stderr.flush()
    saved = os.dup(1), os.dup(2)
    with tempfile.TemporaryFile() as sink:
        try:
            os.dup2(sink.fileno(), 1)
            os.dup2(sink.fileno(), 2)
            yield lines
        finally:
            for stream, copy in zip((1, 2), saved, strict=True):
                os.dup2(copy, stream)
                os.close(copy)
            sink.seek(0)
            lines += sink.read().decode("utf-8", "replace").splitlines()


def _telling(lines: list[str]) -> list[str]:
    errors = [line for line in lines if "error" in line]
    return errors or [line for line in lines if line.strip()]
