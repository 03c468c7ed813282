"""What flows into what: dead code, outputs that ignore their inputs, and races between threads."""

from __future__ import annotations

from collections.abc import Iterable

from generation.errors import CheckError
from generation.language.types import Array
from generation.program.declarations import Param
from generation.program.nodes import Bound, Const, Load, Op, Var

_AFFINE = ("add", "sub", "mul")


class Dependence:
    """Collects reads and writes during one walk of a body; `finish` judges them."""

    def __init__(self) -> None:
        self.reads: list[str] = []  # names read since the last `take`
        self.control: frozenset[str] = frozenset()  # names the enclosing conditions read
        self.sources: dict[str, set[str]] = {}  # local -> names its value is made of
        self.loops: dict[str, set[str]] = {}  # loop variable -> names its range is made of
        self.roots: set[str] = set()  # names that reach an output or the control of one
        self.outputs: list[tuple[object, set[str]]] = []
        self.unread: list[dict[str, object]] = [
            {}
        ]  # per open block: local -> the assignment nobody has read yet

    def take(self) -> set[str]:
        names = set(self.reads)
        self.reads.clear()
        for block in self.unread:
            if block:
                for name in names:
                    block.pop(name, None)
        return names

    def assign(self, name: str, names: set[str], node: object) -> None:
        if name in self.unread[-1] and not name.startswith("_"):
            raise CheckError(f"{name} is overwritten before it is read", node)
        self.unread[-1][name] = node
        self.update(name, names)

    def update(self, name: str, names: set[str]) -> None:
        known = self.sources.get(name)
        if known is None:
            known = self.sources[name] = set()
        known |= names
        known |= self.control

    def output(self, names: set[str], node: object) -> None:
        found = names | self.control
        self.roots |= found
        self.outputs.append((node, found))

    def leave(self) -> None:
        """A break, continue or return: what decided it decides what follows."""
        self.roots |= self.control

    def closure(self, names: set[str]) -> set[str]:
        found: set[str] = set()
        stack = list(names)
        while stack:
            name = stack.pop()
            if name not in found:
                found.add(name)
                stack += self.sources.get(name, ())
                stack += self.loops.get(name, ())
        return found

    def finish(self, inputs: set[str], names: set[str], threads: set[str]) -> None:
        """Raise if one of `names` or a local reaches no output, or an output depends on none of `inputs`, or
        none on any of `threads`."""
        live = self.closure(self.roots)
        if threads and not threads & live:
            raise CheckError("every thread does the same")
        for name in (*self.sources, *sorted(names)):
            if name not in live and not name.startswith("_"):
                raise CheckError(f"{name} reaches no output")
        for node, found in self.outputs:
            if inputs and not (inputs & found or inputs & self.closure(found)):
                raise CheckError("the output ignores every input", node)


class Ownership:
    """One writer per element: a thread stores only where its own indices point, and reads back only there."""

    def __init__(self, threads: Iterable[str], params: Iterable[Param] = (), launch: tuple[Bound, ...] = ()):
        self.threads = set(threads)  # of a function: its integers, which may be thread indices at a call
        self.launch = launch
        # Locals that no two threads share, such as slots from an atomic counter, and how far apart the next
        # is at least; 0 where that is for the program to know.
        self.unique: dict[str, int] = {}
        self.distinct = {param.name for param in params if param.span and param.span.distinct}
        self.pinned: frozenset[str] = frozenset()
        self.means: dict[str, str] = {}  # an element of a distinct array, or its local -> the thread it is of
        self.bound: set[str] = set()
        self.stores: dict[str, list[tuple]] = {}
        self.loads: dict[str, list[tuple]] = {}
        self.atomics: set[str] = set()

    def owner(self, index) -> tuple[str, int, int] | None:
        """The thread variable of which this index is an injective function, `scale * thread + offset`.

        The elements from `scale * thread` to the next thread's are all called offset 0: one thread has them.
        """
        scale, offset = 1, 0
        while type(index) is Op and index.operation in _AFFINE and type(index.arguments[1]) is Const:
            by = index.arguments[1].value
            if index.operation == "mul":
                scale *= by
            else:
                offset += scale * (by if index.operation == "add" else -by)
            index = index.arguments[0]
        if type(index) is Load:
            name = self.element(index)
        elif type(index) is Var and (
            index.name in self.threads or index.name in self.unique or index.name in self.means
        ):
            name = index.name
        else:
            name = None
        return None if name is None or not scale else self.within(name, scale, offset)

    def within(self, name: str, scale: int, offset: int) -> tuple[str, int, int]:
        gap = self.unique.get(name, 1)
        return name, scale, offset if gap and not 0 <= offset < scale * gap else 0

    def stride(self, name: str, start, step) -> None:
        """A loop from the thread's own index by the number of threads: no two threads share its variable."""
        alone = len(self.launch) == 1 and type(start) is Var and start.name in self.threads
        if alone and step == (self.launch[0], self.launch[0]):
            self.unique[name] = 1
        else:
            self.unique.pop(name, None)

    def element(self, load: Load) -> str | None:
        """What to call an element of a distinct array that one thread alone reads."""
        place = load.indices[0]
        if (
            getattr(load.array, "name", "") not in self.distinct
            or type(place) is not Var
            or place.name not in self.threads
        ):
            return None
        name = f"{load.array.name}[{place.name}]"
        self.means[name] = place.name
        return name

    def name(self, local: str, value, rebound: bool) -> None:
        """A local is bound: it may stand for an element of a distinct array."""
        element = self.element(value) if type(value) is Load else None
        again = rebound or local in self.bound
        self.bound.add(local)
        if element is not None and not again:
            self.means[local] = self.means[element]
        else:
            self.means.pop(local, None)

    def pattern(self, indices) -> tuple[tuple[str, int, int] | frozenset[str] | None, ...]:
        """Who owns each index, and last the threads that an enclosing condition fixes."""
        return (*[self.owner(index) for index in indices], self.pinned or None)

    def pins(self, condition) -> frozenset[str]:
        """The thread indices of which a condition lets one value through, as in `j == 0`."""
        if type(condition) is Op and condition.operation == "and":
            return frozenset().union(*[self.pins(argument) for argument in condition.arguments])
        if type(condition) is Op and condition.operation == "eq" and type(condition.arguments[1]) is Const:
            return frozenset({getattr(condition.arguments[0], "name", "")} & self.threads)
        return frozenset()

    def finish(self) -> None:
        for array, stores in self.stores.items():
            if array in self.atomics:
                raise CheckError(f"{array} is stored to and updated atomically in one kernel")
            for pattern, node in stores:
                covered = {self.means.get(owner[0], owner[0]) for owner in pattern[:-1] if owner}
                covered |= pattern[-1] if type(pattern[-1]) is frozenset else frozenset()
                if not self.threads <= covered and not self.unique.keys() & covered:
                    raise CheckError(f"two threads may write one element of {array}", node)
            own = stores[0][0]
            for pattern, node in (*stores, *self.loads.get(array, ())):
                if any(
                    owner is not None and other != owner for owner, other in zip(own, pattern, strict=False)
                ):
                    raise CheckError(f"{array} is read or written where another thread writes", node)
        for array in self.atomics & self.loads.keys():
            raise CheckError(f"{array} is read while other threads update it")


def is_data(param) -> bool:
    """Whether a parameter carries input data rather than room for results."""
    return param.role != "out" and (isinstance(param.type, Array) or param.span is None)
