"""Algorithms with a small array of the thread's own: histograms, selections, stacks, eliminations, tables.

Free choices: the algorithm, sizes, what goes into the array, what is read from it, limits on the way.
Source: Cormen et al., "Introduction to Algorithms", 2009; Otsu, "A threshold selection method", 1979;
Sakoe and Chiba, "Dynamic programming algorithm optimization", 1978; Golub and Van Loan, "Matrix
Computations", 2013; Farin, "Curves and Surfaces for CAGD", 2002 (de Casteljau).
"""

from __future__ import annotations

from generation.language.types import F16, F32, vector
from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.scratch_array.recurrences import CURVE, ELIMINATE, FIR, WARP
from generation.synthesis.patterns.scratch_array.selections import HISTOGRAM, MEDIAN, NEAREST, STACK
from generation.synthesis.sketches import Sketch

VERBS = ("gather", "select", "collect", "evaluate", "solve")
FIELDS = ("signal", "image", "learning", "geometry", "finite_element")
_FORMS = Weights(
    {
        "histogram": 17,
        "median": 16,
        "nearest": 14,
        "stack": 12,
        "eliminate": 13,
        "curve": 10,
        "warp": 10,
        "fir": 8,
    }
)
_SIZES = {
    "median": (5, 5, 7, 9, 17),
    "warp": (4, 5, 20, 24, 32),
    "fir": (4, 5, 8, 20, 32),
    "eliminate": (3, 3, 4),
    "curve": (4, 5, 6),
}
_SCOPE = {
    "x": "s[n,len] samples signal values intensity",
    "len": "n:len row_length num_samples width",
    "valid": "i<len[n] valid_count num_valid used_length",
    "low": "s x_min low_edge value_min",
    "scale": "s inv_width bin_scale scale",
    "lag": "c bias offset shift_amount",
    "y": "out s[n] level_out estimate result_out response",
    "z": "out s[n] spread score residual_out aux_out",
    "at": "out i[n] chosen picked_bin best_slot",
    "bins_out": "inout i[BINS] global_bins bin_counts histogram",
    "w": "s[BINS] weights level_weights bin_centers",
    "p": "v[n] points positions queries",
    "q": "v[m] candidates sites centers",
    "m": "n:m num_candidates num_sites",
    "f": "s[m] site_values charges labels_f",
    "reach": "c cutoff max_distance reach",
    "near": "i>m[n,width] neighbors candidate_ids adjacency",
    "width": "n:width max_neighbors row_width",
    "ids": "out i[n,K] nearest_ids best_ids picks",
    "dists": "out s[n,K] nearest_dists best_dists",
    "left": "i?nodes[nodes] left_child first_child child_a",
    "right": "i?nodes[nodes] right_child next_child child_b",
    "root": "i>nodes[n] root roots start_node",
    "key": "s[nodes] split_value node_bound node_key",
    "load": "s[nodes] node_weight node_mass payload",
    "query": "s[n] query probe threshold_in",
    "a": "s[n,N,N] system_matrix blocks lhs",
    "rhs": "s[n,N] rhs right_side loads",
    "sol": "out s[n,N] solution x_out unknowns",
    "cp": "v[n,N] control_points knots_p control",
    "t": "s[n] t_param u curve_t",
    "curve": "out v[n] curve_points evaluated on_curve",
    "tangent": "out v[n] tangents velocity_out derivative",
    "u": "s[n,N] template pattern_row reference",
    "v": "s[n,N] observed query_row target_row",
    "taps": "s[N] taps coefficients kernel_taps",
    "filtered": "out s[n,len] filtered smoothed y_out",
}


_TEXT = {
    "histogram": HISTOGRAM,
    "median": MEDIAN,
    "nearest": NEAREST,
    "stack": STACK,
    "eliminate": ELIMINATE,
    "curve": CURVE,
    "warp": WARP,
    "fir": FIR,
}


def build(b: Builder) -> None:
    if b.real is F16:
        b.real, b.space = F32, vector(b.space.length, F32)
    b.grid(1)
    framing.prologue(b)
    form = b.weighted(_FORMS)
    size = b.pick(_SIZES.get(form, (3, 4, 4, 5)))
    bins = b.pick((8, 12, 20, 32, 64)) if form == "histogram" else size
    scope = {name: _sized(text, size, bins) for name, text in _SCOPE.items()}
    s = Sketch(b, **scope, N=size, N1=size + 1, K=size, BINS=bins, LAST=bins - 1, MID=size // 2)
    s.scope |= {
        "STOP": size - 1,
        "DEGREE": float(size - 1),
        "K_real": float(size),
        "num_kept": float(size - 2),
    }
    s.scope |= {"DEPTH": b.pick((16, 32, 64)), "LIMIT": b.pick((256, 1000, 4096)), "BAND": b.pick((2, 3))}
    s.scope["tally"] = lambda e: framing.tally(b, e, "cost_sum", "mass_found", "score")
    s(_TEXT[form])
    framing.bookkeeping(b, 0.3)
    s.done()


def _sized(text: str, size: int, bins: int) -> str:
    for name, value in (("BINS", bins), ("K]", f"{size}]"), ("N]", f"{size}]"), (",N,", f",{size},")):
        text = text.replace(name, str(value))
    return text
