"""Figures about counts: how many kinds there are, how even, how far from others', how many are still unseen.

A distribution is a mapping from kind to count.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np

QUANTILES = (1, 10, 25, 50, 75, 90, 99)


def diversity(counts: Mapping) -> dict[str, float]:
    """Hill numbers of orders 0, 1 and 2: the kinds, the effective number of kinds (exp of the entropy), the
    effective number of frequent ones; the probability that the next item is of a kind not seen so far
    (Good-Turing); and a lower bound of the kinds there are, seen or not (Chao1)."""
    sizes = np.fromiter(counts.values(), float, len(counts))
    if not len(sizes):
        return dict.fromkeys(("distinct", "effective", "dominant", "unseen", "at_least"), 0)
    shares = sizes / sizes.sum()
    once, twice = int((sizes == 1).sum()), int((sizes == 2).sum())
    return {
        "distinct": len(sizes),
        "effective": float(np.exp(-(shares * np.log(shares)).sum())),
        "dominant": float(1 / (shares**2).sum()),
        "unseen": float(once / sizes.sum()),
        "at_least": float(len(sizes) + once * (once - 1) / (2 * (twice + 1))),
    }


def growth(counts: Mapping, draws: Iterable[int]) -> list[float]:
    """Expected kinds in each number of draws without replacement, so the order of the items plays no part."""
    total, sizes = sum(counts.values()), Counter(counts.values())
    return [sum(many * (1 - _missed(total, size, n)) for size, many in sizes.items()) for n in draws]


def _missed(total: int, size: int, draws: int) -> float:
    """Probability that `draws` of `total` items hold none of a kind of `size`."""
    left = total - size
    if draws > left:
        return 0.0
    return math.exp(_log_choose(left, draws) - _log_choose(total, draws))


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def divergence(one: Mapping, other: Mapping) -> float:
    """Jensen-Shannon divergence to base 2: 0 for equal distributions, 1 for disjoint ones or an empty one."""
    kinds = list(one.keys() | other.keys())
    p, q = (np.array([counts.get(kind, 0) for kind in kinds], float) for counts in (one, other))
    if not p.sum() or not q.sum():
        return 1.0
    p, q = p / p.sum(), q / q.sum()
    return max(0.0, float(_relative_entropy(p, (p + q) / 2) + _relative_entropy(q, (p + q) / 2)) / 2)


def _relative_entropy(p: np.ndarray, middle: np.ndarray) -> float:
    there = p > 0
    return (p[there] * np.log2(p[there] / middle[there])).sum()


def coverage(counts: Mapping, reference: Mapping) -> float:
    """Share of the reference's mass that is of kinds present in `counts`."""
    total = sum(reference.values())
    return sum(mass for kind, mass in reference.items() if counts.get(kind)) / total if total else 0.0


def summary(sizes: Mapping[int, int]) -> dict[str, float]:
    """Quantiles and mean of whole numbers given as {number: how often}."""
    if not sizes:
        return {}
    values = np.repeat(np.fromiter(sizes, float, len(sizes)), np.fromiter(sizes.values(), int, len(sizes)))
    quantiles = np.percentile(values, QUANTILES).tolist()
    return {f"p{q}": value for q, value in zip(QUANTILES, quantiles, strict=True)} | {
        "mean": float(values.mean())
    }


def by_half_octaves(sizes: Mapping[int, int]) -> Counter:
    """Sizes in bins of half a power of two, named as in the reference files."""
    bins = Counter()
    for size, many in sizes.items():
        bins[str(int(2 * math.log2(max(1, size))))] += many
    return bins


def chi_squared_p(counts: Mapping, weights: Mapping) -> float:
    """Probability of counts at least as far from `weights` if they were drawn with them. A kind without
    weight makes it 0."""
    total, whole = sum(counts.values()), sum(weights.values())
    expected = {kind: total * weight / whole for kind, weight in weights.items() if weight}
    if not total or counts.keys() - expected.keys():
        return 0.0 if total else 1.0
    statistic = sum((counts.get(kind, 0) - mean) ** 2 / mean for kind, mean in expected.items())
    return _chi_squared_tail(statistic, len(expected) - 1)


def _chi_squared_tail(statistic: float, freedom: int) -> float:
    """Upper tail for whole degrees of freedom: from that of 0 or 1 in steps of 2."""
    half, order = statistic / 2, (freedom % 2) / 2
    tail = math.erfc(math.sqrt(half)) if order else 0.0
    if half == 0 or freedom == 0:
        return 1.0
    while order < freedom / 2:
        tail += math.exp(order * math.log(half) - half - math.lgamma(order + 1))
        order += 1
    return min(1.0, tail)


def geometric_mean(components: Mapping[str, float]) -> float:
    """Components are within [0, 1]; none counts as less than 1e-4, so that one zero leaves the others
    visible."""
    logs = [math.log(max(1e-4, value)) for value in components.values()]
    return math.exp(sum(logs) / len(logs))
