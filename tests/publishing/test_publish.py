"""`warp-ir-pairs publish` against a Hub on loopback: what readers find there, and what comes of failures."""

from __future__ import annotations

import json
import shutil
import socket
import sys

import pyarrow.parquet as pq
import pytest
from datasets.info import DatasetInfosDict
from datasets.utils.metadata import MetadataConfigs
from hub import READ_ONLY, TOKEN, Blob, Repo
from huggingface_hub import DatasetCard
from small import PAIRS, make_export

from generation.cli import main
from generation.dataset.configs import SCHEMA

REPO = "me/pairs"

LOAD = f"""
import datasets, json
datasets.disable_progress_bars()
def rows(splits):
    return {{name: list(splits[name]) for name in splits}}
found = {{}}
for name in ("cpu", "cuda"):
    found[name] = rows(datasets.load_dataset({REPO!r}, name))
    assert rows(datasets.load_dataset({REPO!r}, name, streaming=True)) == found[name]
assert rows(datasets.load_dataset({REPO!r})) == found["cpu"]
print(json.dumps(found))
"""


def rows_of(directory) -> dict[str, list[dict]]:
    splits: dict[str, list[dict]] = {}
    for path in sorted(directory.glob("*.parquet")):
        splits.setdefault(path.name.split("-")[0], []).extend(pq.read_table(path).to_pylist())
    return splits


def test_both_configs_load_again_from_one_commit(hub, client, publish, exports):
    statuses, told = publish([REPO, str(exports), "--config", "cpu", "cuda"], draw=True)
    repo = hub.repos[REPO]
    assert statuses == [0] and len(repo.commits) == 2 and repo.refs["main"] in told
    status, out, err = client(LOAD, token=None)
    assert status == 0, err
    assert json.loads(out) == {config: rows_of(exports / config) for config in PAIRS}

    files = repo.files()
    for config in PAIRS:
        for path in (exports / config).glob("*.parquet"):
            assert files[f"{config}/{path.name}"] == path.read_bytes()
    card = DatasetCard(files["README.md"].decode())
    pictures = {path for path in files if path.endswith(".png")}
    assert len(pictures) == 8 and all(f"]({path})" in card.text for path in pictures)
    assert f'load_dataset("{REPO}", "cpu")' in card.text
    for config, info in DatasetInfosDict.from_dataset_card_data(card.data).items():
        manifest = json.loads((exports / config / "build.json").read_text())
        assert info.features.arrow_schema.equals(SCHEMA)
        assert {name: split.num_examples for name, split in info.splits.items()} == {
            name: split["rows"] for name, split in manifest["splits"].items()
        }
        assert info.download_size == sum(split["bytes"] for split in manifest["splits"].values())
        assert (
            info.dataset_size == sum(split.num_bytes for split in info.splits.values()) > info.download_size
        )
    assert MetadataConfigs.from_dataset_card_data(card.data).get_default_config_name() == "cpu"
    assert hub.tokens == {TOKEN}
    assert not any(TOKEN.encode() in content for content in files.values())


