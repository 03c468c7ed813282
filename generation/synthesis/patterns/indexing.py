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

_GATHER = """
with either:
    with _(2):
        at__j__src_index = idx[i]
        with either:
            with _:
                if at < 0:
                    PUT(fill)
                    return
            with _:
                at = max(at, 0)
    with _(2):
        at__j__src_index = perm[i]
    with _:
        at__j__src_index = clamp(i + shift, 0, m - 1)
    with _:
        at__j__src_index = max(i + shift + m, 0) % m
    with _:
        first__hop__via = perm[i]
        at__j__src_index = map[first]
(value__v__picked := TAKE)
with maybe(0.3):
    value = pick(CHANGE, polish(value))
with maybe(0.25):
    if mask[i] == 0:
        PUT(pick(ALT, fill))
        return
with maybe(0.3):
    pos[i] = at
with maybe(0.3):
    atomic_add(hits, at, 1)
PUT(value)
"""

_BAG = """
acc__pooled__bag = ZERO
num_used__used__filled = int(0)
for c in range(taps):
    at__j__src_index = idx2[i, c]
    with maybe(0.3):
        if c > 0 and idx2[i, max(c - 1, 0)] == at:
            continue
    acc += pick(bag_w[i, c] * src[at], w * src[at])
    num_used += 1
with maybe(0.4):
    acc = acc / real(max(num_used, 1))
out[i] = pick(acc, polish(acc))
"""

_SCATTER = """
with either:
    with _:
        to__slot__dst_index = idx[i]
        if to < 0:
            return
    with _:
        to__slot__dst_index = perm[i]
    with _:
        to__slot__dst_index = map[perm[i]]
(value__v__payload_i := OWN)
with maybe(0.3):
    if mask[i] == 0:
        return
with maybe(0.4):
    value = pick(CHANGE, polish(value))
with either:
    with _(2):
        atomic_add(DST, value)
    with _:
        atomic_sub(DST, value)
    with _:
        atomic_add(DST, value)
        atomic_add(hits, to, 1)
with maybe(0.3):
    pos[i] = to
"""

_PAD = """
y__sy__from_row = i - pad
x__sx__from_col = j - pick(pad, shift)
with either:
    with _:
        if y < 0 or y >= h or x < 0 or x >= wd:
            out2[i, j] = fill
            return
    with _:
        y = clamp(y, 0, h - 1)
        x = clamp(x, 0, wd - 1)
    with _:
        y = max(y + h, 0) % h
        x = max(x + wd, 0) % wd
    with _:
        if y < 0:
            y = -y
        if x < 0:
            x = -x
        y = min(abs(y), h - 1)
        x = min(abs(x), wd - 1)
(value__v__picked := inner[y, x])
with maybe(0.35):
    value = pick(CHANGE, polish(value))
with maybe(0.25):
    if not mask2[i, j]:
        out2[i, j] = pick(fill, ALT)
        return
with maybe(0.2):
    if (i + j) % 2 == 1:
        out2[i, j] = ALT
        return
out2[i, j] = value
"""

_TRANSPOSE = """
(value__v__elem := own2[i, j])
with maybe(0.25):
    if not mask2[i, j]:
        return
with maybe(0.35):
    value = pick(CHANGE, polish(value))
with either:
    with _(2):
        outm[j, i] = value
    with _:
        out2[i, j] = SUM(own2[n - 1 - i, j])
    with _:
        outm[j, i] = SUM(own2[i, rows - 1 - j])
    with _:
        col__to_col__dest_j = max(j + shift + rows, 0) % rows
        out2[i, j] = SUM(own2[i, col])
    with _:
        row__to_row__dest_i = max(i + shift2 + n, 0) % n
        out2[i, j] = SUM(own2[row, j])
    with _:
        if i > j:
            out2[i, j] = fill
        else:
            out2[i, j] = value
"""

_ONEHOT = """
k__cls__which = label[i]
with maybe(0.3):
    if mask[i] == 0:
        pos[i] = -1
        return
with either:
    with _:
        if k < 0:
            return
    with _:
        with maybe(0.5):
            pos[i] = max(k, 0)
with either:
    with _:
        for c in range(rows):
            onehot[i, c] = 1.0 if c == k else pick(0.0, smooth)
    with _:
        off__low__background = smooth / real(rows)
        for c in range(rows):
            if c == k:
                onehot[i, c] = 1.0 - pick(smooth, smooth + off)
            else:
                onehot[i, c] = off
    with _:
        for c in range(rows):
            near__gap__steps_away = abs(c - k)
            onehot[i, c] = pick(exp(-clamp(w * real(near), 0.0, 8.0)), max(1.0 - w * real(near), 0.0))
    with _:
        onehot_acc[i, max(k, 0)] += pick(w, 1.0)
    with _:
        for c in range(rows):
            if c > k:
                break
            onehot[i, c] = pick(1.0, w)
with maybe(0.4):
    if k >= 0:
        atomic_add(class_hits, k, 1)
"""

_SEGMENTS = """
first__begin__seg_start = start[i]
last__end__seg_end = start[i + 1]
with maybe(0.4):
    lengths[i] = last - first
with maybe(0.4):
    if last <= first:
        out[i] = fill
        return
with either:
    with _:
        acc__total__seg_sum = ZERO
        for e in range(first, last):
            with either:
                with _:
                    acc += items[e]
                with _:
                    acc += src[item_id[e]]
                with _:
                    at__j__member = item_id[e]
                    with maybe(0.5):
                        if at == i:
                            continue
                    acc += pick(src[at], items[e])
        with maybe(0.4):
            acc = POST
        out[i] = pick(acc, polish(acc))
    with _:
        value__v__picked = items[clamp(first, 0, last_entry - 1)]
        out[i] = value
    with _:
        for e in range(first, last):
            atomic_add(dst, item_id[e], pick(own[i], items[e]))
        with maybe(0.5):
            pos[i] = last - first
"""

_COMPACT = """
(value__v__candidate := own[i])
with either:
    with _:
        if mask[i] == 0:
            return
    with _:
        if SIZE <= limit:
            return
    with _:
        if mask[i] == 0 or SIZE < limit:
            return
slot__dest__place_at = atomic_add(counter, 0, 1)
with either:
    with _:
        if slot >= capacity:
            return
        kept[slot] = pick(value, CHANGE)
        with maybe(0.6):
            kept_id[slot] = i
    with _:
        if slot < capacity:
            kept[slot] = pick(value, polish(value))
            with maybe(0.6):
                kept_id[slot] = pick(i, i + shift)
with maybe(0.4):
    pos[i] = slot
"""


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
        "gather": _GATHER,
        "scatter": _SCATTER,
        "pad": _PAD,
        "transpose": _TRANSPOSE,
        "onehot": _ONEHOT,
        "segments": _SEGMENTS,
        "compact": _COMPACT,
    }[form]
    if form == "gather" and not deep and kind != "i" and b.chance(0.35):
        text = _BAG
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
