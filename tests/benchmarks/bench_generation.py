"""How fast pairs are made, beside the compiler itself and beside the first project's method. Run by hand:

    python tests/benchmarks/bench_generation.py --peer peer_kernels.jsonl

Arms, all in one process and one run, in CPU milliseconds per kernel, forward and backward, one backend:

    bare warp            kernels already in memory; one ModuleBuilder and codegen per kernel, nothing else
    bare warp memoised   the same with this project's memoisation around Warp
    whole path           seed to Arrow: sampling, checks, printing, loading, code generation, isolation, row
    extract              this project's compiler room on the kernels of another dataset
    first project        temporary file, import, ModuleBuilder, regular expression: its method on its kernels

Batches of each arm alternate, and of each batch the fastest repetition counts, so that a machine whose speed
drifts does not favour an arm. The last figure is wall time of one process against two.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import itertools
import json
import linecache
import multiprocessing
import re
import sys
import tempfile
import time
import types
from pathlib import Path

import pyarrow as pa
import warp as wp
import warp._src.codegen as codegen
import warp._src.context as context

from generation.compilation import BACKENDS, compile_source, memoisation
from generation.dataset.configs import SCHEMA
from generation.dataset.options import Recipe
from generation.dataset.rows import complete, draft
from generation.synthesis import EVERYTHING

BLOCK_DIM = {"cpu": 1, "cuda": 256}
_names = (f"bench_{number}" for number in itertools.count())


# ---------------------------------------------------------------- bare Warp


def load(source: str) -> context.Module:
    """A kernel in memory, as Warp's decorators leave it."""
    name = next(_names)
    file = f"<{name}>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    sys.modules[name] = types.ModuleType(name)
    exec(compile(source, file, "exec"), sys.modules[name].__dict__)
    return context.user_modules[name]


def unload(module: context.Module) -> None:
    linecache.cache.pop(f"<{module.name}>", None)
    sys.modules.pop(module.name, None)
    context.user_modules.pop(module.name)
    module._detach_references()


def bare(modules, backend: str) -> None:
    for module in modules:
        options = module.resolve_options(wp.config, block_dim=BLOCK_DIM[backend]) | {"output_arch": None}
        context.ModuleBuilder(module, options, target=backend).codegen(backend)


def bare_memoised(modules, backend: str) -> None:
    with memoisation.applied():
        bare(modules, backend)


def memoise(modules) -> None:
    adjoint = memoisation._memoised(codegen.Adjoint)
    for module in modules:
        overloads = (f for g in module.functions.values() for f in g.user_overloads.values())
        for item in (*module.kernels.values(), *overloads):
            item.adj.__class__ = adjoint


# ---------------------------------------------------------------- the first project's method


def first_project(source: str, backend: str) -> str:
    """One text by temporary file, import, ModuleBuilder and a regular expression with brace counting."""
    name = next(_names)
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / f"{name}.py"
        path.write_text(source)
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    kernel = next(value for value in vars(module).values() if isinstance(value, wp.Kernel))
    options = kernel.module.resolve_options(wp.config, block_dim=256) | {"output_arch": None}
    text = context.ModuleBuilder(kernel.module, options, target=backend).codegen(backend)
    start = re.search(rf"void {re.escape(kernel.key)}\w*_{backend}_kernel_forward\(", text).start()
    depth, position = 0, text.index("{", start)
    for position in range(position, len(text)):  # noqa: B020 - from the first brace on
        depth += (text[position] == "{") - (text[position] == "}")
        if not depth:
            break
    sys.modules.pop(name)
    return text[start : position + 1]


# ---------------------------------------------------------------- this project


def whole_path(indices, backend: str) -> pa.Table:
    recipe = Recipe(backend)
    rows = [complete(draft(recipe.seed, i, recipe.population), recipe) for i in indices]
    rows = [{name: row[name] for name in SCHEMA.names} for row in rows]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def measure(arms, batches, repeats: int) -> dict[str, float]:
    """Arm -> CPU seconds, the sum over batches of the fastest repetition. Arms are (prepare, work, clean)."""
    total = dict.fromkeys(arms, 0.0)
    for batch in batches:
        best = dict.fromkeys(arms, float("inf"))
        for _ in range(repeats):
            for name, (prepare, work, clean) in arms.items():
                items = prepare(batch)
                gc.collect()  # no arm pays for what another left behind
                start = time.process_time()
                work(items)
                best[name] = min(best[name], time.process_time() - start)
                clean(items)
        for name in arms:
            total[name] += best[name]
    return total


