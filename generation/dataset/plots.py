"""Statistics as pictures."""

from __future__ import annotations

import io
from collections.abc import Mapping

from generation.errors import SetupError

_SHOWN_OPERATIONS = 40
_LEVELS = {"structure": "structures", "shape": "shapes", "ir": "IR sequences"}
_SIZES = {
    "python_lines": "lines of Python",
    "nodes": "nodes",
    "depth": "depth",
    "nesting": "nested if, for, while",
    "parameters": "parameters",
    "ir_lines": "lines of IR",
}
_COLOUR = "#4c78a8"


def plots(figures: Mapping) -> dict[str, bytes]:
    """PNG files by name. Same figures, same pictures. SetupError where matplotlib is not installed."""
    drawings = {
        "families": _families,
        "sizes": _sizes,
        "operations": _operations,
        "growth": _growth,
    }
    return {f"{name}.png": picture for name, draw in drawings.items() if (picture := draw(figures))}


def _families(figures: Mapping) -> bytes | None:
    families = figures.get("families")
    if not families:
        return None
    figure, (axes,) = _canvas(1, height=1 + 0.22 * len(families))
    _bars(axes, families)
    axes.axvline(sum(families.values()) / len(families), color="black", linewidth=0.8, linestyle=":")
    axes.set_title(f"families (chi-squared p = {figures['families_p']:.3g}; dotted: equal shares)")
    axes.set_xlabel("rows")
    return _png(figure)


def _sizes(figures: Mapping) -> bytes:
    shown = {name: title for name, title in _SIZES.items() if figures["histograms"].get(name)}
    figure, panels = _canvas(len(shown), height=2.4 * -(-len(shown) // 3))
    for axes, (name, title) in zip(panels, shown.items(), strict=True):
        sizes = {int(size): count for size, count in figures["histograms"][name].items()}
        limit = figures["sizes"][name]["p99"]
        bins = min(40, max(sizes) - min(sizes) + 1)
        axes.hist(
            list(sizes), bins=bins, weights=list(sizes.values()), range=(min(sizes) - 0.5, limit + 0.5),
            color=_COLOUR,
        )  # fmt: skip
        axes.set_title(title)
    return _png(figure)


def _operations(figures: Mapping) -> bytes:
    used = figures.get("operations") or figures["builtins"]["counts"]
    first = dict(list(used.items())[:_SHOWN_OPERATIONS])
    figure, (axes,) = _canvas(1, height=1 + 0.18 * len(first))
    _bars(axes, first)
    axes.set_title(f"the most frequent of {len(used)} operations")
    axes.set_xlabel("rows" if "operations" in figures else "calls")
    return _png(figure)


def _growth(figures: Mapping) -> bytes:
    figure, (axes,) = _canvas(1, height=4)
    rows = figures["growth"]["rows"]
    axes.plot(rows, rows, color="black", linewidth=0.8, linestyle=":", label="all distinct")
    for level, title in _LEVELS.items():
        if curve := figures["growth"].get(level):
            unseen = figures["diversity"][level]["unseen"]
            axes.plot(rows, curve, label=f"{title}: next one new with {unseen:.1%}")
    axes.set_xlabel("rows, shuffled")
    axes.set_ylabel("distinct, expected")
    axes.set_title("growth of variety")
    axes.legend(frameon=False)
    return _png(figure)


def _bars(axes, counts: Mapping[str, int]) -> None:
    axes.barh([str(name) for name in counts], list(counts.values()), color=_COLOUR)
    axes.invert_yaxis()
    axes.margins(y=0.01)
    axes.tick_params(axis="y", labelsize=8)


def _canvas(panels: int, height: float):
    """A figure and its axes, up to three in a row."""
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise SetupError(
            "plots need matplotlib; install it with: pip install 'warp-ir-pairs[stats]'"
        ) from error
    across = min(3, panels)
    down = -(-panels // across)
    figure = Figure(figsize=(3 * across if panels > 1 else 7, height), layout="constrained")
    grid = figure.subplots(down, across, squeeze=False).flatten().tolist()
    for axes in grid:
        axes.spines[["top", "right"]].set_visible(False)
    for axes in grid[panels:]:
        axes.remove()
    return figure, grid[:panels]


def _png(figure) -> bytes:
    sink = io.BytesIO()
    figure.savefig(sink, format="png", dpi=120, metadata={"Software": None})
    return sink.getvalue()
