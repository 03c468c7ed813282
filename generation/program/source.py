"""The only printer: a program as a Python source text that runs from a file as it is."""

from __future__ import annotations

from textwrap import wrap

from generation.language.types import (
    I32,
    Array,
    Struct,
    definition,
    scalar_of,
)
from generation.program.layout import parted, writes
from generation.program.loops import SHARED
from generation.program.nodes import (
    Assign,
    Break,
    Comment,
    Const,
    Continue,
    Do,
    Each,
    Factory,
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
from generation.program.text import SYNTAX, condition, expression, spelled
from generation.program.wrapping import fold


def to_source(program: Program) -> str:
    """The program as Python source: imports, constants, structs, functions, kernel."""
    style, kernel = program.style, program.kernel
    factory = program.factory or _NO_FACTORY
    free = [(var, const) for var, const in program.constants if var.name not in factory.values]
    head = "import warp as wp"
    if kernel.generic or any(function.generic for function in program.functions):
        head = f"from typing import Any\n\n{head}"
    if style.type_names:
        own = [f"{name} = {definition(type_, style.short_types)}" for type_, name in style.type_names]
        head += "\n\n" + "\n".join(own)
    groups: dict[str, list] = {}
    for var, const in free:
        group, _, name = var.name.rpartition(".")
        groups.setdefault(group, []).append((name, const))
    if any(_is_enumeration(members) for group, members in groups.items() if group):
        head = f"from enum import IntEnum\n{'' if head.startswith('from') else chr(10)}{head}"
    if "" in groups:
        head += "\n\n" + "\n".join(f"{name} = {_constant(c, style)}" for name, c in groups.pop(""))
    parts = [head, *[_group(name, members, style) for name, members in groups.items()]]
    parts += [_struct(struct, style) for struct in program.structs]
    outer = [function for function in program.functions if function.name not in factory.inner]
    parts += dict.fromkeys([function_text(function, style) for function in outer])
    parts.append(_factory(program) if program.factory else _kernel(kernel, style))
    if kernel.generic:
        parts.append(_overload(kernel, style))
    return "\n\n\n".join(parts) + "\n"


_NO_FACTORY = Factory("")


def _folded(lines: list[str], style: Style) -> str:
    """The lines as a text, none longer than the style allows."""
    width, tab = style.layout.width, style.layout.tab
    if any(len(line) > width for line in lines):
        lines = [part for line in lines for part in fold(line, width, tab)]
    return "\n".join(lines)


def _overload(kernel: Kernel, style: Style) -> str:
    """What makes a generic kernel concrete."""
    types = [_type(param.type, style) for param in kernel.params]
    line = f"wp.overload({kernel.name}, [{', '.join(types)}])"
    tab = style.layout.tab
    if len(line) <= style.layout.width:
        return line
    listed = [f"{tab}{tab}{type_}," for type_ in types]
    return "\n".join(["wp.overload(", f"{tab}{kernel.name},", f"{tab}[", *listed, f"{tab}],", ")"])


def _constant(const: Const, style: Style) -> str:
    text = expression(const, style)
    return text if style.plain_constants else f"wp.constant({text})"


def _is_enumeration(members) -> bool:
    return all(const.type is I32 for _, const in members)


def _group(name: str, members, style: Style) -> str:
    """Constants of one enumeration, or attributes of one class."""
    tab = style.layout.tab
    if _is_enumeration(members):
        lines = [f"class {name}(IntEnum):", *[f"{tab}{word} = {const.value}" for word, const in members]]
    else:
        lines = [f"class {name}:", *[f"{tab}{word} = {_constant(const, style)}" for word, const in members]]
    return "\n".join(lines)


def _factory(program: Program) -> str:
    """The function that makes the kernel, and the call of it."""
    factory, kernel, layout = program.factory, program.kernel, program.style.layout
    tab = layout.tab
    style = program.style._replace(layout=layout._replace(width=layout.width - len(tab)))
    given = [(var, const) for var, const in program.constants if var.name in factory.values]
    words = [f"{var.name}: {_type(var.type, style)}" for var, _ in given]
    words += [f"{name}: wp.Function" for name, _ in factory.functions]
    inner = [function for function in program.functions if function.name in factory.inner]
    parts = [*dict.fromkeys(function_text(function, style) for function in inner), _kernel(kernel, style)]
    body = "\n\n".join("\n".join(f"{tab}{line}" if line else "" for line in p.split("\n")) for p in parts)
    values = [expression(const, style) for _, const in given] + [name for _, name in factory.functions]
    head = _folded([f"def {factory.name}({', '.join(words)}):"], program.style)
    made = _folded([f"{kernel.name} = {factory.name}({', '.join(values)})"], program.style)
    return f"{head}\n{body}\n\n{tab}return {kernel.name}\n\n\n{made}"


def _struct(struct: Struct, style: Style) -> str:
    fields = [f"{style.layout.tab}{name}: {_type(type_, style)}" for name, type_ in struct.fields]
    return "\n".join(["@wp.struct", f"class {struct.name}:", *fields])


def _type(type_, style: Style, generic: bool = False) -> str:
    """A type as people write it; `generic` where what is made of floating-point numbers is `Any`."""
    any_ = generic and getattr(scalar_of(getattr(type_, "dtype", type_)), "kind", "") == "float"
    if not isinstance(type_, Array):
        return "Any" if any_ else spelled(type_, style)
    element = "Any" if any_ else spelled(type_.dtype, style)
    if style.ndim_arrays and type_.ndim > 1 and not style.bracket_arrays:
        return f"wp.array(dtype={element}, ndim={type_.ndim})"
    suffix = "" if type_.ndim == 1 and not style.array1d else f"{type_.ndim}d"
    if style.bracket_arrays:
        return f"wp.array{suffix}[{element}]"
    return f"wp.array{suffix}(dtype={element})"


def _signature(name: str, params: tuple[Param, ...], result: str, style: Style, generic: bool) -> list[str]:
    words = [f"{param.name}: {_type(param.type, style, generic)}{_default(param, style)}" for param in params]
    line = f"def {name}({', '.join(words)}){result}:"
    layout = style.layout
    if len(line) <= layout.width and not layout.sections:
        return [line]
    lines = [f"def {name}("]
    group = -1
    for param, word in zip(params, words, strict=True):
        if layout.sections and (param.role != "in") != group:
            group = param.role != "in"
            lines.append(f"{layout.tab}# {layout.sections[group]}")
        lines.append(f"{layout.tab}{word},")
    return [*lines, f"){result}:"]


def _default(param: Param, style: Style) -> str:
    return "" if param.default is None else f" = {expression(param.default, style)}"


def function_text(function: Function, style: Style) -> str:
    """One function as Python source."""
    result = ""
    if function.annotated and function.results and not function.generic:
        types = ", ".join(_type(type_, style) for type_ in function.results)
        result = f" -> {types}" if len(function.results) == 1 else f" -> tuple[{types}]"
    head = f"@wp.func_grad({function.gradient_of})" if function.gradient_of else "@wp.func"
    plain = style._replace(layout=style.layout._replace(sections=()))
    lines = [head, *_signature(function.name, function.params, result, plain, function.generic)]
    lines += _doc(function.doc, style)
    _block(function.body, style.layout.tab, lines, style)
    return _folded(lines, style)


def _kernel(kernel: Kernel, style: Style) -> str:
    outputs = [param.role != "in" for param in kernel.params]
    if style.layout.sections and sorted(outputs) != outputs:
        style = style._replace(layout=style.layout._replace(sections=()))
    tab = style.layout.tab
    lines = ["@wp.kernel", *_signature(kernel.name, kernel.params, "", style, kernel.generic)]
    lines += _doc(kernel.doc, style)
    if kernel.threads:
        lines.append(f"{tab}{', '.join(var.name for var in kernel.threads)} = wp.tid()")
        if style.layout.after_threads:
            lines.append("")
    _block(kernel.body, tab, lines, style)
    return _folded(lines, style)


def _doc(text: str, style: Style) -> list[str]:
    """A docstring: on one line, or with its quotes closed on a line of their own."""
    if not text:
        return []
    tab, width = style.layout.tab, style.layout.width
    first, *rest = text.split("\n")
    lines = wrap(f'"""{first}', width - len(tab) - 3)
    for line in rest:
        margin = line[: len(line) - len(line.lstrip())]
        lines += wrap(line, width - len(tab), subsequent_indent=margin + tab) or [""]
    closed = [*lines[:-1], lines[-1] + '"""'] if len(lines) == 1 else [*lines, '"""']
    return [f"{tab}{line}" if line else "" for line in closed]


# ---------------------------------------------------------------- statements


def _block(body, indent: str, lines: list[str], style: Style) -> None:
    layout = style.layout
    before = note = None
    written = False
    for statement in body:
        if before is not None and parted(before, statement, layout, written):
            lines.append("")
        before = statement
        written = written or writes(statement)
        if type(statement) is Comment:
            note = statement
            if not statement.beside:
                lines += [
                    f"{indent}# {line}" for line in wrap(statement.text, layout.width - len(indent) - 2)
                ]
            continue
        place = len(lines)
        _STATEMENTS[type(statement)](statement, indent, lines, style)
        if note is not None and note.beside:
            line = f"{lines[place]}  # {note.text}"
            if len(line) <= layout.width:
                lines[place] = line
        note = None


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
    lines.append(f"{indent}{keyword} {condition(s.condition, style)}:")
    _block(s.accepted, indent + style.layout.tab, lines, style)
    if len(s.otherwise) == 1 and type(s.otherwise[0]) is If:
        _if(s.otherwise[0], indent, lines, style, "elif")
    elif s.otherwise:
        lines.append(f"{indent}else:")
        _block(s.otherwise, indent + style.layout.tab, lines, style)


def _for(s: For, indent, lines, style):
    bounds = [expression(s.stop, style)]
    if s.step != 1 or s.start != Const(I32, 0):
        bounds.insert(0, expression(s.start, style))
    if s.step != 1:
        bounds.append(str(s.step) if type(s.step) is int else expression(s.step, style))
    lines.append(f"{indent}for {s.variable.name} in range({', '.join(bounds)}):")
    _block(s.body, indent + style.layout.tab, lines, style)


def _each(s: Each, indent, lines, style):
    query = expression(s.query, style)
    if s.holder is not None:
        lines.append(f"{indent}{s.holder.name} = {query}")
        query = s.holder.name
    tab = style.layout.tab
    if s.advance in SHARED:
        lines.append(f"{indent}while wp.tile_query_valid({query}):")
        lines.append(f"{indent}{tab}{s.variable.name} = wp.untile(wp.{s.advance}({query}))")
        lines.append(f"{indent}{tab}if {s.variable.name} >= 0:")
        indent += tab
    elif s.advance:
        lines.append(f"{indent}{s.variable.name} = int(0)")
        lines.append(f"{indent}while wp.{s.advance}({query}, {s.variable.name}):")
    else:
        lines.append(f"{indent}for {s.variable.name} in {query}:")
    _block(s.body, indent + tab, lines, style)


def _while(s: While, indent, lines, style):
    lines.append(f"{indent}while {condition(s.condition, style)}:")
    _block(s.body, indent + style.layout.tab, lines, style)


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
