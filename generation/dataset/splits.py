"""Which split a row belongs to: a function of its structure and of nothing else, so no structure is in
two."""

from __future__ import annotations

import hashlib

SPLITS = {"train": 90, "validation": 5, "test": 5}  # name: per cent

_LADDER = [name for name, share in SPLITS.items() for _ in range(share)]


def split_of(structure_id: str) -> str:
    digest = hashlib.sha256(b"split " + structure_id.encode()).digest()
    return _LADDER[int.from_bytes(digest[:8], "big") % len(_LADDER)]
