"""Tiles in the evaluator are those of the compiled text, or refused by name."""

from __future__ import annotations

import numpy as np
import pytest

from generation.verification import verify
from generation.verification.evaluator import Module
from generation.verification.faults import NotCovered, OutOfBounds
from tests.verification.conftest import pair_of, written

KERNEL = """
@wp.func
def least(a: float, b: float):
    return wp.min(a, b)
@wp.func
def reach(a: wp.vec3, b: wp.vec3, c: float):
    return wp.dot(a, b) + c
@wp.kernel
def k(
    x: wp.array(dtype=float), v: wp.array(dtype=wp.vec3), m: wp.array(dtype=wp.mat33),
    y: wp.array2d(dtype=float), z: wp.array(dtype=wp.vec3), n: wp.array(dtype=int),
):
    i = wp.tid()
    p = v[i]
    s = x[3]
    c = n[i]
    {body}
"""
BODIES = {
    "a number of each thread": "wp.tile_store(x, wp.tile(x[i] * 2.0), offset=i)",
    "parts of a vector": "wp.tile_store(y, wp.tile(p) * 2.0)",
    "whole vectors": "wp.tile_store(z, wp.tile_sum(wp.tile(p, preserve_type=True)), offset=i)",
    "a matrix back": "x[i] = wp.untile(wp.tile(m[i] * v[i], preserve_type=True))[1]",
    "a vector back": "z[i] = wp.untile(wp.tile(p)) * 3.0",
    "one value for all": "wp.tile_store(x, wp.tile_map(reach, wp.tile_load(v, 3), p, s))",
    "two of a built-in": "wp.tile_store(x, wp.tile_map(wp.dot, wp.tile_load(v, 3), p))",
    "along an axis": "wp.tile_store(x, wp.tile_reduce(least, wp.tile_load(y, shape=(2, 3)), axis=0))",
    "along the only axis": "wp.tile_store(x, wp.tile_sum(wp.tile_load(x, shape=3), axis=0))",
    "of the type of its value": "wp.tile_store(n, wp.tile_full(shape=2, value=c))",
    "without one axis": (
        "wp.tile_store(y, wp.tile_squeeze(wp.tile_reshape(wp.tile_load(x, 3), shape=(1, 3, 1)), axis=(0,)))"
    ),
    "past the end": "wp.tile_store(x, wp.tile_load(x, shape=40) * 2.0)",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_tiles_are_those_of_the_compiled_text(body):
    (verdict,) = verify([pair_of(KERNEL.format(body=body))])
    assert (verdict.tier, verdict.reason) == ("executed", "")


def test_several_right_hand_sides_are_solved_each():
    text = """
    @wp.kernel
    def k(a: wp.array2d(dtype=float), b: wp.array2d(dtype=float)):
        low, right = wp.tile_load(a, shape=(3, 3)), wp.tile_load(b, shape=(3, 2))
        wp.tile_store(b, wp.tile_lower_solve(low, right))
    """
    rng = np.random.default_rng(5)
    a, b = rng.uniform(1, 2, (3, 3)).astype(np.float32), rng.normal(size=(3, 2)).astype(np.float32)
    found = Module(written(text)).kernel().launch((1,), {"a": a, "b": b}).outputs["b"]
    assert np.allclose(np.tril(a) @ found, b, atol=1e-5)


@pytest.mark.parametrize(
    ("body", "fault", "told"),
    [
        ("wp.tile_store(x, wp.tile_load(x, shape=3, offset=-1))", OutOfBounds, "a tile at"),
        ("wp.tile_store(x, wp.tile_load(x, shape=9, bounds_check=False))", OutOfBounds, "a tile at"),
        ("t = wp.tile(wp.quat_identity())", NotCovered, "the parts of a Quat"),
    ],
)
def test_what_is_open_is_refused(body, fault, told):
    text = f"""
    @wp.kernel
    def k(x: wp.array(dtype=float)):
        {body}
    """
    with pytest.raises(fault, match=told):
        Module(written(text)).kernel().launch((1,), {"x": np.ones(4, np.float32)})
