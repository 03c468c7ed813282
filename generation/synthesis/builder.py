"""Grows one program: what it declares, its body, its functions, and the finish.

Patterns call it top down: first the launch and the signature, then values, then statements, then outputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from generation.language import identifiers
from generation.language.types import Array, Struct, Value, tuple_of
from generation.program.declarations import Function, Kernel, Param, Program
from generation.program.nodes import (
    Assign,
    Atomic,
    Call,
    Const,
    Expression,
    Field,
    If,
    Load,
    Return,
    Span,
    Statement,
    Store,
    Unpack,
    Update,
    Var,
    View,
)
from generation.program.rewriting import nodes, whole
from generation.synthesis.body import Body
from generation.synthesis.draw import Weights
from generation.synthesis.extraction import extract
from generation.synthesis.factories import made_by_factory
from generation.synthesis.generics import made_generic, with_generic_functions
from generation.synthesis.holders import held_by_class
from generation.synthesis.manner import kernel_name, ordered, style
from generation.synthesis.prose import docstring
from generation.synthesis.remarks import annotate
from generation.synthesis.striding import stride
from generation.synthesis.terms import add_names, used_structs
from generation.synthesis.type_names import type_names

_STRIDED = 0.09  # of the kernels take several elements per thread, where they can
_ANNOTATED = 0.42  # of the programs say what their functions return
_FORMS = Weights(
    {None: 56, made_by_factory: 12, made_generic: 15, with_generic_functions: 13, held_by_class: 4}
)


class Builder(Body):
    """The growing program: its functions, and what is made of everything in the end."""

    # ------------------------------------------------------------ helper functions

    @contextmanager
    def function(
        self,
        arguments: Sequence[Expression],
        *words: str,
        names: Sequence[str] = (),
        spans: Mapping[int, Span] | None = None,
        shared: str = "",
    ) -> Iterator[tuple[list[Var], list[Function]]]:
        """Write a `@wp.func` of these arguments; statements and returns made inside are its body.

        Parameters are called after `names`, else after the arguments; `spans` promises ranges of some;
        `shared` is the name of a function that this one overloads.

        Yields its parameters and a list that holds the finished function afterwards.
        """
        own = shared or self.name(*(words or self.theme.function))
        outer, self.blocks = self.blocks, [[]]
        calling = self.inside
        outside = self.taken
        self.function_names.add(own)
        self.taken = self.function_names | {var.name for var, _ in self.constants}
        around = self.params if calling is None else calling
        params = []
        known = dict(self.local_extents)
        for position, argument in enumerate(arguments):
            word = argument.name if type(argument) in (Var, Field) else self.pick(self.words(argument.type))
            span = spans.get(position) if spans else None
            if type(argument) is Var and isinstance(argument.type, Array):
                span = next((p.span for p in around if p.name == argument.name), span)
            name = self.name(names[position] if names else word)
            extents = self.extents(argument) if isinstance(argument.type, Array) else ()
            held = self.held(argument) if isinstance(argument.type, Struct) else ()
            params.append(Param(name, argument.type, "in", extents, span, held=held))
        self.local_extents |= {param.name: param.extents for param in params if param.extents}
        finished: list[Function] = []
        self.inside = params
        yield [Var(param.type, param.name) for param in params], finished
        body = tuple(self.blocks[0])
        written = self.written(body)
        params = [_writing(param, written) for param in params]
        finished.append(Function(own, tuple(params), _results(body), body))
        self.functions.append(finished[0])
        self.local_extents = known
        self.blocks, self.inside = outer, calling
        self.taken = outside | {var.name for var, _ in self.constants}

    def written(self, body: Sequence[Statement]) -> set[str]:
        """The arrays that a function body writes, itself or by the functions it calls."""
        found: set[str] = set()
        views: dict[str, str] = {}

        def root(array: Expression) -> str:
            while type(array) is View:
                array = array.array
            if type(array) is Field:
                return f"{root(array.value)}.{array.name}"
            return views.get(array.name, array.name)

        for node in nodes(tuple(body)):
            if type(node) in (Store, Update):
                target = whole(node.target)
                if type(target) is Load:
                    found.add(root(target.array))
            elif type(node) is Assign and type(node.value) is View:
                views[node.target.name] = root(node.value)
            elif type(node) is Atomic:
                found.add(root(node.array))
            elif type(node) is Call:
                params = next(f.params for f in self.functions if f.name == node.function)
                given = zip(params, node.arguments, strict=False)
                found.update([root(argument) for param, argument in given if param.role != "in"])
        return found

    def call(self, function: Function, arguments: Sequence[Expression]) -> list[Expression]:
        """The results of a call: one expression, or the locals that several are unpacked to."""
        if len(function.results) == 1:
            return [Call(function.results[0], function.name, tuple(arguments))]
        targets = tuple(Var(t, self.name(*self.words(t), *identifiers.ANY_LOCAL)) for t in function.results)
        self.emit(Unpack(targets, Call(tuple_of(function.results), function.name, tuple(arguments))))
        return list(targets)

    # ------------------------------------------------------------ the end

    def finish(self) -> Program:
        if self.spare:
            found: set[str] = set()
            add_names(self.blocks[0], found)
            self.params = [p for p in self.params if p.name in found or p.name not in self.spare]
        if self.chance(_STRIDED):
            stride(self)
        extract(self)
        if self.chance(_ANNOTATED):
            self.functions = [f._replace(annotated=f.name not in self.differentiated) for f in self.functions]
        names, summaries = self.title()
        name, params = kernel_name(self, names), ordered(self, self.params)
        body, functions = annotate(self, self.functions) if self.candour else (self.blocks[0], self.functions)
        kernel = Kernel(name, params, self.launch, self.threads, tuple(body))
        constants = tuple(self.used_constants())
        used = used_structs([*params, *functions, *body]) if self.structs else ()
        structs, functions = tuple([s for s in self.structs if s in used]), tuple(functions)
        program = Program(self.family, structs, constants, functions, kernel, style(self))
        form = self.wrapping or self.weighted(_FORMS)
        if form:
            program = form(self, program)
        if self.rare:
            program = program._replace(style=program.style._replace(type_names=type_names(self, program)))
        kernel = program.kernel
        return program._replace(kernel=kernel._replace(doc=docstring(self, summaries, kernel.params)))

    def title(self) -> tuple[Sequence[str], Sequence[str]]:
        """What kernels of this form are called and what is said about them."""
        if len(self.forms) > 1:
            return (), ()
        names, *summaries = self.titles.get(next(iter(self.forms), ""), ("",))
        return names.split(), summaries

    def used_constants(self) -> list[tuple[Var, Const]]:
        """The module constants that made it into the program; a draw may have been thrown away."""
        if not self.constants:
            return []
        found: set[str] = set()
        for body in (self.blocks[0], *(function.body for function in self.functions)):
            add_names(body, found)
        found |= {
            name.partition(".")[0] for name in found if "." in name
        }  # an enumeration has all its members
        return [
            (v, const) for v, const in self.constants if v.name in found or v.name.partition(".")[0] in found
        ]


def _writing(param: Param, written: set[str]) -> Param:
    """The parameter of a function with the role that its body gives it, or what it holds."""
    if param.name in written:
        return param._replace(role="inout")
    if not param.held:
        return param
    role = {True: "inout", False: "in"}
    held = [p._replace(role=role[f"{param.name}.{p.name}" in written]) for p in param.held]
    return param._replace(held=tuple(held))


def _results(body: Sequence[Statement]) -> tuple[Value, ...]:
    """The types that a function body returns."""
    for statement in body:
        if type(statement) is Return:
            return tuple(value.type for value in statement.values)
        if type(statement) is If:
            found = _results(statement.accepted) or _results(statement.otherwise)
            if found:
                return found
    return ()
