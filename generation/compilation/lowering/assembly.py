"""Assembly for x86-64, in AT&T syntax as compilers print it: the code generator's from the LLVM IR of -O2."""

from __future__ import annotations

import re
from collections.abc import Sequence

from generation.compilation.ir import KernelIR
from generation.compilation.lowering.batches import in_child, in_halves
from generation.compilation.lowering.levels import Level
from generation.compilation.lowering.llvm import machine, parsed
from generation.errors import CompilationError

TRIPLE = "x86_64-unknown-linux-gnu"
# The features are those that the functions of the IR ask for.
_PINNED = {"triple": TRIPLE, "cpu": "x86-64", "optimisation": 2, "reloc": "pic", "codemodel": "default"}
# Of no effect on code: the name of the file, unwinding, addresses of functions for the linker, the stack's
# permissions, and comments.
_NOISE = re.compile(r"^\s+\.(?:file|cfi_\w+|addrsig\w*|ident|section\s+\"\.note).*\n", re.MULTILINE)


def lower(level: Level, irs: Sequence[KernelIR], below: Sequence[dict]) -> list[dict]:
    made = in_halves(in_child(lambda some: [_assembled(texts) for texts in some]), below)
    return [
        found if isinstance(found, dict) else dict.fromkeys(texts, found)
        for texts, found in zip(below, made, strict=True)
    ]


def _assembled(texts: dict) -> dict:
    return {part: _assembly(text) for part, text in texts.items()}


def _assembly(text: str | CompilationError) -> str | CompilationError:
    if isinstance(text, CompilationError):
        return text
    try:
        printed = machine(**_PINNED).emit_assembly(parsed(text))
    except CompilationError as error:
        return error
    return _NOISE.sub("", printed)


def as_module(text: str) -> str:
    """A module of LLVM IR that is this assembly."""
    escaped = text.replace("\\", "\\5C").replace('"', "\\22").splitlines()
    return f'target triple = "{TRIPLE}"\n' + "".join(f'module asm "{line}"\n' for line in escaped)
