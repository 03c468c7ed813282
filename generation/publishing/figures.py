"""Everything that a card says in numbers, measured from the files of a finished export.

Tokens are counted by a rule that needs no vocabulary: a token is a longest run of letters, digits and
underscores (of bytes above 127 too), or any other single byte that is not white space.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from generation import SOURCES
from generation.dataset.configs import CONFIGS, TEXTS
from generation.dataset.files import refusals, write_whole
from generation.dataset.statistics import statistics
from generation.engines.local import run
from generation.errors import OptionError
from generation.publishing.exports import Export

EXAMPLE_LINES = 20  # of Python, at least: the pair shown is the shortest such one
MOST_COMPARED = 200_000  # rows in which near-duplicates are looked for; they cost 7 kB each

# Of the statistics: what tables and plots are made from. Distributions over thousands of kinds stay out.
_KEPT = (
    "rows", "shared_between_splits", "diversity", "near_duplicates", "builtins_used", "sizes",
    "histograms", "growth", "families", "families_asked", "families_p", "complexity", "operations",
    "coverage", "divergence", "components", "score", "distinguishability",
)  # fmt: skip
_FOR_PLOTS = ("histograms", "growth", "families_asked", "operations")

_WORD, _MARK = 1, 2
_CLASSES = np.full(256, _MARK, np.uint8)
_CLASSES[[*b" \t\n\r\v\f"]] = 0
_CLASSES[[byte for byte in range(256) if byte > 127 or chr(byte).isalnum() or chr(byte) == "_"]] = _WORD


def measure(
    exports: Sequence[Export], references: Sequence[Mapping] = (), *, workers: int = 1
) -> dict[str, dict]:
    """For each config its manifest, an example, sizes and statistics, JSON-ready. They are kept beside the
    exports, in `.figures`, so that the next call with the same files and the same generator is quick.

    references   of `read_reference`: none, one for all exports, or one for each
    """
    if len(references) not in (0, 1, len(exports)):
        names = ", ".join(export.config for export in exports)
        raise OptionError(
            f"{len(references)} references for {len(exports)} exports ({names}): give one or all"
        )
    against = [*references] * len(exports) if len(references) < 2 else [*references]
    against = against or [None] * len(exports)
    known = [_remembered(*pair) for pair in zip(exports, against, strict=True)]
    missing = [number for number, figures in enumerate(known) if figures is None]
    task = partial(_measure_and_remember, exports, against)
    for number, figures in run(task, missing, min(workers, len(missing))):
        known[number] = figures
    return {
        export.config: {"manifest": export.manifest} | figures
        for export, figures in zip(exports, known, strict=True)
    }


def summary(measured: dict[str, dict]) -> dict[str, dict]:
    """The part of what was measured that stands in the card: without file lists and what only plots show."""
    kept = {}
    for config, found in measured.items():
        splits = {
            name: split | {"files": len(split["files"])}
            for name, split in found["manifest"]["splits"].items()
        }
        figures = {name: value for name, value in found["statistics"].items() if name not in _FOR_PLOTS}
        kept[config] = found | {"manifest": found["manifest"] | {"splits": splits}, "statistics": figures}
    return kept


def count_tokens(texts: pa.Array | pa.ChunkedArray) -> int:
    """Tokens of all the texts together, by the rule of this module."""
    total = 0
    for chunk in texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]:
        chunk = chunk.cast(pa.large_string()).drop_null()
        offsets = np.frombuffer(chunk.buffers()[1], np.int64)[chunk.offset : chunk.offset + len(chunk) + 1]
        if not len(chunk) or offsets[0] == offsets[-1]:
            continue
        kinds = _CLASSES[np.frombuffer(chunk.buffers()[2], np.uint8)[offsets[0] : offsets[-1]]]
        word = kinds == _WORD
        first = word.copy()
        first[1:] &= ~word[:-1]
        starts = (offsets[:-1] - offsets[0])[np.diff(offsets) > 0]
        first[starts] = word[starts]
        total += int(first.sum()) + int((kinds == _MARK).sum())
    return total


def _measure_and_remember(exports: Sequence[Export], references: Sequence, number: int) -> dict:
    export, reference = exports[number], references[number]
    figures = _texts(export)
    compared = export.manifest["pairs"] <= MOST_COMPARED
    found = statistics(export.directory, reference, near_duplicates=compared)
    figures["statistics"] = {name: found[name] for name in _KEPT if name in found}
    place = _place(export)
    with refusals(place):
        write_whole(place, json.dumps({"of": _key(export, reference), "figures": figures}).encode())
    return figures


def _texts(export: Export) -> dict:
    """Bytes and tokens of each text column, bytes in memory of each split, and the pair to show."""
    sizes = {name: {"bytes": 0, "tokens": 0} for name in CONFIGS[export.config].texts}
    memory: dict[str, int] = {}
    example, first = None, next(iter(export.splits))
    for split, described in export.splits.items():
        memory[split] = 0
        for file in described["files"]:
            with pq.ParquetFile(export.directory / file["name"]) as parquet:
                for group in range(parquet.num_row_groups):
                    rows = parquet.read_row_group(group)
                    memory[split] += rows.nbytes
                    for name, size in sizes.items():
                        size["bytes"] += pc.sum(pc.binary_length(rows[name])).as_py() or 0
                        size["tokens"] += count_tokens(rows[name])
                    example = _shortest(rows, example) if split == first else example
    return {"example": example, "texts": sizes, "memory": memory}


def _shortest(rows: pa.Table, found: dict | None) -> dict | None:
    """The row with the least text among those of a fair size; the first of equals."""
    rows = rows.filter(pc.greater_equal(rows["num_python_lines"], EXAMPLE_LINES))
    if rows.num_rows:
        lengths = np.sum([pc.binary_length(rows[name]).to_numpy() for name in TEXTS], axis=0)
        (row,) = rows.slice(int(np.argmin(lengths)), 1).to_pylist()
        if found is None or lengths.min() < sum(len(found[name].encode()) for name in TEXTS):
            return row
    return found


def _place(export: Export) -> Path:
    return export.directory.parent / ".figures" / f"{export.config}.json"


def _key(export: Export, reference: Mapping | None) -> list[str]:
    against = hashlib.sha256(json.dumps(reference, sort_keys=True, default=sorted).encode()).hexdigest()
    return [export.digest(), SOURCES, against]


def _remembered(export: Export, reference: Mapping | None) -> dict | None:
    try:
        stored = json.loads(_place(export).read_text())
        return stored["figures"] if stored["of"] == _key(export, reference) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
