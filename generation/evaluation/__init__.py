"""Is a model's answer right? Compared, compiled and run, by processes that may do nothing else.

    >>> from generation.evaluation import evaluate
    >>> scores = evaluate(answers, rows, task="python_to_ir", k=(1, 5))  # doctest: +SKIP
    >>> scores.metric("executes", k=5)  # doctest: +SKIP
    (0.41, 0.37, 0.45)

Answers are hostile. What is not of the small language of generated texts is refused before a compiler sees
it; what is left is compiled and run in child processes of a process that knows no reference and no result,
behind limits and a filter of system calls; what they computed is compared here.
"""

from __future__ import annotations

from generation.evaluation.report import Problem, Result, Scores
from generation.evaluation.scoring import evaluate
from generation.evaluation.tasks import TASKS

__all__ = ["TASKS", "Problem", "Result", "Scores", "evaluate"]
