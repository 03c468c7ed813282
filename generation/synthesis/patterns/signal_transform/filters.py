"""Filters and envelopes."""

from __future__ import annotations

FIR = """
acc__out_v__filtered = real(0.0)
norm__tap_sum__weight = real(0.0)
for c in range(taps):
    with either:
        with _:
            at__src__tap_at = j - c
            if at < 0:
                break
        with _:
            at__src__tap_at = max(j - c, 0)
        with _:
            at__src__tap_at = max(j - c + ns, 0) % ns
        with _:
            at__src__tap_at = j + c - taps // 2
            if at < 0 or at >= ns:
                continue
        with _:
            at__src__tap_at = j - c * max(stride, 1)
            if at < 0:
                continue
    wt__tap__h_c = h[c]
    with maybe(0.25):
        wt = wt * pick(hann(real(c), real(taps)), blackman(real(c), real(taps)))
    with maybe(0.2):
        if abs(wt) < thr:
            continue
    acc += wt * x[i, min(at, ns - 1)]
    norm += abs(wt)
with maybe(0.3):
    acc = acc / safe(norm)
with maybe(0.4):
    acc = pick(gain * acc, polish(acc), tanh(gain * acc))
with maybe(0.3):
    if mode[i] == 1:
        acc = x[i, j] - acc
y[i, j] = acc
with maybe(0.35):
    tally(pick(acc * acc, abs(acc - x[i, j])))
"""

ENVELOPE = """
level__e__state = real(0.0)
energy__sum_sq__power = real(0.0)
prev__before__last_s = x[i, 0]
crossings__flips__num_c = int(0)
hold__keep__timer = int(0)
for c in range(ns):
    (v__s__sample := x[i, c])
    with maybe(0.3):
        v = v - pick(prev, 0.95 * prev)
    rect__mag__size = pick(abs(v), v * v)
    with either:
        with _:
            if rect > level:
                level = a * level + (1.0 - a) * rect
            else:
                level = r * level + (1.0 - r) * rect
        with _:
            k__coef__blend = a if rect > level else r
            level += k * (rect - level)
        with _:
            level = max(rect, level * r)
        with _:
            if rect > level:
                level = rect
                hold = int(8)
            elif hold > 0:
                hold -= 1
            else:
                level = level * r
    energy += v * v
    if v * prev < 0.0 and abs(v - prev) > thr:
        crossings += 1
    prev = x[i, c]
    with either:
        with _:
            env[i, c] = level
        with _:
            out_l__shaped__squeezed = soft_knee(level, thr, ratio)
            y[i, c] = v * pick(out_l / safe(level), gain)
            with maybe(0.4):
                env[i, c] = out_l
        with _:
            if level < thr:
                y[i, c] = pick(0.1 * v, gain * v)
            else:
                y[i, c] = v
with maybe(0.6):
    peak[i] = pick(level, sqrt(energy / real(ns)), energy)
with maybe(0.4):
    count[i] = crossings
with maybe(0.3):
    tally(pick(level, energy))
"""
