"""Functions as programs call them: overloads, defaults, effects on arrays, derivatives, factories."""

import pytest

from generation.errors import CheckError
from generation.language.types import BOOL, F32, F64, I32, array, tuple_of
from generation.program import check, structure_id, to_source
from generation.program.declarations import Factory, Function, Kernel, Param, Program
from generation.program.nodes import (
    Adjoint,
    Alike,
    Assign,
    Atomic,
    Bound,
    Call,
    Const,
    Do,
    For,
    Gradient,
    If,
    Load,
    Op,
    Return,
    Shape,
    Span,
    Store,
    Unpack,
    Update,
    Var,
)

N, CAP = Bound("n", 0), Bound("cap", 0)
SLOTS = Span(Bound("", 0), Bound("cap", -1))
TID, X, OUT = Var(I32, "tid"), Var(array(F32), "x"), Var(array(F32), "out")
P, Q, RET = Var(F32, "p"), Var(F32, "q"), Var(F32, "adj_ret")
XT = Load(F32, X, (TID,))
ONE = Const(F32, 1.0)
PARAMS = (Param("x", X.type, "in", (N,)), Param("out", OUT.type, "out", (N,)))


def op(name, *arguments, type_=F32):
    return Op(type_, name, arguments)


SQUARE = Function("square", (Param("p", F32),), (F32,), (Return((op("mul", P, P),)),))
SCALE = Function(
    "scale",
    (Param("p", F32), Param("q", F32, default=Const(F32, 0.5))),
    (F32,),
    (Return((op("mul", P, Q),)),),
)
WIDE = Function(
    "square",
    (Param("p", F64),),
    (F64,),
    (Return((Op(F64, "mul", (Var(F64, "p"), Var(F64, "p"))),)),),
)
BACK = Function(
    "adj_square",
    (Param("p", F32), Param("adj_ret", F32)),
    (),
    (Update(Adjoint(F32, P), "add", RET),),
    gradient_of="square",
)
NOTHING = tuple_of(())
COUNT = Param("count", array(I32), "inout", (Bound("", 1),), SLOTS)
A, IDX = Var(array(F32), "a"), Var(I32, "k")


def put(index):
    """Writes to its array at an index that it is given."""
    params = (Param("a", A.type, "inout", (N,)), Param("k", I32, span=Span(Bound("", 0), Bound("n", -1))))
    return Function("put", (*params, Param("p", F32)), (), (Store(Load(F32, A, (index,)), P),))


def push():
    """Takes the next place of a list and writes there."""
    count, slot = Var(array(I32), "count"), Var(I32, "slot")
    taken = Assign(slot, Atomic(I32, "atomic_add", count, (Const(I32, 0),), Const(I32, 1)))
    write = Store(Load(F32, A, (slot,)), P)
    room = Op(BOOL, "lt", (slot, Shape(I32, A, 0)))
    params = (
        Param("count", count.type, "inout", (Bound("", 1),), SLOTS),
        Param("a", A.type, "inout", (CAP,)),
    )
    return Function("push", (*params, Param("p", F32)), (), (taken, If(room, (write,))))


def program(*body, functions=(), params=PARAMS, constants=(), factory=None):
    kernel = Kernel("k", params, (N,), (TID,), body)
    return Program("test", (), constants, functions, kernel, factory=factory)


def store(value):
    return Store(Load(F32, OUT, (TID,)), value)


def derivative(*arguments):
    return Gradient(F32, "square", arguments)


def counted(steps):
    """A loop whose length a factory fixes."""
    y = Var(F32, "y")
    loop = For(IDX, Const(I32, 0), steps, 1, (Update(y, "add", XT),))
    return Assign(y, Op(F32, "dynamic", (Const(F32, 0.0),))), loop, store(y)


STEPS = Var(I32, "steps")
THREE = ((STEPS, Const(I32, 3)),)
LISTED = (
    PARAMS[0],
    Param("count", array(I32), "inout", (Bound("", 1),), SLOTS),
    Param("a", A.type, "out", (CAP,)),
)
PUSHED = Do(Call(NOTHING, "push", (Var(array(I32), "count"), A, XT)))

