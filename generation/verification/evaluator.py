"""An interpreter of Warp's kernel language that knows nothing of Warp: source text in, arrays out.

    >>> module = Module(source)                                    # doctest: +SKIP
    >>> run = module.kernel().launch((4,), {"x": x, "factor": 2.0})  # doctest: +SKIP
    >>> run.outputs["x"], run.sides                                # doctest: +SKIP

Threads run one after the other, as on Warp's CPU device. Every index is checked, integer division by zero
and conversions without a defined result stop the run, and loops end when the fuel does. With `double=True`
all real numbers are float64.
"""

from __future__ import annotations

import builtins
import functools
import itertools
import types as python_types
from typing import NamedTuple

import numpy as np

from generation.verification import geometry, handles, scalars, slopes, tiles, translation, types, volumes
from generation.verification.arrays import Array, Record, put, put_field
from generation.verification.built_ins import CONSTANTS, literal, vocabulary
from generation.verification.compounds import Compound
from generation.verification.faults import Fault, NotCovered, OutOfFuel, Undefined

FUEL = 200_000
_IMPORTS = ("math", "numpy", "typing", "collections", "enum", "functools", "dataclasses", "__future__")


class Run(NamedTuple):
    """What a launch left: every array, and the sides of the branches it took."""

    outputs: dict[str, np.ndarray]
    sides: set[tuple[int, bool]]
    """Of branches and of choices such as that of a minimum."""


class Kernel:
    def __init__(self, module, function, parameters):
        self.module, self.function, self.name = module, function, function.__name__
        self.parameters = parameters

    def launch(self, dim: tuple[int, ...], arguments: dict, fuel: int = FUEL, backwards: bool = False) -> Run:
        """Run every thread of `dim` on copies of the arguments. Raises a `Fault`.

        With `backwards` structures tell what they find from the last to the first.
        """
        module = self.module
        module.fuel, module.sides = fuel, set()
        values = {
            name: x.read(module.real, backwards) if isinstance(x, handles.Handle) else type_.read(x)
            for name, type_ in self.parameters.items()
            for x in (arguments[name],)
        }
        try:
            with np.errstate(all="ignore"):
                for place in itertools.product(*map(range, dim)):
                    module.thread = tuple(map(np.int32, place))
                    self.function(*values.values())
        except UnboundLocalError as error:
            raise Fault(str(error)) from None
        except (AttributeError, TypeError, ValueError, IndexError, KeyError, AssertionError) as error:
            raise NotCovered(f"{type(error).__name__}: {error}") from error
        return Run(_arrays(values), module.sides)


def _arrays(values: dict, prefix: str = "") -> dict[str, np.ndarray]:
    """The arrays among some values, those in structs too, by path."""
    found = {}
    for name, value in values.items():
        if isinstance(value, Array):
            found[prefix + name] = value.dtype.write_all(value.data, value.extents)
        elif isinstance(value, volumes.Volume):
            found[f"{prefix}{name}.voxels"] = value.numbers()
        elif isinstance(value, Record):
            found |= _arrays(dict(zip(value.kind.types, value.fields, strict=True)), f"{prefix}{name}.")
    return found


