"""What the package hands out: one kernel as IR text for one backend."""

from __future__ import annotations

from typing import NamedTuple

BACKENDS = ("cpu", "cuda")


class KernelIR(NamedTuple):
    """One kernel, compiled by Warp for one backend.

    `prelude(backend) + support + forward + backward` is a complete translation unit.
    """

    kernel_name: str
    """The kernel's name in the text; for an overload of a generic kernel, name and type signature."""
    backend: str
    """`"cpu"` (C++) or `"cuda"` (CUDA C++)."""
    forward: str
    """The kernel function."""
    backward: str
    """Its adjoint; empty where the backward pass is off."""
    support: str
    """What both call besides Warp's headers: structs, device functions and their adjoints, and for the
    CPU the kernel's argument struct."""
    line_map: tuple[int, ...]
    """For each line of `forward` the 1-based line of the Python source it came from; 0 for the signature,
    the declarations and the closing braces, which come from no statement.

    A line belongs to the Python line Warp was reading when it wrote it, as in Warp's own line comments: of
    a statement over several lines, to the line of the innermost expression read last; the closing of a
    block, to the last line in it.
    """
