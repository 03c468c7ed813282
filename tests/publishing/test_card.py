"""The card: its YAML and its tables are the builder's, its figures are a build's."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from huggingface_hub import DatasetCard
from small import PAIRS, make_export

from generation.cli import main
from generation.compilation import compile_source
from generation.dataset import shards
from generation.dataset.configs import CONFIGS, SCHEMA, TEXTS
from generation.dataset.statistics import statistics
from generation.errors import OptionError, SetupError
from generation.publishing.blocks import BLOCKS
from generation.publishing.card import read_template, render, template
from generation.publishing.exports import read_exports
from generation.publishing.figures import EXAMPLE_LINES, count_tokens

ROOT = Path(__file__).resolve().parent.parent.parent
CARD = (ROOT / "dataset_card.md").read_text()
FIGURES = json.loads((ROOT / "dataset_card.json").read_text())

# https://huggingface.co/docs/hub/datasets-cards: what these keys may hold, of that what could ever fit here
ALLOWED = {
    "license": {"apache-2.0"},
    "language": {"code"},
    "annotations_creators": {"machine-generated"},
    "language_creators": {"machine-generated"},
    "multilinguality": {"translation", "other"},
    "source_datasets": {"original"},
    "task_categories": {"text-generation", "translation"},
    "size_categories": {"n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M"},
}
SECTIONS = [
    "Dataset summary", "How to use", "Dataset structure", "One pair", "Data fields", "Configs and splits",
    "Sizes", "Dataset creation", "Verification", "Diversity", "Known limitations and biases",
    "Licensing", "Citation",
]  # fmt: skip


def block(card: str, name: str) -> str:
    (found,) = re.findall(rf"<!-- stats:{name} -->\n(.*?)\n<!-- /stats -->", card, re.DOTALL)
    return found


def table(text: str) -> list[dict[str, str]]:
    """The rows of the one table in a text, by column."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    heads, _, *rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [dict(zip(heads, row, strict=True)) for row in rows]


def number(text: str) -> float:
    return float(re.match(r"[\d.,]+", text)[0].replace(",", ""))


def test_the_committed_figures_are_those_of_the_manifests():
    assert render(CARD, FIGURES) == CARD


def test_every_figure_shows():
    """Whatever changes in a summary changes the card, so that a stale card cannot pass for a fresh one."""
    for path in [
        ("manifest", "pairs"), ("manifest", "candidates"), ("manifest", "duplicates"),
        ("manifest", "fingerprint"), ("manifest", "splits", "test", "rows"),
        ("manifest", "splits", "train", "bytes"),
        ("texts", "ir_forward", "tokens"), ("texts", "python_source", "bytes"),
        ("statistics", "diversity", "shape", "distinct"), ("statistics", "builtins_used"),
        ("statistics", "near_duplicates", "rate"), ("statistics", "families", "arithmetic"),
        ("statistics", "sizes", "nodes", "p50"), ("manifest", "verification", "generated"),
        ("manifest", "differentiable", "null"), ("manifest", "rejects", "check"),
    ]:  # fmt: skip
        for config in FIGURES:
            changed = json.loads(json.dumps(FIGURES))
            *parents, last = path
            place = changed[config]
            for name in parents:
                place = place[name]
            old = place.get(last, 0)
            place[last] = old + 1_000_000 if isinstance(old, int | float) else old[::-1]
            assert render(CARD, changed) != CARD, (config, *path)


def test_yaml_is_what_the_hub_knows():
    data = DatasetCard(CARD).data.to_dict()
    assert not {"dataset_info", "configs"} & data.keys()  # these live on the Hub only
    assert data["pretty_name"] == "warp_ir_pairs" and all(isinstance(tag, str) for tag in data["tags"])
    for key, allowed in ALLOWED.items():
        values = [data[key]] if isinstance(data[key], str) else data[key]
        assert values and set(values) <= allowed, key


def test_fields_are_the_builders():
    fields = [*SCHEMA, *dict.fromkeys(field for config in CONFIGS.values() for field in config.columns)]
    described = table(CARD[CARD.index("### Data fields") : CARD.index("### Configs and splits")])
    types = {"list<element: int32>": "list of int32", "list<element: string>": "list of string"}
    expected = [(f"`{field.name}`", str(field.type).replace("item", "element")) for field in fields]
    assert [(row["column"], row["type"]) for row in described] == [
        (name, types.get(kind, kind)) for name, kind in expected
    ]
    assert all(row["meaning"] for row in described)


