"""The packages that levels need besides Warp, each in the one version that decides bytes."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import metadata
from typing import NamedTuple

from generation.errors import SetupError


class Tool(NamedTuple):
    package: str
    version: str
    extra: str


TOOLS = {
    "llvmlite": Tool("llvmlite", "0.50.0", "llvm"),
    # Of the toolkit that Warp's NVRTC is of.
    "ptxas": Tool("nvidia-cuda-nvcc", "13.4.92", "cuda"),
    "nvdisasm": Tool("nvidia-cuda-nvdisasm", "13.4.92", "cuda"),
}


def check_tools(names: Iterable[str], purpose: str) -> None:
    """SetupError where one of `TOOLS` is missing or of another version; it says what to install."""
    for tool in (TOOLS[name] for name in names):
        try:
            found = metadata.version(tool.package)
        except metadata.PackageNotFoundError:
            found = "none"
        if found != tool.version:
            raise SetupError(
                f"{purpose} needs {tool.package} {tool.version}, found {found}: pip install '.[{tool.extra}]'"
            )


def versions(names: Iterable[str]) -> dict[str, str]:
    return {TOOLS[name].package: TOOLS[name].version for name in names}
