"""Kernels of the wanted size: a family's algorithm alone, or several of its stages in one kernel.

Real kernels are often fused: one thread runs one step after the other, or its element's type decides which.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from generation.errors import SynthesisError
from generation.language.types import BOOL, I32
from generation.program.declarations import Function, Param, Program
from generation.program.nodes import (
    Atomic,
    Comment,
    Const,
    Do,
    Expression,
    If,
    Load,
    Op,
    Return,
    Statement,
    Store,
    Tiled,
    Update,
    Var,
)
from generation.program.rewriting import nodes, rewrite
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.enumerations import Enumeration
from generation.synthesis.pruning import prune
from generation.synthesis.terms import add_names, at, integer, op

Body = list[Statement]

_ENOUGH = 0.7  # of the wanted size
_MAX_STAGES = 6
_MISFITS = 2  # stages that ask for another grid, before no more are tried
_KINDS = {  # what holds the type of an element, its enumeration and the members
    "type_id": ("ObjectType", "STATIC DYNAMIC KINEMATIC SOFT CLOTH FLUID GHOST"),
    "kind": ("Kind", "FREE FIXED DRIVEN PERIODIC COUPLED SENSOR GHOST"),
    "element_type": ("ElementKind", "INTERIOR SURFACE EDGE CORNER INTERFACE OUTER HALO"),
    "mode": ("Mode", "DEFAULT FAST ACCURATE ADAPTIVE REDUCED COARSE DEBUG"),
    "shape_type": ("ShapeType", "SPHERE BOX CAPSULE CYLINDER CONE PLANE MESH"),
}
_JOINS = Weights({"sequence": 55, "types": 30, "switches": 15})


def compose(b: Builder, build: Callable[[Builder], None], wanted: float) -> None:
    """Stages of one family, until the kernel has about `wanted` nodes."""
    build(b)
    if b.lean:
        _trim(b, wanted)
        return
    stages: list[Body] = [list(b.blocks[0])]
    total, misfits = _nodes(stages), 0
    while len(stages) < _MAX_STAGES and _size(total, b.functions, b.params) < wanted * _ENOUGH:
        stage = _later_stage(b, build)
        if stage is not None:
            stages.append(stage)
            total += _nodes(stage)
            continue
        misfits += 1
        if misfits == _MISFITS:
            break
    if len(stages) > 1:
        guards = _guards(stages[0])
        # A stage that may return would take the later ones with it.
        join = "types" if any(map(_returns, stages[:-1])) else b.weighted(_JOINS)
        if join == "types" and any(map(_cooperates, stages)):
            join = "sequence"  # all threads of a block take part in what is done with a tile
        b.blocks[0][:] = [*guards, *_JOIN[join](b, stages)]


def _trim(b: Builder, wanted: float) -> None:
    """Leave out outputs of the kernel's own body, all but one, and what only they need."""
    arrays = {param.name for param in b.params}
    outputs = b.shuffled([s for s in b.blocks[0] if type(s) in (Store, Do, Update) and _array(s) in arrays])
    for output in outputs[1:]:
        if _size(_nodes(b.blocks[0]), b.functions, b.params) <= wanted:
            return
        before = list(b.blocks[0]), b.params, b.functions
        place = b.blocks[0].index(output)
        noted = place and type(b.blocks[0][place - 1]) is Comment
        del b.blocks[0][place - noted : place + 1]
        used: set[str] = set()
        add_names(b.blocks[0], used)
        prune(b)
        if _array(output) in used:
            b.blocks[0][:], b.params, b.functions = before


def _array(s: Statement) -> str | None:
    """The array that a statement changes."""
    place = s.value if type(s) is Do else s.target
    return place.array.name if type(place) in (Load, Atomic) and type(place.array) is Var else None


def size_of(program: Program) -> int:
    """About as many nodes as Python's syntax tree of the kernel and its functions has."""
    return _size(_nodes(program.kernel.body), program.functions, program.kernel.params)


def _size(total: int, functions: Sequence[Function], params: Sequence[Param]) -> int:
    total += sum([_nodes(function.body) for function in functions])
    return int(11 + 1.17 * total + 3 * len(params))


