"""A child process tells how it ended."""

from __future__ import annotations

import os
import signal

import pytest

from generation.compilation.child import in_child


def _raises():
    raise MemoryError("a launch with arrays\nof tens of megabytes")


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (_raises, "MemoryError: a launch with arrays"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "SIGKILL"),
        (lambda: os._exit(3), "exit 3"),
        (lambda: None, "exit 0"),
    ],
)
def test_what_was_sent_arrives_and_the_end_is_told(end, status):
    def work(send):
        send(1)
        end()

    assert in_child(work) == ([1], status)
