"""The names of Warp's built-ins that a program can be made of, drawn from the tables and the nodes."""

from __future__ import annotations

from generation.language.operations import OPERATIONS
from generation.language.types import BOOL, SCALARS
from generation.program import loops, storage, tiles

# Built-ins that stand behind an operator of Python under another name, or behind none.
_OPERATORS = {"matmul": "mul", "not": "unot"}
_NO_CALL = ("lt", "le", "gt", "ge", "eq", "ne", "and", "or", "convert", "dynamic", "construct")
_CONSTANTS = ("identity", "quat_identity", "transform_identity")
_CONSTRUCTORS = ("vector", "matrix", "quaternion", "transformation", "int", "float")
_STATEMENTS = ("tile_query_valid", "tid", "range", "len", "print", "printf", "zeros")

BUILT_INS: frozenset[str] = frozenset(
    (
        *(_OPERATORS.get(name, name) for name in OPERATIONS if name not in _NO_CALL),
        *(scalar.name for scalar in (*SCALARS, BOOL)),
        *(*_CONSTANTS, *_CONSTRUCTORS, *_STATEMENTS),
        *(*storage.ATOMICS, *storage.BITWISE_ATOMICS, *loops.ADVANCES),
        *(*tiles.RULES, "tile_map", "tile_reduce"),
    )
)
