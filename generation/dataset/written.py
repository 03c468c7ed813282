"""Drafts of the configs whose kernels people wrote: the corpus, each structure once, as the columns of rows
that need no compiler.

To mine takes minutes, so what was mined of a package is kept in the cache of the Hugging Face libraries,
under a name that the version of the package and the sources that mine it decide.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import datasets
from filelock import FileLock

from generation import SOURCES, digest, warp_version
from generation.corpus import PACKAGES, Package, check_installed, mine
from generation.dataset.canonical import python_shape, source_structure
from generation.dataset.files import refusals, write_whole
from generation.synthesis.populations import complexity


@cache
def corpus() -> list[dict]:
    """The drafts in the order of package, file and line, the first of each structure; SetupError where a
    package is missing or has another version."""
    check_installed(PACKAGES)
    drafts: dict[str, dict] = {}
    for package in PACKAGES.values():
        for draft in _kept(package, SOURCES, lambda package=package: _drafts(package)):
            drafts.setdefault(draft["structure_id"], draft | {"index": len(drafts)})
    return list(drafts.values())


def mined(package: Package) -> dict:
    """What `generation.corpus.mine` returns, from the cache where it is there."""
    return _kept(package, digest("corpus") + digest("compilation"), lambda: mine(package))


def _kept(package: Package, sources: str, make: Callable[[], object]) -> object:
    """What `make` returns, as JSON in the cache; `sources`: digest of what decides it besides the package."""
    key = hashlib.sha256(repr((sources, warp_version(), package)).encode()).hexdigest()[:16]
    directory = Path(os.path.expanduser(datasets.config.HF_CACHE_HOME)) / "warp_ir_pairs"
    path = directory / f"{package.distribution}-{package.version}-{key}.json"
    with refusals(str(directory)):
        directory.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock"):
            if not path.exists():
                write_whole(path, json.dumps(make()).encode())
            return json.loads(path.read_bytes())


def _drafts(package: Package) -> list[dict]:
    licence = package.licence
    return [_draft(kernel, package, licence) for kernel in mined(package)["kernels"]]


def _draft(kernel: dict, package: Package, licence: str) -> dict:
    source = kernel["python_source"]
    return {
        "id": hashlib.sha256(source.encode()).hexdigest()[:16],
        "structure_id": source_structure(source),
        "kernel_name": kernel["kernel_name"],
        "kernel_type": _area(kernel["file"]),
        "python_source": source,
        "operations": _operations(source),
        "num_params": kernel["num_params"],
        "num_python_lines": sum(1 for line in source.splitlines() if line.strip()),
        "complexity": complexity(len(python_shape(source).paths)),
        "seed": None,
        "attempt": 0,
        "split": "test",
        "launch": None,
        "package": package.distribution,
        "package_version": package.version,
        "file": kernel["file"],
        "line": kernel["line"],
        "licence": licence,
        "form": kernel["form"],
    }


def _area(file: str) -> str:
    """`newton.geometry` for newton/_src/geometry/...: what stands for the family of a synthesised kernel."""
    parts = [part for part in Path(file).with_suffix("").parts if part != "_src"]
    return ".".join(parts[:2])


# Operators by their names in Warp, as in the rows of synthesised kernels.
_OPERATORS = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.FloorDiv: "floordiv", ast.Mod: "mod",
    ast.Pow: "pow", ast.MatMult: "matmul", ast.LShift: "lshift", ast.RShift: "rshift", ast.BitAnd: "bit_and",
    ast.BitOr: "bit_or", ast.BitXor: "bit_xor", ast.USub: "neg", ast.Invert: "invert", ast.Not: "not",
    ast.And: "and", ast.Or: "or", ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt",
    ast.GtE: "ge",
}  # fmt: skip
_PLAIN = {"abs", "min", "max", "round", "pow", "print"}
_SILENT = re.compile(r"tid|kernel|func\w*|struct|set_module_options|constant|array\dd|array|types")


@cache
def _builtins() -> frozenset[str]:
    from generation.compilation import builtins

    return frozenset(builtins())


def _operations(source: str) -> list[str]:
    """The built-ins that are called and the operators, sorted; conversions and constructors do not count."""
    known, found = _builtins(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, tuple(_OPERATORS)):
            found.add(_OPERATORS[type(node)])
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            warp = isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "wp"
            if ((warp and name in known) or name in _PLAIN) and not _SILENT.fullmatch(name):
                found.add(name)
    return sorted(found)
