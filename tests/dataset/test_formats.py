"""Exports: what is written reads back equal, is the same to the byte however it was stored, and is whole."""

from __future__ import annotations

import json
import random
import sys
import tarfile
from dataclasses import replace
from importlib.util import find_spec

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from generation.dataset import formats
from generation.dataset.configs import SCHEMA
from generation.dataset.formats import FORMATS, convert
from generation.dataset.splits import SPLITS
from generation.errors import OptionError, SetupError

NASTY = [*'aé😀\n\r\u2028\x85\0"\\ \t', "\r\n", "\\n", "</s>", "// ", ""]
needs_tfrecord = pytest.mark.skipif(find_spec("tfrecord") is None, reason="needs the extra tfrecord")
EVERY = [pytest.param(to, marks=needs_tfrecord if to == "tfrecord" else ()) for to in FORMATS]
SPLIT_SIZES = dict(zip(SPLITS, (37, 3, 1, 2, 5), strict=True))


def values(rng: random.Random, kind: pa.DataType):
    if rng.random() < 0.15:
        return None
    if pa.types.is_list(kind):
        return [values_without_null(rng, kind.value_type) for _ in range(rng.choice((0, 0, 1, 5)))]
    return values_without_null(rng, kind)


def values_without_null(rng: random.Random, kind: pa.DataType):
    if pa.types.is_string(kind):
        return "".join(rng.choices(NASTY, k=rng.choice((0, 1, 4, 30))))
    if pa.types.is_boolean(kind):
        return rng.random() < 0.5
    limit = 2 ** (kind.bit_width - 1)
    return rng.choice((0, 1, -1, limit - 1, -limit))


@pytest.fixture(scope="module")
def rows() -> dict[str, list[dict]]:
    rng = random.Random(5)
    return {
        split: [
            {field.name: values(rng, field.type) for field in SCHEMA}
            | {"id": f"{split}-{number:x}", "backend": rng.choice(("cpu", "cuda", "ptx", None))}
            for number in range(size)
        ]
        for split, size in SPLIT_SIZES.items()
    }