class Module:
    """A source text, translated and loaded. Raises `NotCovered` for what is not known, by name."""

    def __init__(self, source: str, double: bool = False, translated: translation.Translated | None = None):
        self.fuel, self.sides, self.thread = FUEL, set(), ()
        self.source, self.double = source, double
        self.family, self.drawing, self.shared = vocabulary(double)
        self.real = self.family["named"]["float32"].kind
        self.kernels: dict[str, Kernel] = {}
        self.functions: dict[str, list] = {}
        self.built_ins = self._table()
        self.translated = translated or self._translate()
        self.branches, self.thread_axes = self.translated.branches, self.translated.thread_axes
        self.namespace = self._namespace()
        try:
            exec(self.translated.code, self.namespace)
        except (AttributeError, TypeError, ValueError, NameError, ImportError) as error:
            raise NotCovered(f"{type(error).__name__}: {error}") from error

    @functools.cached_property
    def twin(self) -> Module:
        """The same source in double precision."""
        return self if self.double else Module(self.source, True, self.translated)

    def release(self) -> None:
        """Breaks the cycles that keep it: too much would wait until Python looks for garbage."""
        twin = vars(self).pop("twin", self)
        if twin is not self:
            twin.release()
        self.namespace.clear()
        vars(self).clear()

    def _translate(self) -> translation.Translated:
        changed = dict.fromkeys(self.drawing, 0) | geometry.CHANGED | volumes.CHANGED
        return translation.translated(self.source, self.built_ins.__contains__, self._is_type, changed)

    def kernel(self, name: str | None = None) -> Kernel:
        if name is None and len(self.kernels) != 1:
            raise NotCovered(f"{len(self.kernels)} kernels in a source")
        return self.kernels[name or next(iter(self.kernels))]

    # ------------------------------------------------------------ names

    def _table(self) -> dict[str, object]:
        """Every built-in by its name below `wp`."""
        return self.shared | {"tid": self._tid, "len": self._length, "grad": self._gradient}

    def _is_type(self, name: str) -> bool:
        return name in self.family["named"] or name in self.family["functions"]

    def literal(self, x):
        return literal(self.real, x)

    def _namespace(self) -> dict[str, object]:
        named, table = self.family["named"], self.built_ins
        helpers = {
            "_div": scalars.div,
            "_floordiv": scalars.floordiv,
            "_mod": scalars.mod,
            "_pow": scalars.power,
            "_lshift": scalars.lshift,
            "_rshift": scalars.rshift,
            "_put": put,
            "_put_field": put_field,
            "_same": _same,
            "_value": lambda pair, _: pair[1],
            "_branch": self._branch,
            "_choice": self._choice,
            "_burn": self._burn,
            "_range": self._range,
            "_reversed": lambda numbers: reversed(list(numbers)),
            "_float": named["float32"],
            "_int": named["int32"],
            "_bool": named["bool"],
            "_min": table["min"],
            "_max": table["max"],
            "_abs": table["abs"],
            "_round": table["round"],
            "_len": self._length,
            "_type": self.family["type_of"],
            "_dtype": self.family["dtype_of"],
            "_neg": scalars.neg,
            "_print": lambda *_: None,
            translation.OUTER: self.literal,
        }
        helpers |= {translation.BUILT_IN.format(name): table[name] for name in self.translated.built_ins}
        for (kind, text), name in self.translated.constants.items():
            helpers[name] = self.literal(kind(text))
        scope = vars(builtins) | {"__import__": self._import}
        return helpers | {"__builtins__": scope, "__name__": "kernel"}

    def _import(self, name, *arguments):
        if name == "warp":
            return _Warp(self)
        if name.partition(".")[0] not in _IMPORTS:
            raise NotCovered(f"import {name}")
        return __import__(name, *arguments)

    # ------------------------------------------------------------ what running code calls

    def _tid(self):
        return self.thread[0] if len(self.thread) == 1 else self.thread

    def _branch(self, number, condition):
        condition = bool(condition)
        self.sides.add((number, condition))
        return condition

    def _choice(self, number, function, *arguments):
        """What a minimum, a maximum or a clamp returns; whether that is its first argument, or its last."""
        result = function(*arguments)
        choice = arguments[0] if function is self.built_ins["where"] else result == arguments[0]
        self.sides.add((number, bool(choice)))
        if function is self.built_ins["clamp"]:
            self.sides.add((number + 1, bool(result == arguments[2])))
        return result

    def _burn(self, amount=1):
        self.fuel -= amount
        if self.fuel < 0:
            raise OutOfFuel("a loop without an end in sight")

    def _range(self, *ends):
        if len(ends) == 3 and ends[2] == 0:
            raise Undefined("a range in steps of 0")
        numbers = range(*map(int, ends))
        self._burn(len(numbers))
        return map(np.int32, numbers)

    def _gradient(self, function):
        family = self.twin.functions.get(function.__name__, ())
        if len(family) != 1:
            raise NotCovered("wp.grad of an overload or a closure")
        return slopes.gradient(family[0])

    def _length(self, x):
        return np.int32(len(x))

    # ------------------------------------------------------------ decorators

    def declare_kernel(self, function):
        known = self.family["known"]
        parameters = {
            name: known(type_) for name, type_ in function.__annotations__.items() if name != "return"
        }
        kernel = self.kernels[function.__name__] = Kernel(self, function, parameters)
        return kernel

    def declare_overload(self, kernel, types_=None):
        """A generic kernel made concrete: by a list of types, by name, or by a signature."""
        known = self.family["known"]
        if types_ is None:  # a decorator
            name, types_ = kernel.__name__, kernel.__annotations__
            kernel = self.kernels[name]
        named = types_.items() if isinstance(types_, dict) else zip(kernel.parameters, types_, strict=True)
        kernel.parameters |= {name: known(type_) for name, type_ in named}
        return kernel

    def declare_function(self, function):
        """Functions of one name are overloads."""
        if "<locals>" in function.__qualname__:
            return function
        family = self.functions.setdefault(function.__name__, [])
        family.append(function)
        return function if len(family) == 1 else _Overloads(family, self.family["known"])

    def declare_struct(self, class_):
        known = self.family["known"]
        return types.Struct(class_.__name__, {n: known(t) for n, t in class_.__annotations__.items()})


