"""Shards: whole or not at all, their own or made again, and one clear sentence where a disk refuses."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import shutil
from dataclasses import asdict

import pyarrow.parquet as pq
import pytest

from generation.compilation import toolchain
from generation.compilation.pinned import WARP_VERSION
from generation.dataset import files, rows
from generation.dataset.configs import SCHEMA
from generation.dataset.files import refusals, sole_user, sweep, write_whole
from generation.dataset.options import Recipe
from generation.dataset.rows import complete, draft
from generation.dataset.shards import ShardStore
from generation.errors import SetupError, SynthesisError

RECIPE = Recipe.of("cpu")
SIZE = 8


@pytest.fixture
def store(tmp_path) -> ShardStore:
    return ShardStore(RECIPE, "a" * 64, str(tmp_path / "shards"), size=SIZE)


@pytest.fixture(scope="module")
def original(tmp_path_factory) -> dict[str, bytes]:
    """Shard 1 and its manifest, as they should be."""
    store = ShardStore(RECIPE, "a" * 64, str(tmp_path_factory.mktemp("original")), size=SIZE)
    store(1)
    return {path.name: path.read_bytes() for path in files.Path(store.directory).iterdir()}


def test_a_shard_holds_the_rows_of_its_indices(store):
    manifest, table = store(1), store.table(1)
    expected = [complete(draft(0, index, RECIPE.population), RECIPE) for index in range(SIZE, 2 * SIZE)]
    assert table.schema == SCHEMA and not table.schema.metadata
    assert table.to_pylist() == expected
    assert manifest.structures == [row["structure_id"] for row in expected]


def test_a_manifest_says_what_is_in_its_shard(store, monkeypatch):
    real, refused = rows.synthesise, [SIZE + 1, SIZE + 1, SIZE + 4]

    def synthesise(seed, index, population, attempt=0):
        if index in refused:
            refused.remove(index)
            raise SynthesisError(f"no value fits at {index}")
        return real(seed, SIZE if index == SIZE + 5 else index, population, attempt)

    monkeypatch.setattr(rows, "synthesise", synthesise)
    manifest = store(1)
    path = files.Path(store.directory) / "shard-000001.parquet"
    data = path.read_bytes()
    assert manifest.bytes == len(data) and manifest.sha256 == hashlib.sha256(data).hexdigest()
    assert manifest.rows == SIZE - 1 == pq.read_metadata(path).num_rows and manifest.duplicates == 1
    assert manifest.rejects == {"synthesis": 3}
    assert manifest.examples["synthesis"].startswith(f"SynthesisError: no value fits at {SIZE + 1} (replay: ")
    assert manifest.recipe == RECIPE.as_dict() and manifest.fingerprint == store.fingerprint
    assert manifest.toolchain == toolchain() and manifest.toolchain["warp-lang"] == WARP_VERSION
    assert json.loads(path.with_suffix(".json").read_bytes()).items() > asdict(manifest).items()
    assert sorted(os.listdir(store.directory)) == ["shard-000001.json", "shard-000001.parquet"]


def test_a_finished_shard_is_read_and_not_made_again(store, monkeypatch):
    made = store(1)
    monkeypatch.setattr(ShardStore, "_make", None)
    assert store(1) == made


def cut(name):
    def damage(directory):
        data = (directory / name).read_bytes()
        (directory / name).write_bytes(data[: len(data) // 2])

    return damage


def flip(name):
    def damage(directory):
        data = bytearray((directory / name).read_bytes())
        data[len(data) // 3] ^= 1
        (directory / name).write_bytes(data)

    return damage


def put(name, data):
    return lambda directory: (directory / name).write_bytes(data)


def without(name):
    return lambda directory: (directory / name).unlink()


def other_parquet(directory):
    pq.write_table(SCHEMA.empty_table(), directory / PARQUET)


def of_another(**changes):
    def damage(directory):
        arguments = {"recipe": RECIPE, "fingerprint": "a" * 64, "size": SIZE} | changes
        number = arguments.pop("number", 1)
        other = ShardStore(directory=str(directory / "other"), **arguments)
        other(number)
        for suffix in (".parquet", ".json"):
            shutil.move(other.path(number).with_suffix(suffix), (directory / PARQUET).with_suffix(suffix))
        shutil.rmtree(other.directory)

    return damage


PARQUET, MANIFEST = "shard-000001.parquet", "shard-000001.json"
DAMAGE = {
    "cut short": cut(PARQUET),
    "one bit flipped": flip(PARQUET),
    "empty": put(PARQUET, b""),
    "missing": without(PARQUET),
    "another Parquet file": other_parquet,
    "its manifest cut short": cut(MANIFEST),
    "one bit of its manifest flipped": flip(MANIFEST),
    "its manifest empty": put(MANIFEST, b""),
    "its manifest another JSON": put(MANIFEST, b"[1]"),
    "its manifest missing": without(MANIFEST),
    "of another number": of_another(number=2),
    "of another generator": of_another(fingerprint="b" * 64),
    "of another recipe": of_another(recipe=Recipe.of("cpu", seed=1)),
    "of another size": of_another(size=SIZE - 1),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_or_foreign_shard_is_made_again(store, original, damage):
    directory = files.Path(store.directory)
    directory.mkdir()
    for name, data in original.items():
        (directory / name).write_bytes(data)
    manifest = store.find(1)
    damage(directory)
    assert store.table(1).to_pylist() == pq.read_table(io.BytesIO(original[PARQUET])).to_pylist()
    assert {path.name: path.read_bytes() for path in directory.iterdir()} == original
    assert store.find(1) == manifest


@pytest.mark.parametrize("damage", sorted(set(DAMAGE) - {"one bit flipped"}))
def test_all_damage_but_that_of_single_bytes_is_seen_without_reading_texts(store, original, damage):
    directory = files.Path(store.directory)
    directory.mkdir()
    for name, data in original.items():
        (directory / name).write_bytes(data)
    DAMAGE[damage](directory)
    assert store.find(1) is None


def test_sources_edited_meanwhile_make_no_shard(store):
    edited = ShardStore(RECIPE, store.fingerprint, store.directory, SIZE, sources="of the process that asked")
    with pytest.raises(SetupError, match="was edited after it was imported; restart Python"):
        edited(0)
    assert not os.path.exists(store.directory)


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), OSError(errno.ENOSPC, "full")], ids=repr)
@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
def test_an_interrupted_write_leaves_what_was_there(tmp_path, monkeypatch, step, stop):
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def interrupted(*_):
        raise stop

    monkeypatch.setattr(files.os, step, interrupted)
    with pytest.raises(type(stop)):
        write_whole(path, b"new")
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"old"]


def test_sweep_removes_only_what_killed_processes_left(tmp_path):
    for name in (".shard-000001.parquet.x1.tmp", "shard-000001.parquet", "mine.tmp", ".mine"):
        (tmp_path / name).touch()
    sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".mine", "mine.tmp", "shard-000001.parquet"]


REFUSALS = {
    errno.ENOSPC: "no space is left on the disk that holds DIR; free some",
    errno.EDQUOT: "the disk quota for DIR is used up",
    errno.EACCES: "DIR cannot be written: permission denied; choose another directory",
    errno.EROFS: "DIR cannot be written: it is on a read-only file system",
}


@pytest.mark.parametrize("code", REFUSALS, ids=errno.errorcode.get)
def test_what_the_file_system_refuses_is_one_sentence(code):
    def library():
        try:
            raise OSError(code, os.strerror(code))
        except OSError as error:
            raise RuntimeError("something went wrong") from error

    with pytest.raises(SetupError) as error, refusals("DIR"):
        library()
    assert REFUSALS[code] in str(error.value) and "\n" not in str(error.value)


def test_a_file_in_the_way_of_the_directory_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    store = ShardStore(RECIPE, "a" * 64, str(tmp_path / "file" / "shards"), size=2)
    with pytest.raises(SetupError, match="a part of this path is a file, not a directory"):
        store(0)


def test_a_full_disk_is_one_sentence(store, monkeypatch):
    def full(handle, mode):
        os.close(handle)
        return open("/dev/full", mode)

    if not os.path.exists("/dev/full"):
        pytest.skip("needs /dev/full")
    monkeypatch.setattr(files.os, "fdopen", full)
    with pytest.raises(SetupError, match="no space is left on the disk"):
        store(0)
    assert os.listdir(store.directory) == []


def test_a_directory_has_one_user_at_a_time(tmp_path):
    with (
        sole_user(tmp_path),
        pytest.raises(SetupError, match="another process is writing to"),
        sole_user(tmp_path),
    ):
        pass
    with sole_user(tmp_path):  # free again
        pass
