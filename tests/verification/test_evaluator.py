"""The evaluator's arithmetic is C++'s, its guards hold, and what it does not know it refuses by name."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from generation.verification.compounds import Vec
from generation.verification.evaluator import Module
from generation.verification.faults import DivisionByZero, NotCovered, OutOfBounds, OutOfFuel, Undefined
from generation.verification.triangles import intersect_tri_tri
from tests.verification.conftest import written

INT = np.iinfo(np.int32)


def run(text, dim=(1,), **arguments):
    return Module(written(text)).kernel().launch(dim, arguments).outputs


def expression(formula, kind="int", **values):
    names = ", ".join(f"{name}: wp.{kind}" if kind != "int" else f"{name}: int" for name in values)
    dtype = "int" if kind == "int" else f"wp.{kind}"
    text = f"""
    @wp.kernel
    def k({names}, out: wp.array(dtype={dtype})):
        out[0] = {formula}
    """
    numbers = np.int32 if kind == "int" else getattr(np, kind)
    given = {name: numbers(value) for name, value in values.items()}
    return run(text, **given, out=np.zeros(1, numbers))["out"][0]


@pytest.mark.parametrize(
    ("formula", "a", "b", "expected"),
    [
        ("a / b", -7, 2, -3),
        ("a // b", -7, 2, -4),
        ("a % b", -7, 3, -1),
        ("a % b", 7, -3, 1),
        ("a << b", 1, 31, INT.min),
        ("a >> b", -9, 1, -5),
        ("a * b", INT.max, 2, -2),
        ("a + b", INT.max, 1, INT.min),
        ("wp.min(a, b)", 3, -3, -3),
        ("int(wp.uint8(a)) + b", 257, 0, 1),
    ],
)
def test_integers_are_those_of_c(formula, a, b, expected):
    assert expression(formula, a=a, b=b) == expected


def test_single_precision_rounds_every_step():
    a, b, c = np.float32(1.1), np.float32(3.3), np.float32(-3.63)
    assert expression("a * b + c", "float32", a=a, b=b, c=c) == a * b + c


def test_the_negative_of_zero_is_zero_and_has_a_sign_in_vectors():
    assert expression("wp.atan2(a, -a)", "float32", a=np.float32(0)) == 0.0
    assert expression("wp.atan2(a, (-wp.vec3(a, a, a))[1])", "float32", a=np.float32(0)) == np.float32(np.pi)


def test_types_are_read_off_values():
    a = np.float64(0.1)
    assert expression("a.dtype(0.5) + type(a)(0.25)", "float64", a=a).dtype == np.float64
    assert expression("wp.vec4(1.0, 2.0, 3.0, 4.0).length + a", a=1) == 5
    assert expression("wp.float(a) * wp.vec3(a).dtype(0.5)", "float32", a=np.float32(3)) == 1.5


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("x[i + 1] = 1.0", OutOfBounds),
        ("x[0] = float(n / i)", DivisionByZero),
        ("x[0] = float(n % i)", DivisionByZero),
        ("x[0] = float(int(1.0e20 * x[0]))", Undefined),
        ("x[0] = float(n << 40)", Undefined),
        ("while n > 0:\n            x[0] += 1.0", OutOfFuel),
    ],
)
def test_a_kernel_that_would_go_wrong_is_stopped(body, fault):
    text = f"""
    @wp.kernel
    def k(x: wp.array(dtype=float), n: int):
        i = wp.tid()
        {body}
    """
    with pytest.raises(fault):
        run(text, (1,), x=np.ones(1, np.float32), n=np.int32(3))


def test_what_is_not_known_is_named():
    with pytest.raises(NotCovered, match=r"wp\.unheard_of"):
        Module(written("@wp.kernel\ndef k(x: wp.array(dtype=float)):\n    x[0] = wp.unheard_of(x[0])\n"))


def test_a_component_written_changes_one_variable_only():
    text = """
    @wp.kernel
    def k(out: wp.array(dtype=wp.vec3)):
        a = wp.vec3(1.0, 2.0, 3.0)
        b = a
        b[0] = 5.0
        b.y += 1.0
        out[0] = a
        out[1] = b
        out[1].z = 9.0
    """
    out = run(text, out=np.zeros((2, 3), np.float32))["out"]
    assert out.tolist() == [[1.0, 2.0, 3.0], [5.0, 3.0, 9.0]]


def test_sides_of_branches_are_told():
    source = written("""
    @wp.kernel
    def k(x: wp.array(dtype=float)):
        i = wp.tid()
        if x[i] > 0.0:
            x[i] = 0.0
    """)
    module = Module(source)
    one = module.kernel().launch((1,), {"x": np.ones(1, np.float32)})
    two = module.kernel().launch((2,), {"x": np.array([1, -1], np.float32)})
    assert (one.sides, two.sides) == ({(0, True)}, {(0, True), (0, False)})


def test_the_evaluator_does_not_bring_warp():
    code = "import sys, generation.verification.evaluator; sys.exit('warp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_triangles_that_meet_are_told_from_those_that_do_not():
    rng = np.random.default_rng(7)
    for flat in (False, True):
        for _ in range(60):
            one, two = rng.normal(size=(2, 3, 3)) * (1, 1, not flat)
            shares = rng.dirichlet((4.0, 4.0, 4.0), 2)
            two += shares[0] @ one - shares[1] @ two  # a point of both
            near = [Vec(tuple(point)) for point in two]
            far = [Vec(tuple(point + 9.0)) for point in two]
            corners = [Vec(tuple(point)) for point in one]
            assert intersect_tri_tri(*corners, *near) == intersect_tri_tri(*near, *corners) == 1
            assert intersect_tri_tri(*corners, *far) == 0
