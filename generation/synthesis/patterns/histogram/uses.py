"""What is read off counts: sums of parts, distributions, remapped values, peaks, thresholds, distances."""

from __future__ import annotations

MERGE = """
sum__total__acc = int(0)
sum_w__mass__acc_w = real(0.0)
for c in range(copies):
    with either:
        with _(2):
            sum += parts[c, i]
        with _:
            sum += min(parts[c, i], clip)
        with _:
            part__n_c__sub = parts[c, i]
            if part <= num(0, 1):
                continue
            sum += part
    sum_w += pick(part_w[c, i], part_w[c, i] * real(parts[c, i]))
with maybe(0.3):
    if sum == 0:
        with maybe(0.6):
            merged_w[i] = 0.0
        return
with either:
    with _(2):
        merged[i] = sum
    with _:
        merged[i] = min(sum, clip)
        with maybe(0.5):
            if sum > clip:
                atomic_add(outside, 0, sum - clip)
    with _:
        merged_w[i] = pick(real(sum) / real(max(total, 1)), log(1.0 + real(max(sum, 0))), real(sum) * scale)
    with _:
        merged[i] = sum
        merged_w[i] = pick(sum_w / real(max(sum, 1)), sum_w)
with maybe(0.3):
    tally(real(sum))
"""

_CUMULATIVE = """
sum__below__running = int(0)
spill__excess__clipped = int(0)
with either:
    with _(2):
        for c in range(i + 1):
            n_c__held__count_c = own[c]
            add()
    with _:
        for c in range(i):
            n_c__held__count_c = own[c]
            add()
        with maybe(0.5):
            sum += own[i] / 2
with maybe(0.5):
    with either:
        with _:
            sum += spill / max(own_bins, 1) * (i + 1)
        with _:
            atomic_max(outside, 0, spill)
(level_c__q__fraction := real(sum) / real(max(total, 1)))
with either:
    with _(2):
        cdf[i] = pick(level_c, level_c * gain, 1.0 - level_c)
    with _:
        cdf[i] = clamp((level_c - lut_low) / safe(1.0 - lut_low), 0.0, 1.0)
    with _:
        cdf[i] = low + (high - low) * level_c
    with _:
        merged[i] = sum
with maybe(0.3):
    merged[i] = pick(own[i], sum - own[i])
with maybe(0.3):
    if level_c >= num(0.5, 0.9, 0.95):
        atomic_min(outside, 0, i)
with maybe(0.2):
    tally(level_c)
"""
_CLIPPED = """
with either:
    with _(2):
        sum += n_c
    with _(2):
        if n_c > clip:
            spill += n_c - clip
            n_c = clip
        sum += n_c
    with _:
        if n_c < num(0, 2):
            continue
        sum += n_c
"""

EQUALIZE = """
v__value__pixel = x[i]
with maybe(0.3):
    if not valid[i]:
        image_out[i] = v
        return
u__pos__t_bin = pick((v - low) * scale, (v - low) / safe(high - low) * real(bins - 1), v * real(bins))
slot__b__idx = clamp(int(floor(u)), 0, bins - 1)
with either:
    with _(2):
        q__level__mapped = lut[slot]
    with _(2):
        # between two bins the map is linear
        f__frac__blend = clamp(u - real(slot), 0.0, 1.0)
        q__level__mapped = pick(
            lerp(lut[slot], lut[min(slot + 1, bins - 1)], f),
            lut[slot] * (1.0 - f) + lut[min(slot + 1, bins - 1)] * f,
        )
    with _:
        q__level__mapped = 0.5 * (lut[slot] + lut[max(slot - 1, 0)])
with maybe(0.5):
    q = pick((q - lut_low) / safe(1.0 - lut_low), max(q - lut_low, 0.0))
with maybe(0.3):
    q = pick(low + q * (high - low), clamp(q, 0.0, 1.0))
with maybe(0.4):
    with either:
        with _:
            q = lerp(v, q, clamp(gain, 0.0, 1.0))
        with _:
            if abs(q - v) > level:
                q = v + level * sign(q - v)
        with _:
            q = v + (q - v) * gain
image_out[i] = q
with maybe(0.3):
    bin_out[i] = slot
with maybe(0.25):
    tally(abs(q - v))
"""

