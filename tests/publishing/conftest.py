"""A Hub for each test, clients in processes of their own, and exports small enough to publish often."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import hub as loopback
from small import PAIRS, make_export


@pytest.fixture
def hub():
    with loopback.running() as hub:
        yield hub


@pytest.fixture
def client(hub, start, tmp_path, monkeypatch):
    """Runs a script as a user of this Hub, with a cache of its own; returns (status, stdout, stderr).
    Whatever else a test is about, no token may be in what is printed."""

    def client(code: str, token: str | None = loopback.TOKEN, **variables: str) -> tuple[int, str, str]:
        quiet = {"HF_HOME": str(tmp_path / "hf"), "HF_HUB_DISABLE_PROGRESS_BARS": "1", "COLUMNS": "200"}
        for name, value in (quiet | hub.environment(token) | variables).items():
            monkeypatch.setenv(name, value)
        if token is None:
            monkeypatch.delenv("HF_TOKEN", raising=False)
        process = start(code)
        out, err = process.communicate(timeout=300)
        for secret in (loopback.TOKEN, loopback.READ_ONLY, *filter(None, [token])):
            assert secret not in out + err
            assert not any(secret in request for request in hub.requests)
        return process.returncode, out, err

    return client


@pytest.fixture
def publish(client):
    """`warp-ir-pairs publish me/pairs ...` of one or several lists of words in one process, the waits between
    the client's retries left out, plots too unless `draw`; returns the statuses and all that was printed."""

    def publish(*commands: list[str], before: str = "", draw=False, **options) -> tuple[list[int], str]:
        script = f"""
import time
time.sleep = lambda seconds: None
from generation.publishing import commands
from generation.cli import main
if not {draw}:
    commands.plots = lambda figures: {{"sizes.png": b"PNG\\0" + repr(figures["sizes"]).encode()}}
statuses = []
{before}
for words in {[list(words) for words in commands]!r}:
    statuses.append(main(["publish", *words]))
print(statuses)
"""
        status, out, err = client(script, **options)
        assert status == 0, err
        *lines, statuses = out.splitlines()
        return json.loads(statuses), "\n".join(lines) + err

    return publish


@pytest.fixture(scope="session")
def exports(tmp_path_factory) -> Path:
    """Finished exports of both configs, of several files each; read only."""
    out = tmp_path_factory.mktemp("exports")
    for config, pairs in PAIRS.items():
        make_export(out, config, pairs, rows_per_file=40)
    return out
