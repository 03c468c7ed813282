"""`push_to_hub` of what the builder makes, as people know it, with the installed version of datasets."""

from __future__ import annotations

import datasets
import pytest
from hub import READ_ONLY, TOKEN

from generation.dataset.configs import SCHEMA
from generation.dataset.splits import SPLITS

SCRIPTS = int(datasets.__version__.split(".")[0]) < 4  # later versions refuse dataset scripts
REPO = "me/warp-ir-pairs"
PAIRS = 80  # two at least in each split

PUSH = f"""
import time, datasets, warp_ir_pairs
time.sleep = lambda seconds: None
datasets.disable_progress_bars()

def make(config):
    if {SCRIPTS}:
        options = dict(num_pairs={PAIRS}, trust_remote_code=True)
        return datasets.load_dataset(warp_ir_pairs.__file__, config, cache_dir=CACHE, **options)
    return warp_ir_pairs.load_dataset(config, num_pairs={PAIRS}, cache_dir=CACHE)

def rows(splits):
    return {{name: list(splits[name]) for name in splits}}
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> str:
    """Where builds stay between the scripts."""
    return f"CACHE = {str(tmp_path_factory.mktemp('built'))!r}" + PUSH


def test_both_configs_load_again_streamed_or_not(hub, client, built):
    script = f"""
for config in ("cpu", "cuda"):
    make(config).push_to_hub({REPO!r}, config)
for config in ("cpu", "cuda"):
    made, found = rows(make(config)), datasets.load_dataset({REPO!r}, config)
    assert rows(found) == made
    assert rows(datasets.load_dataset({REPO!r}, config, streaming=True)) == made
    print(sum(map(len, made.values())), found["train"].features.arrow_schema.names)
"""
    status, out, err = client(built + script)
    assert status == 0, err
    assert out.splitlines() == [f"{PAIRS} {SCHEMA.names}"] * 2
    assert hub.tokens == {TOKEN}
    assert not any(TOKEN.encode() in content for content in hub.repos[REPO].files().values())


def test_pushing_fewer_shards_removes_the_others(hub, client, built):
    script = f"""
splits = make("cpu")
splits.push_to_hub({REPO!r}, "cpu", num_shards=dict.fromkeys(splits, 2))
splits["train"].push_to_hub({REPO!r}, "cpu", split="train", num_shards=1)
splits.push_to_hub({REPO!r}, "cpu", num_shards=dict.fromkeys(splits, 1))
assert rows(datasets.load_dataset({REPO!r}, "cpu")) == rows(splits)
"""
    status, _, err = client(built + script)
    assert status == 0, err
    repo = hub.repos[REPO]
    first = next(commit for commit in repo.commits.values() if "README.md" in commit.tree)
    assert sum(path.endswith("-of-00002.parquet") for path in first.tree) == 2 * len(SPLITS)
    assert {path for path in repo.files() if path.endswith(".parquet")} == {
        f"cpu/{split}-00000-of-00001.parquet" for split in SPLITS
    }


def test_a_broken_connection_is_survived_or_leaves_the_repository_as_it_was(hub, client, built):
    script = f"""
splits = make("cpu")
splits.push_to_hub({REPO!r}, "cpu")
"""
    hub.break_put(2)
    status, _, err = client(built + script)
    assert status == 0, err
    repo = hub.repos[REPO]
    before = repo.files()
    assert len([path for path in before if path.endswith(".parquet")]) == len(SPLITS)
    hub.break_put(*range(2, 100))
    again = f"""
splits = make("cuda")
try:
    splits.push_to_hub({REPO!r}, "cuda")
except Exception as error:
    print(type(error).__name__)
"""
    status, out, err = client(built + again)
    assert status == 0 and out, err
    assert repo.files() == before
    hub.break_put()
    sent = hub.count("PUT")
    script = f"""
splits = make("cuda")
splits.push_to_hub({REPO!r}, "cuda")
assert rows(datasets.load_dataset({REPO!r}, "cuda")) == rows(splits)
"""
    status, _, err = client(built + script)
    assert status == 0, err
    assert hub.count("PUT") - sent == len(SPLITS) - 1  # one was there


@pytest.mark.parametrize("token", ["hf_" + "wr0ng" * 7, READ_ONLY])
def test_a_refused_token_is_told_without_being_shown(hub, client, built, token):
    script = f"make('cpu').push_to_hub({REPO!r}, 'cpu')"
    variables = {"HF_HUB_VERBOSITY": "debug", "DATASETS_VERBOSITY": "debug", "HF_DEBUG": "1"}
    status, _, err = client(built + script, token=token, **variables)
    assert status != 0 and ("401" in err or "403" in err)
    assert hub.tokens == {token} and not hub.repos
