"""Kernels in memory, as the import of a package left them."""

from __future__ import annotations

import itertools
import random
import re
import typing
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import warp._src.codegen as codegen
import warp._src.context as context
import warp._src.types as warp_types

from generation.compilation.emission import emit
from generation.compilation.extraction import compile_unit, failure_of
from generation.compilation.ir import BACKENDS, KernelIR
from generation.compilation.loading import object_code
from generation.compilation.lowering.batches import in_halves
from generation.compilation.pinned import warp
from generation.compilation.standalone import standalone
from generation.errors import CompilationError

_TRIES = 60  # of types drawn at random, for a generic kernel that nobody instantiates
_BATCH = 64  # texts that are compiled as one
_USUAL = 3  # types that other parameters of the same name have, and _TRIES of their combinations


class LiveKernel(NamedTuple):
    """Where a kernel is from."""

    file: str
    line: int
    name: str


@contextmanager
def recorded() -> Iterator[list]:
    """The `wp.Kernel`s that are defined meanwhile, wherever they are and whoever forgets them. Launches do
    nothing but tell of which types a generic kernel is."""
    found, before = [], (context.Kernel.__init__, context.launch, context.launch_tiled)
    wp = warp()

    def noted(kernel, *args, **options):
        before[0](kernel, *args, **options)
        found.append(kernel)

    def launch(kernel, dim=None, inputs=(), outputs=(), *args, **options):
        if isinstance(kernel, context.Kernel) and kernel.is_generic:
            kernel.add_overload(kernel.infer_argument_types([*inputs, *outputs]))

    context.Kernel.__init__ = noted
    for module in (wp, context):
        module.launch = module.launch_tiled = launch
    try:
        yield found
    finally:
        context.Kernel.__init__ = before[0]
        for module in (wp, context):
            module.launch, module.launch_tiled = before[1:]


def example_type(name: str) -> type:
    """A type for the parameter `name` of a function that makes kernels for any."""
    wp = warp()
    return next((kind for word, kind in (("vec", wp.vec3), ("mat", wp.mat33)) if word in name), wp.float32)


def described(kernel) -> LiveKernel:
    code = kernel.func.__code__
    return LiveKernel(code.co_filename, code.co_firstlineno, kernel.func.__name__)


def usual_types(kernels) -> dict[str, list]:
    """The types that the parameters of a name have in these kernels, of arrays that of an element; the most
    frequent first, in single precision."""
    found: dict[str, Counter] = {}
    for kernel in kernels:
        for one in kernel.overloads.values() if kernel.is_generic else (kernel,):
            for argument in one.adj.args:
                kind = argument.type.dtype if warp_types.is_array(argument.type) else argument.type
                if not warp_types.type_is_generic(kind):
                    found.setdefault(argument.label, Counter())[_single(kind)] += 1
    return {name: [kind for kind, _ in counts.most_common(_USUAL)] for name, counts in found.items()}


def instances(kernel, usual: dict[str, list]) -> list:
    """The kernel itself or, of a generic one, the overloads that its package made; where it made none, those
    for the first types that fit, in single and in double precision. `usual`: see `usual_types`."""
    if not kernel.is_generic:
        return [kernel]
    if not kernel.overloads:
        _instantiate(kernel, usual)
    return [kernel.overloads[signature] for signature in sorted(kernel.overloads)]


class Checked(NamedTuple):
    source: str
    verbatim: bool
    ir: KernelIR
    """Its text for the CPU."""


def checked(kernel) -> Checked:
    """The source of a kernel that gives, on every backend, and on the CPU the same text as the kernel in
    memory but for names.

    Raises `CompilationError` with the reason `codegen` where Warp refuses the kernel itself, `spelling` where
    the source cannot be written, `standalone` where Warp refuses it, `differs` where the text is another.
    """
    texts, functions = built(kernel)
    source, verbatim = standalone(kernel, functions)
    try:
        (alone,) = compile_unit(source, BACKENDS, True)
    except (CompilationError, ValueError) as error:
        raise CompilationError(f"{error}\n{source}", "standalone") from None
    if _nameless(alone["cpu"]) != _nameless(texts["cpu"]):
        raise CompilationError(source, "differs")
    return Checked(source, verbatim, alone["cpu"])


def refused(irs: list[KernelIR]) -> dict[int, str]:
    """Which texts for the CPU the C++ compiler refuses, and the first thing that it says of each."""

    def build(some: list[KernelIR]) -> list[None]:
        object_code(some, [False] * len(some))
        return [None] * len(some)

    refusals = [
        one for first in range(0, len(irs), _BATCH) for one in in_halves(build, irs[first : first + _BATCH])
    ]
    return {number: next(iter(one.reasons.values()), str(one)) for number, one in enumerate(refusals) if one}


