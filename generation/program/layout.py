"""Where the printer puts blank lines: between statements that people set apart."""

from __future__ import annotations

from generation.program.declarations import Layout
from generation.program.nodes import Comment, Do, Each, For, If, Store, Update, Var, While

_BLOCKS = (If, For, Each, While)


def parted(before, after, layout: Layout, written: bool) -> bool:
    """Whether a blank line stands between two statements of a block that has `written` results before."""
    kind, past = type(after), type(before)
    if past is Comment:
        return False
    if kind is Comment:
        return layout.before_comments and not after.beside
    if past in _BLOCKS:
        return layout.after_blocks
    if kind in _BLOCKS:
        return layout.before_blocks
    return layout.before_outputs and not written and writes(after)


def writes(statement) -> bool:
    kind = type(statement)
    return kind in (Store, Do) or (kind is Update and type(statement.target) is not Var)
