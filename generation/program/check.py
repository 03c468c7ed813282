"""The one judge of programs: types, definition before use, bounds, dead code, races.

A program that passes generates code under Warp and, launched over arrays of the declared extents, stays
inside them, divides by no zero integer and writes each element from one thread. Verification does not
believe it.
"""

from __future__ import annotations

from generation.errors import CheckError
from generation.program.calls import Known
from generation.program.declarations import Factory, Function, Program
from generation.program.expressions import require_names
from generation.program.source import function_text
from generation.program.statements import BodyRules

_NO_FACTORY = Factory("")


def check(program: Program) -> None:
    """Raise CheckError, naming the node, where the program breaks a rule; return None where it is sound."""
    functions: dict[str, list[Known]] = {}
    constants = [var.name for var, _ in program.constants]
    factory = program.factory or _NO_FACTORY
    names = constants + [struct.name for struct in program.structs] + [program.kernel.name]
    names += dict.fromkeys([function.name for function in program.functions])
    names += dict.fromkeys([name.partition(".")[0] for name in constants if "." in name])
    names += [factory.name] * bool(program.factory) + [name for name, _ in factory.functions]
    names += [name for _, name in program.style.type_names]
    require_names(names)
    for signature in (*program.functions, program.kernel):
        require_names([param.name for param in signature.params])
    walks: list[BodyRules] = []
    hidden = {*factory.values, *factory.inner, *[name for name, _ in factory.functions]}
    if not set(factory.values) <= set(constants):
        raise CheckError("a factory takes constants that nobody gives", factory)
    free = tuple([pair for pair in program.constants if pair[0].name not in factory.values])
    outer = program._replace(constants=free)
    for function in program.functions:
        inside = function.name in factory.inner
        if inside:
            _pass_functions(factory, functions)
        walk = _function(program if inside else outer, function, functions)
        walks.append(walk)
        if not inside and walk.used & hidden:
            raise CheckError(f"{function.name} uses what only exists inside the factory", function)
    _pass_functions(factory, functions)
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
    used |= {target for name, target in factory.functions if name in used}
    used |= {name.partition(".")[0] for name in used}
    structs = set().union(*(walk.structs for walk in walks))
    for name in (*functions, *constants):
        if name.partition(".")[0] not in used:
            raise CheckError(f"{name} is declared and never used")
    if not structs <= {*program.structs}:
        raise CheckError("a struct is used and not declared")
    for struct in program.structs:
        if struct not in structs:
            raise CheckError(f"struct {struct.name} is declared and never used")


def _function(program: Program, function: Function, functions: dict[str, list[Known]]) -> BodyRules:
    """The walk through one function, which is known from then on."""
    walk = BodyRules(program, functions, function.params, None, function.results)
    walk.gradient = bool(function.gradient_of)
    # What only one of the two needs, a function and its custom gradient take both.
    walk.paired = walk.gradient or any(f.gradient_of == function.name for f in program.functions)
    walk.body(function.body)
    if walk.alive and function.results:
        raise CheckError(f"a path through {function.name} returns nothing", function.body)
    walk.finish()
    if function.gradient_of:
        _custom_gradient(function, functions)
        return walk
    overloads = functions.setdefault(function.name, [])
    types = [param.type for param in function.params]
    for known in (one.function for one in overloads):
        if [param.type for param in known.params] == types:
            raise CheckError(f"{function.name} is declared twice for the same arguments", function)
        alike = known.generic and function.generic
        if known.generic != function.generic or (
            alike and function_text(known, program.style) != function_text(function, program.style)
        ):
            raise CheckError(f"{function.name} is generic and declared twice", function)
    overloads.append(Known(function, tuple(walk.effects), walk.owner.unique, walk.differentiates))
    return walk


def _custom_gradient(function: Function, functions: dict[str, list[Known]]) -> None:
    """A gradient takes what its function takes, and the adjoint of each result."""
    for known in functions.get(function.gradient_of, ()):
        if known.function.generic:
            raise CheckError(f"{function.gradient_of} is generic and cannot have a gradient", function)
        wanted = (*[param.type for param in known.function.params], *known.function.results)
        if wanted == tuple([param.type for param in function.params]) and not function.results:
            return
    raise CheckError(f"{function.name} is the gradient of no function", function)


def _pass_functions(factory: Factory, functions: dict[str, list[Known]]) -> None:
    """Inside a factory, a function that is passed goes by the name of its parameter."""
    for name, target in factory.functions:
        if target not in functions:
            raise CheckError(f"{target} is passed to the factory before it is defined", factory)
        functions[name] = functions[target]
