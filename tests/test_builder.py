"""The builder as its users meet it, with the real generator, on the installed version of datasets."""

from __future__ import annotations

import itertools
import os
import signal
import time
from pathlib import Path

import datasets
import pytest
from datasets.distributed import split_dataset_by_node

import warp_ir_pairs
from generation import compilation, errors
from generation.dataset import rows
from generation.dataset.configs import CONFIGS, SCHEMA
from generation.dataset.rows import draft
from generation.dataset.splits import SPLITS
from generation.synthesis import EVERYTHING, KERNEL_TYPES

SCRIPTS = int(datasets.__version__.split(".")[0]) < 4  # later versions refuse dataset scripts
PAIRS = 300

LOAD = """
import datasets, hashlib, sys
datasets.disable_progress_bars()
def load(*args, **options):
    import warp_ir_pairs
    return warp_ir_pairs.load_dataset(*args, **options)
def digest(splits):
    rows = [(name, row) for name in splits for row in splits[name]]
    return hashlib.sha256(repr(rows).encode()).hexdigest()
"""


def load(config="cpu", pairs=PAIRS, **options):
    return warp_ir_pairs.load_dataset(config, num_pairs=pairs, **options)


def every_row(splits) -> list[dict]:
    """All rows of all splits in index order."""
    return sorted((row for name in splits for row in splits[name]), key=lambda row: row["index"])


@pytest.fixture(scope="module")
def cpu():
    return load()


@pytest.fixture
def compiled(monkeypatch):
    """The sources that are compiled in this process from now on."""
    seen = []
    real = compilation.compile_source
    monkeypatch.setattr(
        compilation, "compile_source", lambda source, *a, **k: (seen.append(source), real(source, *a, **k))[1]
    )
    return seen


def test_exactly_n_rows_of_distinct_structures_each_in_its_own_split(cpu):
    found = every_row(cpu)
    assert len(found) == PAIRS
    assert len({row["structure_id"] for row in found}) == len({row["id"] for row in found}) == PAIRS
    for name in cpu:
        indices = cpu[name]["index"]
        assert list(indices) == sorted(indices)
        assert {draft(0, index, EVERYTHING)["split"] for index in indices} == {name}
        assert cpu[name].features.arrow_schema.equals(SCHEMA)


def test_a_row_is_complete(cpu):
    for row in every_row(cpu)[:50]:
        assert row["backend"] == "cpu" and row["verification"] == "generated"
        assert row["kernel_type"] in KERNEL_TYPES
        compile(row["python_source"], "source", "exec")
        assert f"{row['kernel_name']}_cpu_kernel_forward(" in row["ir_forward"]
        assert f"{row['kernel_name']}_cpu_kernel_backward(" in row["ir_backward"]
        assert len(row["line_map"]) == len(row["ir_forward"].splitlines())
        assert set(row["line_map"]) <= set(range(len(row["python_source"].splitlines()) + 1))


