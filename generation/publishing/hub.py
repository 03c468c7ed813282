"""A repository on the Hub that holds finished exports and their card.

All changes are one commit: readers see the repository as it was or as it shall be. Files are uploaded before
it, and what an interrupted run has uploaded is not sent again by the next.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import datasets
import pyarrow.parquet as pq
import yaml
from datasets.info import DatasetInfosDict
from datasets.utils.metadata import MetadataConfigs
from huggingface_hub import (
    CommitOperationAdd,
    CommitOperationDelete,
    DatasetCard,
    HfApi,
    constants,
    get_token,
)
from huggingface_hub.errors import (
    EntryNotFoundError,
    HfHubHTTPError,
    HFValidationError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils import validate_repo_id

from generation.errors import OptionError, SetupError
from generation.publishing.exports import Export

PICTURES = "figures"
_CARD = "README.md"
_GENERATED = ("dataset_info", "configs")  # keys of the YAML that only a repository has
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
    memory: Mapping[str, Mapping[str, int]],
    card: str,
    pictures: Mapping[str, bytes],
    *,
    revision: str = "main",
    private: bool = False,
    dry_run: bool = False,
) -> Plan:
    """Brings `repo` to hold these exports, this card and these pictures, and leaves alone what is not theirs:
    other configs, other files, other keys of its card.

    memory    bytes that each split of each config takes when loaded
    private   make the repository a private one if there is none yet; one that is public is refused
    dry_run   only say what would change

    SetupError where the Hub refuses or cannot be reached; nothing is half-published then.
    """
    api = HfApi(library_name="warp-ir-pairs")
    with _refusals(repo):
        found = _repository(api, repo, revision, private, dry_run)
        there = {file.rfilename: file for file in found.siblings} if found else {}
        _check_private(repo, private, found)
        remote = _remote_card(api, repo, found.sha) if _CARD in there else None
        contents = {_CARD: _merged(card, remote, exports, memory).encode(), **pictures}
        for export in exports:
            contents |= {f"{export.config}/{path.name}": path for path in export.files()}
        new = {path: content for path, content in contents.items() if not _same(there.get(path), content)}
        stale = [path for path in there if path not in contents and _owned(path, exports)]
        plan = Plan(
            {path: _size(content) for path, content in new.items()},
            {path: _size(content) for path, content in contents.items() if path not in new},
            {path: there[path].size or 0 for path in stale},
        )
        if dry_run or not (new or stale):
            return plan
        operations = [CommitOperationDelete(path) for path in stale]
        operations += [CommitOperationAdd(path, _readable(content)) for path, content in new.items()]
        names = ", ".join(export.config for export in exports)
        commit = api.create_commit(
            repo,
            operations,
            commit_message=f"Publish {names}",
            repo_type="dataset",
            revision=revision,
            parent_commit=found.sha,
        )
    return Plan(plan.upload, plan.keep, plan.remove, commit.commit_url)


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


def _remote_card(api: HfApi, repo: str, sha: str) -> DatasetCard | None:
    try:
        path = api.hf_hub_download(repo, _CARD, repo_type="dataset", revision=sha)
        return DatasetCard(Path(path).read_text(encoding="utf-8"))
    except EntryNotFoundError:
        return None
    except (ValueError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise SetupError(f"the YAML of {repo}/{_CARD} cannot be read, mend it first: {reason}") from error


def _merged(card: str, remote: DatasetCard | None, exports: Sequence[Export], memory) -> str:
    """Our card with the keys that only the remote one has, and with what `datasets` reads of each config."""
    merged = DatasetCard(card)
    for key, value in (remote.data.to_dict() if remote else {}).items():
        if key in _GENERATED or merged.data.get(key) is None:
            merged.data[key] = value
    infos, configs = DatasetInfosDict(), MetadataConfigs()
    known = MetadataConfigs.from_dataset_card_data(merged.data)
    default = next((name for name, config in known.items() if config.get("default")), exports[0].config)
    for export in exports:
        infos[export.config] = _info(export, memory[export.config])
        paths = [
            {"split": split, "path": f"{export.config}/{split}-*"} for split in export.manifest["splits"]
        ]
        first = {"default": True} if export.config == default else {}
        configs[export.config] = {"data_files": paths, **first}
    infos.to_dataset_card_data(merged.data)
    configs.to_dataset_card_data(merged.data)
    return str(merged)


def _info(export: Export, memory: Mapping[str, int]) -> datasets.DatasetInfo:
    splits = export.manifest["splits"]
    schema = pq.read_schema(next(export.files())).remove_metadata()
    sizes = datasets.SplitDict()
    for name, split in splits.items():
        sizes.add(datasets.SplitInfo(name, num_bytes=memory[name], num_examples=split["rows"]))
    return datasets.DatasetInfo(
        features=datasets.Features.from_arrow_schema(schema),
        splits=sizes,
        download_size=sum(split["bytes"] for split in splits.values()),
        dataset_size=sum(memory.values()),
    )


def _owned(path: str, exports: Sequence[Export]) -> bool:
    """Whether an earlier publication of one of these configs may have put the file there."""
    folder, _, name = path.rpartition("/")
    configs = {export.config for export in exports}
    if name.endswith(".png"):
        return folder.removeprefix(f"{PICTURES}/") in configs and folder not in configs
    return folder in configs and _SPLIT_FILE.fullmatch(name) is not None


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
