import pytest

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
