"""What stands between the markers of a card: one function for each name, from figures to Markdown."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from generation.dataset.configs import CONFIGS, VERIFY, lexer
from generation.dataset.options import Recipe
from generation.publishing.figures import EXAMPLE_LINES

_LONGEST = 1_000  # characters of a value in the table of a pair's other columns
_LARGEST = 30_000  # bytes of a text that the card shows
_SIZES = {
    "python_lines": "lines of Python",
    "nodes": "syntax nodes",
    "parameters": "parameters",
    "ir_lines": "lines of `ir_forward`",
    "ir_bytes": "bytes of `ir_forward`",
}
_QUANTILES = ("p1", "p10", "p50", "p90", "p99", "mean")


class Context(NamedTuple):
    """What a block may look at: figures by config, the name of the repo, the pictures beside the card."""

    figures: Mapping[str, dict]
    repo: str
    pictures: Sequence[str]


def _filled(found: Mapping) -> dict[str, Mapping]:
    """The splits that have rows; the pair to show is from the first."""
    return {name: size for name, size in found["manifest"]["splits"].items() if size["rows"]}


def _hub(context: Context) -> str:
    config, found = next(iter(context.figures.items()))
    split = next(iter(_filled(found)))
    return _code(
        "python",
        f'''
from datasets import load_dataset

pairs = load_dataset("{context.repo}", "{config}")
stream = load_dataset("{context.repo}", "{config}", split="{split}", streaming=True)  # nothing is stored
''',
    )


def _example(context: Context) -> str:
    config, found = next(iter(context.figures.items()))
    row = found["example"]
    if row is None:
        return f"No kernel of `{config}` has {EXAMPLE_LINES} lines."
    language, split = lexer("ir_forward", row["backend"]), next(iter(_filled(found)))
    parts = [f"The shortest of at least {EXAMPLE_LINES} lines in `{config}`, `{split}`. `python_source`:"]
    parts += [_code("python", row["python_source"]), "`ir_forward`:", _code(language, row["ir_forward"])]
    rest = {
        name: (value if isinstance(value, str) else json.dumps(value))[:_LONGEST]
        for name, value in row.items()
        if name not in found["texts"]
    }
    parts += ["<details><summary><code>ir_backward</code> and the other columns</summary>"]
    for name in CONFIGS[config].texts[2:]:
        parts += _shown(name, row[name], lexer(name, row["backend"]))
    parts += [_table(("column", "value"), ((f"`{name}`", f"`{value}`") for name, value in rest.items()))]
    return "\n\n".join([*parts, "</details>"])


def _shown(name: str, text: str | None, language: str) -> list[str]:
    if not text:
        return [f"`{name}` is empty."]
    size = len(text.encode())
    return [f"`{name}`:", _code(language, text)] if size <= _LARGEST else [f"`{name}` has {_bytes(size)}."]


def _splits(context: Context) -> str:
    rows = []
    for config, found in context.figures.items():
        for split, size in _filled(found).items():
            rows.append((f"`{config}`", f"`{split}`", size["rows"], size["files"], _bytes(size["bytes"])))
    return _table(("config", "split", "pairs", "files", "Parquet"), rows)


def _texts(context: Context) -> str:
    rows = []
    for config, found in context.figures.items():
        sizes = {f"`{name}`": size for name, size in found["texts"].items()}
        total = {unit: sum(size[unit] for size in sizes.values()) for unit in ("bytes", "tokens")}
        for name, size in (sizes | {"together": total}).items():
            rows.append((f"`{config}`", name, _bytes(size["bytes"]), size["tokens"]))
    return _table(("config", "text", "UTF-8", "tokens"), rows)


def _origin(context: Context) -> str:
    commands = "\n".join(_command(found["manifest"]) for found in context.figures.values())
    rows = []
    for config, found in context.figures.items():
        made = found["manifest"]
        versions = {"generator": made["generator_version"], **made["toolchain"]}
        rows.append((f"`{config}`", _listed(versions), f"`{made['fingerprint']}`"))
    return "\n\n".join([_code("sh", commands), _table(("config", "versions", "fingerprint"), rows)])


def _losses(context: Context) -> str:
    rows = []
    for config, found in context.figures.items():
        made = found["manifest"]
        reasons = {name: count for name, count in sorted(made["rejects"].items()) if count}
        refused = _of(sum(reasons.values()), made["candidates"])
        rows.append(
            (f"`{config}`", made["candidates"], made["duplicates"], refused, _listed(reasons) or "none")
        )
    heads = ("config", "programs drafted", "structures seen before", "refused and redrawn", "by reason")
    return _table(heads, rows)


def _verification(context: Context) -> str:
    made = {config: found["manifest"] for config, found in context.figures.items()}
    tiers = [
        tier
        for tier in VERIFY.values()
        if any(manifest["verification"].get(tier) for manifest in made.values())
    ]
    rows = [
        (
            f"`{config}`",
            *(_of(manifest["verification"].get(tier, 0), manifest["pairs"]) for tier in tiers),
            *(manifest["differentiable"].get(value, 0) for value in ("true", "false", "null")),
        )
        for config, manifest in made.items()
    ]
    adjoints = ("`differentiable`: true", "false", "null")
    return _table(("config", *(f"`{tier}`" for tier in tiers), *adjoints), rows)


def _diversity(context: Context) -> str:
    def column(found: dict) -> Iterable:
        stats = found["statistics"]
        levels = stats["diversity"]
        yield stats["rows"]
        yield from (levels[level]["distinct"] for level in ("structure", "shape", "ir"))
        yield _percent(levels["shape"]["effective_per_row"])
        near = stats.get("near_duplicates")
        yield _percent(near["rate"]) if near else "not looked for"
        yield max(stats["shared_between_splits"].values())
        yield stats["builtins_used"]
        yield len(stats["families"])
        yield _listed(stats["complexity"])

    names = (
        "kernels", "distinct without names and numbers", "distinct without types and operators too",
        "distinct sequences of operations in `ir_forward`", "effective number of shapes, per kernel",
        "near-duplicates (Jaccard ≥ 0.8)", "structures in several splits", "built-ins used", "families",
        "complexity",
    )  # fmt: skip
    return _by_config(context, names, column)


def _reference(context: Context) -> str:
    if not all("score" in found["statistics"] for found in context.figures.values()):
        return "This build was not compared with a reference."
    names = {
        "paths": "3-paths of the syntax tree",
        "builtins": "built-ins",
        "ir_bigrams": "pairs of operations",
    }
    shapes = {"nodes": "sizes", "control": "control flow"}

    def column(found: dict) -> Iterable:
        stats = found["statistics"]
        yield from (_percent(stats["coverage"][name]) for name in names)
        yield from (f"{stats['divergence'][name]:.3f}" for name in (*names, *shapes))
        yield f"{stats['score']:.1f}"
        yield f"{stats['distinguishability']:.3f}"

    lines = [f"share of real use covered, {name}" for name in names.values()]
    lines += [f"Jensen-Shannon divergence, {name}" for name in (*names.values(), *shapes.values())]
    return _by_config(context, [*lines, "score (best 100)", "AUC of a classifier (0.5: cannot tell)"], column)


def _sizes(context: Context) -> str:
    rows = []
    for config, found in context.figures.items():
        sizes = found["statistics"]["sizes"]
        for name, title in _SIZES.items():
            if size := sizes.get(name):
                rows.append((f"`{config}`", title, *(round(size[quantile]) for quantile in _QUANTILES)))
    return _table(("config", "", *_QUANTILES), rows)


def _families(context: Context) -> str:
    same: dict[str, list[str]] = {}  # most configs hold the same programs
    for config, found in context.figures.items():
        counts = (f"`{name}` {count:,}" for name, count in sorted(found["statistics"]["families"].items()))
        same.setdefault(", ".join(counts), []).append(f"`{config}`")
    lines = [f"{', '.join(configs)}: {counts}." for counts, configs in same.items()]
    return "\n\n".join(["<details><summary>Kernels of each family</summary>", *lines, "</details>"])


def _plots(context: Context) -> str:
    return "\n".join(f"![{path}]({path})" for path in context.pictures) or "Drawn when published."


def _citation(context: Context) -> str:
    made = next(iter(context.figures.values()))["manifest"]
    versions = ", ".join(f"{name} {version}" for name, version in made["toolchain"].items())
    return _code(
        "bibtex",
        f"""
