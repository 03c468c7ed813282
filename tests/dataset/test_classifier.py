"""A classifier tells different collections apart and equal ones not."""

import pytest

from generation.dataset.classifier import Sample, distinguishability

pytest.importorskip("sklearn")


def programs(letter: str, count: int = 60) -> list[frozenset[str]]:
    return [frozenset(f"{letter}/{k * (index + 1) % 37}" for k in range(8)) for index in range(count)]


def test_disjoint_collections_are_told_apart_and_equal_ones_are_not():
    assert distinguishability(programs("a"), programs("b")) == 1.0
    assert 0.3 < distinguishability(programs("a"), programs("a")) < 0.7
    assert distinguishability(programs("a", 5), programs("b")) is None


def test_a_sample_does_not_depend_on_the_order():
    found = dict(enumerate(programs("a", 200)))
    samples = []
    for order in (1, -1):
        sample = Sample(20)
        for key in sorted(found, reverse=order < 0):
            sample.add(key, found[key])
        samples.append(sample.programs())
    assert samples[0] == samples[1] == [found[key] for key in range(20)]
