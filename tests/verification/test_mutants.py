"""The checker is checked: texts with one operator, constant, index or sign changed do not pass for their
source, nor do texts that answer always the same, ignore what they are given, or mistake its order."""

from __future__ import annotations

import re

import pytest

from generation.compilation import BACKENDS
from generation.verification import verify
from tests.verification.conftest import pair_of, pairs_of
from tests.verification.mutation import mutants

KERNELS, MUTANTS = 16, 4


def test_most_mutants_are_killed():
    """Those that live on are nearly all the same kernel: guards that never bind, sums that cancel."""
    pairs = [mutant for pair in pairs_of(29, range(KERNELS)) for mutant in mutants(pair, MUTANTS)]
    verdicts = verify(pairs)
    killed = [v for v in verdicts if v.reason.startswith(("differs", "crash", "timeout"))]
    alive = [v for v in verdicts if v.tier == "executed"]
    assert len(killed) + len(alive) >= len(pairs) / 2
    assert len(killed) >= 0.8 * (len(killed) + len(alive))


BLEND = """
@wp.kernel
def blend(near: wp.array[float], far: wp.array[float], weight: float, mixed: wp.array[float]):
    i = wp.tid()
    mixed[i] = near[i] * weight + far[i] * (1.0 - weight)
"""
# What a candidate that did not understand the kernel may look like.
CHEATS = {
    "a constant": "mixed[i] = 0.5",
    "an input ignored": "mixed[i] = near[i] * weight",
    "nothing": "mixed[i] = mixed[i]",
    "another order": "mixed[i] = far[i] * weight + near[i] * (1.0 - weight)",
    "a neighbour": "mixed[i] = near[i] * weight + far[0] * (1.0 - weight)",
    "one element": "if i == 0:\n        mixed[i] = near[i] * weight + far[i] * (1.0 - weight)",
}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("cheat", CHEATS)
def test_a_candidate_that_cheats_is_caught(cheat, backend):
    body = re.search(r"mixed\[i\] = .*", BLEND)[0]
    other = BLEND.replace(body, CHEATS[cheat])
    assert other != BLEND
    candidate = pair_of(BLEND, backend)._replace(ir=pair_of(other, backend).ir)
    (verdict,) = verify([candidate])
    assert verdict.reason.startswith("differs")
