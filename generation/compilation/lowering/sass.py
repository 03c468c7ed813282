"""SASS, the machine code of NVIDIA's GPUs: what ptxas makes of the PTX for sm_80, as nvdisasm prints it.

Both tools cost much when they start, so kernels go through them together. ptxas compiles entry points apart
from each other; modules with variables or functions of their own, which the others' would shift, go alone.

A text keeps the addresses, which instructions that put together return addresses refer to. Labels and
ptxas's own subroutines are numbered in order of first use; directives and the padding at the end are left
out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from generation.compilation.ir import KernelIR
from generation.compilation.lowering import cuda_tools
from generation.compilation.lowering.batches import in_halves
from generation.compilation.lowering.levels import Level
from generation.errors import CompilationError

_ENTRY = re.compile(r"^\.visible \.entry ([\w$]+)\(", re.MULTILINE)
# What stands before an entry point that kernels may share: the head of a module, and shared memory.
_COMMON = re.compile(r"(?:\.(?:version|target|address_size|shared|extern \.shared) .*\n|\n)*")

_SECTION = re.compile(r"^\t\.section\t\.text\.([\w$]+),.*\n((?:(?!\t\.section\t).*\n)*)", re.MULTILINE)
_LINE = re.compile(r"^ +(/\*[0-9a-f]{4,}\*/) +(.*?) *;|^([.$\w]+:)$", re.MULTILINE)
_LABEL = re.compile(r"[.$\w]+:")
_USED = re.compile(r"`\(([.$\w]+)\)")
_PADDING = re.compile(r"(?:/\*[0-9a-f]+\*/ NOP ;\n|\.L_x_\d+:\n)+\Z")
_ORDINAL = re.compile(r"\.L_x_\d+|\$__internal_\d+(?=_)")
# An instruction as it stands in a text: its address, perhaps a predicate, a name with modifiers, operands.
_INSTRUCTION = re.compile(r"/\*[0-9a-f]{4,}\*/ (?:@!?U?P[T\d]+ )?[A-Z][A-Z0-9_]*(?:\.\w+)*(?: [^;]+)? ;")


def lower(level: Level, irs: Sequence[KernelIR], below: Sequence[dict]) -> list[dict]:
    results = [dict(one) for one in below]  # an error stays one
    batches: dict[object, list[tuple[dict, str]]] = {}
    for one in results:
        for part, text in one.items():
            if isinstance(text, str):
                place = one, part
                batches.setdefault(_in_common(text) or len(batches), []).append(place)
    for batch in batches.values():
        texts = [one[part] for one, part in batch]
        made = in_halves(lambda some: _disassembled(some, level.options["architecture"]), texts)
        for (one, part), text in zip(batch, made, strict=True):
            one[part] = text
    return results


def _in_common(ptx: str) -> str | None:
    """All before the entry point, if others may share it."""
    before = _ENTRY.split(ptx, maxsplit=1)[0]
    return before if _COMMON.fullmatch(before) else None


def _disassembled(texts: Sequence[str], architecture: int) -> list[str]:
    names = [_ENTRY.search(text)[1] for text in texts]
    spaces = [f"_k{number:04d}" for number in range(len(texts))]
    units = [
        re.sub(rf"\b{name}(?=\(|_param_)", space, text[_ENTRY.search(text).start() :])
        for text, name, space in zip(texts, names, spaces, strict=True)
    ]
    before = _ENTRY.split(texts[0], maxsplit=1)[0]
    cubin = cuda_tools.assembled(before + "\n".join(units), architecture)
    found = dict(_SECTION.findall(cuda_tools.disassembled(cubin)))
    head = f".target sm_{architecture}\n\n"
    return [
        head + _canonical(re.sub(rf"(?<!\w){space}\b", name, found[space]))
        for name, space in zip(names, spaces, strict=True)
    ]


def _canonical(section: str) -> str:
    """Labels and instructions, one on each line."""
    lines = []
    for address, instruction, label in _LINE.findall(section):
        if not label.startswith(".text."):
            lines.append(label or f"{address} {instruction} ;")
    text = _PADDING.sub("", "\n".join(lines) + "\n")
    numbers: dict[str, dict[str, int]] = {}

    def numbered(found: re.Match) -> str:
        base, _, _ = found[0].rpartition("_")
        own = numbers.setdefault(base, {})
        return f"{base.removesuffix('_x')}_{own.setdefault(found[0], len(own))}"

    return _ORDINAL.sub(numbered, text)


def check(level: Level, texts: dict[str, str]) -> None:
    """Every line is a label or an instruction, and every label that is used is there."""
    for part, text in texts.items():
        head, _, code = text.partition("\n\n")
        if head != f".target sm_{level.options['architecture']}":
            raise CompilationError(f"{part}: {head!r} is not the head of a text", "sass")
        lines = code.splitlines()
        labels = {line.removesuffix(":") for line in lines if line.endswith(":")}
        for line in lines:
            if not (_LABEL.fullmatch(line) or _INSTRUCTION.fullmatch(line)):
                raise CompilationError(f"{part}: {line!r} is no instruction", "sass")
            for label in _USED.findall(line):
                if label not in labels:
                    raise CompilationError(f"{part}: {line!r} goes to a label that is not there", "sass")
