"""The checker's half that writes: assignments, stores, branches, loops and returns, in order of execution."""

from __future__ import annotations

from generation.errors import CheckError
from generation.language.operations import overload_of
from generation.language.tables import IN_PLACE, VOXEL_STORES
from generation.language.types import (
    BOOL,
    BVH,
    CLOSEST,
    F16,
    HIT,
    I32,
    MESH_ARRAYS,
    STATE,
    Array,
    Scalar,
    Tile,
    Tuple,
    tuple_of,
)
from generation.program import bounds, tile_parts, tiles
from generation.program.bounds import UNKNOWN, Ends
from generation.program.dependence import is_data
from generation.program.expressions import ExpressionRules, require_name
from generation.program.loops import LoopRules
from generation.program.nodes import (
    Adjoint,
    Assign,
    Atomic,
    Break,
    Call,
    Comment,
    Const,
    Continue,
    Do,
    Each,
    For,
    If,
    Load,
    Op,
    Pack,
    Print,
    Return,
    Store,
    Tiled,
    Unpack,
    Update,
    Var,
    While,
)
from generation.program.rewriting import whole

_UPDATES = ("add", "sub", "mul", "div", "floordiv", "mod", "pow", "matmul")
_UPDATES += ("bit_and", "bit_or", "bit_xor", "lshift", "rshift")
_COUNTING = ("atomic_add", "atomic_sub")  # every thread gets another number


