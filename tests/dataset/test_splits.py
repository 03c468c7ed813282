"""Splits: decided by the structure alone, in the announced shares; the harder ones share nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from math import sqrt

import pytest

from generation.dataset import splits
from generation.dataset.rows import draft
from generation.dataset.splits import APART, DEEPEST, LONGEST, SPLITS, split_of
from generation.program.structure import Structure
from generation.synthesis import EVERYTHING

PLAIN = Structure("0" * 16, ("add", "mul"), 100, 1)


@pytest.fixture(scope="module")
def drafts() -> list[dict]:
    return [draft(17, index, EVERYTHING) for index in range(400)]


def test_shares_are_within_five_standard_deviations():
    total = 40_000
    ids = (hashlib.sha256(b"%d" % k).hexdigest()[:16] for k in range(total))
    found = Counter(split_of(PLAIN._replace(id=one)) for one in ids)
    for name, percent in {"train": 90, "validation": 5, "test": 5}.items():
        share = percent / 100
        assert abs(found.pop(name) - total * share) < 5 * sqrt(total * share * (1 - share))
    assert not found


def test_a_structure_never_moves():
    """Rows that are published keep their split; these were drawn once."""
    drawn = {"0000000000000000": "train", "0000000000000008": "test", "0000000000000018": "validation"}
    assert {one: split_of(PLAIN._replace(id=one)) for one in drawn} == drawn


@pytest.mark.parametrize("number", range(32))
def test_what_is_long_or_deep_or_meets_apart_is_in_no_usual_split(number):
    plain = PLAIN._replace(id=f"{number:016x}")
    usual = {"train", "validation", "test"}
    assert split_of(plain._replace(size=LONGEST, depth=DEEPEST)) in usual
    one, other = APART[number % len(APART)]
    assert split_of(plain._replace(operations=(one, "mul"))) in usual
    met = plain._replace(operations=(one, "mul", other))
    assert split_of(met) == "test_compositional"
    for harder in ({"size": LONGEST + 1}, {"depth": DEEPEST + 1}):
        assert split_of(met._replace(**harder)) == split_of(plain._replace(**harder)) == "test_length"


def test_programs_reach_every_split_and_train_knows_what_meets_elsewhere(drafts):
    found = Counter(one["split"] for one in drafts)
    assert set(found) == set(SPLITS)
    assert all(0.01 < found[name] / len(drafts) < 0.1 for name in splits.SPLITS[1:])
    train = [set(one["operations"]) for one in drafts if one["split"] == "train"]
    assert not any(set(pair) <= operations for pair in APART for operations in train)
    known = set().union(*train)
    assert all(set(pair) <= known for pair in APART)