def _nodes(body: Sequence) -> int:
    """Statements and expressions, names and literals."""
    total, queue = 0, [body]
    while queue:
        for item in queue.pop():
            kind = type(item)
            if kind is Var or kind is Const:
                total += 1
            elif kind is tuple or kind is list:
                queue.append(item)
            elif kind is Op:
                total += 1
                queue.append(item[2])
            elif isinstance(item, tuple):
                total += 1
                queue.append(item)
    return total


def _later_stage(b: Builder, build: Callable[[Builder], None]) -> Body | None:
    """One more run of the pattern over the same threads; None where it wants another launch."""
    outer, launch = (b.params, b.functions, b.blocks), b.launch
    structs, constants = len(b.structs), len(b.constants)
    b.earlier, b.params, b.functions, b.blocks = list(b.params), [], [], [[]]
    try:
        build(b)
        if b.launch != launch:
            raise SynthesisError("a later stage wants another launch")
    except (SynthesisError, KeyError, IndexError):
        b.earlier, (b.params, b.functions, b.blocks) = [], outer
        b.launch = launch
        del b.structs[structs:], b.constants[constants:]
        return None
    params, functions, body = b.params, b.functions, b.blocks[0]
    b.earlier, (b.params, b.functions, b.blocks) = [], outer
    b.params += [param for param in params if param not in b.params]
    known = {function._replace(name="", doc=""): function.name for function in b.functions}
    related = Counter(name for function in functions for name in (function.name, function.gradient_of))
    twins: dict[str, str] = {}
    for function in functions:
        function = _renamed(function, twins)
        own = known.get(function._replace(name="", doc=""))
        if own and related[function.name] == 1:
            twins[function.name] = own
        else:
            b.functions.append(function)
    return list(_renamed(tuple(body), twins))


def _renamed(node, twins: dict[str, str]):
    """The node with a function's twin called as the function."""

    def rename(part):
        name = getattr(part, "function", None)
        return part._replace(function=twins[name]) if name in twins else part

    return rewrite(node, rename) if twins else node


# ---------------------------------------------------------------- joining stages


def _guards(stage: Body) -> Body:
    """Take from a stage the guards that it begins with."""
    count = 0
    while type(stage[count]) is If and stage[count].accepted == (Return(),) and not stage[count].otherwise:
        count += 1
    guards, stage[:] = stage[:count], stage[count:]
    return guards


def _returns(body: Sequence[Statement]) -> bool:
    return any(type(s) is Return or (type(s) is If and _returns(s.accepted + s.otherwise)) for s in body)


def _cooperates(stage: Body) -> bool:
    return any(type(node) is Tiled for node in nodes(tuple(stage)))


def _sequence(b: Builder, stages: Sequence[Body]) -> Body:
    return [statement for stage in stages for statement in stage]


def _types(b: Builder, stages: Sequence[Body]) -> Body:
    """The type of the thread's element decides which stage it runs."""
    word = b.pick(tuple(_KINDS))
    group, members = _KINDS[word]
    kinds = Enumeration(b, group, members.split()[: len(stages) + b.integer(0, 1)])
    with b.block() as body:
        kind = at(b.array(I32, b.launch, word), *b.threads)
        kind = b.let(kind, "kind", "kind_i", "element_kind", "selected")
        arms: tuple[Statement, ...] = tuple(stages[-1])
        if b.chance(0.5):
            arms = (If(op("eq", kind, kinds[len(stages) - 1]), arms),)
        for place in reversed(range(len(stages) - 1)):
            arms = (If(op("eq", kind, kinds[place]), tuple(stages[place]), arms),)
    return [*body, *arms]


def _switches(b: Builder, stages: Sequence[Body]) -> Body:
    """The later stages can be switched off for the whole launch."""
    first, *rest = stages
    body = list(first)
    for stage in rest:
        if b.chance(0.6):
            condition: Expression = b.parameter(BOOL, *_SWITCHES)
        else:
            condition = op("ne", b.parameter(I32, *_SWITCHES), integer(0))
        body.append(If(condition, tuple(stage)))
    return body


_SWITCHES = ("use_second_pass", "enable_extra", "with_correction", "include_coupling", "second_order")
_JOIN = {"sequence": _sequence, "types": _types, "switches": _switches}
