"""PTX that a model wrote: its canonical form, and whether NVIDIA's assembler takes it.

Without a GPU nothing runs PTX, so that it is only held against the reference and assembled.
"""

from __future__ import annotations

import functools
import re
import resource
import shutil
import subprocess
import tempfile
from pathlib import Path

from generation.evaluation.cpp import Forbidden

MOST_BYTES = 1 << 20
_SECONDS, _MEMORY = 30, 1 << 32
_TOKEN = re.compile(r'\s+|//[^\n]*|/\*.*?\*/|"[^"\n]*"|[%$\w.]+|.', re.DOTALL)
_NUMBERED = re.compile(r"(%[a-z]+|\$L__BB\d*_|__local_depot)(\d+)")
_HEAD = re.compile(r"\.(version|target|address_size)\b[^\n]*\n")
# Directives that name files, or tell a debugger or a tool something.
_FORBIDDEN = re.compile(r"\.(file|loc|section|include|pragma|weak|alias)\b|@@DWARF")
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


@functools.cache
def assembler() -> str | None:
    """Where `ptxas` is: on the path, or in one of NVIDIA's packages for Python."""
    found = shutil.which("ptxas")
    if found:
        return found
    import sysconfig

    packages = Path(sysconfig.get_paths()["purelib"], "nvidia")
    return next((str(path) for path in sorted(packages.glob("**/bin/ptxas"))), None)


def assembles(text: str, architecture: str) -> str:
    """What the assembler has against a text for an architecture, as `sm_80`; empty where it takes it.

    A version of the language that the assembler is too old for is replaced by its own.
    """
    refusal = _assembled(text, architecture)
    older = _TOO_NEW.search(refusal)
    return _assembled(_VERSION.sub(rf"\g<1>{older[1]}", text), architecture) if older else refusal


def _assembled(text: str, architecture: str) -> str:
    with tempfile.TemporaryDirectory(prefix="warp-ir-") as directory:
        source = Path(directory, "answer.ptx")
        source.write_text(text, encoding="ascii")
        command = [
            assembler(),
            f"-arch={architecture}",
            "-o",
            str(Path(directory, "answer.cubin")),
            str(source),
        ]
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=2 * _SECONDS,
                preexec_fn=_limit,
                env={},
                cwd=directory,
            )
        except subprocess.TimeoutExpired:
            return "timeout"
    return "" if done.returncode == 0 else (done.stderr.strip() or f"status {done.returncode}")


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
