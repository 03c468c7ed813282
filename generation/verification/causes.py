"""Why an adjoint may not be the derivative: what Warp's reverse mode does not keep, read off a source.

Warp replays a kernel before it goes back through it. What was overwritten in memory, the turns of a loop that
is not unrolled, and what an atomic returned are not there again; and some functions have no adjoint.
Source: Warp documentation, "Differentiability", and Warp's headers.
"""

from __future__ import annotations

import ast

# How the names of built-ins begin that have a slope which their adjoint leaves out: `MISSINGADJOINT` in Warp.
_WITHOUT_ADJOINT = (
    "frac",
    "mod",
    "sample_cdf",
    "tile_min",
    "tile_max",
    "tile_reduce",
    "tile_sort",
    "tile_scan_",
)
_WITHOUT_ADJOINT += ("tile_cholesky", "tile_lower_solve", "tile_upper_solve", "tile_diag_add")
_UNROLLED = 16  # Warp's longest loop without a loop


def causes(source: str) -> tuple[str, ...]:
    """The causes that a source gives, in a fixed order; empty where nothing speaks against its adjoint."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            _in_function(node, found)
    return tuple(sorted(found))


def _in_function(function: ast.FunctionDef, found: set[str]) -> None:
    named = {getattr(d.func if isinstance(d, ast.Call) else d, "attr", "") for d in function.decorator_list}
    if named & {"func_grad", "func_replay"}:
        found.add("a gradient of its own")
        return
    parameters = {a.arg for a in function.args.args}
    read, stored = set(), set()
    for node in ast.walk(function):
        if isinstance(node, ast.Subscript) and _root(node) in parameters:
            (read if isinstance(node.ctx, ast.Load) else stored).add(ast.unparse(node.value))
        written = isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store)
        if written and _root(node) not in parameters:
            found.add("a component that is overwritten")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = node.func.attr
            if name.startswith("atomic_"):
                stored.add(ast.unparse(node.args[0]))
            if name in ("atomic_min", "atomic_max"):
                found.add("an atomic extreme")
            if name.startswith(_WITHOUT_ADJOINT):
                found.add("a built-in without an adjoint")
            if name == "mesh_query_furthest_point_no_sign":  # Warp's has the adjoint of the closest point
                found.add("the adjoint of another function")
            if name == "grad":
                found.add("a gradient of a gradient")
            if name == "zeros":
                found.add("a local array")
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            found.add("a built-in without an adjoint")
        if isinstance(node, ast.For | ast.While) and _dynamic(node) and _rebinds(node):
            found.add("a loop that is not unrolled")
        if _uses_atomic(node):
            found.add("the result of an atomic")
    if read & stored:
        found.add("an array that is overwritten")


def _root(node) -> str:
    """The variable that a part belongs to."""
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return getattr(node, "id", "")


def _dynamic(loop) -> bool:
    if any(isinstance(node, ast.Break | ast.Continue) for node in ast.walk(loop)):
        return True
    if isinstance(loop, ast.While) or not isinstance(loop.iter, ast.Call):
        return True
    try:
        return len(range(*[ast.literal_eval(end) for end in loop.iter.args])) > _UNROLLED
    except (ValueError, TypeError):
        return True


def _rebinds(loop) -> bool:
    """Whether the loop changes a variable, and does more to it than add."""
    for node in ast.walk(loop):
        if isinstance(node, ast.AugAssign | ast.Assign):
            target = node.target if isinstance(node, ast.AugAssign) else node.targets[0]
            while isinstance(target, ast.Subscript | ast.Attribute):
                target = target.value
            if isinstance(node, ast.AugAssign) or isinstance(target, ast.Name):
                return True
    return False


def _uses_atomic(node) -> bool:
    values = [node.value] if isinstance(node, ast.Assign) else node.args if isinstance(node, ast.Call) else ()
    return any(
        isinstance(v, ast.Call) and isinstance(v.func, ast.Attribute) and v.func.attr.startswith("atomic_")
        for v in values
    )
