import itertools
import random

from generation.dataset.canonical import python_shape
from tests.benchmarks.teaching_arms import Words, compiled, ours


def test_a_program_under_other_names_and_numbers_is_the_same_program():
    rows = list(itertools.islice(ours(5), 40))
    words = Words([row.source for row in rows])
    draw = random.Random(0)
    for row in rows:
        other = words.redrawn(row.source, draw)
        assert python_shape(other).words == python_shape(row.source).words
        again = compiled(other)
        assert again.answer != row.answer
        assert len(again.answer.splitlines()) == len(row.answer.splitlines())
