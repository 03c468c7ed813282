"""Expressions as Python: each node as (text, precedence), with the parentheses that Python needs."""

from __future__ import annotations

from generation.language.operations import OPERATIONS
from generation.language.tables import CHOSEN
from generation.language.types import (
    BOOL,
    F32,
    I32,
    TEXTURES,
    Matrix,
    Quaternion,
    Scalar,
    Transform,
    Vector,
    spelling,
)
from generation.program import tile_parts, tiles
from generation.program.declarations import Style
from generation.program.nodes import (
    Adjoint,
    Alike,
    Atomic,
    Call,
    Choice,
    Component,
    Const,
    Construct,
    Field,
    Gradient,
    Load,
    Op,
    Pack,
    Range,
    Scratch,
    Shape,
    Tiled,
    Var,
    View,
)

# Python's precedence, loosest first; an operand looser than its operator is put in parentheses.
_LEVELS = (("if",), ("or",), ("and",), ("not ",), ("<", "<=", ">", ">=", "==", "!="), ("|",), ("^",), ("&",))
_LEVELS += (("<<", ">>"), ("+", "-"), ("*", "/", "//", "%", "@"), ("unary",), ("**",))
_PRECEDENCE = {token: level for level, tokens in enumerate(_LEVELS) for token in tokens}
_ATOM = len(_LEVELS)
_UNARY = _PRECEDENCE["unary"]
_COMPARISON = _PRECEDENCE["<"]
SYNTAX = {o.name: (o.form, o.token) for o in OPERATIONS.values()}


# ---------------------------------------------------------------- expressions: (text, precedence)


def expression(e, style: Style) -> str:
    """An expression as Python source."""
    return _EXPRESSIONS[type(e)](e, style)[0]


def condition(e, style: Style) -> str:
    """The condition of an `if` or a `while`; a style may leave `!= 0` to Python's notion of truth."""
    if style.truth or style.chains:
        return _truth(e, style)[0]
    return expression(e, style)


def _truth(e, style: Style):
    kind = e.operation if type(e) is Op else ""
    chain = _chain(e, style) if style.chains and kind == "and" else None
    if chain:
        return chain
    if kind in ("and", "or") and not style.calls:
        level = _PRECEDENCE[kind]
        parts = [_truth(argument, style) for argument in e.arguments]
        texts = [f"({text})" if own < level + place else text for place, (text, own) in enumerate(parts)]
        return f" {kind} ".join(texts), level
    if style.truth and kind in ("eq", "ne") and e.arguments[1] == _ZERO:
        text, own = _EXPRESSIONS[type(e.arguments[0])](e.arguments[0], style)
        if kind == "ne":
            return text, own
        return f"not {text}" if own == _ATOM else f"not ({text})", _PRECEDENCE["not "]
    return _EXPRESSIONS[type(e)](e, style)


def _chain(e: Op, style: Style):
    """`a <= b and b < c` as `a <= b < c`, where b is a name."""
    left, right = e.arguments
    if not all(type(side) is Op and side.operation in _RISING for side in (left, right)):
        return None
    if type(right.arguments[0]) is not Var or left.arguments[1] != right.arguments[0]:
        return None
    first, middle, last = [_inside(a, style, _COMPARISON + 1) for a in (*left.arguments, right.arguments[1])]
    return f"{first} {SYNTAX[left.operation][1]} {middle} {SYNTAX[right.operation][1]} {last}", _COMPARISON


_RISING = ("lt", "le")
_ZERO = Const(I32, 0)


def spelled(type_, style: Style) -> str:
    """A type by Warp's name or the program's own."""
    for own, name in style.type_names:
        if own is type_:
            return name
    return spelling(type_, style.short_types)


def _list(expressions, style) -> str:
    return ", ".join([expression(e, style) for e in expressions])


def _inside(e, style: Style, level: int) -> str:
    text, own = _EXPRESSIONS[type(e)](e, style)
    return f"({text})" if own < level else text


def literal(value: float | int | bool, short: bool = False) -> str:
    """A number as people write it: `0.5`, `1.0e-6` or, where `short`, `1e-6`, `12`, `True`."""
    text = repr(value)
    if type(value) is float and "e" in text:
        mantissa, _, exponent = text.partition("e")
        return f"{mantissa if short or '.' in mantissa else mantissa + '.0'}e{int(exponent)}"
    return text


