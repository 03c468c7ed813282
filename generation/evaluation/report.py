"""Scores, of each answer and of all of them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from generation.evaluation.estimators import mean_and_interval, pass_at_k

METRICS = ("exact", "round_trip", "compiles", "executes")


class Result(NamedTuple):
    """Of one answer; None for what was not looked at, or cannot be told."""

    exact: bool
    """The reference's text, up to layout, comments and numbering."""
    compiles: bool | None
    executes: bool | None
    """Computes what the source says; of an adjoint, the gradients that the reference's adjoint gives."""
    reason: str = ""
    round_trip: bool | None = None
    """Of Python: Warp makes the reference's text of it."""


class Problem(NamedTuple):
    """A reference and the results of its answers."""

    id: str
    kernel_type: str
    results: list[Result]
    unscored: str
    """Why nothing is said about what answers compute; empty where it is."""

    @classmethod
    def of(cls, row: Mapping, results: list[Result], reason: str) -> Problem:
        return cls(str(row.get("id") or ""), str(row.get("kernel_type") or ""), results, reason)

    def correct(self, metric: str) -> int | None:
        """How many answers are right by a metric; None where that cannot be told of each."""
        values = [getattr(result, metric) for result in self.results]
        if metric == "executes" and self.unscored:
            return None
        if metric == "round_trip":
            values = [bool(value) for value in values]
        return None if None in values else sum(values)


@dataclass(frozen=True)
class Scores:
    task: str
    k: tuple[int, ...]
    problems: list[Problem]

    def metric(self, name: str, k: int = 1, kernel_type: str | None = None) -> tuple[float, float, float]:
        """pass@k by a metric, and its 95 % interval: see `estimators`. nan where there is nothing to tell."""
        values = []
        for problem in self.problems:
            correct = problem.correct(name)
            if correct is not None and kernel_type in (None, problem.kernel_type):
                samples = len(problem.results)
                values.append(pass_at_k(samples, correct, k) if samples else 0.0)
        return mean_and_interval(values)

    @property
    def metrics(self) -> tuple[str, ...]:
        known = {name for problem in self.problems for result in problem.results for name in METRICS
                 if getattr(result, name) is not None}  # fmt: skip
        return tuple(name for name in METRICS if name in known and self._applies(name))

    def _applies(self, name: str) -> bool:
        if name == "round_trip":
            return self.task == "ir_to_python"
        return name != "executes" or self.task != "python_to_ptx"

    @property
    def unscored(self) -> Counter:
        """How many references nobody can run answers to, by cause."""
        return Counter(problem.unscored.partition("\n")[0] for problem in self.problems if problem.unscored)

    @property
    def reasons(self) -> Counter:
        """How many answers failed, by cause in a word or two."""
        return Counter(
            result.reason.partition(":")[0] for p in self.problems for result in p.results if result.reason
        )

    def to_dict(self) -> dict:
        """Everything, as JSON has it; nan as null."""
        families = sorted({problem.kernel_type for problem in self.problems})
        return {
            "task": self.task,
            "k": list(self.k),
            "problems": len(self.problems),
            "answers": sum(len(problem.results) for problem in self.problems),
            "unscored": dict(self.unscored),
            "reasons": dict(self.reasons),
            "metrics": {
                f"{name}_pass@{k}": _plain(self.metric(name, k)) for name in self.metrics for k in self.k
            },
            "kernel_types": {
                family: {
                    f"{name}_pass@{k}": _plain(self.metric(name, k, family))
                    for name in self.metrics
                    for k in self.k
                }
                for family in families
            },
            "results": [
                {"id": p.id, "unscored": p.unscored, "answers": [result._asdict() for result in p.results]}
                for p in self.problems
            ],
        }

    def tables(self) -> list:
        """For a console of rich: all problems, then each family."""
        from rich.table import Table

        columns = [(name, k) for name in self.metrics for k in self.k]
        found = []
        for title, rows in (
            (f"{self.task}, {len(self.problems):,} problems", [("all", None)]),
            ("by kernel_type", [(f, f) for f in sorted({p.kernel_type for p in self.problems})]),
        ):
            table = Table(title=title)
            table.add_column("")
            table.add_column("problems", justify="right")
            for name, k in columns:
                table.add_column(f"{name} pass@{k}", justify="right")
            for label, family in rows:
                count = sum(family in (None, problem.kernel_type) for problem in self.problems)
                table.add_row(
                    label, f"{count:,}", *(_shown(self.metric(n, k, family), not family) for n, k in columns)
                )
            found.append(table)
        return found


def _plain(figures: tuple[float, float, float]) -> dict:
    mean, low, high = (None if math.isnan(x) else x for x in figures)
    return {"mean": mean, "low": low, "high": high}


def _shown(figures: tuple[float, float, float], with_interval: bool) -> str:
    mean, low, high = (100 * x for x in figures)
    interval = f" ({low:.1f} to {high:.1f})" if with_interval else ""
    return "-" if math.isnan(mean) else f"{mean:.1f} %{interval}"
