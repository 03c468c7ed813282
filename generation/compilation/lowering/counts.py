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
    """Bits of the widest vector that an instruction works on; 0 where all are scalar."""
    registers: int
    """Different ones that are written: virtual registers in LLVM IR and PTX, else those of the machine."""


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


COUNTED: dict[str, Callable[[str], tuple[int, ...]]] = {"llvm": _llvm, "x86": _x86}
