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
from generation.program.declarations import Factory, Function, Kernel, Param, Program, Style
from generation.program.lines import block
from generation.program.nodes import Const
from generation.program.text import expression, spelled
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
    block(function.body, style.layout.tab, lines, style)
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
    block(kernel.body, tab, lines, style)
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
