"""Typed kernels, their IR, and the rows made of both.

`fingerprint()` names everything outside a build's own options that decides the bytes of its rows. The
sources are hashed here, when the first module of the package is imported, so that the name belongs to the
code that runs and not to whatever stands on the disk later.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import metadata
from pathlib import Path

from generation.errors import SetupError

__version__ = "0.1.0"

_ROOT = Path(__file__).resolve().parent


def _is_source(path: Path) -> bool:
    clutter = path.name.startswith((".", "#")) or path.name.endswith(("~", ".pyc"))
    return path.is_file() and not clutter and "__pycache__" not in path.parts


def _digest(path: Path) -> str:
    """sha256 of a file, or of a directory's names and contents in a fixed order."""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    files = sorted((file.relative_to(path).as_posix(), file) for file in path.rglob("*") if _is_source(file))
    lines = (f"{name} {_digest(file)}\n" for name, file in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def digest(room: str) -> str:
    """Of the sources of one room, as they are on the disk."""
    return _digest(_ROOT / room)


SOURCES = _digest(_ROOT)
_running = {_ROOT: SOURCES}


def check_unedited(path: Path = _ROOT, running: str = SOURCES) -> None:
    """SetupError where `path` is no longer what it was when `running` was its digest. A process imports
    modules late and starts others: after an edit it would file some of the new code's rows under the old
    code's name."""
    if _digest(path) != running:
        raise SetupError(
            f"{path} was edited after it was imported; restart Python (in a notebook: restart the kernel)"
        )


@cache
def warp_version() -> str:
    """The installed warp-lang, without importing it."""
    try:
        return metadata.version("warp-lang")
    except metadata.PackageNotFoundError:
        raise SetupError(
            "warp-lang is not installed; install this project with its requirements: pip install ."
        ) from None


def fingerprint(*scripts: str, **versions: str) -> str:
    """Name of the running generator: its sources, `scripts`, Warp and `versions`. SetupError where one of
    the files was edited since this process first saw it."""
    names = {"warp-lang": warp_version(), **versions}
    for path in (_ROOT, *map(Path, scripts)):
        names[path.name] = _running.setdefault(path, _digest(path))
        check_unedited(path, names[path.name])
    return hashlib.sha256(repr(sorted(names.items())).encode()).hexdigest()
