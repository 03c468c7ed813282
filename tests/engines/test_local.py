"""The local engine: results in order, errors raised here, and no process left behind."""

from __future__ import annotations

import itertools
import json
import os
import signal
import tempfile
import threading
import time
from contextlib import closing

import pytest

from generation.engines.local import run
from generation.errors import CompilationError, SetupError


def test_results_come_in_order_whoever_is_first():
    def task(number):
        time.sleep(0.05 if number % 3 == 0 else 0)
        return number * number

    for workers in (1, 2, 5):
        assert list(run(task, range(12), workers)) == [(n, n * n) for n in range(12)]
    assert list(run(task, [], 2)) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_an_endless_supply_is_taken_from_as_needed(workers):
    handed_out = []

    def numbers():
        for number in itertools.count():
            handed_out.append(number)
            yield number

    with closing(run(str, numbers(), workers)) as results:
        for _ in range(3):
            next(results)
    assert len(handed_out) <= 3 + 4 * workers


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_the_task_is_raised_as_it_is(workers):
    def task(number):
        if number == 2:
            raise CompilationError("Warp said no", "codegen")

    with pytest.raises(CompilationError, match="Warp said no") as error:
        list(run(task, range(5), workers))
    assert error.value.reason == "codegen"
    if workers > 1:
        assert "in task" in error.value.__notes__[0]


def test_an_error_that_cannot_be_sent_is_told_in_words():
    def task(number):
        error = ValueError("a lock cannot travel")
        error.lock = threading.Lock()
        raise error

    with pytest.raises(RuntimeError, match="a lock cannot travel"):
        list(run(task, range(3), 2))


def test_a_worker_that_dies_is_one_sentence():
    def task(number):
        if number == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    with pytest.raises(SetupError, match=r"a worker process died \(exit code -9.*run again to continue"):
        list(run(task, range(6), 2))


def test_workers_are_gone_when_the_iterator_is_closed(alive):
    def task(number):
        if number > 1:
            time.sleep(60)
        return os.getpid()

    began = time.monotonic()
    with closing(run(task, itertools.count(), 2)) as results:
        workers = {next(results)[1], next(results)[1]}
    assert not any(map(alive, workers)) and os.getpid() not in workers
    assert time.monotonic() - began < 10


@pytest.fixture(autouse=True)
def ctrl_c():
    """A process that a shell starts in the background ignores Ctrl-C, and so would the tests of it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press():
    os.kill(os.getpid(), signal.SIGINT)


class Dropped:
    """Python prints and forgets what is raised in here."""

    def __del__(self):
        press()


def test_ctrl_c_in_a_destructor_is_not_lost():
    before, results = signal.getsignal(signal.SIGINT), []

    def task(number):
        if number == 2:
            Dropped()
        return number

    with pytest.raises(KeyboardInterrupt):
        for number, _ in run(task, itertools.count()):
            results.append(number)
    assert signal.getsignal(signal.SIGINT) is before and results == [0, 1]
    with pytest.raises(KeyboardInterrupt), closing(run(task, [0, 1])) as iterator:
        next(iterator)
        press()  # nothing is called any more that could hear of it


def test_a_second_ctrl_c_does_not_wait():
    def task(number):
        press()
        press()
        pytest.fail("still running")

    with pytest.raises(KeyboardInterrupt):
        list(run(task, itertools.count()))


ENDLESS = """
import itertools, os, sys, time
import {module}
from generation.engines.local import run

def task(number):
    time.sleep(0.01 if number < 4 else 60)
    return os.getpid()

if __name__ == "__main__":
    {module}.set_start_method("{method}")
    workers = set()
    for number, pid in run(task, itertools.count(), 2):
        workers.add(pid)
        if number == 3:
            print(sorted(workers), flush=True)
"""
METHODS = [("multiprocess", "fork"), ("multiprocess", "spawn"), ("multiprocessing", "forkserver")]


@pytest.mark.parametrize("module, method", METHODS)
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_workers_go_with_their_parent(start, alive, module, method, stop):
    parent = start(ENDLESS.format(module=module, method=method))
    workers = json.loads(parent.stdout.readline())
    assert workers and all(map(alive, workers))
    os.kill(parent.pid, stop)
    parent.wait(20)
    deadline = time.monotonic() + 10
    while any(map(alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(alive, workers))


def test_temporary_files_of_workers_go_with_them(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def task(number):
        tempfile.mkdtemp()
        return len(list(tmp_path.iterdir()))

    with closing(run(task, itertools.count(), 2)) as results:
        assert [next(results)[1] for _ in range(3)] == [1, 1, 1]
    assert list(tmp_path.iterdir()) == []
