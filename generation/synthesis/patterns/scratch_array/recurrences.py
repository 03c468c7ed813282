"""Kernels that compute in place in an array of their own: elimination, curves, alignments, filters."""

from __future__ import annotations

ELIMINATE = """
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


CURVE = """
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


WARP = """
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


FIR = """
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
