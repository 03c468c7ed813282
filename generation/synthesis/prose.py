"""Names as words, and docstrings made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from generation.language.types import I32, Array
from generation.program.declarations import Param
from generation.program.nodes import Bound, Expression, Field, Load, Span, Var

if TYPE_CHECKING:
    from generation.synthesis.builder import Builder

_AFFIXES = frozenset(["is", "in", "out", "new", "next", "num", "n", "prev", "max", "min", "the", "of"])
_PREFIXES = ("num_", "n_")
_SUFFIXES = ("_count",)
_THREADS = ("One thread per element of", "Launched with one thread per element of", "A thread per element of")
_LONG = {"inv": "inverse", "vel": "velocity", "pos": "position", "rot": "rotation", "coef": "coefficient"}
_LONG |= {"rel": "relative", "accel": "acceleration", "dist": "distance", "dir": "direction", "idx": "index"}
_LONG |= {
    "com": "center of mass",
    "tri": "triangle",
    "tet": "tetrahedron",
    "env": "environment",
}
_ONES = ("value", "current", "result", "total", "acc", "out", "output", "dest", "results", "data", "term")


def plain(e: Expression | str) -> str:
    """The name of an expression as words, "" where it has none that a reader would understand."""
    if type(e) is not str:
        while type(e) is Load:
            e = e.array
        e = e.name if type(e) in (Var, Field) else ""
    words = [word for word in e.strip("_").split("_") if word not in _AFFIXES]
    if not words or any(len(word) < 3 or not word.isalpha() for word in words) or words[0] in _ONES:
        return ""
    return " ".join([_LONG.get(word, word) for word in words]).lower()


def counted(name: str) -> str:
    """What a size counts: `num_contacts` and `contact_count` count contacts; "" for other names."""
    for prefix in _PREFIXES:
        if name.startswith(prefix):
            return plain(name.removeprefix(prefix))
    for suffix in _SUFFIXES:
        if name.endswith(suffix):
            thing = plain(name.removesuffix(suffix))
            return thing and (thing if thing.endswith("s") else f"{thing}s")
    return ""


def docstring(b: Builder, summaries: Sequence[str], params: Sequence[Param]) -> str:
    """What a kernel does: a sentence of its pattern or of its signature, now and then with its arguments."""
    if not b.chance(0.5 if b.candour else 0.24):
        return ""
    summary = b.pick(summaries) if summaries else _summary(b, params)
    if not summary:
        return ""
    if b.chance(0.06):
        summary = summary.removesuffix(".")
    more = []
    mapped = [param.name for param in params if isinstance(param.type, Array) and param.extents == b.launch]
    if mapped and b.chance(0.4):
        more.append(f"{b.pick(_THREADS)} {b.pick(mapped)}.")
    if b.chance(0.5):
        more.append(_arguments(params))
    return "\n\n".join(filter(None, [summary, *more]))


def _summary(b: Builder, params: Sequence[Param]) -> str:
    """What is computed and, where there is one result, from what."""
    outputs = list(dict.fromkeys(plain(param.name) for param in params if param.role == "out"))
    changed = list(dict.fromkeys(plain(param.name) for param in params if param.role == "inout"))
    if not all((*outputs, *changed)) or not 1 <= len(outputs) + len(changed) <= 3:
        return ""
    verb = b.pick(("Compute", "Compute", "Compute the", "Evaluate", "Write"))
    if outputs:
        return f"{verb} {_joined(outputs)}{f' and update {_joined(changed)} in place' if changed else ''}."
    return f"Update {_joined(changed)}{b.pick((' in place', '', ''))}."


def _arguments(params: Sequence[Param]) -> str:
    """A list of the arguments; "" where it would only repeat their names."""
    sizes = {param.span.low: param.name for param in params if param.type is I32 and _exact(param.span)}
    lines = [f"    {param.name}: {_described(param, sizes)}" for param in params]
    telling = any(", shape [" in line for line in lines) and not any(line.endswith(": ") for line in lines)
    return "" if not telling else "\n".join(["Args:", *lines])


def _described(param: Param, sizes: Mapping[Bound, str]) -> str:
    """What an argument is, with the shape where its sizes are arguments or numbers; "" where unknown."""
    if param.type is I32 and _exact(param.span):
        things = counted(param.name)
        return f"Number of {things}." if things else ""
    words = plain(param.name)
    if not words:
        return ""
    text = words[:1].upper() + words[1:]
    if isinstance(param.type, Array):
        axes = [sizes.get(extent, "" if extent.size else str(extent.offset)) for extent in param.extents]
        text += f", shape [{', '.join(axes)}]" if all(axes) else ""
        text += {"in": "", "out": " (output)", "inout": ", updated in place"}[param.role]
    return f"{text}."


def _exact(span: Span | None) -> bool:
    return span is not None and span.low == span.high and span.low is not None


def _joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
