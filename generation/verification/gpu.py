"""CUDA C++ run on an NVIDIA GPU, in a process of its own that is started afresh: CUDA outlives no fork, and a
kernel that goes wrong takes the whole process's GPU memory with it."""

from __future__ import annotations

import multiprocessing
from contextlib import suppress

import numpy as np

from generation.errors import CompilationError, OptionError
from generation.verification import abi
from generation.verification.arguments import copied, leaves

_SECONDS = 60.0  # until the first answer, imports and compilation included, and between two


def check_present() -> None:
    """OptionError where there is no GPU."""
    from generation.compilation import gpu

    if not gpu.count():
        raise OptionError("device='cuda' needs an NVIDIA GPU and its driver, and Warp finds none; use 'cpu'")


def in_fresh_process(jobs: list, send) -> None:  # the signature of `execution.compile_and_run`
    """What `_work` sends from a process that was spawned."""
    start = multiprocessing.get_context("spawn")
    ours, theirs = start.Pipe(duplex=False)
    process = start.Process(target=_work, args=(jobs, theirs), daemon=True)
    process.start()
    theirs.close()
    with suppress(EOFError):
        while ours.poll(_SECONDS):
            send(ours.recv())
    process.kill()
    process.join()
    ours.close()


def _work(jobs: list, connection) -> None:
    from generation.compilation.gpu import LoadedOnGpu
    from generation.verification.execution import Outcome

    try:
        loaded = LoadedOnGpu([job.ir for job in jobs])
    except CompilationError as error:
        connection.send((-1, f"does not compile: {error}"))
        return
    for number, (job, (forward, backward)) in enumerate(zip(jobs, loaded.entries, strict=True)):
        try:
            results = [_launch(job.parameters, forward, backward, *launch) for launch in job.launches]
        except RuntimeError as error:
            connection.send((number, Outcome([], f"crash: {error}")))
            return  # nothing runs on this GPU context any more
        connection.send((number, Outcome(results)))


def _launch(parameters, forward, backward, dim, arguments, adjoints):
    from generation.compilation.gpu import Memory

    given, memory, bounds = copied(arguments), Memory(), abi.bounds(dim)
    forward(dim, bounds, abi.parts(parameters, given, {}, memory.address))
    memory.fetch()
    arrays = leaves(given)
    if adjoints is None or backward is None:
        return arrays, None
    gradients = {path: np.zeros_like(x) for path, x in arrays.items() if x.dtype.kind in "fV"}
    for path, adjoint in adjoints.items():
        gradients[path][...] = adjoint
    outputs = {path: np.array(x) for path, x in arrays.items()}
    packed = abi.parts(parameters, given, gradients, memory.address)
    backward(dim, bounds, [*packed, *(bytes(len(part)) for part in packed)])
    memory.fetch()
    return outputs, gradients
