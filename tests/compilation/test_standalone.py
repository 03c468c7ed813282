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
