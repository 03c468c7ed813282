"""What a program declares: its launch, names, parameters, structs and constants."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from generation.errors import SynthesisError
from generation.language import identifiers
from generation.language.types import (
    BOOL,
    F16,
    F32,
    F64,
    I32,
    Array,
    Handle,
    Matrix,
    Quaternion,
    Scalar,
    Struct,
    Transform,
    Type,
    Value,
    Vector,
    array,
    has_name,
    matrix,
    quaternion,
    transform,
    vector,
)
from generation.program.declarations import Function, Param
from generation.program.nodes import (
    Bound,
    Const,
    Expression,
    Field,
    Range,
    Scratch,
    Shape,
    Span,
    Statement,
    Var,
    View,
)
from generation.synthesis.draw import Weights
from generation.synthesis.sampler import Sampler
from generation.synthesis.terms import fixed, op

_REALS = Weights({F32: 86, F64: 11, F16: 3})
_DIMENSIONS = Weights({3: 66, 2: 22, 4: 12})
_SIZES = ("n", "rows", "cols", "depth", "num_items", "m")
_GRID_DIMENSIONS = Weights({1: 68, 2: 24, 3: 8})
_STRETCH = Bound("part", -1)
# How often a comment that could stand somewhere does: for most kernels never.
_CANDOUR = Weights({0.0: 48, 0.4: 16, 0.75: 18, 1.0: 18})
_MARGINS = Weights({"max": 55, "add": 32, "max_abs": 13})
_LEAN = 64  # syntax nodes


class Signature(Sampler):
    """The growing declarations of one program."""

    def __init__(
        self,
        seed: int,
        index: int,
        stage: tuple[int, int],
        family: str,
        verbs: Sequence[str],
        fields: Sequence[str] = (),
        titles: Mapping[str, tuple[str, ...]] = {},
        wanted: float = 100.0,
    ):
        self.wanted = wanted  # size in syntax nodes
        self.lean = wanted < _LEAN
        super().__init__(seed, index, family, *stage)
        self.family = family
        self.verbs = verbs
        self.titles = titles
        self.forms: set[str] = set()
        self.theme = self.pick([t for t in identifiers.THEMES if t.name in fields] or identifiers.THEMES)
        self.candour: float = self.weighted(_CANDOUR)
        self.capital, self.full_stop = self.chance(0.6), self.chance(0.1)
        self.subjects = self.theme.subjects  # what the kernel is said to work on
        self.real: Scalar = self.weighted(_REALS)
        self.space: Vector = vector(self.weighted(_DIMENSIONS), self.real)
        self.spelled = self.chance(0.3)  # `x = x + y` rather than `x += y`
        self.suffix = self.pick(("i", "i", "val"))  # of locals that hold an element
        self.margin = (
            self.weighted(_MARGINS),
            self.pick((1e-6, 1e-3, 1e-4, 1e-8)),
        )  # against divisions by zero
        self.taken: set[str] = set()
        self.params: list[Param] = []
        self.structs: list[Struct] = []
        self.constants: list[tuple[Var, Const]] = []
        self.functions: list[Function] = []
        self.differentiated: set[str] = set()  # functions that wp.grad is taken of
        self.function_names: set[str] = set()  # of all that were ever begun
        self.wrapping: Callable | None = None  # what makes the finished program generic, or a factory's
        self.blank: Type | None = None  # of the results that nobody needs
        self.blocks: list[list[Statement]] = [[]]
        self.spare: set[str] = set()  # parameters that stand for literals; a draw may have been thrown away
        self.inside: list[Param] | None = None  # the parameters of the function that is being written
        self.rare = False  # whether there may be types that need a name
        self.local_extents: dict[str, tuple[Bound, ...]] = {}  # of views and scratch arrays
        self.threads: tuple[Var, ...] = ()
        self.launch: tuple[Bound, ...] = ()
        self.earlier: list[Param] = []  # of the stages before this one, free to be read again

    def maybe(self, probability: float) -> bool:
        """Whether to add what an algorithm can do without; small programs mostly do without."""
        return self.chance(probability * 0.25 if self.lean and probability < 1 else probability)

    def integer(self, low: int, high: int) -> int:
        """An integer from low to high, both included; small programs mostly take the least."""
        return low if self.lean and self.chance(0.6) else super().integer(low, high)

    # ------------------------------------------------------------ types

    @property
    def square(self) -> Matrix:
        return matrix(self.space.length, self.space.length, self.real)

    @property
    def rotation(self) -> Quaternion:
        return quaternion(self.real)

    @property
    def frame(self) -> Transform:
        return transform(self.real)

    @property
    def spatial(self) -> Vector:
        return vector(6, self.real)

    @property
    def space3(self) -> Vector:
        return vector(3, self.real)

    # ------------------------------------------------------------ names

    def name(self, *words: str) -> str:
        """One of the words, or a variation of one, that nothing else is called."""
        word = self.pick(words)
        if word in self.taken or word in identifiers.RESERVED:
            free = [w for w in words if w not in self.taken and w not in identifiers.RESERVED]
            if free:
                word = self.pick(free)
            else:
                stem = f"{word}_" if word[-1].isdigit() or len(word) > 3 else word
                word = next(f"{stem}{k}" for k in range(2, 999) if f"{stem}{k}" not in self.taken)
        self.taken.add(word)
        return word

    def words(self, type_: Type) -> tuple[str, ...]:
        theme = self.theme
        if isinstance(type_, Scalar):
            return theme.flag if type_ is BOOL else theme.scalar if type_.kind == "float" else theme.label
        if isinstance(type_, Vector):
            return theme.vector if type_.length < 6 else identifiers.SPATIAL
        if isinstance(type_, Transform):
            return identifiers.FRAMES
        if isinstance(type_, Matrix):
            return theme.matrix
        return (
            theme.rotation if isinstance(type_, Quaternion) else tuple(map(identifiers.snake, theme.struct))
        )

    # ------------------------------------------------------------ signature

    def grid(self, dimensions: int | None = None) -> tuple[Var, ...]:
        """Fix the launch: one thread per index of a grid of 1 to 3 dimensions; later stages find it."""
        if self.threads:
            if dimensions not in (None, len(self.threads)):
                raise SynthesisError(f"{self.family}: a later stage wants a grid of {dimensions} dimensions")
            return self.threads
        dimensions = dimensions or self.weighted(_GRID_DIMENSIONS)
        names = (
            (self.pick(identifiers.THREADS[0]),) if dimensions == 1 else identifiers.THREADS[dimensions - 1]
        )
        self.taken.update(names)
        self.threads = tuple(Var(I32, name) for name in names)
        self.launch = tuple(Bound(size, 0) for size in _SIZES[:dimensions])
        return self.threads

    def array(
        self, dtype: Value, extents: Sequence[Bound], *words: str, role: str = "in", span: Span | None = None
    ) -> Var:
        """A new array parameter, or an input that an earlier stage read under one of the words."""
        type_ = array(dtype, len(extents))
        self.rare |= not has_name(dtype)
        known = Param("", type_, role, tuple(extents), span)
        given, words = words, words or self.words(dtype)
        known_again = self.read_again(known, words)
        return known_again or self.declare(known, *(given or self.unused(words)))

    def unused(self, words: Sequence[str]) -> Sequence[str]:
        """The words; where all are taken, words for the same of another place or time."""
        if any(word not in self.taken for word in words):
            return words
        return [f"{prefix}_{word}" for word in words for prefix in ("other", "target", "prev", "rest")]

    def extents(self, e: Expression) -> tuple[Bound, ...]:
        """The extents of an array; a stretch between ends that no number tells gets a size of its own."""
        if type(e) is Scratch:
            return tuple([fixed(extent) for extent in e.shape])
        if type(e) is not View:
            return self.local_extents.get(getattr(e, "name", "")) or self._declared(e).extents
        extents = self.extents(e.array)
        pairs = zip(e.places, extents, strict=False)
        left = [_stretch(place, extent) for place, extent in pairs if type(place) is Range]
        return (*left, *extents[len(e.places) :])

    def _declared(self, e: Expression) -> Param:
        """The parameter that an array is, or the part of one that it is held by."""
        if type(e) is Var:
            return next(param for param in self.params if param.name == e.name)
        path = e.name
        while type(e.value) is Field:
            e = e.value
            path = f"{e.name}.{path}"
        return next(inner for inner in self.held(e.value) if inner.name == path)

    def holder(self, struct: Struct, held: Sequence[Param], *words: str) -> Var:
        """A parameter that holds arrays, or sizes of them."""
        name = self.name(*words)
        self.params.append(Param(name, struct, "in", (), None, held=tuple(held)))
        return Var(struct, name)

    def held(self, struct: Expression) -> tuple[Param, ...]:
        """What is known of the arrays and integers in a struct parameter."""
        return next((p.held for p in self.params if p.name == getattr(struct, "name", "")), ())

    def handle(self, type_: Handle, extents: Sequence[Bound], *words: str, role: str = "in") -> Var:
        """The id of an acceleration structure, with the extents of what it indexes."""
        return self.declare(Param("", type_, role, tuple(extents)), *words)

    def parameter(self, type_: Value, *words: str, span: Span | None = None) -> Var:
        """A new value parameter."""
        self.rare |= not has_name(type_)
        default = (
            self.theme.parameter if isinstance(type_, Scalar) and type_ is not BOOL else self.words(type_)
        )
        known = Param("", type_, "in", (), span)
        words = words or default
        return self.read_again(known, words) or self.declare(known, *words)

    def declare(self, param: Param, *words: str) -> Var:
        """The parameter under a name of its own."""
        name = self.name(*words)
        self.params.append(param._replace(name=name))
        return Var(param.type, name)

    def read_again(self, wanted: Param, words: Sequence[str]) -> Var | None:
        """An input of an earlier stage that is like the wanted one and named by one of the words."""
        for param in self.earlier:
            stem = param.name.rstrip("0123456789").removesuffix("_")
            if stem in words and wanted.role == "in" and param == wanted._replace(name=param.name):
                self.earlier.remove(param)
                self.params.append(param)
                return Var(param.type, param.name)
        return None

    def size(self, bound: Bound, *words: str) -> Expression:
        """The size of an axis: an int parameter, new if there is none yet, or the shape of an array."""
        known = self.params + self.earlier
        if self.random() < 0.12:
            for param in self.params:
                if bound in param.extents and isinstance(param.type, Array):
                    return Shape(I32, Var(param.type, param.name), param.extents.index(bound))
        for param in known:
            if param.span == Span(bound, bound):
                if param not in self.params:
                    self.params.append(param)
                return Var(I32, param.name)
        return self.parameter(I32, *(words or self.theme.size), span=Span(bound, bound))

    def index_array(self, extents: Sequence[Bound], target: Bound, *words: str) -> Var:
        """Ints that each point into an axis of extent `target`."""
        span = Span(fixed(0), Bound(target.size, target.offset - 1))
        return self.array(I32, extents, *(words or self.theme.index), span=span)

    def struct(self, types: Sequence[Value]) -> Struct:
        """A new struct with a field per type."""
        used: set[str] = set()
        fields = []
        for type_ in types:
            words = self.words(type_) if type_ is not I32 else self.theme.label
            free = [word for word in words if word not in used] or [f"{words[0]}_{len(used)}"]
            name = self.pick(free)
            used.add(name)
            fields.append((name, type_))
            self.rare |= not has_name(type_)
        names = [name for name in self.theme.struct if name not in self.taken]
        names = names or [f"{name.removesuffix('Params')}Data" for name in self.theme.struct]
        struct = Struct(self.name(*names), tuple(fields))
        self.structs.append(struct)
        return struct

    def constant(self, type_: Scalar, *words: str, value: float | None = None) -> Var:
        """A module constant, `EPSILON = wp.constant(1.0e-6)`."""
        var = Var(type_, self.name(*(words or [word.upper() for word in self.theme.parameter])))
        self.constants.append((var, super().literal(type_) if value is None else Const(type_, value)))
        return var

    def member(self, group: str, members: Sequence[str], chosen: int) -> Var:
        """One member of an enumeration, `Phase.FLUID`, which is declared with all of them."""
        known = {var.name for var, _ in self.constants}
        for value, name in enumerate(members):
            var = Var(I32, f"{group}.{name}")
            if var.name not in known:
                self.constants.append((var, Const(I32, value)))
        self.taken.add(group)
        return Var(I32, f"{group}.{members[chosen]}")

    def literal(self, type_: Type) -> Expression:
        """A constant; now and then by name, or worked out from named ones when the kernel is built.

        A vector is rather a parameter of the kernel than written out.
        """
        if (
            isinstance(type_, Vector)
            and type_.dtype.kind == "float"
            and self.inside is None
            and self.chance(0.6)
        ):
            known = [p.name for p in self.params if p.type is type_]
            if known and self.chance(0.7):
                return Var(type_, self.pick(known))
            fresh = self.parameter(type_)
            self.spare.add(fresh.name)
            return fresh
        if type_ is not F32 or self.random() > 0.05:
            return super().literal(type_)
        known = [var for var, const in self.constants if const.type is F32]
        var = known[0] if known and self.chance(0.6) else self.constant(F32)
        if self.chance(0.35):
            return var
        return op("static", op(self.pick(("mul", "mul", "add", "div")), var, super().literal(type_)))


def _stretch(range_: Range, extent: Bound) -> Bound:
    """How many elements `lo:hi` has where numbers tell."""
    low, high = range_.start, range_.stop
    if (low is not None and type(low) is not Const) or (high is not None and type(high) is not Const):
        return _STRETCH
    end = extent if high is None else fixed(high.value)
    return Bound(end.size, end.offset - (low.value if low is not None else 0))
