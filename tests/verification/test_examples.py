"""What is written as JSON comes back to the last bit, whatever its type."""

from __future__ import annotations

import json

import numpy as np
import pytest

from generation.synthesis import Population
from generation.verification import Example, Module, from_json, to_json, verify
from generation.verification.arguments import leaves
from tests.verification.conftest import pairs_of, written

KINDS = """
@wp.struct
class Inner:
    weight: wp.float16
    turn: wp.quat

@wp.struct
class State:
    flag: bool
    place: wp.vec3d
    inner: Inner

@wp.struct
class Fields:
    mass: wp.array[float]
    count: wp.uint64

@wp.kernel
def k(x: wp.array[float], m: wp.array2d[wp.mat22d], s: wp.array[State], f: Fields, n: wp.int64):
    x[0] = 1.0
"""


def test_every_type_survives():
    kernel = Module(written(KINDS)).kernel()
    rng = np.random.default_rng(5)
    state = np.zeros(3, kernel.parameters["s"].element.dtype)
    state["flag"] = [True, False, True]
    state["place"] = rng.normal(size=(3, 3))
    state["inner"]["weight"] = rng.normal(size=3)
    state["inner"]["turn"] = rng.normal(size=(3, 4))
    odd = np.array([0.1, -0.0, np.nan, np.inf, -np.inf, 1e-45, 3.4028235e38], np.float32)
    arguments = {
        "x": odd,
        "m": rng.normal(size=(2, 1, 2, 2)),
        "s": state,
        "f": {"mass": np.zeros(0, np.float32), "count": np.uint64(2**64 - 1)},
        "n": np.int64(-(2**63)),
    }
    text = to_json([Example((3,), arguments, leaves(arguments))])
    json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
    (found,) = from_json(text, kernel)
    assert found.dim == (3,)
    given = leaves(found.arguments)
    for path, data in leaves(arguments).items():
        assert given[path].dtype == data.dtype
        assert given[path].tobytes() == data.tobytes()
    assert all(found.outputs[path].tobytes() == data.tobytes() for path, data in leaves(arguments).items())


@pytest.mark.parametrize("family", ["mesh_query", "volume_field", "texture_map"])
def test_structures_behind_handles_survive(family):
    pairs = pairs_of(31, range(4), population=Population((family,)))
    for pair, verdict in zip(pairs, verify(pairs), strict=True):
        text = to_json(list(verdict.examples), pair.launch)
        kernel = Module(pair.source).kernel()
        for example in from_json(text, kernel):
            before = kernel.launch(example.dim, example.arguments)
            assert before.outputs.keys() >= example.outputs.keys()
        assert to_json(from_json(text, kernel), pair.launch) == text
