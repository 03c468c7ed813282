import pytest

from generation.synthesis import synthesise


@pytest.fixture(scope="session")
def programs():
    """The first programs of a stream: every family several times."""
    return [synthesise(11, index) for index in range(400)]
