import pytest

from generation.program.declarations import Function, Kernel
from generation.program.nodes import Comment
from generation.synthesis import synthesise


@pytest.fixture(scope="session")
def programs():
    """The first programs of a stream: every family several times."""
    return [synthesise(11, index) for index in range(400)]


@pytest.fixture(scope="session")
def rebuild():
    """The tree with a change applied bottom up."""

    def rebuild(node, change):
        if isinstance(node, tuple):
            parts = [rebuild(item, change) for item in node]
            node = type(node)(*parts) if hasattr(node, "_fields") else tuple(parts)
        return change(node)

    return rebuild


@pytest.fixture(scope="session")
def noted(programs):
    """Those programs that somebody wrote comments or docstrings for."""
    return [p for p in programs if p.kernel.doc or "Comment(" in repr(p)]


@pytest.fixture(scope="session")
def bare(rebuild):
    """The program without a word to its reader."""

    def stripped(node):
        if type(node) in (Kernel, Function):
            return node._replace(doc="")
        if type(node) is tuple:
            return tuple(part for part in node if type(part) is not Comment)
        return node

    return lambda program: rebuild(program, stripped)._replace(structs=program.structs, style=program.style)
