"""Kernels of a batch in one translation unit, kept apart by namespaces, and cut out of its module again.

The names of the namespaces are as long as the one that all get in the end: so mangled names, which hold the
lengths of names, stay what they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from generation.compilation.ir import KernelIR
from generation.compilation.lowering.batches import in_child, in_halves
from generation.compilation.lowering.llvm_text import Module

_SPACE = "kernel"


def each(irs: Sequence[KernelIR], compiled: Callable[[Sequence[KernelIR]], list[dict]]) -> list[dict]:
    """What `compiled` makes of kernels in batches, in child processes: texts by part, or the error."""
    return [
        one if isinstance(one, dict) else dict.fromkeys(parts(ir), one)
        for ir, one in zip(irs, in_halves(in_child(compiled), irs), strict=True)
    ]


def parts(ir: KernelIR) -> tuple[str, ...]:
    return ("forward", "backward") if ir.backward else ("forward",)


def space(number: int, part: str, shared: bool) -> str:
    """Of a function: one for both of a kernel, or each its own, where the optimiser does not see how often
    the other one calls what both call."""
    return f"_k{2 * number + (part == 'backward' and not shared):04d}"


def in_spaces(ir: KernelIR, number: int, shared: bool, after: Callable[[str], str] = lambda part: "") -> str:
    """The texts of a kernel, each with what is to stand `after` it."""
    bodies: dict[str, str] = {}
    for part in parts(ir):
        name = space(number, part, shared)
        bodies[name] = bodies.get(name, ir.support) + getattr(ir, part) + after(part)
    return "".join(f"namespace {name} {{\n{body}}}\n" for name, body in bodies.items())


def in_one_space(text: str, name: str) -> str:
    return text.replace(f"6{name}", f"6{_SPACE}").replace(f"{name}::", f"{_SPACE}::")


def cut(
    module: Module, roots: dict[str, tuple[str, str]], library: Callable[[str], object] | None
) -> dict[str, str]:
    """A text for each part of a kernel; `roots` has the name of its function and the one it is given.

    Functions of the `library` that they call are defined in a further text, `support`; without one, in each.
    """
    ends = library or (lambda name: False)
    texts = {part: module.part({root: name}, ends) for part, (root, name) in roots.items()}
    called = dict.fromkeys(name for root, _ in roots.values() for name in module.reached([root], ends))
    own = {name: name for name in called if name in module.definitions and ends(name)}
    return texts | ({"support": module.part(own)} if own else {})
