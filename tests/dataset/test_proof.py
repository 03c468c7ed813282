"""Rows carry the verdict they earned, whoever asks; a dataset with wrong texts is found out."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from generation.cli import main
from generation.dataset.configs import SCHEMA, VERIFY
from generation.dataset.options import Recipe
from generation.dataset.proof import audit
from generation.dataset.rows import complete_all, draft
from generation.errors import OptionError
from generation.synthesis.populations import EVERYTHING
from generation.verification import Module, from_json, to_json
from generation.verification.comparison import difference

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


def test_examples_are_launches_to_the_last_bit():
    recipe = Recipe.of("cpu-io", 3)
    made = complete_all([draft(3, index, EVERYTHING) for index in range(ROWS)], recipe)
    plain = [{name: row[name] for name in row if name != "examples"} for row in made]
    assert plain == rows("execute")
    for row in made:
        assert row["verification"] == "executed"
        module = Module(row["python_source"])
        examples = from_json(row["examples"], module.kernel())
        assert 1 <= len(examples) <= 3
        assert to_json(examples, json.loads(row["launch"])) == row["examples"]
        for example in examples:
            found = module.kernel().launch(example.dim, example.arguments).outputs
            exact = module.twin.kernel().launch(example.dim, example.arguments).outputs
            told = {path: found[path] for path in example.outputs}
            assert difference(example.outputs, told, [exact]) == ""


@pytest.mark.parametrize("value", ["none", "compile"])
def test_examples_need_rows_that_are_run(value):
    with pytest.raises(OptionError, match=f"verify='{value}' is not one of execute, gradient"):
        Recipe.of("cpu-io", verify=value)


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
    sources = [row["python_source"] for row in rows("none")]
    alone = "@wp.kernel\ndef double(x: wp.array(dtype=float)):\n    i = wp.tid()\n    x[i] = x[i] * 2.0\n"
    columns = {"python_source": [*sources, alone]}
    pq.write_table(pa.table(columns), tmp_path / "sources.parquet")
    found = list(audit(str(tmp_path), "execute"))
    assert len(found) == ROWS + 1 and found[-1].verdict.tier == "executed"
    assert any(one.verdict.tier == "executed" for one in found[:-1])
