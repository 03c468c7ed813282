"""Datasets as batches of columns: Parquet files on a disk, or what `datasets` has loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
    wanted ones that are there.

    Parquet files named like `train-00000-of-00004.parquet` belong to the split they name, others to one
    called `all`. OptionError where there is nothing to read, or a needed column is missing.
    """
    if isinstance(source, str | Path):
        for path in _files(Path(source)):
            yield from _from_file(path, needed, wanted)
    elif isinstance(source, dict):  # a DatasetDict is one
        for split, dataset in source.items():
            yield from _from_dataset(str(split), dataset, needed, wanted)
    else:
        split = str(getattr(source, "split", None) or "all")
        yield from _from_dataset(split, source, needed, wanted)


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


def _from_file(path: Path, needed, wanted) -> Iterator[tuple[str, Columns]]:
    named = _SPLIT.fullmatch(path.stem)
    try:
        with pq.ParquetFile(path) as file:
            columns = _choose(path, file.schema_arrow.names, needed, wanted)
            for batch in file.iter_batches(BATCH, columns=columns):
                yield named[1] if named else "all", batch.to_pydict()
    except (OSError, pa.ArrowException) as error:
        raise OptionError(f"{path} cannot be read as Parquet: {error}") from error


def _from_dataset(split: str, dataset, needed, wanted) -> Iterator[tuple[str, Columns]]:
    names = getattr(dataset, "column_names", None)
    if not isinstance(names, list):
        raise OptionError(
            f"{type(dataset).__name__} is neither a path to Parquet files nor a Dataset or DatasetDict"
        )
    columns = _choose(f"split {split}", names, needed, wanted)
    for batch in dataset.select_columns(columns).with_format("arrow").iter(BATCH):
        yield split, batch.to_pydict()


def _choose(place: object, names: Sequence[str], needed, wanted) -> list[str]:
    missing = [name for name in needed if name not in names]
    if missing:
        raise OptionError(f"{place} has no column {missing[0]!r}; it has {', '.join(names)}")
    return [name for name in (*needed, *wanted) if name in names]
