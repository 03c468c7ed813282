"""The checker accepts what is sound and names what is not."""

import pytest

from generation.errors import CheckError
from generation.language.types import BOOL, F32, F64, I32, array, tuple_of
from generation.program import check
from generation.program.declarations import Kernel, Param, Program
from generation.program.nodes import (
    Assign,
    Atomic,
    Bound,
    Break,
    Comment,
    Const,
    Continue,
    Do,
    For,
    If,
    Load,
    Op,
    Pack,
    Return,
    Span,
    Store,
    Unpack,
    Update,
    Var,
    While,
)

N = Bound("n", 0)
TID, K, X, OUT = Var(I32, "tid"), Var(I32, "i"), Var(array(F32), "x"), Var(array(F32), "out")
IDX, SIZE, Y, T = Var(array(I32), "idx"), Var(I32, "size"), Var(F32, "y"), Var(F32, "t")
PARAMS = (Param("x", X.type, "in", (N,)), Param("out", OUT.type, "out", (N,)))
SIZED = (*PARAMS, Param("size", I32, "in", (), Span(N, N)))
PERMUTED = (*PARAMS, Param("idx", IDX.type, "in", (N,), Span(Bound("", 0), Bound("n", -1), True)))
XT = Load(F32, X, (TID,))


def number(value):
    return Const(I32 if isinstance(value, int) else F32, value)


def op(name, *arguments, type_=None):
    return Op(type_ or arguments[0].type, name, arguments)


def compare(name, *arguments):
    return Op(BOOL, name, arguments)


def store(value, index=TID):
    return Store(Load(F32, OUT, (index,)), value)


def kernel(*body, params=PARAMS):
    return Program("test", (), (), (), Kernel("k", params, (N,), (TID,), body))


SOUND = {
    "noted": kernel(Comment("copy", beside=True), store(XT)),
    "copy": kernel(store(XT)),
    "guarded neighbour": kernel(
        If(compare("ge", TID, op("sub", SIZE, number(1))), (Return(),)),
        store(Load(F32, X, (op("add", TID, number(1)),))),
        params=SIZED,
    ),
    "clamped neighbour": kernel(store(Load(F32, X, (op("max", op("sub", TID, number(1)), number(0)),)))),
    "wrapped neighbour": kernel(
        store(Load(F32, X, (op("mod", op("add", TID, number(1)), SIZE),))), params=SIZED
    ),
    "dynamic accumulator": kernel(
        Assign(Y, op("dynamic", number(0.0))),
        For(K, number(0), SIZE, 1, (Update(Y, "add", Load(F32, X, (K,))),)),
        store(Y),
        params=SIZED,
    ),
    "index array": kernel(
        store(Load(F32, X, (Load(I32, IDX, (TID,)),))),
        params=(*PARAMS, Param("idx", IDX.type, "in", (N,), Span(Bound("", 0), Bound("n", -1)))),
    ),
    "scatter by a permutation": kernel(store(XT, Load(I32, IDX, (TID,))), params=PERMUTED),
}

PAIR = (Assign(Y, XT), Assign(T, op("mul", XT, XT)))
SWAP = Unpack((Y, T), Pack(tuple_of((F32, F32)), (T, Y)))
THREADS = Bound("num_threads", 0)
STRIDED = (*SIZED, Param("stride", I32, "in", (), Span(THREADS, THREADS)))


def strided(step, params):
    body = (For(K, TID, SIZE, step, (store(Load(F32, X, (K,)), K),)),)
    return Program("test", (), (), (), Kernel("k", params, (THREADS,), (TID,), body))


SOUND |= {
    "swap": kernel(*PAIR, If(compare("gt", Y, T), (SWAP,)), store(op("sub", Y, T))),
    "swap in a branch of a loop": kernel(
        *PAIR,
        For(K, number(0), SIZE, 1, (If(compare("gt", Y, T), (SWAP,)), Update(Y, "mul", XT))),
        store(op("sub", Y, T)),
        params=SIZED,
    ),
    "left from inside": kernel(
        Assign(Y, op("abs", XT)),
        While(
            Const(BOOL, True), (Update(Y, "mul", number(0.5)), If(compare("lt", Y, number(1.0)), (Break(),)))
        ),
        store(Y),
    ),
    "grid-stride loop": strided(Var(I32, "stride"), STRIDED),
    "wrapped in place": kernel(
        Assign(K, op("add", TID, number(1))),
        Update(K, "mod", SIZE),
        store(Load(F32, X, (K,))),
        params=SIZED,
    ),
}

