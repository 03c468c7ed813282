"""Splits: decided by the structure alone, in the announced shares."""

from __future__ import annotations

import hashlib
from collections import Counter
from math import sqrt

from generation.dataset.splits import SPLITS, split_of


def test_shares_are_within_five_standard_deviations():
    total = 40_000
    found = Counter(split_of(hashlib.sha256(b"%d" % k).hexdigest()[:16]) for k in range(total))
    assert set(found) == set(SPLITS) and sum(SPLITS.values()) == 100
    for name, percent in SPLITS.items():
        share = percent / 100
        assert abs(found[name] - total * share) < 5 * sqrt(total * share * (1 - share))


def test_a_structure_never_moves():
    """Rows that are published keep their split; these were drawn once."""
    drawn = {"0000000000000000": "train", "0000000000000008": "test", "0000000000000018": "validation"}
    assert {structure: split_of(structure) for structure in drawn} == drawn
