"""Shards: whole or not at all, their own or made again, and one clear sentence where a disk refuses."""

from __future__ import annotations

import errno
import os
import shutil

import pyarrow.parquet as pq
import pytest

from generation.dataset import files
from generation.dataset.files import refusals, sole_user, sweep, write_whole
from generation.dataset.options import Recipe
from generation.dataset.rows import SCHEMA, complete, draft
from generation.dataset.shards import ShardStore, tables
from generation.errors import SetupError

RECIPE = Recipe.of("cpu")
SIZE = 8


@pytest.fixture
def store(tmp_path) -> ShardStore:
    return ShardStore(RECIPE, "a" * 64, str(tmp_path / "shards"), size=SIZE)


@pytest.fixture(scope="module")
def original(tmp_path_factory) -> bytes:
    """Shard 1, as it should be."""
    store = ShardStore(RECIPE, "a" * 64, str(tmp_path_factory.mktemp("original")), size=SIZE)
    with open(store(1).path, "rb") as file:
        return file.read()


def test_a_shard_holds_the_rows_of_its_indices(store):
    summary = store(1)
    (table,) = tables([(summary.path, range(len(summary.identities)))])
    rows = [complete(draft(0, index, RECIPE.population), RECIPE) for index in range(SIZE, 2 * SIZE)]
    assert table.schema == SCHEMA and not table.schema.metadata
    assert table.to_pylist() == rows
    assert [identity for _, identity in summary.identities] == [row["structure_id"] for row in rows]
    assert summary.candidates == SIZE and os.listdir(store.directory) == ["shard-000001.parquet"]


def test_a_finished_shard_is_read_and_not_made_again(store, monkeypatch):
    made = store(1)
    monkeypatch.setattr(ShardStore, "_make", None)
    assert store(1) == made


def cut(path, data):
    path.write_bytes(data[: len(data) // 2])


def flip(path, data):
    middle = len(data) // 3
    path.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])


def empty(path, data):
    path.write_bytes(b"")


def other_parquet(path, data):
    pq.write_table(SCHEMA.empty_table(), path)


def of_another(**changes):
    def put(path, data):
        directory = str(path.parent / "other")
        arguments = {"recipe": RECIPE, "fingerprint": "a" * 64, "size": SIZE} | changes
        number = arguments.pop("number", 1)
        shutil.move(ShardStore(directory=directory, **arguments)(number).path, path)
        shutil.rmtree(directory)

    return put


DAMAGE = {
    "cut short": cut,
    "one bit flipped": flip,
    "empty": empty,
    "another Parquet file": other_parquet,
    "of another number": of_another(number=2),
    "of another generator": of_another(fingerprint="b" * 64),
    "of another recipe": of_another(recipe=Recipe.of("cpu", seed=1)),
    "of another size": of_another(size=SIZE - 1),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_or_foreign_shard_is_made_again(store, original, damage):
    path = files.Path(store.directory) / "shard-000001.parquet"
    path.parent.mkdir()
    damage(path, original)
    store(1)
    assert path.read_bytes() == original


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
