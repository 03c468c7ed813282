"""A repository on the Hub that holds finished exports and their card.

All changes are one commit: readers see the repository as it was or as it shall be. Files are uploaded before
it, and what an interrupted run has uploaded is not sent again by the next.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from huggingface_hub import (
    CommitOperationAdd,
    CommitOperationDelete,
    HfApi,
    constants,
    get_token,
)
from huggingface_hub.errors import (
    HfHubHTTPError,
    HFValidationError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils import validate_repo_id

from generation.errors import OptionError, SetupError
from generation.publishing.card import render
from generation.publishing.exports import Export
from generation.publishing.figures import summary
from generation.publishing.metadata import known_figures, stored_figures, with_metadata

PICTURES = "figures"
_CARD = "README.md"
_FIGURES = f"{PICTURES}/figures.json"  # those of every config in the card
_SPLIT_FILE = re.compile(r"\w+-\d{5}-of-\d{5}\.parquet")

_REFUSALS = {
    401: "the Hub refuses the token; make one that may write at {hub}/settings/tokens and run: hf auth login",
    403: "the token may not write to {repo}; use one with write access to it, or another namespace",
    409: "{repo} is there but hidden from this token; use one that may write to it, or another name",
    404: "{repo} was not found or is hidden from this token",
    412: "somebody else changed {repo} meanwhile; nothing was published, run the same command again",
    429: "the Hub asks to wait (too many requests); run the same command again later, it continues",
}
_TRANSPORT = {"httpx", "httpx2", "requests", "urllib3", "httpcore", "httpcore2"}


@dataclass(frozen=True)
class Plan:
    """What a publication changes in the repository: paths with sizes in bytes; the commit's address."""

    upload: dict[str, int]
    keep: dict[str, int]
    remove: dict[str, int]
    url: str | None = None


def check_repo(repo: str) -> None:
    """OptionError where `repo` is not NAMESPACE/NAME as the Hub allows it."""
    try:
        validate_repo_id(repo)
    except HFValidationError as error:
        raise OptionError(f"REPO={repo!r} is no name of a repository: {error}") from None
    if "/" not in repo:
        raise OptionError(
            f"REPO={repo!r} has no namespace; write NAMESPACE/{repo}: your user name or an organisation's"
        )


def preflight(repo: str, *, private: bool = False, dry_run: bool = False) -> None:
    """OptionError or SetupError for what `publish` would refuse as far as a look at the Hub tells: before
    minutes are spent on figures."""
    check_repo(repo)
    if not get_token() and not dry_run:
        raise SetupError(f"there is no token for {constants.ENDPOINT}; run: hf auth login, or set HF_TOKEN")
    with _refusals(repo), suppress(RepositoryNotFoundError):
        _check_private(repo, private, HfApi(library_name="warp-ir-pairs").dataset_info(repo))


def publish(
    repo: str,
    exports: Sequence[Export],
    measured: Mapping[str, dict],
    template: str,
    pictures: Mapping[str, bytes],
    *,
    revision: str = "main",
    private: bool = False,
    dry_run: bool = False,
) -> Plan:
    """Brings `repo` to hold these exports, their pictures (by path) and the card filled with their figures
    (of `figures.measure`). What is not theirs stays: other files, other keys of the card, other configs,
    whose figures the card goes on showing.

    private   make the repository a private one if there is none yet; one that is public is refused
    dry_run   only say what would change

    SetupError where the Hub refuses or cannot be reached; nothing is half-published then.
    """
    api = HfApi(library_name="warp-ir-pairs")
    with _refusals(repo):
        found = _repository(api, repo, revision, private, dry_run)
        _check_private(repo, private, found)
        there = {file.rfilename: file for file in found.siblings} if found else {}

        def read(path: str) -> str | None:
            if path not in there:
                return None
            copy = api.hf_hub_download(repo, path, repo_type="dataset", revision=found.sha)
            return Path(copy).read_text(encoding="utf-8")

        known = known_figures(read(_FIGURES), there) | summary(measured)
        shown = sorted({*pictures, *(p for p in there if _drawn(p, known.keys() - measured.keys()))})
        card = render(template, known, repo=repo, pictures=shown)
        contents = {
            _CARD: with_metadata(card, read(_CARD), exports, measured).encode(),
            _FIGURES: stored_figures(known).encode(),
            **pictures,
        }
        for export in exports:
            contents |= {f"{export.config}/{path.name}": path for path in export.files()}
        new = {path: content for path, content in contents.items() if not _same(there.get(path), content)}
        stale = [path for path in there if path not in contents and _owned(path, measured.keys())]
        plan = Plan(
            {path: _size(content) for path, content in new.items()},
            {path: _size(content) for path, content in contents.items() if path not in new},
            {path: there[path].size or 0 for path in stale},
        )
        if dry_run or not (new or stale):
            return plan
        operations = [CommitOperationDelete(path) for path in stale]
        operations += [CommitOperationAdd(path, _readable(content)) for path, content in new.items()]
        commit = api.create_commit(
            repo,
            operations,
            commit_message=f"Publish {', '.join(measured)}",
            repo_type="dataset",
            revision=revision,
            parent_commit=found.sha,
        )
    return replace(plan, url=commit.commit_url)


