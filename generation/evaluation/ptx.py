"""PTX that a model wrote: its canonical form, and whether NVIDIA's assembler takes it.

Without a GPU nothing runs PTX, so that it is only held against the reference and assembled.
"""

from __future__ import annotations

import re

from generation.compilation.lowering import cuda_tools
from generation.errors import CompilationError
from generation.evaluation.cpp import Forbidden

MOST_BYTES = 1 << 21
_TOKEN = re.compile(r'\s+|//[^\n]*|/\*.*?\*/|"[^"\n]*"|[%$\w.]+|.', re.DOTALL)
_NUMBERED = re.compile(r"(%[a-z]+|\$L__BB\d*_|__local_depot)(\d+)")
_HEAD = re.compile(r"\.(version|target|address_size)\b[^\n]*\n")
# Directives that name files, or tell a debugger or a tool something.
_HINTS = r'\s+"(?:nounroll|used_bytes_mask \w+)"\s*;'  # what compilers tell the assembler
_FORBIDDEN = re.compile(
    rf"\.(?:file|loc|section|include|weak|alias)\b|\.pragma\b(?!{_HINTS})|@@DWARF", re.ASCII
)
_VERSION = re.compile(r"(\.version\s+)[\d.]+")
_TOO_NEW = re.compile(r"Unsupported \.version [\d.]+; current version is '([\d.]+)'")


def check(text: str) -> None:
    """`Forbidden` for what no assembler gets to see."""
    if len(text) > MOST_BYTES or not text.isascii():
        raise Forbidden(f"{len(text)} characters, or one that is not ASCII")
    found = _FORBIDDEN.search(re.sub(r"//[^\n]*", "", text))
    if found:
        raise Forbidden(f"the directive {found[0]}")


def canonical(text: str) -> str:
    """Without comments, layout and the lines that name a version; registers and labels numbered by first use.

    The assembly of one kernel may differ with what is compiled beside it, in the order of operands that may
    be swapped: an exact match is then missed.
    """
    numbers: dict[str, dict[str, str]] = {}

    def renamed(match: re.Match) -> str:
        known = numbers.setdefault(match[1], {})
        return match[1] + known.setdefault(match[2], str(len(known)))

    words = [
        token
        for token in _TOKEN.findall(_HEAD.sub("", text))
        if not token.isspace() and token[:2] not in ("//", "/*")
    ]
    return " ".join(_NUMBERED.sub(renamed, word) for word in words)


def assembles(text: str, architecture: str) -> str:
    """What ptxas has against a text for an architecture, as "80" or "90a"; empty where it takes it.

    A version of the language that the assembler is too old for is replaced by its own.
    """
    refusal = _refusal(text, architecture)
    older = _TOO_NEW.search(refusal)
    return _refusal(_VERSION.sub(rf"\g<1>{older[1]}", text), architecture) if older else refusal


def _refusal(text: str, architecture: str) -> str:
    try:
        cuda_tools.assembled(text, architecture, trusted=False)
    except CompilationError as error:
        return str(error)
    return ""
