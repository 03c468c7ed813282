"""What a kernel has to leave: launches drawn from a seed, and what the evaluator makes of each."""

from __future__ import annotations

import contextlib

import numpy as np

from generation.verification import adjoint, comparison, inputs
from generation.verification.evaluator import Module
from generation.verification.faults import Fault
from generation.verification.handles import Handle

# Built-ins that the evaluator computes by another algorithm than Warp's, and how well they then agree.
_ELSEWISE = ("wp.grad(", "wp.tile_fft(", "wp.tile_ifft(", "wp.mesh_query_", "wp.texture_sample(")
_AT_BEST = 5e-4
_NEARBY = 3  # runs that tell how much rounding decides


class Expectation:
    """Of a source; `launch` as `generation.program.launch` gives it, or None to guess.

    Raises the `Fault` of a source that cannot be evaluated, and `RecursionError`.
    """

    def __init__(self, source: str, launch: dict | None, seed: tuple[int, ...]):
        self.seed, self.module = seed, Module(source)
        self._found: dict[int, list[dict]] = {}
        self._at_best = _AT_BEST if any(name in source for name in _ELSEWISE) else 0.0
        try:
            kernel = self.module.kernel()
            self.parameters = kernel.parameters
            self.cases = inputs.cases(kernel, inputs.literals(source), launch, seed)
        except BaseException:
            self.module.release()
            raise

    @property
    def sides(self) -> tuple[int, int]:
        """Sides of branches that the launches took, and how many there are."""
        return len({side for case in self.cases for side in case.run.sides}), 2 * self.module.branches

    @property
    def has_structures(self) -> bool:
        """Whether some argument stands for a structure."""
        return any(isinstance(x, Handle) for x in self.cases[0].arguments.values())

    def questions(self) -> list[adjoint.Question | None]:
        """For each launch one about its derivative, where it has one."""
        rng = np.random.default_rng((*self.seed, 99))
        return [adjoint.question(case, rng) for case in self.cases]

    def difference(self, runs: list[dict]) -> str:
        """The first array of some launch that is not as expected, in words; empty where there is none."""
        for number, (case, arrays) in enumerate(zip(self.cases, runs, strict=True)):
            unlike = comparison.difference(arrays, case.run.outputs, [], self._at_best)
            if unlike:  # perhaps only as much as rounding decides
                unlike = comparison.difference(arrays, case.run.outputs, self._exact(number), self._at_best)
            if unlike:
                return unlike
        return ""

    def _exact(self, number: int) -> list[dict]:
        """What the evaluator makes of a launch's inputs, and of some that differ from them by rounding
        errors, in double precision; by more of them where it takes another way."""
        if number not in self._found:
            case, found, errors = self.cases[number], [], 16.0 if self._at_best else 1.0
            for nudge in range(1 + _NEARBY):
                rng = np.random.default_rng((*self.seed, 98, nudge))
                arguments = inputs.nudged(case.arguments, rng, errors) if nudge else case.arguments
                with contextlib.suppress(Fault):
                    found.append(self.module.twin.kernel().launch(case.dim, arguments).outputs)
            self._found[number] = found
        return self._found[number]

    def release(self) -> None:
        self.module.release()
