"""Helper functions of a sketch: each is made at its first call, once for every tuple of argument types.

def falloff__weight(r, h=0.5):     a parameter may have a default, which a call may leave out
def at__sample(x: "n"):            an int from 0 to before the size n
@gradient(root)
def adj_root(x, adj_ret):          another body for the adjoint of `root`: `adjoint[x] += ...`
grad(energy)(x)                    derivatives by all arguments
"""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from generation.language.types import F32, I32, tuple_of
from generation.program.declarations import Function
from generation.program.nodes import Bound, Call, Const, Expression, Gradient, Span, Var
from generation.synthesis.sketches.declarations import bound_of
from generation.synthesis.sketches.expressions import Run, expression
from generation.synthesis.terms import fixed, number, zero

if TYPE_CHECKING:
    from generation.synthesis.sketches import Sketch

_KEYWORDS = 0.06  # of calls with three arguments or more


class Definition(NamedTuple):
    """A `def` of a sketch, compiled once."""

    words: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    spans: dict[int, Span]
    defaults: tuple[float, ...]  # of the last parameters
    body: tuple[Run, ...]
    formula: Run | None  # the one expression it returns, if that is all
    reads: Counter
    gradient_of: str
    doc: str


def define(node: ast.FunctionDef, body: tuple[Run, ...], doc: str) -> Run:
    arguments = node.args.args
    spans = {}
    for place, argument in enumerate(arguments):
        if argument.annotation is not None:
            size = bound_of(argument.annotation.value)
            spans[place] = Span(fixed(0), Bound(size.size, size.offset - 1))
    last = node.body[-1]
    short = len(body) == 1 and isinstance(last, ast.Return) and not isinstance(last.value, ast.Tuple)
    definition = Definition(
        tuple(node.name.split("__")),
        tuple([tuple(argument.arg.split("__")) for argument in arguments]),
        spans,
        tuple([default.value for default in node.args.defaults]),
        body,
        expression(last.value) if short else None,
        Counter(n.id for n in ast.walk(last) if isinstance(n, ast.Name)) if short else Counter(),
        node.decorator_list[0].args[0].id if node.decorator_list else "",
        doc,
    )

    def bind(s: Sketch) -> None:
        helper = Helper(s, definition)
        if definition.gradient_of:
            s.scope[definition.gradient_of].gradient = helper
        else:
            s.scope[definition.words[0]] = helper

    return bind


class Helper:
    """A function of one sketch in use: call it with expressions."""

    def __init__(self, s: Sketch, definition: Definition):
        self.s = s
        self.definition = definition
        self.known = {k: v for k, v in s.scope.items() if not isinstance(v, tuple | str)}
        self.in_place = definition.formula is not None and s.b.chance(0.35)
        self.made: dict[tuple, Function] = {}
        self.gradient: Helper | None = None

    def __call__(self, *arguments) -> Expression:
        given = [self.s.typed(argument) for argument in arguments]
        values = [*given, *self._defaults(len(given))]
        if self.in_place and self.gradient is None:
            return self._written_in_place(values)
        function = self.function(values)
        if any(param.default is None for param in function.params[len(given) :]):
            given = values
        results = function.results
        type_ = results[0] if len(results) == 1 else tuple_of(results)
        return Call(type_, function.name, tuple(given), self._keywords(function, len(given)))

    def derivatives(self, *arguments) -> Expression:
        values = [self.s.typed(argument) for argument in arguments]
        values += self._defaults(len(values))
        function = self.function(values)
        self.s.b.differentiated.add(function.name)
        types = tuple([value.type for value in values])
        type_ = types[0] if len(types) == 1 else tuple_of(types)
        return Gradient(type_, function.name, tuple(values))

    def function(self, arguments: list[Expression]) -> Function:
        """The overload for these arguments."""
        types = tuple([argument.type for argument in arguments])
        if types not in self.made:
            shared = next(iter(self.made.values())).name if self.made else ""
            made = self.made[types] = self._make(arguments, *self.definition.words, shared=shared)
            if self.gradient is not None:
                results = [zero(type_) for type_ in made.results]
                self.gradient._make([*arguments, *results], f"adj_{made.name}", f"{made.name}_grad", of=made)
        return self.made[types]

    def _make(self, arguments, *words: str, shared: str = "", of: Function | None = None) -> Function:
        b, definition = self.s.b, self.definition
        called = [param.name for param in of.params] if of else []
        called += [b.pick(name) for name in definition.names[len(called) :]]
        with b.function(arguments, *words, names=called, spans=definition.spans, shared=shared) as (
            params,
            finished,
        ):
            inner = type(self.s)(b, **self.known)
            inner.scope.update(zip([name[0] for name in definition.names], params, strict=True))
            for run in definition.body:
                run(inner)
        function = finished[0]
        if definition.doc and b.chance(0.7 if b.candour else 0.4):
            function = function._replace(doc=definition.doc)
        if of:
            function = function._replace(gradient_of=of.name)
        elif definition.defaults:
            function = self._with_defaults(function)
        b.functions[-1] = function
        b.taken.update([known.name for known in b.functions])
        return function

    def _with_defaults(self, function: Function) -> Function:
        """Only float and int can have a default that is a bare number."""
        params = list(function.params)
        first = len(params) - len(self.definition.defaults)
        for place, value in enumerate(self.definition.defaults, first):
            if params[place].type in (F32, I32):
                params[place] = params[place]._replace(default=number(params[place].type, value))
        return function._replace(params=tuple(params))

    def _defaults(self, given: int) -> list[Expression]:
        missing = len(self.definition.names) - given
        return [self.s.typed(value) for value in self.definition.defaults[-missing:]] if missing else []

    def _keywords(self, function: Function, given: int) -> tuple[str, ...]:
        b = self.s.b
        names = [param.name for param in function.params[:given]]
        by_default = function.params[given - 1].default is not None if given else False
        if by_default and b.chance(0.6):
            return tuple(names[-1:])
        if given > 2 and b.chance(_KEYWORDS):
            return tuple(names[b.integer(0, given - 1) :])
        return ()

    def _written_in_place(self, values: list[Expression]) -> Expression:
        b, definition = self.s.b, self.definition
        scope = dict(self.known)
        for name, value in zip(definition.names, values, strict=True):
            many = definition.reads[name[0]] > 1 and type(value) not in (Var, Const)
            scope[name[0]] = b.let(value, *name) if many else value
        return definition.formula(type(self.s)(b, **scope))
