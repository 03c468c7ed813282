"""The Hugging Face Hub on loopback: as much of its protocol as `huggingface_hub` and `datasets` speak when
they publish and load a dataset, over real HTTP, with everything kept in memory.

    with running() as hub:                   # clients: hub.environment(), set before their imports
        hub.break_put(2)                     # the second upload from now on ends in the middle of its body
        ...
        hub.repos["me/pairs"].files("main")  # {path: content}

It does as the real one does where clients rely on it: binary files travel by git-lfs before the commit, text
in the commit; a blob that was uploaded is not asked for again; object ids are git's; ranges, ETags and
error codes are headers; a wrong token is refused whatever it is for, a commit if its parent is not the head.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from typing import NamedTuple

TOKEN = "hf_" + "Wr1te" * 7
READ_ONLY = "hf_" + "Re4d0" * 7


class Blob(NamedTuple):
    content: bytes
    lfs: bool

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def oid(self) -> str:
        """Git's name of what stands in the tree: the file, or the pointer to it."""
        pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{self.sha256}\n"
        data = f"{pointer}size {len(self.content)}\n".encode() if self.lfs else self.content
        return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


class Commit(NamedTuple):
    tree: dict[str, Blob]
    title: str


@dataclass
class Repo:
    private: bool
    commits: dict[str, Commit] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)

    def commit(self, ref: str, tree: dict[str, Blob], title: str) -> str:
        content = [(path, blob.oid) for path, blob in sorted(tree.items())]
        sha = hashlib.sha1(repr((len(self.commits), title, content)).encode()).hexdigest()
        self.commits[sha] = Commit(tree, title)
        self.refs[ref] = sha
        return sha

    def at(self, revision: str) -> tuple[str, Commit]:
        sha = self.refs.get(revision, revision)
        if sha not in self.commits:
            raise Refusal(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        return sha, self.commits[sha]

    def files(self, revision: str = "main") -> dict[str, bytes]:
        return {path: blob.content for path, blob in self.at(revision)[1].tree.items()}


class Refusal(Exception):
    """An answer other than 200: status, the Hub's code for it, words for people, more for the body."""

    def __init__(self, status: int, code: str, message: str, **more: str):
        self.status, self.body = status, {"error": message} | more
        self.headers = {"X-Error-Code": code, "X-Error-Message": message}


class Broken(Exception):
    """The connection is to be cut here."""


class Hub:
    """What the server knows, and what it was asked."""

    def __init__(self) -> None:
        self.repos: dict[str, Repo] = {}
        self.uploaded: dict[str, bytes] = {}  # by sha256
        self.requests: list[str] = []
        self.tokens: set[str] = set()
        self.url = ""
        self.lock = threading.RLock()
        self.meanwhile: Callable[[], None] = lambda: (
            None
        )  # what others do between a client's look and its commit
        self._cuts: dict[int, float] = {}
        self._puts = 0

    def environment(self, token: str | None = TOKEN) -> dict[str, str]:
        """Variables for a client's process. Without the last, uploads would look for a server of Xet."""
        own = {"HF_TOKEN": token} if token else {}
        return own | {"HF_ENDPOINT": self.url, "HF_HUB_OFFLINE": "0", "HF_HUB_DISABLE_XET": "1"}

    def break_put(self, *numbers: int, share: float = 0.5) -> None:
        """Cuts the connection of these uploads, counted from 1 and from now, after a share of their bytes."""
        with self.lock:
            self._cuts = {self._puts + number: share for number in numbers}

    def count(self, pattern: str) -> int:
        """Requests so far whose `METHOD /path` matches."""
        return sum(1 for request in self.requests if re.match(pattern, request))

    def next_cut(self) -> float | None:
        with self.lock:
            self._puts += 1
            return self._cuts.pop(self._puts, None)


@contextmanager
def running() -> Iterator[Hub]:
    """A Hub on a free port of 127.0.0.1 for the length of the block."""
    from protocol import Handler

    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"hub": hub}))
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
