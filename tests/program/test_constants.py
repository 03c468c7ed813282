"""Constants by themselves, of an enumeration, or of a class: spelled apart, the same program."""

import pytest

from generation.compilation import compile_source
from generation.errors import CheckError
from generation.language.types import BOOL, F32, I32, array
from generation.program import check, structure_id, to_source
from generation.program.declarations import Kernel, Param, Program, Style
from generation.program.nodes import Bound, Const, If, Load, Op, Return, Store, Var

N, TID = Bound("n", 0), Var(I32, "tid")
PARAMS = (Param("phase", array(I32), "in", (N,)), Param("x", array(F32), "inout", (N,)))


def program(kind: str, factor: str, *more, **style) -> Program:
    """Scales what is of one kind."""
    label = Load(I32, Var(array(I32), "phase"), (TID,))
    x = Load(F32, Var(array(F32), "x"), (TID,))
    other = If(Op(BOOL, "ne", (label, Var(I32, kind))), (Return(),))
    body = other, Store(x, Op(F32, "mul", (x, Var(F32, factor))))
    constants = ((Var(I32, kind), Const(I32, 1)), *more, (Var(F32, factor), Const(F32, 0.5)))
    kernel = Kernel("scale", PARAMS, (N,), (TID,), body)
    return Program("test", (), constants, (), kernel, Style(**style))


SPELLINGS = {
    "FLUID = wp.constant(1)": program("FLUID", "GAIN"),
    "FLUID = 1": program("FLUID", "GAIN", plain_constants=True),
    "class Phase(IntEnum):": program("Phase.FLUID", "GAIN", (Var(I32, "Phase.GAS"), Const(I32, 2))),
    "class Config:": program("Config.FLUID", "Config.GAIN"),
}


@pytest.mark.parametrize("line", SPELLINGS)
def test_every_spelling_is_sound_and_gives_the_same_numbers(line):
    one = SPELLINGS[line]
    check(one)
    source = to_source(one)
    assert line in source.splitlines()
    (kernel,) = compile_source(source, ("cpu",))
    (plain,) = compile_source(to_source(SPELLINGS["FLUID = 1"]), ("cpu",))
    assert kernel["cpu"].forward == plain["cpu"].forward


def test_where_a_constant_is_kept_is_no_structure():
    ids = {structure_id(SPELLINGS[line]) for line in SPELLINGS if "IntEnum" not in line}
    assert len(ids) == 1


def test_an_enumeration_that_nobody_uses_is_refused():
    one = program("FLUID", "GAIN", (Var(I32, "Phase.GAS"), Const(I32, 2)))
    with pytest.raises(CheckError, match="never used"):
        check(one)