def nothing(_) -> None:
    pass


def report(title: str, count: int, seconds: dict[str, float]) -> None:
    print(f"\n{title}, {count} kernels")
    for name, value in seconds.items():
        print(f"  {name:34s} {1e3 * value / count:7.3f} ms/kernel {count / value:8.0f} kernels/s")


def our_kernels(pairs: int, repeats: int, backend: str, size: int = 30) -> None:
    sources = [draft(0, index, EVERYTHING)["python_source"] for index in range(pairs)]
    batches = [range(start, min(start + size, pairs)) for start in range(0, pairs, size)]

    def loaded(batch):
        return [load(sources[i]) for i in batch]

    def memoised(batch):
        modules = loaded(batch)
        memoise(modules)
        return modules

    def cleaned(modules):
        for module in modules:
            unload(module)

    arms = {
        "bare warp": (loaded, lambda m: bare(m, backend), cleaned),
        "bare warp memoised": (memoised, lambda m: bare_memoised(m, backend), cleaned),
        "whole path, seed to Arrow": (lambda b: b, lambda b: whole_path(b, backend), nothing),
        "  of which draft": (lambda b: b, lambda b: [draft(0, i, EVERYTHING) for i in b], nothing),
    }
    seconds = measure(arms, batches, repeats)
    report(f"{backend}: kernels of this project", pairs, seconds)
    plain, fast, ours, _ = seconds.values()
    print(f"  whole path against bare warp: {plain / ours:.2f} x its rate; memoised: {fast / ours:.2f} x")


def peer_kernels(path: str, count: int, repeats: int, size: int = 30) -> None:
    lines = Path(path).read_text().splitlines()[:count]
    sources = [f"import warp as wp\n\n\n{json.loads(line)['python_source']}" for line in lines]
    batches = [sources[start : start + size] for start in range(0, len(sources), size)]
    arms = {}
    for backend in BACKENDS:
        arms[f"first project, {backend}"] = lambda b, t=backend: [first_project(s, t) for s in b]
        arms[f"extract, {backend}"] = lambda b, t=backend: [compile_source(s, (t,)) for s in b]
    arms["first project, both"] = lambda b: [first_project(s, t) for s in b for t in BACKENDS]
    arms["extract, both"] = lambda b: [compile_source(s, BACKENDS) for s in b]
    plain = {name: (lambda b: b, work, nothing) for name, work in arms.items()}
    seconds = measure(plain, batches, repeats)
    report("kernels of the first project", len(sources), seconds)
    for what in (*BACKENDS, "both"):
        print(f"  {what}: {seconds[f'first project, {what}'] / seconds[f'extract, {what}']:.2f} x its rate")


def processes(pairs: int, backend: str = "cpu") -> None:
    """Wall time of the same rows on one process and on two, both warm."""
    context_ = multiprocessing.get_context("spawn")
    with context_.Pool(2) as pool:
        pool.starmap(_only_count, [(range(300), backend)] * 2, chunksize=1)
        seconds = []
        for workers in (1, 2, 1, 2):
            start = time.perf_counter()
            step = pairs // workers
            parts = [(range(k * step, (k + 1) * step), backend) for k in range(workers)]
            pool.starmap(_only_count, parts, chunksize=1)
            seconds.append(time.perf_counter() - start)
    one, two = min(seconds[::2]), min(seconds[1::2])
    print(f"\n{pairs} pairs, wall: one process {one:.2f} s, two {two:.2f} s, {one / two:.2f} x")


def _only_count(indices, backend: str) -> int:
    return whole_path(indices, backend).num_rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=300)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--peer", help="JSONL with a column python_source: kernels of the first project")
    options = parser.parse_args()
    wp.config.log_level = wp.LOG_ERROR
    wp.init()
    whole_path(range(40), "cpu")
    gc.collect()
    gc.freeze()
    for backend in BACKENDS:
        our_kernels(options.pairs, options.repeats, backend)
    if options.peer:
        peer_kernels(options.peer, options.pairs, options.repeats)
    processes(8 * options.pairs)


if __name__ == "__main__":
    main()
