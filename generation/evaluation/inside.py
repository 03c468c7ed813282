"""What is done with an answer, in a child of the runner: compile a text, run machine code, compile a source.

A child tells what it found in frames: a number, a length, and so many bytes. For a run those are the arrays
that a kernel left, one after the other as they lie in memory; nothing says that they are right.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import signal
import struct
from typing import NamedTuple

from generation.compilation import KernelIR, compile_source
from generation.errors import CompilationError
from generation.evaluation.sandbox import close_doors
from generation.verification.arena import Arena
from generation.verification.execution import launch

FRAME = struct.Struct("<IQ")
WHOLE = 0xFFFFFFFF  # the number of a frame that is about all of them
# Whatever Warp imports late, it must have imported before the doors are closed.
_SOURCE = r"""import warp as wp
@wp.struct
class S:
    x: wp.vec3
@wp.func
def f(x: float):
    return wp.static(2.0) * x
@wp.kernel
def k(x: wp.array(dtype=float), s: S):
    i = wp.tid()
    wp.printf("%d\n", i)
    x[i] = f(wp.sin(s.x[0]))
"""


class Task(NamedTuple):
    """Texts to compile together, with their backward passes or without."""

    irs: list[KernelIR]
    adjoint: bool
    isolation: str


class Job(NamedTuple):
    """The launches of one kernel: dimensions, arguments, and adjoints of the outputs or None."""

    place: int
    """Which of the texts compiled together it is."""
    parameters: dict
    launches: list[tuple[tuple[int, ...], dict, dict | None]]
    adjoint: bool


class Run(NamedTuple):
    code: bytes
    jobs: list[Job]
    seconds: float
    """Of CPU time, for each job."""
    fenced: bool
    """Whether what leaves an array ends the process."""
    isolation: str


class Sources(NamedTuple):
    texts: list[str]
    backend: str
    seconds: float
    isolation: str


_arenas: dict[bool, Arena] = {}  # made before the limits, which count addresses


def prepare() -> None:
    """What every child needs, made once before any of them."""
    from generation.compilation import clang, loading, structures  # noqa: F401, no child can import them later

    clang.headers()
    _arenas.update({fenced: Arena(fenced, wide=not fenced) for fenced in (True, False)})
    compile_source(_SOURCE, ("cpu", "cuda"))
    gc.collect()
    gc.freeze()


def compile_texts(payload: bytes, pipe: int) -> None:
    """One frame: the object code; or for each text that the compiler refuses a frame with its words."""
    from generation.compilation import loading

    task: Task = pickle.loads(payload)
    close_doors(task.isolation, pipe, files=True)
    adjoints = [task.adjoint] * len(task.irs)
    try:
        _tell(pipe, WHOLE, loading.object_code(task.irs, adjoints, zeroed=True))
    except loading.Refused as refusal:
        for place, why in refusal.reasons.items():
            _tell(pipe, place, why.encode("utf-8", "replace"))


def run(payload: bytes, pipe: int) -> None:
    """A frame for each job in order: of each launch the arrays afterwards, then the gradients, if any."""
    from generation.compilation.loading import Library

    task: Run = pickle.loads(payload)
    library = Library(task.code)
    functions = [library.functions(job.place, job.adjoint) for job in task.jobs]
    arena = _arenas[task.fenced]
    close_doors(task.isolation, pipe)
    for job, entries in zip(task.jobs, functions, strict=True):
        signal.setitimer(signal.ITIMER_PROF, task.seconds)
        parts = []
        for one in job.launches:
            outputs, gradients = launch(job.parameters, *entries, *one, arena)
            parts += [x.tobytes() for x in (*outputs.values(), *(gradients or {}).values())]
        signal.setitimer(signal.ITIMER_PROF, 0)
        _tell(pipe, job.place, b"".join(parts))


def compile_sources(payload: bytes, pipe: int) -> None:
    """A frame for each source: JSON, a list of kernels with their texts, or the words of an error."""
    task: Sources = pickle.loads(payload)
    close_doors(task.isolation, pipe)
    for number, source in enumerate(task.texts):
        signal.setitimer(signal.ITIMER_PROF, task.seconds)
        try:
            kernels = compile_source(source, (task.backend,))
            found = [{"name": k[task.backend].kernel_name} | _texts(k[task.backend]) for k in kernels]
        except CompilationError as error:
            found = str(error)
        signal.setitimer(signal.ITIMER_PROF, 0)
        _tell(pipe, number, json.dumps(found).encode())


def _texts(ir: KernelIR) -> dict[str, str]:
    return {"forward": ir.forward, "backward": ir.backward, "support": ir.support}


def _tell(pipe: int, number: int, data: bytes) -> None:
    view = memoryview(FRAME.pack(number, len(data)) + data)
    while view:
        view = view[os.write(pipe, view) :]


def frames(data: bytes) -> list[tuple[int, bytes]]:
    """The frames that are whole."""
    found, at = [], 0
    while at + FRAME.size <= len(data):
        number, size = FRAME.unpack_from(data, at)
        at += FRAME.size
        if size > len(data) - at:
            break
        found.append((number, data[at : at + size]))
        at += size
    return found


WORKS = {work.__name__: work for work in (compile_texts, run, compile_sources)}
