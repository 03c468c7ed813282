"""Grows the body of a kernel or a function: statements, blocks, loops, outputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
)
from generation.program.nodes import (
    Assign,
    Atomic,
    Bound,
    Comment,
    Const,
    Do,
    Each,
    Expression,
    Field,
    For,
    If,
    Load,
    Op,
    Print,
    Return,
    Scratch,
    Statement,
    Store,
    Unpack,
    Update,
    Var,
    View,
    While,
)
from generation.synthesis.draw import Weights
from generation.synthesis.signature import Signature
from generation.synthesis.terms import at, element_words, op

_IN_PLACE = ("mul", "div", "floordiv", "mod", "pow", "bit_and", "bit_or", "bit_xor", "lshift", "rshift")


class Body(Signature):
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
