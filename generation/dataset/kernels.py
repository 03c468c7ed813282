"""Between the kernels of the compiler and the columns of a row."""

from __future__ import annotations

from collections.abc import Mapping

from generation.compilation import KernelIR


def columns_of(ir: KernelIR, prefix: str = "") -> dict:
    """The texts of a kernel by the names of their columns."""
    return {
        f"{prefix}ir_forward": ir.forward,
        f"{prefix}ir_backward": ir.backward,
        f"{prefix}ir_support": ir.support,
        f"{prefix}line_map": list(ir.line_map),
    }


def kernel_of(row: Mapping, backend: str | None = None) -> KernelIR:
    """The kernel in the columns of a row; that of `backend` where it is the one beside."""
    prefix = "" if backend in (None, row["backend"]) else f"{backend}_"
    texts = (row[f"{prefix}ir_{part}"] or "" for part in ("forward", "backward", "support"))
    return KernelIR(row["kernel_name"], backend or row["backend"], *texts, line_map=())
