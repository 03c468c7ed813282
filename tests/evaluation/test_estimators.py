"""pass@k is what drawing k answers gives; its interval covers the truth about as often as it says."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from generation.evaluation.estimators import mean_and_interval, pass_at_k


@pytest.mark.parametrize("samples", range(1, 8))
def test_pass_at_k_is_the_share_of_draws_with_a_right_answer(samples):
    for correct, k in itertools.product(range(samples + 1), range(1, samples + 1)):
        draws = list(itertools.combinations([True] * correct + [False] * (samples - correct), k))
        assert pass_at_k(samples, correct, k) == pytest.approx(sum(map(any, draws)) / len(draws))


def test_k_has_its_range():
    for k in (0, 4):
        with pytest.raises(ValueError, match="1 to 3"):
            pass_at_k(3, 1, k)


@pytest.mark.parametrize("p", [0.02, 0.3, 0.5, 0.97])
def test_the_interval_covers_the_truth_nineteen_times_in_twenty(p):
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(2000):
        _, low, high = mean_and_interval(list(rng.random(120) < p))
        covered += low <= p <= high
    assert 0.92 <= covered / 2000 <= 0.98


def test_the_interval_of_answers_to_the_same_problems_is_not_too_narrow():
    """Problems of very different difficulty, ten answers to each: the estimate scatters with the problems."""
    rng = np.random.default_rng(6)
    covered = 0
    for _ in range(500):
        hard = rng.beta(0.4, 0.4, 60)
        right = rng.binomial(10, hard)
        _, low, high = mean_and_interval([pass_at_k(10, int(c), 1) for c in right])
        covered += low <= 0.5 <= high
    assert covered / 500 >= 0.94


def test_an_interval_holds_its_mean_and_shrinks_with_more_problems():
    widths = []
    for n in (10, 100, 1000):
        for values in ([0.0] * n, [1.0] * n, [0.25, 0.75] * (n // 2)):
            mean, low, high = mean_and_interval(values)
            assert 0.0 <= low <= mean + 1e-12 and mean - 1e-12 <= high <= 1.0 and high - low > 0.0
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)
    assert all(map(math.isnan, mean_and_interval([])))