UNSOUND = {
    "given to itself": kernel(Assign(Y, XT), Assign(Y, Y), store(Y)),
    "where another thread writes  ": kernel(
        If(compare("ge", TID, op("sub", SIZE, number(1))), (Return(),)),
        store(op("add", XT, Load(F32, OUT, (op("add", TID, number(1)),)))),
        params=(SIZED[0], SIZED[1]._replace(role="inout"), *SIZED[2:]),
    ),
    "may change nothing": kernel(
        Assign(Y, op("abs", XT)),
        While(compare("gt", Y, number(1.0)), (If(compare("gt", XT, number(0.0)), (Update(Y, "mul", XT),)),)),
        store(Y),
    ),
    "every thread does the same": kernel(
        Do(Atomic(F32, "atomic_add", OUT, (number(0),), Load(F32, X, (number(0),)))),
        params=(Param("x", X.type, "in", (Bound("", 1),)), Param("out", OUT.type, "inout", (Bound("", 1),))),
    ),
    "that a loop carries over": kernel(
        *PAIR, For(K, number(0), SIZE, 1, (SWAP,)), store(op("sub", Y, T)), params=SIZED
    ),
    "that a loop carries over ": kernel(
        *PAIR,
        For(K, number(0), SIZE, 1, (If(compare("gt", Y, T), (SWAP, Continue())), Update(Y, "mul", XT))),
        store(op("sub", Y, T)),
        params=SIZED,
    ),
    "may not be positive": kernel(
        For(K, TID, SIZE, Var(I32, "m"), (store(Load(F32, X, (K,))),)), params=(*SIZED, Param("m", I32))
    ),
    "two threads   ": strided(SIZE, SIZED),
    "may be zero ": kernel(
        Assign(K, TID),
        Update(K, "mod", Var(I32, "m")),
        store(Op(F32, "convert", (K,))),
        params=(*PARAMS, Param("m", I32)),
    ),
    "not defined": kernel(store(Y)),
    "every path": kernel(If(compare("gt", XT, number(0.0)), (Assign(Y, XT),)), store(Y)),
    "another type": kernel(store(Const(F64, 1.0))),
    "no overload": kernel(store(Op(F32, "add", (XT, TID)))),
    "changes its type": kernel(Assign(Y, XT), store(Y), Assign(Var(I32, "y"), TID), store(Y)),
    "leave its extent": kernel(store(Load(F32, X, (op("add", TID, number(1)),)))),
    "leave its extent ": kernel(store(Load(F32, X, (op("sub", TID, number(1)),)))),
    "leave its extent  ": kernel(
        store(Load(F32, X, (Load(I32, IDX, (TID,)),))), params=(*PARAMS, Param("idx", IDX.type, "in", (N,)))
    ),
    "both ways the same": kernel(If(compare("gt", XT, number(0.0)), (store(XT),), (store(XT),))),
    "twice the same value": kernel(store(op("sub", XT, XT))),
    "reaches no output": kernel(Assign(Y, op("mul", XT, XT)), store(XT)),
    "reaches no output ": kernel(store(XT), params=(*PARAMS, Param("t", F32))),
    "overwritten before": kernel(Assign(Y, XT), Assign(Y, op("neg", XT)), store(Y)),
    "ignores every input": kernel(
        Assign(Y, XT), If(compare("gt", Y, number(0.0)), (store(Y),)), store(number(1.0))
    ),
    "two threads": kernel(store(XT, number(0))),
    "two threads  ": kernel(store(XT, Load(I32, IDX, (number(0),))), params=PERMUTED),
    "where another thread writes ": kernel(
        store(XT, Load(I32, IDX, (TID,))), Store(Load(F32, OUT, (TID,)), XT), params=PERMUTED
    ),
    "two threads ": kernel(
        store(XT, Load(I32, IDX, (TID,))),
        params=(*PARAMS, Param("idx", IDX.type, "in", (N,), Span(Bound("", 0), Bound("n", -1)))),
    ),
    "where another thread writes": kernel(
        Store(XT, Load(F32, X, (number(0),))), params=(Param("x", X.type, "inout", (N,)),)
    ),
    "holds nothing to read": kernel(store(XT), store(Load(F32, OUT, (TID,)))),
    "nothing is written": kernel(
        Do(Atomic(F32, "atomic_add", X, (TID,), number(1.0))),
        params=(Param("x", X.type, "inout", (N,)), PARAMS[1]),
    ),
    "may be zero": kernel(
        store(Op(F32, "convert", (Op(I32, "mod", (TID, Var(I32, "m"))),))), params=(*PARAMS, Param("m", I32))
    ),
    "code after": kernel(store(XT), Return(), store(XT)),
    "outside a loop": kernel(If(compare("gt", XT, number(0.0)), (Break(),)), store(XT)),
    "plain literals suffice": kernel(Assign(Y, Op(F32, "dynamic", (number(1.5),))), store(op("add", XT, Y))),
    "does not depend on the condition": kernel(
        store(XT), If(compare("gt", XT, number(0.0)), (Return(),)), Return()
    ),
    "starts as a literal": kernel(
        Assign(Y, number(0.0)),
        For(K, number(0), number(3), 1, (Update(Y, "add", XT),)),
        store(Y),
    ),
    "comment on nothing": kernel(store(XT), Comment("done")),
    "one line of text": kernel(Comment("two\nlines"), store(XT)),
    "never runs": kernel(For(K, number(3), number(3), 1, (store(XT),))),
    "always the same": kernel(While(Const(BOOL, True), (store(XT), Break()))),
    "reserved word": kernel(Assign(Var(F32, "register"), XT), store(Var(F32, "register"))),
    "only an output array": kernel(Store(XT, XT), store(XT)),
}


