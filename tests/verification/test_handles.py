"""Structures behind handles: what Warp answers is what going through everything gives."""

from __future__ import annotations

import numpy as np
import pytest

from generation.compilation import compile_source
from generation.program import to_source
from generation.program.launch import launch_of
from generation.synthesis import Population, synthesise
from generation.verification import Pair, handles, verify
from generation.verification.meshes import Mesh
from tests.verification.conftest import pair_of as pair_without_launch
from tests.verification.conftest import written

KERNELS = 12
FAMILIES = ("mesh_query", "volume_field", "texture_map", "tile_algorithms")


def pair_of(source: str, launch: dict, seed: tuple[int, ...]) -> Pair:
    return Pair(source, compile_source(source, ("cpu",))[0]["cpu"], launch, seed)


@pytest.mark.parametrize("family", FAMILIES)
def test_kernels_with_handles_compute_what_their_sources_say(family):
    pairs = []
    for index in range(KERNELS):
        program = synthesise(31, index, Population((family,)))
        pairs.append(pair_of(to_source(program), launch_of(program), (31, index)))
    assert [v.reason for v in verify(pairs) if v.tier != "executed"] == []


GATHER = """
@wp.kernel
def find(grid: wp.uint64, points: wp.array(dtype=wp.vec3), found: wp.array(dtype=int)):
    i = wp.tid()
    for j in wp.hash_grid_query(grid, points[i], 50.0):
        {update}
"""
SIZES = {
    "dim": [["n", 0]],
    "params": {
        "grid": {"role": "in", "extents": [["n", 1]], "handle": "hash_grid"},
        "points": {"role": "in", "extents": [["n", 0]]},
        "found": {"role": "out", "extents": [["n", 0]]},
    },
}


@pytest.mark.parametrize(("update", "tier"), [("found[i] += j", "executed"), ("found[i] = j", "compiled")])
def test_a_result_that_depends_on_an_order_is_refused(update, tier):
    (verdict,) = verify([pair_of(written(GATHER.format(update=update)), SIZES, (1,))])
    assert verdict.tier == tier
    assert ("order" in verdict.reason) == (tier == "compiled")


def test_inside_is_the_same_by_every_method():
    rng = np.random.default_rng(3)
    for faces in (4, 8):
        mesh = Mesh(handles.drawn("mesh", "m", [faces], "", rng).data, np.float64, False)
        center = mesh.faces.mean((0, 1))
        far = center + 9.0
        for p, sign in ((center, -1), (far, 1)):
            shares, squares = mesh.closest(p)
            face = int(np.argmin(squares))
            methods = (mesh.by_votes, mesh.by_normal, mesh.by_winding())
            assert {method(p, face, shares[face]) for method in methods} == {sign}


@pytest.mark.parametrize("family", ["volume_field", "mesh_query"])
def test_a_structure_has_no_gradient_and_its_arguments_have(family):
    pairs = []
    for index in range(KERNELS):
        program = synthesise(33, index, Population((family,)))
        pairs.append(pair_of(to_source(program), launch_of(program), (33, index)))
    verdicts = verify(pairs, "gradient_checked")
    assert any(verdict.differentiable for verdict in verdicts)


ASKED = """
@wp.func
def hits(of: wp.uint64, box: wp.vec3):
    count = int(0)
    root = wp.bvh_get_group_root({group})
    query = wp.bvh_query_aabb(of, -box, box, root)
    j = int(0)
    while wp.bvh_query_next(query, j):
        count += j + 1
    return count
@wp.kernel
def k(tree: wp.uint64, boxes: wp.array(dtype=wp.vec3), found: wp.array(dtype=int), key: wp.uint64):
    i = wp.tid()
    found[i] = {value}
"""


@pytest.mark.parametrize(
    ("group", "value", "reason"),
    [
        ("of, 1", "hits(tree, boxes[i])", ""),
        ("of, 1", "wp.bvh_get_group_root(tree, i) + hits(tree, boxes[i])", "the number of a group's root"),
        ("of, 1", "hits(key + wp.uint64(1), boxes[i])", "bvh_get_group_root of a structure by its number"),
    ],
)
def test_structures_are_guessed_from_what_asks_them(group, value, reason):
    (verdict,) = verify([pair_without_launch(ASKED.format(group=group, value=value))])
    assert reason in verdict.reason and (verdict.tier == "executed") == (not reason)


def test_a_kernel_that_asks_nothing_has_no_structures():
    source = written(ASKED.format(group="of, 1", value="hits(tree, boxes[i])"))
    assert handles.guessed(source, "k") == {"tree": "bvh"}
    assert handles.guessed(source, "another") == {}
