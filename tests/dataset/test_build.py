"""Builds and streams, on a stream in which many structures repeat: exactly the first N distinct structures
in index order, whoever makes them, in whichever portions."""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import sys
from collections import Counter
from dataclasses import replace

import datasets
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from generation.dataset import export as export_module
from generation.dataset import shards, splits, streams
from generation.dataset.build import build, choose, wanted
from generation.dataset.configs import SCHEMA
from generation.dataset.export import export, find
from generation.dataset.options import Recipe
from generation.dataset.seen import Seen
from generation.dataset.shards import ShardStore
from generation.dataset.splits import SPLITS
from generation.dataset.streams import SHARDS, Completion, Drafts, stream_shards
from generation.errors import OptionError, SetupError
from generation.program.structure import Structure

build_module = sys.modules[build.__module__]  # its name in the package is the function's
RECIPE = Recipe.of("cpu")
COUNTS = [1, 5, 16, 17, 60, 150]


def split_of(structure: str) -> str:
    return splits.split_of(Structure(structure, (), 0, 0))


def first_distinct(structure_of, count: int) -> dict[str, list[int]]:
    """The definition: for each split the indices of its rows."""
    homes: dict[str, int] = {}
    for index in itertools.count():
        if len(homes) == count:
            break
        homes.setdefault(structure_of(index), index)
    return {name: [i for s, i in homes.items() if split_of(s) == name] for name in SPLITS}


def built(result) -> dict[str, list[int]]:
    return {
        name: [index for table in result.tables(kept) for index in table["index"].to_pylist()]
        for name, kept in result.splits.items()
    }


def streamed(count: int, split: str, shards) -> list[int]:
    return [candidate["index"] for candidate in Drafts(RECIPE, count)(split, shards)]


@pytest.fixture
def store(tmp_path):
    return ShardStore(RECIPE, "a" * 64, str(tmp_path / "shards"), size=16)


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("count", COUNTS)
def test_a_build_is_the_first_n_distinct_structures(fake_stream, store, count, workers):
    structure_of, _ = fake_stream
    heard = []
    result = build(store, count, workers=workers, progress=heard.append)
    expected = first_distinct(structure_of, count)
    assert built(result) == expected
    assert sum(heard) == result.pairs == count == sum(result.sizes().values())
    seen = {structure_of(index) for index in range(result.candidates)}
    assert result.candidates - result.duplicates == len(seen)


def test_a_build_finds_what_another_left(fake_stream, store):
    _, compiled = fake_stream
    build(store, 40)
    compiled.clear()
    assert built(build(store, 40)) == built(build(store, 40, workers=2))
    assert compiled == []


@pytest.mark.parametrize("count", COUNTS)
def test_whoever_makes_the_shards_in_whichever_order_the_build_is_the_same(fake_stream, store, count):
    structure_of, compiled = fake_stream
    order = random.Random(count)
    while numbers := wanted(store, count):
        order.shuffle(numbers)
        for number in numbers[: order.randint(1, len(numbers))]:  # the others are lost on the way
            assert store.find(number) is None
            store(number)
    compiled.clear()
    assert built(build(store, count)) == first_distinct(structure_of, count)
    assert compiled == []


