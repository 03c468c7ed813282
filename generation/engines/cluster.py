"""One function over many numbers on datatrove's executors: processes of this machine, Ray, Slurm.

Knows nothing of what the function does; asks only that it can be pickled, that what it makes is found later
by whoever needs it, and that calling it again for a number that is done costs little: which tasks datatrove
believes to be completed decides nothing here. Needs the extra `cluster`.
"""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generation.errors import SetupError

MAX_TASKS = 1_000  # as many as one Slurm job array holds by default


@dataclass(frozen=True)
class Slurm:
    """What Slurm wants to know of a job, and the command that goes on when the numbers are done."""

    partition: str
    time: str
    then: tuple[str, ...]
    options: dict[str, str] = field(default_factory=dict)  # any others of sbatch


def run(
    task: Callable[[int], Any],
    numbers: Sequence[int],
    engine: str,
    *,
    tasks: int,
    logs: str | os.PathLike,
    workers: int | None = None,
    slurm: Slurm | None = None,
) -> str | None:
    """Calls `task` with each of `numbers`, dealt out in order to `tasks` tasks of which `workers` run at a
    time. Returns None when all are done; with the engine "slurm", as soon as the jobs are submitted, what was
    submitted in words. SetupError where tasks failed: their logs are below `logs`."""
    if missing := [name for name in ("datatrove", "ray") if importlib.util.find_spec(name) is None]:
        raise SetupError(
            f"--engine {engine} needs {' and '.join(missing)}; pip install 'warp-ir-pairs[cluster]'"
        )
    from loguru import logger  # datatrove's

    logger.disable("datatrove")  # in this process: tasks have their logs
    os.makedirs(logs, exist_ok=True)
    own = tempfile.mkdtemp(prefix=f"{engine}-", dir=logs)  # tasks of an earlier run may still write theirs
    common = {"tasks": tasks, "workers": workers or -1, "logging_dir": own, "skip_completed": False}
    return _ENGINES[engine](_Portion(tuple(numbers), task), common, slurm)


@dataclass(frozen=True)
class _Portion:
    """A step of a datatrove pipeline: of the numbers, those of one task."""

    numbers: tuple[int, ...] = field(repr=False)
    task: Callable[[int], Any] = field(repr=False)

    def __call__(self, data: object, rank: int, world_size: int) -> None:
        first, last = (len(self.numbers) * edge // world_size for edge in (rank, rank + 1))
        for number in self.numbers[first:last]:
            self.task(number)


@dataclass(frozen=True)
class _Command:
    """A step of a datatrove pipeline: another program, which is not to believe that it is a task."""

    arguments: tuple[str, ...]

    def __call__(self, data: object, rank: int, world_size: int) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SLURM_")}
        subprocess.run(self.arguments, env=environment, check=True)


def _on_processes(step: _Portion, common: dict, _: None) -> None:
    from datatrove.executor import LocalPipelineExecutor

    if common["workers"] == -1:
        common["workers"] = os.cpu_count() or 1
    _finish(LocalPipelineExecutor([step], **common))


def _on_ray(step: _Portion, common: dict, _: None) -> None:
    import ray
    from datatrove.executor import RayPipelineExecutor

    ours = not ray.is_initialized()
    if ours:
        _join_ray(ray, common["workers"])
    try:
        if common["workers"] == -1:
            common["workers"] = int(ray.cluster_resources().get("CPU", 1))
        _finish(RayPipelineExecutor([step], mem_per_cpu_gb=1, **common))
    finally:
        if ours:
            ray.shutdown()


def _join_ray(ray, workers: int) -> None:
    """The cluster that RAY_ADDRESS names, or the one that runs on this machine, or a new one of this process,
    which hears nobody else."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    quiet = {"logging_level": "ERROR", "log_to_driver": False}
    named = os.environ.get("RAY_ADDRESS")
    try:
        ray.init(address=named or "auto", **quiet)
    except ConnectionError as error:
        if named:
            raise SetupError(f"RAY_ADDRESS={named} does not answer: {error}") from error
        ray.init(
            address="local",
            num_cpus=None if workers == -1 else workers,
            include_dashboard=False,
            _node_ip_address="127.0.0.1",
            **quiet,
        )


def _finish(executor) -> None:
    try:
        executor.run()
    except Exception as error:  # of a task, or of the engine on its behalf
        raise SetupError(_failed(executor, str(error).partition("\n")[0])) from error
    if executor.get_incomplete_ranks(skip_completed=True):
        raise SetupError(_failed(executor, "see their logs"))


def _failed(executor, why: str) -> str:
    left = len(executor.get_incomplete_ranks(skip_completed=True))
    return (
        f"{left} of {executor.world_size} tasks did not finish: {why} (logs: {executor.logging_dir.path}); "
        f"what was finished is kept, run again to continue"
    )


def _on_slurm(step: _Portion, common: dict, slurm: Slurm) -> str:
    from datatrove.executor import SlurmPipelineExecutor

    if not shutil.which("sbatch"):
        raise SetupError("--engine slurm needs sbatch, which is not on the PATH; run this on a login node")
    logs = Path(common["logging_dir"])
    if shlex.quote(str(logs)) != str(logs):  # datatrove writes it into a script as it is
        raise SetupError(f"the scripts of Slurm jobs cannot name {logs}; choose a directory without spaces")
    same = {
        "time": slurm.time,
        "partition": slurm.partition,
        "qos": None,  # Slurm's own default, unless `options` has one
        # Jobs find the scripts of this environment, active or not.
        "env_command": f"export PATH={shlex.quote(str(Path(sys.executable).parent))}:$PATH",
        "sbatch_args": slurm.options | {"kill-on-invalid-dep": "yes"},
    }
    made = SlurmPipelineExecutor([step], job_name="warp-ir-pairs", **common, **same)
    rest = SlurmPipelineExecutor(
        [_Command(slurm.then)], tasks=1, logging_dir=str(logs / "then"), depends=made,
        job_name="warp-ir-pairs-then", **same,
    )  # fmt: skip
    try:
        rest.run()
    except (OSError, subprocess.CalledProcessError) as error:
        raise SetupError(f"sbatch refused the jobs (see above): {error}; its script is in {logs}") from error
    return (
        f"submitted job {made.job_id} with {made.tasks} tasks, and after it job {rest.job_id}, which goes on "
        f"with the same command; logs: {logs}"
    )


_ENGINES = {"datatrove": _on_processes, "ray": _on_ray, "slurm": _on_slurm}
ENGINES = tuple(_ENGINES)