def _const(e: Const, style: Style):
    type_ = e.type
    if type_ is F32 or type_ is I32 or type_ is BOOL:
        return literal(e.value, style.short_exponents), _UNARY if type_ is not BOOL and e.value < 0 else _ATOM
    if isinstance(type_, Scalar):
        return f"{spelling(type_)}({literal(e.value, style.short_exponents)})", _ATOM
    if isinstance(type_, Quaternion | Transform):
        name = "quat" if isinstance(type_, Quaternion) else "transform"
        dtype = "" if type_.dtype is F32 else f"dtype={spelling(type_.dtype)}"
        return f"wp.{name}_identity({dtype})", _ATOM
    if isinstance(type_, Matrix) and e.value:
        return f"wp.identity(n={type_.rows}, dtype={spelling(type_.dtype)})", _ATOM
    assert isinstance(type_, Vector | Matrix)
    return f"{spelled(type_, style)}()", _ATOM


def _var(e: Var, style):
    return e.name, _ATOM


def _op(e: Op, style: Style):
    form, token = SYNTAX[e.operation]
    arguments = e.arguments
    if style.generic_casts or style.calls:
        rare = _rare(e, form, style)
        if rare:
            return rare
    if form == "infix":
        level = _PRECEDENCE[token]
        # Comparisons chain in Python, and ** binds to the right: both need parentheses on the left too.
        left = _inside(arguments[0], style, level + 1 if level == _COMPARISON or token == "**" else level)
        return f"{left} {token} {_inside(arguments[1], style, level + 1)}", level
    if form == "prefix":
        level = _PRECEDENCE["not "] if token == "not " else _UNARY
        return token + _inside(arguments[0], style, level), level
    if e.operation in CHOSEN or e.operation in _MODED:
        return _sampled(e, style), _ATOM
    inner = ", ".join([_EXPRESSIONS[type(a)](a, style)[0] for a in arguments])
    if form == "call":
        return (f"{token}({inner})" if style.bare_math and token in _BARE else f"wp.{token}({inner})"), _ATOM
    if e.operation == "dynamic" and e.type not in (F32, I32, BOOL):
        return inner, _ATOM  # wp.float64(0.0) is no bare literal
    if e.operation == "cast":
        return f"wp.cast({inner}, {spelling(e.type)})", _ATOM
    if style.generic_constructors and type(e.type) in _GENERIC and len(arguments) > 1:
        name, shape = _GENERIC[type(e.type)]
        return f"wp.{name}({inner}{shape(e.type)})", _ATOM
    if isinstance(e.type, Scalar):
        return f"{spelling(e.type, not style.sized_casts)}({inner})", _ATOM
    return f"{spelled(e.type, style)}({inner})", _ATOM


_MODED = tuple(name for name in SYNTAX if name.startswith("volume_sample") and name != "volume_sample_i")
_MODES = ("wp.Volume.CLOSEST", "wp.Volume.LINEAR")


def _sampled(e: Op, style: Style) -> str:
    """A value out of a volume or a texture: the mode by its name, and the type that is asked for."""
    words = [expression(a, style) for a in e.arguments]
    if e.operation in _MODED and type(e.arguments[2]) is Const:
        words[2] = _MODES[e.arguments[2].value]
    if len(words) == 3 and e.operation == "texture_sample":
        texture, place, _ = e.arguments
        if texture.type is TEXTURES[0] or isinstance(place.type, Vector):
            words[2] = f"lod={words[2]}"
    if e.operation in CHOSEN:
        short = style.short_types or e.operation == "texture_sample"  # which refuses wp.float32
        words.append(f"dtype={spelling(e.type, short)}")
    return f"wp.{e.operation}({', '.join(words)})"


_BARE = ("min", "max", "abs", "round")
_CALLS = {"pow": "pow", "matmul": "mul"}
_ALL_CALLS = {**_CALLS, "and": "", "or": "", "not": "unot"}
_GENERIC = {
    Vector: ("vector", lambda type_: "" if type_.length < 5 else f", length={type_.length}"),
    Matrix: ("matrix", lambda type_: f", shape=({type_.rows}, {type_.cols})"),
    Quaternion: ("quaternion", lambda type_: ""),
    Transform: ("transformation", lambda type_: ""),
}


def _rare(e: Op, form: str, style: Style) -> tuple[str, int] | None:
    """An operator as a call, or a literal as `type(x)(0.5)` after the name it is combined with."""
    arguments = e.arguments
    if form not in ("infix", "prefix") or (e.type is BOOL and e.operation != "not"):
        return None
    calls = _ALL_CALLS if style.all_calls else _CALLS
    name = calls.get(e.operation, e.operation if style.all_calls else "")
    if style.calls and name:
        return f"wp.{name}({_list(arguments, style)})", _ATOM
    if style.generic_casts and form == "infix" and isinstance(e.type, Scalar) and e.type.kind == "float":
        names = [a.name for a in arguments if type(a) is Var and a.type is e.type]
        if names and any(type(a) is Const for a in arguments):
            level = _PRECEDENCE[SYNTAX[e.operation][1]]
            left, right = [
                f"type({names[0]})({literal(a.value)})" if type(a) is Const else _inside(a, style, _ATOM)
                for a in arguments
            ]
            return f"{left} {SYNTAX[e.operation][1]} {right}", level
    return None


