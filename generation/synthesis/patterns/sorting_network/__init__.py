"""Sorting and selection within rows: networks, odd-even and bitonic steps, insertion, top-k, medians,
merges, searches.

Free choices: rows or fixed sizes, order, keys alone or with values, network or loop, what is kept.
Source: Batcher, "Sorting Networks and their Applications", 1968; Knuth, "The Art of Computer Programming",
vol. 3.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.sorting_network.lists import INSERTION, ODD_EVEN, SEARCH, TOPK
from generation.synthesis.sketches import Sketch

VERBS = ("sort", "rank", "select", "merge", "order")

FIELDS = ("learning", "signal", "image")

_FORMS = Weights({"network": 28, "odd_even": 18, "insertion": 18, "topk": 20, "search": 16})

TITLES = {
    "network": ("sort_rows sort_network sort_small", "Sort a few values with a sorting network."),
    "odd_even": ("odd_even_pass odd_even_sort", "One pass of odd-even sort."),
    "insertion": ("insertion_sort sort_rows", "Insertion sort of each row."),
    "topk": ("select_topk topk keep_top", "Select the top entries of each row."),
    "search": ("binary_search lower_bound_search", "Binary search in a sorted array."),
}

_NETWORKS = {
    3: ((0, 2), (0, 1), (1, 2)),
    4: ((0, 1), (2, 3), (0, 2), (1, 3), (1, 2)),
    5: ((0, 3), (1, 4), (0, 2), (1, 3), (0, 1), (2, 4), (1, 2), (3, 4), (2, 3)),
    6: ((0, 5), (1, 3), (2, 4), (1, 2), (3, 4), (0, 3), (2, 5), (0, 1), (2, 3), (4, 5), (1, 2), (3, 4)),
}

_SCOPE = {
    "key": "inout s[n,len] keys values scores",
    "key_in": "s[n,len] keys values scores",
    "item": "inout i[n,len] payload item_ids order",
    "len": "n:len row_length num_items width",
    "phase": "i>2 phase parity round_index",
    "span": "i stage_span block_size run_length",
    "down": "i descending reverse_order direction",
    "k_out": "out s[n,K] top_values best_scores largest",
    "i_out": "out i[n,K] top_ids best_ids winners",
    "sorted": "out s[n,K] sorted_values sorted_keys ordered",
    "med": "out s[n] medians median_out middle",
    "rng": "out s[n] spread range_out gap_out",
    "pos": "out i[n] positions insert_at found_at",
    "query": "s[n] queries probes targets",
    "table": "s[len] sorted_table breakpoints edges",
    "table_v": "s[len] table_values node_values levels",
    "interp": "out s[n] interpolated lookup_out resampled",
    "weight": "c weight scale gain",
    "thr": "c threshold min_score cutoff",
    "swaps": "inout i[1] num_swaps swap_count unsorted",
    "valid": "i[n] valid_count num_valid used_length",
    "group": "i[n,len] group_of class_ids category",
}


def build(b: Builder) -> None:
    b.grid(1)
    framing.prologue(b)
    form = b.form(_FORMS)
    size = b.pick((3, 4, 4, 5, 6)) if form == "network" else b.pick((3, 4, 5, 8))
    s = Sketch(
        b, **{name: text.replace("K]", f"{size}]") for name, text in _SCOPE.items()}, K=size, LAST=size - 1
    )
    s.scope["k_acc"] = f"inout s[n,{size}] top_values best_scores largest"
    s.scope["i_acc"] = f"inout i[n,{size}] top_ids best_ids winners"
    s.scope["hist"] = "inout i[len] bin_counts histogram hits"
    s.scope["BITS"] = b.pick((8, 10, 12, 16))
    s.scope["tally"] = lambda e: framing.tally(b, e, "score", "spread_sum", "level")
    if form == "network":
        _network(b, s, size)
    else:
        s({"odd_even": ODD_EVEN, "insertion": INSERTION, "topk": TOPK, "search": SEARCH}[form])
    framing.bookkeeping(b, 0.5)
    s.done()


def _network(b: Builder, s: Sketch, size: int) -> None:
    """A fixed network of compare and exchange steps on locals."""
    s.scope["key_in"] = f"s[n,{size}] keys values samples"
    s.scope["tag"] = f"i[n,{size}] ids item_ids labels"
    s("def order_pair__sort2__compare_exchange(a, c):\n    return min(a, c), max(a, c)")
    change = b.pick(("", "", "key_in[i, {c}] * weight", "abs(key_in[i, {c}])", "key_in[i, {c}] - weight"))
    for c in range(size):
        s(f"v{c}__a{c}__x{c} = {change.format(c=c) or f'key_in[i, {c}]'}")
    tagged = b.chance(0.3)
    if tagged:
        for c in range(size):
            s(f"t{c}__id{c} = tag[i, {c}]")
    style = b.pick(("swap", "swap", "pair", "minmax"))
    descending, at_once = b.chance(0.3), b.chance(0.4)
    for step, (p, q) in enumerate(_NETWORKS[size]):
        if tagged or style == "swap":
            test = f"v{p} {'<' if descending else '>'} v{q}"
            extra = f"\n    held_t{step} = t{p}\n    t{p} = t{q}\n    t{q} = held_t{step}" if tagged else ""
            if at_once:
                extra = f"\n    t{p}, t{q} = t{q}, t{p}" if tagged else ""
                s(f"if {test}:\n    v{p}, v{q} = v{q}, v{p}{extra}")
                continue
            s(
                f"if {test}:\n    held{step}__tmp{step}__swap{step} = v{p}\n    v{p} = v{q}\n"
                f"    v{q} = held{step}{extra}"
            )
        elif style == "pair":
            low, high = ("hi", "lo") if descending else ("lo", "hi")
            s(
                f"lo{step}__small{step}, hi{step}__large{step} = order_pair(v{p}, v{q})\n"
                f"v{p} = {low}{step}\nv{q} = {high}{step}"
            )
        else:
            low, high = ("max", "min") if descending else ("min", "max")
            s(f"keep{step}__low{step} = {low}(v{p}, v{q})\nv{q} = {high}(v{p}, v{q})\nv{p} = keep{step}")
    how = b.integer(0, 3)
    if how == 0 or tagged:
        for c in range(size):
            s(f"sorted[i, {c}] = v{c}")
            if tagged:
                s(f"i_out[i, {c}] = t{c}")
    middle = f"v{size // 2}" if size % 2 else f"0.5 * (v{size // 2 - 1} + v{size // 2})"
    if how in (1, 3):
        s(f"med[i] = {b.pick((middle, f'polish({middle})', f'weight * {middle}'))}")
    if how >= 2:
        s(f"gap__range_v = v{size - 1} - v0")
        s(
            b.pick(
                (
                    "rng[i] = gap",
                    "if gap > thr:\n    rng[i] = gap\nelse:\n    rng[i] = 0.0",
                    "rng[i] = abs(gap)\ntally(gap)",
                )
            )
        )
    if b.chance(0.3):
        s("tally(pick(v0, v1, v0 + v1))")