def _repository(api: HfApi, repo: str, revision: str, private: bool, dry_run: bool):
    """What the Hub tells of the repository at this revision. Both are made where they are missing. In a dry
    run there is None for a missing repository, and the main branch, where it would start, for a branch."""

    def info(at: str):
        return api.dataset_info(repo, revision=at, files_metadata=True)

    try:
        return info(revision)
    except RepositoryNotFoundError:
        if dry_run:
            return None
        api.create_repo(repo, repo_type="dataset", private=private or None)
    except RevisionNotFoundError:
        if dry_run:
            return info("main")
    try:
        return info(revision)
    except RevisionNotFoundError:
        api.create_branch(repo, repo_type="dataset", branch=revision)
        return info(revision)


def _check_private(repo: str, private: bool, found) -> None:
    if found and private and not found.private:
        raise SetupError(f"{repo} is there already and public; make it private in its settings first")


def _owned(path: str, configs: Collection[str]) -> bool:
    """Whether an earlier publication of one of these configs may have put the file there."""
    folder, _, name = path.rpartition("/")
    return _drawn(path, configs) or (folder in configs and _SPLIT_FILE.fullmatch(name) is not None)


def _drawn(path: str, configs: Collection[str]) -> bool:
    return any(re.fullmatch(rf"{PICTURES}/{re.escape(config)}/\w+\.png", path) for config in configs)


def _same(remote, content: Path | bytes) -> bool:
    if remote is None or remote.size != _size(content):
        return False
    data = content.read_bytes() if isinstance(content, Path) else content
    if remote.lfs:
        return remote.lfs.sha256 == hashlib.sha256(data).hexdigest()
    return remote.blob_id == hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def _size(content: Path | bytes) -> int:
    return content.stat().st_size if isinstance(content, Path) else len(content)


def _readable(content: Path | bytes) -> str | bytes:
    return str(content) if isinstance(content, Path) else content


@contextmanager
def _refusals(repo: str) -> Iterator[None]:
    """Turns what the Hub or the network refuse into one sentence. Words of libraries are not passed on: they
    hold addresses, and addresses of uploads hold signatures."""
    try:
        yield
    except (OptionError, SetupError):
        raise
    except Exception as error:
        again = "nothing was published; run the same command again, what was uploaded is not sent twice"
        for cause in _causes(error):
            if isinstance(cause, OfflineModeIsEnabled):
                raise SetupError("HF_HUB_OFFLINE is set, so the Hub cannot be reached; unset it") from None
            if isinstance(cause, HfHubHTTPError) and cause.response is not None:
                status = cause.response.status_code
                told = _REFUSALS.get(status, f"the Hub answered with status {status}; {again}")
                raise SetupError(told.format(hub=constants.ENDPOINT, repo=repo)) from None
            if isinstance(cause, ConnectionError | TimeoutError) or _library(cause) in _TRANSPORT:
                raise SetupError(
                    f"the connection to {constants.ENDPOINT} failed ({type(cause).__name__}); {again}"
                ) from None
        raise


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _library(error: BaseException) -> str:
    return type(error).__module__.partition(".")[0]