class BodyRules(ExpressionRules, LoopRules):
    """Walks one function or kernel body."""

    def finish(self) -> None:
        if self.unread_outputs:
            raise CheckError(f"nothing is written to {sorted(self.unread_outputs)}")
        if not self.flow.outputs:
            raise CheckError("the kernel or function writes nothing")
        if self.still:
            raise CheckError(f"{sorted(self.still)} may change and never do: plain literals suffice")
        data = {name for name, param in self.params.items() if is_data(param)}
        needed = () if self.paired else (name for name, p in self.params.items() if p.role == "in")
        self.flow.finish(data, set(needed), self.owner.threads if self.is_kernel else set())
        if self.is_kernel:
            self.owner.finish()

    def body(self, statements) -> None:
        if not statements or type(statements[-1]) is Comment:
            raise CheckError("an empty block, or a comment on nothing")
        before = None
        for statement in statements:
            if not self.alive:
                raise CheckError("code after a return, break or continue", statement)
            if type(statement) is Return and type(before) is If and before.accepted == (statement,):
                raise CheckError("what is returned does not depend on the condition", before)
            before = statement
            _STATEMENTS[type(statement)](self, statement)

    def comment(self, s: Comment) -> None:
        if not s.text.isprintable() or s.text.strip("# ") != s.text or not s.text:
            raise CheckError("a comment is one line of text", s)

    def bind(self, var: Var, type_, node) -> None:
        known = self.defined.get(var.name)
        if known is not None and known is not type_:
            raise CheckError(f"{var.name} changes its type", node)
        if var.type is not type_:
            raise CheckError(f"{var.name} is declared with another type than its value", node)
        if var.name in self.params or var.name in self.owner.threads or var.name in self.constants:
            raise CheckError(f"{var.name} is a parameter and cannot be rebound", node)
        if known is None:
            require_name(var.name)
            if var.name in self.functions or isinstance(type_, Tuple):
                raise CheckError(f"{var.name} cannot be bound to this", node)
        elif self.loops and var.name in self.literals:
            raise CheckError(f"{var.name} starts as a literal and changes in a loop: make it dynamic", node)
        elif isinstance(type_, Array):
            raise CheckError(f"{var.name} is an array and cannot be rebound", node)
        self.still.discard(var.name)
        self.defined[var.name] = type_

    def assign(self, s: Assign) -> None:
        if s.value == s.target:
            raise CheckError("a local that is given to itself", s)
        self.statement = s.value
        type_ = self.expression(s.value)
        rebound = s.target.name in self.defined
        self.bind(s.target, type_, s)
        reads = self.flow.take()
        self.flow.assign(s.target.name, reads, s)
        if not rebound and type(s.value) is Op and s.value.operation == "dynamic":
            self.still.add(s.target.name)
        self.note(s.target.name, type_, s.value, rebound)

    def note(self, name: str, type_, value, rebound: bool) -> None:
        if isinstance(type_, Scalar) and (type(value) is Const or self.is_static(value)):
            self.literals.add(name)
        elif not rebound:
            self.literals.discard(name)
        if type_ is I32:
            self.spans[name] = self.span(value)
            self.owner.name(name, value, rebound)
        elif isinstance(type_, Array):
            self.bind_array(name, value)
        elif isinstance(type_, Tile):
            self.note_tile(name, type_, value)
        elif type_ is BVH or type_ is MESH_ARRAYS:
            self.note_mesh(name, type_, value)
        elif type_ is CLOSEST or type_ is HIT:
            self.faces[name] = self.params[value.arguments[0].name].extents[0]
            self.spans.pop(f"{name}.face", None)
        if type(value) is Atomic and value.operation in _COUNTING and not rebound:
            self.owner.unique[name] = value.value.value if type(value.value) is Const else 0
        elif rebound:
            self.owner.unique.pop(name, None)

    def is_fixed(self, e) -> bool:
        """Whether Warp knows the number that bounds a loop, and unrolls it."""
        if type(e) is not Const and not self.is_static(e):
            return False
        low, high = self.span(e)
        return low is not None and low == high and not low.size

    def note_tile(self, name: str, type_: Tile, value) -> None:
        operation = value.operation if type(value) is Tiled else ""
        if operation in ("tile_view", "tile_squeeze"):
            self.views.add(name)
        if type_.dtype is I32 and operation == "tile_load":
            self.spans[name] = bounds.ends(self.place(value.arguments[0]).span)
        else:
            self.spans.pop(name, None)

    def is_static(self, e) -> bool:
        """Whether Warp knows the value when the kernel is built."""
        return (type(e) is Op and e.operation == "static") or (type(e) is Var and e.name in self.constants)

    def unpack(self, s: Unpack) -> None:
        type_ = self.packed(s) if type(s.value) is Pack else self.expression(s.value)
        if not isinstance(type_, Tuple) or len(type_.items) != len(s.targets):
            raise CheckError("as many targets as results are needed", s)
        reads = self.flow.take()
        for target, item in zip(s.targets, type_.items, strict=True):
            self.bind(target, item, s)
            self.flow.assign(target.name, reads, s)
            self.spans.pop(target.name, None)
            self.owner.unique.pop(target.name, None)
            self.owner.means.pop(target.name, None)

    def packed(self, s: Unpack):
        """The types of several values that are bound at once.

        A loop carries its locals over one after the other, so that a swap in its own body would lose a value
        (Warp 1.19); under an `if` both are chosen first.
        """
        bare = any(type(value) is Var for value in s.value.values)
        if bare and self.loops and not self.arm:
            raise CheckError("a swap that a loop carries over", s)
        return tuple_of(tuple([self.expression(value) for value in s.value.values]))

    def update(self, s: Update) -> None:
        if s.operation not in _UPDATES:
            raise CheckError(f"no in-place form of {s.operation}", s)
        target = self.expression(s.target, stored=True)
        types = target, self.expression(s.value)
        overload = overload_of(s.operation, types, target)
        result = overload.result if overload else tiles.arithmetic(s.operation, types)
        if result is not target:
            raise CheckError("the operation does not give the type of its target", s)
        whole = Op(target, s.operation, (s.target, s.value))
        self.domain(whole)
        if type(s.target) is Var:
            name = s.target.name
            if name in self.views:
                raise CheckError(f"{name} aliases another tile", s)
            self.bind(s.target, target, s)
            self.flow.update(name, self.flow.take())
            self.spans[name] = self.span(whole)
            self.owner.unique.pop(name, None)
            self.owner.means.pop(name, None)
        else:
            self.write(s.target, UNKNOWN, s)

    def store(self, s: Store) -> None:
        target = self.expression(s.target, stored=True)
        if self.expression(s.value) is not target:
            raise CheckError("the value has another type than its target", s)
        self.write(s.target, self.span(s.value), s)

    def write(self, target, value: Ends, node) -> None:
        names = self.flow.take()
        path = whole(target)
        if type(path) is Var:
            if path.name in self.params:
                raise CheckError(f"{path.name} is a parameter passed by value", node)
            self.flow.update(path.name, names)
        elif type(path) is Load:
            place = self.written(path.array, node)
            self.holds(place, value, node)
            if place.role == "own":
                self.flow.update(place.root, names)
                return
            self.access("stores", place, self.pattern(place, path.indices), node)
            self.flow.output(names, node)
        elif type(path) is Adjoint and path is target:
            self.flow.output(names, node)
        else:
            raise CheckError("this cannot be written to", node)

    def do(self, s: Do) -> None:
        value = s.value
        if type(value) is Tiled and value.operation == "tile_matmul" and type(value.arguments[-1]) is Var:
            self.expression(value)
            self.flow.update(value.arguments[-1].name, self.flow.take())
            return
        self.statement = value
        in_place = IN_PLACE if type(value) is Op else tile_parts.CHANGED if type(value) is Tiled else ()
        if in_place and value.operation in in_place:
            self.expression(value)
            self.still.difference_update([getattr(argument, "name", "") for argument in value.arguments])
            self.flow.take()
            return
        stored = type(value) is Tiled and value.operation in tiles.STORES
        stored |= type(value) is Op and value.operation in VOXEL_STORES
        if type(value) not in (Atomic, Call) and not stored:
            raise CheckError("an expression whose value is dropped", s)
        type_ = self.expression(value)
        if type(value) is Call and (not isinstance(type_, Tuple) or type_.items):
            raise CheckError("an expression whose value is dropped", s)
        names = self.flow.take()
        if type(value) is not Call:  # a call has told what it writes
            self.flow.output(names, s)

    def print(self, s: Print) -> None:
        types = [self.expression(value) for value in s.values]
        if s.operation not in ("printf", "print") or (s.operation == "print" and len(types) != 1):
            raise CheckError("printf of some values or print of one", s)
        for type_ in types:
            if not isinstance(type_, Scalar) or type_ in (BOOL, F16, STATE) or type_.bits < 32:
                raise CheckError("a value that cannot be printed", s)
        self.flow.roots |= self.flow.take() | self.flow.control

    def condition(self, e) -> set[str]:
        if self.expression(e) is not BOOL:
            raise CheckError("a condition must be a bool", e)
        if type(e) is Const:
            raise CheckError("a condition that is always the same", e)
        return self.flow.take()

    def branch(self, body, condition, truth: bool, control: set[str]):
        """Walk a nested body on a copy of the state; what it ends with."""
        defined, spans, alive, pinned = self.defined, self.spans, self.alive, self.owner.pinned
        self.defined, self.spans = dict(defined), dict(spans)
        if condition is not None:
            self.assume(condition, truth)
            if truth:
                self.owner.pinned = pinned | self.owner.pins(condition)
        outer, self.flow.control = self.flow.control, self.flow.control | control
        self.flow.unread.append({})
        if body:
            self.body(body)
        self.flow.unread.pop()
        self.flow.control = outer
        result = self.defined, self.spans, self.alive
        self.defined, self.spans, self.alive, self.owner.pinned = defined, spans, alive, pinned
        return result

    def if_(self, s: If) -> None:
        control = self.condition(s.condition)
        if not s.accepted or s.accepted == s.otherwise:
            raise CheckError("an empty branch, or both ways the same", s)
        outer, self.arm = self.arm, True
        one = self.branch(s.accepted, s.condition, True, control)
        two = self.branch(s.otherwise, s.condition, False, control)
        self.arm = outer
        for body, end in ((s.accepted, one), (s.otherwise, two)):
            if self.loops and not end[2] and any(_swaps(part) for part in body):
                raise CheckError("a swap that a loop carries over", s)
        if not one[2] or not two[2]:
            self.flow.control |= control  # whether the rest runs was decided here
        if one[2] and two[2]:
            self.defined = {name: t for name, t in one[0].items() if name in two[0]}
            self.spans = {name: bounds.join(e, two[1][name]) for name, e in one[1].items() if name in two[1]}
        elif one[2] or two[2]:
            self.defined, self.spans, _ = one if one[2] else two
        self.alive = one[2] or two[2]

    def return_(self, s: Return) -> None:
        types = tuple([self.expression(value) for value in s.values])
        if types != (self.results or ()):
            raise CheckError("the results have other types than declared", s)
        if self.results:
            self.flow.output(self.flow.take(), s)
        self.flow.leave()
        self.alive = False


def _swaps(s) -> bool:
    return type(s) is Unpack and type(s.value) is Pack


_STATEMENTS = {
    Assign: BodyRules.assign,
    Unpack: BodyRules.unpack,
    Update: BodyRules.update,
    Store: BodyRules.store,
    Do: BodyRules.do,
    Print: BodyRules.print,
    If: BodyRules.if_,
    For: BodyRules.for_,
    Each: BodyRules.each,
    While: BodyRules.while_,
    Break: BodyRules.leave,
    Continue: BodyRules.leave,
    Return: BodyRules.return_,
    Comment: BodyRules.comment,
}
