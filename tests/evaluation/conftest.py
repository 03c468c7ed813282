from __future__ import annotations

import pytest

from generation.compilation import compile_source
from generation.dataset.options import Recipe
from generation.dataset.rows import complete_all, draft

ROWS = 12


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


def row_of(source: str, backend: str = "cpu") -> dict:
    """A row of a source of one kernel, whose launch is guessed."""
    ir = compile_source(source, (backend,))[0][backend]
    return {
        "id": ir.kernel_name,
        "kernel_type": "written",
        "kernel_name": ir.kernel_name,
        "backend": backend,
        "python_source": source,
        "ir_forward": ir.forward,
        "ir_backward": ir.backward,
        "ir_support": ir.support,
    }
