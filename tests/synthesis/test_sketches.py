"""Sketches are programs with open choices: every way through one is typed, sound and pruned."""

import ast

import pytest

from generation.language.identifiers import THEMES
from generation.language.types import I32, Vector
from generation.program import check, structure_id, to_source
from generation.program.nodes import Assign, For, If, Return
from generation.synthesis.builder import Builder
from generation.synthesis.sketches import Sketch

TEXT = """
def falloff__weight_of(r, h):
    with either:
        with _(2):
            return exp(-abs(r / safe(h)))
        with _:
            if r >= h:
                return 0.0
            return pick(1.0 - r / safe(h), (1.0 - r / safe(h)) * num(0.5, 0.25))
with maybe(0.5):
    if label[i] == 0:
        return
acc__total = real(0.0)
for c in range(width):
    other__nb = table[i, c]
    with maybe(0.5):
        if other == i:
            continue
    (d := x[i] - x[other])
    acc += falloff(length(d), h)
out[i] = acc
"""
SCOPE = {
    "x": "v[n] positions x",
    "label": "i[n] label kind",
    "table": "i>n[n,width] neighbors table",
    "width": "n:width width count",
    "h": "s support h",
    "out": "out s[n] density out",
}


def program(index: int, text: str = TEXT):
    b = Builder(0, index, (0, 0), "test", ("apply",), (THEMES[0].name,))
    b.grid(1)
    sketch = Sketch(b, **SCOPE)
    sketch(text)
    sketch.done()
    return b.finish()


def nodes(body):
    """The statements and expressions of a body, outermost first."""
    for node in body:
        if isinstance(node, tuple):
            yield node
            yield from nodes(node)


def test_every_way_through_a_sketch_is_sound():
    programs = [program(index) for index in range(120)]
    for one in programs:
        check(one)
        ast.parse(to_source(one))
    assert len({structure_id(one) for one in programs}) > 30
    bodies = [one.kernel.body for one in programs]
    guarded = sum(any(type(s) is If and s.accepted == (Return(),) for s in body) for body in bodies)
    assert 30 < guarded < 90  # `maybe(0.5)`
    assert sum(bool(one.functions) for one in programs) > 60


def test_a_choice_that_nobody_uses_leaves_nothing_behind():
    text = "spare = x[i]\nacc = real(0.0)\nfor c in range(width):\n    acc += h\nout[i] = acc\n"
    one = program(3, text)
    check(one)
    kinds = [type(node) for node in nodes(one.kernel.body)]
    assert For in kinds and kinds.count(Assign) <= 2  # the start, and the sum where it is spelled out
    assert all(
        not isinstance(param.type.dtype, Vector)
        for param in one.kernel.params
        if hasattr(param.type, "dtype")
    )


def test_a_flag_that_nobody_sets_is_decided_at_once():
    text = "flag = int(0)\nacc = length(x[i])\nif flag == 1 or h < 0.0:\n    acc = -acc\n"
    one = program(3, text + "if flag == 1:\n    acc = acc * h\nout[i] = acc\n")
    check(one)
    source = to_source(one)
    assert "flag" not in source and source.count("if ") == 1


def test_kinds_are_numbers_or_members_of_an_enumeration():
    text = "if label[i] == kinds.BOX:\n    out[i] = h\nelse:\n    out[i] = h * 2.0\n"
    seen = set()
    for index in range(40):
        b = Builder(0, index, (0, 0), "test", ("apply",), (THEMES[0].name,))
        b.grid(1)
        sketch = Sketch(b, **SCOPE, kinds="e ShapeType SPHERE BOX CONE")
        sketch(text)
        sketch.done()
        one = b.finish()
        check(one)
        source = to_source(one)
        named = "ShapeType.BOX" in source
        members = "SPHERE = 0\n" in source and "BOX = 1\n" in source and "CONE = 2\n" in source
        assert named == members and named != ("== 1:" in source)
        seen.add(named)
    assert seen == {True, False}


def test_declarations_say_roles_kinds_and_ranges():
    one = program(0)
    params = {param.role: param for param in one.kernel.params}
    assert params["out"].type.dtype.kind == "float"
    (table,) = [p for p in one.kernel.params if hasattr(p.type, "ndim") and p.type.ndim == 2]
    assert table.type.dtype is I32 and table.span.high.size == table.extents[0].size
    sizes = [p for p in one.kernel.params if p.type is I32]
    assert all(p.span is not None for p in sizes)


@pytest.mark.parametrize("text", ["out[i] = nowhere\n", "out[i] = x[i] + 1\n"])
def test_a_sketch_that_makes_no_sense_is_refused(text):
    with pytest.raises((KeyError, TypeError, AttributeError)):
        program(0, text)


FUNCTIONS = """
def near__bump(v, k=0.5):
    return 1.0 / (1.0 + k * dot(v, v))
def root__safe_root(r):
    return sqrt(max(r, 0.0))
@gradient(root)
def adj_root(r, adj_ret):
    if r > 0.001:
        adjoint[r] += 0.5 * adj_ret / sqrt(r)
(d := x[i])
slope__g, by_k = grad(near)(d, h)
out[i] = near(d) + near(d, h) + root(dot(slope, d))
"""


def test_functions_have_defaults_derivatives_and_adjoints_of_their_own():
    defaults = 0
    for index in range(60):
        one = program(index, FUNCTIONS)
        check(one)
        (custom,) = [function for function in one.functions if function.gradient_of]
        assert custom.gradient_of in {function.name for function in one.functions}
        assert "wp.grad(" in to_source(one) and "_ = wp.grad(" in to_source(one)
        defaults += any(param.default is not None for f in one.functions for param in f.params)
    assert defaults > 30
