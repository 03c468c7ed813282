"""Partial programs written as text: an algorithm as one would write it down, its free choices left open.

A sketch reads like the body of a kernel. What it adds to Python:

    pick(a, b, ...)         one of the expressions
    num(0.1, 0.5)           one of the numbers
    (r := length(d))        a value that may or may not get a name
    r__dist = ...           alternative names for a local; the first is what the sketch calls it
    mix(a, b), polish(a)    typed sampling: an expression of all the values, a value perhaps bent a little
    with maybe(0.3):        statements that may be left out
    with either:            one of several blocks, each `with _:` or `with _(weight):`
    # text                  a comment that may or may not stand over the next statement; a docstring likewise
    def f(a, b): ...        a helper function, made at its first call; one expression may be written in place
    for q__dir in ...       alternative names for a counter; without, it gets one of the usual letters
    hook(x)                 a Python function of the scope; it gets expressions and may emit statements
    a[i], a[lo:hi], v[0:2]  views of arrays, stretches of vectors
    mat2(a, b, c, d, e, f)  a matrix of two rows; mat(...) is a square one, vec(...) a vector of any length
    scratch(0.0, 8)         an array of the thread's own, of such numbers; slots("n", 8): of indices below n
    i, j, k                 the thread's indices

Other names are locals of the sketch or come from the scope: expressions, numbers, hooks, or declarations such
as `"v[n] x pos"`, which become parameters at their first use (`declare`). Literals take the type of what they
meet.
Source: Solar-Lezama, "Program Synthesis by Sketching", 2008.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from generation.language.identifiers import RESERVED
from generation.language.types import BOOL, I32, Matrix, Scalar, Struct, Vector, has_name, scalar_of
from generation.program.nodes import Const, Expression, Op, Var
from generation.synthesis.builder import Builder
from generation.synthesis.enumerations import Enumeration
from generation.synthesis.pruning import prune
from generation.synthesis.rephrasing import rephrase
from generation.synthesis.sketches.declarations import declare, element_type
from generation.synthesis.sketches.expressions import CHAINED, NUMBERS
from generation.synthesis.sketches.statements import compiled, formula
from generation.synthesis.terms import field, number, op

__all__ = ["Sketch"]

_NEUTRAL = {"add": 0, "mul": 1}
_COMMUTING = (Scalar, Vector, Matrix)  # quaternions do not


class Sketch:
    """One scope over a builder: call it with texts, one after the other; read back what they bound."""

    def __init__(self, b: Builder, **scope: Any):
        self.b = b
        self.scope: dict[str, Any] = dict(zip("ijk", b.threads, strict=False))
        self.scope.update(scope)
        self.tone = b.integer(0, 2)

    def local(self, type_: Any, words: tuple[str, ...]) -> Var:
        """A new local; the alternatives of one scope go together: i0 stands beside i1, i beside j."""
        b = self.b
        word = words[self.tone if self.tone < len(words) else 0]
        if word in b.taken or word in RESERVED:
            word = b.name(*words)
        b.taken.add(word)
        return Var(type_, word)

    def __call__(self, text: str) -> Sketch:
        for run in compiled(text):
            run(self)
        return self

    def parts(self, **texts: str) -> None:
        """Texts that other texts take in by name: `name()`."""
        for name, text in texts.items():
            self.scope[name] = lambda text=text: self(text) if text else None

    def value(self, text: str) -> Any:
        """The value of one expression."""
        return formula(text)(self)

    def cases(self, arms: Sequence[tuple[str, str]], otherwise: str = "") -> None:
        """`if test: body`, `elif test: body`, ..., `else: otherwise`, each part a text of its own."""
        (test, text), *rest = arms
        condition = self.value(test)
        with self.b.block() as accepted:
            self(text)
        with self.b.block() as refused:
            if rest:
                self.cases(rest, otherwise)
            elif otherwise:
                self(otherwise)
        self.b.when(condition, accepted, refused)

    def __getitem__(self, name: str) -> Any:
        value = self.scope[name]
        if type(value) is str:
            value = self.scope[name] = declare(self.b, value)
        return value

    def done(self) -> None:
        """Take out what the choices left without use, and lay out the rest."""
        prune(self.b)
        rephrase(self.b)

    def field(self, value: Expression, name: str) -> Expression:
        """A field of a struct by what the sketch calls it, a component by letter, a kind by name."""
        if type(value) is Enumeration:
            return value[name]
        fields = self.scope.get(f".{value.type.name}") if isinstance(value.type, Struct) else None
        return field(value, fields.get(name, name) if fields else name)

    def record(self, name: str, words: str, fields: str) -> Struct:
        """A struct that the sketch calls `name`, of fields such as `"x: v3 position pos; r: s radius"`."""
        b = self.b
        chosen, types = {}, []
        for text in fields.split(";"):
            key, kind, *names = text.replace(":", " ").split()
            known = self.scope.get(kind)
            type_ = known if isinstance(known, Struct) else element_type(b, kind)
            chosen[key] = b.pick(names or [key])
            types.append((chosen[key], type_))
        struct = Struct(b.name(*words.split()), tuple(types))
        b.structs.append(struct)
        b.rare |= not all(has_name(getattr(t, "dtype", t)) for _, t in types)
        self.scope[name], self.scope[f".{struct.name}"] = struct, chosen
        return struct

    def get(self, *names: str) -> list[Any]:
        return [self[name] for name in names]

    def typed(self, value: Any, like: Any = None) -> Expression:
        """A number as a literal of the scalar type of `like`; anything else as it is."""
        if type(value) not in NUMBERS:
            return value
        if like is None:
            like = BOOL if type(value) is bool else I32 if type(value) is int else self.b.real
        return Const(BOOL, value) if type(value) is bool else number(scalar_of(like), value)

    def commutes(self, a: Expression, c: Expression, chained: tuple[str, ...]) -> bool:
        """Whether the operands may change places without parentheses."""
        plain = (
            type(a.type) in _COMMUTING and type(c.type) in _COMMUTING and scalar_of(a.type).kind == "float"
        )
        return plain and (type(a) is not Op or a.operation not in chained)

    def combine(self, name: str, a: Any, c: Any) -> Expression:
        plain_a, plain_c = type(a) in NUMBERS, type(c) in NUMBERS
        if (plain_a and a == _NEUTRAL.get(name)) or (plain_c and c == _NEUTRAL.get(name)):
            return c if plain_a else a
        if plain_a:
            a = number(scalar_of(c.type), a)
        elif plain_c:
            c = number(scalar_of(a.type), c)
        if name in CHAINED and self.commutes(a, c, CHAINED[name]) and self.b.chance(0.2):
            a, c = c, a
        return op(name, a, c)
