"""A cluster for each point: nearest centres, sums, new centres."""

ASSIGN = """
with maybe(0.35):
    if not valid[i]:
        with maybe(0.6):
            out[i] = -1
        return
p__xi__point = x[i]
best__nearest__best_k = int(pick(-1, 0))
best_d__d_min__lowest = real(100000.0)
next_d__d_next__runner = real(100000.0)
for m in range(k):
    with maybe(0.3):
        if not alive[m]:
            continue
    d__dist_m__score = METRIC
    with maybe(0.3):
        d = d * pick(w[i], bias[m]) + pick(bias[m], 0.0)
    with either:
        with _(2):
            if d < best_d:
                SECOND
                best_d = d
                best = m
        with _:
            if d < best_d and d < far:
                SECOND
                best_d = d
                best = m
        with _:
            if best < 0 or d < best_d:
                SECOND
                best_d = d
                best = m
out[i] = best
with maybe(0.5):
    dist[i] = pick(best_d, sqrt(abs(best_d)))
with maybe(0.5):
    with either:
        with _(2):
            if best != old[i]:
                atomic_add(changed, 0, 1)
        with _:
            if best >= 0 and best != old[i]:
                with maybe(0.5):
                    atomic_add(hits, clamp(best, 0, k - 1), 1)
                atomic_add(changed, 0, 1)
        with _:
            atomic_max(changed, 0, abs(best - old[i]))
with maybe(0.3):
    tally(best_d)
"""

ACCUMULATE = """
with maybe(0.35):
    if not valid[i]:
        return
g__home__cluster = label[i]
with maybe(0.3):
    if not alive[g]:
        return
p__xi__point = x[i]
with either:
    with _(2):
        atomic_add(sum, g, p)
        with either:
            with _:
                atomic_add(num, g, 1.0)
            with _:
                atomic_add(hits, g, 1)
    with _(2):
        wi__share__mass = w[i]
        with maybe(0.4):
            if wi <= pick(0.0, few):
                return
        atomic_add(sum, g, p * wi)
        atomic_add(num, g, wi)
    with _:
        d__offset__rel = p - c[g]
        r__dist_c = length(d)
        with maybe(0.6):
            if r > far:
                return
        hw__huber = min(1.0, far / safe(r))
        atomic_add(sum, g, d * hw)
        atomic_add(num, g, hw)
with maybe(0.5):
    e__err__dev = p - c[g]
    atomic_add(spread, g, pick(dot(e, e), length(e), w[i] * dot(e, e)))
with maybe(0.2):
    if g != old[i]:
        atomic_add(changed, 0, 1)
"""

CENTERS = """
m__size__mass = own_num[i]
with either:
    with _(2):
        if m <= pick(0.0, few):
            with either:
                with _:
                    c_out[i] = own_c[i]
                with _:
                    c_out[i] = fallback[i]
            with maybe(0.6):
                dead[i] = 1
            return
        mean__fresh__center = own_sum[i] / pick(m, safe(m))
    with _:
        mean__fresh__center = own_sum[i] / safe(m)
    with _:
        mean__fresh__center = own_c[i]
        if m > few:
            mean = own_sum[i] / safe(m)
with maybe(0.45):
    with either:
        with _:
            mean = own_c[i] + (mean - own_c[i]) * rate
        with _:
            mean = lerp(own_c[i], mean, clamp(rate, 0.0, 1.0))
        with _:
            step__move__delta = mean - own_c[i]
            far_l__step_len = length(step)
            if far_l > far:
                mean = own_c[i] + step * (far / safe(far_l))
with maybe(0.3):
    mean = normalize(mean)
with maybe(0.7):
    gap__drift__moved = length(mean - own_c[i])
    with either:
        with _:
            atomic_max(shift, 0, gap)
        with _:
            atomic_add(shift, 0, pick(gap, gap * gap))
        with _:
            if gap > eps:
                atomic_add(changed, 0, 1)
c_out[i] = mean
with maybe(0.3):
    tally(m)
"""