def test_a_smaller_build_is_the_beginning_of_a_larger_one(cpu):
    assert every_row(load(pairs=PAIRS // 2)) == every_row(cpu)[: PAIRS // 2]


def test_processes_change_nothing(cpu, tmp_path):
    for num_proc in (2, 4):
        other = load(num_proc=num_proc, cache_dir=str(tmp_path / str(num_proc)))
        assert {name: list(other[name]) for name in other} == {name: list(cpu[name]) for name in cpu}


@pytest.mark.parametrize("method", ["spawn", "fork"])
def test_start_methods_change_nothing(cpu, python, tmp_path, method):
    script = (
        LOAD
        + f"""
if __name__ == "__main__":
    import multiprocess
    multiprocess.set_start_method({method!r})
    print(digest(load(num_pairs={PAIRS}, num_proc=2, cache_dir={str(tmp_path / "cache")!r})))
"""
    )
    names = {}
    exec(LOAD, names)
    assert python(script).split()[-1] == names["digest"](cpu)


def test_both_configs_hold_the_same_programs_in_the_same_order(cpu):
    cuda = load("cuda")
    for name in SPLITS:
        for column in ("id", "structure_id", "python_source", "index", "kernel_type"):
            assert cuda[name][column] == cpu[name][column]
        assert all("__global__" in text for text in cuda[name]["ir_forward"])


def test_spelling_out_a_default_is_the_same_cache_entry(cpu, compiled):
    spelled = load(seed=0, kernel_types=list(reversed(KERNEL_TYPES)), enable_backward=True)
    assert spelled.cache_files == cpu.cache_files and compiled == []
    assert spelled["train"]._fingerprint == cpu["train"]._fingerprint
    few, again = (
        load(pairs=5, kernel_types=kinds) for kinds in (["vector", "loop"], ("loop", "vector", "loop"))
    )
    assert few.cache_files == again.cache_files
    assert {row["kernel_type"] for row in every_row(few)} <= {"vector", "loop"}


BAD_OPTIONS = [
    ({"num_pairs": -1}, "num_pairs=-1 must be a whole number from 0"),
    ({"num_pairs": 1000.0}, "num_pairs=1000.0 must be a whole number"),
    ({"num_pairs": True}, "num_pairs=True must be a whole number"),
    ({"num_pairs": 0}, "num_pairs=0 asks for an endless stream, which needs streaming=True"),
    ({"seed": -1}, "seed=-1 must be a whole number from 0"),
    ({"kernel_types": ["vectors"]}, "did you mean 'vector'? known are"),
    ({"profile": "fast"}, "profile='fast' is not one of balanced, real, free"),
    ({"complexity": []}, "complexity=[] must be a list of at least one complexity"),
    ({"enable_backward": "no"}, "enable_backward='no' must be True or False"),
    ({"nope": 1}, "'nope'"),
    ({"name": "gpu"}, "'gpu' not found"),
]


@pytest.mark.parametrize("options, message", BAD_OPTIONS, ids=str)
def test_an_impossible_option_names_itself_before_anything_runs(options, message, compiled, monkeypatch):
    monkeypatch.setattr(rows, "synthesise", None)
    with pytest.raises(ValueError) as error:
        warp_ir_pairs.load_dataset(**{"name": "cpu", **options})
    assert message in str(error.value) and compiled == []


@pytest.mark.parametrize("config", ["cpu", "cuda"])
def test_a_stream_is_the_build(config):
    whole, stream = load(config), load(config, streaming=True)
    assert set(whole) <= set(stream)
    for name in stream:
        assert stream[name].features == whole["train"].features
        assert list(stream[name]) == list(whole.get(name, []))


def test_resuming_a_stream_compiles_only_what_it_yields(cpu, compiled):
    stream = load(streaming=True, split="train")
    consumed = [row["index"] for row in itertools.islice(stream, 3)]
    compiled.clear()
    stream = load(streaming=True, split="train")
    iterator = iter(stream)
    consumed = [next(iterator)["index"] for _ in range(40)]
    state = stream.state_dict()
    assert len(compiled) == 40
    resumed = load(streaming=True, split="train")
    resumed.load_state_dict(state)
    following = [row["index"] for row in itertools.islice(resumed, 5)]
    assert consumed + following == cpu["train"]["index"][:45]
    assert len(compiled) == 45


def test_an_endless_stream_is_dealt_out_without_overlap(compiled):
    stream = load(pairs=0, streaming=True, split="train")
    nodes = [split_dataset_by_node(stream, rank=rank, world_size=3) for rank in range(3)]
    taken = [list(itertools.islice(node, 20)) for node in nodes]
    indices = [row["index"] for rows_ in taken for row in rows_]
    assert len(set(indices)) == len(indices) == 60 == len(compiled)
    for rows_ in taken:
        assert len({row["structure_id"] for row in rows_}) == 20


def test_what_was_replaced_is_said_in_one_line(tmp_path, monkeypatch, caplog):
    real = rows.synthesise
    refused = errors.SynthesisError("no value fits")

    def sometimes(seed, index, population, attempt=0):
        if index in (3, 4) and attempt == 0:
            raise refused
        return real(seed, index, population, attempt)

    monkeypatch.setattr(rows, "synthesise", sometimes)
    monkeypatch.setattr(datasets.logging.get_logger("datasets"), "propagate", True)
    result = load(pairs=20, cache_dir=str(tmp_path))
    (record,) = [record for record in caplog.records if record.name == "datasets.warp_ir_pairs"]
    assert (
        "2 x synthesis, first SynthesisError: no value fits (replay: warp-ir-pairs inspect" in record.message
    )
    assert [row["index"] for row in every_row(result)] == list(range(20))


LONG, SHARD = 320, 64
SMALL = f"""
from generation.dataset import shards
shards.SHARD_SIZE = {SHARD}
"""
MADE = """
from generation.dataset.shards import ShardStore
make = ShardStore._make
def told(self, number):
    print("made", number, flush=True)
    return make(self, number)
ShardStore._make = told
"""


@pytest.fixture(scope="module")
def long_digest(tmp_path_factory):
    names = {}
    exec(LOAD, names)
    return names["digest"](load(pairs=LONG, cache_dir=str(tmp_path_factory.mktemp("long"))))


STOPS = [("Ctrl-C to all", 2), ("Ctrl-C to the parent", 2), ("kill -9", 2), ("Ctrl-C to all", 1)]


@pytest.mark.parametrize("stop, processes", STOPS)
def test_a_stopped_build_leaves_nothing_half_written_and_continues(
    start, python, alive, tmp_path, long_digest, stop, processes
):
    cache = tmp_path / "cache"
    call = f"load(num_pairs={LONG}, num_proc={{}}, cache_dir={str(cache)!r})"
    process = start(SMALL + LOAD + call.format(processes))  # without a __main__ guard: fork needs none
    deadline = time.monotonic() + 300
    while not list(cache.rglob("shard-*.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    workers = [int(pid) for pid in children.split()]
    assert len(workers) == (processes if processes > 1 else 0) and all(map(alive, workers))
    if stop == "kill -9":
        process.kill()
    else:
        (os.killpg if stop == "Ctrl-C to all" else os.kill)(process.pid, signal.SIGINT)
    errors = process.communicate(timeout=60)[1]
    while any(map(alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(map(alive, workers))
    finished = {path.name for path in cache.rglob("shard-*.json")}
    assert finished
    if stop != "kill -9":
        assert errors.splitlines().count("KeyboardInterrupt") == 1  # one traceback, no worker's
        assert not list(cache.rglob("*.tmp")) and not list(cache.rglob("*.arrow"))

    *made, found = python(SMALL + MADE + LOAD + f"print(digest({call.format(None)}))").splitlines()
    assert found == long_digest
    needed = -(-LONG // SHARD)
    assert {f"shard-{int(line.split()[1]):06d}.json" for line in made} == {
        f"shard-{number:06d}.json" for number in range(needed)
    } - finished
    assert not [
        path for path in cache.rglob("*") if path.suffix in (".tmp", ".parquet", ".shards", ".incomplete")
    ]
    assert len(list(cache.rglob("*.arrow"))) == len(SPLITS)


def test_what_a_killed_run_left_is_not_published(tmp_path):
    builder = warp_ir_pairs.WarpIrPairs(config_name="cpu", cache_dir=str(tmp_path), num_pairs=20)
    stray = Path(builder.cache_dir + ".incomplete") / "warp_ir_pairs-train-00000-00007-of-NNNNN.arrow"
    stray.parent.mkdir(parents=True)
    stray.touch()
    builder.download_and_prepare()
    assert not stray.exists() and stray.name not in os.listdir(builder.cache_dir)


def test_an_edited_generator_never_serves_old_rows(clone, python, tmp_path):
    script = LOAD + f"print(load(num_pairs=4, cache_dir={str(tmp_path / 'cache')!r})['train'][0])"
    before = python(script, root=clone)
    source = clone / "generation" / "dataset" / "rows.py"
    text = source.read_text()
    try:
        source.write_text(text.replace('"verification": "generated"', '"verification": "edited"'))
        after = python(script, root=clone)
    finally:
        source.write_text(text)
    assert "'verification': 'generated'" in before and "'verification': 'edited'" in after
    assert python(script, root=clone) == before


def test_an_edit_in_a_running_process_is_refused(clone, python, tmp_path):
    source = clone / "generation" / "dataset" / "rows.py"
    script = (
        LOAD
        + f"""
load(num_pairs=2, cache_dir={str(tmp_path / "cache")!r})
with open({str(source)!r}, "a") as file:
    file.write("# edited\\n")
try:
    load(num_pairs=3, cache_dir={str(tmp_path / "cache")!r})
except Exception as error:
    print(error)
"""
    )
    text = source.read_text()
    try:
        found = python(script, root=clone)
    finally:
        source.write_text(text)
    assert "was edited after it was imported; restart Python" in found


REAL = """
import datasets, sys
datasets.disable_progress_bars()
def load(where, **options):
    return datasets.load_dataset(where, "cpu", num_pairs=20, trust_remote_code=True, **options)
"""


@pytest.mark.skipif(not SCRIPTS, reason="this version of datasets refuses scripts")
@pytest.mark.parametrize("inside", [True, False], ids=["in the clone", "elsewhere"])
def test_the_literal_call_works(clone, start, tmp_path, inside):
    """Without the package on the path: datasets finds it beside the script."""
    where = "warp_ir_pairs.py" if inside else str(clone / "warp_ir_pairs.py")
    script = (
        REAL
        + f"""
splits = load({where!r})
import generation
print(sum(map(len, splits.values())), generation.__file__)
print(next(iter(load({where!r}, streaming=True)["train"]))["id"] == splits["train"][0]["id"])
"""
    )
    process = start(script, root=tmp_path / "nothing", cwd=clone if inside else tmp_path)
    out, errors = process.communicate(timeout=300)
    assert out.split() == ["20", str(clone / "generation" / "__init__.py"), "True"]
    assert all(line.startswith("Skipped and replaced") for line in errors.splitlines())


@pytest.mark.skipif(SCRIPTS, reason="this version of datasets loads scripts")
def test_the_literal_call_is_refused_by_datasets_and_ours_does_the_same(clone):
    with pytest.raises(RuntimeError, match="Dataset scripts are no longer supported"):
        datasets.load_dataset(str(clone / "warp_ir_pairs.py"), "cpu")
    assert len(load(pairs=20, split="train")) > 0


def test_two_clones_in_one_process_are_refused(clone, python, tmp_path):
    script = f"""
import generation, warp_ir_pairs
try:
    warp_ir_pairs.WarpIrPairs(config_name="cpu", base_path={str(clone)!r})
except ImportError as error:
    print(error)
"""
    assert "already imported `generation`" in python(script, cwd=tmp_path)


def test_an_unusable_cache_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(errors.SetupError, match="a part of this path is a file, not a directory"):
        load(pairs=5, cache_dir=str(tmp_path / "file"))


def test_a_missing_warp_is_one_sentence(monkeypatch):
    import generation

    def missing(name):
        raise generation.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(generation.metadata, "version", missing)
    generation.warp_version.cache_clear()
    with pytest.raises(errors.SetupError, match="warp-lang is not installed; install"):
        load(pairs=5)


def test_the_script_has_every_config():
    own = {config.name: config.description for config in warp_ir_pairs.WarpIrPairs.BUILDER_CONFIGS}
    assert own == {name: config.description for name, config in CONFIGS.items()}
