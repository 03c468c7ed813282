"""What a row holds, and which configs there are: each is the one stream of programs for a backend, with the
columns that all share and, in some, columns of its own."""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa

from generation.compilation.lowering import LANGUAGES, LEVELS, Level, column_parts

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

TEXTS = ("python_source", "ir_forward", "ir_backward", "ir_support")

COUNTS = pa.list_(
    pa.struct(
        {
            "level": pa.string(),
            "instructions": pa.int32(),
            "memory_operations": pa.int32(),
            "branches": pa.int32(),
            "vector_width": pa.int32(),
            "registers": pa.int32(),
        }
    )
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
    beside: str | None = None
    """Another backend, whose texts of the same program stand in columns named after it."""
    levels: tuple[Level, ...] = ()
    """Those below the backend's text, each in columns of its own."""
    written: bool = False
    """Whether people wrote its kernels: those of `generation.corpus`, all in the split `test`."""

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([*SCHEMA, *self.columns])

    @property
    def texts(self) -> tuple[str, ...]:
        """The columns that hold programs: the Python, and all that compilers made of it."""
        beside = (f"{self.beside}_{name}" for name in TEXTS[1:]) if self.beside else ()
        return (*TEXTS, *beside, *(column for level in self.levels for column in level.columns))


def _below(backend: str, description: str, names: str) -> Config:
    """A config with the texts of some levels, counts for each, and why any is missing."""
    levels = tuple(LEVELS[backend][name] for name in names.split())
    texts = [pa.field(column, pa.string()) for level in levels for column in level.columns]
    columns = (*texts, pa.field("counts", COUNTS), pa.field("missing", pa.list_(pa.string())))
    return Config(backend, description, columns, levels=levels)


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
    "cpu-cuda": Config(
        "cpu",
        "Warp kernels, their C++ for CPUs and their CUDA C++",
        (
            *(pa.field(f"cuda_{name}", pa.string()) for name in TEXTS[1:]),
            pa.field("cuda_line_map", pa.list_(pa.int32())),
        ),
        beside="cuda",
    ),
    "cpu-llvm": _below(
        "cpu",
        "Warp kernels, their C++ for CPUs, and its LLVM IR and assembly for x86-64",
        "llvm_o0 llvm_o2 llvm_o3 asm",
    ),
    "cuda-llvm": _below(
        "cuda", "Warp kernels, their CUDA C++, and its LLVM IR for NVIDIA GPUs", "llvm_o0 llvm_o2 llvm_o3"
    ),
    "cuda-ptx": _below("cuda", "Warp kernels, their CUDA C++, and its PTX", "ptx_sm80 ptx_sm100"),
    "cuda-sass": _below(
        "cuda", "Warp kernels, their CUDA C++, and its machine code, as SASS", "sass_sm80 sass_sm90"
    ),
    "real-cpu": Config(
        "cpu", "Warp kernels of public packages and their C++ for CPUs", _ORIGIN, written=True
    ),
    "real-cuda": Config("cuda", "Warp kernels of public packages and their CUDA C++", _ORIGIN, written=True),
}


def lexer(column: str, backend: str) -> str:
    """The language of a column's texts, by its name in Pygments."""
    if level := column_parts(backend).get(column):
        return LANGUAGES[level[0].language].lexer
    return {"cpu": "cpp", "cuda": "cuda"}["cuda" if column.startswith("cuda_") else backend]
