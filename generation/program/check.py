"""The one judge of programs: types, definition before use, bounds, dead code, races.

A program that passes generates code under Warp and, launched over arrays of the declared extents, stays inside
them, divides by no zero integer and writes each element from one thread. Verification does not believe it.
"""

from __future__ import annotations

import keyword

from generation.errors import CheckError
from generation.language import identifiers
from generation.language.operations import OPERATIONS, overload_of
from generation.language.types import BOOL, I32, INTS, Array, Matrix, Scalar, Struct, Tuple, Vector, scalar_of, tuple_of
from generation.program import bounds
from generation.program.bounds import UNKNOWN, Ends
from generation.program.dependence import Dependence, Ownership, is_data
from generation.program.nodes import (
    Assign,
    Atomic,
    Bound,
    Break,
    Call,
    Choice,
    Component,
    Const,
    Construct,
    Continue,
    Do,
    Field,
    For,
    Function,
    If,
    Load,
    Op,
    Param,
    Program,
    Return,
    Shape,
    Store,
    Unpack,
    Update,
    Var,
    While,
    extents_match,
)

_LETTERS = {"x": 0, "y": 1, "z": 2, "w": 3}
_UPDATES = {"add": "add", "sub": "sub", "mul": "mul", "div": "div", "bit_or": "bit_or", "bit_xor": "bit_xor"}
_ATOMICS = ("atomic_add", "atomic_sub", "atomic_min", "atomic_max")
_INTEGER_RANGE = {t: (-(2 ** (t.bits - 1)), 2 ** (t.bits - 1) - 1) for t in INTS if t.kind == "int"}
_INTEGER_RANGE |= {t: (0, 2**t.bits - 1) for t in INTS if t.kind == "uint"}
_MAX_UNROLL = 16  # Warp unrolls constant loops up to this many trips


def check(program: Program) -> None:
    """Raise CheckError, naming the node, where the program breaks a rule; return None where it is sound."""
    functions: dict[str, Function] = {}
    names = [var.name for var, _ in program.constants] + [struct.name for struct in program.structs]
    names += [function.name for function in program.functions] + [program.kernel.name]
    _distinct(names)
    used: set[str] = set()
    structs: set[Struct] = set()
    for function in program.functions:
        walk = _Walk(program, functions, function.params, None, function.results)
        walk.body(function.body)
        if walk.alive:
            raise CheckError(f"a path through {function.name} returns nothing", function.body)
        walk.finish()
        used |= walk.used
        structs |= walk.structs
        functions[function.name] = function
    kernel = program.kernel
    if len(kernel.launch) != len(kernel.threads):
        raise CheckError(f"{len(kernel.launch)} launch dimensions for {len(kernel.threads)} thread indices", kernel)
    walk = _Walk(program, functions, kernel.params, kernel, None)
    walk.body(kernel.body)
    walk.finish()
    used |= walk.used
    structs |= walk.structs
    for name in (*functions, *(var.name for var, _ in program.constants)):
        if name not in used:
            raise CheckError(f"{name} is declared and never used")
    for struct in program.structs:
        if struct not in structs:
            raise CheckError(f"struct {struct.name} is declared and never used")


def _distinct(names: list[str]) -> None:
    for name in names:
        if not name.isidentifier() or keyword.iskeyword(name) or name in identifiers.RESERVED:
            raise CheckError(f"{name!r} cannot be a name: a reserved word of Python, C++ or Warp")
    if len(set(names)) != len(names):
        raise CheckError(f"a name is declared twice: {sorted(n for n in set(names) if names.count(n) > 1)}")


