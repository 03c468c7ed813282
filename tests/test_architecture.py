"""The arrows between the rooms: imports run downwards only, those inside functions included."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

from generation.compilation.pinned import WARP_VERSION

ROOT = Path(__file__).resolve().parent.parent

# What each room may know besides itself; errors and the package's own name are everybody's.
MAY_IMPORT = {
    "errors": set(),
    "language": set(),
    "program": {"language"},
    "synthesis": {"language", "program"},
    "compilation": set(),
    "verification": {"compilation"},
    "corpus": {"compilation"},
    "engines": set(),
    "dataset": {"program", "synthesis", "compilation", "verification", "corpus", "engines"},
    "evaluation": {"compilation", "verification", "dataset"},
    "publishing": {"dataset", "engines"},
    "cli": {"dataset", "compilation", "engines", "publishing", "evaluation"},
}
EVERYBODY = {"errors", ""}
MAY_IMPORT_WARP = {"compilation"}
# What a part of a room may not know although the room does.
MUST_NOT_IMPORT = {"dataset/rows.py": {"engines"}, "dataset/shards.py": {"engines"}}

MODULES = sorted((ROOT / "generation").rglob("*.py"))


def room_of(path: Path) -> str:
    """ "": the package's own __init__."""
    first = path.relative_to(ROOT / "generation").parts[0]
    return first.removesuffix(".py").replace("__init__", "")


def imports(path: Path) -> set[str]:
    """Full names of what is imported anywhere in a file."""
    found = set()
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            found |= {f"{module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_downwards(path):
    room, names = room_of(path), imports(path)
    known = {name.split(".")[1] for name in names if name.startswith("generation.")}
    rooms = {name for name in known if (ROOT / "generation" / name).is_dir()} | (known & set(MAY_IMPORT))
    allowed = MAY_IMPORT[room] | EVERYBODY | {room} if room else {"errors"}
    forbidden = MUST_NOT_IMPORT.get(path.relative_to(ROOT / "generation").as_posix(), set())
    assert rooms <= allowed - forbidden
    if room not in MAY_IMPORT_WARP:
        assert not {name for name in names if name.split(".")[0] == "warp"}
    assert "warp_ir_pairs" not in {name.split(".")[0] for name in names}


def test_every_room_has_its_arrows():
    assert {room_of(path) for path in MODULES} - {""} == set(MAY_IMPORT)


def test_the_scan_sees_imports_inside_functions():
    assert "generation.compilation.compile_source" in imports(ROOT / "generation" / "dataset" / "rows.py")


def test_one_warp_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert f"warp-lang=={WARP_VERSION}" in project["dependencies"]
