"""The card: prose that people write, with figures that nobody types.

Between `<!-- stats:NAME -->` and `<!-- /stats -->` stands what the block of that name makes of the figures;
whatever stood there is replaced. The YAML of the card keeps its keys; the size category is filled in.
"""

from __future__ import annotations

import re
import sysconfig
from bisect import bisect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import yaml
from huggingface_hub import DatasetCard

from generation.errors import OptionError
from generation.publishing.blocks import BLOCKS, Context

_MARKED = re.compile(r"(<!-- stats:(\w+) -->).*?(<!-- /stats -->)", re.DOTALL)
_SIZES = ("n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B", "1B<n<10B")
_BOUNDS = [10**power for power in range(3, 10)]


def template() -> Path:
    """The project's own card: in the clone, or where it was installed."""
    clone = Path(__file__).resolve().parents[2] / "dataset_card.md"
    return (
        clone if clone.is_file() else Path(sysconfig.get_path("data"), "share/warp-ir-pairs/dataset_card.md")
    )


def read_template(path: str | Path | None = None) -> str:
    """The text of a card to be filled; OptionError where it cannot be read, is no card or asks for figures
    that there are not."""
    place = Path(path) if path else template()
    try:
        text = place.read_text(encoding="utf-8")
        DatasetCard(text)
    except OSError as error:
        raise OptionError(f"card {place} cannot be read: {error.strerror}") from error
    except (ValueError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise OptionError(f"card {place} is not Markdown after a block of YAML: {reason}") from error
    if unknown := sorted({name for _, name, _ in _MARKED.findall(text)} - BLOCKS.keys()):
        raise OptionError(f"card {place}: there is no stats:{unknown[0]}; known are {', '.join(BLOCKS)}")
    return text


def render(
    text: str, figures: Mapping[str, dict], *, repo: str | None = None, pictures: Sequence[str] = ()
) -> str:
    """The card of `text` for these figures (of `figures.summary`), for the repo that it will lie in and the
    pictures that will lie beside it. To render what was rendered changes nothing."""
    context = Context(figures, repo or "NAMESPACE/warp-ir-pairs", pictures)

    def fill(found: re.Match) -> str:
        block: Callable[[Context], str] = BLOCKS[found[2]]
        return f"{found[1]}\n{block(context)}\n{found[3]}"

    card = DatasetCard(_MARKED.sub(fill, text))
    pairs = sum(found["manifest"]["pairs"] for found in figures.values())
    card.data["size_categories"] = [_SIZES[bisect(_BOUNDS, pairs)]]
    return str(card)
