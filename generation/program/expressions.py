"""The checker's half that reads: the type of every expression, the span of every integer, what is defined."""

from __future__ import annotations

import keyword
from functools import lru_cache

from generation.errors import CheckError
from generation.language import identifiers
from generation.language.operations import overload_of
from generation.language.types import (
    BOOL,
    I32,
    INTS,
    Array,
    Handle,
    Matrix,
    Scalar,
    Struct,
    Tile,
    Transform,
    Vector,
    matrix,
    quaternion,
    scalar_of,
    vector,
)
from generation.program import bounds, tiles
from generation.program.blocks import TileRules
from generation.program.bounds import Ends
from generation.program.calls import CallRules, Effect, Known
from generation.program.declarations import Param, Program, extents_match
from generation.program.dependence import Dependence, Ownership
from generation.program.domains import DOMAINS, DomainRules
from generation.program.effects import EffectRules
from generation.program.nodes import (
    Adjoint,
    Alike,
    Atomic,
    Bound,
    Call,
    Choice,
    Component,
    Const,
    Construct,
    Field,
    Gradient,
    Load,
    Op,
    Range,
    Scratch,
    Shape,
    Tiled,
    Var,
    View,
)
from generation.program.sense import flaw
from generation.program.spans import SpanRules
from generation.program.storage import Place, StorageRules, whole_name

_LETTERS = {"x": 0, "y": 1, "z": 2, "w": 3}
_INTEGER_RANGE = {t: (-(2 ** (t.bits - 1)), 2 ** (t.bits - 1) - 1) for t in INTS if t.kind == "int"}
_INTEGER_RANGE |= {t: (0, 2**t.bits - 1) for t in INTS if t.kind == "uint"}


@lru_cache(4096)
def require_name(dotted: str) -> None:
    """Raise unless this is a name that Python, C++ and Warp all accept."""
    for name in dotted.split("."):
        if not name.isidentifier() or keyword.iskeyword(name) or name in identifiers.RESERVED:
            raise CheckError(f"{name!r} cannot be a name: a reserved word of Python, C++ or Warp")


def require_names(names: list[str]) -> None:
    """Raise unless these are different names that Python, C++ and Warp all accept."""
    for name in names:
        require_name(name)
    if len(set(names)) != len(names):
        raise CheckError(f"a name is declared twice: {sorted(n for n in set(names) if names.count(n) > 1)}")


