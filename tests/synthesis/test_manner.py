"""How programs are written down: names that are names, titles of forms that exist, loops over the grid."""

from itertools import pairwise

import pytest

from generation.errors import GenerationError
from generation.language.identifiers import RESERVED
from generation.program import check, to_source
from generation.program.nodes import For
from generation.synthesis import synthesise
from generation.synthesis.patterns import PATTERNS

TITLED = [family for family, pattern in PATTERNS.items() if getattr(pattern, "TITLES", None)]


@pytest.mark.parametrize("family", TITLED)
def test_titles_name_forms_and_say_one_sentence(family):
    pattern = PATTERNS[family]
    weights = [value.outcomes for value in vars(pattern).values() if hasattr(value, "outcomes")]
    assert any(set(pattern.TITLES) <= set(outcomes) for outcomes in weights)
    for names, *sentences in pattern.TITLES.values():
        assert all(name.isidentifier() and name not in RESERVED for name in names.split())
        assert all(text[0].isupper() and text.endswith(".") and len(text) < 80 for text in sentences)


def test_grid_stride_loops_take_the_place_of_the_body_and_are_sound():
    found = 0
    for index in range(400):
        try:
            program = synthesise(12, index)
            check(program)
        except GenerationError:
            continue
        body = program.kernel.body
        if len(body) == 1 and type(body[0]) is For and not isinstance(body[0].step, int):
            found += 1
            assert body[0].start == program.kernel.threads[0]
            assert "Return(" not in repr(body)
    assert found > 2


def test_a_comment_stands_right_over_its_statement():
    comments = 0
    for index in range(200):
        try:
            lines = to_source(synthesise(12, index)).splitlines()
        except GenerationError:
            continue
        for line, below in pairwise(lines):
            if line.lstrip().startswith("# "):
                comments += 1
                assert below.strip() and _margin(below) == _margin(line), line
    assert comments > 50


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip())
