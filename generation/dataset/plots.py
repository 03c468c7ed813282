"""Statistics as pictures."""

from __future__ import annotations

import io
from collections.abc import Mapping

from generation.errors import SetupError

_SHOWN = 40  # operations
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
_BINS = 40


def plots(figures: Mapping) -> dict[str, bytes]:
    """PNG files by name. Same figures, same pictures. SetupError where matplotlib is not installed."""
    drawings = {
        "families": _families,
        "sizes": _sizes,
        "operations": _operations,
        "growth": _growth,
    }
    return {f"{name}.png": picture for name, draw in drawings.items() if (picture := draw(figures))}


def operations(figures: Mapping) -> tuple[dict[str, int], str]:
    """How often each operation occurs, and what that counts: rows where they say what they use."""
    if used := figures.get("operations"):
        return used, "rows"
    return figures["dist"]["bi"], "calls"


def figure_class():
    """matplotlib's Figure, which needs no display. SetupError where it is not installed."""
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise SetupError(
            "plots need matplotlib; install it with: pip install 'warp-ir-pairs[stats]'"
        ) from error
    return Figure


def _families(figures: Mapping) -> bytes | None:
    families = figures.get("families")
    if not families:
        return None
    figure, (axes,) = _canvas(1, height=1 + 0.22 * len(families))
    _bars(axes, families)
    asked = figures["families_asked"]
    axes.plot(list(asked.values()), list(asked), "k|", markersize=9)
    axes.set_title(f"families (chi-squared p = {figures['families_p']:.3g}; marks: asked for)")
    axes.set_xlabel("rows")
    return _png(figure)


def _sizes(figures: Mapping) -> bytes:
    shown = {name: title for name, title in _SIZES.items() if figures["histograms"].get(name)}
    figure, panels = _canvas(len(shown), height=2.4 * -(-len(shown) // 3))
    for axes, (name, title) in zip(panels, shown.items(), strict=True):
        sizes = {int(size): count for size, count in figures["histograms"][name].items()}
        first, last = min(sizes), int(figures["sizes"][name]["p99"])  # the longest would flatten the rest
        width = -(-(last - first + 1) // _BINS)
        edges = [edge - 0.5 for edge in range(first, last + width + 1, width)]
        axes.hist(list(sizes), edges, weights=list(sizes.values()), color=_COLOUR)
        axes.set_title(title)
    return _png(figure)


def _operations(figures: Mapping) -> bytes:
    used, unit = operations(figures)
    first = dict(list(used.items())[:_SHOWN])
    figure, (axes,) = _canvas(1, height=1 + 0.18 * len(first))
    _bars(axes, first)
    axes.set_title(f"the most frequent of {len(used)} operations")
    axes.set_xlabel(unit)
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
    across = min(3, panels)
    down = -(-panels // across)
    figure = figure_class()(figsize=(3 * across if panels > 1 else 7, height), layout="constrained")
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
