"""A process that was started afresh and knows neither references nor results: it forks one child for each
piece of work, and says how the child ended.

What a child writes goes straight to whoever asked, through a pipe that the runner does not keep. Payloads
come from the asker and are trusted; what comes out of the pipe is not, and is never unpickled.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

from generation.errors import SetupError
from generation.evaluation.sandbox import limit

_HEADER = struct.Struct("<32sQdQ")
_STATUS = struct.Struct("<i")
_TIMEOUT = 1 << 20  # among exit codes and negative signals
_PATIENCE = 20.0  # seconds of wall time beyond the CPU time, on a machine that does other things as well
_CHUNK = 1 << 20
_KEPT = ("PATH", "HOME", "TMPDIR", "LANG", "LD_LIBRARY_PATH", "WARP_CACHE_PATH")
_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
_START += "from generation.evaluation import runner; runner.serve(int(sys.argv[2]))"


class Runner:
    """Does the works of `generation.evaluation.inside`."""

    def __init__(self):
        self._socket, theirs = socket.socketpair()
        with theirs:
            place = theirs.fileno()
            self._process = subprocess.Popen(
                [sys.executable, "-c", _START, json.dumps(sys.path), str(place)],
                pass_fds=[place],
                stdin=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _KEPT if name in os.environ},  # no tokens
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        self._socket.close()
        self._process.wait()

    def call(self, work: str, payload: bytes, seconds: float, memory: int, most: int) -> tuple[bytes, str]:
        """What the child wrote, but no more than about `most` bytes, and how it ended if not well: `SIGSEGV`,
        `timeout`, `exit 1`. SetupError if the runner itself is gone."""
        reading, writing = os.pipe()
        try:
            header = _HEADER.pack(work.encode(), len(payload), seconds, memory)
            socket.send_fds(self._socket, [header], [writing])
            self._socket.sendall(payload)
        except OSError as error:
            os.close(reading)
            raise SetupError(f"the process that runs answers is gone: {error}") from error
        finally:
            os.close(writing)
        found = _read(reading, time.monotonic() + seconds + _PATIENCE, most)
        return found, _told(self._status())

    def _status(self) -> int:
        with contextlib.suppress(OSError):
            data = self._socket.recv(_STATUS.size, socket.MSG_WAITALL)
            if len(data) == _STATUS.size:
                return _STATUS.unpack(data)[0]
        raise SetupError("the process that runs answers is gone; what it said last is above")


_running: dict[tuple[int, str], Runner] = {}


def running(whose: str) -> Runner:
    """One that lives as long as this process: to start one takes seconds. What is of one owner never meets
    what is of another."""
    key = os.getpid(), whose
    if key not in _running or not _running[key].is_alive:
        _running[key] = Runner()
        atexit.register(_running[key].close)
    return _running[key]


def started() -> list[Runner]:
    """Those of this process."""
    return [runner for (pid, _), runner in _running.items() if pid == os.getpid()]


def _read(pipe: int, deadline: float, most: int) -> bytes:
    found = bytearray()
    try:
        while len(found) <= most and select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))[0]:
            data = os.read(pipe, _CHUNK)
            if not data:
                break
            found += data
    finally:
        os.close(pipe)  # who writes on dies of it
    return bytes(found)


def _told(status: int) -> str:
    if status == _TIMEOUT or -status in (signal.SIGPROF, signal.SIGXCPU):
        return "timeout"
    return signal.Signals(-status).name if status < 0 else f"exit {status}" if status else ""


def serve(place: int) -> None:
    """Until the other end is closed."""
    from generation.evaluation.inside import WORKS, prepare

    prepare()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the asker ends us
    # What children that are killed leave behind goes with the process.
    with socket.socket(fileno=place) as asker, tempfile.TemporaryDirectory(prefix="warp-ir-") as directory:
        tempfile.tempdir = directory
        while True:
            header, pipes, _, _ = socket.recv_fds(asker, _HEADER.size, 1, socket.MSG_WAITALL)
            if not header:
                return
            work, size, seconds, memory = _HEADER.unpack(header)
            payload = _received(asker, size)
            status = _in_child(WORKS[work.rstrip(b"\0").decode()], payload, pipes[0], seconds, memory, asker)
            asker.sendall(_STATUS.pack(status))


def _received(asker: socket.socket, size: int) -> bytes:
    payload = bytearray(size)
    view = memoryview(payload)
    while view:
        view = view[asker.recv_into(view) :]
    return bytes(payload)


def _in_child(work: Callable, payload: bytes, pipe: int, seconds: float, memory: int, asker) -> int:
    child = os.fork()
    if child == 0:
        try:
            asker.close()
            os.setsid()
            limit(seconds, memory)
            work(payload, pipe)
        except BaseException:
            os._exit(1)
        os._exit(0)
    os.close(pipe)
    watched = os.pidfd_open(child)
    try:
        if not select.select([watched], [], [], seconds + _PATIENCE / 2)[0]:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return _TIMEOUT
    finally:
        os.close(watched)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
