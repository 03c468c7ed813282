"""ptxas and nvdisasm, from the wheels that have them."""

from __future__ import annotations

import functools
import subprocess
import tempfile
from importlib import metadata
from pathlib import Path

from generation.compilation.lowering.batches import refusal
from generation.compilation.lowering.tools import TOOLS


def assembled(ptx: str, architecture: int) -> bytes:
    """The cubin of a module of PTX for a compute capability. CompilationError with what ptxas says.

    >>> assembled(".version 9.4\\n.target sm_80\\n.address_size 64\\n", 80)[:4]  # doctest: +SKIP
    b'\\x7fELF'
    """
    with tempfile.TemporaryDirectory(prefix="warp-ir-") as directory:
        source, output = Path(directory, "unit.ptx"), Path(directory, "unit.cubin")
        source.write_text(ptx, encoding="utf-8")
        _run("ptxas", f"-arch=sm_{architecture}", str(source), "-o", str(output))
        return output.read_bytes()


def disassembled(cubin: bytes) -> str:
    """The code sections of a cubin, as nvdisasm prints them."""
    with tempfile.TemporaryDirectory(prefix="warp-ir-") as directory:
        path = Path(directory, "unit.cubin")
        path.write_bytes(cubin)
        return _run("nvdisasm", "-c", str(path))


def _run(tool: str, *arguments: str) -> str:
    done = subprocess.run([_path(tool), *arguments], capture_output=True, text=True, errors="replace")
    if done.returncode:
        raise refusal([*done.stderr.splitlines(), *done.stdout.splitlines(), f"exit {done.returncode}"])
    return done.stdout


@functools.cache
def _path(tool: str) -> str:
    files = metadata.distribution(TOOLS[tool].package).files or ()
    return str(next(file.locate() for file in files if file.stem == tool))
