"""The table of operations says what Warp says."""

import pytest

from generation.compilation import compile_source
from generation.language.operations import OPERATIONS, PRODUCERS, RESULTS, overload_of
from generation.language.types import I32, array
from generation.program import to_source
from generation.program.nodes import Bound, Kernel, Load, Op, Param, Program, Store, Var

N = Bound("n", 0)
TID = Var(I32, "tid")


def program_of(overload) -> Program:
    """out[tid] = operation(a0[tid], a1[tid], ...)"""
    arrays = [Var(array(type_), f"a{k}") for k, type_ in enumerate(overload.arguments)]
    out = Var(array(overload.result), "out")
    value = Op(overload.result, overload.operation, tuple(Load(a.type.dtype, a, (TID,)) for a in arrays))
    params = (*(Param(a.name, a.type, "in", (N,)) for a in arrays), Param("out", out.type, "out", (N,)))
    body = (Store(Load(overload.result, out, (TID,)), value),)
    return Program("test", (), (), (), Kernel("k", params, (N,), (TID,), body))


@pytest.mark.parametrize("name", OPERATIONS)
def test_warp_gives_every_overload_the_type_in_the_table(name):
    # A store into an array of another type than the value's is an error in Warp.
    for overload in OPERATIONS[name].overloads:
        source = to_source(program_of(overload))
        (pair,) = compile_source(source, ("cpu",))
        assert pair["cpu"].forward and pair["cpu"].backward, source


def test_overloads_are_found_by_their_arguments():
    for overload in RESULTS.values():
        assert overload_of(overload.operation, overload.arguments, overload.result) is overload
        assert overload in PRODUCERS[overload.result]
        assert len(overload.domains) == len(overload.arguments)
