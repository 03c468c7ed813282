"""ptxas and nvdisasm: where they are, and how they are run."""

from __future__ import annotations

import contextlib
import functools
import resource
import shutil
import subprocess
import sysconfig
import tempfile
from importlib import metadata
from pathlib import Path

from generation.compilation.lowering.batches import refusal
from generation.compilation.lowering.tools import TOOLS
from generation.errors import CompilationError

_SECONDS, _MEMORY = 30, 1 << 32  # for a text that is not trusted


@functools.cache
def find(tool: str) -> str | None:
    """Where a tool is: in the wheel that `TOOLS` names, on the path, or in another wheel of NVIDIA's; else
    None."""
    with contextlib.suppress(metadata.PackageNotFoundError):
        files = metadata.distribution(TOOLS[tool].package).files or ()
        return str(next(file.locate() for file in files if file.stem == tool))
    wheels = Path(sysconfig.get_paths()["purelib"], "nvidia")
    return shutil.which(tool) or next(map(str, sorted(wheels.glob(f"**/bin/{tool}"))), None)


def assembled(ptx: str, architecture: int | str, trusted: bool = True) -> bytes:
    """The cubin of a module of PTX for a compute capability, as 80 or "90a". CompilationError with what ptxas
    says, or `timeout`.

    A text that is not trusted gets little time and memory, and nothing of this process's environment.

    >>> assembled(".version 9.4\\n.target sm_80\\n.address_size 64\\n", 80)[:4]  # doctest: +SKIP
    b'\\x7fELF'
    """
    with tempfile.TemporaryDirectory(prefix="warp-ir-") as directory:
        source, output = Path(directory, "unit.ptx"), Path(directory, "unit.cubin")
        source.write_text(ptx, encoding="utf-8")
        arguments = f"-arch=sm_{architecture}", source.name, "-o", output.name  # places would be told
        _run(directory, "ptxas", *arguments, trusted=trusted)
        return output.read_bytes()


def disassembled(cubin: bytes) -> str:
    """The code sections of a cubin, as nvdisasm prints them."""
    with tempfile.TemporaryDirectory(prefix="warp-ir-") as directory:
        path = Path(directory, "unit.cubin")
        path.write_bytes(cubin)
        return _run(directory, "nvdisasm", "-c", path.name)


def _run(directory: str, tool: str, *arguments: str, trusted: bool = True) -> str:
    bounds = {} if trusted else {"env": {}, "preexec_fn": _limit, "timeout": 2 * _SECONDS}
    try:
        done = subprocess.run(
            [find(tool) or tool, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            cwd=directory,
            **bounds,
        )
    except subprocess.TimeoutExpired:
        raise CompilationError("timeout", "native") from None
    if done.returncode:
        raise refusal([*done.stderr.splitlines(), *done.stdout.splitlines(), f"exit {done.returncode}"])
    return done.stdout


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
