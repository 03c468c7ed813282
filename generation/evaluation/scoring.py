"""From answers to scores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from generation.errors import OptionError
from generation.evaluation.judging import Assembling, Running
from generation.evaluation.report import Problem, Scores
from generation.evaluation.sandbox import ISOLATION, check_present
from generation.evaluation.tasks import task_of

BATCH = 128  # answers


def evaluate(
    predictions: Sequence[str | Sequence[str]],
    references: Iterable[Mapping],
    *,
    task: str,
    k: Sequence[int] = (1,),
    isolation: str = "seccomp",
    run_exact: bool = False,
) -> Scores:
    """How good a model's answers are.

    predictions: for each reference an answer, or a list of several. references: rows of a config, as many.
    task: `python_to_ir`, `ir_to_python`, `forward_to_adjoint`, `cpu_to_cuda` or `python_to_ptx`. k: for which
    numbers of answers pass@k is estimated; each reference needs as many, or none at all, which counts as
    answers that are wrong.

    isolation: answers are compiled and run in processes that may do nothing but compute. `seccomp` closes
    every other system call; `limits` only limits time and memory, where there is no such filter.
    run_exact: also run answers that are the reference's text up to layout and numbering, instead of knowing
    what they do.

    OptionError for arguments out of range, SetupError where `isolation` is not to be had.
    """
    rows = list(references)
    answers = _lists(predictions, len(rows))
    ks = _checked_ks(k, answers, rows)
    if isolation not in ISOLATION:
        raise OptionError(f"isolation={isolation!r} is not one of {', '.join(ISOLATION)}")
    chosen = task_of(task, rows[0] if rows else {})
    if task == "python_to_ptx":
        work = Assembling(chosen)
    else:
        check_present(isolation)
        work = Running(task, chosen, isolation, run_exact)
    problems: list[Problem] = []
    for batch in _batches(rows, answers):
        problems += work.score(batch)
    return Scores(task, ks, problems)


def _lists(predictions, count: int) -> list[list[str]]:
    if isinstance(predictions, str) or len(predictions) != count:
        raise OptionError(f"predictions must be a list of {count}, one for each of the references")
    lists = [[one] if isinstance(one, str | None) else list(one) for one in predictions]
    wrong = next((one for some in lists for one in some if not isinstance(one, str | None)), "")
    if wrong:
        raise OptionError(f"predictions must be texts or lists of texts, got a {type(wrong).__name__}")
    return [[one or "" for one in some] for some in lists]


def _checked_ks(k, answers, rows) -> tuple[int, ...]:
    ks = (k,) if isinstance(k, int) else tuple(k)
    least = min((len(some) for some in answers if some), default=max(ks, default=1))
    if not ks or any(not isinstance(one, int) or not 1 <= one <= least for one in ks):
        raise OptionError(
            f"k={ks} must be whole numbers from 1 to {least}, the fewest answers to a reference"
        )
    return tuple(sorted(set(ks)))


def _batches(rows, answers):
    batch, size = [], 0
    for row, some in zip(rows, answers, strict=True):
        if batch and size + len(some) > BATCH:
            yield batch
            batch, size = [], 0
        batch.append((row, some))
        size += len(some)
    if batch:
        yield batch
