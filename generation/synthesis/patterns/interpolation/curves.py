"""Tables, cubic curves, scattered points."""

TABLE = """
x__t__arg = q[i]
with maybe(0.35):
    x = x * pick(gain, w[i])
with either:
    with _(2):
        f__pos__index_f = (x - lo) / safe(step)
        k__seg_i__j0 = clamp(int(floor(f)), 0, max(m - 2, 0))
        s__frac__u = f - real(k)
    with _:
        k__seg_i__j0 = lower_bound(xs, x) - 1
        k = clamp(k, 0, max(m - 2, 0))
        s__frac__u = (x - xs[k]) / safe(xs[min(k + 1, m - 1)] - xs[k])
    with _:
        left__lo_i = int(0)
        right__hi_i = m - 1
        while right - left > 1:
            mid__half_i = (left + right) // 2
            if xs[clamp(mid, 0, m - 1)] > x:
                right = mid
            else:
                left = mid
        k__seg_i__j0 = clamp(left, 0, m - 1)
        s__frac__u = (x - xs[k]) / safe(xs[min(k + 1, m - 1)] - xs[k])
    with _:
        k__seg_i__j0 = int(0)
        for e in range(m):
            if xs[e] <= x:
                k = e
        k = clamp(k, 0, m - 1)
        s__frac__u = (x - xs[k]) / safe(xs[min(k + 1, m - 1)] - xs[k])
with maybe(0.3):
    if s < 0.0 or s > 1.0:
        with either:
            with _:
                out[i] = outside
                return
            with _:
                s = clamp(s, 0.0, 1.0)
with maybe(0.3):
    s = clamp(s, 0.0, 1.0)
nxt__k1__j1 = min(k + 1, m - 1)
(y0__a__va := ys[k])
(y1__c__vb := ys[nxt])
with either:
    with _(2):
        val__value__y = lerp(y0, y1, s)
    with _:
        val__value__y = y0 + (y1 - y0) * s
    with _(2):
        s2__sq = s * s
        s3__cube = s2 * s
        bend__rise = slopes[k] * (s3 - 2.0 * s2 + s) + slopes[nxt] * (s3 - s2)
        val__value__y = y0 * (2.0 * s3 - 3.0 * s2 + 1.0) + y1 * (3.0 * s2 - 2.0 * s3) + bend
    with _:
        val__value__y = y1
        if s < 0.5:
            val = y0
with maybe(0.3):
    seg[i] = k
out[i] = val
"""

SPLINE = """
u__t__param = q[i]
with maybe(0.4):
    u = clamp(u, 0.0, 1.0)
with either:
    with _:
        pos__f__along = u * real(m - 1)
    with _:
        pos__f__along = (u - lo) / safe(step)
k__seg_i__j1 = clamp(int(floor(pos)), 0, m - 1)
s__frac__local = pos - real(k)
with either:
    with _:
        a__k0 = max(k - 1, 0)
        c__k2 = min(k + 1, m - 1)
        e__k3 = min(k + 2, m - 1)
    with _:
        a__k0 = (k + m - 1) % m
        c__k2 = (k + 1) % m
        e__k3 = (k + 2) % m
    with _:
        a__k0 = max(k - 1, 0)
        c__k2 = min(k + 1, m - 1)
        e__k3 = min(k + 2, m - 1)
        if loop != 0:
            a = (k + m - 1) % m
            c = (k + 1) % m
            e = (k + 2) % m
p0 = ctrl[a]
p1 = ctrl[k]
pb = ctrl[c]
pc = ctrl[e]
with either:
    with _(2):
        m1__tan1 = (pb - p0) * pick(0.5, tension, 0.5 * (1.0 - tension))
        m2__tan2 = (pc - p1) * pick(0.5, tension, 0.5 * (1.0 - tension))
        s2__sq = s * s
        s3__cube = s2 * s
        bend__turn = m1 * (s3 - 2.0 * s2 + s) + m2 * (s3 - s2)
        val__value__pt = p1 * (2.0 * s3 - 3.0 * s2 + 1.0) + pb * (3.0 * s2 - 2.0 * s3) + bend
        with maybe(0.3):
            ends__pull = m1 * (3.0 * s2 - 4.0 * s + 1.0) + m2 * (3.0 * s2 - 2.0 * s)
            d__deriv__vel = (p1 - pb) * (6.0 * s2 - 6.0 * s) + ends
            speed[i] = SIZE(d)
    with _:
        r__inv_s = 1.0 - s
        w0 = r * r * r / 6.0
        w1 = (3.0 * s * s * s - 6.0 * s * s + 4.0) / 6.0
        w3 = s * s * s / 6.0
        val__value__pt = p0 * w0 + p1 * w1 + pb * (1.0 - w0 - w1 - w3) + pc * w3
    with _:
        l1 = lerp(p0, p1, s)
        l2 = lerp(p1, pb, s)
        l3 = lerp(pb, pc, s)
        val__value__pt = lerp(lerp(l1, l2, s), lerp(l2, l3, s), s)
with maybe(0.3):
    val = val * pick(gain, w[i])
with maybe(0.3):
    seg[i] = k
out[i] = val
"""

SCATTERED = """
p__here__x_i = at[i]
acc__num__weighted = NOTHING
wsum__den__norm = real(0.0)
hits__used__n_used = int(0)
for e in range(COUNT):
    LOAD
    d__gap__delta = pts[j] - p
    r2__dist_sq = dot(d, d)
    with maybe(0.5):
        if r2 > radius * radius:
            continue
    with either:
        with _:
            wt__weight__k_w = 1.0 / safe(r2)
        with _:
            wt__weight__k_w = exp(-clamp(r2 / safe(radius * radius), 0.0, 8.0))
        with _:
            wt__weight__k_w = pow(safe(r2), -0.5 * clamp(power, 0.5, 4.0))
        with _:
            rr__rel = sqrt(r2) / safe(radius)
            wt__weight__k_w = max(1.0 - rr, 0.0)
            with maybe(0.6):
                wt = wt * wt * wt * wt * (4.0 * rr + 1.0)
        with _:
            wt__weight__k_w = sqrt(r2 + power * power)
    with maybe(0.25):
        if r2 < num(0.000001, 0.0001):
            acc = pv[j]
            wsum = wt
            break
    acc += pv[j] * wt
    wsum += wt
    hits += 1
with either:
    with _(2):
        if wsum <= num(0.0, 0.000001):
            out[i] = outside
            return
        val__value__mean = acc / pick(wsum, safe(wsum))
    with _:
        val__value__mean = acc / safe(wsum)
    with _:
        val__value__mean = outside
        if hits > 0:
            val = acc / safe(wsum)
with maybe(0.4):
    total[i] = wsum
with maybe(0.3):
    val = val * pick(gain, w[i])
out[i] = val
"""
