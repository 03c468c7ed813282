"""One kernel as data: immutable typed nodes.

Every expression carries its type. Array extents, launch dimensions and the spans of integers are bounds over
named sizes ("n", "rows"): they are never printed, but let the checker prove that no index leaves its array.
"""

from __future__ import annotations

from typing import NamedTuple

from generation.language.types import Array, Handle, Scalar, Struct, Tuple, Type, Value


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

# ---------------------------------------------------------------- declarations


class Param(NamedTuple):
    """A parameter; `extents` bound an array's axes, `span` the integers it holds or is.

    `held` says the same of what a struct holds: a parameter per array or bounded integer in it, by its path.
    Only functions have parameters with a default.
    """

    name: str
    type: Type
    role: str = "in"  # in, out, inout
    extents: tuple[Bound, ...] = ()
    span: Span | None = None
    default: Const | None = None
    held: tuple[Param, ...] = ()


class Function(NamedTuple):
    """A `@wp.func`; one result, several or none.

    Functions of one name are overloads of each other. A generic one says `Any` for what is made of
    floating-point numbers; its instances stand here one by one and are printed once. `gradient_of` names
    the function to whose adjoint this one gives another body; its last parameters are the adjoints of the
    results.
    """

    name: str
    params: tuple[Param, ...]
    results: tuple[Value, ...]
    body: tuple[Statement, ...]
    doc: str = ""
    generic: bool = False
    annotated: bool = False  # with the types of its results
    gradient_of: str = ""


class Kernel(NamedTuple):
    """A `@wp.kernel` over a launch of one thread per index; `threads` are the names wp.tid() binds."""

    name: str
    params: tuple[Param, ...]
    launch: tuple[Bound, ...]
    threads: tuple[Var, ...]
    body: tuple[Statement, ...]
    doc: str = ""
    generic: bool = False  # says Any for its scalar, and is made concrete by wp.overload


class Factory(NamedTuple):
    """`def make_kernel(order: int, weight: wp.Function)` around the kernel: what it takes is fixed when the
    kernel is made.

    `values` are constants of the program, `functions` pairs of a parameter and the function passed for it,
    `inner` the functions that are defined inside because they use one of these.
    """

    name: str
    values: tuple[str, ...] = ()
    functions: tuple[tuple[str, str], ...] = ()
    inner: tuple[str, ...] = ()


class Layout(NamedTuple):
    """Where lines end, and where blank lines and comments stand."""

    width: int = 100
    tab: str = "    "
    sections: tuple[str, ...] = ()  # comments over the inputs and over the outputs of a kernel's signature
    after_threads: bool = False  # blank lines: below wp.tid(), below and above blocks, ...
    after_blocks: bool = False
    before_blocks: bool = False
    before_comments: bool = False
    before_outputs: bool = False


class Style(NamedTuple):
    """How the same program may be spelled; no part of its structure."""

    short_types: bool = True  # wp.vec3 rather than wp.vec3f
    bracket_arrays: bool = False  # wp.array2d[float] rather than wp.array(dtype=float, ndim=2)
    sized_casts: bool = False  # wp.int32(x) rather than int(x)
    generic_casts: bool = False  # type(x)(0.5) rather than 0.5 or wp.float64(0.5)
    bare_math: bool = False  # Python's min(), max(), abs(), round() rather than wp.min(), ...
    calls: bool = False  # wp.pow(x, y) and wp.mul(m, v) rather than ** and @
    all_calls: bool = False  # wp.add(x, y): every operator as the call it stands for
    generic_constructors: bool = False  # wp.quaternion(...), wp.vector(...), wp.matrix(..., shape=(2, 2))
    lengths: bool = False  # len(x) rather than x.shape[0]
    named_fields: bool = True  # Hit(t=t, face=f) rather than Hit(t, f)
    array1d: bool = False  # wp.array1d(dtype=float) rather than wp.array(dtype=float)
    plain_constants: bool = False  # EPSILON = 1.0e-6 rather than wp.constant(1.0e-6)
    ndim_arrays: bool = False  # wp.array(dtype=float, ndim=2) rather than wp.array2d(dtype=float)
    short_exponents: bool = False  # 1e-6 rather than 1.0e-6
    chains: bool = False  # 0 <= i < n rather than 0 <= i and i < n
    truth: bool = False  # if count and not flag rather than count != 0 and flag == 0
    layout: Layout = Layout()
    type_names: tuple[tuple[Type, str], ...] = ()  # of types that Warp has no name for


class Program(NamedTuple):
    """A constant called `Shape.SPHERE` belongs to an enumeration or class of that name."""

    family: str
    structs: tuple[Struct, ...]
    constants: tuple[tuple[Var, Const], ...]
    functions: tuple[Function, ...]
    kernel: Kernel
    style: Style = Style()
    factory: Factory | None = None

    @property
    def name(self) -> str:
        return self.kernel.name

    @property
    def num_params(self) -> int:
        return len(self.kernel.params)


def extents_match(type_: Type, extents: tuple[Bound, ...]) -> bool:
    if isinstance(type_, Handle):
        return type_.axes == len(extents)
    return (type_.ndim if isinstance(type_, Array) else 0) == len(extents)
