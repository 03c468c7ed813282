"""Rows with levels below, or with another backend beside, are those of the base config and more."""

from __future__ import annotations

import json
import tarfile
from importlib import metadata

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from generation.cli import main
from generation.compilation.lowering import LEVELS
from generation.dataset.configs import CONFIGS
from generation.dataset.formats import convert
from generation.dataset.options import Recipe
from generation.dataset.proof import audit
from generation.dataset.rows import complete_all, draft
from generation.dataset.shards import ShardStore
from generation.dataset.streams import Completion
from generation.dataset.views import TASKS, View, join
from generation.errors import OptionError, SetupError

SEED, INDICES = 3, (0, 2, 4, 5)


def rows(config: str, **options) -> list[dict]:
    recipe = Recipe.of(config, SEED, **options)
    return complete_all([draft(SEED, index, recipe.population) for index in INDICES], recipe)


@pytest.fixture(scope="module")
def plain() -> list[dict]:
    return rows("cpu")


@pytest.fixture(scope="module")
def levels() -> list[dict]:
    return rows("cpu-llvm")


@pytest.fixture
def dataset(tmp_path):
    def dataset(made: list[dict], config: str) -> str:
        directory = tmp_path / "pairs"
        directory.mkdir()
        table = pa.Table.from_pylist(made, CONFIGS[config].schema)
        pq.write_table(table, directory / "train-00000-of-00001.parquet")
        return str(directory)

    return dataset


def test_levels_are_columns_beside_those_of_the_base_config(plain, levels):
    for base, row in zip(plain, levels, strict=True):
        assert list(row) == CONFIGS["cpu-llvm"].schema.names
        assert {name: row[name] for name in base} == base
        told = {entry.partition(":")[0] for entry in row["missing"]}
        counted = {counts["level"] for counts in row["counts"]}
        for level in CONFIGS["cpu-llvm"].levels:
            for part in ("forward", "backward") if base["ir_backward"] else ("forward",):
                column = level.column(part)
                assert bool(row[column]) == (column not in told) == (column in counted)


def test_levels_are_proven_with_the_row(levels, dataset, capsys):
    proven = rows("cpu-llvm", verify="execute")
    verdicts = ("verification", "differentiable")
    assert all(row["verification"] == "executed" for row in proven)
    for row, same in zip(proven, levels, strict=True):
        assert {k: v for k, v in row.items() if k not in verdicts} == {
            k: v for k, v in same.items() if k not in verdicts
        }
    changed = next(n for n, row in enumerate(levels) if "vaddss" in row["asm"])
    wrong = [row | {"asm": row["asm"].replace("vaddss", "vsubss")} for row in levels[changed : changed + 1]]
    (found,) = audit(dataset(wrong, "cpu-llvm"), "execute")
    assert found.verdict.tier == "compiled" and found.verdict.reason.endswith("at asm")


def test_both_backends_in_one_row_are_what_a_join_gives(plain, dataset):
    import datasets

    both, cuda = rows("cpu-cuda"), rows("cuda")
    joined = join(*(datasets.Dataset.from_list(side) for side in (plain, cuda))).to_list()
    extra = {name for name in both[0] if name not in joined[0]}
    assert extra == {"cuda_line_map"}
    for row, expected, other in zip(both, joined, cuda, strict=True):
        assert {name: row[name] for name in expected} == expected
        assert row["cuda_line_map"] == other["line_map"]
    assert all(row["verification"] == "executed" for row in rows("cpu-cuda", verify="execute"))
    wrong = [both[0] | {"cuda_ir_forward": both[0]["cuda_ir_forward"].replace("wp::", "wp::no::", 1)}]
    (found,) = audit(dataset(wrong, "cpu-cuda"), "execute")
    assert found.same_text is False and found.verdict.tier == "generated"
    task = TASKS["cpu_to_cuda"]
    for row in both:
        example = View("cpu_to_cuda")(row)
        assert example["completion"] == "\n".join(row[name] for name in task.answer if row[name])


def test_archives_have_a_file_for_each_level(levels, dataset, tmp_path):
    _, path = convert(dataset(levels, "cpu-llvm"), "tar.gz", tmp_path / "packed")["train"]
    with tarfile.open(path) as archive:
        texts = {member.name: archive.extractfile(member).read().decode() for member in archive}
    for row in levels:
        assert texts[f"{row['id']}.llvm_o2.ll"] == row["llvm_o2"]
        assert texts[f"{row['id']}.asm_backward.s"] == row["asm_backward"]
        rest = json.loads(texts[f"{row['id']}.json"])
        assert not set(rest) & {"llvm_o0_support", "asm"} and rest["counts"] == row["counts"]


def test_missing_packages_are_named_before_anything_is_made(monkeypatch, tmp_path):
    def version(package):
        raise metadata.PackageNotFoundError

    monkeypatch.setattr(metadata, "version", version)
    recipe = Recipe.of("cpu-llvm")
    for start in (lambda: ShardStore(recipe, "", str(tmp_path)), lambda: Completion(recipe)):
        with pytest.raises(SetupError, match=r"config 'cpu-llvm' needs llvmlite .*pip install '.\[llvm\]'"):
            start()
    Completion(Recipe.of("cpu-cuda"))


def test_one_pair_at_a_level(levels, capsys):
    command = ["inspect", "cpu", "--seed", str(SEED), "--index", str(INDICES[0])]
    assert main([*command, "--level", "llvm", "--backward"]) == 0
    printed = capsys.readouterr().out
    assert levels[0]["llvm_o2"].rstrip() in printed and levels[0]["llvm_o2_backward"].rstrip() in printed
    assert main([*command, "--level", "wasm"]) == 2
    assert ", ".join(LEVELS["cpu"]) in capsys.readouterr().err


def test_a_config_that_nobody_knows_lists_the_known():
    with pytest.raises(OptionError, match="cpu-llvm"):
        Recipe.of("cpu-mlir")
