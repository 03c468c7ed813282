"""What a row holds, and which configs there are: each is the one stream of programs for a backend, with the
columns that all share and, in some, columns of its own."""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa

SCHEMA_VERSION = 1
SCHEMA = pa.schema(
    {
        "id": pa.string(),
        "structure_id": pa.string(),
        "kernel_name": pa.string(),
        "kernel_type": pa.string(),
        "backend": pa.string(),
        "python_source": pa.string(),
        "ir_forward": pa.string(),
        "ir_backward": pa.string(),
        "ir_support": pa.string(),
        "line_map": pa.list_(pa.int32()),
        "operations": pa.list_(pa.string()),
        "num_params": pa.int32(),
        "num_python_lines": pa.int32(),
        "num_ir_lines": pa.int32(),
        "complexity": pa.string(),
        "launch": pa.string(),
        "differentiable": pa.bool_(),
        "verification": pa.string(),
        "seed": pa.int64(),
        "index": pa.int64(),
        "warp_version": pa.string(),
        "generator_version": pa.string(),
    }
)

# How far rows are proven, and what the column `verification` then says at best.
VERIFY = {"none": "generated", "compile": "compiled", "execute": "executed", "gradient": "gradient_checked"}


class Config(NamedTuple):
    backend: str
    description: str
    columns: tuple[pa.Field, ...] = ()
    """Beside those of `SCHEMA`."""
    verify: str = "none"
    """How far its rows are proven at least, and by default."""
    written: bool = False
    """Whether people wrote its kernels: those of `generation.corpus`, all in the split `test`."""

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([*SCHEMA, *self.columns])


_ORIGIN = (
    pa.field("package", pa.string()),
    pa.field("package_version", pa.string()),
    pa.field("file", pa.string()),
    pa.field("line", pa.int32()),
    pa.field("licence", pa.string()),
    pa.field("form", pa.string()),
)

CONFIGS = {
    "cpu": Config("cpu", "Warp kernels and their C++ for CPUs"),
    "cuda": Config("cuda", "Warp kernels and their CUDA C++"),
    "cpu-io": Config(
        "cpu",
        "Warp kernels, their C++ for CPUs, and launches with all inputs and outputs",
        (pa.field("examples", pa.string()),),
        verify="execute",
    ),
    "real-cpu": Config(
        "cpu", "Warp kernels of public packages and their C++ for CPUs", _ORIGIN, written=True
    ),
    "real-cuda": Config("cuda", "Warp kernels of public packages and their CUDA C++", _ORIGIN, written=True),
}
