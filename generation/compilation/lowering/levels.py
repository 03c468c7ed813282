"""The levels below the C++ that Warp generates: a table, and what a kernel looks like at one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from generation.compilation.ir import BACKENDS
from generation.errors import OptionError

# The parts of a kernel at a level, and what the name of each is followed by in a column's.
PARTS = {"forward": "", "backward": "_backward", "support": "_support"}


class Level(NamedTuple):
    name: str
    """Also that of its column; the adjoint's is `NAME_backward`."""
    backend: str
    language: str
    """Of its texts: a key of `LANGUAGES`."""
    route: str
    """The module of this package that makes and checks them."""
    options: Mapping = {}
    """Of the route."""
    below: str | None = None
    """The level that it is made from, of the same backend, where that is not the C++."""
    tools: tuple[str, ...] = ()
    """Keys of `tools.TOOLS`: what making the texts needs besides Warp."""
    proof_tools: tuple[str, ...] = ()
    """What proving them needs besides."""
    parts: tuple[str, ...] = ("forward", "backward")

    def column(self, part: str) -> str:
        return self.name + PARTS[part]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.column(part) for part in self.parts)


class Language(NamedTuple):
    lexer: str
    """Its name in Pygments."""
    suffix: str
    """Of files."""


LANGUAGES = {
    "llvm": Language("llvm", "ll"),
    "x86": Language("gas", "s"),
    "ptx": Language("ptx", "ptx"),
    "sass": Language("text", "sass"),
}


def _host(name: str, optimisation: int, *more: str) -> Level:
    """LLVM IR as clang leaves it at -O0, -O2, ...; `more`: parts."""
    options = {"optimisation": optimisation}
    parts = ("forward", "backward", *more)
    return Level(name, "cpu", "llvm", "host", options, proof_tools=("llvmlite",), parts=parts)


def _device(name: str, optimisation: int, **more) -> Level:
    """LLVM IR for GPUs: as clang leaves it at -O0, as its front end does, or optimised from there."""
    options = {"optimisation": optimisation, **more.pop("options", {})}
    return Level(name, "cuda", "llvm", options=options, proof_tools=("llvmlite", "ptxas"), **more)


def _ptx(architecture: int) -> Level:
    """PTX for a compute capability; every later one of its family runs it."""
    options = {"architecture": architecture}
    return Level(f"ptx_sm{architecture}", "cuda", "ptx", "ptx", options, proof_tools=("ptxas",))


def _sass(architecture: int) -> Level:
    """Machine code for a compute capability, assembled from PTX."""
    options = {"architecture": architecture}
    tools = ("ptxas", "nvdisasm")
    return Level(f"sass_sm{architecture}", "cuda", "sass", "sass", options, below="ptx_sm80", tools=tools)


# In the order of columns; a level stands after the one that it is made from.
_TABLE = (
    _host("llvm_o0", 0, "support"),
    _host("llvm_o2", 2),
    _host("llvm_o3", 3),
    Level("asm", "cpu", "x86", "assembly", below="llvm_o2", tools=("llvmlite",)),
    _device("llvm_o0", 0, route="device", parts=("forward", "backward", "support")),
    _device("llvm_front", 2, route="device", options={"flags": "-disable-llvm-passes"}),
    _device("llvm_o2", 2, route="optimised", below="llvm_front", tools=("llvmlite",)),
    _device("llvm_o3", 3, route="optimised", below="llvm_front", tools=("llvmlite",)),
    _ptx(80),
    _ptx(100),
    _sass(80),
    _sass(90),
)
LEVELS: dict[str, dict[str, Level]] = {
    backend: {level.name: level for level in _TABLE if level.backend == backend} for backend in BACKENDS
}
_SHORT = {"llvm": "llvm_o2", "ptx": "ptx_sm80", "sass": "sass_sm80"}


def level_of(name: object, backend: str) -> Level:
    """The level of a name; `"llvm"` is that of -O2. OptionError for any other, with those that there are."""
    known = LEVELS[backend]
    found = known.get(_SHORT.get(name, name)) if isinstance(name, str) else None
    if found is None:
        raise OptionError(f"level={name!r} is not one of {', '.join(known)}, for backend={backend!r}")
    return found


def column_parts(backend: str) -> dict[str, tuple[Level, str]]:
    """The level and the part behind each column of a text."""
    return {level.column(part): (level, part) for level in LEVELS[backend].values() for part in level.parts}
