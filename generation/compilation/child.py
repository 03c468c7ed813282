"""Work in a child process: what crashes there or uses up the memory ends nothing else."""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import os
import pickle
import resource
import signal
import struct
import sys

_PR_SET_PDEATHSIG = 1
_FILE_BYTES = 1 << 30  # a precompiled header must fit


class _Raised(str):
    """The error that ended a child, in words."""


def in_child(work) -> tuple[list, str]:
    """What `work(send)` sends from a child process, and how the child ended: the name of a signal, the first
    line of an uncaught error, or `exit 0`."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:

        def send(answer) -> None:
            data = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
            with os.fdopen(os.dup(writing), "wb") as pipe:
                pipe.write(struct.pack("<Q", len(data)) + data)

        try:
            os.close(reading)
            _confine()
            work(send)
        except BaseException as error:
            told = f"{type(error).__name__}: {error}".partition("\n")[0]
            with contextlib.suppress(BaseException):  # perhaps there is no memory for words
                send(_Raised(told))
            os._exit(1)
        os._exit(0)
    os.close(writing)
    answers, raised = [], None
    with os.fdopen(reading, "rb") as pipe:
        while len(head := pipe.read(8)) == 8:
            data = pipe.read(struct.unpack("<Q", head)[0])
            try:
                answer = pickle.loads(data)
            except (EOFError, pickle.UnpicklingError):
                break
            if isinstance(answer, _Raised):
                raised = str(answer)
            else:
                answers.append(answer)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return answers, signal.Signals(os.WTERMSIG(status)).name
    return answers, raised or f"exit {os.WEXITSTATUS(status)}"


def _confine() -> None:
    """No core files, no large files, nothing said: what runs here may be wrong."""
    faulthandler.disable()
    if sys.platform == "linux":  # killed when the parent is
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_BYTES, _FILE_BYTES))
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
