"""Datasets as batches of columns: Parquet files on a disk, or what `datasets` has loaded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from generation.errors import OptionError

BATCH = 500

_SPLIT = re.compile(r"(.+)-\d{5}-of-\d{5}")

Columns = dict[str, list]


def read_columns(
    source: object, needed: Sequence[str], wanted: Sequence[str]
) -> Iterator[tuple[str, Columns]]:
    """Pairs of a split's name and {column: values} of some rows: all of the needed columns, those of the
    wanted ones that are there. OptionError where there is nothing to read, or a needed column is missing."""

    def choose(place: object, names: Sequence[str]) -> list[str]:
        missing = [name for name in needed if name not in names]
        if missing:
            raise OptionError(f"{place} has no column {missing[0]!r}; it has {', '.join(names)}")
        return [name for name in (*needed, *wanted) if name in names]

    for split, batch in read_batches(source, choose):
        yield split, batch.to_pydict()


def read_batches(
    source: object, choose: Callable[[object, Sequence[str]], list[str]] = lambda place, names: list(names)
) -> Iterator[tuple[str, pa.RecordBatch | pa.Table]]:
    """Pairs of a split's name and some rows, one split after the other. `choose` is told a place and the
    names of its columns, and says which ones to read.

    Parquet files named like `train-00000-of-00004.parquet` belong to the split they name, others to one
    called `all`. OptionError where there is nothing to read.
    """
    if isinstance(source, str | Path):
        for path in sorted(_files(Path(source)), key=lambda path: (_split_of(path), path)):
            yield from _from_file(path, choose)
    elif isinstance(source, dict):  # a DatasetDict is one
        for split, dataset in source.items():
            yield from _from_dataset(str(split), dataset, choose)
    else:
        split = str(getattr(source, "split", None) or "all")
        yield from _from_dataset(split, source, choose)


def _split_of(path: Path) -> str:
    named = _SPLIT.fullmatch(path.stem)
    return named[1] if named else "all"


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise OptionError(f"{path} is neither a Parquet file nor a directory of them")
    files = sorted(path.glob("[!.]*.parquet"))
    if not files:
        below = sorted({str(file.parent) for file in path.glob("[!.]*/*.parquet")})
        hint = f"; there are some in {', '.join(below)}: name one of these" if below else ""
        raise OptionError(f"{path} holds no Parquet files{hint}")
    return files


def _from_file(path: Path, choose) -> Iterator[tuple[str, pa.RecordBatch]]:
    try:
        with pq.ParquetFile(path) as file:
            columns = choose(path, file.schema_arrow.names)
            for batch in file.iter_batches(BATCH, columns=columns):
                yield _split_of(path), batch
    except (OSError, pa.ArrowException) as error:
        raise OptionError(f"{path} cannot be read as Parquet: {error}") from error


def _from_dataset(split: str, dataset, choose) -> Iterator[tuple[str, pa.Table]]:
    names = getattr(dataset, "column_names", None)
    if not isinstance(names, list):
        raise OptionError(
            f"{type(dataset).__name__} is neither a path to Parquet files nor a Dataset or DatasetDict"
        )
    columns = choose(f"split {split}", names)
    for batch in dataset.select_columns(columns).with_format("arrow").iter(BATCH):
        yield split, batch