SOUND = {
    "default left out": program(store(Call(F32, "scale", (XT,))), functions=(SCALE,)),
    "keyword": program(store(Call(F32, "scale", (XT, XT), ("q",))), functions=(SCALE,)),
    "overloads": program(
        store(op("convert", Call(F64, "square", (Op(F64, "convert", (Call(F32, "square", (XT,)),)),)))),
        functions=(SQUARE, WIDE),
    ),
    "derivative": program(store(derivative(XT)), functions=(SQUARE,)),
    "custom gradient": program(store(Call(F32, "square", (XT,))), functions=(SQUARE, BACK)),
    "own element": program(Do(Call(NOTHING, "put", (OUT, TID, XT))), functions=(put(IDX),)),
    "next place": program(PUSHED, functions=(push(),), params=LISTED),
    "factory": program(*counted(STEPS), constants=THREE, factory=Factory("make", ("steps",))),
    "passed function": program(
        store(Call(F32, "fn", (XT,))),
        functions=(SQUARE,),
        factory=Factory("make", (), (("fn", "square"),)),
    ),
}

UNSOUND = {
    "takes other arguments": program(store(Call(F32, "square", (XT, XT))), functions=(SQUARE,)),
    "takes other arguments ": program(store(Call(F32, "scale", (XT, XT), ("r",))), functions=(SCALE,)),
    "declared twice": program(store(Call(F32, "square", (XT,))), functions=(SQUARE, SQUARE)),
    "annotated and differentiated": program(
        store(derivative(XT)), functions=(SQUARE._replace(annotated=True),)
    ),
    "derivative is taken by": program(
        store(Gradient(F32, "f", (TID,))),
        functions=(Function("f", (Param("k", I32),), (F32,), (Return((op("convert", IDX),)),)),),
    ),
    "gradient of no function": program(
        store(Call(F32, "square", (XT,))),
        functions=(
            SQUARE,
            BACK._replace(params=BACK.params[:1], body=(Update(Adjoint(F32, P), "add", P),)),
        ),
    ),
    "only a custom gradient": program(Update(Adjoint(F32, X), "add", XT), store(XT)),
    "two threads": program(Do(Call(NOTHING, "put", (OUT, Const(I32, 0), XT))), functions=(put(IDX),)),
    "only an output array": program(Do(Call(NOTHING, "put", (X, TID, XT))), store(XT), functions=(put(IDX),)),
    "in another range": program(
        Do(Call(NOTHING, "put", (OUT, op("add", TID, Const(I32, 1), type_=I32), XT))), functions=(put(IDX),)
    ),
    "value is dropped": program(Do(Call(F32, "square", (XT,))), store(XT), functions=(SQUARE,)),
    "expects other numbers": program(
        PUSHED, functions=(push(),), params=(LISTED[0], LISTED[1]._replace(span=None), LISTED[2])
    ),
    "not defined before its use": program(
        store(op("mul", Call(F32, "scale", (XT,)), op("convert", STEPS))),
        functions=(SCALE._replace(body=(Return((Call(F32, "fn", (op("mul", P, Q),)),)),)), SQUARE),
        constants=THREE,
        factory=Factory("make", ("steps",), (("fn", "square"),)),
    ),
    "that nobody gives": program(store(XT), factory=Factory("make", ("steps",))),
    "another type than the one named": program(store(op("mul", XT, Alike(F32, TID, ONE)))),
}


@pytest.mark.parametrize("name", SOUND)
def test_sound_calls_pass(name):
    check(SOUND[name])


@pytest.mark.parametrize("name", UNSOUND)
def test_unsound_calls_are_refused_by_name(name):
    with pytest.raises(CheckError, match=name.strip()):
        check(UNSOUND[name])


def test_warp_takes_every_sound_call():
    from generation.compilation import compile_source

    for one in SOUND.values():
        (kernel,) = compile_source(to_source(one), ("cpu", "cuda"))
        assert kernel["cpu"].backward and kernel["cuda"].backward


def test_how_a_kernel_is_made_is_part_of_its_structure():
    made = SOUND["factory"]
    plain = made._replace(factory=None)
    assert len({structure_id(one) for one in (made, plain)}) == 2
    passed = SOUND["passed function"]
    direct = program(store(Call(F32, "square", (XT,))), functions=(SQUARE,))
    assert structure_id(passed) != structure_id(direct)


def test_results_that_nobody_needs_have_the_name_for_that():
    pair = Function("f", (Param("p", F32), Param("q", F32)), (F32,), (Return((op("mul", P, Q),)),))
    targets = Var(F32, "g"), Var(F32, "_")
    call = Gradient(tuple_of((F32, F32)), "f", (XT, XT))
    check(program(Unpack(targets, call), store(targets[0]), functions=(pair,)))
    dead = targets[0], Var(F32, "rest")
    with pytest.raises(CheckError, match="reaches no output"):
        check(program(Unpack(dead, call), store(dead[0]), functions=(pair,)))