class _Walk:
    """One function or kernel body, in order of execution."""

    def __init__(self, program: Program, functions: dict[str, Function], params, kernel, results):
        self.functions = functions
        self.results = results
        self.params: dict[str, Param] = {param.name: param for param in params}
        self.constants = {var.name: const.type for var, const in program.constants}
        self.defined: dict[str, object] = {}
        self.spans: dict[str, Ends] = {}
        self.literals: set[str] = set()  # locals bound to a bare literal, which Warp will not change in a loop
        self.flow = Dependence()
        self.owner = Ownership(kernel)
        self.used: set[str] = set()
        self.structs: set[Struct] = set()
        self.alive = True
        self.loops = 0
        self.is_kernel = kernel is not None
        self.unread_outputs = {param.name for param in params if param.role != "in"}
        _distinct([*self.params, *(var.name for var in kernel.threads)] if kernel else list(self.params))
        for param in params:
            if not extents_match(param.type, param.extents):
                raise CheckError(f"{len(param.extents)} extents for the type of {param.name}", param)
            self.type_used(param.type)
            self.defined[param.name] = param.type
            if not isinstance(param.type, Array) and param.span:
                self.spans[param.name] = bounds.ends(param.span)
        if kernel:
            for var, size in zip(kernel.threads, kernel.launch, strict=True):
                self.defined[var.name] = I32
                self.spans[var.name] = (bounds.ZERO, bounds.shift(size, -1))

    def type_used(self, type_) -> None:
        base = type_.dtype if isinstance(type_, Array) else type_
        if isinstance(base, Struct):
            self.structs.add(base)

    def finish(self) -> None:
        if self.is_kernel and self.unread_outputs:
            raise CheckError(f"nothing is written to {sorted(self.unread_outputs)}")
        if self.is_kernel and not self.flow.outputs:
            raise CheckError("the kernel writes nothing")
        data = {name for name, param in self.params.items() if is_data(param)}
        self.flow.finish(data, {name for name, param in self.params.items() if param.role == "in"})
        self.owner.finish()

    # ------------------------------------------------------------ statements

    def body(self, statements) -> None:
        if not statements:
            raise CheckError("an empty block")
        for statement in statements:
            if not self.alive:
                raise CheckError("code after a return, break or continue", statement)
            _STATEMENTS[type(statement)](self, statement)

    def bind(self, var: Var, type_, node) -> None:
        known = self.defined.get(var.name)
        if known is not None and known is not type_:
            raise CheckError(f"{var.name} changes its type", node)
        if var.type is not type_:
            raise CheckError(f"{var.name} is declared with another type than its value", node)
        if var.name in self.params or var.name in self.owner.threads or var.name in self.constants:
            raise CheckError(f"{var.name} is a parameter and cannot be rebound", node)
        if known is None:
            _distinct([var.name])
            if var.name in self.functions or isinstance(type_, Array | Tuple):
                raise CheckError(f"{var.name} cannot be bound to this", node)
        elif self.loops and var.name in self.literals:
            raise CheckError(f"{var.name} starts as a literal and changes in a loop: make it dynamic", node)
        self.defined[var.name] = type_

    def assign(self, s: Assign) -> None:
        type_ = self.expression(s.value)
        rebound = s.target.name in self.defined
        self.bind(s.target, type_, s)
        reads = self.flow.take()
        self.flow.assign(s.target.name, reads, s)
        self.note(s.target.name, type_, s.value, rebound)

    def note(self, name: str, type_, value, rebound: bool) -> None:
        if type(value) is Const and isinstance(type_, Scalar):
            self.literals.add(name)
        elif not rebound:
            self.literals.discard(name)
        if type_ is I32:
            self.spans[name] = self.span(value)
        if type(value) is Atomic and not rebound:
            self.owner.unique.add(name)
        elif rebound:
            self.owner.unique.discard(name)

    def unpack(self, s: Unpack) -> None:
        type_ = self.expression(s.value)
        if not isinstance(type_, Tuple) or len(type_.items) != len(s.targets):
            raise CheckError("as many targets as results are needed", s)
        reads = self.flow.take()
        for target, item in zip(s.targets, type_.items, strict=True):
            self.bind(target, item, s)
            self.flow.assign(target.name, reads, s)
            self.spans.pop(target.name, None)

    def update(self, s: Update) -> None:
        if s.operation not in _UPDATES:
            raise CheckError(f"no in-place form of {s.operation}", s)
        target = self.expression(s.target, stored=True)
        overload = overload_of(s.operation, (target, self.expression(s.value)), target)
        if overload is None or overload.result is not target:
            raise CheckError("the operation does not give the type of its target", s)
        if type(s.target) is Var:
            name = s.target.name
            self.bind(s.target, target, s)
            self.flow.update(name, self.flow.take())
            self.spans.pop(name, None)
            self.owner.unique.discard(name)
        else:
            self.write(s.target, s)

    def store(self, s: Store) -> None:
        target = self.expression(s.target, stored=True)
        if self.expression(s.value) is not target:
            raise CheckError("the value has another type than its target", s)
        self.write(s.target, s)

    def write(self, target, node) -> None:
        names = self.flow.take()
        path = target
        while type(path) in (Component, Field):
            path = path.value
        if type(path) is Var:
            if path.name in self.params:
                raise CheckError(f"{path.name} is a parameter passed by value", node)
            self.flow.update(path.name, names)
        elif type(path) is Load:
            self.written(path, node)
            self.owner.stores.setdefault(path.array.name, []).append((self.owner.pattern(path.indices), node))
            self.flow.output(names, node)
        else:
            raise CheckError("this cannot be written to", node)

    def written(self, load, node) -> None:
        param = self.params.get(load.array.name) if type(load.array) is Var else None
        if param is None or param.role == "in":
            raise CheckError("only an output array can be written", node)
        self.unread_outputs.discard(param.name)

    def do(self, s: Do) -> None:
        if type(s.value) is not Atomic:
            raise CheckError("an expression whose value is dropped", s)
        self.expression(s.value)
        self.flow.output(self.flow.take(), s)

    def condition(self, e) -> set[str]:
        if self.expression(e) is not BOOL:
            raise CheckError("a condition must be a bool", e)
        if type(e) is Const:
            raise CheckError("a condition that is always the same", e)
        return self.flow.take()

    def branch(self, body, condition, truth: bool, control: set[str]):
        """Walk a nested body on a copy of the state; what it ends with."""
        defined, spans, alive = self.defined, self.spans, self.alive
        self.defined, self.spans = dict(defined), dict(spans)
        if condition is not None:
            self.assume(condition, truth)
        outer, self.flow.control = self.flow.control, self.flow.control | control
        self.flow.unread.append({})
        if body:
            self.body(body)
        self.flow.unread.pop()
        self.flow.control = outer
        result = self.defined, self.spans, self.alive
        self.defined, self.spans, self.alive = defined, spans, alive
        return result

    def if_(self, s: If) -> None:
        control = self.condition(s.condition)
        if not s.accepted:
            raise CheckError("an empty branch", s)
        one = self.branch(s.accepted, s.condition, True, control)
        two = self.branch(s.otherwise, s.condition, False, control)
        if not one[2] or not two[2]:
            self.flow.control |= control  # whether the rest runs was decided here
        if one[2] and two[2]:
            self.defined = {name: t for name, t in one[0].items() if name in two[0]}
            self.spans = {name: bounds.join(e, two[1][name]) for name, e in one[1].items() if name in two[1]}
        elif one[2] or two[2]:
            self.defined, self.spans, _ = one if one[2] else two
        self.alive = one[2] or two[2]

    def forget(self, body) -> None:
        """Drop what is known of the locals that a loop changes."""
        if not body:
            raise CheckError("an empty loop")
        for name in _rebound(body):
            self.spans.pop(name, None)
            self.owner.unique.discard(name)

    def loop(self, body, condition, control: set[str], variable: Var | None = None, span: Ends = UNKNOWN) -> None:
        outer_defined, outer_spans = self.defined, self.spans
        if variable is not None:
            if variable.type is not I32 or variable.name in self.defined:
                raise CheckError(f"{variable.name} is no fresh int to count with", variable)
            _distinct([variable.name])
            self.defined = {**self.defined, variable.name: I32}
            self.spans = {**self.spans, variable.name: span}
            self.flow.loops[variable.name] = control
        self.loops += 1
        before = self.flow.control
        self.branch(body, condition, True, control)
        self.flow.control = before
        self.loops -= 1
        self.alive = True
        self.defined, self.spans = outer_defined, outer_spans

    def for_(self, s: For) -> None:
        if s.step == 0 or self.expression(s.start) is not I32 or self.expression(s.stop) is not I32:
            raise CheckError("range() needs ints and a step other than 0", s)
        start, stop = self.span(s.start), self.span(s.stop)
        if type(s.start) is Const and type(s.stop) is Const and not range(s.start.value, s.stop.value, s.step):
            raise CheckError("a loop that never runs", s)
        span = (start[0], bounds.shift(stop[1], -1)) if s.step > 0 else (bounds.shift(stop[0], 1), start[1])
        if type(s.start) is Const and type(s.stop) is Const:
            numbers = range(s.start.value, s.stop.value, s.step)
            span = Bound("", min(numbers)), Bound("", max(numbers))
        self.forget(s.body)
        self.loop(s.body, None, self.flow.take(), s.variable, span)

    def while_(self, s: While) -> None:
        self.forget(s.body)
        self.loop(s.body, s.condition, self.condition(s.condition))

    def leave(self, s) -> None:
        if not self.loops:
            raise CheckError("break or continue outside a loop", s)
        self.flow.leave()
        self.alive = False

    def return_(self, s: Return) -> None:
        types = tuple([self.expression(value) for value in s.values])
        if types != (self.results or ()):
            raise CheckError("the results have other types than declared", s)
        if self.results:
            self.flow.output(self.flow.take(), s)
        self.flow.leave()
        self.alive = False

    # ------------------------------------------------------------ expressions

    def expression(self, e, stored: bool = False):
        """The type of an expression, proven; `stored` where it is the target of a write."""
        kind = type(e)
        if kind is Var:
            type_ = self.defined.get(e.name)
            if type_ is None:
                type_ = self.constants.get(e.name)
                self.used.add(e.name)
                if type_ is None:
                    raise CheckError(f"{e.name} is not defined on every path to its use", e)
            self.flow.reads.append(e.name)
        elif kind is Load and stored:
            type_ = self.load(e, stored)
        else:
            type_ = _EXPRESSIONS[kind](self, e)
        if type_ is not e.type:
            raise CheckError("a node declared with another type than it has", e)
        return type_

    def const(self, e: Const):
        if isinstance(e.type, Scalar):
            wanted = {"bool": bool, "float": float}.get(e.type.kind, int)
            if type(e.value) is not wanted:
                raise CheckError(f"a {e.type.name} literal must be a {wanted.__name__}", e)
            low, high = _INTEGER_RANGE.get(e.type, (e.value, e.value))
            if not low <= e.value <= high:
                raise CheckError(f"{e.value} is no {e.type.name}", e)
        elif e.value not in (0, 1):
            raise CheckError("a constant of this type is its zero or its identity", e)
        return e.type

    def op(self, e: Op):
        arguments = e.arguments
        types = tuple([self.expression(a) for a in arguments])
        overload = overload_of(e.operation, types, e.type)
        if overload is None:
            names = ", ".join(getattr(t, "name", repr(t)) for t in types)
            raise CheckError(f"no overload of {e.operation} for ({names})", e)
        if e.operation in ("floordiv", "mod") and e.type.kind != "float":
            if not bounds.at_most(bounds.ONE, self.span(arguments[1])[0]):
                raise CheckError("an integer divisor that may be zero or negative", e)
        elif e.operation in ("lshift", "rshift") and not bounds.inside(
            self.span(arguments[1]), bounds.ZERO, Bound("", 31)
        ):
            raise CheckError("a shift by an amount that may leave 0 to 31", e)
        elif e.operation in ("div", "floordiv", "mod") and type(arguments[1]) is Const and not arguments[1].value:
            raise CheckError("a division by the literal zero", e)
        return overload.result

    def load(self, e: Load, stored: bool = False):
        array = self.expression(e.array)
        if not isinstance(array, Array) or len(e.indices) != array.ndim or type(e.array) is not Var:
            raise CheckError("an element needs an array parameter and one index per axis", e)
        param = self.params[e.array.name]
        for index, extent in zip(e.indices, param.extents, strict=True):
            if self.expression(index) is not I32:
                raise CheckError("an index must be an int", e)
            if not bounds.inside(self.span(index), bounds.ZERO, bounds.shift(extent, -1)):
                raise CheckError(f"an index of {param.name} that may leave its extent", e)
        if not stored:
            if param.role == "out":
                raise CheckError(f"{param.name} is an output and holds nothing to read", e)
            self.owner.loads.setdefault(param.name, []).append((self.owner.pattern(e.indices), e))
        return array.dtype

    def field(self, e: Field):
        base = self.expression(e.value, stored=type(e.value) is Load and e.value.array.name in self.unread_outputs)
        if isinstance(base, Struct):
            type_ = base.field(e.name)
        else:
            known = isinstance(base, Vector) and _LETTERS.get(e.name, 9) < base.length
            type_ = base.dtype if known else None
        if type_ is None:
            raise CheckError(f"no field {e.name}", e)
        return type_

    def component(self, e: Component):
        base = self.expression(e.value)
        if isinstance(base, Matrix):
            sizes = (base.rows, base.cols)
        else:
            sizes = (base.length if isinstance(base, Vector) else 4,)
        if isinstance(base, Scalar | Struct | Array) or len(e.indices) != len(sizes):
            raise CheckError("components need one index per axis", e)
        for index, size in zip(e.indices, sizes, strict=True):
            if self.expression(index) is not I32:
                raise CheckError("an index must be an int", e)
            if not bounds.inside(self.span(index), bounds.ZERO, Bound("", size - 1)):
                raise CheckError("a component that may not exist", e)
        return scalar_of(base)

    def choice(self, e: Choice):
        if self.expression(e.condition) is not BOOL:
            raise CheckError("a condition must be a bool", e)
        if self.expression(e.accepted) is not self.expression(e.otherwise):
            raise CheckError("both values must have one type", e)
        return e.type

    def call(self, e: Call):
        function = self.functions.get(e.function)
        if function is None:
            raise CheckError(f"{e.function} is not defined before its use", e)
        self.used.add(e.function)
        types = tuple([self.expression(a) for a in e.arguments])
        if types != tuple([param.type for param in function.params]):
            raise CheckError(f"{e.function} takes other arguments", e)
        for param, argument in zip(function.params, e.arguments, strict=True):
            if isinstance(param.type, Array):
                if self.params[argument.name].extents != param.extents:
                    raise CheckError(f"{e.function} expects an array of other extents", e)
                self.owner.loads.setdefault(argument.name, [])
            elif param.span and not bounds.inside(self.span(argument), param.span.low, param.span.high):
                raise CheckError(f"{e.function} expects {param.name} in another range", e)
        return function.results[0] if len(function.results) == 1 else tuple_of(function.results)

    def construct(self, e: Construct):
        self.type_used(e.type)
        return e.type

    def shape(self, e: Shape):
        if type(e.array) is not Var or not isinstance(self.defined.get(e.array.name), Array):
            raise CheckError("only an array parameter has a shape", e)
        if not 0 <= e.axis < self.params[e.array.name].type.ndim:
            raise CheckError("no such axis", e)
        self.flow.reads.append(e.array.name)
        return I32

    def atomic(self, e: Atomic):
        load = Load(e.type, e.array, e.indices)
        target = self.load(load, stored=True)
        if e.operation not in _ATOMICS or self.expression(e.value) is not target:
            raise CheckError("the value has another type than its target", e)
        self.written(load, e)
        self.owner.atomics.add(e.array.name)
        return target

    # ------------------------------------------------------------ spans

    def span(self, e) -> Ends:
        """The integers an expression may be."""
        kind = type(e)
        if kind is Const:
            return bounds.exactly(e.value) if type(e.value) is int else UNKNOWN
        if kind is Var:
            return self.spans.get(e.name, UNKNOWN)
        if kind is Op:
            transfer = bounds.TRANSFER.get(e.operation)
            return transfer(*[self.span(a) for a in e.arguments]) if transfer else UNKNOWN
        if kind is Shape:
            extent = self.params[e.array.name].extents[e.axis]
            return extent, extent
        if kind is Load or kind is Atomic:
            return bounds.ends(self.params[e.array.name].span)
        if kind is Choice:
            return bounds.join(self.span(e.accepted), self.span(e.otherwise))
        return UNKNOWN

    def assume(self, e, truth: bool) -> None:
        """Narrow the spans by a condition known to be true or false."""
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
            if type(left) is Var and left.name in self.spans:
                self.spans[left.name] = bounds.restrict(self.spans[left.name], relation, self.span(right))
            elif type(left) is Var and left.type is I32:
                self.spans[left.name] = bounds.restrict(UNKNOWN, relation, self.span(right))
            if type(right) is Var and right.type is I32:
                known = self.spans.get(right.name, UNKNOWN)
                self.spans[right.name] = bounds.restrict(known, bounds.MIRRORED[relation], self.span(left))


