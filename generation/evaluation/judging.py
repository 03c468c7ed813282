"""What an answer is worth, next to its reference: texts that are assembled, and texts that are run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from generation.compilation import KernelIR, on_one_thread
from generation.compilation.lowering import cuda_tools
from generation.evaluation import cpp, harness, ptx
from generation.evaluation.report import Problem, Result
from generation.evaluation.runner import running
from generation.evaluation.tasks import (
    PTX,
    Task,
    checked_launch,
    ir_of_answer,
    ir_of_row,
    reference_text,
    without_fence,
)
from generation.verification import Expectation
from generation.verification.comparison import difference
from generation.verification.faults import Fault, NotCovered

_SALT = 7  # other launches than those that proved the row, or stand in it
_PROVEN = ("executed", "gradient_checked")
_AT_BEST = 1e-5  # of a gradient, which may be summed in another order


def _said(answer: str, task: Task, right: str, *given: str) -> Result:
    """What is known without compiling: an answer that is not allowed is wrong."""
    try:
        task.check(answer, *given)
        return Result(task.canonical(answer) == right, None, None)
    except cpp.Forbidden as why:
        return Result(False, False, False, f"not allowed: {why}")


class Assembling:
    """PTX: held against the reference, and assembled where there is an assembler."""

    def __init__(self, task: Task):
        self.task = task
        self.architecture = PTX.fullmatch(task.answer[0])[1]

    def score(self, batch) -> list[Problem]:
        found = []
        missing = "" if cuda_tools.find("ptxas") else "no ptxas"
        for row, answers in batch:
            text = reference_text(self.task, row)
            reason = missing or ("" if text else "no answer in the row")
            if not reason and (refusal := ptx.assembles(text, self.architecture)):
                reason = f"the reference does not assemble: {refusal.splitlines()[0]}"
            right = ptx.canonical(text)
            results = [self._one(without_fence(answer), right, not reason) for answer in answers]
            found.append(Problem.of(row, results, reason))
        return found

    def _one(self, answer: str, right: str, assemble: bool) -> Result:
        result = _said(answer, self.task, right)
        if result.reason or not assemble:
            return result
        refusal = "" if result.exact else ptx.assembles(answer, self.architecture)
        return result._replace(compiles=not refusal, reason=refusal[:300])


@dataclass
class _Asked:
    """A reference on its way, and its distinct answers."""

    row: Mapping
    answers: list[str]
    ir: KernelIR
    right: str
    expected: Expectation | None = None
    gradients: list | None = None
    reason: str = ""
    """Why nothing can be said about what answers compute; empty where it can."""
    results: dict[str, Result] = field(default_factory=dict)
    irs: dict[str, KernelIR] = field(default_factory=dict)
    """Of answers whose worth is still open."""


class Running:
    """Answers that are compiled and run. Two processes run texts: one those of the references, the other
    those of the model, which is never told what is expected."""

    def __init__(self, name: str, task: Task, isolation: str, run_exact: bool):
        self.name, self.task, self.isolation, self.run_exact = name, task, isolation, run_exact
        self.backward = task.passes == "backward"

    def score(self, batch) -> list[Problem]:
        asked = [self._asked(row, answers) for row, answers in batch]
        if self.name == "ir_to_python":
            self._translate(asked)
        for one in asked:
            self._expect(one)
        self._prove([one for one in asked if one.expected and not self._is_proven(one.row)])
        for one in asked:
            for answer, result in one.results.items():
                if result.exact and not self.run_exact:
                    one.irs.pop(answer, None)
                    one.results[answer] = result._replace(
                        compiles=True, executes=None if one.reason else True
                    )
        self._run(asked)
        for one in asked:
            if one.expected:
                one.expected.release()
        return [
            Problem.of(one.row, [one.results[answer] for answer in one.answers], one.reason) for one in asked
        ]

    def _asked(self, row: Mapping, answers: list[str]) -> _Asked:
        text = reference_text(self.task, row)
        right = self.task.canonical(text) if text else ""
        one = _Asked(row, [without_fence(answer) for answer in answers], ir_of_row(self.name, row), right)
        if not text:
            one.reason = "no answer in the row"
        given = (_text(one.ir),) if self.backward else ()
        for answer in dict.fromkeys(one.answers):
            one.results[answer] = _said(answer, self.task, right, *given)
            if not one.results[answer].reason and self.name != "ir_to_python":
                try:
                    one.irs[answer] = ir_of_answer(self.name, row, answer)
                except cpp.Forbidden as why:
                    one.results[answer] = Result(False, False, False, f"does not compile: {why}")
        return one

    def _translate(self, asked: list[_Asked]) -> None:
        """Sources to the texts that Warp makes of them; those are looked at like anybody's."""
        places = [(one, a) for one in asked for a, result in one.results.items() if not result.reason]
        for backend in {one.ir.backend for one, _ in places}:
            some = [(one, answer) for one, answer in places if one.ir.backend == backend]
            texts = [answer for _, answer in some]
            found = harness.compile_sources(running("answers"), texts, backend, self.isolation)
            for (one, answer), kernels in zip(some, found, strict=True):
                ir, why = self._checked(one.ir, kernels)
                if ir is None:
                    one.results[answer] = Result(False, False, False, why)
                    continue
                one.irs[answer] = ir
                same = cpp.canonical(_text(ir)) == cpp.canonical(_text(one.ir))
                one.results[answer] = one.results[answer]._replace(round_trip=same)

    def _checked(self, like: KernelIR, kernels: list[KernelIR] | str) -> tuple[KernelIR | None, str]:
        if isinstance(kernels, str):
            return None, f"does not compile: {kernels}"
        named = [ir for ir in kernels if ir.kernel_name == like.kernel_name] or kernels
        if len(named) != 1:
            return None, f"does not compile: {len(named)} kernels"
        try:
            ir = named[0]._replace(backward="")
            cpp.check(_text(ir))
            return checked_launch(ir, like), ""
        except cpp.Forbidden as why:
            return None, f"does not compile: {why}"

    def _is_proven(self, row: Mapping) -> bool:
        return not self.backward and row.get("verification") in _PROVEN and self.name != "cpu_to_cuda"

    def _expect(self, one: _Asked) -> None:
        """What the source leaves, where anybody wants to know."""
        wanted = one.irs and (self.run_exact or not self._is_proven(one.row) or self._is_open(one))
        if one.reason or not wanted:
            return
        if on_one_thread(one.ir) is None:
            one.reason = f"{NotCovered.reason}: a block of threads"
            return
        row = one.row
        launch = json.loads(row["launch"]) if row.get("launch") else None
        seed = (row.get("seed") or 0, row.get("index") or 0, _SALT)
        try:
            one.expected = Expectation(row["python_source"], launch, seed)
        except Fault as fault:
            one.reason = f"{fault.reason}: {fault}"
        except RecursionError:
            one.reason = f"{NotCovered.reason}: recursion"

    def _is_open(self, one: _Asked) -> bool:
        return any(not one.results[answer].exact for answer in one.irs)

    def _launches(self, one: _Asked) -> list:
        cases = one.expected.cases
        weights = [None] * len(cases)
        if self.backward:
            weights = [asked.weights if asked else None for asked in one.expected.questions()]
        return [(case.dim, case.arguments, weight) for case, weight in zip(cases, weights, strict=True)]

    def _prove(self, asked: list[_Asked]) -> None:
        """References that do not leave what is expected are no measure; for adjoints they tell what is."""
        if not asked:
            return
        candidates = [
            harness.Candidate(on_one_thread(one.ir), one.expected.parameters, self._launches(one))
            for one in asked
        ]
        for one, outcome in zip(asked, self._outcomes("references", candidates), strict=True):
            reason = outcome.failure
            if not reason:
                unlike = one.expected.difference([arrays for arrays, _ in outcome.results])
                reason = f"differs: {unlike}" if unlike else ""
            if not reason and self.backward:
                one.gradients = [gradients for _, gradients in outcome.results]
                if not _tells(one.gradients):
                    reason = "no gradient to compare"
            if reason:
                one.reason = f"the reference: {reason}"

    def _run(self, asked: list[_Asked]) -> None:
        places, candidates = [], []
        for one in asked:
            for turn, (answer, ir) in enumerate(one.irs.items()):
                alone = on_one_thread(ir)
                if alone is None:
                    if not one.reason:
                        one.results[answer] = _failed(one.results[answer], "crash: a block of threads")
                    continue
                launches, parameters = [], {}
                if one.expected and not one.reason:
                    launches, parameters = self._launches(one), one.expected.parameters
                places.append((one, answer))
                candidates.append(harness.Candidate(alone, parameters, launches, turn))
        for (one, answer), outcome in zip(places, self._outcomes("answers", candidates), strict=True):
            one.results[answer] = self._judged(one, one.results[answer], outcome)

    def _outcomes(self, whose: str, candidates: list) -> list:
        if not candidates:
            return []
        found = [None] * len(candidates)
        for backend in {candidate.ir.backend for candidate in candidates}:
            places = [n for n, candidate in enumerate(candidates) if candidate.ir.backend == backend]
            some = [candidates[n] for n in places]
            ran = harness.run(running(whose), some, self.backward, self.isolation)
            for n, outcome in zip(places, ran, strict=True):
                found[n] = outcome
        return found

    def _judged(self, one: _Asked, result: Result, outcome) -> Result:
        if outcome.failure.startswith("does not compile"):
            return result._replace(compiles=False, executes=False, reason=outcome.failure)
        result = result._replace(compiles=True)
        if one.reason:
            return result
        if outcome.failure:
            return _failed(result, outcome.failure)
        if self.backward:
            unlike = _unlike_gradients(outcome.results, one.gradients)
        else:
            unlike = one.expected.difference([arrays for arrays, _ in outcome.results])
        return _failed(result, f"differs: {unlike}") if unlike else result._replace(executes=True)


def _failed(result: Result, reason: str) -> Result:
    return result._replace(executes=False, reason=reason)


def _text(ir: KernelIR) -> str:
    return f"{ir.support}\n{ir.forward}"


def _tells(gradients: list[dict | None]) -> bool:
    return any(x.tobytes().strip(b"\0") for some in gradients if some for x in some.values())


def _unlike_gradients(found: list, expected: list[dict | None]) -> str:
    for (_, gradients), right in zip(found, expected, strict=True):
        if right is not None:
            unlike = difference(gradients, right, [], _AT_BEST)
            if unlike:
                return unlike
    return ""
