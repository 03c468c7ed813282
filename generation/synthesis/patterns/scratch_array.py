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

_HISTOGRAM = """
bins__hist__counts = scratch(0, BINS)
stop__used__limit = pick(len, len, min(valid[i], len))
for c in range(stop):
    with either:
        with _(2):
            slot__bin_id__b = int((x[i, c] - low) * scale)
            slot = pick(clamp(slot, 0, LAST), min(max(slot, 0), LAST))
            bins[slot] += 1
        with _:
            slot__bin_id__b = int(floor((polish(x[i, c]) - low) * scale))
            with either:
                with _:
                    if slot >= 0 and slot < BINS:
                        bins[slot] += 1
                with _:
                    if slot < 0 or slot >= BINS:
                        continue
                    bins[slot] = bins[slot] + 1
with either:
    with _(2):
        best__mode__peak = int(0)
        for h in range(1, BINS):
            if bins[h] > bins[best]:
                best = h
        at[i] = best
        with maybe(0.4):
            y[i] = low + (real(best) + 0.5) / safe(scale)
    with _(2):
        total__mass__seen = int(0)
        half__target__goal = stop // num(2, 2, 4)
        found__where__median_bin = int(0)
        for h in range(BINS):
            total += bins[h]
            if total > half:
                found = h
                break
        at[i] = found
    with _(2):
        entropy__info__h_sum = real(0.0)
        for h in range(BINS):
            p0__frac__prob = real(bins[h]) / real(max(stop, 1))
            if p0 > 0.0:
                entropy -= p0 * log(max(p0, 0.001))
        y[i] = pick(entropy, entropy / num(0.6931, 2.3026))
    with _:
        acc__moment__mean_level = real(0.0)
        for h in range(BINS):
            acc += real(bins[h]) * w[h]
        y[i] = acc / real(max(stop, 1))
    with _:
        for h in range(BINS):
            if bins[h] > 0:
                atomic_add(bins_out, h, bins[h])
"""

_MEDIAN = """
buf__window__held = scratch(0.0, N)
m0__count__filled = int(0)
for c in range(len):
    value__cur__sample = x[i, c]
    with maybe(0.5):
        if value < low:
            continue
    if m0 < N:
        with either:
            with _(2):
                buf[m0] = value
            with _:
                buf[m0] = pick(abs(value), value * lag, value - lag)
        m0 += 1
with either:
    with _(3):
        for c in range(1, N):
            held__key_v__cur_v = buf[c]
            j0__pos__slot = c - 1
            while j0 >= 0:
                with either:
                    with _(2):
                        if buf[j0] <= held:
                            break
                    with _:
                        if buf[j0] >= held:
                            break
                buf[j0 + 1] = buf[j0]
                j0 -= 1
            buf[max(j0 + 1, 0)] = held
    with _(2):
        for c in range(N - 1):
            for d in range(N - 1 - c):
                if pick(buf[d] > buf[d + 1], buf[d] < buf[d + 1]):
                    tmp__swap__kept = buf[d]
                    buf[d] = buf[d + 1]
                    buf[d + 1] = tmp
    with _:
        for c in range(MID + 1):
            best__low_id__pick = int(c)
            for d in range(c + 1, N):
                if buf[d] < buf[best]:
                    best = d
            tmp__swap__kept = buf[c]
            buf[c] = buf[best]
            buf[best] = tmp
with either:
    with _(2):
        y[i] = pick(buf[MID], buf[MID], buf[MID] * lag)
    with _:
        acc__total__trimmed = real(0.0)
        for c in range(1, LAST):
            acc += buf[c]
        y[i] = acc / num_kept
    with _:
        y[i] = pick(0.5 * (buf[0] + buf[LAST]), buf[0] + buf[MID])
with maybe(0.3):
    z[i] = buf[LAST] - buf[0]
"""

