"""One function over many numbers, in this process or in several on this machine.

Knows nothing of what the function does; asks only that it can be pickled and that its results are small.
"""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from typing import Any

from generation.errors import SetupError

_AHEAD = 4  # numbers per worker that may be under way or done while an earlier one is waited for
_GRACE = 5.0  # seconds until the exit code of a worker that hung up is known


def run(task: Callable[[int], Any], numbers: Iterable[int], workers: int = 1) -> Iterator[tuple[int, Any]]:
    """Yields (number, task(number)) in the order of `numbers`, which may be endless: little is
    started ahead of what is asked for. Closing the iterator, an exception and Ctrl-C all kill the workers,
    wherever they are, and wait for their end; they end by themselves when this process is killed. With one
    worker the tasks run in this process, and Ctrl-C lets the current one finish; a second one does not. An
    exception of the task is raised here; a worker that dies is a SetupError."""
    if workers <= 1:
        with _patient_interrupts() as raise_if_interrupted:
            for number in numbers:
                result = task(number)
                raise_if_interrupted()
                yield number, result
    else:
        yield from _run_in_processes(task, iter(numbers), workers)


@contextlib.contextmanager
def _patient_interrupts() -> Iterator[Callable[[], None]]:
    """Ctrl-C waits for a call of the function given, or for the end of the block; a second one does not.

    Raised at once, one in four was lost: Python drops what is raised in a destructor, signals that arrive
    during garbage collection are handled in the first destructor, and Warp has many."""
    before = signal.getsignal(signal.SIGINT)
    if not callable(before) or threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    pressed = []

    def note(*arguments) -> None:
        if pressed:
            before(*arguments)
        pressed.append(True)

    def raise_if_interrupted() -> None:
        if pressed:
            pressed.clear()
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, note)
    try:
        yield raise_if_interrupted
    finally:
        signal.signal(signal.SIGINT, before)
        raise_if_interrupted()


def _run_in_processes(task: Callable[[int], Any], numbers: Iterator[int], workers: int):
    context = multiprocessing.get_context(_start_method())
    staff: dict[Connection, multiprocessing.Process] = {}
    order: deque[int] = deque()  # handed out and not yet yielded
    done: dict[int, Any] = {}
    scratch = tempfile.TemporaryDirectory(prefix="warp-ir-", ignore_cleanup_errors=True)
    try:
        for _ in range(workers):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(task, theirs, scratch.name), daemon=True)
            staff[ours] = process
            process.start()
            theirs.close()  # so that a dead worker is an end of file, and no later worker inherits this end
        idle = list(staff)
        while True:
            for number in itertools.islice(numbers, min(len(idle), _AHEAD * workers - len(order))):
                order.append(number)
                with contextlib.suppress(BrokenPipeError):  # a dead worker: `_receive` says so
                    idle.pop(0).send(number)
            if not order:
                return
            while order[0] not in done:
                for connection in wait(list(staff)):
                    number, result = _receive(connection, staff[connection])
                    done[number] = result
                    idle.append(connection)
            yield order[0], done.pop(order.popleft())
    finally:
        _dismiss(staff)
        scratch.cleanup()  # with the temporary files of whoever was killed


def _start_method() -> str | None:
    """What the user asked for; None, the platform's default, where nothing was asked for. Users of datasets
    ask `multiprocess`, its copy of multiprocessing."""
    modules = [sys.modules[name] for name in ("multiprocess", "multiprocessing") if name in sys.modules]
    for module in modules:
        asked, default = module.get_start_method(allow_none=True), module.get_all_start_methods()[0]
        if asked not in (None, default):  # using a module settles it on the default, unasked
            return asked
    return None


def _receive(connection: Connection, process) -> tuple[int, Any]:
    try:
        number, result, error = connection.recv()
    except (EOFError, OSError):
        process.join(_GRACE)
        raise SetupError(
            f"a worker process died (exit code {process.exitcode}: killed, or out of memory?); "
            f"what was finished is kept, run again to continue"
        ) from None
    if error is not None:
        raise error
    return number, result


def _dismiss(staff: dict[Connection, Any]) -> None:
    # Killed, not asked: an exception raised in the middle of anything can be swallowed there.
    hired = [process for process in staff.values() if process.pid is not None]
    for process in hired:
        process.kill()
    for process in hired:
        process.join()
    for connection in staff:
        connection.close()


def _work(task: Callable[[int], Any], connection: Connection, scratch: str) -> None:
    tempfile.tempdir = scratch
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    threading.Thread(target=_follow_parent, daemon=True).start()
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            number = connection.recv()
            try:
                answer = number, task(number), None
            except Exception as error:
                answer = number, None, _portable(error)
            connection.send(answer)


def _portable(error: Exception) -> Exception:
    """The error with its traceback in words, as something that can be sent to the parent."""
    words = f"in a worker process:\n{traceback.format_exc()}"
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(words)
    error.add_note(words)
    return error


def _follow_parent() -> None:
    multiprocessing.parent_process().join()
    os._exit(1)  # the parent was killed: nobody is left to send a number
