"""Texts of the levels below are run like the C++, and one that says something else is found out."""

from __future__ import annotations

import pytest

from generation.compilation.lowering import LEVELS, by_level, lower
from generation.verification import verify
from tests.verification.conftest import pair_of, pairs_of

KERNELS = 2
LEAN = """
@wp.kernel
def lean(x: wp.array(dtype=float), y: wp.array(dtype=float)):
    i = wp.tid()
    y[i] = 3.0 * x[i] + wp.sqrt(wp.abs(y[i]) + 1.0)
"""


def lowered(pairs: list) -> list:
    """The pairs with their texts at all levels of a CPU."""
    found = lower([pair.ir for pair in pairs], list(LEVELS["cpu"]))
    return [pair._replace(levels=by_level(one.texts, "cpu")) for pair, one in zip(pairs, found, strict=True)]


@pytest.fixture(scope="module")
def lean():
    (pair,) = lowered([pair_of(LEAN)])
    return pair


def with_text(pair, level: str, part: str, old: str, new: str):
    text = pair.levels[level][part]
    assert old in text
    changed = pair.levels[level] | {part: text.replace(old, new, 1)}
    return pair._replace(levels=pair.levels | {level: changed})


def test_every_level_computes_what_the_source_says():
    pairs = pairs_of(17, range(KERNELS))
    expected = verify(pairs, "gradient_checked")
    found = verify(lowered(pairs), "gradient_checked")
    assert [one.tier for one in found] == [one.tier for one in expected]
    assert "gradient_checked" in [one.tier for one in found]


CHANGES = [
    ("llvm_o0", "support", "fadd float", "fsub float", "compiled", "differs"),
    ("llvm_o2", "forward", "fadd float", "fsub float", "compiled", "differs"),
    ("llvm_o3", "forward", "store float", "store volatile double", "generated", "does not compile"),
    ("llvm_o3", "forward", "load ptr, ptr %_wp_args", "load ptr, ptr null", "compiled", "crash"),
    ("llvm_o2", "backward", "fmul float", "fadd float", "executed", "gradient differs"),
    ("asm", "forward", "vaddss", "vsubss", "compiled", "differs"),
    ("asm", "backward", "vmulss", "vaddss", "executed", "gradient differs"),
    ("asm", "forward", "retq", "return", "generated", "compiler crash"),
]


def test_a_changed_text_is_found_out(lean):
    changed = [with_text(lean, *change[:4]) for change in CHANGES]
    sound, *verdicts = verify([lean, *changed], "gradient_checked")
    assert sound.tier == "gradient_checked" and not sound.reason
    for (level, *_, tier, reason), wrong in zip(CHANGES, verdicts, strict=True):
        assert wrong.tier == tier and wrong.reason.startswith(reason) and wrong.reason.endswith(f"at {level}")


def test_the_adjoint_is_looked_at_where_it_is_not_run(lean):
    wrong = with_text(lean, "llvm_o2", "backward", "ret void", "ret i32 0")
    assert [one.tier for one in verify([lean, wrong])] == ["executed", "generated"]