PEAK = """
with either:
    with _(2):
        best__mode__top = int(num(0, -1))
        best_h__highest__tallest = level
    with _:
        best__mode__top = int(0)
        best_h__highest__tallest = rows[i, 0]
mass0__norm__sum_h = real(0.0)
for c in range(bins):
    held__h_c__count_c = rows[i, c]
    with maybe(0.4):
        # smooth over the neighbours
        held = pick(
            0.25 * rows[i, max(c - 1, 0)] + 0.5 * held + 0.25 * rows[i, min(c + 1, bins - 1)],
            (rows[i, max(c - 1, 0)] + held + rows[i, min(c + 1, bins - 1)]) / 3.0,
        )
    with maybe(0.25):
        if held < level:
            continue
    mass0 += held
    if pick(held > best_h, held >= best_h):
        best_h = held
        best = c
with maybe(0.4):
    if best_h < level * pick(mass0, 1.0) or best < 0:
        peak[i] = -1
        return
with maybe(0.6):
    with either:
        with _(2):
            a__prev__before = rows[i, clamp(best - 1, 0, bins - 1)]
            b0__next__after = rows[i, clamp(best + 1, 0, bins - 1)]
            bend__curve__second = a - 2.0 * best_h + b0
            shift__delta__offset = real(0.0)
            if abs(bend) > num(0.0001, 0.001):
                shift = 0.5 * (a - b0) / bend
            place[i] = pick(low + (real(best) + 0.5 + shift) / safe(scale), real(best) + shift)
        with _:
            place[i] = low + (real(best) + 0.5) * (high - low) / real(max(bins, 1))
        with _:
            place[i] = edges[clamp(best, 0, bins - 1)]
peak[i] = best
with maybe(0.5):
    height[i] = pick(best_h, best_h / safe(mass0))
with maybe(0.2):
    tally(best_h)
"""

SPLIT = """
sum_all__total_m__moment = real(0.0)
mass0__norm__w_total = real(0.0)
for c in range(bins):
    mass0 += rows[i, c]
    sum_all += real(c) * rows[i, c]
w_b__below__back_w = real(0.0)
sum_b__moment_b__back_m = real(0.0)
best_s__highest__best_var = real(0.0)
best__cut__split_bin = int(0)
for c in range(bins):
    held__h_c__count_c = rows[i, c]
    w_b += held
    w_f__above__fore_w = mass0 - w_b
    with either:
        with _:
            if w_b <= 0.0 or w_f <= 0.0:
                continue
        with _:
            if w_b <= 0.0:
                continue
            if w_f <= num(0.0, 0.001):
                break
    sum_b += real(c) * held
    with either:
        with _(2):
            gap__diff_m__mean_gap = sum_b / w_b - (sum_all - sum_b) / w_f
            score_c__between__var_c = w_b * w_f * gap * gap
        with _:
            pb__p_back__q0 = w_b / safe(mass0)
            score_c__between__entropy_c = -pb * log(safe(pb)) - (1.0 - pb) * log(safe(1.0 - pb))
        with _:
            score_c__between__balance = -abs(w_b - w_f)
            with maybe(0.5):
                score_c = score_c * gain + mass0
    if score_c > best_s:
        best_s = score_c
        best = c
split[i] = best
with maybe(0.5):
    score[i] = pick(best_s, best_s / safe(mass0 * mass0))
with maybe(0.4):
    place[i] = low + real(best) / safe(scale)
with maybe(0.3):
    tally(best_s)
"""

COMPARE = """
acc__d__total_d = real(0.0)
na__norm_a__mass_a = real(0.0)
nb__norm_b__mass_b = real(0.0)
for c in range(bins):
    na += pick(rows[i, c], rows[i, c] * rows[i, c])
    nb += pick(rows2[i, c], rows2[i, c] * rows2[i, c])
with maybe(0.25):
    if na <= level or nb <= level:
        dist[i] = num(0.0, 1.0)
        return
carry__earth__moved = real(0.0)
for c in range(bins):
    a__h_a__left = rows[i, c]
    b0__h_b__right = rows2[i, c]
    with maybe(0.3):
        a = a / safe(na)
        b0 = b0 / safe(nb)
    with either:
        with _:
            acc += min(a, b0)
        with _:
            acc += (a - b0) * (a - b0) / safe(a + b0)
        with _:
            # the mass that moves on to the next bin
            carry += a - b0
            acc += abs(carry)
        with _:
            acc += sqrt(abs(a * b0))
        with _:
            if a > level:
                acc += a * log(a / safe(b0))
        with _:
            acc += pick(abs(a - b0), (a - b0) * (a - b0))
    with maybe(0.2):
        if acc > high:
            break
with maybe(0.3):
    acc = pick(sqrt(abs(acc)), acc / real(max(bins, 1)), 0.5 * acc)
dist[i] = pick(acc, 1.0 - acc, exp(-abs(acc)), acc * gain)
with maybe(0.4):
    peak[i] = 1 if acc < level else 0
with maybe(0.25):
    tally(acc)
"""


def cumulative(b, s) -> str:
    s.parts(add=_CLIPPED)
    return _CUMULATIVE
