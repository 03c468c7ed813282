"""Profiles and complexities: families by weight, sizes as asked for."""

from collections import Counter

import pytest

from generation.dataset.rows import draft
from generation.errors import SynthesisError
from generation.program import check
from generation.synthesis import EVERYTHING, KERNEL_TYPES, PROFILES, Population, synthesise
from generation.synthesis.composition import size_of
from generation.synthesis.populations import COMPLEXITIES, complexity


def test_families_follow_the_weights():
    for name in PROFILES:
        assert set(PROFILES[name].weights) <= set(KERNEL_TYPES)
        population = Population(profile=name)
        counts = Counter(population.family(1, index, 0) for index in range(6000))
        weights = dict(zip(KERNEL_TYPES, map(PROFILES[name].weight, KERNEL_TYPES), strict=True))
        expected = {family: 6000 * weight / sum(weights.values()) for family, weight in weights.items()}
        assert set(counts) == {family for family, weight in weights.items() if weight}
        chi_squared = sum((counts[name] - mean) ** 2 / mean for name, mean in expected.items() if mean)
        freedom = len(counts) - 1
        assert chi_squared <= freedom + 4 * (2 * freedom) ** 0.5


def test_the_family_at_an_index_does_not_depend_on_attempts_or_sizes():
    for index in range(40):
        small = Population(complexities=("simple",))
        families = {synthesise(4, index, attempt=attempt).family for attempt in range(3)}
        assert families == {EVERYTHING.family(4, index, 0)} == {small.family(4, index, 0)}


@pytest.mark.parametrize("asked", COMPLEXITIES)
@pytest.mark.parametrize("profile", PROFILES)
def test_only_the_asked_complexity_comes(profile, asked):
    population = Population(profile=profile, complexities=(asked,))
    refused = 0
    for index in range(60):
        try:
            program = synthesise(2, index, population)
            check(program)
        except Exception:
            refused += 1
            continue
        assert complexity(size_of(program)) == asked
    assert refused <= 4


def test_an_index_whose_families_are_all_large_gives_a_small_program_in_the_end():
    population = Population(complexities=("simple",))
    with pytest.raises(SynthesisError):
        synthesise(0, 4872, population)
    assert draft(0, 4872, population)["complexity"] == "simple"


def test_larger_is_asked_for_larger_comes():
    sizes = {name: [] for name in COMPLEXITIES}
    for index in range(300):
        wanted = EVERYTHING.size(6, index)
        sizes[complexity(wanted)].append(size_of(synthesise(6, index)))
    simple, moderate, large = (sorted(found)[len(found) // 2] for found in sizes.values())
    assert simple < moderate < large
