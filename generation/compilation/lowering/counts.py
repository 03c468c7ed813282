"""What a text below the C++ consists of, in counts that all levels have: one function for each language."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from generation.compilation.lowering.levels import column_parts


class Counts(NamedTuple):
    """Of one text, over all functions that it defines."""

    level: str
    """The column of the text."""
    instructions: int
    memory_operations: int
    """Instructions that read or write memory, not counting calls of functions."""
    branches: int
    """Conditional ones, and choices among several."""
    vector_width: int
    """Bits of the widest vector that an instruction works on, in SASS of what it moves to or from memory; 0
    where all are scalar."""
    registers: int
    """Virtual ones in LLVM IR (written) and PTX (declared), the machine's in assembly (written); in SASS as
    many as a thread is given: up to the highest that is named."""


def count(texts: dict[str, str], backend: str) -> list[Counts]:
    """For each text, by column, except for support."""
    found = []
    for column, (level, part) in column_parts(backend).items():
        if column in texts and part != "support":
            found.append(Counts(column, *COUNTED[level.language](texts[column])))
    return found


_LLVM_INSTRUCTION = re.compile(r"^  (?![\s\]])(.*)$", re.MULTILINE)
_LLVM_RESULT = re.compile(r"^(%[-\w.$]+|%\"[^\"]*\") = ")
_LLVM_MEMORY = re.compile(
    r"^(?:load|store|atomicrmw|cmpxchg|(?:tail |musttail )?call [^@]*@llvm\.(?:mem(?:cpy|move|set)|masked))"
)
_LLVM_BRANCH = re.compile(r"^(?:br i1|switch|indirectbr) ")
_LLVM_VECTOR = re.compile(r"<(\d+) x (?:i(\d+)|(half|bfloat)|(float)|(double)|(ptr))>")


def _llvm(text: str) -> tuple[int, ...]:
    instructions = memory = branches = width = registers = 0
    for line in _LLVM_INSTRUCTION.findall(text):
        instructions += 1
        body = _LLVM_RESULT.sub("", line, count=1)
        registers += body != line
        memory += bool(_LLVM_MEMORY.match(body))
        branches += bool(_LLVM_BRANCH.match(body))
        if "<" in line:
            for lanes, bits, *kinds in _LLVM_VECTOR.findall(line):
                own = int(bits) if bits else (16, 32, 64, 64)[[bool(kind) for kind in kinds].index(True)]
                width = max(width, int(lanes) * own)
    return instructions, memory, branches, width, registers


_X86_INSTRUCTION = re.compile(r"^\t(?!\.)(\S+)(?:\t(.*))?$", re.MULTILINE)
_X86_ADDRESSES_ONLY = ("lea", "nop", "j", "call")
_X86_PACKED = re.compile(r"v?(?:\w+(?:ps|pd)|p\w+|mov(?:dq|nt)\w+|broadcast\w+|(?:ext|ins)ract\w+)$")

_X86_REGISTER = re.compile(r"%([a-z]+\d*[a-z]?)")


def _x86(text: str) -> tuple[int, ...]:
    instructions = memory = branches = width = 0
    registers = set()
    for name, operands in _X86_INSTRUCTION.findall(text):
        instructions += 1
        memory += "(" in operands and not name.startswith(_X86_ADDRESSES_ONLY)
        branches += name.startswith("j") and not name.startswith("jmp")
        registers.update(map(_x86_register, _X86_REGISTER.findall(operands)))
        if "%ymm" in operands:
            width = 256
        elif "%xmm" in operands and _X86_PACKED.match(name):
            width = max(width, 128)
    return instructions, memory, branches, width, len(registers - {"rip"})


def _x86_register(name: str) -> str:
    """The whole of which it may be a part: eax, ax and al are of rax, ymm0 has xmm0 in it."""
    if name[:3] in ("xmm", "ymm"):
        return "ymm" + name[3:]
    if name[0] == "r" and name[1:2].isdigit():
        return name.rstrip("dwb")
    bare = name.removeprefix("r").removeprefix("e") if len(name) > 2 else name
    return bare[0] if bare[0] in "abcd" and bare[-1] in "xlh" else bare[:2]


_PTX_INSTRUCTION = re.compile(r"^\t(?:@(!?%\w+) )?([a-z][\w.]*)[ \t]*([^;]*);", re.MULTILINE)
_PTX_MEMORY = re.compile(
    r"(?:ldu?|st|atom|red|tex|tld4|suld|sust|sured|cp|ldmatrix|stmatrix|prefetchu?|multimem)\b(?!\.param)"
)
_PTX_LANES = re.compile(r"\.v(\d)(?:\.|$)|\.[a-z]+\d*x(\d)(?=\.|$)")
_PTX_BITS = re.compile(r"\.[bsufe]+(\d+)(?:x\d)?$")
_PTX_REGISTERS = re.compile(r"^\t\.reg \.\w+[ \t]+%\w+(?:<(\d+)>)?;", re.MULTILINE)


def _ptx(text: str) -> tuple[int, ...]:
    instructions = memory = branches = width = 0
    for predicate, name, _ in _PTX_INSTRUCTION.findall(text):
        instructions += 1
        memory += bool(_PTX_MEMORY.match(name))
        branches += (bool(predicate) and name.startswith(("bra", "ret", "exit"))) or name.startswith("brx")
        lanes, bits = _PTX_LANES.search(name), _PTX_BITS.search(name)
        if lanes and bits and ".param" not in name:
            width = max(width, int(lanes[1] or lanes[2]) * int(bits[1]))
    declared = [int(n) - 1 if n else 1 for n in _PTX_REGISTERS.findall(text)]  # they are numbered from 1
    return instructions, memory, branches, width, sum(declared)


_SASS_INSTRUCTION = re.compile(
    r"^/\*[0-9a-f]+\*/ (?:@(!?U?P[T\d]+) )?([A-Z][A-Z0-9]*)((?:\.\w+)*)", re.MULTILINE
)
_SASS_MEMORY = re.compile(
    r"(?:LD[GSL]?|LDSM|LDGSTS|ST[GSL]?|STSM|ATOM[GS]?|RED[GS]?|TEX|TLD4?|TXD|SULD|SUST|SUATOM|SURED|UBLKCP)$"
)
_SASS_BRANCH = re.compile(r"(?:BRA|EXIT|RET|JMP)$")
_SASS_WIDE = re.compile(r"\.(64|128|256)\b")
_SASS_REGISTER = re.compile(r"\bR(\d+)\b")


def _sass(text: str) -> tuple[int, ...]:
    instructions = memory = branches = width = 0
    for predicate, name, modifiers in _SASS_INSTRUCTION.findall(text):
        instructions += 1
        branches += (bool(predicate) and bool(_SASS_BRANCH.match(name))) or name in ("BRX", "JMX")
        if _SASS_MEMORY.match(name):
            memory += 1
            wide = _SASS_WIDE.search(modifiers)
            width = max(width, int(wide[1]) if wide else 0)
    registers = {int(number) for number in _SASS_REGISTER.findall(text)}
    return instructions, memory, branches, width, max(registers, default=-1) + 1


COUNTED: dict[str, Callable[[str], tuple[int, ...]]] = {
    "llvm": _llvm,
    "x86": _x86,
    "ptx": _ptx,
    "sass": _sass,
}
