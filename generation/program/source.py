"""The only printer: a program as a Python source text that runs from a file as it is."""

from __future__ import annotations

from generation.language.types import (
    I32,
    Array,
    Struct,
    spelling,
)
from generation.program.nodes import (
    Assign,
    Break,
    Const,
    Continue,
    Do,
    Each,
    For,
    Function,
    If,
    Kernel,
    Param,
    Print,
    Program,
    Return,
    Store,
    Style,
    Unpack,
    Update,
    Var,
    While,
)
from generation.program.text import SYNTAX, expression


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
    text = expression(const, style)
    return f"wp.constant({text})"


def _struct(struct: Struct, style: Style) -> str:
    fields = [f"    {name}: {_type(type_, style)}" for name, type_ in struct.fields]
    return "\n".join(["@wp.struct", f"class {struct.name}:", *fields])


def _type(type_, style: Style) -> str:
    if not isinstance(type_, Array):
        return spelling(type_, style.short_types)
    element = spelling(type_.dtype, style.short_types)
    suffix = "" if type_.ndim == 1 and not style.array1d else f"{type_.ndim}d"
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
    lines.append(f"{indent}{s.target.name} = {expression(s.value, style)}")


def _unpack(s: Unpack, indent, lines, style):
    lines.append(f"{indent}{', '.join(t.name for t in s.targets)} = {expression(s.value, style)}")


def _update(s: Update, indent, lines, style):
    token = SYNTAX[s.operation][1]
    lines.append(f"{indent}{expression(s.target, style)} {token}= {expression(s.value, style)}")


def _store(s: Store, indent, lines, style):
    lines.append(f"{indent}{expression(s.target, style)} = {expression(s.value, style)}")


def _do(s: Do, indent, lines, style):
    lines.append(f"{indent}{expression(s.value, style)}")


_CONVERSIONS = {"float": "f", "int": "d", "uint": "u"}  # of printf


def _print(s: Print, indent, lines, style):
    texts = [expression(value, style) for value in s.values]
    if s.operation == "print":
        lines.append(f"{indent}print({texts[0]})")
        return
    words = [f"{v.name if type(v) is Var else 'value'} = %{_CONVERSIONS[v.type.kind]}" for v in s.values]
    lines.append(f'{indent}wp.printf("{", ".join(words)}\\n", {", ".join(texts)})')


def _if(s: If, indent, lines, style, keyword="if"):
    lines.append(f"{indent}{keyword} {expression(s.condition, style)}:")
    _block(s.accepted, indent + "    ", lines, style)
    if len(s.otherwise) == 1 and type(s.otherwise[0]) is If:
        _if(s.otherwise[0], indent, lines, style, "elif")
    elif s.otherwise:
        lines.append(f"{indent}else:")
        _block(s.otherwise, indent + "    ", lines, style)


def _for(s: For, indent, lines, style):
    bounds = [expression(s.stop, style)]
    if s.step != 1 or s.start != Const(I32, 0):
        bounds.insert(0, expression(s.start, style))
    if s.step != 1:
        bounds.append(str(s.step))
    lines.append(f"{indent}for {s.variable.name} in range({', '.join(bounds)}):")
    _block(s.body, indent + "    ", lines, style)


def _each(s: Each, indent, lines, style):
    query = expression(s.query, style)
    if s.holder is not None:
        lines.append(f"{indent}{s.holder.name} = {query}")
        query = s.holder.name
    if s.advance:
        lines.append(f"{indent}{s.variable.name} = int(0)")
        lines.append(f"{indent}while wp.{s.advance}({query}, {s.variable.name}):")
    else:
        lines.append(f"{indent}for {s.variable.name} in {query}:")
    _block(s.body, indent + "    ", lines, style)


def _while(s: While, indent, lines, style):
    lines.append(f"{indent}while {expression(s.condition, style)}:")
    _block(s.body, indent + "    ", lines, style)


def _break(s, indent, lines, style):
    lines.append(f"{indent}break")


def _continue(s, indent, lines, style):
    lines.append(f"{indent}continue")


def _return(s: Return, indent, lines, style):
    values = ", ".join(expression(value, style) for value in s.values)
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
    Each: _each,
    While: _while,
    Break: _break,
    Continue: _continue,
    Return: _return,
}
