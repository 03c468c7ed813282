"""From pairs to verdicts: launches are drawn, the texts run on them, and what they leave is compared."""

from __future__ import annotations

import itertools
import json
import os
import time
from collections import Counter
from typing import NamedTuple

import numpy as np

from generation.compilation import BACKENDS, KernelIR, build_native, on_one_thread
from generation.errors import CompilationError, OptionError
from generation.verification import adjoint, comparison, execution, gpu, levels
from generation.verification.arguments import leaves
from generation.verification.causes import causes
from generation.verification.examples import Example
from generation.verification.expectation import Expectation
from generation.verification.faults import Fault, NotCovered
from generation.verification.pairs import TIERS, Pair, Verdict

BATCH = 128
DEVICES = ("cpu", "cuda")
_ENOUGH = 9  # equal elements, to call an output constant
_ON_A_GPU = f"{NotCovered.reason}: tiles and structures on a GPU"
_ANSWERS = 2  # launches at which an adjoint is judged


class _Work(NamedTuple):
    pair: Pair
    expected: Expectation | None = None
    questions: tuple | list = ()
    reason: str = ""


def verify(
    pairs: list[Pair], tier: str = "executed", seconds: Counter | None = None, device: str = "cpu"
) -> list[Verdict]:
    """A verdict for each pair, up to `tier`. `seconds` counts the CPU time of each step.

    With the device `cuda` CUDA texts run on the GPU instead of the CPU. OptionError where there is none.
    """
    if device not in DEVICES:
        raise OptionError(f"device={device!r} is not one of {', '.join(DEVICES)}")
    if device == "cuda":
        gpu.check_present()
    seconds = Counter() if seconds is None else seconds
    verdicts: list[Verdict] = []
    for first in range(0, len(pairs), BATCH):
        verdicts += _batch(pairs[first : first + BATCH], tier, seconds, device)
    return verdicts


def _batch(pairs: list[Pair], tier: str, seconds: Counter, device: str) -> list[Verdict]:
    wanted = TIERS.index(tier)
    if wanted == 0:
        return [Verdict("generated")] * len(pairs)
    start = time.process_time()
    on_gpu = [device == "cuda" and pair.ir.backend == "cuda" for pair in pairs]
    irs = [pair.ir if on else on_one_thread(pair.ir) for pair, on in zip(pairs, on_gpu, strict=True)]
    works = [_prepared(*one, wanted) for one in zip(pairs, irs, on_gpu, strict=True)]
    seconds["evaluate"] += time.process_time() - start
    jobs = []
    for ir, work in zip(irs, works, strict=True):
        weights = [asked.weights if asked else None for asked in work.questions]
        cases, parameters = (work.expected.cases, work.expected.parameters) if work.expected else ((), {})
        launches = [
            (case.dim, case.arguments, weight)
            for case, weight in itertools.zip_longest(cases, weights[: len(cases)])
        ]
        adjoint = wanted == TIERS.index("compiled") or any(weights)
        jobs.append(execution.Job(ir, parameters, launches, adjoint))
    start = _cpu()
    outcomes = [None if job.ir else _by_nvrtc(pair.ir) for job, pair in zip(jobs, pairs, strict=True)]
    for backend in BACKENDS:
        places = [n for n, job in enumerate(jobs) if job.ir and job.ir.backend == backend]
        ran = execution.run([jobs[n] for n in places], device if backend == "cuda" else "cpu")
        for n, outcome in zip(places, ran, strict=True):
            outcomes[n] = outcome
    seconds["compile and run"] += _cpu() - start
    start = time.process_time()
    verdicts = [_judged(work, outcome, wanted) for work, outcome in zip(works, outcomes, strict=True)]
    seconds["compare"] += time.process_time() - start
    start = _cpu()
    judged = zip(pairs, jobs, outcomes, (work.expected for work in works), verdicts, strict=True)
    verdicts = levels.judge([levels.Judged(*one) for one in judged])
    seconds["levels"] += _cpu() - start
    for work in works:
        if work.expected:
            work.expected.release()
    return verdicts


