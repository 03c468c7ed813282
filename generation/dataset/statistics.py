"""How varied a dataset is, and how near to code that people wrote, after names and numbers are masked.

Three things are counted for each row: its structure (names and numbers masked), its shape (types, built-ins
and operators masked too) and the sequence of operations in its IR. No figure depends on the order of the
rows.

With a reference, the score is the geometric mean of components between 0 and 1, best 1, times 100:

    structure, shape, ir              effective number / rows
    paths, builtins, ir_bigrams       share of the reference's mass that occurs
    like_paths, like_builtins, like_ir_bigrams, like_nodes, like_control
                                      1 - Jensen-Shannon divergence from the reference
    originals                         1 - share of near-duplicates, where these were looked for

`distinguishability`, how well a classifier tells the rows from the reference, is a diagnostic and no part of
the score: it also tells the code of two teams apart.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from generation.dataset import measures
from generation.dataset.canonical import ir_operations, python_shape
from generation.dataset.classifier import SAMPLE, Sample, distinguishability
from generation.dataset.near_duplicates import Collection
from generation.dataset.sources import read_columns
from generation.errors import OptionError

# What a row may bring besides its texts, and how it is counted.
LABELS = {"kernel_type": "families", "complexity": "complexity", "operations": "operations"}
LEVELS = ("structure", "shape", "ir")
COVERED = ("paths", "builtins", "ir_bigrams")
COMPARED = (*COVERED, "nodes", "control")

# Names of the distributions in a reference file.
_REFERENCE = {"paths": "path", "builtins": "bi", "ir_bigrams": "ib", "nodes": "nodes", "control": "ctl"}
_IDENTITIES = ("structure", "structure_id")
_GROWTH_POINTS = 40


def statistics(
    source: object,
    reference: Mapping | None = None,
    *,
    weights: Mapping[str, float] | None = None,
    near_duplicates: bool = True,
    beside: Mapping[str, object] = MappingProxyType({}),
    progress: Callable[[int], None] = lambda rows: None,
) -> dict:
    """Every figure about `source`, JSON-ready.

    source           a Parquet file, a directory of them, a Dataset or a DatasetDict, with `python_source` and
                     `ir_forward`; further columns of the project's schema are counted where they are there
    reference        from `read_reference`; without it there is no coverage, no distance and no score
    weights          the share asked for each family; equal shares of those that occur by default
    near_duplicates  look for them: needs datasketch, and 7 kB of memory for each structure
    beside           more datasets by name: each counts as one more split where splits are compared
    progress         hears of the rows of each batch when they are done

    OptionError where the source cannot be read, or no row of it holds a kernel.
    """
    if reference is not None:
        distinguishability((), ())  # a missing package is named before the work
    tally = _Tally(near_duplicates)
    for split, columns in read_columns(source, ("python_source", "ir_forward"), (*LABELS, "structure_id")):
        tally.add(split, columns)
        progress(len(columns["python_source"]))
    for name, other in beside.items():
        tally.compare(name, other)
    if not tally.rows:
        place = source if isinstance(source, str | Path) else type(source).__name__
        raise OptionError(f"{place} holds no kernel: no row of python_source is Python with a function")
    return _figures(tally, reference, weights)


def read_reference(path: str | Path) -> dict[str, Mapping | list]:
    """The distributions of a reference file and, under `programs`, the 3-paths of each of some programs.

    The file is JSON with `dist`, a mapping from names to distributions, and perhaps `paths`, a list of lists,
    as in the JSON of these statistics, so one dataset can be the reference of another.
    """
    try:
        file = json.loads(Path(path).read_text())
        distributions = {
            name: {kind: int(n) for kind, n in file["dist"][theirs].items()}
            for name, theirs in _REFERENCE.items()
        }
        return distributions | {"programs": [frozenset(paths) for paths in file.get("paths", ())]}
    except OSError as error:
        raise OptionError(f"reference {path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        wanted = ", ".join(_REFERENCE.values())
        raise OptionError(f'reference {path} must be JSON {{"dist": ...}} with {wanted}') from error


class _Tally:
    """Counts of everything; no text is kept."""

    def __init__(self, near_duplicates: bool):
        self.rows = self.unreadable = 0
        self.levels = {name: Counter() for name in LEVELS}
        self.distributions = {name: Counter() for name in COMPARED}
        self.sizes: dict[str, Counter] = defaultdict(Counter)
        self.labels: dict[str, Counter] = defaultdict(Counter)
        self.splits: Counter = Counter()
        # By split, the structures in it.
        self.homes: dict[str, dict[str, set]] = {kind: defaultdict(set) for kind in _IDENTITIES}
        self.collection = Collection() if near_duplicates else None
        self.sample = Sample()

    def add(self, split: str, columns: Mapping[str, list]) -> None:
        for source, ir in zip(columns["python_source"], columns["ir_forward"], strict=True):
            self.row(split, source or "", ir or "")
        self.splits[split] += len(columns["python_source"])
        for column, name in LABELS.items():
            for value in _there(columns, column):
                self.labels[name].update(value if isinstance(value, list) else [value])
        for identity in _there(columns, "structure_id"):
            self.homes["structure_id"][split].add(identity)

    def row(self, split: str, source: str, ir: str) -> None:
        shape = python_shape(source)
        if shape is None:
            self.unreadable += 1
            return
        self.rows += 1
        structure = self.structure(split, shape.words)
        self.levels["structure"][structure] += 1
        self.levels["shape"][_digest(shape.kinds)] += 1
        self.distributions["paths"].update(shape.paths)
        self.sample.add(structure, frozenset(shape.paths))
        self.distributions["builtins"].update(shape.calls)
        self.distributions["control"][str(shape.control)] += 1
        sizes = {
            "python_lines": sum(1 for line in source.splitlines() if _is_code(line)),
            "nodes": len(shape.paths),
            "depth": shape.depth,
            "nesting": shape.nesting,
            "parameters": shape.parameters,
        }
        if ir:
            operations = ir_operations(ir)
            self.levels["ir"][_digest(operations)] += 1
            self.distributions["ir_bigrams"].update(pairwise(operations))
            sizes["ir_lines"] = sum(1 for line in ir.splitlines() if line.strip())
            sizes["ir_bytes"] = len(ir.encode())
            sizes["ir_operations"] = len(operations)
        for name, size in sizes.items():
            self.sizes[name][size] += 1

    def compared(self) -> dict[str, Counter]:
        """The distributions under the names that reference files give their kinds."""
        return self.distributions | {
            "nodes": measures.by_half_octaves(self.sizes["nodes"]),
            "ir_bigrams": Counter(
                {">".join(pair): n for pair, n in self.distributions["ir_bigrams"].items()}
            ),
        }

    def shared(self, kind: str) -> int:
        """Structures that are in several splits."""
        splits = Counter(structure for own in self.homes[kind].values() for structure in own)
        return sum(count > 1 for count in splits.values())

    def compare(self, name: str, source: object) -> None:
        """Takes the structures of another dataset as those of a split of its own."""
        for _, columns in read_columns(source, ("python_source",), ()):
            for text in columns["python_source"]:
                if shape := python_shape(text or ""):
                    self.structure(name, shape.words)

    def structure(self, split: str, words: list[str]) -> bytes:
        """What stands for a structure, now known as one of a split."""
        structure = _digest(words)
        self.homes["structure"][split].add(structure)
        if self.collection is not None:
            self.collection.add(structure, words)
        return structure


def _figures(tally: _Tally, reference: Mapping | None, weights: Mapping | None) -> dict:
    rows, distributions = tally.rows, tally.compared()
    figures = {
        "rows": rows,
        "unreadable": tally.unreadable,
        "splits": dict(sorted(tally.splits.items())),
        "shared_between_splits": {kind: tally.shared(kind) for kind in _IDENTITIES},
        "diversity": {},
        "growth": _growth(tally),
        "builtins_used": len(tally.distributions["builtins"]),
        "sizes": {name: measures.summary(sizes) for name, sizes in tally.sizes.items()},
        "histograms": {name: dict(sorted(sizes.items())) for name, sizes in tally.sizes.items()},
        **{name: _ranked(counts) for name, counts in tally.labels.items()},
        "dist": {theirs: _ranked(distributions[name]) for name, theirs in _REFERENCE.items()},
        "paths": [sorted(program) for program in tally.sample.programs()],
    }
    for level, counts in tally.levels.items():
        figures["diversity"][level] = found = measures.diversity(counts)
        found |= {f"{name}_per_row": found[name] / rows for name in ("distinct", "effective")}
    if families := tally.labels.get("families"):
        asked = weights or dict.fromkeys(figures["families"], 1)
        share = families.total() / sum(asked.values())
        figures["families_asked"] = {family: weight * share for family, weight in asked.items()}
        figures["families_p"] = measures.chi_squared_p(families, asked)
    if tally.collection is not None:
        homes = tally.homes["structure"]
        kept = tally.collection.originals(tally.levels["structure"])
        figures["between_splits"] = tally.collection.between(homes) if len(homes) > 1 else {}
        figures["near_duplicates"] = {"rate": 1 - kept / rows, "originals": kept}
    if reference is not None:
        figures |= _against(reference, distributions, figures)
        programs = reference.get("programs", ())[:SAMPLE]
        figures["distinguishability"] = distinguishability(tally.sample.programs(), programs)
    return figures


def _growth(tally: _Tally) -> dict[str, list]:
    """Distinct kinds expected in the first rows of a shuffled dataset, for a ladder of numbers of rows."""
    draws = sorted({max(1, tally.rows * step // _GROWTH_POINTS) for step in range(1, _GROWTH_POINTS + 1)})
    curves = {level: counts for level, counts in tally.levels.items() if sum(counts.values()) == tally.rows}
    return {"rows": draws} | {level: measures.growth(counts, draws) for level, counts in curves.items()}


def _against(reference: Mapping, ours: Mapping, figures: Mapping) -> dict:
    coverage = {name: measures.coverage(ours[name], reference[name]) for name in COVERED}
    divergence = {name: measures.divergence(ours[name], reference[name]) for name in COMPARED}
    components = {level: min(1.0, figures["diversity"][level]["effective_per_row"]) for level in LEVELS}
    components |= coverage | {f"like_{name}": 1 - value for name, value in divergence.items()}
    if "near_duplicates" in figures:
        components["originals"] = 1 - figures["near_duplicates"]["rate"]
    return {
        "coverage": coverage,
        "divergence": divergence,
        "components": components,
        "score": 100 * measures.geometric_mean(components),
    }


def _there(columns: Mapping[str, list], name: str) -> Iterator:
    """The values of a column that may be missing, or be without a value in some rows."""
    return (value for value in columns.get(name, ()) if value is not None)


def _digest(words: list[str]) -> bytes:
    return hashlib.blake2b(" ".join(words).encode(), digest_size=12).digest()


def _is_code(line: str) -> bool:
    text = line.strip()
    return bool(text) and not text.startswith("#")


def _ranked(counts: Counter) -> dict[str, int]:
    """The most frequent first, equals by name."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], str(item[0]))))