def test_sections_and_blocks_are_there_once():
    titles = re.findall(r"^##+ (.*)$", CARD, re.MULTILINE)
    assert titles == SECTIONS
    assert sorted(re.findall(r"<!-- stats:(\w+) -->", CARD)) == sorted(BLOCKS)
    assert {f"`{config}`" for config in FIGURES} <= {row["config"] for row in table(block(CARD, "splits"))}
    assert template() == ROOT / "dataset_card.md"


def test_the_pair_shown_is_real():
    shown = block(CARD, "example")
    row = next(iter(FIGURES.values()))["example"]
    assert row["num_python_lines"] >= EXAMPLE_LINES
    (kernel,) = compile_source(row["python_source"])
    ir = kernel[row["backend"]]
    assert (ir.forward, ir.backward, ir.support) == (row["ir_forward"], row["ir_backward"], row["ir_support"])
    for name in TEXTS:
        assert row[name].strip() in shown
    others = {row["column"].strip("`"): row["value"].strip("`") for row in table(shown)}
    assert others.keys() == row.keys() - set(TEXTS)
    for name, value in others.items():
        assert (row[name] if isinstance(row[name], str) else json.dumps(row[name])).startswith(value)


@pytest.fixture(scope="module")
def fresh(exports, tmp_path_factory) -> tuple[str, dict]:
    """The card of a small build, as the command writes it, and the figures beside it."""
    place = tmp_path_factory.mktemp("card") / "card.md"
    assert main(["card", str(exports), "--out", str(place)]) == 0
    return place.read_text(), json.loads(place.with_suffix(".json").read_text())


def test_a_fresh_card_shows_the_fresh_build(fresh, exports):
    card, figures = fresh
    assert render(card, figures) == card and list(figures) == ["cpu", "cuda"]
    assert DatasetCard(card).data["size_categories"] == ["n<1K"]
    splits = {(row["config"], row["split"]): row for row in table(block(card, "splits"))}
    texts = {(row["config"], row["text"]): row for row in table(block(card, "texts"))}
    diversity = {row[""]: row for row in table(block(card, "diversity"))}
    sizes = {(row["config"], row[""]): row for row in table(block(card, "sizes"))}
    for config, pairs in PAIRS.items():
        name, directory = f"`{config}`", exports / config
        rows, files = [], sorted(directory.glob("*.parquet"))
        for split in json.loads((directory / "build.json").read_text())["splits"]:
            own = [path for path in files if path.name.startswith(f"{split}-")]
            read = [row for path in own for row in pq.read_table(path).to_pylist()]
            rows += read
            shown = splits[name, f"`{split}`"]
            assert (number(shown["pairs"]), number(shown["files"])) == (len(read), len(own))
            assert number(shown["Parquet"]) == pytest.approx(
                sum(p.stat().st_size for p in own) / 1e6, abs=0.051
            )
        assert len(rows) == pairs
        for text in TEXTS:
            joined = [row[text].encode() for row in rows]
            assert number(texts[name, f"`{text}`"]["UTF-8"]) == pytest.approx(
                sum(map(len, joined)) / 1e6, abs=0.051
            )
            assert number(texts[name, f"`{text}`"]["tokens"]) == sum(map(tokens, joined))
        found = statistics(directory)
        assert number(diversity["kernels"][name]) == pairs
        assert number(diversity["built-ins used"][name]) == found["builtins_used"]
        assert number(diversity["families"][name]) == len({row["kernel_type"] for row in rows})
        assert number(sizes[name, "syntax nodes"]["p50"]) == round(found["sizes"]["nodes"]["p50"])
        manifest = json.loads((directory / "build.json").read_text())
        losses = next(row for row in table(block(card, "losses")) if row["config"] == name)
        assert number(losses["programs drafted"]) == manifest["candidates"]
        assert number(losses["refused and redrawn"]) == sum(manifest["rejects"].values())
        proven = next(row for row in table(block(card, "verification")) if row["config"] == name)
        assert number(proven["`generated`"]) == pairs
        assert f"warp-ir-pairs generate {config} --pairs {pairs} --out" in block(card, "origin")
        assert manifest["fingerprint"] in block(card, "origin")


