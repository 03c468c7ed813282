"""CUDA texts on a GPU; without one, a clear refusal."""

from __future__ import annotations

import pytest

from generation.compilation import gpu
from generation.errors import OptionError
from generation.verification import verify
from tests.verification.conftest import pairs_of

KERNELS = 60
PRESENT = gpu.count() > 0


@pytest.mark.gpu
@pytest.mark.skipif(not PRESENT, reason="needs an NVIDIA GPU")
def test_texts_compute_on_a_gpu_what_their_sources_say():
    verdicts = verify(pairs_of(17, range(KERNELS), "cuda"), "gradient_checked", device="cuda")
    stopped = [v.reason for v in verdicts if v.tier in ("generated", "compiled")]
    assert all(reason.startswith("not covered") for reason in stopped), stopped
    assert len(stopped) <= KERNELS * 0.2
    assert any(v.tier == "gradient_checked" for v in verdicts)


@pytest.mark.skipif(PRESENT, reason="there is an NVIDIA GPU")
def test_without_a_gpu_a_run_on_one_is_refused():
    with pytest.raises(OptionError, match="device='cuda' needs an NVIDIA GPU"):
        verify(pairs_of(17, [0], "cuda"), device="cuda")


def test_an_unknown_device_is_refused():
    with pytest.raises(OptionError, match="device='tpu' is not one of cpu, cuda"):
        verify([], device="tpu")


def test_backends_may_be_mixed():
    pairs = [*pairs_of(17, range(3)), *pairs_of(17, range(3), "cuda")]
    assert [v.tier for v in verify(pairs[::-1])] == ["executed"] * 6
