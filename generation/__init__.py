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


_RUNNING = {_ROOT: _digest(_ROOT)}


def warp_version() -> str:
    """The installed warp-lang, without importing it."""
    return _installed("warp-lang")


@cache
def _installed(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        raise SetupError(
            f"{package} is not installed; install it with: pip install {package}==1.19.0"
        ) from None


def fingerprint(*scripts: str, **versions: str) -> str:
    """Name of the running generator: its sources, `scripts`, Warp and `versions`. Raises SetupError where a
    source was edited since it was imported, because the process would file the old code's rows under the
    new code's name."""
    names = {"warp-lang": warp_version(), **versions}
    for path in (_ROOT, *map(Path, scripts)):
        found = _digest(path)
        if _RUNNING.setdefault(path, found) != found:
            raise SetupError(
                f"{path} was edited after it was imported; restart Python (in a notebook: restart the kernel)"
            )
        names[path.name] = found
    return hashlib.sha256(repr(sorted(names.items())).encode()).hexdigest()