@misc{{warp_ir_pairs,
  title = {{warp\\_ir\\_pairs: synthesised NVIDIA Warp kernels and the code Warp compiles them to}},
  author = {{{{The warp\\_ir\\_pairs contributors}}}},
  howpublished = {{\\url{{https://huggingface.co/datasets/{context.repo}}}}},
  note = {{generator {made["generator_version"]}, {versions}}},
}}
""",
    )


BLOCKS: dict[str, Callable[[Context], str]] = {
    "hub": _hub,
    "example": _example,
    "splits": _splits,
    "texts": _texts,
    "origin": _origin,
    "losses": _losses,
    "verification": _verification,
    "diversity": _diversity,
    "reference": _reference,
    "sizes": _sizes,
    "families": _families,
    "plots": _plots,
    "citation": _citation,
}


def _command(manifest: dict) -> str:
    """What makes this config again. Options at their defaults are left out."""
    recipe, usual = manifest["recipe"], Recipe.of(manifest["config"]).as_dict()
    population, everything = recipe["population"], usual["population"]
    words = [
        "warp-ir-pairs",
        "generate",
        manifest["config"],
        "--pairs",
        str(manifest["pairs"]),
        "--out",
        "pairs",
    ]
    for option, value, default in (
        ("--seed", recipe["seed"], usual["seed"]),
        ("--kernel-types", population["kernel_types"], everything["kernel_types"]),
        ("--profile", population["profile"], everything["profile"]),
        ("--complexity", population["complexities"], everything["complexities"]),
        ("--verify", recipe["verify"], usual["verify"]),
    ):
        if value != default:
            words += [option, *(value if isinstance(value, list) else [str(value)])]
    return shlex.join(words + (["--no-backward"] if not recipe["enable_backward"] else []))


def _by_config(context: Context, names: Sequence[str], column: Callable[[dict], Iterable]) -> str:
    columns = [list(column(found)) for found in context.figures.values()]
    heads = ("", *(f"`{config}`" for config in context.figures))
    return _table(heads, zip(names, *columns, strict=True))


def _table(heads: Sequence[str], rows: Iterable[Sequence]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(_cell(value) for value in line)} |" for line in lines)


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value).replace("|", "\\|")


def _code(language: str, text: str) -> str:
    return f"```{language}\n{text.strip()}\n```"


def _bytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def _of(count: int, total: int) -> str:
    return f"{count:,} ({_percent(count / total)})"


def _listed(counts: Mapping[str, object]) -> str:
    return ", ".join(
        f"{name} {value:,}" if isinstance(value, int) else f"{name} {value}" for name, value in counts.items()
    )