@pytest.mark.parametrize("name", SOUND)
def test_sound_programs_pass(name):
    check(SOUND[name])


@pytest.mark.parametrize("name", UNSOUND)
def test_unsound_programs_are_refused_by_name(name):
    with pytest.raises(CheckError, match=name.strip()):
        check(UNSOUND[name])


def mutate_once(rebuild, program, wanted, change):
    """The program with the first fitting node of the kernel's body changed; None where nothing fits."""
    done = []

    def visit(node):
        if not done and wanted(node):
            done.append(node)
            return change(node)
        return node

    body = rebuild(program.kernel.body, visit)
    return program._replace(kernel=program.kernel._replace(body=body)) if done else None


MUTANTS = {
    "beyond the array": lambda p: (
        lambda n: type(n) is Load and n.indices == p.kernel.threads,
        lambda n: n._replace(indices=(*n.indices[:-1], op("add", n.indices[-1], number(1)))),
    ),
    "an unknown name": lambda p: (
        lambda n: type(n) is Assign,
        lambda n: n._replace(value=Var(n.value.type, "nowhere")),
    ),
    "another type": lambda p: (
        lambda n: type(n) is Store,
        lambda n: n._replace(value=Const(F64 if n.value.type is F32 else F32, 1.0)),
    ),
    "a dead local": lambda p: (
        lambda n: type(n) is tuple and n and type(n[0]) is Assign,
        lambda n: (Assign(Var(F32, "unused_local"), Const(F32, 1.0)), *n),
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_mutants_of_sound_programs_are_refused(programs, rebuild, name):
    tried = 0
    for program in programs:
        sized = any(param.span for param in program.kernel.params) or "Shape(" in repr(program.kernel.body)
        roomy = any(bound.size and bound.offset for p in program.kernel.params for bound in p.extents)
        if name == "beyond the array" and (sized or roomy):
            continue  # a guard or the array itself has room for one more
        mutant = mutate_once(rebuild, program, *MUTANTS[name](program))
        if mutant is None or mutant == program:
            continue
        tried += 1
        with pytest.raises(CheckError):
            check(mutant)
    assert tried > 50