def test_only_differences_are_sent_and_only_own_files_removed(hub, client, publish, exports, tmp_path):
    smaller = tmp_path / "smaller"
    make_export(smaller, "cpu", 6, rows_per_file=40)
    assert rows_of(smaller / "cpu").keys() == {"train"}  # a split without rows is none
    statuses, told = publish([REPO, str(exports)], [REPO, str(exports)])
    repo = hub.repos[REPO]
    assert statuses == [0, 0] and "nothing to change" in told and len(repo.commits) == 2

    theirs = {"notes.md": b"mine", "cpu/notes.md": b"too", "mine/train-00000-of-00001.parquet": b"PAR1\0"}
    card = DatasetCard(repo.files()["README.md"].decode())
    card.data["extra_gated_prompt"] = "Please ask."
    card.data["configs"] += [{"config_name": "mine", "data_files": "mine/*"}]
    theirs["README.md"] = str(card).encode()
    before = repo.files() | theirs
    repo.commit(
        "main", {path: Blob(content, b"\0" in content) for path, content in before.items()}, "by hand"
    )
    uploads = hub.count("PUT")

    statuses, dry = publish([REPO, str(smaller), "--dry-run"])
    assert statuses == [0] and repo.files() == before and "nothing was changed" in dry
    statuses, _ = publish([REPO, str(smaller)])
    after = repo.files()
    new = {f"cpu/{path.name}" for path in (smaller / "cpu").glob("*.parquet")}
    old = {path for path in before if path.startswith("cpu/") and path.endswith(".parquet")} - new
    assert statuses == [0] and old and before.keys() - after.keys() == old
    assert all(path in dry for path in old | new)
    assert {path for path in after if path.startswith("cpu/")} == new | {"cpu/notes.md"}
    untouched = {path for path in before if path.startswith(("cuda/", "mine/", "figures/cuda", "notes"))}
    assert untouched and all(after[path] == before[path] for path in untouched)
    data = DatasetCard(after["README.md"].decode()).data
    assert data["extra_gated_prompt"] == "Please ask."
    configs = MetadataConfigs.from_dataset_card_data(data)
    assert set(configs) == {"cpu", "cuda", "mine"} and configs.get_default_config_name() == "cpu"
    infos = DatasetInfosDict.from_dataset_card_data(data)
    assert [(name, split.num_examples) for name, split in infos["cpu"].splits.items()] == [("train", 6)]
    assert infos["cuda"] == DatasetInfosDict.from_dataset_card_data(card.data)["cuda"]
    assert hub.count("PUT") - uploads == len(new) + 1  # the plot

    shown = DatasetCard(after["README.md"].decode()).text
    own = json.loads((smaller / "cpu" / "build.json").read_text())["splits"]["train"]["rows"]
    other = json.loads((exports / "cuda" / "build.json").read_text())["splits"]["train"]["rows"]
    assert f"| `cpu` | `train` | {own} |" in shown and f"| `cuda` | `train` | {other} |" in shown
    assert "![figures/cuda/sizes.png]" in shown
    load = f"import datasets\nprint({{k: len(v) for k, v in datasets.load_dataset({REPO!r}, 'cpu').items()}})"
    status, out, err = client(load, token=None)
    assert status == 0 and out.split("\n")[-2] == "{'train': 6}", err


def test_one_broken_connection_is_survived(hub, publish, exports):
    hub.break_put(2, 4)
    statuses, _ = publish([REPO, str(exports), "--config", "cuda"])
    assert statuses == [0] and len(hub.repos[REPO].commits) == 2
    names = {f"cuda/{path.name}" for path in (exports / "cuda").glob("*.parquet")}
    assert names <= hub.repos[REPO].files().keys()


def test_after_a_lost_connection_the_same_command_sends_what_is_missing(hub, publish, exports):
    hub.break_put(*range(3, 100))
    command = [REPO, str(exports), "--config", "cuda"]
    statuses, told = publish(command)
    assert statuses == [1] and told.count("warp-ir-pairs:") == 1
    assert f"warp-ir-pairs: the connection to {hub.url} failed" in told and "what was uploaded" in told
    assert hub.repos[REPO].files().keys() == {".gitattributes"} and len(hub.uploaded) == 2
    hub.break_put()
    before = hub.count("PUT")
    assert publish(command)[0] == [0]
    large = [path for path in hub.repos[REPO].files() if path.endswith((".parquet", ".png"))]
    assert hub.count("PUT") - before == len(large) - 2 > 0


