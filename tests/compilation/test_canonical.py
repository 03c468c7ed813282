"""A text depends on its source alone, and no unit leaves anything behind."""

import gc
import hashlib
import json
import linecache
import os
import subprocess
import sys
from pathlib import Path

import pytest
import zoo

from generation.compilation import (
    BACKENDS,
    CompilationError,
    compile_source,
    memo_calls,
    memo_types,
    memoisation,
)

REPOSITORY = Path(__file__).parents[2]

OTHER_PROCESS = """
import json, sys
sys.path[:0] = [{tests!r}, {repository!r}]
import warp as wp
wp.config.max_unroll = 1
wp.config.lineinfo = True
import zoo, warp.fem
from generation.compilation import *
found = {{}}
for number, (name, source) in enumerate(reversed(zoo.UNITS.items())):
    try:
        compile_source(list(zoo.BAD.values())[number % len(zoo.BAD)][0], BACKENDS)
    except CompilationError:
        pass
    found[name] = compile_source(source, BACKENDS[::-1])
print(json.dumps(found))
"""


def digest(found) -> str:
    as_lists = [[list(kernel[backend]) for backend in BACKENDS] for kernel in found]
    return hashlib.sha256(json.dumps(as_lists).encode()).hexdigest()


def test_same_bytes_in_another_process_order_and_history(compiled):
    script = OTHER_PROCESS.format(tests=str(Path(__file__).parent), repository=str(REPOSITORY))
    environment = os.environ | {"PYTHONHASHSEED": "4711"}
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment)
    assert run.returncode == 0, run.stderr
    theirs = json.loads(run.stdout.splitlines()[-1])
    assert {name: digest(found) for name, found in theirs.items()} == {
        name: digest(found) for name, found in compiled.items()
    }


def test_one_build_for_both_backends_is_two_builds(compiled):
    for name, source in zoo.UNITS.items():
        for backend in BACKENDS:
            alone = compile_source(source, (backend,))
            assert [found[backend] for found in alone] == [found[backend] for found in compiled[name]]


def test_memoisation_changes_nothing(compiled):
    assert memoisation._REPLACEMENTS and memoisation.adjoint_classes()[0].resolve_call
    with memoisation.disabled():
        for name, source in zoo.UNITS.items():
            assert digest(compile_source(source, BACKENDS)) == digest(compiled[name]), name


def test_levers_fit_this_warp():
    assert {name for _, name, _, _ in memoisation._REPLACEMENTS} == {name for name, *_ in memoisation._LEVERS}


@pytest.mark.parametrize("name", zoo.BAD)
def test_bad_unit_is_refused_and_poisons_nothing(compiled, name):
    source, reason = zoo.BAD[name]
    before = registries()
    with pytest.raises(CompilationError) as caught:
        compile_source(source, BACKENDS)
    assert caught.value.reason == reason and str(caught.value)
    assert caught.value.__cause__ is None and caught.value.__context__ is None
    assert registries() == before
    for good in ("functions", "overloads", "structs"):
        assert digest(compile_source(zoo.UNITS[good], BACKENDS)) == digest(compiled[good])


def test_interruption_passes_and_is_cleaned_up(compiled):
    before = registries()
    with pytest.raises(KeyboardInterrupt):
        compile_source("import warp as wp\nraise KeyboardInterrupt\n")
    assert registries() == before
    assert digest(compile_source(zoo.UNITS["plain"], BACKENDS)) == digest(compiled["plain"])


def registries():
    import warp._src.codegen as codegen
    import warp._src.context as context

    assert "<_warp_ir_unit>" not in linecache.cache
    return (
        set(sys.modules),
        dict(context.user_modules),
        dict(context.function_key_counts),
        {name: value for name, value in vars(codegen).items() if callable(value) or isinstance(value, str)},
        context.generate_unique_function_identifier,
        {module.name: len(module.dependents) for module in context.user_modules.values()},
    )


def test_nothing_is_left_of_a_unit():
    import warp._src.codegen as codegen
    import warp._src.context as context

    def census():
        gc.collect()
        kinds = (
            context.Kernel,
            context.Module,
            context.Function,
            codegen.Struct,
            codegen.Adjoint,
            codegen.Block,
        )
        return [sum(isinstance(thing, kind) for thing in gc.get_objects()) for kind in kinds]

    for source in zoo.UNITS.values():
        compile_source(source, BACKENDS)
    before, objects = registries(), census()
    memos = len(memo_calls.overloads), len(memo_types.ctypes)
    for turn in range(3):
        for source in zoo.UNITS.values():
            # A struct of another content and another function each time.
            compile_source(
                source.replace("Inner", f"Inner{turn}").replace("square", f"square_{turn}"), BACKENDS
            )
    assert registries() == before
    assert census() == objects
    assert (len(memo_calls.overloads), len(memo_types.ctypes)) == memos
