"""A pair of source and texts, and the verdict on it: how far it was proven, and what stopped it.

A pair is `compiled` when its texts compile again under Warp's headers, `executed` when they then compute what
the evaluator makes of the Python source, and `gradient_checked` when the adjoint is the derivative as well.
"""

from __future__ import annotations

from typing import NamedTuple

from generation.compilation import KernelIR
from generation.verification.examples import Example

TIERS = ("generated", "compiled", "executed", "gradient_checked")


class Pair(NamedTuple):
    """A source and its texts; `launch` as `generation.program.launch` gives it, or None to guess."""

    source: str
    ir: KernelIR
    launch: dict | None = None
    seed: tuple[int, ...] = (0,)
    levels: dict[str, dict[str, str]] = {}  # noqa: RUF012
    """Its texts at levels below, by part, as `lowering.by_level` gives them."""


class Verdict(NamedTuple):
    tier: str
    reason: str = ""
    """Why the tier is not a higher one; empty where the one asked for was reached."""
    differentiable: bool | None = None
    """Whether the adjoint is the derivative; None where nobody can tell."""
    launches: int = 0
    sides: tuple[int, int] = (0, 0)
    """Sides of branches that the launches took, and how many there are."""
    constant: tuple[str, ...] = ()
    """Outputs whose written elements were all the same in every launch."""
    examples: tuple[Example, ...] = ()
    """The launches, with what the compiled text left; none below `executed`."""
