"""Transforms of a row."""

from __future__ import annotations

WINDOWS = """
def hann__raised_cosine(c, total):
    'Hann window.'
    return 0.5 - 0.5 * cos(6.28318 * c / safe(total))
def hamming__hamming_window(c, total):
    'Hamming window.'
    return 0.54 - 0.46 * cos(6.28318 * c / safe(total))
def blackman__blackman_window(c, total):
    'Blackman window.'
    a = 6.28318 * c / safe(total)
    return 0.42 - 0.5 * cos(a) + 0.08 * cos(2.0 * a)
def soft_knee__compress(level, limit, ratio):
    if level <= limit:
        return level
    return limit + (level - limit) / safe(ratio)
"""

DFT = """
acc_re__sum_re__re_k = real(0.0)
acc_im__sum_im__im_k = real(0.0)
with either:
    with _(2):
        omega__w0__delta_phase = SIGN * real(j) / real(ns)
    with _:
        omega__w0__delta_phase = 3.14159 * real(j) / real(ns)
for c in range(ns):
    (v__s__sample := x[i, c])
    with maybe(0.4):
        at_c__x_pos = real(c)
        size_n__total_n = real(ns)
        v = v * pick(win[c], hann(at_c, size_n), hamming(at_c, size_n), blackman(at_c, size_n))
    with maybe(0.2):
        if abs(v) < thr:
            continue
    arg__angle__theta = omega * pick(real(c), real(c) + 0.5, real(c))
    with maybe(0.2):
        arg = arg + phase0
    with either:
        with _(2):
            acc_re += v * cos(arg)
            acc_im -= v * sin(arg)
        with _:
            vi__s_im__quad = xi[i, c]
            cs__co = cos(arg)
            sn__si = sin(arg)
            acc_re += v * cs + vi * sn
            acc_im += vi * cs - v * sn
        with _:
            both__cas_s = cos(arg) + sin(arg)
            acc_re += v * both
            acc_im += v * (2.0 * cos(arg) - both)
with maybe(0.4):
    norm__scale__inv_n = pick(1.0 / real(ns), 1.0 / sqrt(real(ns)), 2.0 / real(ns))
    acc_re = acc_re * norm
    acc_im = acc_im * norm
with either:
    with _:
        re[i, j] = acc_re
        im[i, j] = acc_im
    with _:
        p__energy__mag_sq = acc_re * acc_re + acc_im * acc_im
        pw[i, j] = pick(p, sqrt(p), log(1.0 + p), gain * p)
    with _:
        re[i, j] = acc_re
        pw[i, j] = polish(abs(acc_re) + abs(acc_im))
    with _:
        angle__phase__arg_k = atan2(acc_im, safe(acc_re))
        im[i, j] = pick(angle, angle - phase0)
with maybe(0.3):
    tally(acc_re * acc_re + acc_im * acc_im)
"""

GOERTZEL = """
f0__target__bin_f = freq[i]
k0__cosine__coef = 2.0 * cos(pick(6.28318 * f0 / real(ns), f0))
s1__prev__q1 = real(0.0)
s2__prev2__q2 = real(0.0)
for c in range(ns):
    (v__s__sample := x[i, c])
    with maybe(0.4):
        v = v * pick(win[c], hann(real(c), real(ns)), hamming(real(c), real(ns)))
    with maybe(0.2):
        v = polish(v)
    s0__now__q0 = v + k0 * s1 - s2
    with maybe(0.25):
        s0 = clamp(s0, -num(100.0, 1000.0), num(100.0, 1000.0))
    s2 = s1
    s1 = s0
p__energy__mag_sq = s1 * s1 + s2 * s2 - k0 * s1 * s2
with maybe(0.4):
    p = p / pick(real(ns), real(ns * ns))
with either:
    with _:
        peak[i] = pick(p, sqrt(max(p, 0.0)), gain * p)
    with _:
        if p > thr:
            count[i] = 1
        else:
            count[i] = 0
        peak[i] = p
    with _:
        peak[i] = 0.5 * log(safe(p))
        tally(p)
with maybe(0.4):
    tally(pick(abs(s1), s1 - s2))
"""

HAAR = """
peak_v__largest = real(0.0)
for c in range(half):
    e__p0__left_at = min(2 * c, ns - 1)
    o__p1__right_at = min(2 * c + 1, ns - 1)
    a0__even__left = x[i, e]
    a1__odd__right = x[i, o]
    with maybe(0.3):
        a0 = a0 * pick(win[e], gain)
        a1 = a1 * pick(win[o], gain)
    with either:
        with _:
            avg__mean_v__smooth = (a0 + a1) * num(0.5, 0.7071)
            dif__diff_v__wave = (a0 - a1) * num(0.5, 0.7071)
        with _:
            dif__diff_v__wave = a1 - a0
            avg__mean_v__smooth = a0 + 0.5 * dif
        with _:
            before__back_v = x[i, max(e - 1, 0)]
            dif__diff_v__wave = a0 - 0.5 * (before + a1)
            avg__mean_v__smooth = a1 + 0.25 * dif
    with maybe(0.5):
        with either:
            with _:
                if abs(dif) < thr:
                    dif = 0.0
            with _:
                dif = sign(dif) * max(abs(dif) - thr, 0.0)
            with _:
                dif = polish(dif)
    low[i, c] = pick(avg, avg, polish(avg))
    high[i, c] = dif
    peak_v = max(peak_v, abs(dif))
with either:
    with _:
        tally(peak_v)
    with _:
        peak[i] = peak_v
    with _:
        last__tail__x_end = x[i, ns - 1]
        peak[i] = pick(last, abs(last) * gain)
"""
