"""Extracted texts, compiled again and run, agree with the source; what kills a process costs one kernel."""

from __future__ import annotations

import gc
import os
import re
import tempfile
from pathlib import Path

import pytest

from generation.compilation import BACKENDS
from generation.program import to_source
from generation.program.launch import launch_of
from generation.synthesis import synthesise
from generation.verification import execution, inputs, verify
from generation.verification.comparison import difference
from generation.verification.evaluator import Module
from generation.verification.faults import Fault, NotCovered
from tests.verification.conftest import pair_of, pairs_of

KERNELS = 40
FAMILIES = 150
SCALE = """
@wp.kernel
def scale(x: wp.array(dtype=float), y: wp.array(dtype=float)):
    i = wp.tid()
    y[i] = 2.0 * x[i] + y[i]
"""


@pytest.mark.parametrize("backend", BACKENDS)
def test_kernels_of_the_synthesiser_compute_what_their_sources_say(backend):
    verdicts = verify(pairs_of(17, range(KERNELS), backend), "executed")
    stopped = [verdict.reason for verdict in verdicts if verdict.tier != "executed"]
    assert all(reason.startswith("not covered") for reason in stopped), stopped
    assert len(stopped) <= KERNELS * 0.15


@pytest.mark.parametrize(
    ("wound", "reason"),
    [
        ("*(volatile int*)0 = 1;", "crash: SIG"),
        ("for (volatile int i = 1; i; ) {}", "timeout"),
        ("undeclared = 1;", "does not compile"),
    ],
)
def test_what_dies_costs_one_kernel(wound, reason, monkeypatch):
    monkeypatch.setattr(execution, "_SECONDS", 1.0)
    sound = pair_of(SCALE)
    forward = re.sub(r"// forward\n", f"// forward\n{wound}\n", sound.ir.forward, count=1)
    verdicts = verify([sound, sound._replace(ir=sound.ir._replace(forward=forward)), sound])
    assert [verdict.tier for verdict in verdicts[::2]] == ["executed", "executed"]
    assert reason in verdicts[1].reason


def test_a_text_of_another_source_is_told():
    pair = pair_of(SCALE)
    other = pair_of(SCALE.replace("2.0", "2.001"))
    (verdict,) = verify([pair._replace(ir=other.ir)])
    assert verdict.tier == "compiled" and verdict.reason.startswith("differs")


def test_a_source_without_a_launch_is_guessed():
    (verdict,) = verify([pair_of(SCALE)])
    assert verdict.tier == "executed" and verdict.launches >= 2


@pytest.mark.parametrize(
    "parameters",
    [
        "x: wp.array(dtype=float), flat: wp.array(dtype=int)",  # which needs thousands of elements
        ", ".join(
            f"{name}: wp.array(dtype=wp.spatial_matrix, ndim=4)" for name in "xyzuvw"
        ),  # which are large
    ],
)
def test_guessed_arrays_are_long_enough_and_not_too_large(parameters):
    index = "i * 4000" if "flat" in parameters else "i, 0, 0, 0"
    (verdict,) = verify(
        [pair_of(f"@wp.kernel\ndef k({parameters}):\n    i = wp.tid()\n    x[{index}] *= 2.0\n")]
    )
    assert (verdict.tier, verdict.reason) == ("executed", "")


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    if not Path("/proc/self/task").exists():
        pytest.skip("needs /proc")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    verify([pair_of(SCALE)])  # what a process keeps is there

    def held():
        children = [path.read_text() for path in Path("/proc/self/task").glob("*/children")]
        return len(os.listdir("/proc/self/fd")), sorted(children), list(tmp_path.iterdir())

    before = held()
    verify([pair_of(SCALE)])
    assert held() == before


def test_no_evaluator_waits_for_the_garbage_collector():
    pairs = pairs_of(17, range(4))
    verify(pairs, "gradient_checked")
    gc.collect()
    gc.disable()
    try:
        verify(pairs, "gradient_checked")
        assert not any(isinstance(found, Module) for found in gc.get_objects())
    finally:
        gc.enable()


def test_a_difference_of_structs_is_told():
    import numpy as np

    kind = np.dtype([("a", "f4"), ("b", "i4")], align=True)
    one, two = np.zeros(3, kind), np.zeros(3, kind)
    two["b"][1] = 7
    assert difference({"x": one}, {"x": one}, [{"x": one}]) == ""
    assert ".b" in difference({"x": one}, {"x": two}, [{"x": two}])


def test_no_kernel_of_the_synthesiser_runs_on_or_leaves_its_arrays():
    """The evaluator as a guard over programs of many families, where the bounds were proven symbolically."""
    stopped = []
    for index in range(FAMILIES):
        program = synthesise(23, index)
        source = to_source(program)
        try:
            kernel = Module(source).kernel()
            inputs.cases(kernel, inputs.literals(source), launch_of(program), (23, index))
        except NotCovered:
            continue
        except Fault as fault:
            stopped.append((index, program.family, fault.reason, str(fault)))
    assert stopped == []
