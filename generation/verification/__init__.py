"""Is the pair true? From source text and IR texts alone.

An evaluator that does not know Warp runs the Python source; the texts are compiled again and run on the same
inputs in a child process; the adjoint is held against the derivative. What the evaluator does not know it
refuses by name.
"""

from __future__ import annotations

from generation.verification.evaluator import Module
from generation.verification.examples import Example, from_json, to_json
from generation.verification.expectation import Expectation
from generation.verification.pairs import TIERS, Pair, Verdict
from generation.verification.verdict import BATCH, DEVICES, verify

__all__ = [
    "BATCH",
    "DEVICES",
    "TIERS",
    "Example",
    "Expectation",
    "Module",
    "Pair",
    "Verdict",
    "from_json",
    "to_json",
    "verify",
]
