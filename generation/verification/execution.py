"""Texts compiled again and run, in a child process: a crash or a hang costs one kernel, and is told.

The child compiles a batch as one translation unit and runs it in a child of its own, which is replaced where
it dies. Results come back through pipes.
"""

from __future__ import annotations

import ctypes
import functools
import signal
from typing import NamedTuple

import numpy as np

from generation.compilation import KernelIR
from generation.compilation.child import in_child
from generation.compilation.lowering import Level
from generation.errors import CompilationError
from generation.verification import abi, gpu
from generation.verification.arena import Arena
from generation.verification.arguments import copied, leaves

_SECONDS = 2.0  # of CPU time for a kernel, a thousand times what one needs


class Job(NamedTuple):
    """A kernel's texts, its parameters' types, and launches: dimensions, arguments, adjoints of outputs.

    With `adjoint` the backward pass is turned into code, else the compiler only checks its text. With a
    `level` the texts are those of it, by part, in place of those of the kernel.
    """

    ir: KernelIR
    parameters: dict
    launches: list[tuple[tuple[int, ...], dict, dict | None]]
    adjoint: bool
    level: Level | None = None
    texts: dict[str, str] = {}  # noqa: RUF012


class Outcome(NamedTuple):
    """For each launch the arrays afterwards and, where adjoints were given, the gradients, which are None
    where the backward pass dies; or what failed."""

    results: list[tuple[dict, dict | None]]
    failure: str = ""


def run(jobs: list[Job], device: str = "cpu") -> list[Outcome]:
    """All jobs, of one backend and without levels, in order; on the GPU with the device `cuda`. `failure` is
    `does not compile: ...`, `crash: SIGSEGV`, `timeout`."""
    from generation.compilation import clang

    clang.headers()
    return _run_all(jobs, gpu.in_fresh_process if device == "cuda" else _compile_and_run)


def run_levels(jobs: list[Job]) -> list[Outcome]:
    """All jobs, each with a level. Texts that do not run on a CPU are checked only: they have no results."""
    from generation.compilation.lowering import running

    running.prepare()
    return _run_all(jobs, _assemble_and_run)


def _run_all(jobs: list[Job], work) -> list[Outcome]:
    outcomes: list[Outcome | None] = [None] * len(jobs)
    _run(jobs, list(range(len(jobs))), outcomes, work)
    return outcomes


def _run(jobs, numbers, outcomes, work) -> None:
    if not numbers:
        return
    answers, status = in_child(functools.partial(work, [jobs[n] for n in numbers]))
    for place, outcome in answers:
        if place >= 0:
            outcomes[numbers[place]] = outcome
    missing = [n for n in numbers if outcomes[n] is None]
    if not missing:
        return
    if len(missing) == 1:
        told = [outcome for place, outcome in answers if place < 0]
        outcomes[missing[0]] = Outcome([], told[0] if told else f"compiler crash: {status}")
        return
    # Somebody among them does not compile: halve until alone.
    half = len(missing) // 2
    _run(jobs, missing[:half], outcomes, work)
    _run(jobs, missing[half:], outcomes, work)


def _compile_and_run(jobs: list[Job], send) -> None:
    from generation.compilation.loading import Loaded, Refused

    numbers = list(range(len(jobs)))
    while True:
        try:
            tried = [jobs[n] for n in numbers]
            loaded = Loaded([job.ir for job in tried], [job.adjoint for job in tried])
            break
        except Refused as refusal:
            for place, why in refusal.reasons.items():
                send((numbers[place], Outcome([], f"does not compile: {why}")))
            numbers = [n for place, n in enumerate(numbers) if place not in refusal.reasons]
            if not refusal.reasons:
                send((-1, f"does not compile: {refusal}"))
            if not refusal.reasons or not numbers:
                return
    _run_loaded(dict(zip(numbers, loaded.entries, strict=True)), jobs, send)


def _assemble_and_run(jobs: list[Job], send) -> None:
    from generation.compilation.lowering import check, running

    runner, entries = running.Runner(), {}
    for number, job in enumerate(jobs):
        try:
            if job.level.backend == "cpu":
                entries[number] = runner.entries(job.level, job.ir, job.texts, job.adjoint)
            else:
                check(job.level, job.texts)
                send((number, Outcome([])))
        except CompilationError as error:
            send((number, Outcome([], f"does not compile: {error}")))
    _run_loaded(entries, jobs, send)


def _run_loaded(entries: dict[int, tuple], jobs: list[Job], send) -> None:
    """Runs all of them in a child, and goes on after one that dies in another child."""
    waiting, adjoint = list(entries), True
    while waiting:
        numbers = waiting if adjoint else waiting[:1]
        answers, status = in_child(functools.partial(_run_some, jobs, entries, numbers, adjoint))
        for answer in answers:
            send(answer)
        died = len(answers) < len(numbers)
        waiting = waiting[len(answers) :]
        if died and not adjoint:
            number = waiting.pop(0)
            send((number, Outcome([], "timeout" if status == "SIGPROF" else f"crash: {status}")))
        adjoint = not (died and adjoint)  # perhaps the forward pass alone is sound


def _run_some(jobs: list[Job], entries: dict, numbers: list[int], adjoint: bool, send) -> None:
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    arena = Arena()
    for number in numbers:
        signal.setitimer(signal.ITIMER_PROF, _SECONDS)
        job, (forward, backward) = jobs[number], entries[number]
        passes = forward, backward if adjoint else None
        results = [launch(job.parameters, *passes, *one, arena) for one in job.launches]
        signal.setitimer(signal.ITIMER_PROF, 0)
        send((number, Outcome(results)))


def launch(parameters, forward, backward, dim, arguments, adjoints, arena):
    """In this process: the arrays that a launch leaves, by path, and the gradients if adjoints are given."""
    from generation.compilation.structures import Structure

    arena.clear()
    bounds = ctypes.create_string_buffer(abi.bounds(dim))
    given = copied(arguments, Structure, arena.copy)
    packed = ctypes.create_string_buffer(abi.pack(parameters, given))
    forward(bounds, packed)
    arrays = leaves(given)
    outputs = {path: np.array(x) for path, x in arrays.items()}
    if adjoints is None or backward is None:
        return outputs, None
    # The adjoint begins with the arrays as the forward pass left them, as on a tape.
    gradients = {
        path: arena.copy(adjoints.get(path, np.zeros_like(x)))
        for path, x in outputs.items()
        if x.dtype.kind in "fV"
    }
    packed = ctypes.create_string_buffer(abi.pack(parameters, given, gradients))
    nothing = ctypes.create_string_buffer(abi.pack(parameters, given, empty=True))
    backward(bounds, packed, nothing)
    return outputs, {path: np.array(x) for path, x in gradients.items()}
