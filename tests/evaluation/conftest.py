from __future__ import annotations

import json

import pytest

from generation.compilation import compile_source
from generation.dataset.options import Recipe
from generation.dataset.rows import complete_all, draft
from generation.verification.evaluator import Module

ROWS = 24


@pytest.fixture(scope="session")
def rows():
    """Rows of `cpu` that were proven, with the texts of `cuda` beside them."""
    recipes = {backend: Recipe.of(backend) for backend in ("cpu", "cuda")}
    drafts = [draft(31, index, recipes["cpu"].population) for index in range(ROWS)]
    cpu, cuda = (complete_all(drafts, recipe) for recipe in recipes.values())
    return [
        one | {f"cuda_{name}": other[name] for name in ("ir_support", "ir_forward", "ir_backward")}
        for one, other in zip(cpu, cuda, strict=True)
    ]


def row_of(source: str, backend: str = "cpu", **more) -> dict:
    ir = compile_source(source, (backend,))[0][backend]
    launch = {name: None for name in Module(source).kernel().parameters} and None
    texts = {"ir_forward": ir.forward, "ir_backward": ir.backward, "ir_support": ir.support}
    return (
        {
            "id": ir.kernel_name,
            "kernel_type": "written",
            "kernel_name": ir.kernel_name,
            "backend": backend,
            "python_source": source,
            "launch": launch and json.dumps(launch),
        }
        | texts
        | more
    )
