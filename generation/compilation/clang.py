"""The clang that Warp carries, with its headers precompiled once for each way of calling it."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path
from typing import NamedTuple

import warp._src.build as warp_build

from generation.compilation import native
from generation.compilation.emission import prelude
from generation.compilation.pinned import warp

# No warnings, and every error. Without an architecture, code is for any machine of this kind: no contraction
# into fused operations.
_FLAGS = "-w -ferror-limit 0"


class Mode(NamedTuple):
    """What a precompiled header is good for."""

    optimisation: int = 0
    block_dim: int = 1
    flags: str = ""
    backend: str = "cpu"
    """Whose prelude."""


class Compiled(NamedTuple):
    output: bytes | None
    """None where the text is refused."""
    messages: list[str]


def compile_text(text: str, mode: Mode = Mode(), flags: str = "") -> Compiled:  # noqa: B008
    """What clang makes of a translation unit that begins with Warp's prelude: object code, unless `flags` ask
    for something else."""
    with tempfile.TemporaryDirectory(prefix="warp-ir-") as directory:
        source, output = Path(directory, "unit.cpp"), Path(directory, "unit.o")
        source.write_text(text, encoding="utf-8")
        flags = f"{_FLAGS} {mode.flags} -include-pch {headers(mode)} {flags}"
        messages = _clang(source, output, mode, extra_flags=flags)
        return Compiled(output.read_bytes() if output.exists() else None, messages)


@functools.cache
def headers(mode: Mode = Mode()) -> str:  # noqa: B008
    """Where Warp's headers lie precompiled, for this process and its children; made by the first call.

    Warp throws its own away with the first error of a text. The file has no name, so nothing is left behind.
    """
    warp()
    with tempfile.TemporaryDirectory(prefix="warp-ir-") as directory:
        source, output = Path(directory, "unit.cpp"), Path(directory, "unit.o")
        source.write_text(prelude(mode.backend), encoding="utf-8")
        options = {"use_precompiled_headers": True, "pch_dir": directory, "extra_flags": mode.flags}
        _clang(source, output, mode, **options)
        (made,) = Path(directory).glob("*.pch")
        file = tempfile.TemporaryFile(prefix="warp-ir-")  # noqa: SIM115
        _open.append(file)
        file.write(made.read_bytes())
        file.flush()
    return f"/dev/fd/{file.fileno()}"


_open: list = []  # as long as the process


def _clang(source: Path, output: Path, mode: Mode, **options) -> list[str]:
    """What the compiler says; there is no output where it refuses."""
    failures = []
    with native.messages() as messages:
        try:
            warp_build.build_cpu(
                str(output),
                str(source),
                optimization_level=mode.optimisation,
                block_dim=mode.block_dim,
                **options,
            )
        except Exception as error:
            failures.append(str(error))
            output.unlink(missing_ok=True)
    return messages + failures
