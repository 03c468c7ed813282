"""Kernels that count, sort or keep the best in an array of their own."""

from __future__ import annotations

HISTOGRAM = """
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


MEDIAN = """
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


NEAREST = """
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


STACK = """
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