def test_texts_at_other_levels_are_counted_and_shown(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(shards, "BATCH", 16)
    make_export(tmp_path, "cpu-llvm", 12, rows_per_file=20)
    assert main(["card", str(tmp_path)]) == 0
    card = capsys.readouterr().out
    texts = CONFIGS["cpu-llvm"].texts
    assert {*TEXTS, "llvm_o0_support", "asm_backward"} < set(texts)
    sizes = {row["text"].strip("`"): number(row["tokens"]) for row in table(block(card, "texts"))}
    assert sizes.keys() == {*texts, "together"} and all(sizes.values())
    assert re.search(r"`llvm_o2`:\n\n```llvm\n.*?\ndefine [^\n]*_cpu_kernel_forward", card, re.DOTALL)


def test_a_reference_adds_the_comparison(exports, tmp_path, capsys):
    assert main(["stats", str(exports / "cuda"), "--out", str(tmp_path)]) == 0
    reference = str(tmp_path / "stats.json")
    assert main(["card", str(exports), "--config", "cuda", "--reference", reference]) == 0
    compared = table(block(capsys.readouterr().out, "reference"))
    assert {row["`cuda`"] for row in compared if "divergence" in row[""]} == {"0.000"}
    assert main(["card", str(exports), "--reference", *[reference] * 3]) == 2
    assert "3 references for 2 exports (cpu, cuda)" in capsys.readouterr().err


def tokens(text: bytes) -> int:
    """The rule in the card, as an expression."""
    return len(re.findall(rb"[0-9A-Za-z_\x80-\xff]+|[^\s0-9A-Za-z_\x80-\xff]", text))


def test_tokens_are_counted_by_the_rule_in_the_card():
    draw = random.Random(5)
    texts = ["".join(draw.choices("ab_9 .\n\t({é→", k=draw.randrange(9))) for _ in range(2000)]
    assert count_tokens(pa.array(texts)) == sum(tokens(text.encode()) for text in texts) > 4000
    chunks = pa.chunked_array([texts[:7], [None, "", "x"], texts[7:]]).slice(3, 40)
    assert count_tokens(chunks) == sum(tokens((text or "").encode()) for text in chunks.to_pylist())
    assert count_tokens(pa.array([], pa.string())) == count_tokens(pa.array(["", ""])) == 0


def broken(directory: Path, how: str) -> None:
    manifest, file = directory / "cpu" / "build.json", directory / "cpu" / "train-00000-of-00001.parquet"
    content = {"rows": 1, "bytes": 4, "sha256": "?", "name": file.name}
    text = {"splits": {"train": {"files": [content]}}, "config": "cpu"} | dict.fromkeys(
        ("recipe", "fingerprint", "toolchain", "generator_version", "pairs", "candidates", "duplicates",
         "rejects", "verification", "differentiable")
    )  # fmt: skip
    if how != "empty":
        file.parent.mkdir()
    if how in ("unfinished", "changed"):
        file.write_bytes(b"PAR1")
    if how in ("changed", "missing"):
        manifest.write_text(json.dumps(text))
    if how == "foreign":
        manifest.write_text("[]")
    if how == "interrupted":
        (directory / ".shards-cpu-n9-s0-abc").mkdir()
        file.parent.rmdir()


@pytest.mark.parametrize(
    "how, error, message",
    [
        ("empty", OptionError, "holds no export 'cpu'; make one: warp-ir-pairs generate cpu --pairs N --out"),
        ("unfinished", SetupError, "cpu is not finished; continue it: warp-ir-pairs generate cpu"),
        ("interrupted", SetupError, "cpu is not finished; continue it: warp-ir-pairs generate cpu"),
        ("changed", SetupError, "train-00000-of-00001.parquet is not the file that was written; make"),
        ("missing", SetupError, "train-00000-of-00001.parquet is missing; make"),
        ("foreign", SetupError, "build.json is no manifest of an export"),
    ],
)
def test_what_is_no_finished_export_is_refused(tmp_path, how, error, message):
    broken(tmp_path, how)
    with pytest.raises(error, match=re.escape(message)):
        read_exports(tmp_path, ["cpu"])


def test_directories_that_were_not_meant(exports, tmp_path):
    for place, message in (
        (exports / "cpu", "is a single export; name the directory above it"),
        (tmp_path / "nowhere", "is not a directory"),
        (tmp_path, "holds no finished export; make one"),
    ):
        with pytest.raises(OptionError, match=message):
            read_exports(place)
    with pytest.raises(OptionError, match="no export 'gpu'; there are cpu, cuda; make one"):
        read_exports(exports, ["cpu", "gpu"])


@pytest.mark.parametrize(
    "text, message",
    [
        ("---\ntags: [\n---\n# x", "is not Markdown after a block of YAML"),
        ("---\n- a\n---\n# x", "is not Markdown after a block of YAML"),
        (
            "---\na: b\n---\n<!-- stats:nope --><!-- /stats -->",
            "there is no stats:nope; known are hub, example",
        ),
    ],
)
def test_a_card_that_cannot_be_filled_is_refused(tmp_path, text, message):
    (tmp_path / "card.md").write_text(text)
    with pytest.raises(OptionError, match=message):
        read_template(tmp_path / "card.md")
    with pytest.raises(OptionError, match="cannot be read"):
        read_template(tmp_path / "nowhere.md")
