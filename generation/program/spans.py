"""The checker's knowledge of integers: the span of an expression, and what a condition adds to it."""

from __future__ import annotations

from functools import reduce

from generation.language.types import I32
from generation.program import bounds
from generation.program.bounds import UNKNOWN, Ends
from generation.program.nodes import Atomic, Bound, Choice, Const, Field, Load, Op, Shape, Var
from generation.program.storage import path_of


class SpanRules:
    """`spans`: what is known of locals, parameters and fields, by path; an array's is its first extent."""

    spans: dict[str, Ends]
    faces: dict[str, Bound]

    def span(self, e) -> Ends:
        """The integers an expression may be."""
        kind = type(e)
        if kind is Const:
            return bounds.exactly(e.value) if type(e.value) is int else UNKNOWN
        if kind is Var:
            return self.spans.get(e.name, UNKNOWN)
        if kind is Op:
            if e.operation == "construct":
                return reduce(bounds.join, map(self.span, e.arguments))
            transfer = bounds.TRANSFER.get(e.operation)
            return transfer(*[self.span(a) for a in e.arguments]) if transfer else UNKNOWN
        if kind is Shape:
            extent = self.place(e.array).extents[e.axis]
            return extent, extent
        if kind is Load or kind is Atomic:
            return bounds.ends(self.place(e.array).span)
        if kind is Field:
            return self.spans.get(path_of(e), UNKNOWN)
        if kind is Choice:
            return bounds.join(self.span(e.accepted), self.span(e.otherwise))
        return UNKNOWN

    def assume(self, e, truth: bool) -> None:
        """Narrow the spans by a condition known to be true or false."""
        if type(e) is Field and truth and e.name == "result" and getattr(e.value, "name", "") in self.faces:
            self.spans[f"{e.value.name}.face"] = bounds.ZERO, bounds.shift(self.faces[e.value.name], -1)
        if type(e) is not Op:
            return
        if e.operation == "not":
            self.assume(e.arguments[0], not truth)
        elif e.operation == ("and" if truth else "or"):
            for argument in e.arguments:
                self.assume(argument, truth)
        elif e.operation in bounds.NEGATED:
            relation = e.operation if truth else bounds.NEGATED[e.operation]
            left, right = e.arguments
            self.assume_sum(left, relation, right)
            self.assume_sum(right, bounds.MIRRORED[relation], left)
            if type(left) is Var and left.name in self.spans:
                self.spans[left.name] = bounds.restrict(self.spans[left.name], relation, self.span(right))
            elif type(left) is Var and left.type is I32:
                self.spans[left.name] = bounds.restrict(UNKNOWN, relation, self.span(right))
            if type(right) is Var and right.type is I32:
                known = self.spans.get(right.name, UNKNOWN)
                self.spans[right.name] = bounds.restrict(known, bounds.MIRRORED[relation], self.span(left))

    def assume_sum(self, left, relation: str, right) -> None:
        """What `x + 2 < n` says about x."""
        if type(left) is Op and left.operation in ("add", "sub") and len(left.arguments) == 2:
            var, amount = left.arguments
            if type(var) is Var and var.type is I32 and type(amount) is Const:
                by = -amount.value if left.operation == "add" else amount.value
                low, high = self.span(right)
                known = self.spans.get(var.name, UNKNOWN)
                limits = bounds.shift(low, by), bounds.shift(high, by)
                self.spans[var.name] = bounds.restrict(known, relation, limits)
