"""Names of types as names of variables."""

import pytest

from generation.language.identifiers import plural, snake


@pytest.mark.parametrize(
    ("name", "one", "many"),
    [
        ("Contact", "contact", "contacts"),
        ("RigidBody", "rigid_body", "rigid_bodies"),
        ("LJParams", "lj_params", "all_lj_params"),
        ("Vertex", "vertex", "vertices"),
    ],
)
def test_structs_give_their_names_to_variables_and_arrays(name, one, many):
    assert (snake(name), plural(name)) == (one, many)
