"""What the README shows is what comes out."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import warp_ir_pairs
from generation.compilation import compile_source
from generation.dataset.configs import SCHEMA
from generation.dataset.options import DEFAULT_NUM_PAIRS
from generation.dataset.streams import SHARDS

README = (Path(__file__).resolve().parent.parent / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def test_the_pair_is_real():
    source, (shown,) = blocks("python")[0], blocks("cpp")
    (kernel,) = compile_source(source)
    lines = iter((kernel["cpu"].forward + kernel["cpu"].backward).splitlines())
    for line in shown.splitlines():
        assert line.strip() == "..." or line in lines  # `in` moves on: the lines stand in this order
    for part in shown.split("...\n"):
        assert part.strip(" ") in kernel["cpu"].forward + kernel["cpu"].backward


def test_the_columns_and_options_are_the_builders():
    row = README[README.index("A row has") : README.index("- **Every structure once")]
    assert list(dict.fromkeys(re.findall(r"`(\w+)`", row))) == SCHEMA.names
    options = re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE)
    own = inspect.signature(warp_ir_pairs.WarpIrPairsConfig).parameters
    inherited = inspect.signature(warp_ir_pairs.datasets.BuilderConfig).parameters
    assert options == [name for name in own if name not in inherited]
    assert f"| `num_pairs` | {DEFAULT_NUM_PAIRS} |" in README
    assert f"consists of {SHARDS} independent ones" in README