class _Warp(python_types.ModuleType):
    """What `import warp` gives a source outside of its kernels."""

    def __init__(self, module: Module):
        super().__init__("warp")
        self._table = module.built_ins | {
            "kernel": _decorator(module.declare_kernel),
            "func": _decorator(module.declare_function),
            "struct": module.declare_struct,
            "func_grad": lambda _: lambda function: None,
            "func_replay": lambda _: lambda function: None,
            "constant": lambda x: x,
            "static": lambda x: x,
            "overload": module.declare_overload,
            "set_module_options": lambda options, module=None: None,  # how to compile, not what to compute
            "types": module.family["made"],
            "Any": types.ANYTHING,
            "Function": types.ANYTHING,
        }

    def __getattr__(self, name):
        table = self.__dict__.get("_table", {})
        if name in CONSTANTS:
            return CONSTANTS[name]
        if name not in table:
            raise NotCovered(f"wp.{name}")
        return table[name]


def _decorator(declare):
    """A decorator with or without options."""

    def decorate(function=None, **_):
        return declare(function) if function is not None else declare

    return decorate


class _Overloads:
    def __init__(self, functions, known):
        self.functions = functions
        self.known = known

    def __call__(self, *arguments, **named):
        for function in self.functions:
            kinds = {name: t for name, t in function.__annotations__.items() if name != "return"}
            given = dict(zip(kinds, arguments, strict=False)) | named
            least = list(kinds)[: len(kinds) - len(function.__defaults__ or ())]
            fitting = len(arguments) <= len(kinds) and set(least) <= set(given) <= set(kinds)
            if fitting and all(self._fits(kinds[name], x) for name, x in given.items()):
                return function(**given)
        raise NotCovered("an overload of these types")

    def _fits(self, kind, x) -> bool:
        kind = self.known(kind)
        if isinstance(kind, types.Scalar):
            return x.__class__ is kind.kind
        if isinstance(kind, types.ArrayOf):
            return isinstance(x, Array) and x.ndim == kind.ndim
        if isinstance(kind, types.Struct):
            return isinstance(x, Record) and x.kind is kind
        zero = kind.zero()
        return (
            x.__class__ is zero.__class__
            and len(x.c) == len(zero.c)
            and x.c[0].__class__ is zero.c[0].__class__
        )


def _same(before, after):
    """The result of an update in place, which keeps the type of its target."""
    if isinstance(before, Compound | Record | tiles.Tile) or before.__class__ is after.__class__:
        return after
    return before.__class__(after)