def _rebound(body) -> set[str]:
    """Every local that a body may bind."""
    found: set[str] = set()
    for s in body:
        kind = type(s)
        if kind in (Assign, Update):
            found.add(getattr(s.target, "name", ""))
        elif kind is Unpack:
            found |= {target.name for target in s.targets}
        elif kind is If:
            found |= _rebound(s.accepted) | _rebound(s.otherwise)
        elif kind in (For, While):
            found |= _rebound(s.body)
    return found


_STATEMENTS = {
    Assign: _Walk.assign,
    Unpack: _Walk.unpack,
    Update: _Walk.update,
    Store: _Walk.store,
    Do: _Walk.do,
    If: _Walk.if_,
    For: _Walk.for_,
    While: _Walk.while_,
    Break: _Walk.leave,
    Continue: _Walk.leave,
    Return: _Walk.return_,
}
_EXPRESSIONS = {
    Const: _Walk.const,
    Op: _Walk.op,
    Load: _Walk.load,
    Field: _Walk.field,
    Component: _Walk.component,
    Choice: _Walk.choice,
    Call: _Walk.call,
    Construct: _Walk.construct,
    Shape: _Walk.shape,
    Atomic: _Walk.atomic,
}
assert OPERATIONS.keys() >= _UPDATES.keys()
