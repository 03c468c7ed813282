"""A finished dataset as files for other tools: JSON Lines, Parquet, TFRecord, or one archive of small files.

One file for each split, read and written in portions, so that memory does not grow with the dataset. Equal
rows give equal bytes, however they were stored before. Every format keeps each row, their order, and each
value, null or not.

jsonl     A row is an object on one line. Everything beyond ASCII is escaped, so that no reader takes one of
          Unicode's line separators for the end of a row.
parquet   As `warp-ir-pairs generate` writes it, but one file for each split.
tfrecord  A row is a `tf.train.Example`. Texts are UTF-8 in a bytes_list, whole numbers and booleans (0, 1) an
          int64_list; a list has all its values in one feature, a null has no feature.
tar.gz    A row is a set of files named after its `id`, as WebDataset reads them: ID.py, ID.forward.cpp,
          ID.backward.cpp, ID.support.cpp (.cu for CUDA), a file for each level below as ID.llvm_o2.ll, and
          ID.json with the other columns. A null text has no file. Unpack only datasets whose ids are
          distinct, as those of a build are.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import struct
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from generation.compilation.lowering import LANGUAGES, LEVELS, column_parts
from generation.dataset.export import check_free, guide, rechunked, take_place
from generation.dataset.files import empty_directory, refusals, remove_directory, sole_user
from generation.dataset.shards import PARQUET
from generation.dataset.sources import read_batches
from generation.dataset.splits import SPLITS
from generation.errors import OptionError, SetupError

_ROW_GROUP = 1_000
_SUFFIX = {"cpu": "cpp", "cuda": "cu"}  # of a text in the language of a backend
_PARTS = ("forward", "backward", "support")
_TEXTS = {
    "python_source": "py",
    **{f"ir_{part}": f"{part}.{{}}" for part in _PARTS},
    **{f"cuda_ir_{part}": f"{part}.cu" for part in _PARTS},
    **{
        column: f"{column}.{LANGUAGES[level.language].suffix}"
        for backend in LEVELS
        for column, (level, _) in column_parts(backend).items()
    },
}

Batches = Iterator[pa.RecordBatch | pa.Table]


def convert(source: object, to: str, out: str | os.PathLike) -> dict[str, tuple[int, Path]]:
    """Writes what `read_batches` reads from `source` to the directory `out` in the format `to`, all of it or
    nothing; replaces an earlier export in the same format. Returns {split: (number of rows, path)}.

    OptionError: no such format, nothing to read, or a column that the format cannot hold. SetupError: `out`
    holds other files, the disk refuses, or a package is missing.
    """
    if to not in FORMATS:
        raise OptionError(f"to={to!r} is not one of {', '.join(FORMATS)}")
    kind, out = FORMATS[to], Path(os.path.abspath(out))
    if isinstance(source, str | Path) and out.exists() and out.samefile(_directory(Path(source))):
        raise OptionError(f"{out} holds the dataset that is read; choose another directory")
    check_free(out, re.compile(f"({'|'.join(SPLITS)}|all)" + re.escape(kind.name.format(""))))
    kind.prepare()
    scratch = out.with_name(f".{out.name}.unfinished")
    with sole_user(scratch), refusals(out):
        try:
            fresh, written = scratch / "export", {}
            empty_directory(fresh)
            for split, pairs in groupby(read_batches(source), key=lambda pair: pair[0]):
                name = kind.name.format(re.sub(r"[^\w.-]+", "_", split))
                rows = _write(to, fresh / name, split, (batch for _, batch in pairs))
                written[split] = rows, out / name
            if not written:
                raise OptionError(f"{source} holds no rows")
            guide(fresh, {split: path.name for split, (_, path) in written.items()})
            take_place(fresh, out, scratch / "replaced")
        finally:
            remove_directory(scratch)
    return written


def _directory(path: Path) -> Path:
    return path.parent if path.is_file() else path


def _write(to: str, path: Path, split: str, batches: Batches) -> int:
    """One split to one file. Returns the number of rows."""
    first = next(batches)
    schema, kind, rows = first.schema.remove_metadata(), FORMATS[to], 0
    for name in kind.needed:
        if name not in schema.names:
            raise OptionError(f"split {split} has no column {name!r}, which {to} needs")
    for field in schema:
        if not kind.holds(field):
            raise OptionError(f"{to} cannot hold column {field.name!r}, which is of type {field.type}")

    def counted() -> Batches:
        nonlocal rows
        for batch in chain([first], batches):
            if not batch.schema.equals(schema):
                raise OptionError(f"the files of split {split} differ in their columns")
            rows += batch.num_rows
            yield batch

    with open(path, "wb") as file:
        kind.write(file, schema, counted())
        file.flush()
        os.fsync(file.fileno())
    return rows


def _jsonl(file: BinaryIO, schema: pa.Schema, batches: Batches) -> None:
    for row in _rows(batches):
        file.write(_json(row) + b"\n")


def _parquet(file: BinaryIO, schema: pa.Schema, batches: Batches) -> None:
    # Libraries differ in what they call the elements of a list, and the files would.
    lists = {f.name: pa.list_(f.type.value_type) for f in schema if pa.types.is_list(f.type)}
    schema = pa.schema([field.with_type(lists.get(field.name, field.type)) for field in schema])
    dictionaries = [name for name in PARQUET["use_dictionary"] if name in schema.names]
    with pq.ParquetWriter(file, schema, **PARQUET | {"use_dictionary": dictionaries}) as writer:
        for table in rechunked(batches, schema, _ROW_GROUP):
            writer.write_table(table.cast(schema))


def _tfrecord(file: BinaryIO, schema: pa.Schema, batches: Batches) -> None:
    # The library's own `write` leaves the order of the features to chance.
    from tfrecord.example_pb2 import Example
    from tfrecord.writer import TFRecordWriter

    for row in _rows(batches):
        example = Example()
        for name, value in row.items():
            if value is not None:
                values = value if isinstance(value, list) else [value]
                _fill(example.features.feature[name], name, schema.field(name).type, values)
        record = example.SerializeToString(deterministic=True)
        length = struct.pack("<Q", len(record))
        for part in (length, TFRecordWriter.masked_crc(length), record, TFRecordWriter.masked_crc(record)):
            file.write(part)


def _fill(feature, name: str, type_: pa.DataType, values: list) -> None:
    if None in values:
        raise OptionError(f"tfrecord cannot hold the null in a list of column {name!r}")
    if _is_text(_element(type_)):
        feature.bytes_list.value.extend(value.encode() for value in values)
        feature.bytes_list.SetInParent()  # an empty list is not a null
    else:
        feature.int64_list.value.extend(map(int, values))  # it refuses booleans
        feature.int64_list.SetInParent()


def _need_tfrecord() -> None:
    try:
        import tfrecord.writer  # noqa: F401
    except ImportError as error:
        raise SetupError("tfrecord files need one more package: pip install '.[tfrecord]'") from error


def _tar_gz(file: BinaryIO, schema: pa.Schema, batches: Batches) -> None:
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=file, compresslevel=6, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for row in _rows(batches):
            for name, data in _members(row):
                info = tarfile.TarInfo(name)  # the time is 0, the owner nobody
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
            archive.getmembers().clear()  # it remembers every file


def _members(row: dict) -> Iterator[tuple[str, bytes]]:
    key = row["id"]
    if not isinstance(key, str) or not re.fullmatch(r"[\w-]{1,80}", key, re.ASCII):
        raise OptionError(f"tar.gz names files after the column 'id', and {key!r} cannot be in a file's name")
    suffix = _SUFFIX.get(row.get("backend"), "txt")
    for name, ending in _TEXTS.items():
        if row.get(name) is not None:
            yield f"{key}.{ending.format(suffix)}", row[name].encode()
    yield f"{key}.json", _json({name: value for name, value in row.items() if name not in _TEXTS})


def _rows(batches: Batches) -> Iterator[dict]:
    for batch in batches:
        yield from batch.to_pylist()


def _json(row: dict) -> bytes:
    try:
        return json.dumps(row, allow_nan=False).encode()
    except ValueError as error:
        raise OptionError(f"JSON cannot hold a row of this dataset: {error}") from error


def _element(type_: pa.DataType) -> pa.DataType:
    lists = (pa.types.is_list, pa.types.is_large_list)
    return type_.value_type if any(is_one(type_) for is_one in lists) else type_


def _is_text(type_: pa.DataType) -> bool:
    return pa.types.is_string(type_) or pa.types.is_large_string(type_)


def _in_json(field: pa.Field) -> bool:
    kind = _element(field.type)
    if kind is not field.type:
        return _in_json(field.type.value_field)
    if pa.types.is_struct(kind):
        return all(_in_json(kind.field(i)) for i in range(kind.num_fields))
    plain = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_null)
    return _is_text(kind) or any(is_one(kind) for is_one in plain)


def _in_archive(field: pa.Field) -> bool:
    return _is_text(field.type) if field.name in _TEXTS else _in_json(field)


def _in_example(field: pa.Field) -> bool:
    kind = _element(field.type)
    whole = pa.types.is_integer(kind) and kind != pa.uint64()
    return _is_text(kind) or whole or pa.types.is_boolean(kind) or pa.types.is_null(kind)


@dataclass(frozen=True)
class Format:
    """How one split becomes one file."""

    name: str  # of the file, {} for that of the split
    holds: Callable[[pa.Field], bool]
    write: Callable[[BinaryIO, pa.Schema, Batches], None]
    needed: tuple[str, ...] = ()  # columns
    prepare: Callable[[], None] = lambda: None  # SetupError where a package is missing


FORMATS = {
    "jsonl": Format("{}.jsonl", _in_json, _jsonl),
    "parquet": Format("{}-00000-of-00001.parquet", lambda field: True, _parquet),
    "tfrecord": Format("{}.tfrecord", _in_example, _tfrecord, prepare=_need_tfrecord),
    "tar.gz": Format("{}.tar.gz", _in_archive, _tar_gz, needed=("id",)),
}
