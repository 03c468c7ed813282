"""The identity of a row is no finer than its text: masked texts that agree belong to one structure."""

import pytest

from generation.dataset.canonical import python_shape
from generation.program import structure_id, to_source
from generation.synthesis import KERNEL_TYPES, Population, synthesise


@pytest.mark.parametrize("kernel_types", [KERNEL_TYPES, ("tiles",), ("matmul", "scan"), ("bit_packing",)])
def test_two_structures_never_read_the_same(kernel_types):
    structures: dict[tuple, str] = {}
    for index in range(700):
        program = synthesise(17, index, Population(kernel_types))
        words = tuple(python_shape(to_source(program)).words)
        assert structures.setdefault(words, structure_id(program)) == structure_id(program), to_source(
            program
        )