def test_what_the_hub_refuses_is_one_sentence(hub, publish, exports):
    public = [REPO, str(exports), "--config", "cuda"]
    assert publish(public)[0] == [0]
    before = dict(hub.repos[REPO].commits)
    wrong = "hf_" + "wr0ng" * 7
    cases = [
        (wrong, public, "refuses the token; make one that may write at"),
        (READ_ONLY, public[:2], f"may not write to {REPO}"),
        (READ_ONLY, ["me/new", *public[1:]], "may not write to me/new"),
        (TOKEN, ["them/new", *public[1:]], "may not write to them/new"),
        ("", public, f"there is no token for {hub.url}; run: hf auth login, or set HF_TOKEN"),
        (TOKEN, [*public, "--private"], "is there already and public"),
        (TOKEN, ["pairs", *public[1:]], "REPO='pairs' has no namespace; write NAMESPACE/pairs"),
        (TOKEN, ["me/a b", *public[1:]], "REPO='me/a b' is no name of a repository"),
        (TOKEN, [REPO, str(exports / "nowhere")], "nowhere is not a directory"),
    ]
    tokens = [token for token, _, _ in cases]
    before_each = f"""
import os
def main(words, main=main, tokens=iter({tokens!r})):
    os.environ["HF_TOKEN"] = next(tokens)
    return main(words)
"""
    statuses, told = publish(*(words for _, words, _ in cases), before=before_each, token=None)
    lines = [line for line in told.splitlines() if line.startswith("warp-ir-pairs: ")]
    assert statuses == [1] * 6 + [2] * 3 and len(lines) == len(cases)
    for line, (_, _, message) in zip(lines, cases, strict=True):
        assert message in line
    assert wrong not in told and hub.tokens == {TOKEN, READ_ONLY, wrong}
    assert hub.repos.keys() == {REPO} and hub.repos[REPO].commits == before


def test_an_unreachable_hub_is_one_sentence(publish, exports):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        statuses, told = publish([REPO, str(exports), "--config", "cuda"], HF_ENDPOINT=url)
    assert statuses == [1] and f"the connection to {url} failed" in told and "Traceback" not in told
    statuses, told = publish([REPO, str(exports), "--config", "cuda"], HF_HUB_OFFLINE="1")
    assert statuses == [1] and "HF_HUB_OFFLINE is set" in told


def test_nobodys_commit_is_overwritten(hub, publish, exports):
    repo = hub.repos[REPO] = Repo(private=False)
    repo.commit("main", {}, "empty")

    def interfere():
        hub.meanwhile = lambda: None
        repo.commit("main", {"README.md": Blob(b"# Theirs\n", False)}, "theirs")

    hub.meanwhile = interfere
    command = [REPO, str(exports), "--config", "cuda"]
    statuses, told = publish(command, command)
    assert statuses == [1, 0] and f"somebody else changed {REPO} meanwhile" in told
    assert [commit.title for commit in repo.commits.values()] == ["empty", "theirs", "Publish cuda"]
    assert "cuda/train-00000-of-00002.parquet" in repo.files()


def test_private_repositories_and_branches(hub, client, publish, exports, tmp_path):
    command = [REPO, str(exports), "--config", "cuda", "--private", "--revision", "v2"]
    statuses, _ = publish(command, HF_HUB_VERBOSITY="debug", HF_DEBUG="1")
    repo = hub.repos[REPO]
    assert statuses == [0] and repo.private
    assert repo.files().keys() == {".gitattributes"} and "README.md" in repo.files("v2")
    load = f"""
import datasets
print(len(datasets.load_dataset({REPO!r}, "cuda", revision="v2", split="train")))
"""
    status, out, err = client(load)
    assert status == 0, err
    assert int(out) == len(rows_of(exports / "cuda")["train"])
    status, _, err = client(load, token=None, HF_HOME=str(tmp_path / "empty"))  # no cache to fall back to
    assert status != 0 and REPO in err


def test_a_damaged_export_is_not_published(exports, tmp_path, capsys):
    copy = tmp_path / "copy"
    shutil.copytree(exports, copy)
    path = copy / "cuda" / "train-00000-of-00002.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert main(["publish", REPO, str(copy)]) == 1
    assert f"{path} is not the file that was written; make" in capsys.readouterr().err


@pytest.mark.parametrize("module", ["matplotlib.figure", "datasketch"])
def test_a_missing_package_is_named_first(exports, monkeypatch, capsys, module):
    monkeypatch.setitem(sys.modules, module, None)
    assert main(["publish", REPO, str(exports)]) == 1
    error = capsys.readouterr().err
    assert f"need {module.partition('.')[0]}; install it with: pip install 'warp-ir-pairs[stats]'" in error
