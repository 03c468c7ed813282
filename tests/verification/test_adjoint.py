"""Right adjoints are told from wrong ones; where there is no derivative nothing is claimed."""

from __future__ import annotations

import pytest

from generation.compilation import BACKENDS
from generation.verification import verify
from generation.verification.causes import causes
from tests.verification.conftest import pair_of, pairs_of

KERNELS = 40

SMOOTH = """
@wp.kernel
def k(x: wp.array(dtype=wp.vec3), y: wp.array(dtype=float), out: wp.array(dtype=float)):
    i = wp.tid()
    out[i] = wp.sin(y[i]) * wp.length(x[i]) + wp.exp(-y[i] * y[i])
"""
# Warp does not keep what a loop of unknown length goes through.
FORGETFUL = """
@wp.kernel
def k(x: wp.array(dtype=float), n: int, out: wp.array(dtype=float)):
    i = wp.tid()
    s = float(1.0)
    for j in range(n + 2):
        s = s * x[i]
    out[i] = s
"""
WHOLE = """
@wp.kernel
def k(x: wp.array(dtype=float), out: wp.array(dtype=int)):
    i = wp.tid()
    out[i] = int(x[i])
"""


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("text", "expected"), [(SMOOTH, True), (FORGETFUL, False), (WHOLE, None)])
def test_adjoints_are_judged(backend, text, expected):
    (verdict,) = verify([pair_of(text, backend)], "gradient_checked")
    assert verdict.differentiable is expected
    assert verdict.tier == ("gradient_checked" if expected else "executed")


def test_a_disagreement_has_its_cause_with_it():
    (verdict,) = verify([pair_of(FORGETFUL)], "gradient_checked")
    assert "a loop that is not unrolled" in verdict.reason
    assert causes(SMOOTH) == ()


def test_every_disagreement_of_the_synthesiser_has_a_cause():
    verdicts = verify(pairs_of(19, range(KERNELS)), "gradient_checked")
    assert sum(verdict.differentiable is True for verdict in verdicts) >= KERNELS / 3
    assert [v.reason for v in verdicts if v.differentiable is False and "unexplained" in v.reason] == []


def test_a_broken_adjoint_is_told():
    pair = pair_of(SMOOTH)
    backward = pair.ir.backward.replace("wp::adj_sin(", "wp::adj_cos(")
    assert backward != pair.ir.backward
    (verdict,) = verify([pair._replace(ir=pair.ir._replace(backward=backward))], "gradient_checked")
    assert verdict.differentiable is False and "derivative" in verdict.reason


# The adjoint goes back through `j` as the loop left it, which is no index of `x` any more.
OUTSIDE = """
@wp.kernel
def k(x: wp.array(dtype=float), y: wp.array(dtype=float), n: int, out: wp.array(dtype=float)):
    i = wp.tid()
    j = i
    s = float(0.0)
    for m in range(n + 9):
        if j >= x.shape[0]:
            break
        s += x[j] * y[j] * y[j]
        j += 3
    out[i] = s
"""


def test_an_adjoint_that_leaves_its_arrays_always_gives_the_same_verdict():
    verdicts = verify([pair_of(OUTSIDE), pair_of(SMOOTH)] * 30, "gradient_checked")
    assert len({v[:3] for v in verdicts[::2]}) == 1 and verdicts[0].tier == "executed"
    assert len({v[:3] for v in verdicts[1::2]}) == 1 and verdicts[1].tier == "gradient_checked"
