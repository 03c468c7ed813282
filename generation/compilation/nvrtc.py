"""The NVRTC that Warp carries, with its headers precompiled once for each way of calling it."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path
from typing import NamedTuple

import warp._src.build as warp_build

from generation.compilation import native
from generation.compilation.emission import prelude
from generation.compilation.pinned import warp


class Compiled(NamedTuple):
    ptx: str | None
    """None where the text is refused."""
    messages: list[str]


def compile_text(text: str, architecture: int) -> Compiled:
    """PTX of a translation unit that begins with Warp's prelude and goes on with a declaration: the headers
    that NVRTC has precompiled are those before the first one."""
    warp()
    with tempfile.TemporaryDirectory(prefix="warp-ir-") as directory:
        source, output = Path(directory, "unit.cu"), Path(directory, "unit.ptx")
        source.write_text(text, encoding="utf-8")
        failures = []
        with native.messages() as messages:
            try:
                warp_build.build_cuda(str(source), architecture, str(output), pch_dir=directory)
            except Exception as error:
                failures.append(str(error))
        if failures or not output.exists():
            return Compiled(None, messages + failures)
        return Compiled(output.read_text(encoding="utf-8").rstrip("\0"), messages)


@functools.cache
def headers(architecture: int, bfloat16: bool = False) -> None:
    """Precompiles Warp's headers, in the memory of this process, where its children find them too."""
    compile_text(prelude("cuda", "bfloat16" * bfloat16) + "namespace {}\n", architecture)
