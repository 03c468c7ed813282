"""What cancels out, repeats itself or has a known result is refused; what people write is not."""

import pytest

from generation.language.types import BOOL, F32, STATE, vector
from generation.program.nodes import Const, Op, Var
from generation.program.sense import flaw
from generation.synthesis.terms import op

X, Y = Var(F32, "x"), Var(F32, "y")
V = Var(vector(3, F32), "v")
ONE, TWO, ZERO = (Const(F32, float(n)) for n in (1, 2, 0))
STREAM = Op(F32, "randf", (Var(STATE, "state"),))


@pytest.mark.parametrize(
    "e",
    [
        op("sub", X, X),
        op("min", X, X),
        op("lt", op("sin", X), op("sin", X)),
        op("sub", op("add", Y, X), X),
        op("add", op("sub", X, Y), Y),
        Op(F32, "sub", (X, op("neg", Y))),
        op("neg", op("neg", X)),
        Op(F32, "abs", (op("abs", X),)),
        Op(F32, "abs", (op("length", V),)),
        op("floor", op("round", X)),
        op("clamp", op("clamp", X, ZERO, TWO), ZERO, ONE),
        op("mul", ONE, X),
        op("mul", V, ZERO),
        op("div", X, ONE),
        op("add", X, ZERO),
        op("ge", op("length", V), ZERO),
        op("gt", op("cos", X), TWO),
        op("normalize", Op(V.type, "construct", (ZERO, ONE, ZERO))),
        Op(F32, "where", (Var(BOOL, "flag"), X, X)),
    ],
)
def test_nonsense_is_named(e):
    assert flaw(e)


@pytest.mark.parametrize(
    "e",
    [
        op("mul", X, X),
        op("dot", V, V),
        op("sub", STREAM, STREAM),
        op("sub", op("add", X, Y), ONE),
        op("max", op("min", X, ONE), ZERO),
        op("min", op("min", X, Y), ONE),
        op("gt", op("length", V), ZERO),
        op("sub", ONE, X),
        op("log", op("log", X)),
        op("abs", op("sub", X, Y)),
    ],
)
def test_sense_is_left_alone(e):
    assert flaw(e) is None
