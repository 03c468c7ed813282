"""Rows carry the verdict they earned, whoever asks; a dataset with wrong texts is found out."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from generation.cli import main
from generation.dataset.options import VERIFY, Recipe
from generation.dataset.proof import audit
from generation.dataset.rows import SCHEMA, complete_all, draft
from generation.errors import OptionError
from generation.synthesis.populations import EVERYTHING

ROWS = 6


def rows(how: str) -> list[dict]:
    recipe = Recipe.of("cpu", 3, verify=how)
    return complete_all([draft(3, index, EVERYTHING) for index in range(ROWS)], recipe)


@pytest.mark.parametrize("how", VERIFY)
def test_rows_say_how_far_they_were_proven(how):
    tiers = list(VERIFY.values())
    for proven, plain in zip(rows(how), rows("none"), strict=True):
        assert tiers.index(proven["verification"]) <= tiers.index(VERIFY[how])
        assert (proven["differentiable"] is True) == (proven["verification"] == "gradient_checked")
        assert plain["verification"] == "generated"
        verdict = ("verification", "differentiable")
        assert {k: v for k, v in proven.items() if k not in verdict} == {
            k: v for k, v in plain.items() if k not in verdict
        }


def test_a_verdict_that_nobody_knows_is_refused():
    with pytest.raises(OptionError, match="verify='twice'"):
        Recipe.of("cpu", verify="twice")


@pytest.fixture
def dataset(tmp_path):
    def dataset(made: list[dict]) -> str:
        pq.write_table(pa.Table.from_pylist(made, SCHEMA), tmp_path / "train-00000-of-00001.parquet")
        return str(tmp_path)

    return dataset


def test_an_audit_proves_what_is_stored(dataset, capsys):
    source = dataset(rows("none"))
    assert all(found.same_text for found in audit(source, "execute"))
    assert main(["verify", source, "--limit", "3"]) == 0
    assert "executed" in capsys.readouterr().out


def test_an_audit_finds_a_text_that_was_changed(dataset, capsys):
    made = rows("none")
    plain = next(row for row in made if "wp::add(" in row["ir_forward"])
    plain["ir_forward"] = plain["ir_forward"].replace("wp::add(", "wp::sub(")
    source = dataset(made)
    assert [found.same_text for found in audit(source, "compile")].count(False) == 1
    assert main(["verify", source]) == 1
    assert f"--index {plain['index']}" in capsys.readouterr().out.replace("\n", " ")


def test_a_dataset_of_sources_alone_is_proven_too(tmp_path):
    columns = {"python_source": [row["python_source"] for row in rows("none")]}
    pq.write_table(pa.table(columns), tmp_path / "sources.parquet")
    found = list(audit(str(tmp_path), "execute"))
    assert len(found) == ROWS and any(one.verdict.tier == "executed" for one in found)