class ExpressionRules(SpanRules, DomainRules, StorageRules, TileRules, CallRules, EffectRules):
    """The state of a walk through one body, and the rules for what it may read."""

    def __init__(self, program: Program, functions: dict[str, list[Known]], params, kernel, results):
        self.functions = functions
        self.results = results
        self.effects: list[Effect] = []
        self.differentiates = self.gradient = self.paired = False
        self.params: dict[str, Param] = {param.name: param for param in params}
        self.constants = {var.name: const.type for var, const in program.constants}
        self.defined: dict[str, object] = {}
        self.spans: dict[str, Ends] = {
            var.name: bounds.exactly(const.value) for var, const in program.constants if const.type is I32
        }
        self.literals: set[str] = (
            set()
        )  # locals bound to a bare literal, which Warp will not change in a loop
        self.still: set[str] = set()  # locals made to change, and not changed so far
        self.views: set[str] = set()
        self.faces: dict[str, Bound] = {}  # locals that hold what a mesh query found -> the faces there are
        self.flow = Dependence()
        threads = kernel.threads if kernel else [param for param in params if param.type is I32]
        places = (kernel.params, kernel.launch) if kernel else ()
        self.owner = Ownership([var.name for var in threads], *places)
        self.used: set[str] = set()
        self.structs: set[Struct] = set()
        self.alive = True
        self.loops = 0
        self.arm = False  # whether the innermost block is a branch of an `if`
        self.unrolled: dict[str, int] = {}  # variables of constant loops -> how often they were read
        self.widened: set[str] = set()  # those of them that were converted to 64 bits
        self.is_kernel = kernel is not None
        self.arrays: dict[str, Place] = {}
        self.unread_outputs = {param.name for param in params if param.role != "in"}
        require_names([*self.params, *(var.name for var in kernel.threads)] if kernel else list(self.params))
        for param in params:
            if not extents_match(param.type, param.extents):
                raise CheckError(f"{len(param.extents)} extents for the type of {param.name}", param)
            self.type_used(param.type)
            self.defined[param.name] = param.type
            if isinstance(param.type, Handle) and param.extents:
                self.spans[param.name] = param.extents[0], param.extents[0]
            self.declare(param)
        if kernel:
            for var, size in zip(kernel.threads, kernel.launch, strict=True):
                self.defined[var.name] = I32
                self.spans[var.name] = (bounds.ZERO, bounds.shift(size, -1))

    def type_used(self, type_) -> None:
        base = type_.dtype if isinstance(type_, Array) else type_
        if isinstance(base, Struct) and base not in self.structs:
            self.structs.add(base)
            for _, inner in base.fields:
                self.type_used(inner)

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
            if e.name in self.unrolled:
                self.unrolled[e.name] += 1
        elif stored and kind in (Load, Field, Component):
            type_ = _EXPRESSIONS[kind](self, e, True)
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
            tile = tiles.arithmetic(e.operation, types) if any(isinstance(t, Tile) for t in types) else None
            if tile is not None:
                return tile
            names = ", ".join(getattr(t, "name", repr(t)) for t in types)
            raise CheckError(f"no overload of {e.operation} for ({names})", e)
        problem = flaw(e)
        if problem:
            raise CheckError(problem, e)
        if e.operation in DOMAINS:
            self.domain(e)
        elif types and type(types[0]) is Handle:
            self.indexed(e, overload.domains)
        return overload.result

    def field(self, e: Field, stored: bool = False):
        base = self.expression(e.value, stored)
        if isinstance(base, Struct):
            type_ = base.field(e.name)
        elif isinstance(base, Transform):
            type_ = {"p": vector(3, base.dtype), "q": quaternion(base.dtype)}.get(e.name)
        else:
            known = isinstance(base, Vector) and _LETTERS.get(e.name, 9) < base.length
            type_ = base.dtype if known else None
        if type_ is None:
            raise CheckError(f"no field {e.name}", e)
        return type_

    def component(self, e: Component, stored: bool = False):
        base = self.expression(e.value, stored)
        whole_name(e.value, e)
        if isinstance(base, Matrix):
            sizes = (base.rows, base.cols)
        else:
            sizes = (base.length if isinstance(base, Vector) else 7 if isinstance(base, Transform) else 4,)
        if isinstance(base, Scalar | Struct | Array) or not 0 < len(e.indices) <= len(sizes):
            raise CheckError("components need one index per axis", e)
        kept = list(sizes[len(e.indices) :])
        for index, size in zip(reversed(e.indices), reversed(sizes[: len(e.indices)]), strict=True):
            if type(index) is Range:
                kept.insert(0, self.stretch_of(index, size, e))
                continue
            if self.expression(index) is not I32:
                raise CheckError("an index must be an int", e)
            first = -size if type(index) is Const else 0
            if not bounds.inside(self.span(index), Bound("", first), Bound("", size - 1)):
                raise CheckError("a component that may not exist", e)
        if not kept:
            return scalar_of(base)
        if not isinstance(base, Vector | Matrix):
            raise CheckError("only vectors and matrices have parts", e)
        return vector(*kept, base.dtype) if len(kept) == 1 else matrix(*kept, base.dtype)

    def stretch_of(self, range_: Range, size: int, e) -> int:
        """The length of a stretch of components, which must be known."""
        ends = (range_.start or Const(I32, 0), range_.stop or Const(I32, size))
        if any(type(end) is not Const for end in ends):
            raise CheckError("the ends of a part of a vector must be literals", e)
        start, stop = ends[0].value, ends[1].value
        if not 0 <= start < stop - 1 < size:
            raise CheckError("a stretch of components that may not exist", e)
        return stop - start

    def choice(self, e: Choice):
        if self.expression(e.condition) is not BOOL:
            raise CheckError("a condition must be a bool", e)
        if self.expression(e.accepted) is not self.expression(e.otherwise):
            raise CheckError("both values must have one type", e)
        if e.accepted == e.otherwise:
            raise CheckError("a choice between twice the same", e)
        return e.type

    def construct(self, e: Construct):
        self.type_used(e.type)
        types = [self.expression(argument) for argument in e.arguments]
        if types and types != [type_ for _, type_ in e.type.fields]:
            raise CheckError(f"{e.type.name} has other fields", e)
        return e.type


_EXPRESSIONS = {
    Const: ExpressionRules.const,
    Op: ExpressionRules.op,
    Load: ExpressionRules.load,
    Field: ExpressionRules.field,
    Component: ExpressionRules.component,
    View: ExpressionRules.view,
    Scratch: ExpressionRules.scratch,
    Choice: ExpressionRules.choice,
    Call: ExpressionRules.call,
    Gradient: ExpressionRules.derivative,
    Alike: ExpressionRules.alike,
    Adjoint: ExpressionRules.adjoint,
    Construct: ExpressionRules.construct,
    Shape: ExpressionRules.shape,
    Atomic: ExpressionRules.atomic,
    Tiled: ExpressionRules.tiled,
}
