"""Families of several kernels of one field: a table of forms, each a sketch with its own verbs and launch.

A form says what one kernel does; the family shares the words for its parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from generation.language.types import F16, F32, vector
from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.sketches import Sketch


class Form(NamedTuple):
    """One kernel of a family. `text` is a sketch, or what draws one piece by piece."""

    weight: int
    verbs: str
    text: str | Callable[[Builder, Sketch], str | None]
    tally: str = ""  # what the sketch's `tally(e)` calls a number for the outside
    threads: tuple[int, ...] = (1,)
    space: tuple[int, ...] = (2, 3, 3)  # dimensions of its vectors
    single: bool = False  # float32 only
    prologue: bool = True
    summary: str = ""  # what a docstring may say


class Family:
    """The forms of a family over one scope of declarations."""

    def __init__(self, scope: Mapping[str, object], *forms: Form):
        self.scope = dict(scope)
        self.forms = Weights({form: form.weight for form in forms})
        self.titles = {form: ("", form.summary) for form in forms if form.summary}

    def build(self, b: Builder) -> None:
        later = bool(b.forms)
        form: Form = b.form(self.forms)
        b.titles = self.titles
        if not later:
            b.verbs = tuple(form.verbs.split())
        if form.single or b.real is F16:
            b.real = F32
        if b.space.length not in form.space or b.space.dtype is not b.real:
            b.space = vector(b.pick(form.space), b.real)
        b.grid(b.pick(form.threads))
        s = Sketch(b, **self.scope)
        if form.tally:
            s.scope["tally"] = lambda e: framing.tally(b, e, *form.tally.split())
        if form.prologue:
            framing.prologue(b)
        text = form.text if isinstance(form.text, str) else form.text(b, s)
        if text:
            s(text)
        s.done()


def drawn(text: str, **tables: Sequence[tuple[str, str]]) -> Callable[[Builder, Sketch], str]:
    """A text in which `name()` stands for cases: some (test, body) pairs of a table, in their order."""

    def form(b: Builder, s: Sketch) -> str:
        for name, table in tables.items():
            few = sorted(b.sample(range(len(table)), b.integer(2, len(table))))
            arms = [table[k] for k in few]
            otherwise = arms.pop()[1] if len(arms) > 2 and b.chance(0.35) else ""
            s.scope[name] = lambda arms=arms, otherwise=otherwise: s.cases(arms, otherwise)
        return text

    return form
