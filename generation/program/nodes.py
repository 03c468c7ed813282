"""Expressions and statements as data: immutable typed nodes.

Every expression carries its type. Array extents, launch dimensions and the spans of integers are bounds over
named sizes ("n", "rows"): they are never printed, but let the checker prove that no index leaves its array.
"""

from __future__ import annotations

from typing import NamedTuple

from generation.language.types import Array, Scalar, Struct, Tuple, Type, Value


class Bound(NamedTuple):
    """`size + offset`, or the plain number `offset` where `size` is empty."""

    size: str
    offset: int


class Span(NamedTuple):
    """Integers from `low` to `high`, both included; an end may be unknown.

    `distinct`: no two elements of the array are the same, as in a permutation.
    """

    low: Bound | None
    high: Bound | None
    distinct: bool = False


def count(size: str, offset: int = 0) -> Bound:
    return Bound(size, offset)


# ---------------------------------------------------------------- expressions


class Const(NamedTuple):
    """A literal. For vectors, matrices and quaternions 0 is the zero value and 1 the identity."""

    type: Value
    value: float | int | bool


class Var(NamedTuple):
    """A parameter, a local or a module constant, by name."""

    type: Type
    name: str


class Op(NamedTuple):
    """An operation of `language.operations` applied to its arguments."""

    type: Value
    operation: str
    arguments: tuple[Expression, ...]


class Load(NamedTuple):
    """One element of an array."""

    type: Value
    array: Expression
    indices: tuple[Expression, ...]


class Field(NamedTuple):
    """A field of a struct, or a component by letter (x, y, z, w)."""

    type: Type
    value: Expression
    name: str


class Range(NamedTuple):
    """`start:stop` in a subscript; an end that is left out is the axis's own."""

    start: Expression | None
    stop: Expression | None


class Component(NamedTuple):
    """Components of a vector, matrix or quaternion by number: one, a row `m[0]`, or a stretch `v[0:2]`."""

    type: Value
    value: Expression
    indices: tuple[Expression | Range, ...]


class View(NamedTuple):
    """A part of an array that is an array itself: `a[i]` of several axes, `a[lo:hi]`, `a[:, j]`."""

    type: Array
    array: Expression
    places: tuple[Expression | Range, ...]


class Scratch(NamedTuple):
    """A small array of the thread's own, `wp.zeros(shape=(8,), dtype=float)`; `span` as of a parameter."""

    type: Array
    shape: tuple[int, ...]
    span: Span | None = None


class Choice(NamedTuple):
    """`accepted if condition else otherwise`."""

    type: Value
    condition: Expression
    accepted: Expression
    otherwise: Expression


class Call(NamedTuple):
    """A call of one of the program's own functions; `keywords` name the last arguments."""

    type: Type
    function: str
    arguments: tuple[Expression, ...]
    keywords: tuple[str, ...] = ()


class Gradient(NamedTuple):
    """`wp.grad(function)(...)`: the derivatives of a function's result by each of its arguments."""

    type: Type
    function: str
    arguments: tuple[Expression, ...]


class Alike(NamedTuple):
    """A number in the type of something that is `Any`: `type(x)(0.5)`, `values.dtype(0.5)`."""

    type: Scalar
    like: Var
    value: Expression


class Adjoint(NamedTuple):
    """`wp.adjoint[x]`: in a custom gradient, where the derivative by an argument is added up."""

    type: Value
    variable: Var


class Construct(NamedTuple):
    """A struct of its fields in order, or its zero value, `Particle()`."""

    type: Struct
    arguments: tuple[Expression, ...] = ()


class Shape(NamedTuple):
    """`array.shape[axis]`."""

    type: Value
    array: Expression
    axis: int


class Atomic(NamedTuple):
    """An atomic update of one element; its value is the element before the update."""

    type: Value
    operation: str  # atomic_add, _sub, _min, _max, _and, _or, _xor, _exch, _cas
    array: Expression
    indices: tuple[Expression, ...]
    value: Expression
    compare: Expression | None = None  # what atomic_cas expects to find


class Pack(NamedTuple):
    """Several values at once, `b, a`, for as many targets."""

    type: Tuple
    values: tuple[Expression, ...]


class Tiled(NamedTuple):
    """A built-in on tiles, whose threads of a block work together; launched with wp.launch_tiled.

    `function` is what a map or a reduction applies: a built-in by name or one of the program's own; `shape`
    and `offset` are printed where the built-in asks for them.
    """

    type: Type
    operation: str
    arguments: tuple[Expression, ...]
    function: str | Var | None = None
    shape: tuple[Expression, ...] = ()
    offset: tuple[Expression, ...] = ()
    axis: int | None = None


Expression = (
    Const | Var | Op | Load | Field | Component | View | Scratch | Choice | Call | Gradient | Alike | Adjoint
) | (Construct | Shape | Atomic | Pack | Tiled)

# ---------------------------------------------------------------- statements


class Assign(NamedTuple):
    """Bind or rebind a local."""

    target: Var
    value: Expression


class Unpack(NamedTuple):
    """Bind several locals at once: to the results of one call, or to values that are packed."""

    targets: tuple[Var, ...]
    value: Expression


class Update(NamedTuple):
    """`target operation= value`; the target is a local, an array element or a component."""

    target: Expression
    operation: str
    value: Expression


class Store(NamedTuple):
    """Write an array element, a component or a struct field."""

    target: Load | Component | Field
    value: Expression


class Do(NamedTuple):
    """An expression for its effect: an atomic, or a tile that is stored or multiplied in place."""

    value: Expression


class Print(NamedTuple):
    """Values written to the console: `printf` with a format made of their names and types, or `print`."""

    operation: str
    values: tuple[Expression, ...]


class If(NamedTuple):
    condition: Expression
    accepted: tuple[Statement, ...]
    otherwise: tuple[Statement, ...] = ()


class For(NamedTuple):
    """`for variable in range(start, stop, step)`; a step that is no number is positive."""

    variable: Var
    start: Expression
    stop: Expression
    step: int | Expression
    body: tuple[Statement, ...]


class Each(NamedTuple):
    """`for variable in query`, or the `while` around `advance(query, variable)` that does the same."""

    variable: Var
    query: Expression
    holder: Var | None  # the local that holds the query; a `while` needs one
    advance: str | None
    body: tuple[Statement, ...]


class While(NamedTuple):
    condition: Expression
    body: tuple[Statement, ...]


class Break(NamedTuple):
    """Nodes compare as plain tuples do: a field tells it from `Continue`."""

    more: int = 0


class Continue(NamedTuple):
    more: int = 1


class Return(NamedTuple):
    values: tuple[Expression, ...] = ()


class Comment(NamedTuple):
    """A note on the statement that follows, above it or `beside` it; no part of the structure."""

    text: str
    beside: bool = False


Statement = (
    Assign
    | Unpack
    | Update
    | Store
    | Do
    | Print
    | If
    | For
    | Each
    | While
    | Break
    | Continue
    | Return
    | Comment
)
