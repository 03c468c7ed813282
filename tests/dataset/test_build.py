"""Builds and streams, on a stream in which many structures repeat: exactly the first N distinct structures
in index order, whoever makes them, in whichever portions."""

from __future__ import annotations

import itertools
import sys

import pyarrow.parquet as pq
import pytest

from generation.dataset import export as export_module
from generation.dataset import shards, streams
from generation.dataset.build import build
from generation.dataset.export import export
from generation.dataset.options import Recipe
from generation.dataset.rows import SCHEMA
from generation.dataset.shards import ShardStore, tables
from generation.dataset.splits import SPLITS, split_of
from generation.dataset.streams import SHARDS, Completion, Drafts, stream_shards
from generation.errors import OptionError, SetupError

build_module = sys.modules[build.__module__]  # its name in the package is the function's
RECIPE = Recipe.of("cpu")
COUNTS = [1, 5, 16, 17, 60, 150]


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
        name: [index for table in tables(kept) for index in table["index"].to_pylist()]
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
        size = export(result, tmp_path / "out", tmp_path / "shards")
    paths = sorted((tmp_path / "out").iterdir())
    assert size == sum(path.stat().st_size for path in paths)
    for split, kept in result.splits.items():
        own = [path for path in paths if path.name.startswith(split)]
        rows = [pq.read_table(path) for path in own]
        assert [path.name for path in own] == [
            f"{split}-{k:05d}-of-{len(own):05d}.parquet" for k in range(len(own))
        ]
        assert all(table.schema == SCHEMA and table.num_rows <= 60 for table in rows)
        assert [row for table in rows for row in table.to_pylist()] == [
            row for table in tables(kept) for row in table.to_pylist()
        ]


def test_an_export_takes_nobody_elses_directory(fake_stream, store, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.tex").touch()
    with pytest.raises(SetupError, match=r"holds other files \(thesis\.tex\); choose an empty or a new"):
        export(build(store, 10), out, tmp_path / "shards")
    assert [path.name for path in out.iterdir()] == ["thesis.tex"]
