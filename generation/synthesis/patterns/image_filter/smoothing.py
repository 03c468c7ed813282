"""Filters over a window: bilateral, gradients, medians, morphology."""

BILATERAL = """
center__pc__value = img[i, j]
with maybe(0.2):
    if mask[i, j] == 0:
        out[i, j] = center
        return
acc__total__weighted = real(0.0)
norm__weight_sum__w_total = real(0.0)
for di in range(-RADIUS, RADIUS + 1):
    for dj in range(-RADIUS, RADIUS + 1):
        with either:
            with _(2):
                y__yi__row = clamp(i + di, 0, h - 1)
                x__xi__col = clamp(j + dj, 0, w - 1)
            with _:
                y__yi__row = i + di
                x__xi__col = j + dj
                if y < 0 or y >= h or x < 0 or x >= w:
                    continue
            with _:
                y__yi__row = max(i + di + h, 0) % h
                x__xi__col = max(j + dj + w, 0) % w
        with maybe(0.2):
            if mask[y, x] == 0:
                continue
        p__sample__value_j = img[y, x]
        d2__dist_sq__space = real(di * di + dj * dj)
        diff__range_gap__dr = pick(p - center, guide[y, x] - guide[i, j])
        with either:
            with _(2):
                wt__weight__w_ij = falloff(d2, sigma_s) * falloff(diff * diff, sigma_r)
            with _:
                wt__weight__w_ij = falloff(d2, sigma_s) * tukey(diff * diff, sigma_r)
            with _:
                wt__weight__w_ij = tukey(diff * diff, sigma_r)
        acc += wt * pick(p, p, polish(p))
        norm += wt
smooth__blurred__base = acc / safe(norm)
with either:
    with _(2):
        out[i, j] = smooth
    with _:
        detail__high_pass = center - smooth
        with maybe(0.5):
            if abs(detail) < thr:
                detail = detail * 0.5
        out[i, j] = pick(center + amount * detail, clamp(smooth + amount * detail, 0.0, 1.0))
    with _:
        out[i, j] = lerp(center, smooth, clamp(amount, 0.0, 1.0))
        out_2[i, j] = abs(center - smooth)
"""

EDGES = """
up__y0 = max(i - 1, 0)
dn__y1 = min(i + 1, h - 1)
lf__x0 = max(j - 1, 0)
rt__x1 = min(j + 1, w - 1)
with either:
    with _(2):
        gx__dx__grad_x = img[up, rt] - img[up, lf] + K * (img[i, rt] - img[i, lf]) + img[dn, rt] - img[dn, lf]
        gy__dy__grad_y = img[dn, lf] - img[up, lf] + K * (img[dn, j] - img[up, j]) + img[dn, rt] - img[up, rt]
    with _:
        gx__dx__grad_x = 0.5 * (img[i, rt] - img[i, lf])
        gy__dy__grad_y = 0.5 * (img[dn, j] - img[up, j])
    with _:
        gx__dx__grad_x = img[i, j] - img[dn, rt]
        gy__dy__grad_y = img[i, rt] - img[dn, j]
with either:
    with _:
        mag__strength__g = sqrt(gx * gx + gy * gy)
    with _:
        mag__strength__g = abs(gx) + abs(gy)
    with _:
        mag__strength__g = max(abs(gx), abs(gy))
with maybe(0.35):
    mag = polish(mag)
with either:
    with _:
        if mag > thr_hi:
            out_i[i, j] = 2
        elif mag > thr:
            out_i[i, j] = 1
        else:
            out_i[i, j] = 0
    with _:
        out[i, j] = pick(mag, clamp(mag * amount, 0.0, 1.0))
        with maybe(0.5):
            out_2[i, j] = atan2(gy, safe(gx))
    with _:
        cmp_a__along__fwd = real(0.0)
        cmp_b__against__bwd = real(0.0)
        if abs(gx) > abs(gy):
            cmp_a = guide[i, rt]
            cmp_b = guide[i, lf]
        else:
            cmp_a = guide[dn, j]
            cmp_b = guide[up, j]
        if mag < cmp_a or mag < cmp_b:
            mag = 0.0
        out[i, j] = mag
    with _:
        if mag < thr:
            out[i, j] = img[i, j]
            return
        out[i, j] = img[i, j] + amount * mag
with maybe(0.3):
    tally(mag)
"""

MEDIAN = """
up__y0 = max(i - 1, 0)
dn__y1 = min(i + 1, h - 1)
a__top__p0 = img[up, j]
c__mid__p1 = img[i, j]
with maybe(0.25):
    if mask[i, j] == 0:
        out[i, j] = c
        return
e__bottom__p2 = img[dn, j]
with either:
    with _:
        med__median3__m_col = max(min(a, c), min(max(a, c), e))
    with _:
        lo__small, hi__large = smaller_pair(a, c)
        med__median3__m_col = max(lo, min(hi, e))
    with _:
        med__median3__m_col = a + c + e - max(a, max(c, e)) - min(a, min(c, e))
with maybe(0.6):
    lf__x0 = max(j - 1, 0)
    rt__x1 = min(j + 1, w - 1)
    g__west__q0 = img[i, lf]
    k2__east__q1 = img[i, rt]
    row_med__median_row__m_row = max(min(g, c), min(max(g, c), k2))
    with either:
        with _:
            med = pick(0.5 * (med + row_med), max(med, row_med))
        with _:
            low2__small2, high2__large2 = smaller_pair(med, row_med)
            med = max(low2, min(high2, c))
with either:
    with _:
        out[i, j] = med
    with _:
        if abs(c - med) > thr:
            out[i, j] = med
        else:
            out[i, j] = c
    with _:
        out[i, j] = lerp(c, med, clamp(amount, 0.0, 1.0))
with maybe(0.4):
    tally(polish(abs(c - med)))
"""

MORPHOLOGY = """
best__extreme__val = img[i, j]
other__opposite__val2 = img[i, j]
for di in range(-RADIUS, RADIUS + 1):
    for dj in range(-RADIUS, RADIUS + 1):
        with maybe(0.4):
            if abs(di) + abs(dj) > RADIUS:
                continue
        with either:
            with _:
                y__yi__row = clamp(i + di, 0, h - 1)
                x__xi__col = clamp(j + dj, 0, w - 1)
                p__sample__v = img[y, x]
            with _:
                y__yi__row = i + di
                x__xi__col = j + dj
                if y < 0 or y >= h or x < 0 or x >= w:
                    continue
                p__sample__v = img[y, x]
        with maybe(0.3):
            p = p - amount * real(di * di + dj * dj)
        with either:
            with _:
                best = max(best, p)
                other = min(other, p)
            with _:
                best = min(best, p)
                other = max(other, p)
            with _:
                if p > best:
                    best = p
with either:
    with _:
        out[i, j] = best
    with _:
        out[i, j] = pick(best - other, abs(best - other))
    with _:
        if best - img[i, j] > thr:
            out[i, j] = best
        else:
            out[i, j] = img[i, j]
    with _:
        out_i[i, j] = 1 if abs(best - other) > thr else 0
with maybe(0.3):
    tally(polish(best))
"""
