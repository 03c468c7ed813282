"""Launches as JSON: what a kernel was given and what it left, to the last bit.

    [{"dim": [3], "inputs": {"x": [1.5, 2.0, -0.25], "n": 2}, "outputs": {"x": [3.0, 4.0, -0.5]}}]

Every argument is among the inputs, every array that the kernel may write to among the outputs. A number
stands with the digits that its own type needs: `0.1` of a float32 is the float32 nearest to 0.1. JSON has no
words for what is not finite: those are the strings "nan", "inf", "-inf". Vectors, matrices (row by row),
quaternions and transforms are lists, structs objects, and the structures behind a `wp.uint64` what they are
built from.
"""

from __future__ import annotations

import json
import math
from typing import NamedTuple

import numpy as np

from generation.verification import types
from generation.verification.arguments import leaves
from generation.verification.evaluator import Kernel
from generation.verification.handles import Handle


class Example(NamedTuple):
    """One launch; `outputs` are all arrays afterwards, by path, as compiled code left them."""

    dim: tuple[int, ...]
    arguments: dict
    outputs: dict


def to_json(examples: list[Example], launch: dict | None = None) -> str:
    """`launch` says which arrays are only read and need not be told twice."""
    read_only = _read_only((launch or {}).get("params", {}))
    return json.dumps(
        [
            {
                "dim": list(map(int, example.dim)),
                "inputs": _plain(example.arguments),
                "outputs": {
                    path: _plain(data) for path, data in example.outputs.items() if path not in read_only
                },
            }
            for example in examples
        ],
        allow_nan=False,
        separators=(",", ":"),
    )


def from_json(text: str, kernel: Kernel) -> list[Example]:
    """The launches of a text, typed as the kernel's parameters; `outputs` are those that were told."""
    found = []
    for launch in json.loads(text):
        given, left = launch["inputs"], launch["outputs"]
        arguments = {name: _argument(given[name], type_) for name, type_ in kernel.parameters.items()}
        outputs = {
            path: _filled(left[path], before.dtype, before.shape)
            for path, before in leaves(arguments).items()
            if path in left
        }
        found.append(Example(tuple(launch["dim"]), arguments, outputs))
    return found


def _read_only(parameters: dict, prefix: str = "") -> set[str]:
    found = set()
    for name, facts in parameters.items():
        held = facts.get("held")
        found |= _read_only(held, f"{prefix}{name}.") if held else set()
        if not held and facts.get("role") == "in" and facts.get("handle") != "volume":
            found.add(prefix + name)
    return found


def _plain(x):
    """As lists, objects and numbers that JSON has."""
    if isinstance(x, Handle):
        return {"kind": x.kind} | {name: _part(part) for name, part in x.data.items()}
    if isinstance(x, dict):
        return {name: _plain(part) for name, part in x.items()}
    x = np.asarray(x)
    if x.ndim:
        return [_plain(part) for part in x]
    if x.dtype.names:
        return {name: _plain(x[name]) for name in x.dtype.names}
    if x.dtype.kind != "f":
        return x.item()
    number = float(str(x))
    return number if math.isfinite(number) else str(number)


def _part(x):
    """Of a structure: its arrays say of which numbers they are."""
    return {"dtype": x.dtype.name, "values": _plain(x)} if hasattr(x, "dtype") else x


def _argument(plain, type_):
    if isinstance(plain, dict) and not isinstance(type_, types.Struct):
        parts = ((name, part) for name, part in plain.items() if name != "kind")
        return Handle(plain["kind"], {name: _restored(part) for name, part in parts})
    if isinstance(type_, types.Struct) and type_.holds_arrays:
        return {name: _argument(plain[name], field) for name, field in type_.types.items()}
    if isinstance(type_, types.ArrayOf):
        return _filled(plain, type_.element.dtype, _extents(plain, type_.ndim))
    return _filled(plain, type_.dtype, ())[()]


def _restored(part):
    if not isinstance(part, dict):
        return tuple(part) if isinstance(part, list) else part
    values = np.array(part["values"], object)
    return values.astype(part["dtype"])[()]


def _extents(plain: list, axes: int) -> tuple[int, ...]:
    shape = []
    for _ in range(axes):
        shape.append(len(plain))
        plain = plain[0] if plain else ()
    return tuple(shape)


def _filled(plain, dtype: np.dtype, shape: tuple[int, ...]) -> np.ndarray:
    if not dtype.names:
        return np.array(plain, object).astype(dtype.base).reshape((*shape, *dtype.shape))
    data = np.zeros(shape, dtype)
    for index in np.ndindex(shape):
        record = plain
        for i in index:
            record = record[i]
        for name in dtype.names:
            data[name][index] = _filled(record[name], dtype[name], ())
    return data
