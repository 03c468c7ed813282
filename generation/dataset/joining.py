"""The rows of `cpu` beside those of `cuda`: the same program has the same id in both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from generation.errors import OptionError

if TYPE_CHECKING:  # importing it takes most of a second, which every command would wait for
    import datasets

JOINED = ("ir_forward", "ir_backward", "ir_support")
_PREFIX = "cuda_"


def join(cpu, cuda):
    """The rows of `cpu` whose `id` is in `cuda`, in their order, with the columns `cuda_ir_forward`,
    `cuda_ir_backward` and `cuda_ir_support`.

    Both are a Dataset, and nothing is copied where their order is the same. Or both are an IterableDataset of
    this builder, made with the same options, or of files in the order of a build: they are read side by side,
    nothing is held back, and nodes and workers share them. To resume such a stream is to read its shards
    again from their beginnings. Or both are dicts of these by split.

    OptionError where a column is missing, where one is a stream and the other is not, and where two streams
    are not in the order of their column `index`.
    """
    import datasets

    if isinstance(cpu, dict) and isinstance(cuda, dict):
        return type(cpu)({split: join(cpu[split], cuda[split]) for split in cpu if split in cuda})
    for kind, joined in ((datasets.Dataset, _join_datasets), (datasets.IterableDataset, _join_streams)):
        if isinstance(cpu, kind) and isinstance(cuda, kind):
            for names in (cpu.column_names, cuda.column_names):
                for needed in ("id", "index", *JOINED):
                    if needed not in (names or ()):
                        raise OptionError(f"join needs the column {needed!r} on both sides; found {names}")
            return joined(cpu, cuda)
    raise OptionError(
        f"join takes two Datasets, two IterableDatasets or two dicts of these, "
        f"not {type(cpu).__name__} and {type(cuda).__name__}"
    )


def _join_datasets(cpu: datasets.Dataset, cuda: datasets.Dataset) -> datasets.Dataset:
    import datasets

    places = {identity: place for place, identity in enumerate(cuda["id"])}
    found = [(own, places[identity]) for own, identity in enumerate(cpu["id"]) if identity in places]
    theirs = cuda.select_columns(list(JOINED)).rename_columns({name: _PREFIX + name for name in JOINED})
    sides = (cpu, [own for own, _ in found]), (theirs, [place for _, place in found])
    return datasets.concatenate_datasets([side.select(rows) for side, rows in sides], axis=1)


def _join_streams(cpu: datasets.IterableDataset, cuda: datasets.IterableDataset) -> datasets.IterableDataset:
    import datasets

    if cpu.num_shards != cuda.num_shards:
        raise OptionError(
            f"join needs streams with the same number of shards, not {cpu.num_shards} and {cuda.num_shards}"
        )
    features = cpu.features | {_PREFIX + name: cuda.features[name] for name in JOINED}
    count = cpu.num_shards
    shards = [
        (cpu.shard(count, number), cuda.shard(count, number), number + 1 == count) for number in range(count)
    ]
    return datasets.IterableDataset.from_generator(
        _side_by_side,
        features=datasets.Features(features),
        gen_kwargs={"shards": shards},
        split=cpu.split or datasets.Split.TRAIN,
    )


def _side_by_side(shards: Iterable) -> Iterator[dict]:
    for cpu, cuda, last in shards:
        left, right = _ascending(cpu), _ascending(cuda)
        row, other = next(left, None), next(right, None)
        while row and other:
            if row["index"] == other["index"]:
                if row["id"] == other["id"]:  # Warp may have refused the program for one of the two
                    yield row | {_PREFIX + name: other[name] for name in JOINED}
                row, other = next(left, None), next(right, None)
            elif row["index"] < other["index"]:
                row = next(left, None)
            else:
                other = next(right, None)
        if (row or other) and not last:
            raise OptionError("the shards of these streams hold other rows: join them without streaming")


def _ascending(stream: datasets.IterableDataset) -> Iterator[dict]:
    """The rows of a stream of one shard. `iter` instead of a plain loop, which would deal the shard out to
    the workers of a DataLoader a second time."""
    last = -1
    for batch in stream.iter(batch_size=1):
        row = {name: values[0] for name, values in batch.items()}
        if row["index"] <= last:
            raise OptionError("join needs streams in the order of their column `index`: join, then shuffle")
        last = row["index"]
        yield row
