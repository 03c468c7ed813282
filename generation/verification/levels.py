"""How far the texts of a pair at levels below are proven: they run on the launches of the text above them."""

from __future__ import annotations

from typing import NamedTuple

from generation.compilation.lowering import LEVELS
from generation.verification import comparison
from generation.verification.execution import Job, Outcome, run_levels
from generation.verification.expectation import Expectation
from generation.verification.pairs import TIERS, Pair, Verdict


class Judged(NamedTuple):
    """A pair whose own text was judged, and what that was judged by."""

    pair: Pair
    job: Job
    outcome: Outcome
    expected: Expectation | None
    verdict: Verdict


def judge(above: list[Judged]) -> list[Verdict]:
    """For each pair its verdict, lowered to what its texts at every level reach too."""
    verdicts = [one.verdict for one in above]
    places, jobs = [], []
    for place, (pair, job, outcome, *_) in enumerate(above):
        for name, texts in pair.levels.items() if not outcome.failure else ():
            level = LEVELS[pair.ir.backend][name]
            places.append(place)
            jobs.append(job._replace(ir=pair.ir, level=level, texts=texts))
    for place, job, outcome in zip(places, jobs, run_levels(jobs) if jobs else (), strict=True):
        before = verdicts[place]
        tier, reason = _reached(above[place], job, outcome, before.tier)
        if tier != before.tier:
            verdicts[place] = before._replace(tier=tier, reason=f"{reason}, at {job.level.name}")
    return verdicts


def _reached(above: Judged, job: Job, outcome: Outcome, tier: str) -> tuple[str, str]:
    """How far up to `tier` the texts of a level are proven; what the text that they come from left tells of
    its gradients."""
    if outcome.failure:
        reached = "generated" if "compile" in outcome.failure else "compiled"
        return min(tier, reached, key=TIERS.index), outcome.failure
    if TIERS.index(tier) <= TIERS.index("compiled"):
        return tier, ""
    if job.level.backend != "cpu":
        return "compiled", "does not run here"
    if unlike := above.expected.difference([arrays for arrays, _ in outcome.results]):
        return "compiled", f"differs: {unlike}"
    for (_, mine), (_, theirs) in zip(outcome.results, above.outcome.results, strict=True):
        if mine is not None and theirs is not None:
            if unlike := comparison.difference(mine, theirs, []):
                return "executed", f"gradient differs: {unlike}"
        elif theirs is not None:
            return "executed", "gradient: the adjoint dies"
    return tier, ""
