"""The one judge of programs: types, definition before use, bounds, dead code, races.

A program that passes generates code under Warp and, launched over arrays of the declared extents, stays
inside them, divides by no zero integer and writes each element from one thread. Verification does not
believe it.
"""

from __future__ import annotations

from generation.errors import CheckError
from generation.program.expressions import require_names
from generation.program.nodes import Function, Program
from generation.program.statements import BodyRules


def check(program: Program) -> None:
    """Raise CheckError, naming the node, where the program breaks a rule; return None where it is sound."""
    functions: dict[str, Function] = {}
    names = [var.name for var, _ in program.constants] + [struct.name for struct in program.structs]
    names += [function.name for function in program.functions] + [program.kernel.name]
    require_names(names)
    walks: list[BodyRules] = []
    for function in program.functions:
        walk = BodyRules(program, functions, function.params, None, function.results)
        walk.body(function.body)
        if walk.alive:
            raise CheckError(f"a path through {function.name} returns nothing", function.body)
        walk.finish()
        walks.append(walk)
        functions[function.name] = function
    kernel = program.kernel
    if len(kernel.launch) != len(kernel.threads):
        raise CheckError(
            f"{len(kernel.launch)} launch dimensions for {len(kernel.threads)} thread indices", kernel
        )
    walk = BodyRules(program, functions, kernel.params, kernel, None)
    walk.body(kernel.body)
    walk.finish()
    walks.append(walk)
    used = set().union(*(walk.used for walk in walks))
    structs = set().union(*(walk.structs for walk in walks))
    for name in (*functions, *(var.name for var, _ in program.constants)):
        if name not in used:
            raise CheckError(f"{name} is declared and never used")
    for struct in program.structs:
        if struct not in structs:
            raise CheckError(f"struct {struct.name} is declared and never used")
