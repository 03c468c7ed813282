"""Which split a program belongs to: a function of its structure and of nothing else, so no structure is in
two.

Beside the usual three there are two splits of programs unlike any in `train`, to see what was learnt and not
remembered: `test_length` has those that are longer, or have deeper nests of ifs and loops, than any other
split; `test_compositional` those in which two operations meet that meet in no other split but `test_length`,
though each of them is common there. Source: Hupkes et al., "Compositionality Decomposed: How do Neural
Networks Generalise?", 2020, tests of productivity and systematicity.
"""

from __future__ import annotations

import hashlib

from generation.program.structure import Structure

_SHARES = {"train": 90, "validation": 5, "test": 5}  # per cent of what the other two leave
SPLITS = (*_SHARES, "test_compositional", "test_length")

_LADDER = [name for name, share in _SHARES.items() for _ in range(share)]

LONGEST = 1200  # words of a structure
DEEPEST = 5

# Each pair from several families, each operation in at least one program of a hundred without the other.
APART = (
    ("and", "mod"),
    ("atomic_add", "tanh"),
    ("atomic_sub", "bit_and"),
    ("bit_and", "quat_rotate"),
    ("cos", "length"),
    ("cross", "transpose"),
    ("exp", "floor"),
    ("lerp", "ne"),
    ("log", "tanh"),
    ("sin", "where"),
)


def split_of(structure: Structure) -> str:
    if structure.size > LONGEST or structure.depth > DEEPEST:
        return "test_length"
    if any(one in structure.operations and other in structure.operations for one, other in APART):
        return "test_compositional"
    digest = hashlib.sha256(b"split " + structure.id.encode()).digest()
    return _LADDER[int.from_bytes(digest[:8], "big") % len(_LADDER)]
