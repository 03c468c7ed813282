"""The only printer: a program as a Python source text that runs from a file as it is."""

from __future__ import annotations

from generation.language.operations import OPERATIONS
from generation.language.types import (
    BOOL,
    F32,
    I32,
    Array,
    Matrix,
    Quaternion,
    Scalar,
    Struct,
    Transform,
    Vector,
    spelling,
)
from generation.program.nodes import (
    Assign,
    Atomic,
    Break,
    Call,
    Choice,
    Component,
    Const,
    Construct,
    Continue,
    Do,
    Field,
    For,
    Function,
    If,
    Kernel,
    Load,
    Op,
    Param,
    Print,
    Program,
    Return,
    Shape,
    Store,
    Style,
    Unpack,
    Update,
    Var,
    While,
)

# Python's precedence, loosest first; an operand looser than its operator is put in parentheses.
_LEVELS = (("if",), ("or",), ("and",), ("not ",), ("<", "<=", ">", ">=", "==", "!="), ("|",), ("^",), ("&",))
_LEVELS += (("<<", ">>"), ("+", "-"), ("*", "/", "//", "%", "@"), ("unary",), ("**",))
_PRECEDENCE = {token: level for level, tokens in enumerate(_LEVELS) for token in tokens}
_ATOM = len(_LEVELS)
_UNARY = _PRECEDENCE["unary"]
_COMPARISON = _PRECEDENCE["<"]
_SYNTAX = {o.name: (o.form, o.token) for o in OPERATIONS.values()}


def to_source(program: Program) -> str:
    """The program as Python source: imports, constants, structs, functions, kernel."""
    parts = ["import warp as wp"]
    style = program.style
    if program.constants:
        parts.append("\n".join(f"{var.name} = {_constant(const, style)}" for var, const in program.constants))
    parts += [_struct(struct, style) for struct in program.structs]
    parts += [_function(function, style) for function in program.functions]
    parts.append(_kernel(program.kernel, style))
    head, *rest = parts
    if program.constants:
        head, rest = f"{head}\n\n{rest[0]}", rest[1:]
    return "\n\n\n".join([head, *rest]) + "\n"


def _constant(const: Const, style: Style) -> str:
    text = _expression(const, style)[0]
    return f"wp.constant({text})"


def _struct(struct: Struct, style: Style) -> str:
    fields = [f"    {name}: {_type(type_, style)}" for name, type_ in struct.fields]
    return "\n".join(["@wp.struct", f"class {struct.name}:", *fields])


def _type(type_, style: Style) -> str:
    if not isinstance(type_, Array):
        return spelling(type_, style.short_types)
    element = spelling(type_.dtype, style.short_types)
    suffix = "" if type_.ndim == 1 else f"{type_.ndim}d"
    if style.bracket_arrays:
        return f"wp.array{suffix}[{element}]"
    return f"wp.array{suffix}(dtype={element})"


def _signature(name: str, params: tuple[Param, ...], result: str, style: Style) -> str:
    words = [f"{param.name}: {_type(param.type, style)}" for param in params]
    line = f"def {name}({', '.join(words)}){result}:"
    if len(line) <= 100:
        return line
    return "\n".join([f"def {name}(", *[f"    {word}," for word in words], f"){result}:"])


def _function(function: Function, style: Style) -> str:
    lines = ["@wp.func", _signature(function.name, function.params, "", style)]
    if function.doc:
        lines.append(f'    """{function.doc}"""')
    _block(function.body, "    ", lines, style)
    return "\n".join(lines)


def _kernel(kernel: Kernel, style: Style) -> str:
    lines = ["@wp.kernel", _signature(kernel.name, kernel.params, "", style)]
    if kernel.doc:
        lines.append(f'    """{kernel.doc}"""')
    if kernel.threads:
        lines.append(f"    {', '.join(var.name for var in kernel.threads)} = wp.tid()")
    _block(kernel.body, "    ", lines, style)
    return "\n".join(lines)


# ---------------------------------------------------------------- statements


def _block(body, indent: str, lines: list[str], style: Style) -> None:
    for statement in body:
        _STATEMENTS[type(statement)](statement, indent, lines, style)


def _assign(s: Assign, indent, lines, style):
    lines.append(f"{indent}{s.target.name} = {_expression(s.value, style)[0]}")


def _unpack(s: Unpack, indent, lines, style):
    lines.append(f"{indent}{', '.join(t.name for t in s.targets)} = {_expression(s.value, style)[0]}")


def _update(s: Update, indent, lines, style):
    token = _SYNTAX[s.operation][1]
    lines.append(f"{indent}{_expression(s.target, style)[0]} {token}= {_expression(s.value, style)[0]}")


def _store(s: Store, indent, lines, style):
    lines.append(f"{indent}{_expression(s.target, style)[0]} = {_expression(s.value, style)[0]}")


def _do(s: Do, indent, lines, style):
    lines.append(f"{indent}{_expression(s.value, style)[0]}")


_CONVERSIONS = {"float": "f", "int": "d", "uint": "u"}  # of printf


def _print(s: Print, indent, lines, style):
    texts = [_expression(value, style)[0] for value in s.values]
    if s.operation == "print":
        lines.append(f"{indent}print({texts[0]})")
        return
    words = [f"{v.name if type(v) is Var else 'value'} = %{_CONVERSIONS[v.type.kind]}" for v in s.values]
    lines.append(f'{indent}wp.printf("{", ".join(words)}\\n", {", ".join(texts)})')


