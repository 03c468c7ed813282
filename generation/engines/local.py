"""One function over many numbers, in this process or in several on this machine.

Knows nothing of what the function does; asks only that it can be pickled and that its results are small.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from typing import Any

import multiprocess  # the start method that users of datasets choose is set here

from generation.errors import SetupError

_GRACE = 5.0  # seconds a worker has to tidy up before it is killed


def run(task: Callable[[int], Any], numbers: Iterable[int], workers: int = 1) -> Iterator[tuple[int, Any]]:
    """Yields (number, task(number)) in the order of `numbers`, which may be endless: nothing is started
    further ahead than there are idle workers. Closing the iterator, an exception and Ctrl-C all stop the
    workers and wait for them. An exception of the task is raised here; a worker that dies is a
    SetupError."""
    if workers <= 1:
        for number in numbers:
            yield number, task(number)
    else:
        yield from _run_in_processes(task, iter(numbers), workers)


def _run_in_processes(task: Callable[[int], Any], numbers: Iterator[int], workers: int):
    context = multiprocessing.get_context(_start_method())
    staff: dict[Connection, multiprocessing.Process] = {}
    order: list[int] = []  # handed out and not yet yielded
    done: dict[int, Any] = {}
    try:
        for _ in range(workers):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(task, theirs), daemon=True)
            staff[ours] = process
            process.start()
            theirs.close()  # so that a dead worker is an end of file, and no later worker inherits this end
            _hand_out(numbers, ours, order)
        while order:
            for connection in wait(list(staff)):
                number, result = _receive(connection, staff[connection])
                done[number] = result
                _hand_out(numbers, connection, order)
            while order and order[0] in done:
                number = order.pop(0)
                yield number, done.pop(number)
    finally:
        _dismiss(staff)


def _start_method() -> str | None:
    """What the user asked for in either module; None, the platform's default, where nothing was asked for."""
    asked = [module.get_start_method(allow_none=True) for module in (multiprocess, multiprocessing)]
    return next((method for method in asked if method in ("spawn", "forkserver")), asked[0] or asked[1])


def _hand_out(numbers: Iterator[int], connection: Connection, order: list[int]) -> None:
    for number in numbers:
        order.append(number)
        with contextlib.suppress(BrokenPipeError):  # a dead worker: `_receive` says so
            connection.send(number)
        return


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
    hired = [process for process in staff.values() if process.pid is not None]
    for process in hired:
        process.terminate()
    for process in hired:
        process.join(_GRACE)
        if process.is_alive():
            process.kill()
            process.join()
    for connection in staff:
        connection.close()


def _work(task: Callable[[int], Any], connection: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    signal.signal(signal.SIGTERM, _stop)
    threading.Thread(target=_follow_parent, daemon=True).start()
    try:
        while True:
            number = connection.recv()
            try:
                answer = number, task(number), None
            except Exception as error:
                error.add_note(f"in a worker process:\n{traceback.format_exc()}")
                answer = number, None, error
            connection.send(answer)
    except (KeyboardInterrupt, EOFError, BrokenPipeError):
        pass


def _stop(*_: object) -> None:
    raise KeyboardInterrupt  # unwinds like Ctrl-C in a single process: half-written files are removed


def _follow_parent() -> None:
    multiprocessing.parent_process().join()
    os._exit(1)  # the parent was killed: nobody is left to send a number