def built(kernel) -> tuple[dict, tuple]:
    failure = None
    try:
        with codegen._codegen_lock:
            return emit(
                kernel, kernel.func.__name__, ("cpu",), enable_backward=True, first_line=0, preserve=True
            )
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        failure = failure_of(error, "codegen")
    raise failure


_WORD = re.compile(r"(?:wp::)?[A-Za-z_]\w*")
_ASSERTION = re.compile(r'"assert [^"\\]*(?:\\.[^"\\]*)*"')


def _nameless(ir: KernelIR) -> str:
    """The text with the names of the program numbered by first use; they are all that may differ."""
    names: dict[str, str] = {}

    def word(found: re.Match) -> str:
        text = found[0]
        return text if text.startswith("wp::") else names.setdefault(text, f"n{len(names)}")

    text = ir.support + ir.forward + ir.backward
    return _WORD.sub(word, _ASSERTION.sub('"assertion"', text))  # which quotes the source


def _instantiate(kernel, usual: dict[str, list]) -> None:
    """Adds overloads to a generic kernel of which none is known."""
    wp = warp()
    plain = [wp.float32, wp.vec3, wp.int32, wp.mat33, wp.quat, wp.transform, wp.uint64, wp.bool, wp.vec2,
             wp.spatial_vector, wp.mat22]  # fmt: skip
    declared = [argument.type for argument in kernel.adj.args]
    places = [place for place, kind in enumerate(declared) if warp_types.type_is_generic(kind)]
    draw = random.Random(0)
    choices = [[kind] * len(places) for kind in plain]
    mixed = [wp.float32, wp.float32, wp.vec3, wp.mat33, wp.int32, wp.quat]
    choices += [[draw.choice(mixed) for _ in places] for _ in range(_TRIES if len(places) > 1 else 0)]
    named = [usual.get(kernel.adj.args[place].label, mixed[:_USUAL]) for place in places]
    choices += map(list, itertools.islice(itertools.product(*named), _TRIES))
    for choice in choices:
        if _fits(kernel, declared, places, choice):
            double = [_double(kind) for kind in choice]
            if double != choice:
                _fits(kernel, declared, places, double)
            return


def _double(kind: type) -> type:
    """The type in double precision, of one in single precision."""
    return _of_width(kind, "f", "d")


def _single(kind: type) -> type:
    """The type in single precision, of one in double precision."""
    return _of_width(kind, "d", "f")


def _of_width(kind: type, old: str, new: str) -> type:
    wp = warp()
    scalars = {"f": wp.float32, "d": wp.float64}
    if kind is scalars[old]:
        return scalars[new]
    if getattr(kind, "_wp_scalar_type_", None) is not scalars[old]:
        return kind
    name = warp_types.type_repr(kind)
    return getattr(wp, f"{name[:-1]}{new}", kind) if name.endswith(old) else kind


def _fits(kernel, declared: list, places: list[int], choice: list) -> bool:
    kinds = list(declared)
    overload = None
    try:
        for place, kind in zip(places, choice, strict=True):
            kinds[place] = _concrete(declared[place], kind)
        overload = kernel.add_overload(kinds)
        built(overload)
        return True
    except Exception:
        if overload is not None:
            kernel.overloads.pop(overload.sig, None)
        return False


def _concrete(kind, choice):
    """A generic type with `choice`, or what `choice` is made of, in the place of what is open."""
    if kind is typing.Any:
        return choice
    if warp_types.is_array(kind):
        return type(kind)(
            dtype=_concrete(kind.dtype, choice), ndim=1 if kind.ndim is typing.Any else kind.ndim
        )
    scalar = warp_types.type_scalar_type(choice)
    if kind in (warp_types.Scalar, warp_types.Float, warp_types.Int):
        fitting = {warp_types.Float: warp_types.float_types, warp_types.Int: warp_types.int_types}.get(
            kind, (scalar,)
        )
        return scalar if scalar in fitting else (warp().int32 if kind is warp_types.Int else warp().float32)
    if not hasattr(kind, "_wp_generic_type_hint_"):
        return kind
    scalar = scalar if scalar in warp_types.float_types else warp().float32
    shape = tuple(extent or 3 for extent in kind._shape_)
    if warp_types.type_is_quaternion(kind):
        return warp_types.quaternion(dtype=scalar)
    if warp_types.type_is_transformation(kind):
        return warp_types.transformation(dtype=scalar)
    return warp_types.vector(shape[0], scalar) if len(shape) == 1 else warp_types.matrix(shape, scalar)
