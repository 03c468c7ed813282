"""The extracted text does what `wp.launch` does: kernels imported from a file and launched by Warp."""

from __future__ import annotations

import importlib.util
import sys

import numpy as np
import pytest

from generation.verification import Module, verify
from generation.verification.arguments import leaves
from generation.verification.comparison import difference
from generation.verification.types import Struct
from tests.verification.conftest import pairs_of

KERNELS = 20


@pytest.fixture
def load(tmp_path, monkeypatch):
    """A source as a module of its own, as if a user had written it; Warp's cache is the test's own."""
    import warp as wp

    wp.init()
    monkeypatch.setattr(wp.config, "kernel_cache_dir", str(tmp_path / "cache"))

    def load(source: str, name: str):
        path = tmp_path / f"{name}.py"
        path.write_text(source)
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
        kernels = [x for x in vars(module).values() if isinstance(x, wp.Kernel)]
        wp.set_module_options({"optimization_level": 0, "enable_backward": False}, module)
        (kernel,) = {id(x): x for x in kernels}.values()
        return next(iter(kernel.overloads.values())) if kernel.is_generic else kernel

    return load


def given(type_, x, kind):
    """An argument as Warp wants it; `type_` is Warp's, `kind` the evaluator's."""
    import warp as wp

    if isinstance(x, dict) or isinstance(kind, Struct):
        made = type_()
        for name, field in kind.types.items():
            setattr(made, name, given(type_.vars[name].type, x[name], field))
        return made
    if hasattr(kind, "element"):
        return wp.array(x, dtype=type_.dtype, device="cpu", ndim=type_.ndim)
    numbers = np.asarray(x)
    return type_(*numbers.ravel().tolist()) if numbers.ndim else x


def is_array(kinds: dict, path: str) -> bool:
    first, *rest = path.split(".")
    kind = kinds[first]
    for name in rest:
        kind = kind.types[name]
    return hasattr(kind, "element")


def left(argument, path: str):
    for name in path.split(".")[1:]:
        argument = getattr(argument, name)
    return argument.numpy()


def test_launches_by_warp_leave_the_same(load):
    import warp as wp

    pairs = pairs_of(41, range(KERNELS))
    verdicts = verify(pairs)
    compared = 0
    for number, (pair, verdict) in enumerate(zip(pairs, verdicts, strict=True)):
        if "handle" in str(pair.launch) or "wp.tile" in pair.source:
            continue  # tiles run in blocks: `wp.launch_tiled`
        kernel, module = load(pair.source, f"launched_{number}"), Module(pair.source)
        kinds = module.kernel().parameters
        for example in verdict.examples[:2]:
            arguments = {
                arg.label: given(arg.type, example.arguments[arg.label], kinds[arg.label])
                for arg in kernel.adj.args
            }
            wp.launch(kernel, example.dim, inputs=list(arguments.values()), device="cpu")
            found = {
                path: left(arguments[path.partition(".")[0]], path).reshape(data.shape)
                for path, data in example.outputs.items()
                if data.ndim and path in leaves(example.arguments) and is_array(kinds, path)
            }
            exact = module.twin.kernel().launch(example.dim, example.arguments).outputs
            told = {path: example.outputs[path] for path in found}
            assert found and difference(found, told, [exact]) == "", pair.seed
            compared += 1
    assert compared >= KERNELS
