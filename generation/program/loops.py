"""The checker's rules for loops: what their bounds and their rounds say of the integers in them."""

from __future__ import annotations

from collections import Counter

from generation.errors import CheckError
from generation.language.types import BOOL, I32, QUERY
from generation.program import bounds
from generation.program.bounds import UNKNOWN, Ends
from generation.program.expressions import require_name
from generation.program.nodes import (
    Assign,
    Bound,
    Break,
    Const,
    Each,
    For,
    If,
    Op,
    Return,
    Unpack,
    Update,
    Var,
    While,
)
from generation.program.termination import advances

_ITERABLE = ("hash_grid_query", "mesh_query_aabb")
SHARED = ("tile_bvh_query_next", "tile_mesh_query_aabb_next")  # by the threads of a block, one find each
ADVANCES = ("hash_grid_query_next", "bvh_query_next", "mesh_query_next", "mesh_query_aabb_next", *SHARED)


class LoopRules:
    """Part of the walk through a body; the state is that of `ExpressionRules`."""

    def settle(self, body, variable: Var | None = None, span: Ends = UNKNOWN) -> None:
        """What is known of the integers that a loop changes, whichever round it is in.

        At the head of a round a local has the value from before the loop or one that a round gave it.
        """
        if not body:
            raise CheckError("an empty loop")
        before = self.spans
        gifts: dict[str, list[Ends]] = {}
        bound: Counter[str] = Counter()
        _bindings(body, bound)
        self.spans = {name: ends for name, ends in before.items() if name not in bound}
        if variable is not None and variable.name not in bound:
            self.spans[variable.name] = span
        self.gifts(body, before, bound, gifts)
        for name in bound:
            self.owner.unique.pop(name, None)
            self.owner.means.pop(name, None)
            known = before.get(name)
            if known is not None:
                for ends in gifts.get(name, (UNKNOWN,)):
                    known = bounds.join(known, ends)
                before = {**before, name: known}
        self.spans = before

    def gifts(self, body, before: dict[str, Ends], bound: Counter[str], found) -> None:
        """Collect the spans of all that the rounds of a loop may give to its integers."""
        for s in body:
            kind = type(s)
            if kind in (Assign, Update) and type(s.target) is Var and s.target.type is I32:
                name = s.target.name
                gift = self.gift(s, before.get(name, UNKNOWN))
                found.setdefault(name, []).append(gift)
                if name not in before and bound[name] == 1:
                    self.spans[name] = gift
            elif kind is Unpack:
                for target in s.targets:
                    found.setdefault(target.name, []).append(UNKNOWN)
            elif kind is If:
                self.gifts(s.accepted, before, bound, found)
                self.gifts(s.otherwise, before, bound, found)
            elif kind is For:
                numbers = self.counted(s, self.foreseen(s.start), self.foreseen(s.stop))
                self.spans[s.variable.name] = UNKNOWN if bound[s.variable.name] else numbers
                self.gifts(s.body, before, bound, found)
            elif kind in (Each, While):
                self.gifts(s.body, before, bound, found)

    def gift(self, s: Assign | Update, before: Ends) -> Ends:
        """What a statement gives a local: what its value may be; of a step up or down, the end it keeps."""
        operation, by = (s.operation, s.value) if type(s) is Update else ("", s.value)
        if type(by) is Op and not operation and s.target in by.arguments and len(by.arguments) == 2:
            first, second = by.arguments
            flipped = by.operation == "add" and second == s.target
            operation, by = by.operation, first if flipped else second
        if operation in ("add", "sub") and type(by) is Const and by.value >= 0:
            return (before[0], None) if operation == "add" else (None, before[1])
        return UNKNOWN if operation else self.foreseen(s.value)

    def foreseen(self, e) -> Ends:
        """The span of an expression that is not judged yet: it may speak of arrays that the loop binds."""
        try:
            return self.span(e)
        except KeyError:
            return UNKNOWN

    def counted(self, s: For, start: Ends, stop: Ends) -> Ends:
        """The numbers that a loop counts through."""
        if type(s.step) is int and self.is_fixed(s.start) and self.is_fixed(s.stop):
            numbers = range(start[0].offset, stop[0].offset, s.step)
            return (Bound("", min(numbers)), Bound("", max(numbers))) if numbers else UNKNOWN
        if type(s.step) is not int or s.step > 0:
            return start[0], bounds.shift(stop[1], -1)
        return bounds.shift(stop[0], 1), start[1]

    def loop(
        self, body, condition, control: set[str], variable: Var | None = None, span: Ends = UNKNOWN
    ) -> None:
        outer_defined, outer_spans = self.defined, self.spans
        if variable is not None:
            if variable.type is not I32 or variable.name in self.defined:
                raise CheckError(f"{variable.name} is no fresh int to count with", variable)
            require_name(variable.name)
            self.defined = {**self.defined, variable.name: I32}
            self.spans = {**self.spans, variable.name: span}
            self.flow.loops[variable.name] = control
        self.loops += 1
        before, outer = self.flow.control, self.arm
        self.arm = False
        self.branch(body, condition, True, control)
        self.flow.control, self.arm = before, outer
        self.loops -= 1
        self.alive = True
        self.defined, self.spans = outer_defined, outer_spans

    def for_(self, s: For) -> None:
        if s.step == 0 or self.expression(s.start) is not I32 or self.expression(s.stop) is not I32:
            raise CheckError("range() needs ints and a step other than 0", s)
        counts = type(s.step) is int
        if not counts and (self.expression(s.step) is not I32 or not self.rises(s.step)):
            raise CheckError("a step that may not be positive", s)
        fixed = counts and self.is_fixed(s.start) and self.is_fixed(s.stop)
        start, stop = self.span(s.start), self.span(s.stop)
        if fixed and len(range(start[0].offset, stop[0].offset, s.step)) < 2:
            raise CheckError("a loop that never runs, or once", s)
        span = self.counted(s, start, stop)
        self.settle(s.body, s.variable, span)
        name = s.variable.name
        self.owner.stride(name, s.start, None if counts else self.span(s.step))
        if fixed:
            self.unrolled[name] = 0
        self.loop(s.body, None, self.flow.take(), s.variable, span)
        if self.unrolled.pop(name, 0) > 1 and name in self.widened:
            # Warp turns the constant that the variable is in an unrolled loop into its 64-bit conversion.
            raise CheckError(
                f"{name} counts a constant loop and is converted to 64 bits besides other uses", s
            )

    def rises(self, step) -> bool:
        return bounds.at_most(bounds.ONE, self.span(step)[0])

    def each(self, s: Each) -> None:
        if self.expression(s.query) is not QUERY or (s.advance and s.advance not in ADVANCES):
            raise CheckError("only a query can be run over", s)
        if not s.advance and s.query.operation not in _ITERABLE:
            raise CheckError("Warp runs over this query only by its own built-in", s)
        if s.advance and (s.holder is None or not s.query.operation.startswith(s.advance.split("_next")[0])):
            raise CheckError("a query is advanced by its own built-in, behind a name", s)
        if s.holder is not None:
            self.bind(s.holder, QUERY, s)
        extent = self.params[s.query.arguments[0].name].extents[0]
        span = bounds.ZERO, bounds.shift(extent, -1)
        self.settle(s.body, s.variable, span)
        stores = sum(map(len, self.owner.stores.values()))
        self.loop(s.body, None, self.flow.take(), s.variable, span)
        if s.advance in SHARED:
            bound: Counter[str] = Counter()
            _bindings(s.body, bound)
            if bound.keys() & self.defined.keys() or stores != sum(map(len, self.owner.stores.values())):
                raise CheckError("threads that share a query write by atomics alone", s)

    def while_(self, s: While) -> None:
        self.settle(s.body)
        if s.condition == Const(BOOL, True) and _may_leave(s.body):
            self.loop(s.body, None, self.flow.take())
        else:
            names = self.condition(s.condition)
            if not advances(s.body, names):
                raise CheckError("a round of the loop may change nothing that its condition reads", s)
            self.loop(s.body, s.condition, names)

    def leave(self, s) -> None:
        if not self.loops:
            raise CheckError("break or continue outside a loop", s)
        self.flow.leave()
        self.alive = False


def _may_leave(body) -> bool:
    """Whether a condition inside a body leaves the loop around it."""
    arms = [arm for s in body if type(s) is If for arm in (s.accepted, s.otherwise)]
    return any(any(type(s) in (Break, Return) for s in arm) or _may_leave(arm) for arm in arms)


def _bindings(body, found: Counter[str]) -> None:
    """How many statements of a body bind each local."""
    for s in body:
        kind = type(s)
        if kind in (Assign, Update) and type(s.target) is Var:
            found[s.target.name] += 1
        elif kind is Unpack:
            found.update([target.name for target in s.targets])
        elif kind is If:
            _bindings(s.accepted, found)
            _bindings(s.otherwise, found)
        elif kind in (For, Each, While):
            _bindings(s.body, found)
