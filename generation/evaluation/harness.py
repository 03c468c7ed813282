"""Answers compiled and run by a runner, many at once; what comes back is believed only in its shape."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from generation.compilation import KernelIR
from generation.evaluation.inside import FRAME, WHOLE, Job, Run, Sources, Task, frames
from generation.evaluation.runner import Runner
from generation.verification.arguments import leaves
from generation.verification.execution import Outcome

SECONDS = 2.0  # of CPU time for the launches of a kernel, and for a source; a thousand times what one needs
_COMPILE = 10.0, 0.5  # seconds for a batch, and for each text in it
_MEMORY = 2 << 30
_CODE_BYTES = 1 << 28
_TEXT_BYTES = 1 << 22  # of one kernel's texts
_PARTS = 8
_MESSAGE = 300  # characters


class Candidate(NamedTuple):
    """A text to be run. Of one `turn` nothing is run in the same process as of another: answers to one
    problem take turns, so that none finds what another left."""

    ir: KernelIR
    parameters: dict
    launches: list[tuple[tuple[int, ...], dict, dict | None]]
    turn: int = 0


def compile_sources(
    runner: Runner, texts: list[str], backend: str, isolation: str
) -> list[list[KernelIR] | str]:
    """The kernels of each source, or why there are none."""
    found: list[list[KernelIR] | str] = []
    while len(found) < len(texts):
        waiting = texts[len(found) :]
        payload = pickle.dumps(Sources(waiting, backend, SECONDS, isolation))
        most = _TEXT_BYTES * len(waiting)
        data, status = runner.call("compile_sources", payload, _allowance(len(waiting)), _MEMORY, most)
        before = len(found)
        for number, frame in frames(data)[: len(waiting)]:
            if number != len(found) - before:
                break
            found.append(_kernels(frame, backend))
        if len(found) < len(texts):
            found.append(f"Warp does not survive it: {status or 'no answer'}")
    return found


def _kernels(frame: bytes, backend: str) -> list[KernelIR] | str:
    try:
        told = json.loads(frame)
        if isinstance(told, str):
            return f"Warp refuses it: {told[:_MESSAGE]}"
        return [
            KernelIR(str(k["name"]), backend, str(k["forward"]), str(k["backward"]), str(k["support"]), ())
            for k in told
        ]
    except (ValueError, TypeError, KeyError):
        return "Warp does not survive it: no texts"


def run(runner: Runner, candidates: list[Candidate], adjoint: bool, isolation: str) -> list[Outcome]:
    """All candidates, of one backend, in order; each with the backward pass if `adjoint`. `failure` begins
    with `does not compile`, `crash`, `timeout`.

    What leaves an array crashes. Not so with `adjoint`: Warp's own adjoints do, after loops that are not
    unrolled, and what they find there is the same for everybody."""
    outcomes = [Outcome([], "does not compile")] * len(candidates)
    for numbers, code in _compiled(runner, candidates, adjoint, isolation, outcomes):
        for turn in sorted({candidates[n].turn for n in numbers}):
            jobs = {
                n: Job(place, candidates[n].parameters, candidates[n].launches, adjoint)
                for place, n in enumerate(numbers)
                if candidates[n].turn == turn
            }
            _run(runner, code, jobs, outcomes, not adjoint, isolation)
    return outcomes


def _compiled(runner, candidates, adjoint, isolation, outcomes) -> Iterator[tuple[list[int], bytes]]:
    """Candidates that became machine code together; for the others the outcome is noted."""
    groups = [list(range(len(candidates)))]
    while groups:
        numbers = groups.pop()
        if not numbers:
            continue
        irs = [candidates[n].ir for n in numbers]
        payload = pickle.dumps(Task(irs, adjoint, isolation))
        data, status = runner.call("compile_texts", payload, _allowance(len(numbers)), _MEMORY, _CODE_BYTES)
        told = dict(frames(data))
        if WHOLE in told:
            yield numbers, told[WHOLE]
            continue
        refused = {numbers[place]: why for place, why in told.items() if place < len(numbers)}
        for number, why in refused.items():
            words = why.decode("utf-8", "replace")[:_MESSAGE]
            outcomes[number] = Outcome([], f"does not compile: {words}")
        left = [n for n in numbers if n not in refused]
        if refused:
            groups.append(left)
        elif len(left) == 1:
            outcomes[left[0]] = Outcome([], f"does not compile: {status or 'for no reason'}")
        else:  # somebody among them is too much for the compiler
            size = -(-len(left) // _PARTS)
            groups += [left[first : first + size] for first in range(0, len(left), size)]


def _run(runner: Runner, code: bytes, jobs: dict[int, Job], outcomes: list, fenced: bool, isolation: str):
    waiting = list(jobs)
    while waiting:
        tried = [jobs[n] for n in waiting]
        layouts = [_layout(job) for job in tried]
        most = sum(_size(layout) + FRAME.size for layout in layouts)
        payload = pickle.dumps(Run(code, tried, SECONDS, fenced, isolation))
        data, status = runner.call("run", payload, _allowance(len(tried)), _MEMORY, most)
        told = iter(frames(data))
        for number, job, layout in zip(list(waiting), tried, layouts, strict=True):
            place, frame = next(told, (WHOLE, b""))
            results = _arrays(layout, frame) if place == job.place else None
            waiting.remove(number)
            if results is None:
                outcomes[number] = Outcome(
                    [], "timeout" if status == "timeout" else f"crash: {status or 'no results'}"
                )
                break
            outcomes[number] = Outcome(results)


def _allowance(count: int) -> float:
    """Seconds of CPU time for so many at once."""
    base, each = _COMPILE
    return base + each * count


Layout = list[tuple[dict[str, np.ndarray], bool]]


def _layout(job: Job) -> Layout:
    """For each launch the arrays that come back, as they were given, and whether gradients follow."""
    return [
        ({path: np.asarray(x) for path, x in leaves(arguments).items()}, adjoints is not None and job.adjoint)
        for _, arguments, adjoints in job.launches
    ]


def _size(layout: Layout) -> int:
    return sum(
        x.nbytes * (2 if gradients and x.dtype.kind in "fV" else 1)
        for arrays, gradients in layout
        for x in arrays.values()
    )


def _arrays(layout: Layout, data: bytes) -> list[tuple[dict, dict | None]] | None:
    """What a frame holds; None unless it has just the bytes that it must have."""
    if len(data) != _size(layout):
        return None
    at, found = 0, []

    def taken(like: np.ndarray) -> np.ndarray:
        nonlocal at
        at += like.nbytes
        return np.frombuffer(data[at - like.nbytes : at], like.dtype).reshape(like.shape)

    for arrays, gradients in layout:
        outputs = {path: taken(x) for path, x in arrays.items()}
        reals = {path: x for path, x in arrays.items() if x.dtype.kind in "fV"}
        found.append((outputs, {path: taken(x) for path, x in reals.items()} if gradients else None))
    return found
