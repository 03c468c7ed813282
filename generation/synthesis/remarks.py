"""Comments that follow from the statements themselves: why a guard leaves, what a loop visits.

They hold for every program because they are read off its nodes; what only an author can know stands as a
comment in a sketch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generation.language.types import I32, Scalar
from generation.program.declarations import Function, Param
from generation.program.nodes import (
    Assign,
    Atomic,
    Comment,
    Const,
    Continue,
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
from generation.synthesis.prose import counted, plain

if TYPE_CHECKING:
    from generation.synthesis.builder import Builder

_ADJECTIVES = frozenset(
    (
        *("active", "enabled", "alive", "pinned", "fixed", "solid", "static", "sleeping", "valid", "visible"),
        *("selected", "interior", "torn", "attached", "excluded", "mobile", "saturated", "clipped", "frozen"),
        *("broken", "trainable", "triggered", "voiced", "ionized", "inside"),
    )
)
_SIZES = ("length", "length_sq", "abs", "norm_l2")  # what is small only when it nears zero
_REACHES = ("cutoff", "radius", "support", "reach", "range", "distance")
_CHANCES = {If: 1.0, For: 0.9, Store: 0.6, Do: 0.6, Update: 0.5, Assign: 0.8}
_TOTALS = ("accumulator", "running sum", "partial sum")
_ASIDE = (*_TOTALS, "unit vector", "unit length", "avoid division by zero", "stay in range")
_LOADS = ("load inputs", "read inputs", "load values")
_OUT_OF_RANGE = ("bounds check", "out of range", "skip threads past the end", "thread is out of bounds")


def annotate(b: Builder, functions: list[Function]) -> tuple[tuple[Statement, ...], list[Function]]:
    """The kernel's body and the functions with comments, as many as this program's author writes."""
    bodies = [_Annotator(b, function.params).body(function.body) for function in functions]
    named = [function._replace(body=body) for function, body in zip(functions, bodies, strict=True)]
    return _Annotator(b, b.params).body(tuple(b.blocks[0])), named


class _Annotator:
    def __init__(self, b: Builder, params):
        self.b = b
        self.params: dict[str, Param] = {param.name: param for param in params}
        self.threads = {var.name for var in b.threads}
        self.values: dict[str, Expression] = {}  # what locals were last bound to
        self.said: set[str] = set()

    def body(self, statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
        noted: list[Statement] = []
        silent = False
        for place, s in enumerate(statements):
            kind = type(s)
            if kind is Comment:
                noted.append(s)
                silent = True
                continue
            if kind is Assign:
                self.values[s.target.name] = s.value
            elif kind is Update and type(s.target) is Var:
                self.values.pop(s.target.name, None)
            if not silent and self.b.chance(self.b.candour * _CHANCES.get(kind, 0.0)):
                self.note(noted, self.texts(s, statements, place), kind is Assign)
            silent = False
            if kind is If:
                s = s._replace(accepted=self.body(s.accepted), otherwise=self.body(s.otherwise))
            elif kind in (For, Each, While):
                s = s._replace(body=self.body(s.body))
            noted.append(s)
        return tuple(noted)

    def note(self, noted: list[Statement], texts: tuple[str, ...], aside: bool) -> None:
        text = self.b.pick(texts) if texts else ""
        if text and text not in self.said:
            self.said.add(text)
            noted.append(Comment(self.b.voiced(text), aside and text in _ASIDE and self.b.chance(0.4)))

    def texts(self, s: Statement, statements, place: int) -> tuple[str, ...]:
        kind = type(s)
        if kind is If:
            leaves = not s.otherwise and len(s.accepted) == 1 and type(s.accepted[0]) in (Return, Continue)
            return self.reason(s.condition) if leaves else ()
        if kind is For:
            return self.visits(s)
        if kind is Assign:
            return self.binds(s, statements, place)
        written = s.value if kind is Do else s.target
        if type(written) is Atomic:
            return () if place and type(statements[place - 1]) is Do else self.adds(written)
        if type(written) is Load:
            return self.writes(written, statements, place)
        return ()

    # ------------------------------------------------------------ guards

    def reason(self, c: Expression) -> tuple[str, ...]:
        """Why a guard leaves."""
        kind = c.operation if type(c) is Op else ""
        inner = getattr(c.arguments[0], "operation", "") if kind else ""
        if kind in ("isnan", "isinf") or (kind, inner) == ("not", "isfinite"):
            return "ignore values that are not finite", "skip non-finite values"
        if kind == "or":
            reasons = [self.reason(argument) for argument in c.arguments]
            return reasons[0] if reasons[0] == reasons[1] else ()
        if kind == "not":
            return self.unset(c.arguments[0])
        if kind in ("lt", "le", "gt", "ge", "eq", "ne"):
            left, right = c.arguments
            return self.compared(kind, left, right)
        return self.set(c)

    def compared(self, kind: str, left: Expression, right: Expression) -> tuple[str, ...]:
        words = plain(left)
        number = right.value if type(right) is Const else None
        if kind == "ge" and type(left) is Var and left.name in self.threads:
            return _OUT_OF_RANGE
        if left.type is I32:
            if number == 0 and kind in ("eq", "ne") and type(left) in (Load, Var, Field):
                return self.unset(left) if kind == "eq" else self.set(left)
            if number == 0 and kind == "lt":
                return "skip missing entries", "negative index: nothing there"
            if kind == "eq" and type(left) is type(right) is Var and self.threads & {left.name, right.name}:
                return "skip self", "no self-interaction", "ignore the element itself"
            if kind == "ne" and words and type(right) is Var and right.name in self.params:
                return (f"not the requested {words}", f"skip any other {words}")
            return ()
        return self.measured(kind, left, right, words, number)

    def measured(self, kind: str, left, right, words: str, number) -> tuple[str, ...]:
        made = self.values.get(left.name, left) if type(left) is Var else left
        size = getattr(made, "operation", "") in _SIZES
        if number is not None and kind in ("lt", "le") and size and number < 0.02:
            return "degenerate case", f"{words} is close to zero" if words else "too close to zero"
        if number == 0.0 and words and kind in ("lt", "le"):
            return (f"{words} must be positive" if kind == "le" else f"negative {words}",)
        limit = plain(right) if type(right) is Var else ""
        if not limit or not isinstance(left.type, Scalar):
            return ()
        if kind in ("gt", "ge"):
            if size and limit.split()[-1] in _REACHES:
                return f"beyond the {limit}", f"outside the {limit}", f"skip pairs beyond the {limit}"
            return (f"{words} exceeds {limit}",) if words else ()
        return (f"{words} below {limit}",) if words else ()

    def unset(self, flag: Expression) -> tuple[str, ...]:
        words = plain(flag)
        if words == "active":
            return "skip inactive entries", "inactive, nothing to do"
        if words in _ADJECTIVES:
            return f"only {words} entries take part", f"skip entries that are not {words}"
        return ()

    def set(self, flag: Expression) -> tuple[str, ...]:
        words = plain(flag)
        return (f"skip {words} entries", f"{words}, nothing to do") if words in _ADJECTIVES else ()

    # ------------------------------------------------------------ loops, locals, outputs

    def visits(self, s: For) -> tuple[str, ...]:
        """What a loop runs over."""
        first, last = (self.values.get(e.name) if type(e) is Var else None for e in (s.start, s.stop))
        if type(first) is type(last) is Load and first.array == last.array:
            span = f"[{s.start.name}, {s.stop.name})"
            return "loop over the entries of this segment", f"entries {span}", "visit the whole segment"
        if type(s.stop) is Var and s.stop.name in self.params:
            things = counted(s.stop.name)
            return (f"loop over {things}", f"loop over all {things}") if things else ()
        if type(s.start) is Const and s.start.value < 0 and type(s.stop) is Const:
            return "visit the neighborhood", "window around the center"
        return ()

    def binds(self, s: Assign, statements, place: int) -> tuple[str, ...]:
        value = s.value
        kind = value.operation if type(value) in (Op, Atomic) else ""
        following = statements[place + 1 : place + 5]
        if kind == "dynamic" and any(type(f) is For and _adds(f.body, s.target) for f in following):
            return _TOTALS
        if type(value) is Atomic:
            return ("claim the next free slot", "reserve a slot") if kind == "atomic_add" else ()
        if kind == "clamp" and value.type is I32:
            return "clamp to the valid range", "stay in range"
        if _guarded(value):
            return "avoid division by zero", "guard against division by zero"
        if kind == "normalize":
            return ("unit vector", "unit length")
        if type(value) is Load:
            return (
                _LOADS if _loads(following[:1]) and not _loads(statements[max(place - 1, 0) : place]) else ()
            )
        words = plain(s.target)
        if " " not in words or self.b.chance(0.35):
            return ()
        return words, f"compute {words}", f"compute the {words}"

    def adds(self, atomic: Atomic) -> tuple[str, ...]:
        words = plain(atomic.array)
        if not words or atomic.operation not in ("atomic_add", "atomic_sub"):
            return ()
        if atomic.operation == "atomic_sub":
            return (f"subtract from {words}",)
        return f"accumulate into {words}", f"add to {words}", f"accumulate {words}"

    def writes(self, target: Load, statements, place: int) -> tuple[str, ...]:
        if any(type(s) is Store for s in statements[:place]):
            return ()
        param = self.params.get(target.array.name)
        if param is not None and param.role == "inout":
            return "update in place", "write back"
        words = plain(target.array)
        several = any(type(s) is Store for s in statements[place + 1 :])
        general = ("write results", "store results") if several else ("write result", "store the result")
        return (*general, f"write {words}") if words and not several else general


def _loads(statements) -> bool:
    return any(type(s) is Assign and type(s.value) is Load for s in statements)


def _adds(body, target: Var) -> bool:
    """Whether a loop does nothing to a local but add to it."""
    updates = [s for s in body if type(s) in (Assign, Update) and s.target == target]
    return bool(updates) and all(type(s) is Update and s.operation == "add" for s in updates)


def _guarded(e: Expression) -> bool:
    """Whether this divides by something that a constant keeps away from zero."""
    if type(e) is not Op or e.operation != "div":
        return False
    by = e.arguments[1]
    return type(by) is Op and by.operation == "max" and type(by.arguments[1]) is Const
