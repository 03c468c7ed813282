"""From one kernel in memory to its `KernelIR`s: Warp writes, its own functions keep the parts apart.

Each part comes from the call that produced it; no text is searched. What is inserted into Warp's templates
is one character that generated code cannot contain, at the borders of the parts.
"""

from __future__ import annotations

import re
from contextlib import contextmanager

import warp._src.codegen as codegen
import warp._src.types as warp_types

from generation.compilation import memoisation
from generation.compilation.ir import KernelIR
from generation.compilation.pinned import BLOCK_DIM, build_options
from generation.compilation.recording import Builder

# Warp escapes string constants and the comments that could quote a source are off.
_BORDER = "\x01"

_NO_BFLOAT16 = "#define WP_NO_BFLOAT16\n"
_HEADERS = {"cpu": "cpu_module_header", "cuda": "cuda_module_header"}

_KERNEL_TEMPLATES = (
    "cpu_kernel_template_",
    "cuda_kernel_template_",
    "cuda_external_constant_params_kernel_template_",
)
_FUNCTION_TEMPLATES = (
    "cpu_forward_function_template",
    "cpu_reverse_function_template",
    "cuda_forward_function_template",
    "cuda_reverse_function_template",
)


def _bordered_templates() -> dict[str, str]:
    """Warp's templates with borders around the kernel's parts and without the `// file:line` of functions."""
    templates = {}
    for name, text in vars(codegen).items():
        if name.startswith(_KERNEL_TEMPLATES) and isinstance(text, str):
            templates[name] = _BORDER + text.replace("{forward_body}", "{forward_body}" + _BORDER)
    for name in _FUNCTION_TEMPLATES:
        templates[name] = getattr(codegen, name).replace("// {filename}:{lineno}\n", "")
    return templates


def _nothing(*args, **kwargs) -> str:
    return ""


_TEMPLATES = _bordered_templates()
# Its warnings are for those who launch: that no gradient flows through wp.grad(), for one.
_SILENT = {"log_warning": _nothing}
# Asked for a module, Warp then writes only what stands between its header and the kernel.
_SUPPORT_ONLY = dict.fromkeys((*_HEADERS.values(), "codegen_cast_macros"), "") | {
    "codegen_kernel": _nothing,
    "codegen_module": _nothing,
}
_codegen_kernel = codegen.codegen_kernel


@contextmanager
def _emission_patches():
    """Templates and accelerated helpers in place; Warp as it was afterwards."""
    names = vars(codegen)
    patches = _TEMPLATES | _SUPPORT_ONLY | _SILENT
    before = {name: names[name] for name in patches}
    names.update(patches)
    try:
        with memoisation.applied():
            yield
    finally:
        names.update(before)


def prelude(backend: str, text: str = "") -> str:
    """What Warp puts before a module's code for `backend`; `text` is that code (it may need bfloat16)."""
    header = getattr(codegen, _HEADERS[backend]).format(block_dim=BLOCK_DIM[backend])
    return ("" if "bfloat16" in text else _NO_BFLOAT16) + header + codegen.codegen_cast_macros


def concrete(kernels) -> list[tuple[object, str]]:
    """Each kernel with its name in the text; a generic one is there once for each of its overloads."""
    found = []
    for kernel in kernels:
        if kernel.is_generic:
            for signature, overload in kernel.overloads.items():
                found.append((overload, f"{kernel.key}_{re.sub('[^0-9a-zA-Z_]+', '_', signature)}"))
        else:
            found.append((kernel, kernel.key))
    return found


def emit(kernel, name: str, backends, *, enable_backward: bool, first_line: int, preserve: bool = False):
    """Build `kernel` and write it for each backend.

    `first_line` is the line of the source on which the kernel's function begins, decorators included, or 0
    if its lines cannot be told. With `preserve` the kernel and its functions come back unchanged.
    Returns `(texts by backend, functions that were built)`.
    """
    kernel_before = dict(vars(kernel))
    if not enable_backward:
        kernel.options = kernel.options | {"enable_backward": False}
    builder = None
    texts = {}
    try:
        with _emission_patches():
            for backend in backends:
                options = build_options(kernel.module, backend)
                if builder is None or builder.uses_tiles():
                    if builder is not None:
                        builder.release()
                    builder = _build(kernel, options, preserve)
                builder.options = options
                kernel._mangled_name = name  # Warp's own would add the content hash, and no signature
                texts[backend] = _write(builder, kernel, name, backend, first_line)
    finally:
        if builder is not None:
            builder.release()
        vars(kernel).clear()
        vars(kernel).update(kernel_before)
    return texts, tuple(builder.functions)


def _build(kernel, options: dict, preserve: bool) -> Builder:
    def prepare(kernel):
        # Warp's hasher, which is not needed otherwise, would do these three.
        memoisation.find_kernel_dim(kernel.adj)
        for kind in kernel.adj.arg_types.values():
            warp_types.get_type_code(kind)
        kernel.grid_stride = codegen.resolve_grid_stride(kernel.options, options["default_grid_stride"])

    return Builder(kernel, options, memoisation.adjoint_classes(), prepare, preserve)


def _write(builder: Builder, kernel, name: str, backend: str, first_line: int) -> KernelIR:
    support = builder.codegen(backend).removeprefix(_NO_BFLOAT16)
    arguments, head, tail, *adjoint = _codegen_kernel(kernel, backend, builder.options).split(_BORDER)
    lines = []
    line = None
    for statement in kernel.adj.blocks[0].body_forward:
        line = getattr(statement, "line", line)  # a loop closed by hand belongs to the line before it
        lines.append(first_line + line if first_line else 0)
        if "\n" in statement:
            lines.extend(lines[-1:] * statement.count("\n"))
    before = head.lstrip("\n").count("\n") - len(lines)
    after = tail.rstrip("\n").count("\n") + 1
    return KernelIR(
        kernel_name=name,
        backend=backend,
        forward=_trimmed(head + tail),
        backward=_trimmed("".join(adjoint)),
        support=_trimmed(support + arguments),
        line_map=(*(0,) * before, *lines, *(0,) * after),
    )


def _trimmed(text: str) -> str:
    """Without blank lines around it, and with one newline at the end if there is anything."""
    text = text.strip("\n")
    return text + "\n" if text else ""
