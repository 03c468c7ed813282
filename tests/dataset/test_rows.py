"""Rows: a pure function of recipe and index; what is refused is counted and replaced, and nothing else
changes."""

from __future__ import annotations

import pytest

from generation import compilation
from generation.dataset import rows
from generation.dataset.configs import SCHEMA
from generation.dataset.options import Recipe
from generation.dataset.rows import DRAFT_COLUMNS, Rejects, complete, draft
from generation.errors import CompilationError, GenerationError, SetupError, SynthesisError

RECIPE = Recipe.of("cpu")
CUDA = Recipe.of("cuda")
INDICES = range(12)


def row_at(index: int, recipe: Recipe = RECIPE, rejects: Rejects | None = None) -> dict:
    return complete(draft(recipe.seed, index, recipe.population, rejects=rejects), recipe, rejects)


@pytest.fixture(scope="module")
def expected() -> list[dict]:
    return [row_at(index) for index in INDICES]


def test_a_row_does_not_depend_on_what_was_made_before(expected):
    assert [row_at(index) for index in reversed(INDICES)] == expected[::-1]
    assert [list(row) for row in expected] == [SCHEMA.names] * len(expected)
    assert set(draft(0, 0, RECIPE.population)) == set(DRAFT_COLUMNS)


def test_an_index_is_the_same_program_for_both_backends(expected):
    shared = [*DRAFT_COLUMNS[:8], "seed", "index"]
    for row in expected:
        other = row_at(row["index"], CUDA)
        assert {name: row[name] for name in shared} == {name: other[name] for name in shared}
        assert row["ir_forward"] != other["ir_forward"]


def test_without_backward_only_the_adjoint_is_missing(expected):
    row = row_at(0, Recipe.of("cpu", enable_backward=False))
    assert expected[0]["ir_backward"] and not row["ir_backward"]
    assert row["ir_forward"] == expected[0]["ir_forward"]


def failing(step, first_error, at):
    """`step`, failing the first time it is called for index `at`."""
    failed = []

    def wrapped(*args, **kwargs):
        if at(*args) and not failed:
            failed.append(True)
            raise first_error
        return step(*args, **kwargs)

    return wrapped


def at_index_5(seed, index, *_):
    return index == 5


@pytest.mark.parametrize(
    "stage, reason, error",
    [
        ("synthesise", "synthesis", SynthesisError("no value fits")),
        ("synthesise", "unexpected ZeroDivisionError", ZeroDivisionError("a bug")),
        ("check", "unexpected AssertionError", AssertionError("a bug")),
        ("compile_source", "codegen", CompilationError("Warp said no", "codegen")),
        ("compile_source", "unexpected KeyError", KeyError("a bug")),
    ],
    ids=lambda value: str(value),
)
def test_a_refused_program_is_counted_and_replaced_and_its_neighbours_stay(
    monkeypatch, expected, stage, reason, error
):
    room, source = (compilation if stage == "compile_source" else rows), expected[5]["python_source"]
    concerns = {
        "synthesise": at_index_5,
        "check": lambda program: rows.to_source(program) == source,
        "compile_source": lambda text, *_: text == source,
    }[stage]

    def attempt() -> tuple[list[dict], Rejects]:
        rejects = Rejects()
        with monkeypatch.context() as patch:
            patch.setattr(room, stage, failing(getattr(room, stage), error, concerns))
            return [row_at(index, rejects=rejects) for index in INDICES], rejects

    found, rejects = attempt()
    assert dict(rejects.counts) == {reason: 1}
    assert str(error) in rejects.examples[reason] and "inspect cpu --seed 0 --index 5" in str(rejects)
    changed = [index for index in INDICES if found[index] != expected[index]]
    assert changed == [5] and found[5]["index"] == 5
    assert found[5]["kernel_type"] == expected[5]["kernel_type"]
    if stage == "compile_source":  # whoever knew only the draft knows the split all the same
        attempts = [draft(0, 5, RECIPE.population, number) for number in range(20)]
        homes = {one["structure_id"]: one["split"] for one in attempts}
        assert homes[found[5]["structure_id"]] == homes[expected[5]["structure_id"]]
    assert attempt()[0] == found


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), SetupError("no Warp"), MemoryError()], ids=repr)
@pytest.mark.parametrize(
    "room, stage", [(rows, "synthesise"), (rows, "check"), (compilation, "compile_source")]
)
def test_what_is_not_the_programs_fault_is_neither_counted_nor_replaced(monkeypatch, room, stage, stop):
    rejects = Rejects()
    monkeypatch.setattr(room, stage, failing(getattr(room, stage), stop, lambda *_: True))
    with pytest.raises(type(stop)):
        row_at(0, rejects=rejects)
    assert not rejects


def test_where_nothing_is_accepted_the_last_refusal_is_told(monkeypatch):
    def never(*_):
        raise SynthesisError("no value fits")

    monkeypatch.setattr(rows, "synthesise", never)
    with pytest.raises(GenerationError, match=r"none of .* attempts at index 3 gave a row.*no value fits"):
        draft(0, 3, RECIPE.population)
