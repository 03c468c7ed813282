"""From a recipe and an index to a row.

A row is made in two steps. `draft` samples, checks and prints a program: pure Python, no Warp. `complete`
has Warp generate its IR. Whoever only needs to know which program stands at an index (splits, distinctness,
skipping ahead in a stream) stops at the draft.

The row at an index is that of the first attempt (0, 1, 2, ...) which synthesis, checker and Warp all
accept, so an index means the same row however often, wherever and in whichever order it is made.
"""

from __future__ import annotations

import gc
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from generation import __version__, warp_version
from generation.dataset.kernels import columns_of
from generation.dataset.options import Recipe
from generation.dataset.splits import split_of
from generation.errors import GenerationError, SetupError
from generation.program import check, structure, to_source
from generation.program.launch import launch_of
from generation.synthesis import Population, synthesise
from generation.synthesis.composition import size_of
from generation.synthesis.populations import EVERYTHING, complexity

DRAFT_COLUMNS = [
    "id",
    "structure_id",
    "kernel_name",
    "kernel_type",
    "python_source",
    "operations",
    "num_params",
    "num_python_lines",
    "complexity",
    "seed",
    "index",
    "attempt",
    "split",
    "launch",
]

# A Warp rejection is replaced within its split, the smallest of which is hit by one attempt in 25.
MAX_ATTEMPTS = 500

_NOT_OURS = (SetupError, MemoryError)  # says nothing about the program at hand: never counted, never replaced


@dataclass
class Rejects:
    """What was refused on the way to some rows: how often for each reason, and the first of each in words."""

    counts: Counter = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def note(self, error: Exception, replay: str) -> None:
        expected = isinstance(error, GenerationError)
        reason = error.reason if expected else f"unexpected {type(error).__name__}"
        self.counts[reason] += 1
        self.examples.setdefault(reason, f"{type(error).__name__}: {error} (replay: {replay})")

    def add(self, other: Rejects) -> None:
        self.counts.update(other.counts)
        self.examples = {**other.examples, **self.examples}

    def __bool__(self) -> bool:
        return bool(self.counts)

    def __str__(self) -> str:
        return "; ".join(
            f"{count} x {reason}, first {self.examples[reason]}"
            for reason, count in sorted(self.counts.items())
        )


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Python looks for garbage in cycles less often: the long-lived tables and sketches that it would walk
    each time took a quarter of the time."""
    before = gc.get_threshold()
    gc.set_threshold(20_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@_collecting_seldom()
def draft(
    seed: int, index: int, population: Population, attempt: int = 0, rejects: Rejects | None = None
) -> dict:
    """The first program at (seed, index) from `attempt` on that synthesis and checker accept, as a dict:
    the columns of the row that need no compiler, and the number of the attempt."""
    rejects = Rejects() if rejects is None else rejects
    for number in range(attempt, MAX_ATTEMPTS):
        try:
            program = synthesise(seed, index, population, number)
            check(program)
            return _describe(program) | {"seed": seed, "index": index, "attempt": number}
        except _NOT_OURS:
            raise
        except Exception as error:
            rejects.note(error, replay_command(seed, index, population))
    last = next(reversed(rejects.examples.values()), "no program of the wanted split")
    raise GenerationError(
        f"none of {MAX_ATTEMPTS} attempts at index {index} gave a row; last refusal: {last}"
    )


def complete(candidate: dict, recipe: Recipe, rejects: Rejects | None = None) -> dict:
    """The row of a draft made for `recipe`, proven as far as it asks for."""
    return complete_all([candidate], recipe, rejects)[0]


@_collecting_seldom()
def complete_all(candidates: list[dict], recipe: Recipe, rejects: Rejects | None = None) -> list[dict]:
    """The rows of some drafts; to prove many at once costs less."""
    rows = [_accepted(candidate, recipe, rejects) for candidate in candidates]
    if recipe.levels:
        from generation.dataset.below import with_levels  # brings Warp

        rows = with_levels(rows, recipe.levels)
    if recipe.verify == "none":
        return rows
    from generation.dataset.proof import prove  # brings the evaluator

    return prove(rows, recipe)


def _accepted(candidate: dict, recipe: Recipe, rejects: Rejects | None = None) -> dict:
    """The row of a draft. Where Warp refuses, the next accepted attempt of its split takes the draft's place,
    so that a reader of drafts knows the split of the row."""
    rejects = Rejects() if rejects is None else rejects
    split, index = candidate["split"], candidate["index"]
    while True:
        try:
            if candidate["split"] == split:
                return _row(candidate, recipe)
        except _NOT_OURS:
            raise
        except Exception as error:
            rejects.note(error, replay_command(recipe.seed, index, recipe.population, recipe.config))
        candidate = draft(recipe.seed, index, recipe.population, candidate["attempt"] + 1, rejects)


def replay_command(seed: int, index: int, population: Population = EVERYTHING, config: str = "cpu") -> str:
    options = {
        "--kernel-types": (population.kernel_types, EVERYTHING.kernel_types),
        "--profile": ((population.profile,), (EVERYTHING.profile,)),
        "--complexity": (population.complexities, EVERYTHING.complexities),
    }
    given = "".join(f" {name} {','.join(own)}" for name, (own, usual) in options.items() if own != usual)
    return f"warp-ir-pairs inspect {config} --seed {seed} --index {index}{given}"


def _describe(program) -> dict:
    source = to_source(program)
    identity = structure(program)
    return {
        "id": hashlib.sha256(source.encode()).hexdigest()[:16],
        "structure_id": identity.id,
        "split": split_of(identity),
        "kernel_name": program.name,
        "kernel_type": program.family,
        "python_source": source,
        "operations": list(identity.operations),
        "num_params": program.num_params,
        "num_python_lines": _filled_lines(source),
        "complexity": complexity(size_of(program)),
        "launch": json.dumps(launch_of(program)),
    }


def _row(candidate: dict, recipe: Recipe) -> dict:
    from generation.compilation import compile_source  # brings Warp: only processes that compile pay for it

    backends = (recipe.backend, recipe.beside) if recipe.beside else (recipe.backend,)
    (kernel,) = compile_source(candidate["python_source"], backends, enable_backward=recipe.enable_backward)
    ir, *beside = (kernel[backend] for backend in backends)
    columns = candidate | columns_of(ir)
    for other in beside:
        columns |= columns_of(other, f"{other.backend}_")
    columns |= {
        "kernel_name": ir.kernel_name,
        "backend": recipe.backend,
        "num_ir_lines": _filled_lines(ir.forward),
        "differentiable": None,
        "verification": "generated",
        "warp_version": warp_version(),
        "generator_version": __version__,
    }
    return {name: columns[name] for name in recipe.schema.names if name in columns}


def _filled_lines(text: str) -> int:
    return sum(1 for line in text.splitlines() if line.strip())