def _if(s: If, indent, lines, style, keyword="if"):
    lines.append(f"{indent}{keyword} {_expression(s.condition, style)[0]}:")
    _block(s.accepted, indent + "    ", lines, style)
    if len(s.otherwise) == 1 and type(s.otherwise[0]) is If:
        _if(s.otherwise[0], indent, lines, style, "elif")
    elif s.otherwise:
        lines.append(f"{indent}else:")
        _block(s.otherwise, indent + "    ", lines, style)


def _for(s: For, indent, lines, style):
    bounds = [_expression(s.stop, style)[0]]
    if s.step != 1 or s.start != Const(I32, 0):
        bounds.insert(0, _expression(s.start, style)[0])
    if s.step != 1:
        bounds.append(str(s.step))
    lines.append(f"{indent}for {s.variable.name} in range({', '.join(bounds)}):")
    _block(s.body, indent + "    ", lines, style)


def _while(s: While, indent, lines, style):
    lines.append(f"{indent}while {_expression(s.condition, style)[0]}:")
    _block(s.body, indent + "    ", lines, style)


def _break(s, indent, lines, style):
    lines.append(f"{indent}break")


def _continue(s, indent, lines, style):
    lines.append(f"{indent}continue")


def _return(s: Return, indent, lines, style):
    values = ", ".join(_expression(value, style)[0] for value in s.values)
    lines.append(f"{indent}return {values}".rstrip())


_STATEMENTS = {
    Assign: _assign,
    Unpack: _unpack,
    Update: _update,
    Store: _store,
    Do: _do,
    Print: _print,
    If: _if,
    For: _for,
    While: _while,
    Break: _break,
    Continue: _continue,
    Return: _return,
}

# ---------------------------------------------------------------- expressions: (text, precedence)


def _expression(e, style: Style) -> tuple[str, int]:
    return _EXPRESSIONS[type(e)](e, style)


def _list(expressions, style) -> str:
    return ", ".join([_expression(e, style)[0] for e in expressions])


def _inside(e, style: Style, level: int) -> str:
    text, own = _EXPRESSIONS[type(e)](e, style)
    return f"({text})" if own < level else text


def literal(value: float | int) -> str:
    """A number as people write it: `0.5`, `1.0e-6`, `12`."""
    text = repr(value)
    if "e" in text:
        mantissa, _, exponent = text.partition("e")
        return f"{mantissa if '.' in mantissa else mantissa + '.0'}e{int(exponent)}"
    return text


def _const(e: Const, style: Style):
    type_ = e.type
    if type_ is F32 or type_ is I32 or type_ is BOOL:
        return literal(e.value), _UNARY if type_ is not BOOL and e.value < 0 else _ATOM
    if isinstance(type_, Scalar):
        return f"{spelling(type_)}({literal(e.value)})", _ATOM
    if isinstance(type_, Quaternion | Transform):
        name = "quat" if isinstance(type_, Quaternion) else "transform"
        dtype = "" if type_.dtype is F32 else f"dtype={spelling(type_.dtype)}"
        return f"wp.{name}_identity({dtype})", _ATOM
    if isinstance(type_, Matrix) and e.value:
        return f"wp.identity(n={type_.rows}, dtype={spelling(type_.dtype)})", _ATOM
    assert isinstance(type_, Vector | Matrix)
    return f"{spelling(type_, style.short_types)}()", _ATOM


def _var(e: Var, style):
    return e.name, _ATOM


def _op(e: Op, style: Style):
    form, token = _SYNTAX[e.operation]
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
    return f"{spelling(e.type, style.short_types)}({inner})", _ATOM


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
            level = _PRECEDENCE[_SYNTAX[e.operation][1]]
            left, right = [
                f"type({names[0]})({literal(a.value)})" if type(a) is Const else _inside(a, style, _ATOM)
                for a in arguments
            ]
            return f"{left} {_SYNTAX[e.operation][1]} {right}", level
    return None


def _load(e: Load, style):
    return f"{_inside(e.array, style, _ATOM)}[{_list(e.indices, style)}]", _ATOM


def _field(e: Field, style):
    return f"{_inside(e.value, style, _ATOM)}.{e.name}", _ATOM


def _component(e: Component, style):
    return f"{_inside(e.value, style, _ATOM)}[{_list(e.indices, style)}]", _ATOM


def _choice(e: Choice, style):
    accepted, condition = _inside(e.accepted, style, 1), _inside(e.condition, style, 1)
    return f"{accepted} if {condition} else {_inside(e.otherwise, style, 0)}", 0


def _call(e: Call, style):
    return f"{e.function}({_list(e.arguments, style)})", _ATOM


def _construct(e: Construct, style):
    return f"{e.type.name}()", _ATOM


def _shape(e: Shape, style):
    array = _inside(e.array, style, _ATOM)
    if style.lengths and e.array.type.ndim == 1:
        return f"len({array})", _ATOM
    return f"{array}.shape[{e.axis}]", _ATOM


def _atomic(e: Atomic, style):
    values = (e.value,) if e.compare is None else (e.compare, e.value)
    return f"wp.{e.operation}({_list((e.array, *e.indices, *values), style)})", _ATOM


_EXPRESSIONS = {
    Const: _const,
    Var: _var,
    Op: _op,
    Load: _load,
    Field: _field,
    Component: _component,
    Choice: _choice,
    Call: _call,
    Construct: _construct,
    Shape: _shape,
    Atomic: _atomic,
}
