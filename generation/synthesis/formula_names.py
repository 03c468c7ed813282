"""What people call a function by what it computes, and its parameters by what they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generation.language.types import Matrix, Quaternion, Scalar, Transform, Vector
from generation.program.nodes import Const, Expression, Field, Load, Op
from generation.synthesis.draw import Weights
from generation.synthesis.terms import element_words

if TYPE_CHECKING:
    from generation.synthesis.builder import Builder

_TEMPLATES = Weights(
    {"compute_{0}": 50, "eval_{0}": 14, "get_{0}": 12, "calc_{0}": 10, "{0}_term": 5, "{0}_at": 3}
)
_PLAIN = "out result output dest results value val res temp total acc tmp local data final item current"
_PLAIN += " update answer quantity number scratch sink target state buffer"
_AFFIXES = (
    ("out_", "new_", "old_", "next_", "my_"),
    ("_out", "_new", "_i", "_j", "_k", "_val", "_data"),
)

# By the outermost operation, or by two of them.
_WORDS = {
    "div max": "safe_div safe_divide guarded_ratio",
    "div add": "regularized_ratio safe_ratio",
    "div convert": "fraction_of cell_center normalized_index",
    "div": "ratio quotient normalized",
    "sqrt": "safe_sqrt root magnitude",
    "sqrt add": "hypotenuse norm magnitude",
    "exp": "gaussian falloff decay",
    "mul exp": "gaussian attenuated decay",
    "clamp": "clamp_range limited bounded saturate",
    "max": "positive_part lower_limited at_least",
    "min": "capped at_most upper_limited",
    "where": "select choose switched",
    "dot": "project projection along",
    "cross": "moment perpendicular swept",
    "length": "distance norm",
    "length_sq": "squared_distance sq_norm",
    "normalize": "direction unit_direction",
    "tanh": "squash soft_limit",
    "lerp": "mix_between blend",
    "construct": "make_vector assemble pack_components",
    "add mul": "blend weighted_sum combine",
    "add": "combine shifted add_terms",
    "sub mul": "residual deficit balance",
    "sub": "difference residual gap_between",
    "mul": "scaled weighted scale_by",
    "mul sub": "scaled_difference spring_term relative_change",
    "mul add": "scaled_sum mean_of weighted_total",
}
_INVERSE = "safe_inverse reciprocal safe_inv"
_OTHER = "transform_value apply_law response shape_function evaluate"


def function_name(b: Builder, value: Expression, target: str) -> str:
    """A new name: after what the value is assigned to, else after how it is computed."""
    stem = _stem(target)
    found: tuple[str, ...] = ()
    if len(stem) > 3 and stem not in _PLAIN.split() and b.chance(0.85):
        found = (b.weighted(_TEMPLATES).format(stem),)
    if not found or found[0] in b.taken:
        found = tuple(_words(value).split())
    name = b.name(*found)
    b.function_names.add(name)
    return name


def _words(value: Expression) -> str:
    if type(value) is not Op:
        return _OTHER
    if value.operation == "div" and type(value.arguments[0]) is Const:
        return _INVERSE
    for argument in reversed(value.arguments[-1:] if value.operation == "div" else value.arguments):
        pair = f"{value.operation} {getattr(argument, 'operation', '')}"
        if pair in _WORDS:
            return _WORDS[pair]
    return _WORDS.get(value.operation, _OTHER)


def _stem(name: str) -> str:
    """`out_forces` and `force_i` are about `forces` and `force`."""
    for prefix in _AFFIXES[0]:
        name = name.removeprefix(prefix)
    for suffix in _AFFIXES[1]:
        name = name.removesuffix(suffix)
    return name.rstrip("0123456789_")


def parameter_name(leaf: Expression, taken: set[str]) -> str:
    """What a function calls what it is given, other than any of the names that are taken."""
    if type(leaf) is Load:
        own = element_words(leaf, "")[0] if hasattr(leaf.array, "name") else ""
    else:
        own = leaf.name
    stem = own if type(leaf) is Field else _stem(own)
    choices = [stem, own.rstrip("_"), f"other_{stem}" if len(stem) > 3 else "", *_letters(leaf.type)]
    return next(name for name in choices if name and name not in taken)


def _letters(type_) -> tuple[str, ...]:
    kinds = {Scalar: "xyzstuvw", Vector: "abcdpqrv", Matrix: "mabAB", Quaternion: "qrs", Transform: "tabc"}
    letters = tuple(kinds.get(type(type_), "abcd"))
    return letters + tuple([f"{letter}{k}" for k in range(1, 9) for letter in letters])