def _load(e: Load, style):
    return f"{_inside(e.array, style, _ATOM)}[{_list(e.indices, style)}]", _ATOM


def _field(e: Field, style):
    return f"{_inside(e.value, style, _ATOM)}.{e.name}", _ATOM


def _component(e: Component, style):
    return f"{_inside(e.value, style, _ATOM)}[{_list(e.indices, style)}]", _ATOM


def _view(e: View, style):
    return f"{_inside(e.array, style, _ATOM)}[{_list(e.places, style)}]", _ATOM


def _range(e: Range, style):
    return ":".join(["" if end is None else expression(end, style) for end in e]), 0


def _scratch(e: Scratch, style):
    shape = f"{e.shape[0]}," if len(e.shape) == 1 else ", ".join(map(str, e.shape))
    return f"wp.zeros(shape=({shape}), dtype={spelled(e.type.dtype, style)})", _ATOM


def _choice(e: Choice, style):
    accepted, condition = _inside(e.accepted, style, 1), _inside(e.condition, style, 1)
    return f"{accepted} if {condition} else {_inside(e.otherwise, style, 0)}", 0


def _call(e: Call, style):
    words = [expression(a, style) for a in e.arguments]
    place = len(words) - len(e.keywords)
    words[place:] = [f"{name}={word}" for name, word in zip(e.keywords, words[place:], strict=True)]
    return f"{e.function}({', '.join(words)})", _ATOM


def _gradient(e: Gradient, style):
    return f"wp.grad({e.function})({_list(e.arguments, style)})", _ATOM


def _alike(e: Alike, style):
    plain = type(e.value) is Const
    value = literal(e.value.value) if plain else expression(e.value, style)
    name = e.like.name
    return f"type({name})({value})" if isinstance(e.like.type, Scalar) else f"{name}.dtype({value})", _ATOM


def _adjoint(e: Adjoint, style):
    return f"wp.adjoint[{e.variable.name}]", _ATOM


def _construct(e: Construct, style):
    words = [expression(argument, style) for argument in e.arguments]
    if style.named_fields:
        pairs = zip(e.type.fields, words, strict=False)
        words = [f"{name}={word}" for (name, _), word in pairs]
    return f"{e.type.name}({', '.join(words)})", _ATOM


def _shape(e: Shape, style):
    array = _inside(e.array, style, _ATOM)
    if style.lengths and e.array.type.ndim == 1:
        return f"len({array})", _ATOM
    return f"{array}.shape[{e.axis}]", _ATOM


def _atomic(e: Atomic, style):
    values = (e.value,) if e.compare is None else (e.compare, e.value)
    return f"wp.{e.operation}({_list((e.array, *e.indices, *values), style)})", _ATOM


def _pack(e: Pack, style):
    return _list(e.values, style), 0


def _shape_of(extents, style: Style, tuples: bool = False) -> str:
    text = _list(extents, style)
    if len(extents) == 1:
        return f"({text},)" if tuples else text
    return f"({text})"


def _tiled(e: Tiled, style):
    words = [expression(a, style) for a in e.arguments]
    if e.function is not None:
        words.insert(0, f"wp.{e.function}" if type(e.function) is str else e.function.name)
    if e.operation == "tile_arange":
        words.append(str(e.type.shape[0]))
    names = tile_parts.KEYWORDS.get(e.operation, ())
    named = [f"{name}={word}" if name else word for name, word in zip(names, words, strict=False)]
    words = [*words[len(named) :], *named]
    tuples = e.operation in (*tile_parts.GATHERS, *tile_parts.WITHIN)  # which take no plain number
    if e.operation in tiles.SHAPED:
        place = 0 if names and names[0] else len(words)
        words.insert(place, f"shape={_shape_of(e.shape, style, tuples)}")
    if e.offset:
        words.append(f"offset={_shape_of(e.offset, style, tuples)}")
    if e.axis is not None:
        words.append(f"axis={e.axis}")
    if e.operation in tiles.TYPED:
        words.append(f"dtype={spelling(e.type.dtype, style.short_types)}")
    return f"wp.{e.operation}({', '.join(words)})", _ATOM


_EXPRESSIONS = {
    Const: _const,
    Var: _var,
    Op: _op,
    Load: _load,
    Field: _field,
    Component: _component,
    View: _view,
    Range: _range,
    Scratch: _scratch,
    Choice: _choice,
    Call: _call,
    Gradient: _gradient,
    Alike: _alike,
    Adjoint: _adjoint,
    Construct: _construct,
    Shape: _shape,
    Atomic: _atomic,
    Tiled: _tiled,
    Pack: _pack,
}
