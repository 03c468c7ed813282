"""Moving data: gathers, scatters, transposes, reshapes, paddings, one-hot rows, masks, compactions,
embeddings.

Free choices: ranks, index arrays and sentinels, wrap-around or clamping, what fills the gaps, whether
values change.
Source: the indexing routines of array libraries such as NumPy.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.indexing.gathers import COMPACT, ONEHOT, SEGMENTS
from generation.synthesis.patterns.indexing.moves import BAG, GATHER, PAD, SCATTER, TRANSPOSE
from generation.synthesis.sketches import Sketch

VERBS = ("gather", "scatter", "copy", "rearrange", "index_select")
FIELDS = ("learning", "image", "signal", "particles")
_FORMS = Weights(
    {"gather": 22, "scatter": 18, "pad": 16, "transpose": 16, "onehot": 14, "segments": 14, "compact": 12}
)
TITLES = {
    "gather": ("gather_rows gather_values index_select", "Gather elements by index."),
    "scatter": ("scatter_values scatter_rows", "Scatter elements by index."),
    "pad": ("pad_array pad_values",),
    "transpose": ("transpose_array permute_axes",),
    "onehot": ("one_hot embedding_lookup",),
    "segments": ("segment_reduce reduce_segments", "Reduce segments of an array."),
    "compact": ("compact_values stream_compaction", "Compact the selected elements."),
}
_KINDS = Weights({"s": 62, "v": 22, "i": 16})

_SCOPE = {
    "rows": "n:rows num_rows row_count height",
    "n": "n:n num_items batch_size count",
    "src": "T[m] source src table",
    "src2": "T[m,rows] source src table",
    "m": "n:m source_size num_source table_rows",
    "idx": "i?m[n] indices gather_ids row_index",
    "idx2": "i>m[n,taps] indices gather_table lookup_ids",
    "taps": "n:taps num_taps bag_size lookup_count",
    "perm": "i>m[n] permutation order sorted_order",
    "map": "i>m[m] remap new_index old_to_new",
    "own": "T[n] values items payload",
    "own2": "T[n,rows] values items payload",
    "own3": "T[n,rows,depth] values blocks payload",
    "dst": "inout T[m] dest target_values accumulated",
    "dst2": "inout T[m,rows] dest table_grad accumulated",
    "hits": "inout i[m] counts hit_count usage",
    "out": "out T[n] out result gathered",
    "out2": "out T[n,rows] out result gathered",
    "outm": "out T[rows,n] transposed flipped out",
    "pos": "out i[n] positions_out order_out ranks",
    "mask": "i[n] mask keep_mask valid",
    "mask2": "b[n,rows] mask keep_mask valid",
    "fill": "T fill_value padding default_value",
    "bag_w": "s[n,taps] bag_weights lookup_weights coefficients",
    "w": "c weight scale gain",
    "shift": "i shift roll offset",
    "shift2": "i row_shift roll_y vertical_offset",
    "pad": "i pad border pad_before",
    "inner": "T[a,c] image inner unpadded",
    "h": "n:a inner_height src_rows in_h",
    "wd": "n:c inner_width src_cols in_w",
    "label": "i?rows[n] labels class_ids tokens",
    "onehot": "out s[n,rows] one_hot encoded targets_out",
    "smooth": "s smoothing label_smoothing leak",
    "start": "i<entries[n+1] segment_start offsets row_ptr",
    "items": "T[entries] values flat_values segment_values",
    "item_id": "i>m[entries] item_ids members flat_indices",
    "counter": "inout i>capacity[1] counter num_kept out_size",
    "capacity": "n:capacity capacity max_kept out_capacity",
    "kept": "out T[capacity] kept compacted survivors",
    "kept_id": "out i[capacity] kept_ids source_index original_index",
    "lengths": "out i[n] lengths segment_length sizes",
    "limit": "c threshold limit cutoff",
}


def build(b: Builder) -> None:
    form = b.form(_FORMS)
    deep = form in ("pad", "transpose") or (form in ("gather", "scatter") and b.chance(0.4))
    b.grid(2 if deep else 1)
    if deep:
        framing.prologue(b)
    kind = "s" if form in ("segments", "compact", "onehot") and b.chance(0.6) else b.weighted(_KINDS)
    words = {
        "TAKE": "src2[at, j]" if deep else "src[at]",
        "OWN": "own2[i, j]" if deep else "own[i]",
        "DST": "dst2, to, j" if deep else "dst, to",
        "CHANGE": {"s": "value * w", "v": "value * w", "i": "value + shift"}[kind],
        "POST": {
            "s": "acc / real(max(last - first, 1))",
            "v": "acc / real(max(last - first, 1))",
            "i": "max(acc, shift)",
        }[kind],
        "ALT": {"s": "value * 0.5", "v": "-value", "i": "-value"}[kind],
        "ZERO": {"s": "real(0.0)", "v": "vzero()", "i": "int(0)"}[kind],
        "SIZE": {"s": "abs(value)", "v": "length(value)", "i": "real(abs(value))"}[kind],
    }
    scope = {name: text.replace("T[", f"{kind}[").replace("T ", f"{kind} ") for name, text in _SCOPE.items()}
    if deep:
        scope |= {
            "mask": "i[n,rows] mask keep_mask valid",
            "pos": "out i[n,rows] index_out order_out source_index",
        }
        scope["idx"], scope["perm"] = (
            "i?m[n,rows] indices gather_ids row_index",
            "i>m[n,rows] permutation order sorted_order",
        )
    s = Sketch(b, **scope)
    s.scope["onehot_acc"] = "inout s[n,rows] histogram_rows encoded class_weight_sum"
    s.scope["class_hits"] = "inout i[rows] class_counts label_histogram class_usage"
    s.scope["last_entry"] = "n:entries num_entries last_item flat_size"
    s.scope["PUT"] = lambda value: (
        s(f"{'out2[i, j]' if deep else 'out[i]'} = put_value")
        if s.scope.update(put_value=value) is None
        else None
    )
    s.scope["SUM"] = lambda value: b.pick((value, b.mix(value.type, [value, s["value"]], 0.1)))
    if not deep:
        framing.prologue(b)
    text = {
        "gather": GATHER,
        "scatter": SCATTER,
        "pad": PAD,
        "transpose": TRANSPOSE,
        "onehot": ONEHOT,
        "segments": SEGMENTS,
        "compact": COMPACT,
    }[form]
    if form == "gather" and not deep and kind != "i" and b.chance(0.35):
        text = BAG
    for word, replacement in words.items():
        text = text.replace(word, replacement)
    if deep:
        text = (
            text.replace("idx[i]", "idx[i, j]")
            .replace("perm[i]", "perm[i, j]")
            .replace("mask[i]", "mask[i, j]")
            .replace("pos[i]", "pos[i, j]")
        )
    s(text)
    framing.bookkeeping(b, 0.5)
    framing.bookkeeping(b, 0.25)
    s.done()
