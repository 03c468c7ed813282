"""A kernel that a factory makes: numbers, flags and functions it would take at launch or know as constants
are fixed when it is made.
"""

from __future__ import annotations

from generation.language.identifiers import RESERVED
from generation.language.types import BOOL, F32, F64, I32, I64, U64
from generation.program.declarations import Factory, Function, Param, Program
from generation.program.nodes import Assign, Call, Const, Op, Tiled, Var
from generation.program.rewriting import nodes, rewrite, substitute
from generation.synthesis.draw import Draw
from generation.synthesis.terms import add_names

_NAMES = ("make_{0}", "create_{0}", "make_{0}_kernel", "create_{0}_kernel", "make_kernel", "create_kernel")
_NAMES += ("get_{0}_kernel", "build_{0}")
_FUNCTIONS = ("func", "eval_func", "fn", "kernel_func", "apply_func", "op")
_CAPTURED = (F32, I32, BOOL)
_STATIC = 0.55  # of the factories say wp.static for what they fix
_WIDE = (F64, I64, U64)


def made_by_factory(draw: Draw, program: Program) -> Program:
    """The program with its kernel inside a factory; the same where there is nothing to fix."""
    program = _in_lower_case(program)
    kernel = program.kernel
    known = [var.name for var, const in program.constants if "." not in var.name]
    free = _fixable(kernel.params, kernel.body)
    chosen = draw.sample(free, draw.pick((1, 1, 2, 3))) if free else []
    if not chosen and not known:
        return program
    constants = (*program.constants, *[(Var(p.type, p.name), _value(draw, p)) for p in chosen])
    values = (*known, *[param.name for param in chosen])
    body = kernel.body
    if draw.chance(_STATIC):
        body = _static(body, set(values))
    kernel = kernel._replace(params=tuple([p for p in kernel.params if p not in chosen]), body=body)
    inner = _inside(program.functions, set(values))
    passed = ()
    outside = _passable(program.functions, inner, body)
    if outside and draw.chance(0.35):
        target = draw.pick(outside)
        taken = _all_names(program)
        name = next((n for n in draw.shuffled(_FUNCTIONS) if n not in taken), None)
        if name:
            passed = ((name, target),)
            kernel = kernel._replace(body=rewrite(kernel.body, _renaming(target, name)))
    name = draw.pick(_NAMES).format(program.name.strip("_").removesuffix("_kernel"))
    if name in _all_names(program):
        return program
    factory = Factory(name, values, passed, inner)
    functions = tuple(sorted(program.functions, key=lambda function: function.name in inner))
    return program._replace(kernel=kernel, constants=constants, functions=functions, factory=factory)


def _in_lower_case(program: Program) -> Program:
    """Constants are parameters now, and called like them."""
    plain = [var.name for var, _ in program.constants if "." not in var.name]
    if not plain:
        return program
    taken = _all_names(program) | RESERVED
    names = {name: name.lower() for name in plain if name.lower() not in taken}

    def rename(node):
        return node._replace(name=names[node.name]) if type(node) is Var and node.name in names else node

    parts = program.constants, program.functions, program.kernel
    constants, functions, kernel = rewrite(parts, rename) if names else parts
    return program._replace(constants=constants, functions=functions, kernel=kernel)


def _fixable(params: tuple[Param, ...], body) -> list[Param]:
    """Numbers for the launch that need not be known at the launch."""
    copied = set()
    for node in nodes(body):
        if type(node) is Assign and type(node.value) is Var:
            copied.add(node.value.name)  # a local that starts as a literal may not change in a loop
        elif type(node) is Op and node.operation == "convert" and node.type in _WIDE:
            add_names(node, copied)  # Warp turns a constant into its 64-bit conversion
    return [p for p in params if p.type in _CAPTURED and p.span is None and p.name not in copied]


def _value(draw: Draw, param: Param) -> Const:
    if param.type is BOOL:
        return Const(BOOL, draw.chance(0.6))
    return Const(param.type, draw.number() if param.type is F32 else draw.integer(2, 6))


def _static(node, names: set[str]):
    """Every use of a captured number as `wp.static(...)`."""

    def static(e):
        if type(e) is Op and e.operation == "static":
            return e
        if type(e) is Var and e.name in names and e.type in _CAPTURED:
            return Op(e.type, "static", (e,))
        return None

    return substitute(node, static)


def _inside(functions: tuple[Function, ...], values: set[str]) -> tuple[str, ...]:
    """The functions that use what only the factory knows, themselves or by another one."""
    found: dict[str, None] = {}
    for function in functions:
        names = {function.gradient_of}
        add_names(function.body, names)
        names -= {param.name for param in function.params}
        if names & (values | found.keys()):
            found[function.name] = None
            if function.gradient_of:
                found[function.gradient_of] = None
    return tuple(found)


def _passable(functions: tuple[Function, ...], inner: tuple[str, ...], body) -> list[str]:
    called: dict[str, int] = {}
    for node in nodes(body):
        if type(node) is Call:
            called[node.function] = called.get(node.function, 0) + 1
        elif type(node) is Tiled and type(node.function) is Var:
            called[node.function.name] = -99
    names = [function.name for function in functions]
    return [n for n in names if n not in inner and called.get(n, 0) > 0 and names.count(n) == 1]


def _renaming(old: str, new: str):
    return lambda node: node._replace(function=new) if type(node) is Call and node.function == old else node


def _all_names(program: Program) -> set[str]:
    found = {var.name for var, _ in program.constants} | {param.name for param in program.kernel.params}
    found |= {function.name for function in program.functions} | {program.name}
    add_names(program.kernel.body, found)
    for function in program.functions:
        found |= {param.name for param in function.params}
        add_names(function.body, found)
    return found
