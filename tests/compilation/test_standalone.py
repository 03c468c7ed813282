"""Warp's own library kernels, where it is imported anyway, give the same text alone as in their module."""

from __future__ import annotations

import importlib

import pytest

from generation.compilation import compile_source

MODULES = ["warp._src.coloring", "warp._src.utils"]


@pytest.mark.parametrize("name", MODULES)
def test_library_kernels_stand_alone(name):
    compile_source("")
    from generation.compilation import live

    module = importlib.import_module(name)
    from warp._src.context import Kernel

    kernels = [one for one in vars(module).values() if isinstance(one, Kernel)]
    assert kernels
    for kernel in kernels:
        for instance in live.instances(kernel, {}):
            found = live.checked(instance)  # compiles it, and compares
            assert f"def {live.described(instance).name}(" in found.source
            assert not found.verbatim or kernel.adj.source.strip() in found.source


def test_the_compiler_tells_which_texts_it_refuses():
    source = "import warp as wp\n@wp.kernel\ndef k(x: wp.array(dtype=float)):\n    x[0] = 1.0\n"
    (ir,) = compile_source(source)
    from generation.compilation import live

    good = ir["cpu"]
    bad = good._replace(forward=good.forward.replace("// forward", "undeclared = 1;", 1))
    assert bad != good
    found = live.refused([good, bad, good, bad])
    assert set(found) == {1, 3} and all("undeclared" in told for told in found.values())
