"""The manner in which a program is written down: its name, the order of its parameters, its style."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from generation.language.types import I32, Array
from generation.program.declarations import Layout, Param, Style
from generation.synthesis.draw import Draw, Weights

if TYPE_CHECKING:
    from generation.synthesis.builder import Builder

_STYLES = Weights({Style(): 46, Style(False, False): 10, Style(True, True): 34, Style(False, True): 10})
_HABITS = {"sized_casts": 0.2, "generic_casts": 0.02, "bare_math": 0.06, "calls": 0.05, "all_calls": 0.004}
_HABITS |= {"generic_constructors": 0.04, "lengths": 0.15, "array1d": 0.015, "ndim_arrays": 0.1}
_HABITS |= {"short_exponents": 0.2, "chains": 0.2, "truth": 0.15, "plain_constants": 0.3}
_DENSE = 0.33  # of the kernels have no blank line at all
_SPACES = {"after_threads": 0.6, "after_blocks": 0.8, "before_blocks": 0.5, "before_comments": 0.95}
_SPACES |= {"before_outputs": 0.55}
_WIDTHS = Weights({120: 60, 100: 24, 88: 16})
_SECTIONS = Weights({(): 78, ("inputs", "outputs"): 14, ("inputs:", "outputs:"): 3, ("Inputs", "Outputs"): 3})
_GROUPS = Weights({"": 50, "sizes": 22, "arrays": 14, "scalars": 14})
_ORDER = {"in": 1, "inout": 2, "out": 3}


def kernel_name(b: Builder, names: Sequence[str]) -> str:
    """One of the names of its form, else a verb of the family with a subject of the field."""
    if names:
        name = b.pick(names)
        if "_" not in name and b.chance(0.5):
            name = f"{name}_{b.pick(b.subjects)}"
    else:
        verb, subject = b.pick(b.verbs), b.pick(b.subjects)
        name = f"{verb}_{subject}" if b.chance(0.85) else f"{subject}_{verb}"
        if "_" in verb and (subject in verb or b.chance(0.6)):
            name = verb  # says what it works on already
    if b.chance(0.3):
        name += "_kernel"
    if b.chance(0.12):
        name = f"_{name}"
    while name in b.taken:
        name += "_kernel"
    return name


def ordered(draw: Draw, params: Sequence[Param]) -> tuple[Param, ...]:
    """Outputs last, as most people write; sizes or arrays before the rest; or as they came up."""
    if draw.chance(0.2):
        return tuple(params)
    how = draw.weighted(_GROUPS)

    def place(param: Param) -> tuple[int, bool]:
        if how == "sizes":
            return 0 if param.type is I32 and param.span else _ORDER[param.role], False
        return _ORDER[param.role], how and isinstance(param.type, Array) is (how == "scalars")

    return tuple(sorted(params, key=place))


def style(draw: Draw) -> Style:
    """How this program is spelled and laid out; rare habits are rare."""
    habits = {habit: True for habit, probability in _HABITS.items() if draw.random() < probability}
    if habits.get("all_calls"):
        habits["calls"] = True
    spaces = {} if draw.chance(_DENSE) else {space: draw.chance(share) for space, share in _SPACES.items()}
    tab = "  " if draw.chance(0.05) else "    "
    layout = Layout(draw.weighted(_WIDTHS), tab, draw.weighted(_SECTIONS), **spaces)
    return draw.weighted(_STYLES)._replace(layout=layout, **habits)
