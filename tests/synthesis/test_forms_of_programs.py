"""Any program may come from a factory or be generic, and stays sound."""

import ast

import pytest

from generation.compilation import compile_source
from generation.errors import CheckError
from generation.program import check, to_source
from generation.synthesis import synthesise
from generation.synthesis.draw import Draw
from generation.synthesis.factories import made_by_factory
from generation.synthesis.generics import made_generic, with_generic_functions

FORMS = {"factory": made_by_factory, "generic": made_generic, "functions": with_generic_functions}


@pytest.fixture(scope="module")
def plain():
    """Programs of the stream that are in no such form yet."""
    programs = [synthesise(17, index) for index in range(160)]
    found = []
    for one in programs:
        try:
            check(one)
        except CheckError:
            continue
        if not (one.factory or one.kernel.generic or any(f.generic for f in one.functions)):
            found.append(one)
    return found


@pytest.mark.parametrize("form", FORMS)
def test_a_changed_program_is_sound_and_warp_takes_it(plain, form):
    changed = refused = 0
    for index, one in enumerate(plain):
        made = FORMS[form](Draw(3, index), one)
        if made == one:
            continue
        changed += 1
        try:
            check(made)
        except CheckError:
            refused += 1  # what was the only input may be fixed now
            continue
        (kernel,) = compile_source(to_source(made), ("cpu",))
        assert kernel["cpu"].forward and kernel["cpu"].backward
        assert kernel["cpu"].kernel_name.endswith(made.name) or made.kernel.generic
    assert changed > 20 and refused * 20 < changed


def test_a_generic_text_names_no_floating_point_type(plain):
    seen = 0
    for index, one in enumerate(plain):
        made = made_generic(Draw(3, index), one)
        if not made.kernel.generic:
            continue
        seen += 1
        (kernel,) = [n for n in ast.parse(to_source(made)).body if getattr(n, "name", "") == made.name]
        words = {ast.unparse(n) for n in ast.walk(kernel) if isinstance(n, ast.Name | ast.Attribute)}
        assert not words & {
            "float",
            "wp.float16",
            "wp.float32",
            "wp.float64",
            "wp.vec3",
            "wp.vec3d",
            "wp.mat33",
        }
    assert seen > 20


def test_what_a_factory_takes_is_no_parameter_of_its_kernel(plain):
    for index, one in enumerate(plain):
        made = made_by_factory(Draw(3, index), one)
        if made.factory:
            names = {param.name for param in made.kernel.params}
            assert not names & set(made.factory.values)
            assert len(made.kernel.params) >= len(one.kernel.params) - 3
