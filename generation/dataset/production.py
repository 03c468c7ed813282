"""From a recipe and a number to a finished dataset on a disk, with whatever engine makes its shards.

The shards are the same whoever makes them. So a cluster only makes them ahead of the build, which then finds
all it needs; where structures repeated more often than was foreseen, the cluster is asked for more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from generation import fingerprint
from generation.dataset.build import build, wanted
from generation.dataset.export import check_free, export, find
from generation.dataset.files import remove_directory, sole_user
from generation.dataset.options import Recipe, config_id, whole_number
from generation.dataset.rows import at_most
from generation.dataset.shards import ShardStore
from generation.engines import cluster
from generation.errors import OptionError

ENGINES = ("local", *cluster.ENGINES)

_SHARDS_PER_TASK = 100  # some minutes
_TASKS = 16  # at least, where there are so many shards


@dataclass(frozen=True)
class Engine:
    """Who makes the shards."""

    name: str = "local"
    workers: int | None = None  # processes or tasks at a time; None: as many as there is room for
    tasks: int | None = None  # into which a cluster's work is cut
    slurm: cluster.Slurm | None = None

    @classmethod
    def of(cls, name="local", workers=None, tasks=None, slurm=None) -> Engine:
        """The engine for a caller's arguments; OptionError names the one that is out of range."""
        if name not in ENGINES:
            raise OptionError(f"--engine {name} is not one of {', '.join(ENGINES)}")
        if (slurm is not None) != (name == "slurm"):
            raise OptionError("--engine slurm needs --partition, and no other engine takes it")
        if tasks is not None and name == "local":
            raise OptionError(f"--tasks={tasks}: --engine local has --workers instead")
        return cls(
            name,
            None if workers is None else whole_number("--workers", workers, 1, 1024),
            None if tasks is None else whole_number("--tasks", tasks, 1, cluster.MAX_TASKS),
            slurm,
        )

    def run(self, store: ShardStore, numbers: list[int], logs: Path) -> str | None:
        """Has a cluster make shards: `cluster.run`."""
        tasks = self.tasks or max(self.workers or _TASKS, -(-len(numbers) // _SHARDS_PER_TASK))
        return cluster.run(
            store,
            numbers,
            self.name,
            tasks=min(tasks, len(numbers), cluster.MAX_TASKS),
            logs=logs,
            workers=self.workers,
            slurm=self.slurm,
        )


def produce(
    recipe: Recipe,
    num_pairs: int,
    out: Path,
    engine: Engine,
    progress: Callable[[int], None] = lambda new: None,
    tell: Callable[[str], None] = print,
) -> dict | None:
    """Makes `num_pairs` rows of `recipe` into the Parquet files of a directory of `out`, named after the
    config, and returns their manifest; None where jobs were submitted and the same call has to be made again
    when they are done. `progress` hears of every few rows chosen, `tell` of what else is worth knowing.
    What is finished is kept, below `out`, until everything is."""
    with sole_user(out):
        num_pairs = at_most(recipe, num_pairs)
        directory, generator = out / recipe.config, fingerprint()
        check_free(directory)
        name = f"{config_id(recipe, num_pairs)}-{generator[:16]}"
        store = ShardStore(recipe, generator, str(out / f".shards-{name}"))
        manifest = find(directory, store, num_pairs)  # a kill may have come just before the last step
        if manifest is not None:
            tell(f"{directory} was finished before")
        else:
            if engine.name != "local":
                while numbers := wanted(store, num_pairs):
                    if submitted := engine.run(store, numbers, out / "logs" / name):
                        tell(submitted)
                        return None
            workers = (engine.workers or 1) if engine.name == "local" else 1
            progress(0)
            result = build(store, num_pairs, workers=workers, progress=progress)
            manifest = export(result, directory, Path(store.directory))
            for reason, example in result.rejects.examples.items():
                if reason.startswith("unexpected"):
                    tell(f"{reason}, for example: {example}")
        remove_directory(store.directory)
        return manifest
