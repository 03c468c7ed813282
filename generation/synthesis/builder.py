"""Grows one program: names, parameters, statements, blocks, helper functions.

Patterns call it top down: first the launch and the signature, then values, then statements, then outputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from generation.language import identifiers
from generation.language.types import (
    BOOL,
    I32,
    Array,
    Matrix,
    Quaternion,
    Scalar,
    Struct,
    Transform,
    Value,
    Vector,
    tuple_of,
)
from generation.program.nodes import (
    Assign,
    Atomic,
    Bound,
    Call,
    Comment,
    Const,
    Do,
    Each,
    Expression,
    Field,
    For,
    Function,
    If,
    Kernel,
    Load,
    Op,
    Param,
    Print,
    Program,
    Return,
    Scratch,
    Span,
    Statement,
    Store,
    Unpack,
    Update,
    Var,
    View,
    While,
)
from generation.program.rewriting import nodes, whole
from generation.synthesis.draw import Weights
from generation.synthesis.extraction import extract
from generation.synthesis.factories import made_by_factory
from generation.synthesis.generics import made_generic, with_generic_functions
from generation.synthesis.holders import held_by_class
from generation.synthesis.manner import kernel_name, ordered, style
from generation.synthesis.prose import docstring
from generation.synthesis.remarks import annotate
from generation.synthesis.signature import Signature
from generation.synthesis.striding import stride
from generation.synthesis.terms import add_names, at, element_words, op, used_structs
from generation.synthesis.type_names import type_names

_IN_PLACE = ("mul", "div", "floordiv", "mod", "pow", "bit_and", "bit_or", "bit_xor", "lshift", "rshift")
_STRIDED = 0.09  # of the kernels take several elements per thread, where they can
_ANNOTATED = 0.42  # of the programs say what their functions return
_FORMS = Weights(
    {None: 56, made_by_factory: 12, made_generic: 15, with_generic_functions: 13, held_by_class: 4}
)


class Builder(Signature):
    """The growing body of one program."""

    def polished(self, value: Expression) -> Expression:
        """The value with one more operation on it, so that binding it is no mere copy."""
        changed = value
        for _ in range(6):
            changed = self.polish(value, 1.0)
            if changed is not value:
                return changed
        if value.type is BOOL:
            return Op(BOOL, "not", (value,))
        operation = "mul" if isinstance(value.type, Transform) else "add"
        return op(operation, value, self.literal(value.type))

    # ------------------------------------------------------------ statements

    def emit(self, statement: Statement, *notes: str) -> None:
        """A statement, perhaps below one of the comments on it."""
        if notes:
            self.remark(len(self.blocks[-1]), *notes)
        self.blocks[-1].append(statement)
        if type(statement) is Assign and type(statement.value) in (View, Scratch):
            self.local_extents[statement.target.name] = self.extents(statement.value)

    def remark(self, place: int, *notes: str) -> None:
        """Perhaps one of the comments, before the statement at a place of the open block."""
        if self.chance(self.candour):
            self.blocks[-1].insert(place, Comment(self.voiced(self.pick(notes))))

    def voiced(self, text: str) -> str:
        """A comment as the author of this program writes it: with a capital, a full stop, or neither."""
        text = text[0].upper() + text[1:] if self.capital else text
        return f"{text}." if self.full_stop else text

    def form(self, weights: Weights) -> str:
        """Draw the form that the kernel takes; `titles` of the pattern say what it is called."""
        drawn = self.weighted(weights)
        self.forms.add(drawn)
        return drawn

    @contextmanager
    def block(self) -> Iterator[list[Statement]]:
        """Collect the statements of a nested body; names bound inside stay unique in the whole program."""
        body: list[Statement] = []
        self.blocks.append(body)
        try:
            yield body
        finally:
            self.blocks.pop()

    def let(self, value: Expression, *words: str) -> Var:
        """Bind a value to a new local named after what computes it."""
        if type(value) is Var:
            value = self.polished(value)
        if not words:
            head = "load" if type(value) in (Load, Field) else getattr(value, "operation", "")
            words = identifiers.LOCALS.get(head, identifiers.ANY_LOCAL)
            if type(value) is Load and type(value.array) is Var:
                plain = [word for word in words if word not in self.taken]
                words = plain if plain and self.chance(0.35) else element_words(value, self.suffix)
        var = Var(value.type, self.name(*words))
        self.emit(Assign(var, value))
        return var

    def unpack(self, value: Expression, *names: tuple[str, ...]) -> list[Var]:
        """Bind a local per result of an operation that has several."""
        targets = tuple(Var(t, self.name(*words)) for t, words in zip(value.type.items, names, strict=True))
        self.emit(Unpack(targets, value))
        return list(targets)

    def named(self, value: Expression, probability: float, *words: str) -> Expression:
        """The value as it is, or behind a name."""
        return self.let(value, *words) if type(value) is not Var and self.chance(probability) else value

    def rebind(self, var: Var, value: Expression) -> None:
        """Give a local another value; `x = x % n` may be written `x %= n`, and `x = x` is left out."""
        if value == var:
            return
        alone = type(value) is Op and value.operation in _IN_PLACE and value.arguments[0] == var
        if alone and isinstance(var.type, Scalar | Vector | Matrix) and self.chance(0.5):
            self.emit(Update(var, value.operation, value.arguments[1]))
        else:
            self.emit(Assign(var, value))

    def update(self, target: Expression, operation: str, value: Expression) -> None:
        """`target op= value`, in place or spelled out; rotations compose instead of adding up."""
        if isinstance(target.type, Quaternion | Transform):
            self.emit(Assign(target, op("mul", target, value)))
            return
        if type(value) is Op and value.operation == "neg" and operation in ("add", "sub"):
            operation, value = {"add": "sub", "sub": "add"}[operation], value.arguments[0]
        if type(target) is Var and self.spelled:
            overload = Op(target.type, operation, (target, value))
            self.emit(Assign(target, overload))
        else:
            self.emit(Update(target, operation, value))

    def when(
        self, condition: Expression, accepted: list[Statement], otherwise: Sequence[Statement] = ()
    ) -> None:
        if not accepted:
            condition, accepted, otherwise = op("not", condition), otherwise, ()
        if accepted:
            self.emit(If(condition, tuple(accepted), tuple(otherwise)))

    def stop_if(self, condition: Expression, *notes: str) -> None:
        """A guard: `if condition: return`."""
        self.emit(If(condition, (Return(),)), *notes)

    @contextmanager
    def at_top(self) -> Iterator[None]:
        """Statements made inside go to the kernel's own body, before the statement that is being made."""
        inner, self.blocks = self.blocks, self.blocks[:1]
        try:
            yield
        finally:
            self.blocks = inner

    @contextmanager
    def loop(
        self, start: Expression, stop: Expression, step: int = 1, words: Sequence[str] = ()
    ) -> Iterator[Var]:
        """A counted loop around the statements made inside."""
        variable = Var(I32, self.name(*(words or identifiers.COUNTERS)))
        with self.block() as body:
            yield variable
        self.emit(For(variable, start, stop, step, tuple(body)))

    def along(self, stop: Expression, backwards: float = 0.12):
        """A loop through 0, 1, ... stop - 1, now and then from the end."""
        if self.chance(backwards):
            last = Const(I32, stop.value - 1) if type(stop) is Const else op("sub", stop, Const(I32, 1))
            return self.loop(last, Const(I32, -1), -1)
        return self.loop(Const(I32, 0), stop)

    @contextmanager
    def each(self, query: Expression, advance: str | None = None) -> Iterator[Var]:
        """A loop over what a query finds."""
        holder = Var(query.type, self.name("query", "found")) if advance or self.chance(0.4) else None
        variable = Var(I32, self.name("index", "neighbor", "candidate", "j"))
        with self.block() as body:
            yield variable
        self.emit(Each(variable, query, holder, advance, tuple(body)))

    @contextmanager
    def while_(self, condition: Expression) -> Iterator[None]:
        with self.block() as body:
            yield
        self.emit(While(condition, tuple(body)))

    # ------------------------------------------------------------ outputs

    def output(
        self, dtype: Value, extents: Sequence[Bound] | None = None, *words: str, role: str = "out"
    ) -> Var:
        names = words or tuple(f"{prefix}{word}" for word in self.words(dtype) for prefix in ("out_", "new_"))
        if not words and not self.chance(0.6) and not any(p.role != "in" for p in self.params + self.earlier):
            names = ("out", "result", "output", "dest", "results")
        return self.array(dtype, self.launch if extents is None else extents, *names, role=role)

    def store(self, value: Expression, *words: str) -> None:
        """Write a value to this thread's element of a new output, or add it there."""
        if isinstance(value.type, Struct | Array):
            raise TypeError("stores take plain values")
        addable = value.type is not BOOL and not isinstance(value.type, Quaternion | Transform)
        addable = addable and self.chance(0.18)
        out = self.output(value.type, None, *words, role="inout" if addable else "out")
        target = at(out, *self.threads)
        self.emit(
            Update(target, self.pick(("add", "add", "sub")), value) if addable else Store(target, value)
        )

    def add_to(self, operation: str, target: Load, value: Expression) -> None:
        """An atomic update whose old value nobody wants."""
        self.emit(Do(Atomic(value.type, operation, target.array, target.indices, value)))

    def apply_to(self, name: str, target: Var, *arguments: Expression) -> None:
        """A built-in that changes its first argument in place."""
        self.emit(Do(op(name, target, *arguments)))

    def report(self, condition: Expression, *values: Expression) -> None:
        """Write values to the console where the condition holds."""
        operation = "print" if self.chance(0.3) else "printf"
        shown = values[-1:] if operation == "print" else values
        self.emit(If(condition, (Print(operation, tuple(shown)),)))

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
