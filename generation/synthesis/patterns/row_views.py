"""Rows, columns and segments by name: views of arrays, slices between offsets, functions that take a row.

Free choices: what is viewed, how it is reduced or rewritten, helpers or loops in place, weights and limits.
Source: Ba et al., "Layer Normalization", 2016; Zhang and Sennrich, "Root Mean Square Layer Normalization",
2019; Vaswani et al., "Attention Is All You Need", 2017; Saad, "Iterative Methods for Sparse Linear Systems",
2003 (rows stored one after the other).
"""

from __future__ import annotations

from generation.language.types import F16, F32, vector
from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.sketches import Sketch

VERBS = ("normalize", "reduce", "apply", "score", "scale")
FIELDS = ("learning", "signal", "image")
_FORMS = Weights({"norm": 26, "softmax": 16, "segment": 24, "halves": 14, "column": 12, "point": 8})
_SCOPE = {
    "x": "s[n,len] features rows activations",
    "y": "out s[n,len] normalized outputs rows_out",
    "z": "inout s[n,len] values_io state_rows logits",
    "gamma": "s[len] gamma gains channel_weight",
    "beta": "s[len] beta_shift biases channel_bias",
    "total": "out s[n] row_score totals row_sum",
    "eps": "c eps_scale temperature gain",
    "flat": "s[nnz] flat_values data entries",
    "cols": "i>m[nnz] columns col_index members",
    "off": "i<nnz[n+1] offsets row_start segment_ptr",
    "vec": "s[m] dense_vec table weights_m",
    "lane": "i>len[n] lane column_of channel",
    "image": "s[n,rows,len] images planes batch",
    "rows": "n:rows num_rows height",
    "len": "n:len row_length width",
    "q": "v[n,len] polygon chains strands",
}

_NORM = """
def row_mean__mean_of__average(row__r__line):
    acc__s__sum_v = real(0.0)
    for c in range(row.shape[0]):
        acc += row[c]
    return acc / real(max(row.shape[0], 1))
def scale_row__multiply__rescale(row__r__line, by__factor__f):
    for c in range(row.shape[0]):
        row[c] = row[c] * by
with either:
    with _(2):
        src__row__line_in = x[i]
        dst__line_out__row_y = y[i]
        mu__mean__m0 = row_mean(src)
        var__spread__v0 = real(0.0)
        for c in range(src.shape[0]):
            var += (src[c] - mu) * (src[c] - mu)
        inv__rstd__inv_sigma = 1.0 / sqrt(max(var / real(max(src.shape[0], 1)), 0.0) + num(0.00001, 0.001))
        for c in range(src.shape[0]):
            dst[c] = pick((src[c] - mu) * inv * gamma[c] + beta[c], (src[c] - mu) * inv * gamma[c])
    with _:
        row__line__z_row = z[i]
        ss__energy__sq = real(0.0)
        for c in range(row.shape[0]):
            ss += row[c] * row[c]
        scale_row(row, eps / sqrt(ss + num(0.00001, 0.001)))
        with maybe(0.4):
            total[i] = pick(ss, sqrt(ss))
    with _:
        scale_row(z[i], eps)
        total[i] = row_mean(x[i])
"""

_SOFTMAX = """
row__line__logit_row = pick(x[i], x[i])
dst__line_out__row_y = y[i]
top__peak__row_max = row[0]
for c in range(1, row.shape[0]):
    top = max(top, row[c])
den__total_e__z0 = real(0.0)
for c in range(row.shape[0]):
    e0__w__expd = exp(min(pick(row[c] - top, (row[c] - top) * eps), 0.0))
    dst[c] = e0
    den += e0
with either:
    with _:
        for c in range(row.shape[0]):
            y[i, c] = exp(min(row[c] - top, 0.0)) / safe(den)
    with _:
        total[i] = pick(log(safe(den)) + top, den)
"""

_SEGMENT = """
lo__begin__start = off[i]
hi__end__stop = off[i + 1]
if lo >= hi:
    return
seg__part__entries_i = flat[lo:hi]
acc__sum_s__result = real(0.0)
with either:
    with _:
        ids__where__cols_i = cols[lo:hi]
        for c in range(ids.shape[0]):
            acc += pick(vec[ids[c]], vec[ids[c]] * eps)
    with _(2):
        for c in range(seg.shape[0]):
            acc += pick(seg[c], seg[c] * seg[c], abs(seg[c]))
    with _:
        for c in range(seg.shape[0]):
            acc = pick(max(acc, seg[c]), max(acc, abs(seg[c])))
with either:
    with _:
        total[i] = acc
    with _:
        total[i] = acc / real(hi - lo)
"""

_HALVES = """
first__real_part__head = x[i, 0:HALF]
second__imag_part__tail = x[i, HALF:]
out_a__lo__dst_a = y[i, 0:HALF]
out_b__hi__dst_b = y[i, HALF:]
for c in range(HALF):
    with either:
        with _:
            out_a[c] = first[c] * gamma[c] - second[c] * beta[c]
            out_b[c] = first[c] * beta[c] + second[c] * gamma[c]
        with _:
            gate__g__sig = 1.0 / (1.0 + exp(-clamp(second[c], -8.0, 8.0)))
            out_a[c] = first[c] * gate
            out_b[c] = pick(gate, second[c] * gate, first[c] * eps)
        with _:
            out_a[c] = first[c] + second[c]
            out_b[c] = pick((first[c] - second[c]) * gamma[c], first[c] - second[c])
"""

_COLUMN = """
plane__img__page = image[i]
line__row_c__strip = plane[pick(0, 0)]
col__column__lane_v = plane[:, lane[i]]
acc__sum_c__total_c = real(0.0)
for c in range(col.shape[0]):
    acc += pick(col[c], col[c] * col[c], col[c] * line[0])
with maybe(0.5):
    for c in range(line.shape[0]):
        acc += line[c] * gamma[c]
total[i] = pick(acc, acc * eps, acc / real(max(col.shape[0], 1)))
"""

_POINT = """
chain__strand__line = q[i]
acc__length_sum__perimeter = real(0.0)
for c in range(1, chain.shape[0]):
    d0__edge__seg_v = chain[c] - chain[c - 1]
    acc += length(d0)
with maybe(0.5):
    close__back__last_edge = chain[0] - chain[-1]
    acc += length(close)
total[i] = pick(acc, acc * eps)
"""
_TEXT = {"norm": _NORM, "softmax": _SOFTMAX, "segment": _SEGMENT, "halves": _HALVES, "column": _COLUMN}
_TEXT |= {"point": _POINT}


def build(b: Builder) -> None:
    if b.real is F16:
        b.real, b.space = F32, vector(b.space.length, F32)
    b.grid(1)
    framing.prologue(b)
    form = b.weighted(_FORMS)
    scope = dict(_SCOPE)
    half = b.pick((2, 4, 8, 16))
    if form == "halves":
        scope |= {"x": f"s[n,{2 * half}] rotary_in pairs channels", "y": f"out s[n,{2 * half}] rotated mixed"}
        scope |= {"gamma": f"s[{half}] cos_table gains", "beta": f"s[{half}] sin_table biases"}
    s = Sketch(b, **scope, HALF=half)
    s(_TEXT[form])
    framing.bookkeeping(b, 0.3)
    s.done()