def store(rows, directory, *, files: int, row_group: int):
    directory.mkdir()
    for split, own in rows.items():
        for number in range(files):
            part = own[number * len(own) // files : (number + 1) * len(own) // files]
            path = directory / f"{split}-{number:05d}-of-{files:05d}.parquet"
            pq.write_table(pa.Table.from_pylist(part, SCHEMA), path, row_group_size=row_group)
    return directory


@pytest.fixture(scope="module")
def stored(rows, tmp_path_factory):
    return store(rows, tmp_path_factory.mktemp("stored") / "once", files=1, row_group=1000)


def read_jsonl(path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]


def read_parquet(path) -> list[dict]:
    table = pq.read_table(path)
    assert table.schema == SCHEMA and not table.schema.metadata
    return table.to_pylist()


def read_tfrecord(path) -> list[dict]:
    from tfrecord import example_pb2
    from tfrecord.reader import tfrecord_iterator

    def value(example, field):
        if field.name not in example.features.feature:
            return None
        feature = example.features.feature[field.name]
        kind = formats._element(field.type)
        if pa.types.is_string(kind):
            found = [text.decode() for text in feature.bytes_list.value]
        else:
            found = [bool(n) if pa.types.is_boolean(kind) else n for n in feature.int64_list.value]
        return found if pa.types.is_list(field.type) else found[0]

    examples = [example_pb2.Example.FromString(bytes(record)) for record in tfrecord_iterator(str(path))]
    return [{field.name: value(example, field) for field in SCHEMA} for example in examples]


def read_tar(path) -> list[dict]:
    found: dict[str, dict] = {}
    texts = {
        ending.partition(".")[0]: column
        for column, ending in formats._TEXTS.items()
        if column in SCHEMA.names
    }
    with tarfile.open(path) as archive:
        for member in archive:
            key, _, ending = member.name.partition(".")
            data = archive.extractfile(member).read()
            assert (member.mtime, member.uid, member.gid, member.uname, member.mode) == (0, 0, 0, "", 0o644)
            row = found.setdefault(key, dict.fromkeys(texts.values()))
            if ending == "json":
                row.update(json.loads(data))
            else:
                row[texts[ending.partition(".")[0]]] = data.decode()
    for key, row in found.items():
        assert row["id"] == key
    return [{name: row[name] for name in SCHEMA.names} for row in found.values()]


READERS = {"jsonl": read_jsonl, "parquet": read_parquet, "tfrecord": read_tfrecord, "tar.gz": read_tar}


@pytest.mark.parametrize("to", EVERY)
def test_what_is_written_reads_back_equal(rows, stored, tmp_path, to):
    for _ in range(2):  # a second export replaces the first
        written = convert(stored, to, tmp_path / "out")
    assert {split: count for split, (count, _) in written.items()} == SPLIT_SIZES
    names = {path.name for _, path in written.values()}
    assert names | {"README.md"} == {path.name for path in (tmp_path / "out").iterdir()}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    for split, (_, path) in written.items():
        assert READERS[to](path) == rows[split]


@pytest.mark.parametrize("to", EVERY)
def test_equal_rows_are_equal_bytes_however_they_were_stored(rows, stored, tmp_path, to, monkeypatch):
    monkeypatch.setattr(formats, "_ROW_GROUP", 10)
    pieces = store(rows, tmp_path / "pieces", files=3, row_group=4)
    features = datasets.Features.from_arrow_schema(SCHEMA)
    loaded = datasets.DatasetDict(
        {split: datasets.Dataset.from_list(own, features=features) for split, own in rows.items()}
    )
    texts = []
    for number, source in enumerate((stored, str(pieces), loaded)):
        written = convert(source, to, tmp_path / f"out{number}")
        texts.append({split: path.read_bytes() for split, (_, path) in written.items()})
    assert texts[0] == texts[1] == texts[2]


@pytest.mark.parametrize("to", EVERY[2:])
def test_another_process_writes_the_same_bytes(stored, tmp_path, python, to):
    script = "import sys\nfrom generation.dataset.formats import convert\nconvert({!r}, {!r}, {!r})"
    python(script.format(str(stored), to, str(tmp_path / "there")))
    for _, path in convert(stored, to, tmp_path / "here").values():
        assert path.read_bytes() == (tmp_path / "there" / path.name).read_bytes()


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), OSError(28, "full")], ids=repr)
def test_an_export_that_was_stopped_leaves_what_was_there(stored, tmp_path, monkeypatch, stop):
    convert(stored, "jsonl", tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}

    def interrupted(file, schema, batches):
        file.write(b"{")
        raise stop

    monkeypatch.setitem(FORMATS, "jsonl", replace(FORMATS["jsonl"], write=interrupted))
    with pytest.raises(SetupError if isinstance(stop, OSError) else KeyboardInterrupt):
        convert(stored, "jsonl", tmp_path / "out")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_missing_package_is_named(stored, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tfrecord.writer", None)
    monkeypatch.setitem(sys.modules, "tfrecord", None)
    with pytest.raises(SetupError, match=r"pip install '\.\[tfrecord\]'"):
        convert(stored, "tfrecord", tmp_path / "out")
    assert not list(tmp_path.iterdir())


IMPOSSIBLE = [
    ("csv", {"id": ["a"]}, "to='csv' is not one of jsonl, parquet, tfrecord, tar.gz"),
    ("jsonl", {"blob": [b"x"]}, "jsonl cannot hold column 'blob', which is of type binary"),
    ("jsonl", {"score": [float("nan")]}, "JSON cannot hold a row of this dataset"),
    *(
        pytest.param("tfrecord", *case, marks=needs_tfrecord)
        for case in (
            ({"score": [0.5]}, "tfrecord cannot hold column 'score', which is of type double"),
            ({"names": [["a", None]]}, "cannot hold the null in a list of column 'names'"),
        )
    ),
    ("tar.gz", {"name": ["a"]}, "has no column 'id', which tar.gz needs"),
    ("tar.gz", {"id": ["../a"]}, "'../a' cannot be in a file's name"),
    ("jsonl", {"id": pa.array([], pa.string())}, "holds no rows"),
]


@pytest.mark.parametrize("to, columns, message", IMPOSSIBLE, ids=lambda value: str(value)[:20])
def test_what_cannot_be_held_is_said_and_nothing_is_written(tmp_path, to, columns, message):
    pq.write_table(pa.table(columns), tmp_path / "train-00000-of-00001.parquet")
    with pytest.raises(OptionError) as error:
        convert(tmp_path, to, tmp_path / "out")
    assert message in str(error.value)
    assert [path.name for path in tmp_path.iterdir()] == ["train-00000-of-00001.parquet"]


def test_files_that_differ_in_their_columns_are_refused(tmp_path):
    for number, columns in enumerate(({"id": ["a"]}, {"id": ["a"], "more": [1]})):
        pq.write_table(pa.table(columns), tmp_path / f"train-{number:05d}-of-00002.parquet")
    with pytest.raises(OptionError, match="the files of split train differ in their columns"):
        convert(tmp_path, "jsonl", tmp_path / "out")


def test_an_export_takes_neither_its_source_nor_somebody_elses_directory(stored, tmp_path):
    with pytest.raises(OptionError, match="holds the dataset that is read"):
        convert(stored, "parquet", stored)
    (tmp_path / "mine.jsonl").touch()
    with pytest.raises(SetupError, match=r"holds other files \(mine\.jsonl\); choose an empty or a new"):
        convert(stored, "jsonl", tmp_path)
