"""Whole files or none, and one clear sentence where a disk or a directory refuses."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from generation.errors import SetupError, WarpIrPairsError

_UNFINISHED = ".tmp"

_REFUSALS = {
    errno.ENOSPC: "no space is left on the disk that holds {place}; free some and run again",
    errno.EDQUOT: "the disk quota for {place} is used up; free some space and run again",
    errno.EACCES: "{place} cannot be written: permission denied; choose another directory",
    errno.EPERM: "{place} cannot be written: permission denied; choose another directory",
    errno.EROFS: "{place} cannot be written: it is on a read-only file system; choose another directory",
    errno.ENOTDIR: "{place} cannot be used: a part of this path is a file, not a directory; choose another",
    errno.EEXIST: "{place} cannot be used: a part of this path is a file, not a directory; choose another",
}


@contextmanager
def refusals(place: str | os.PathLike) -> Iterator[None]:
    """Turns what the file system refuses under `place` into a SetupError, however deep a library buried
    it."""
    try:
        yield
    except WarpIrPairsError:  # somebody has already said it
        raise
    except Exception as error:
        for code in _codes(error):
            if code in _REFUSALS:
                raise SetupError(_REFUSALS[code].format(place=place)) from error
        raise


def _codes(error: BaseException | None) -> Iterator[int | None]:
    while error is not None:
        if isinstance(error, OSError):
            yield error.errno
        error = error.__cause__ or error.__context__


def write_whole(path: Path, data: bytes | memoryview) -> None:
    """Writes `data` to `path` so that the file is there in full or not at all, whatever stops the process.
    A process that is killed may leave a file for `sweep` beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=_UNFINISHED)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)  # mkstemp makes files for their owner only
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sweep(directory: str | os.PathLike) -> None:
    """Removes what killed processes began to write in `directory`; nobody else may be writing there."""
    for path in Path(directory).glob(f".*{_UNFINISHED}"):
        path.unlink()


@contextmanager
def sole_user(directory: Path) -> Iterator[None]:
    """SetupError where another process uses `directory`, which is made if need be."""
    with refusals(directory):
        directory.mkdir(parents=True, exist_ok=True)
        try:
            lock = FileLock(directory / ".warp-ir-pairs.lock").acquire(blocking=False)
        except Timeout:
            raise SetupError(
                f"another process is writing to {directory}; wait for it or choose another directory"
            ) from None
    with lock:
        yield


def remove_directory(path: str | os.PathLike) -> None:
    shutil.rmtree(path, ignore_errors=True)


def empty_directory(path: str | os.PathLike) -> None:
    """Makes `path` a directory with nothing in it."""
    remove_directory(path)
    os.makedirs(path)
