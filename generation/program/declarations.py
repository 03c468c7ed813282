"""One kernel as data, above its statements: parameters, functions, the kernel itself, and its spelling."""

from __future__ import annotations

from typing import NamedTuple

from generation.language.types import Array, Handle, Struct, Type, Value
from generation.program.nodes import Bound, Const, Span, Statement, Var


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
