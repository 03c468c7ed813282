"""A Hub for each test, clients in processes of their own, and exports small enough to publish often."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import hub as loopback


@pytest.fixture
def hub():
    with loopback.running() as hub:
        yield hub
