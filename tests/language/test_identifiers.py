"""Names of types as names of variables."""

import pytest

from generation.language.identifiers import plural, results_of, snake


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


@pytest.mark.parametrize(("local", "named"), [("mean_2", "mean_out"), ("abs_value", None), ("s", None)])
def test_outputs_are_called_after_locals_that_say_something(local, named):
    assert results_of(local)[:1] == ((named,) if named else ())