def _by_nvrtc(ir: KernelIR) -> execution.Outcome:
    """A text that only a whole block of threads can run, compiled for a GPU."""
    try:
        build_native(ir)
    except CompilationError as error:
        return execution.Outcome([], f"does not compile: {error}")
    return execution.Outcome([])


def _prepared(pair: Pair, ir: KernelIR | None, on_gpu: bool, wanted: int) -> _Work:
    """The launches and what the evaluator makes of them."""
    nothing = _Work(pair)
    if ir is None:
        return nothing._replace(reason=f"{NotCovered.reason}: a block of threads")
    if on_gpu and ("wp::tile" in ir.forward or "handle" in json.dumps(pair.launch)):
        return nothing._replace(reason=_ON_A_GPU)
    if wanted < TIERS.index("executed"):
        return nothing
    try:
        expected = Expectation(pair.source, pair.launch, pair.seed)
    except Fault as fault:
        return nothing._replace(reason=f"{fault.reason}: {fault}")
    except RecursionError:
        return nothing._replace(reason=f"{NotCovered.reason}: recursion")
    if on_gpu and expected.has_structures:
        expected.release()
        return nothing._replace(reason=_ON_A_GPU)
    gradients = wanted == TIERS.index("gradient_checked") and pair.ir.backward
    return _Work(pair, expected, expected.questions() if gradients else ())


def _judged(work: _Work, outcome, wanted: int) -> Verdict:
    if outcome.failure:
        tier = "generated" if "compile" in outcome.failure else "compiled"
        return Verdict(tier, outcome.failure)
    if wanted == TIERS.index("compiled") or work.reason:
        return Verdict("compiled", work.reason)
    expected = work.expected
    if unlike := expected.difference([arrays for arrays, _ in outcome.results]):
        return Verdict("compiled", f"differs: {unlike}", None, len(expected.cases), expected.sides)
    ran = zip(expected.cases, outcome.results, strict=True)
    examples = tuple(Example(case.dim, case.arguments, arrays) for case, (arrays, _) in ran)
    constant = _constant(expected.cases)
    found = Verdict("executed", "", None, len(expected.cases), expected.sides, constant, examples)
    if wanted == TIERS.index("executed"):
        return found
    asked_and_found = list(zip(work.questions, outcome.results, strict=False))
    answers = []
    for asked, (_, gradients) in asked_and_found:
        if asked and gradients is not None and sum(a is not None for a, _ in answers) < _ANSWERS:
            answers.append(adjoint.judge(expected.module.twin.kernel(), asked, gradients))
    if any(asked and gradients is None for asked, (_, gradients) in asked_and_found):
        return found._replace(reason="gradient: the adjoint dies", differentiable=False)
    wrong = [figures for agrees, figures in answers if agrees is False]
    if wrong:
        told = " and ".join(causes(work.pair.source)) or "unexplained"
        return found._replace(reason=f"gradient, {told}: {wrong[0]}", differentiable=False)
    if any(agrees for agrees, _ in answers):
        return found._replace(tier="gradient_checked", differentiable=True)
    return found._replace(reason="gradient: nothing to compare")


def _constant(cases: list) -> tuple[str, ...]:
    seen: dict[str, list] = {}
    for case in cases:
        given = leaves(case.arguments)
        for path, after in case.run.outputs.items():
            for (place, x), (_, y) in zip(comparison.flat(given[path]), comparison.flat(after), strict=True):
                seen.setdefault(path + place, []).append(y[x != y])
    joined = {path: np.concatenate(parts) for path, parts in seen.items()}
    return tuple(path for path, x in joined.items() if x.size >= _ENOUGH and (x == x[0]).all())


def _cpu() -> float:
    t = os.times()
    return t.user + t.system + t.children_user + t.children_system
