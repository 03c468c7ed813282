"""What a sample of answers says about a model: pass@k, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence

_Z = 1.959963984540054  # of a normal distribution, 95 % lie within so many standard deviations


def pass_at_k(samples: int, correct: int, k: int) -> float:
    """The probability that at least one of k answers drawn from `samples`, of which some are correct, is.

    The unbiased estimator of Chen et al., Evaluating Large Language Models Trained on Code, 2021:
    1 - C(n - c, k) / C(n, k). ValueError unless 1 <= k <= samples.
    """
    if not 1 <= k <= samples:
        raise ValueError(f"k={k} must be 1 to {samples}")
    return 1.0 - math.comb(samples - correct, k) / math.comb(samples, k)


def mean_and_interval(values: Sequence[float]) -> tuple[float, float, float]:
    """The mean of one value from 0 to 1 for each problem, and a 95 % interval: Wilson's score interval with
    the problems as its trials (Wilson, Probable Inference, 1927).

    Answers to one problem are not independent, problems are: so the number of answers does not count. For
    values between 0 and 1 the interval is rather too wide, as nothing of that mean varies more than a coin;
    and it stays an interval where all values are 0, or all 1. Of no values: nan.
    """
    n = len(values)
    if not n:
        return math.nan, math.nan, math.nan
    p = math.fsum(values) / n
    centre = (p + _Z * _Z / (2 * n)) / (1 + _Z * _Z / n)
    half = _Z / (1 + _Z * _Z / n) * math.sqrt(p * (1 - p) / n + _Z * _Z / (4 * n * n))
    return p, max(0.0, min(p, centre - half)), min(1.0, max(p, centre + half))
