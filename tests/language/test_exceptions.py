"""Every built-in of Warp can be reached or stands in the table of exceptions, and none is in both."""

from generation.compilation import builtins
from generation.language.exceptions import EXCEPTIONS
from generation.program.vocabulary import BUILT_INS


def test_nothing_is_missing_and_nothing_is_in_both():
    registry = set(builtins())
    assert registry - BUILT_INS - set(EXCEPTIONS) == set()
    assert BUILT_INS & set(EXCEPTIONS) == set()
    assert (BUILT_INS | set(EXCEPTIONS)) - registry == set()


def test_every_exception_has_one_reason():
    assert all(reason and "  " not in reason for reason in EXCEPTIONS.values())
    assert len(EXCEPTIONS) < len(BUILT_INS) / 2


def test_the_registry_names_the_types_of_arguments():
    overloads = builtins()["quat_rotate"]
    assert len(overloads) > 2 and all("quat" in overload and "vec" in overload for overload in overloads)