_NEAREST = """
best_d__dist_k__found_d = scratch(0.0, K)
best_i__id_k__found_i = slots("m", K)
for s0 in range(K):
    best_d[s0] = num(1.0e6, 1.0e4)
here__xi__p_i = p[i]
with either:
    with _(2):
        for c in range(m):
            with maybe(0.3):
                if c == i:
                    continue
            d0__dist__gap = pick(length(q[c] - here), length_sq(q[c] - here), length(here - q[c]))
            with maybe(0.3):
                if d0 > reach:
                    continue
            if d0 < best_d[LAST]:
                best_d[LAST] = d0
                best_i[LAST] = c
                for r in range(LAST):
                    s1__hi__up = LAST - r
                    if best_d[s1] < best_d[s1 - 1]:
                        t0__tmp_d__held_d = best_d[s1]
                        best_d[s1] = best_d[s1 - 1]
                        best_d[s1 - 1] = t0
                        t1__tmp_i__held_i = best_i[s1]
                        best_i[s1] = best_i[s1 - 1]
                        best_i[s1 - 1] = t1
    with _:
        for c in range(width):
            cand__nb__other = near[i, c]
            d0__dist__gap = pick(length(q[cand] - here), length_sq(here - q[cand]))
            worst__far__slot = int(0)
            for r in range(1, K):
                if best_d[r] > best_d[worst]:
                    worst = r
            if d0 < best_d[worst]:
                best_d[worst] = d0
                best_i[worst] = cand
with either:
    with _(2):
        acc__blend__sum_f = real(0.0)
        norm__wsum__weight_sum = real(0.0)
        for r in range(K):
            wr__wgt__share = pick(1.0 / (num(0.001, 0.01) + best_d[r]), exp(-abs(best_d[r])))
            acc += wr * f[best_i[r]]
            norm += wr
        y[i] = acc / safe(norm)
    with _:
        for r in range(K):
            ids[i, r] = best_i[r]
            with maybe(0.5):
                dists[i, r] = pick(best_d[r], sqrt(abs(best_d[r])))
    with _:
        mean__center__avg = vzero()
        for r in range(K):
            mean += q[best_i[r]]
        z[i] = length(mean / K_real - here)
"""

_STACK = """
stack__todo__pending = slots("nodes", DEPTH)
stack[0] = root[i]
top__sp__stack_size = int(1)
acc__total__found_mass = real(0.0)
steps__visits__num_seen = int(0)
probe__qv__limit_v = query[i]
while top > 0 and top < DEPTH:
    steps += 1
    if steps > LIMIT:
        break
    top -= 1
    node__cur__at_node = stack[top]
    with maybe(0.4):
        if key[node] > probe:
            continue
    with either:
        with _(2):
            acc += load[node]
        with _:
            acc = pick(max(acc, load[node]), acc + polish(load[node]))
        with _:
            if left[node] < 0:
                acc += pick(load[node], load[node] * key[node])
    with either:
        with _(2):
            l0__near_child__a_child = left[node]
            r0__far_child__b_child = right[node]
            if l0 >= 0:
                stack[top] = l0
                top += 1
            if r0 >= 0:
                stack[top] = r0
                top += 1
        with _:
            next_id__child__down = pick(left[node] if key[node] > probe else right[node], right[node])
            if next_id >= 0:
                stack[top] = next_id
                top += 1
        with _:
            next_id__child__down = left[node]
            if next_id >= 0:
                stack[top] = next_id
                top += 1
                sib__other__twin = right[node]
                if sib >= 0:
                    stack[top] = sib
                    top += 1
with either:
    with _(2):
        y[i] = pick(acc, acc, polish(acc))
    with _:
        if acc > probe:
            y[i] = acc
        else:
            y[i] = real(0.0)
with maybe(0.3):
    tally(acc)
"""

_ELIMINATE = """
m__aug__work = scratch(0.0, N, N1)
for r in range(N):
    for c in range(N):
        m[r, c] = a[i, r, c]
    with maybe(0.3):
        m[r, r] += lag
    m[r, N] = rhs[i, r]
for k0 in range(N):
    with maybe(0.6):
        piv__best_row__p_row = int(k0)
        for r in range(k0 + 1, N):
            if abs(m[r, k0]) > abs(m[piv, k0]):
                piv = r
        with either:
            with _:
                if piv != k0:
                    for c in range(N1):
                        held__tmp__swap = m[k0, c]
                        m[k0, c] = m[piv, c]
                        m[piv, c] = held
            with _:
                row_a__upper__r_k = m[k0]
                row_b__lower__r_p = m[piv]
                for c in range(k0, N1):
                    held__tmp__swap = row_a[c]
                    row_a[c] = row_b[c]
                    row_b[c] = held
    with either:
        with _(2):
            inv__inv_pivot__rp = 1.0 / safe(m[k0, k0])
            for r in range(k0 + 1, N):
                fac__ratio__mult = m[r, k0] * inv
                for c in range(k0, N1):
                    m[r, c] -= fac * m[k0, c]
        with _:
            for r in range(k0 + 1, N):
                fac__ratio__mult = m[r, k0] / safe(m[k0, k0])
                for c in range(k0, N1):
                    m[r, c] = m[r, c] - fac * m[k0, c]
xs__back__sol_v = scratch(0.0, N)
for k1 in range(N):
    r1__row_i__back_r = LAST - k1
    sum_v__rest__acc = m[r1, N]
    for c in range(r1 + 1, N):
        sum_v -= m[r1, c] * xs[c]
    xs[r1] = sum_v / safe(m[r1, r1])
with either:
    with _(2):
        for r in range(N):
            sol[i, r] = xs[r]
    with _:
        norm__size__acc2 = real(0.0)
        for r in range(N):
            norm += pick(xs[r] * xs[r], abs(xs[r]), xs[r] * rhs[i, r])
        y[i] = norm
with maybe(0.3):
    det__volume__prod = real(1.0)
    for r in range(N):
        det *= m[r, r]
    z[i] = pick(det, abs(det))
"""

