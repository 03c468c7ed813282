"""The checker knows which elements views, slices, scratch arrays and structs mean, and Warp takes them."""

import pytest

from generation.compilation import compile_source
from generation.errors import CheckError
from generation.language.types import BOOL, F32, I32, Struct, array, tuple_of, vector
from generation.program import check, structure_id, to_source
from generation.program.declarations import Function, Kernel, Param, Program
from generation.program.nodes import (
    Assign,
    Bound,
    Call,
    Component,
    Const,
    Do,
    Field,
    For,
    If,
    Load,
    Op,
    Range,
    Return,
    Scratch,
    Shape,
    Span,
    Store,
    Update,
    Var,
    View,
)

N, M = Bound("n", 0), Bound("m", 0)
LINE, GRID = array(F32), array(F32, 2)
TID, K = Var(I32, "tid"), Var(I32, "k")
X, OUT, OUT2 = Var(GRID, "x"), Var(LINE, "out"), Var(GRID, "out2")
ROW, BUF, FLAT, OFF = Var(LINE, "row"), Var(LINE, "buf"), Var(LINE, "flat"), Var(array(I32), "off")
IN = Param("x", GRID, "in", (N, M))
PARAMS = (IN, Param("out", LINE, "out", (N,)))
ENDS = Param("off", OFF.type, "in", (Bound("n", 1),), Span(Bound("", 0), Bound("m", 0)))
CSR = (Param("flat", LINE, "in", (M,)), ENDS, Param("out", LINE, "out", (N,)))
LO, HI = Var(I32, "lo"), Var(I32, "hi")


def number(value):
    return Const(I32 if isinstance(value, int) else F32, value)


def load(array_, *indices):
    return Load(array_.type.dtype, array_, indices)


def op(name, *arguments):
    return Op(arguments[0].type, name, arguments)


def store(value):
    return Store(load(OUT, TID), value)


def program(*body, params=PARAMS, functions=(), structs=()):
    return Program("test", structs, (), functions, Kernel("apply", params, (N,), (TID,), body))


def ends(guarded):
    """`flat[lo:hi]` of a segment that may be empty, with or without a way out where it is."""
    one = op("add", TID, number(1))
    bind = (Assign(LO, load(OFF, TID)), Assign(HI, load(OFF, one)))
    total = Assign(Var(F32, "s"), op("dynamic", number(0.0)))
    guard = (If(Op(BOOL, "ge", (LO, HI)), (Return(),)),) if guarded else ()
    add = For(K, number(0), Shape(I32, ROW, 0), 1, (Update(total.target, "add", load(ROW, K)),))
    return program(
        *bind,
        *guard,
        Assign(ROW, View(LINE, FLAT, (Range(LO, HI),))),
        total,
        add,
        store(total.target),
        params=CSR,
    )


FIRST = load(X, TID, number(0))
HEAD = load(ROW, number(0))
VIEW = Assign(ROW, View(LINE, X, (TID,)))
ZEROS = Assign(BUF, Scratch(LINE, (4,)))
A, V, J = Var(LINE, "a"), Var(F32, "v"), Var(I32, "j")
FILL = Function(
    "fill",
    (Param("a", LINE, "inout", (Bound("len", 0),)), Param("v", F32)),
    (),
    (For(J, number(0), Shape(I32, A, 0), 1, (Update(load(A, J), "mul", V),)),),
)
PAR = Struct("Part", (("x", LINE), ("scale", F32)))
PART = Var(PAR, "part")
HELD = Param("part", PAR, held=(Param("x", LINE, "inout", (N,)),))
FX = Field(LINE, PART, "x")
V3 = vector(3, F32)


PAIR = Var(vector(2, F32), "pair")
SCALED = op("mul", Field(F32, PART, "scale"), load(FX, TID))
SLOTS = Var(array(I32), "slots")
TRIPLE = Op(V3, "construct", (FIRST,) * 3)


def fill(argument):
    return Do(Call(tuple_of(()), "fill", (argument, load(OUT2, TID, number(0)))))


ROOM = (Param("out2", GRID, "inout", (N, M)),)
SOUND = {
    "a row": program(VIEW, store(HEAD)),
    "the last of a row": program(VIEW, store(load(ROW, number(-1)))),
    "a segment": ends(True),
    "scratch": program(ZEROS, Store(load(BUF, number(3)), FIRST), store(load(BUF, number(3)))),
    "own row filled": program(fill(View(LINE, OUT2, (TID,))), params=ROOM, functions=(FILL,)),
    "struct of arrays": program(
        Store(load(FX, TID), SCALED),
        params=(HELD,),
        structs=(PAR,),
    ),
    "a stretch of a vector": program(
        Assign(PAIR, Component(PAIR.type, TRIPLE, (Range(number(1), None),))),
        store(Component(F32, PAIR, (number(-1),))),
    ),
}
UNSOUND = {
    "leave its extent": program(VIEW, store(load(ROW, number(1)))),
    "leave its extent ": program(Assign(ROW, View(LINE, X, (op("add", TID, number(1)),))), store(HEAD)),
    "leave its array": ends(False),
    "leave its extent  ": program(ZEROS, Store(load(BUF, number(4)), FIRST), store(load(BUF, number(0)))),
    "reaches no output": program(ZEROS, Store(load(BUF, number(0)), FIRST), store(FIRST)),
    "two threads may write": program(fill(View(LINE, OUT2, (number(0),))), params=ROOM, functions=(FILL,)),
    "only an output array": program(VIEW, Store(HEAD, number(1.0)), store(HEAD)),
    "outside its span": program(
        Assign(SLOTS, Scratch(array(I32), (4,), Span(Bound("", 0), Bound("m", -1)))),
        Store(load(SLOTS, number(1)), TID),
        store(load(X, TID, load(SLOTS, number(1)))),
    ),
    "cannot be rebound": program(VIEW, Assign(ROW, View(LINE, X, (TID,))), store(HEAD)),
    "nothing is known of": program(
        Store(load(FX, TID), Field(F32, PART, "scale")), params=(HELD._replace(held=()),), structs=(PAR,)
    ),
    "used and not declared": program(Store(load(FX, TID), SCALED), params=(HELD,)),
}


@pytest.mark.parametrize("name", SOUND)
def test_sound_storage_passes_and_compiles(name):
    check(SOUND[name])
    (pair,) = compile_source(to_source(SOUND[name]), ("cpu",))
    assert pair["cpu"].forward


@pytest.mark.parametrize("name", UNSOUND)
def test_unsound_storage_is_refused_by_name(name):
    with pytest.raises(CheckError, match=name.strip()):
        check(UNSOUND[name])


def test_a_part_of_a_part_needs_a_name():
    part = Component(PAIR.type, TRIPLE, (Range(number(1), None),))
    nested = Component(F32, part, (number(0),))
    stretch = View(LINE, X, (TID, Range(number(0), None)))
    for value in (nested, load(stretch, number(0))):
        with pytest.raises(CheckError, match="needs a name"):
            check(program(store(value)))


def test_which_end_of_a_slice_is_left_out_counts():
    def part(start, stop):
        return program(Assign(ROW, View(LINE, X, (TID, Range(start, stop)))), store(HEAD))

    assert structure_id(part(number(0), None)) != structure_id(part(None, number(1)))