def manifests_of(store, drafts: list[tuple[str, str]]):
    """Manifests of shards whose rows are (structure first drafted, own structure)."""
    any_shard, size = store(0), store.size
    for number in range(len(drafts) // size):
        columns = [list(column) for column in zip(*drafts[number * size :][:size], strict=True)]
        yield replace(
            any_shard,
            number=number,
            duplicates=0,
            drafts=columns[0],
            structures=columns[1],
            splits=[split_of(structure) for structure in columns[1]],
        )


def test_a_row_whose_draft_or_own_structure_was_kept_before_is_dropped(fake_stream, store):
    names, draw = [f"{n:016x}" for n in range(2**64 - 200, 2**64)], random.Random(5)
    drafts = [
        (name, draw.choice(names) if draw.random() < 0.3 else name) for name in draw.choices(names, k=320)
    ]
    kept, dropped, seen = [], 0, set()
    for index, pair in enumerate(drafts):
        if seen.isdisjoint(pair):
            seen.update(pair)
            kept.append(index)
        else:
            dropped += 1
    result = choose(store, manifests_of(store, drafts), 1000)
    chosen = [n * store.size + p for split in result.splits.values() for n, ps in split for p in ps.tolist()]
    assert sorted(chosen) == kept and (result.pairs, result.duplicates) == (len(kept), dropped)


def test_numbers_seen_are_those_added():
    draw, seen, known = np.random.default_rng(3), Seen(), set()
    for size in [0, 1, 300, *draw.integers(0, 300, 60)]:
        numbers = (
            draw.integers(0, 2**64 - 1, size, np.uint64, endpoint=True) // np.uint64(2**48) * np.uint64(2**48)
        )
        assert seen.holds(numbers).tolist() == [number in known for number in numbers.tolist()]
        seen.add(fresh := set(numbers.tolist()) - known)
        known |= fresh
    assert len(known) > 5000


def test_shards_of_two_toolchains_are_no_build(fake_stream, store, monkeypatch):
    store(0)
    monkeypatch.setattr("generation.compilation.toolchain", lambda: {"warp-lang": "another"})
    with pytest.raises(
        SetupError, match=r"shard-000001.parquet was made with .*another.*, those before it with"
    ):
        build(store, 30)


@pytest.mark.parametrize("count", COUNTS)
def test_a_finite_stream_is_the_build_however_it_is_dealt_out(fake_stream, count):
    expected = first_distinct(fake_stream[0], count)
    ranges = stream_shards(count)
    for split in SPLITS:
        assert streamed(count, split, ranges) == expected[split]
        for nodes in (2, 5):
            streams._census.cache_clear()  # nodes have nothing in common
            dealt = [streamed(count, split, ranges[node::nodes]) for node in reversed(range(nodes))]
            assert sorted(itertools.chain(*dealt)) == expected[split]


def test_an_endless_stream_is_distinct_within_its_shards_and_disjoint_across_them(fake_stream):
    structure_of, compiled = fake_stream
    taken = [list(itertools.islice(Drafts(RECIPE, 0)("train", [shard]), 30)) for shard in range(SHARDS)]
    for shard, drafts in enumerate(taken):
        assert {draft["index"] % SHARDS for draft in drafts} == {shard}
        assert len({draft["structure_id"] for draft in drafts}) == len(drafts)
        assert {split_of(structure_of(draft["index"])) for draft in drafts} == {"train"}
    assert compiled == []  # a stream compiles what is asked of Completion and nothing else
    assert Completion(RECIPE)(taken[0][0])["index"] == taken[0][0]["index"] and len(compiled) == 1


def test_where_no_more_structures_are_found_the_limit_is_told(fake_stream, store, monkeypatch):
    structure_of, _ = fake_stream
    few = {structure_of(index) for index in range(90)}
    real = streams.draft
    for module in (streams, shards):
        monkeypatch.setattr(module, "draft", lambda s, i, k, **_: real(s, i % 90, k) | {"index": i})
    for module in (streams, build_module):
        monkeypatch.setattr(module, "BARREN", 200)
    with pytest.raises(
        OptionError, match=f"give {len(few)} distinct structures.* at most {len(few)}, or allow more"
    ):
        build(store, 1000)
    with pytest.raises(OptionError, match=f"give {len(few)} distinct structures"):
        streamed(1000, "train", stream_shards(1000))


def test_an_export_is_the_build(fake_stream, store, tmp_path, monkeypatch):
    monkeypatch.setattr(export_module, "ROWS_PER_FILE", 60)
    monkeypatch.setattr(export_module, "_ROWS_AT_ONCE", 20)
    result = build(store, 150)
    for _ in range(2):  # a second one replaces the first
        export(result, tmp_path / "out", tmp_path / "shards")
    paths = sorted((tmp_path / "out").glob("*.parquet"))
    for split, kept in result.splits.items():
        own = [path for path in paths if path.name.startswith(split)]
        rows = [pq.read_table(path) for path in own]
        assert [path.name for path in own] == [
            f"{split}-{k:05d}-of-{len(own):05d}.parquet" for k in range(len(own))
        ]
        assert all(table.schema == SCHEMA and table.num_rows <= 60 for table in rows)
        assert [row for table in rows for row in table.to_pylist()] == [
            row for table in result.tables(kept) for row in table.to_pylist()
        ]


TOP_LEVEL = {
    "config", "recipe", "fingerprint", "toolchain", "generator_version", "schema_version", "pairs",
    "candidates", "duplicates", "rejects", "verification", "differentiable", "splits",
}  # fmt: skip


def test_the_manifest_of_an_export_says_what_is_there(fake_stream, store, tmp_path, monkeypatch):
    real, verdicts = (
        shards.complete_all,
        itertools.cycle([("executed", True), ("compiled", None), ("executed", False)]),
    )

    def complete_all(*arguments):
        made = zip(real(*arguments), verdicts, strict=False)
        return [row | {"verification": tier, "differentiable": right} for row, (tier, right) in made]

    monkeypatch.setattr(shards, "complete_all", complete_all)
    monkeypatch.setattr(export_module, "ROWS_PER_FILE", 60)
    monkeypatch.setattr(export_module, "_ROWS_AT_ONCE", 20)
    result, out = build(store, 150), tmp_path / "out"
    manifest = export(result, out, tmp_path / "shards")
    assert json.loads((out / "build.json").read_bytes()) == manifest and set(manifest) == TOP_LEVEL
    assert manifest["recipe"] == RECIPE.as_dict() and manifest["pairs"] == 150
    assert manifest["candidates"] - manifest["duplicates"] >= 150
    assert manifest["toolchain"] == {"warp-lang": "none", "pyarrow": pa.__version__}
    listed = []
    for split, told in manifest["splits"].items():
        assert told["rows"] == sum(file["rows"] for file in told["files"]) == result.sizes()[split]
        assert told["bytes"] == sum(file["bytes"] for file in told["files"])
        for file in told["files"]:
            data = (out / file["name"]).read_bytes()
            assert file["bytes"] == len(data) and file["sha256"] == hashlib.sha256(data).hexdigest()
            assert file["rows"] == pq.read_metadata(out / file["name"]).num_rows
            listed.append(file["name"])
    assert sorted([*listed, "build.json", "README.md"]) == sorted(path.name for path in out.iterdir())
    columns = pa.concat_tables([pq.read_table(out / name) for name in listed])
    tiers, right = (Counter(columns[name].to_pylist()) for name in ("verification", "differentiable"))
    assert manifest["verification"] == {
        tier: tiers[tier] for tier in ("generated", "compiled", "executed", "gradient_checked")
    }
    assert manifest["differentiable"] == {"true": right[True], "false": right[False], "null": right[None]}
    loaded = datasets.load_dataset(str(out))  # takes the manifest for nothing of its own
    filled = {name: rows for name, rows in result.sizes().items() if rows}
    assert {name: len(rows) for name, rows in loaded.items()} == filled


def test_an_export_is_found_again_whole_or_not_at_all(fake_stream, store, tmp_path):
    out = tmp_path / "out"
    assert find(out, store, 40) is None
    manifest = export(build(store, 40), out, tmp_path / "shards")
    assert find(out, store, 40) == manifest
    assert find(out, store, 41) is None and find(out, replace(store, fingerprint="b" * 64), 40) is None
    assert find(out, replace(store, recipe=Recipe.of("cpu", seed=1)), 40) is None
    path = out / "train-00000-of-00001.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    assert find(out, store, 40) is None


def test_an_export_takes_nobody_elses_directory(fake_stream, store, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.tex").touch()
    with pytest.raises(SetupError, match=r"holds other files \(thesis\.tex\); choose an empty or a new"):
        export(build(store, 10), out, tmp_path / "shards")
    assert [path.name for path in out.iterdir()] == ["thesis.tex"]