_CURVE = """
pts__work__ctrl = scratch(cp[i, 0], N)
for c in range(N):
    pts[c] = pick(cp[i, c], cp[i, c], cp[i, c] * lag)
s0__tt__along = pick(t[i], clamp(t[i], 0.0, 1.0))
for lvl in range(1, STOP):
    for c in range(N - lvl):
        pts[c] = pick(lerp(pts[c], pts[c + 1], clamp(s0, 0.0, 1.0)), pts[c] * (1.0 - s0) + pts[c + 1] * s0)
with either:
    with _(2):
        curve[i] = pts[0] * (1.0 - s0) + pts[1] * s0
    with _:
        curve[i] = pick(lerp(pts[0], pts[1], clamp(s0, 0.0, 1.0)), pts[0] + (pts[1] - pts[0]) * s0)
with maybe(0.5):
    tan_v__deriv__dir_v = (pts[1] - pts[0]) * DEGREE
    with either:
        with _:
            tangent[i] = tan_v
        with _:
            y[i] = length(tan_v)
"""

_WARP = """
prev__above__row_p = scratch(0.0, N1)
cur__below__row_c = scratch(0.0, N1)
for c in range(1, N1):
    with either:
        with _:
            prev[c] = num(1.0e4, 1.0e6)
        with _:
            prev[c] = prev[c - 1] + lag
for r in range(N):
    cur[0] = pick(num(1.0e4, 1.0e6), real(r + 1) * lag)
    ur__left_v__ref = u[i, r]
    for c in range(1, N1):
        cost__local__d0 = pick(abs(ur - v[i, c - 1]), (ur - v[i, c - 1]) * (ur - v[i, c - 1]))
        with maybe(0.3):
            if abs(r + 1 - c) > BAND:
                cost += num(100.0, 1000.0)
        with either:
            with _(2):
                cur[c] = cost + min(prev[c - 1], min(prev[c], cur[c - 1]))
            with _:
                best__step__least = min(prev[c], cur[c - 1])
                cur[c] = min(pick(best + lag, best * num(1.1, 1.5)), prev[c - 1] + cost)
    for c in range(N1):
        prev[c] = cur[c]
y[i] = pick(prev[N], prev[N], sqrt(abs(prev[N])), prev[N] / num_kept)
with maybe(0.3):
    tally(prev[N])
"""

_FIR = """
line__delay__history = scratch(0.0, N)
for c in range(len):
    with either:
        with _(2):
            line[c % N] = x[i, c]
            acc__out_v__y0 = real(0.0)
            for d in range(N):
                acc += taps[d] * line[(c + N - d) % N]
        with _:
            for d in range(1, N):
                line[N - d] = line[LAST - d]
            line[0] = x[i, c]
            acc__out_v__y0 = real(0.0)
            for d in range(N):
                acc += pick(line[d] * taps[d], line[d] * taps[d], abs(line[d]) * taps[d])
    filtered[i, c] = pick(acc, acc, polish(acc))
with maybe(0.4):
    left_over__energy__tail = real(0.0)
    for d in range(N):
        left_over += line[d] * line[d]
    y[i] = left_over
"""
_TEXT = {
    "histogram": _HISTOGRAM,
    "median": _MEDIAN,
    "nearest": _NEAREST,
    "stack": _STACK,
    "eliminate": _ELIMINATE,
    "curve": _CURVE,
    "warp": _WARP,
    "fir": _FIR,
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
