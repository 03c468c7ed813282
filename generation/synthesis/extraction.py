"""Formulae of a kernel as functions of their own: what is written twice, or is long enough to have a name.

A formula keeps its shape; its variables and the elements it reads become the parameters. Formulae of one
shape over different types become overloads of one function.
Source: Fowler, "Refactoring", 1999 (Extract Function).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from generation.language.identifiers import RESERVED
from generation.language.types import (
    F32,
    Type,
    has_name,
)
from generation.program.declarations import Function, Param
from generation.program.nodes import (
    Assign,
    Atomic,
    Call,
    Comment,
    Component,
    Const,
    Do,
    Each,
    Expression,
    Field,
    For,
    If,
    Load,
    Op,
    Return,
    Statement,
    Store,
    Update,
    Var,
    While,
)
from generation.program.rewriting import substitute
from generation.synthesis.draw import Weights
from generation.synthesis.formula_names import function_name, parameter_name
from generation.synthesis.formulae import SEALED, Formula, Reader, is_real

if TYPE_CHECKING:
    from generation.synthesis.builder import Builder

_FUNCTIONS = Weights({0: 75, 1: 16, 2: 6, 3: 3})
_REPEATED = 0.5  # of the functions are looked for among what is written twice, first
_DEFAULTS = 0.3  # of the functions with a number of their own take it as an argument
_LEAST = 3  # operations of a formula, or of the statements that lead to it
_FEW = 6  # operations of what is looked for twice
_MOST = 5  # parameters


def extract(b: Builder) -> None:
    """Put some formulae of the kernel under construction, or of its functions, into functions."""
    for _ in range(b.weighted(_FUNCTIONS)):
        open_to_it = [place for place, function in enumerate(b.functions) if _alone(b, function)]
        place = b.pick(open_to_it) if open_to_it and b.chance(0.3) else len(b.functions)
        body = b.blocks[0] if place == len(b.functions) else b.functions[place].body
        reader = Reader(b, b.functions[:place])
        changed = (b.chance(_REPEATED) and _repeated(b, reader, body, place)) or _long(b, reader, body, place)
        if changed:
            body, made = changed
            if place == len(b.functions):
                b.blocks[0][:] = body
            else:
                b.functions[place] = b.functions[place]._replace(body=tuple(body))
            b.functions[place:place] = made


def _alone(b: Builder, function: Function) -> bool:
    """Whether a function has no other body and no derivative that is asked for."""
    bound = {f.gradient_of for f in b.functions} | b.differentiated
    return not function.gradient_of and function.name not in bound


# ---------------------------------------------------------------- what is written twice


def _repeated(b: Builder, reader: Reader, body: Sequence[Statement], place: int):
    groups: dict[tuple, dict[Expression, Formula]] = {}
    found: list[Op] = []
    _short(body, found)
    for e in found:
        formula = reader.read(e)
        if formula and 0 < len(formula.leaves) <= _MOST:
            groups.setdefault(formula.shape, {})[e] = formula
    several = [list(found.values()) for found in groups.values() if len(found) > 1]
    if not several:
        return None
    most = max([found[0].operations * len(found) for found in several])
    chosen = b.pick([found for found in several if found[0].operations * len(found) == most])
    made: dict[tuple[Type, ...], Function] = {}
    calls: dict[Expression, Call] = {}
    orders: dict[frozenset[Type], tuple[Type, ...]] = {}
    name = function_name(b, chosen[0].value, "")
    for formula in chosen:
        types = tuple([leaf.type for leaf in formula.leaves])
        if orders.setdefault(frozenset(types), types) != types:
            continue  # the same with its factors the other way round is no overload that people write
        if types not in made:
            made[types] = _function(name, formula, b)
        calls[formula.value] = Call(formula.value.type, name, formula.leaves)
    # None stands inside another: formulae of one shape are of one size.
    return _with_calls(tuple(body), calls), list(made.values())


def _short(node: object, found: list[Op]) -> int:
    """Add the formulae of a few operations; the number of operations in the node."""
    kind = type(node)
    total = 0
    if kind is Op:
        if node.operation in SEALED or (node.operation == "convert" and not is_real(node.type)):
            return _FEW
        total = 1 + sum([_short(a, found) for a in node.arguments if type(a) is not Var])
        if 1 < total <= _FEW and len(node.arguments) > 1 and is_real(node.type):
            found.append(node)
    elif kind in _OPEN:
        total = sum([_short(part, found) for part in node if isinstance(part, tuple | list)])
    return total


def _operations(node: object) -> Iterator[Op]:
    """The operations that are computed where they stand."""
    kind = type(node)
    if kind is Op:
        if node.operation in SEALED or (node.operation == "convert" and not is_real(node.type)):
            return
        yield node
        for argument in node.arguments:
            yield from _operations(argument)
    elif kind in _OPEN:
        for part in node:
            if isinstance(part, tuple | list):
                yield from _operations(part)


_OPEN = (tuple, list, Assign, Store, Update, Do, If, For, Each, While, Return, Atomic, Call)


def _with_calls(node, calls: dict[Expression, Call]):
    """The node with calls for formulae, the outermost first."""
    kind = type(node)
    if kind is Op:
        if node in calls:
            call = calls[node]
            return call._replace(arguments=_with_calls(call.arguments, calls))
        if node.operation in SEALED or (node.operation == "convert" and not is_real(node.type)):
            return node
        return node._replace(arguments=_with_calls(node.arguments, calls))
    if kind is tuple:
        return tuple([_with_calls(part, calls) for part in node])
    if kind in _OPEN:
        return kind(*[_with_calls(part, calls) if isinstance(part, tuple) else part for part in node])
    return node


# ---------------------------------------------------------------- what is long


def _long(b: Builder, reader: Reader, body: Sequence[Statement], place: int):
    reads = _reads(body)
    found: list[tuple[tuple[int, ...], Formula]] = []
    _collect(reader, list(body), (), reads, found)
    whole = place < len(b.functions)
    found = [(path, formula) for path, formula in found if not (whole and _is_most(body, path, formula))]
    if not found:
        return None
    most = max([formula.operations for _, formula in found])
    path, formula = b.pick([item for item in found if item[1].operations * 2 >= most])
    s = _at(body, path)
    name = function_name(b, formula.value, _called(s))
    function = _function(name, formula, b)
    call = Call(formula.value.type, name, formula.leaves)
    return _replaced(list(body), path, len(formula.steps), s._replace(value=call)), [function]


def _collect(reader, block, path, reads, found) -> None:
    """Every assignment of a long formula, with as many of the statements right before it as are its own."""
    for place, s in enumerate(block):
        kind = type(s)
        if kind in (Assign, Store, Update) and type(s.value) is Op and is_real(s.value.type):
            formula = _longest(reader, block, place, s, reads)
            if formula:
                found.append(((*path, place), formula))
        elif kind is If:
            for arm, inner in enumerate((s.accepted, s.otherwise)):
                _collect(reader, inner, (*path, place, arm), reads, found)
        elif kind in (For, While, Each):
            _collect(reader, s.body, (*path, place, 0), reads, found)


def _longest(reader, block, place: int, s: Statement, reads: Counter) -> Formula | None:
    best = inside = None
    first = place
    while True:
        formula = reader.read(s.value, block[first:place])
        fits = formula and formula.operations >= _LEAST and 0 < len(formula.leaves) <= _MOST
        best = formula if fits else best
        before = first - 1
        while before >= 0 and type(block[before]) is Comment and not block[before].beside:
            before -= 1
        step = block[before] if before >= 0 else None
        if formula is None or type(step) is not Assign or type(step.value) is not Op:
            return best
        if not is_real(step.value.type):
            return best
        inside = (inside or _reads(s.value)) + _reads(step)
        if inside[step.target.name] != reads[step.target.name]:
            return best
        first = before
        while first > 0 and type(block[first - 1]) is Comment:
            first -= 1


def _reads(node: object) -> Counter:
    """How often every name stands in it."""
    found: Counter = Counter()
    stack = [node]
    while stack:
        item = stack.pop()
        if type(item) is Var:
            found[item.name] += 1
        else:
            stack += [part for part in item if isinstance(part, tuple | list)]
    return found


def _is_most(body: Sequence[Statement], path: tuple[int, ...], formula: Formula) -> bool:
    """Whether nothing would be left of a function."""
    return len(path) == 1 and len(formula.steps) + 2 >= len(body)


def _called(s: Statement) -> str:
    """The name of what a statement changes."""
    target = s.target
    while type(target) in (Component, Load):
        target = target.value if type(target) is Component else target.array
    return target.name


def _block(s: Statement, arm: int) -> str:
    return ("accepted", "otherwise")[arm] if type(s) is If else "body"


def _at(block: Sequence[Statement], path: tuple[int, ...]) -> Statement:
    place, *rest = path
    s = block[place]
    return _at(getattr(s, _block(s, rest[0])), tuple(rest[1:])) if rest else s


def _replaced(block: list, path: tuple[int, ...], steps: int, new: Statement) -> list:
    place, *rest = path
    if not rest:
        return [*block[: place - steps], new, *block[place + 1 :]]
    s = block[place]
    where = _block(s, rest[0])
    inner = _replaced(list(getattr(s, where)), tuple(rest[1:]), steps, new)
    return [*block[:place], s._replace(**{where: tuple(inner)}), *block[place + 1 :]]


# ---------------------------------------------------------------- the function


def _function(name: str, formula: Formula, b: Builder) -> Function:
    """The formula as a function of its leaves; now and then a number of it is an argument by default."""
    own = [step.target.name for step in formula.steps if type(step) is Assign]
    taken = {*b.function_names, *RESERVED, *own, *[var.name for var, _ in b.constants]}
    renamed: dict[Expression, Var] = {}
    for leaf in formula.leaves:
        called = parameter_name(leaf, taken)
        taken.add(called)
        renamed[leaf] = Var(leaf.type, called)
    params = [Param(var.name, var.type) for var in renamed.values()]
    margin = _margin(formula.value)
    if margin and b.chance(_DEFAULTS) and "eps" not in taken:
        renamed[margin] = Var(margin.type, "eps")
        params.append(Param("eps", margin.type, default=margin))

    def parameter(e):
        return renamed.get(e) if type(e) in (Var, Load, Field, Const) else None

    steps = [
        s if type(s) is Comment else s._replace(value=substitute(s.value, parameter)) for s in formula.steps
    ]
    b.rare |= not all(map(has_name, [formula.value.type, *[p.type for p in params]]))
    body = (*steps, Return((substitute(formula.value, parameter),)))
    return Function(name, tuple(params), (formula.value.type,), body)


def _margin(e: Expression) -> Const | None:
    """A small number that keeps something away from zero."""
    for part in _operations(e):
        for a in part.arguments:
            if type(a) is Const and a.type is F32 and 0.0 < a.value < 0.02:
                return a
    return None
