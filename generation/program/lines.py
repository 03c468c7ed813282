"""Statements as lines of Python."""

from __future__ import annotations

from textwrap import wrap

from generation.language.types import I32
from generation.program.declarations import Style
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
    For,
    If,
    Print,
    Return,
    Store,
    Unpack,
    Update,
    Var,
    While,
)
from generation.program.text import SYNTAX, condition, expression


def block(body, indent: str, lines: list[str], style: Style) -> None:
    """Add the lines of a body: blank lines between its parts, comments above or beside."""
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
    block(s.accepted, indent + style.layout.tab, lines, style)
    if len(s.otherwise) == 1 and type(s.otherwise[0]) is If:
        _if(s.otherwise[0], indent, lines, style, "elif")
    elif s.otherwise:
        lines.append(f"{indent}else:")
        block(s.otherwise, indent + style.layout.tab, lines, style)


def _for(s: For, indent, lines, style):
    bounds = [expression(s.stop, style)]
    if s.step != 1 or s.start != Const(I32, 0):
        bounds.insert(0, expression(s.start, style))
    if s.step != 1:
        bounds.append(str(s.step) if type(s.step) is int else expression(s.step, style))
    lines.append(f"{indent}for {s.variable.name} in range({', '.join(bounds)}):")
    block(s.body, indent + style.layout.tab, lines, style)


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
    block(s.body, indent + tab, lines, style)


def _while(s: While, indent, lines, style):
    lines.append(f"{indent}while {condition(s.condition, style)}:")
    block(s.body, indent + style.layout.tab, lines, style)


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
