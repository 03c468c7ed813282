"""The requests that the Hub on loopback answers, one method for each, and the table that finds it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from http.server import BaseHTTPRequestHandler
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from hub import READ_ONLY, TOKEN, Blob, Broken, Commit, Hub, Refusal, Repo

DATE = "2026-01-01T00:00:00.000Z"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, *arguments) -> None:
        pass

    def answer(self) -> None:
        url = urlsplit(self.path)
        self.query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        self.hub.requests.append(f"{self.command} {url.path}")
        try:
            self.data = self.body()
            self.known()
            for methods, pattern, route in ROUTES:
                if self.command in methods and (found := re.fullmatch(pattern, url.path)):
                    with self.hub.lock:
                        return self.send(200, route(self, *map(unquote, found.groups(default=""))))
            raise Refusal(404, "NotFound", f"no route for {self.command} {url.path}")
        except Refusal as refusal:
            self.send(refusal.status, refusal.body, refusal.headers)
        except Broken:
            self.close_connection = True
            self.connection.close()

    do_GET = do_HEAD = do_POST = do_PUT = answer

    def body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        length = int(self.headers.get("Content-Length") or 0)
        if self.command == "PUT" and (share := self.hub.next_cut()) is not None:
            self.rfile.read(int(length * share))
            raise Broken
        return self.rfile.read(length)

    def send(self, status: int, body: object, headers: dict | None = None) -> None:
        if isinstance(body, File):
            status, body, headers = body.status, body.content, body.headers
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(content))} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def known(self) -> str | None:
        if (given := self.headers.get("Authorization")) is None:
            return None
        token = given.removeprefix("Bearer ")
        self.hub.tokens.add(token)
        if token not in (TOKEN, READ_ONLY):
            raise Refusal(401, "", "Invalid credentials in Authorization header")
        return token

    def signed_in(self, write: bool = True) -> None:
        token = self.known()
        if token is None:
            raise Refusal(401, "", "Invalid username or password.")
        if write and token == READ_ONLY:
            raise Refusal(403, "", "You need write access to do this")

    def repo(self, name: str) -> Repo:
        repo = self.hub.repos.get(name)
        if repo is None:
            raise Refusal(404, "RepoNotFound", "Repository not found")
        if repo.private:
            self.signed_in(write=False)
        return repo

    def whoami(self) -> dict:
        self.signed_in(write=False)
        role = {"displayName": "tests", "role": "write"}
        return {
            "type": "user",
            "name": "me",
            "orgs": [],
            "auth": {"type": "access_token", "accessToken": role},
        }

    def create(self) -> dict:
        self.signed_in()
        asked = json.loads(self.data)
        name = f"{asked.get('organization') or 'me'}/{asked['name']}"
        url = f"{self.hub.url}/datasets/{name}"
        if name.split("/")[0] != "me":
            raise Refusal(
                403, "", f"You don't have the rights to create a dataset under {name.split('/')[0]}"
            )
        if name in self.hub.repos:
            raise Refusal(409, "", "You already created this dataset repo", url=url)
        private = asked.get("private") or asked.get("visibility") == "private"
        repo = self.hub.repos[name] = Repo(bool(private))
        rules = b"*.parquet filter=lfs diff=lfs merge=lfs -text\n"
        repo.commit("main", {".gitattributes": Blob(rules, False)}, "initial commit")
        return {"url": url, "name": name, "id": "0"}

    def branch(self, name: str, branch: str) -> dict:
        self.signed_in()
        repo = self.repo(name)
        if branch in repo.refs:
            raise Refusal(409, "", f"Reference already exists: {branch}")
        repo.refs[branch] = repo.at("main")[0]
        return {}

    def info(self, name: str, revision: str) -> dict:
        repo = self.repo(name)
        sha, commit = repo.at(revision or "main")
        described = {"id": name, "_id": "0", "author": "me", "sha": sha, "private": repo.private, "tags": []}
        siblings = [self.node(path, commit) | {"rfilename": path} for path in sorted(commit.tree)]
        return described | {"lastModified": DATE, "createdAt": DATE, "siblings": siblings}

    def node(self, path: str, commit: Commit) -> dict:
        if path not in commit.tree:
            return {"type": "directory", "path": path, "oid": "0" * 40, "size": 0}
        blob = commit.tree[path]
        size = len(blob.content)
        node = {"type": "file", "path": path, "oid": blob.oid, "blobId": blob.oid, "size": size}
        lfs = {"oid": blob.sha256, "sha256": blob.sha256, "size": size, "pointerSize": 134}
        return node | ({"lfs": lfs} if blob.lfs else {})

    def tree(self, name: str, revision: str, folder: str) -> list:
        _, commit = self.repo(name).at(revision)
        prefix = folder.strip("/") + "/" if folder.strip("/") else ""
        below = [path.removeprefix(prefix).split("/") for path in commit.tree if path.startswith(prefix)]
        if not below:
            raise Refusal(404, "EntryNotFound", f"{folder} does not exist on {revision}")
        deep = self.query.get("recursive", "").lower() in ("1", "true")
        names = {"/".join(parts[:n]) for parts in below for n in range(1, len(parts) + 1 if deep else 2)}
        return [self.node(prefix + name, commit) for name in sorted(names)]

    def paths_info(self, name: str, revision: str) -> list:
        _, commit = self.repo(name).at(revision)
        form = json.loads(self.data) if self.data[:1] == b"{" else parse_qs(self.data.decode())
        folders = {path.rpartition("/")[0] for path in commit.tree}
        return [self.node(path, commit) for path in form["paths"] if path in commit.tree or path in folders]

    def preupload(self, name: str, revision: str) -> dict:
        self.signed_in()
        _, commit = self.repo(name).at(revision)

        def plan(path: str, sample: str) -> dict:
            there = commit.tree.get(path)
            oid = there and (there.sha256 if there.lfs else there.oid)
            mode = "lfs" if b"\0" in base64.b64decode(sample) or path.endswith(".parquet") else "regular"
            return {"path": path, "uploadMode": mode, "shouldIgnore": False, "oid": oid}

        return {"files": [plan(file["path"], file["sample"]) for file in json.loads(self.data)["files"]]}

    def lfs_batch(self, name: str) -> dict:
        self.signed_in()
        objects = json.loads(self.data)["objects"]
        for wanted in objects:
            if wanted["oid"] not in self.hub.uploaded:
                wanted["actions"] = {"upload": {"href": f"{self.hub.url}/lfs/{wanted['oid']}"}}
        return {"transfer": "basic", "objects": objects}

    def lfs_put(self, oid: str) -> dict:
        if hashlib.sha256(self.data).hexdigest() != oid:
            raise Refusal(422, "", "the content is not what its name says")
        self.hub.uploaded[oid] = self.data
        return {}

    def validate_yaml(self) -> dict:
        return {"errors": [], "warnings": []}

    def commit(self, name: str, revision: str) -> dict:
        self.signed_in()
        repo = self.repo(name)
        self.hub.meanwhile()
        head, commit = repo.at(revision)
        tree, (header, *changes) = dict(commit.tree), map(json.loads, self.data.splitlines())
        if header["value"].get("parentCommit", head) != head:
            raise Refusal(412, "", "A commit has happened since. Please refresh and try again.")
        for change in changes:
            kind, value = change["key"], change["value"]
            if kind == "file":
                tree[value["path"]] = Blob(base64.b64decode(value["content"]), lfs=False)
            elif kind == "lfsFile":
                tree[value["path"]] = Blob(self.hub.uploaded[value["oid"]], lfs=True)
            elif kind == "deletedFile":
                del tree[value["path"]]
            else:
                raise Refusal(400, "", f"unknown operation {kind}")
        sha = repo.commit(revision, tree, header["value"]["summary"])
        return {
            "success": True,
            "commitOid": sha,
            "commitUrl": f"{self.hub.url}/datasets/{name}/commit/{sha}",
        }

    def resolve(self, name: str, revision: str, path: str) -> File:
        sha, commit = self.repo(name).at(revision)
        if path not in commit.tree:
            raise Refusal(404, "EntryNotFound", "Entry not found")
        blob = commit.tree[path]
        content, etag = blob.content, f'"{blob.sha256 if blob.lfs else blob.oid}"'
        headers = {"X-Repo-Commit": sha, "Accept-Ranges": "bytes", "ETag": etag}
        if wanted := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "")):
            first, last = int(wanted[1]), min(int(wanted[2] or len(content)), len(content) - 1)
            headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
            return File(206, content[first : last + 1], headers)
        return File(200, content, headers)


class File(NamedTuple):
    status: int
    content: bytes
    headers: dict[str, str]


_REPO = "([^/]+/[^/]+)"
_API = f"/api/datasets/{_REPO}"
ROUTES = [
    ("GET", "/api/whoami-v2", Handler.whoami),
    ("POST", "/api/repos/create", Handler.create),
    ("POST", "/api/validate-yaml", Handler.validate_yaml),
    ("POST", f"{_API}/branch/(.+)", Handler.branch),
    ("GET", f"{_API}(?:/revision/([^/]+))?", Handler.info),
    ("GET", f"{_API}/tree/([^/]+)(/.*)?", Handler.tree),
    ("POST", f"{_API}/paths-info/([^/]+)", Handler.paths_info),
    ("POST", f"{_API}/preupload/([^/]+)", Handler.preupload),
    ("POST", f"{_API}/commit/([^/]+)", Handler.commit),
    ("POST", f"/datasets/{_REPO}.git/info/lfs/objects/batch", Handler.lfs_batch),
    ("PUT", "/lfs/([0-9a-f]{64})", Handler.lfs_put),
    ("GET HEAD", f"/datasets/{_REPO}/resolve/([^/]+)/(.+)", Handler.resolve),
]  # fmt: skip
