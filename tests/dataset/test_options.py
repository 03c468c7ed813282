"""Options: one canonical form for equal requests, one clear sentence for impossible ones."""

from __future__ import annotations

import numpy as np
import pytest

from generation.dataset.options import MAX_NUM_PAIRS, Recipe, config_id, num_pairs_of
from generation.errors import OptionError
from generation.synthesis import KERNEL_TYPES
from generation.synthesis.populations import COMPLEXITIES

FIRST, SECOND, *_ = KERNEL_TYPES

BAD_RECIPES = [
    ({"config": "gpu"}, "config='gpu' is not one of cpu, cuda"),
    ({"seed": -1}, "seed=-1 must be a whole number from 0 to"),
    ({"seed": 2**63}, "must be a whole number from 0 to"),
    ({"seed": True}, "seed=True must be a whole number"),
    ({"seed": 1.0}, "seed=1.0 must be a whole number"),
    ({"seed": "1"}, "seed='1' must be a whole number"),
    ({"enable_backward": 1}, "enable_backward=1 must be True or False"),
    ({"kernel_types": []}, "kernel_types=[] must be a list of at least one kernel type; known are"),
    ({"kernel_types": 3}, "kernel_types=3 must be a list"),
    (
        {"kernel_types": [FIRST, FIRST + "x"]},
        f"{FIRST + 'x'!r} is not a kernel type; did you mean {FIRST!r}?",
    ),
    ({"kernel_types": [None]}, "None is not a kernel type"),
    ({"profile": "realistic"}, "profile='realistic' is not one of balanced, real, free"),
    ({"profile": None}, "profile=None is not one of"),
    ({"complexity": "hard"}, "complexity: 'hard' is not a complexity; known are simple, moderate, complex"),
    ({"kernel_types": [FIRST], "profile": "free"}, "profile='free' draws only from free"),
]


@pytest.mark.parametrize("options, message", BAD_RECIPES, ids=str)
def test_an_impossible_option_names_itself_and_the_range(options, message):
    with pytest.raises(OptionError) as error:
        Recipe.of(**options)
    assert message in str(error.value)


@pytest.mark.parametrize("value", [-1, 1.5, "10", False, MAX_NUM_PAIRS + 1, [10]])
def test_an_impossible_number_of_pairs_names_the_range(value):
    with pytest.raises(OptionError, match=f"num_pairs=.* must be a whole number from 0 to {MAX_NUM_PAIRS}"):
        num_pairs_of(value)


def test_endless_is_for_streams_only():
    assert num_pairs_of(0) == 0
    with pytest.raises(OptionError, match="needs streaming=True"):
        num_pairs_of(0, streaming=False)


def test_equal_requests_are_equal_recipes_with_one_name():
    plain = Recipe.of()
    spelled = [
        Recipe.of("cpu", 0, KERNEL_TYPES, "balanced", list(COMPLEXITIES), True),
        Recipe.of("cpu", np.int64(0), list(reversed(KERNEL_TYPES))),
        Recipe.of("cpu", 0, (*KERNEL_TYPES, FIRST)),
    ]
    assert {config_id(recipe, 10) for recipe in [plain, *spelled]} == {config_id(plain, 10)}
    assert Recipe.of(kernel_types=FIRST) == Recipe.of(kernel_types=[FIRST])


def test_different_requests_have_different_names():
    recipes = [
        Recipe.of(),
        Recipe.of("cuda"),
        Recipe.of(seed=1),
        Recipe.of(kernel_types=[FIRST]),
        Recipe.of(kernel_types=[SECOND]),
        Recipe.of(profile="real"),
        Recipe.of(complexity="simple"),
        Recipe.of(enable_backward=False),
    ]
    names = {config_id(recipe, pairs) for recipe in recipes for pairs in (10, 11)}
    assert len(names) == 2 * len(recipes)
