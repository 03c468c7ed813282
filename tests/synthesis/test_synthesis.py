"""A program is a pure function of (seed, index, attempt), sound, distinct, and accepted by Warp."""

import random
import subprocess
import sys
from collections import Counter
from hashlib import sha256

import pytest

from generation.compilation import compile_source
from generation.errors import CheckError
from generation.program import check, operations, structure_id, to_source
from generation.synthesis import KERNEL_TYPES, Population, synthesise

TWENTY = """arithmetic conditional loop math vector atomic nested_loop multi_conditional combined scalar_param
reduce stencil scan matmul cond_reduce warp_math physics_vector indexed_nested complex multi_array"""
DIGEST = """
from hashlib import sha256
from generation.program import to_source
from generation.synthesis import synthesise
print(sha256("".join(to_source(synthesise(3, i)) for i in reversed(range(120))).encode()).hexdigest())
"""


def test_the_twenty_families_are_there():
    assert set(KERNEL_TYPES) >= set(TWENTY.split())


def test_a_program_does_not_depend_on_process_order_or_global_state():
    random.seed(1)
    state = random.getstate()
    sources = [to_source(synthesise(3, i)) for i in range(120)]
    assert random.getstate() == state
    here = sha256("".join(reversed(sources)).encode()).hexdigest()
    for hash_seed in ("0", "4711"):
        run = subprocess.run(
            [sys.executable, "-c", DIGEST], env={"PYTHONHASHSEED": hash_seed}, capture_output=True, text=True
        )
        assert run.stdout.strip() == here, run.stderr


@pytest.mark.parametrize("family", KERNEL_TYPES)
def test_every_family_is_sound_varied_and_accepted_by_both_backends(family):
    structures, used = set(), set()
    refused = 0
    for index in range(60):
        program = synthesise(5, index, Population((family,)))
        assert program.family == family
        try:
            check(program)
        except CheckError:
            refused += 1
            continue
        structures.add(structure_id(program))
        used |= set(operations(program))
        (pair,) = compile_source(to_source(program), ("cpu", "cuda"))
        assert all(ir.forward and ir.backward for ir in pair.values())
    assert refused <= 1
    assert len(structures) >= 55 - refused
    assert len(used) >= 8


def test_another_attempt_is_another_program_of_the_same_family():
    for index in range(40):
        first, second = synthesise(0, index), synthesise(0, index, attempt=1)
        assert first.family == second.family
        assert structure_id(first) != structure_id(second)


def test_families_are_drawn_evenly():
    counts = Counter(synthesise(0, index).family for index in range(3000))
    expected = 3000 / len(KERNEL_TYPES)
    chi_squared = sum((counts[name] - expected) ** 2 / expected for name in KERNEL_TYPES)
    freedom = len(KERNEL_TYPES) - 1
    assert chi_squared < freedom + 4 * (2 * freedom) ** 0.5
