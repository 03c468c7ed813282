"""Python source to IR text: the only package that touches Warp's private interface.

A source is any text that Warp accepts: structs, device functions, one kernel or several. Its text is
canonical: it depends on the source and on the pinned toolchain, and not on the process, what ran before in
it, what else is compiled with it, or where the source came from. It quotes no Python.

    >>> from generation.compilation import compile_source
    >>> source = '''import warp as wp
    ... @wp.kernel
    ... def scale(values: wp.array(dtype=float), factor: float):
    ...     i = wp.tid()
    ...     values[i] = factor * values[i]
    ... '''
    >>> scale = compile_source(source, backends=("cpu", "cuda"))[0]
    >>> scale["cuda"].forward.splitlines()[0]
    'extern "C" __global__ void scale_cuda_kernel_forward('

Warp is imported with the first call. A call holds Warp's code generation lock and is meant to come from one
thread of a process; a worker that makes many does well to call `gc.freeze()` once after the first.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

from generation.compilation.ir import BACKENDS, KernelIR
from generation.compilation.lowering import at_level, level_of
from generation.compilation.pinned import toolchain, warp
from generation.errors import CompilationError, OptionError

__all__ = [
    "BACKENDS",
    "CompilationError",
    "KernelIR",
    "build_native",
    "builtins",
    "compile_source",
    "extract",
    "native_names",
    "on_one_thread",
    "prelude",
    "resolved",
    "toolchain",
]


def compile_source(
    source: str, backends: Iterable[str] = ("cpu",), *, enable_backward: bool = True
) -> list[dict[str, KernelIR]]:
    """Every kernel of `source`, in order of definition, as `{backend: KernelIR}`.

    A generic kernel is there once for each of its overloads (`wp.overload`), and not at all without one. With
    `enable_backward=False` no kernel has a `backward`; otherwise those have one for which Warp makes one.

    Raises `CompilationError` if the source, or Warp on its behalf, raises anything; its `reason` says where:
    `syntax` (not Python), `source` (running it, decorators included), `codegen` (building a kernel),
    `recursion`, `size` (unrolled beyond measure). Raises `SetupError` without the pinned Warp, `OptionError`
    for an unknown backend. Leaves nothing behind in either case.
    """
    chosen = _checked(backends)
    return _started().compile_unit(source, chosen, enable_backward)


def builtins() -> dict[str, tuple[str, ...]]:
    """Every built-in of Warp's kernel language, internal ones too, with the signatures of its overloads.

    >>> sorted(builtins())[:2]  # doctest: +SKIP
    ['abs', 'acos']
    """
    _started()
    from generation.compilation import registry

    return registry.builtins()


@functools.cache
def native_names() -> frozenset[str]:
    """Every name that generated C++ and CUDA C++ may have behind `wp::`."""
    _started()
    from generation.compilation import registry

    return registry.native_names()


def resolved(source: str) -> frozenset[tuple[str, int]]:
    """The built-ins behind a source text, each with the position of the overload that Warp chose.

    Those that code generation inserts for loads, stores and operators are among them.
    """
    _started()
    from generation.compilation import registry

    return registry.resolved(source)


def extract(
    kernel_or_source,
    backend: str = "cpu",
    *,
    kernel: str | None = None,
    enable_backward: bool = True,
    level: str | None = None,
) -> KernelIR:
    """One kernel for one backend, from a source text or from a `wp.Kernel` in memory.

    With a `level`, one of `lowering.LEVELS` as "llvm_o2" or "asm", its texts are those of that level.

    `kernel` names one where there are several: kernels of a text, or overloads of a generic kernel. The
    kernel in memory, its functions and its module stay as they are. The text is the one its source would
    give, its device functions numbered from those that are still alive; the lines of `line_map` are those
    of the kernel's own source as `inspect.getsource` gives it, decorators included.

    Raises `CompilationError` as `compile_source` does, and with the reason `kernel` if there is none or the
    choice is not clear; the message names the choices. `OptionError` for an unknown level, `SetupError` where
    one needs a package that is missing.

    >>> extract(my_kernel, "cuda").backward  # doctest: +SKIP
    >>> extract(my_kernel, level="asm").forward  # doctest: +SKIP
    """
    (chosen,) = _checked((backend,))
    wanted = level_of(level, chosen) if level is not None else None
    ir = _started().extract_one(kernel_or_source, chosen, kernel, enable_backward)
    return ir if wanted is None else at_level(ir, wanted)


def prelude(backend: str, text: str = "") -> str:
    """What Warp puts before the code of a module, so that `prelude + support + forward + backward` compiles.

    It includes Warp's `builtin.h`, found in the `native` directory of the installed package. `text` is the
    code that will follow: where it uses bfloat16, the define that leaves bfloat16 out must not be there.
    """
    (chosen,) = _checked((backend,))
    _started()
    from generation.compilation import emission

    return emission.prelude(chosen, text)


def build_native(irs: KernelIR | Iterable[KernelIR], backend: str | None = None, **options) -> bytes:
    """Compile texts again with Warp's own compiler; returns the object code (cpu) or the PTX (cuda).

    Several kernels go into one translation unit, where they cannot clash, and share the cost of the headers.
    Neither backend needs a GPU or a driver. See `native.build` for the options.

    Raises `CompilationError` with the reason `native` and the compiler's first messages.
    """
    if backend is not None:
        _checked((backend,))
    _started()
    from generation.compilation import native

    return native.build([irs] if isinstance(irs, KernelIR) else list(irs), backend, **options)


def on_one_thread(ir: KernelIR) -> KernelIR | None:
    """The text as it can be run on the CPU, where a block has one thread; None where it cannot be."""
    _started()
    from generation.compilation import loading

    return loading.on_one_thread(ir)


def _checked(backends) -> tuple[str, ...]:
    chosen = tuple(backends)
    unknown = [backend for backend in chosen if backend not in BACKENDS]
    if unknown or not chosen:
        raise OptionError(f"backends must be some of {BACKENDS}, got {chosen!r}")
    return chosen


@functools.cache
def _started():
    """The modules that need Warp, loaded with the first call."""
    warp()
    from generation.compilation import extraction

    return extraction
