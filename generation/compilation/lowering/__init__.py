"""From the text of kernels to what compilers make of it: LLVM IR, assembly, PTX, SASS.

    >>> from generation.compilation.lowering import lower
    >>> lower([ir], ["llvm_o2"])[0].texts["llvm_o2"]  # doctest: +SKIP

A text depends on the kernel's own texts and on the pinned toolchain: not on the other kernels of a call, nor
on the process or the machine. A route, a module of this package, has two functions:

    lower(level, irs, below)   for each kernel a dict from part ("forward", "backward") to text; in place of a
                               text stands the CompilationError that tells why there is none. `below` is what
                               the level below gave.
    check(level, texts)        CompilationError where one of a kernel's texts, by part, is none of its
                               language. Texts for CPUs are run instead: see `running`.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from generation.compilation.ir import KernelIR
from generation.compilation.lowering.counts import Counts, count
from generation.compilation.lowering.levels import LANGUAGES, LEVELS, PARTS, Level, column_parts, level_of
from generation.compilation.lowering.tools import check_tools, versions
from generation.errors import CompilationError, OptionError

__all__ = [
    "LANGUAGES",
    "LEVELS",
    "PARTS",
    "Counts",
    "Level",
    "Lowered",
    "at_level",
    "by_level",
    "check",
    "check_tools",
    "column_parts",
    "count",
    "level_of",
    "lower",
    "versions",
]

BATCH = 64  # compilers cost less in batches, and take more memory


class Lowered(NamedTuple):
    """One kernel at some levels, by column."""

    texts: dict[str, str]
    missing: dict[str, str]
    """Why a text that was asked for is not there. Nobody asks for an adjoint's where the kernel has none."""


def lower(irs: Iterable[KernelIR], levels: Sequence[str]) -> list[Lowered]:
    """Kernels of one backend at each of `levels`, names of `LEVELS`.

    OptionError for an unknown level or kernels of several backends, SetupError where a tool is missing.
    """
    irs = list(irs)
    backends = {ir.backend for ir in irs}
    if len(backends) > 1:
        raise OptionError(f"kernels of one backend are needed, got {sorted(backends)}")
    wanted = [level_of(name, backend) for backend in backends for name in levels]
    check_tools(dict.fromkeys(tool for level in wanted for tool in level.tools), "this level")
    return [one for first in range(0, len(irs), BATCH) for one in _batch(irs[first : first + BATCH], wanted)]


def at_level(ir: KernelIR, level: Level) -> KernelIR:
    """The kernel with its texts at a level in place of its own, and without a map of lines. CompilationError
    where there is none."""
    (found,) = lower([ir], [level.name])
    for column, why in found.missing.items():
        raise CompilationError(f"{ir.kernel_name} has no {column}: {why}", "lowering")
    texts = {part: found.texts.get(level.column(part), "") for part in PARTS}
    return ir._replace(**texts, line_map=())


def _batch(irs: list[KernelIR], wanted: list[Level]) -> list[Lowered]:
    made: dict[str, list[dict]] = {}

    def make(level: Level) -> list[dict]:
        if level.name not in made:
            below = make(LEVELS[level.backend][level.below]) if level.below else None
            made[level.name] = _route(level).lower(level, irs, below)
        return made[level.name]

    results = [Lowered({}, {}) for _ in irs]
    for level in wanted:
        for result, found in zip(results, make(level), strict=True):
            for part, text in found.items():
                failed = isinstance(text, CompilationError)
                place = result.missing if failed else result.texts
                place[level.column(part)] = " ".join(str(text).split()) if failed else text
    return results


def check(level: Level, texts: dict[str, str]) -> None:
    """CompilationError where one of a kernel's texts at a level, by part, is none of its language."""
    _route(level).check(level, texts)


def by_level(texts: Mapping[str, str], backend: str) -> dict[str, dict[str, str]]:
    """Texts by column as texts by level and part; other columns and empty ones are left out."""
    found: dict[str, dict[str, str]] = {}
    for column, (level, part) in column_parts(backend).items():
        if texts.get(column):
            found.setdefault(level.name, {})[part] = texts[column]
    return found


def _route(level: Level):
    return importlib.import_module(f"{__name__}.{level.route}")
