"""Rules on one interval."""

from __future__ import annotations

INTEGRANDS = """
def damped_wave__integrand(x, amp, rate, shift):
    'Damped oscillation.'
    return amp * exp(-clamp(rate * x, -4.0, 4.0)) * cos(x - shift)
def gaussian_bump__bell(x, amp, rate, shift):
    'Gaussian bump.'
    d = x - shift
    return amp * exp(-rate * rate * d * d)
def lorentzian__resonance(x, amp, rate, shift):
    'Lorentzian profile.'
    d = x - shift
    return amp * rate / safe(d * d + rate * rate)
def rational__profile(x, amp, rate, shift):
    'Rational profile.'
    if x < shift:
        return amp * x
    return amp * x / (1.0 + rate * rate * x * x)
def logistic__ramp_up(x, amp, rate, shift):
    'Logistic curve.'
    return amp / (1.0 + exp(-clamp(rate * (x - shift), -8.0, 8.0)))
"""

NAMES = ("damped_wave", "gaussian_bump", "lorentzian", "rational", "logistic")

GAUSS = """
a__x_lo = lo[i]
e__x_hi = hi[i]
with maybe(0.4):
    if e <= a:
        out[i] = 0.0
        return
half__h__scale_x = 0.5 * (e - a)
mid__center_x = 0.5 * (a + e)
acc__total__integral_sum = real(0.0)
square__sum_sq = real(0.0)
for q in range(order):
    x__xq__node = mid + half * points[q]
    fx__value__f_q = f(x)
    acc += weights[q] * fx
    square += weights[q] * fx * fx
result__value_out = acc * half
with maybe(0.4):
    result = polish(result)
out[i] = result
with maybe(0.4):
    tally(square * half - result * result)
with maybe(0.3):
    err_out[i] = abs(result - f(mid) * (e - a))
"""

COMPOSITE = {
    "trapezoid": """
h__dx__width = (e - a) / real(max(steps, 1))
acc__total__integral_sum = 0.5 * (f(a) + f(e))
for c in range(1, steps):
    x__xc__node = a + real(c) * h
    fx__value__f_c = f(x)
    with maybe(0.3):
        if abs(fx) < tol:
            continue
    acc += fx
result__value_out = acc * h
""",
    "simpson": """
h__dx__width = (e - a) / real(2 * max(steps, 1))
acc__total__integral_sum = f(a) + f(e)
for c in range(1, 2 * steps):
    x__xc__node = a + real(c) * h
    with either:
        with _:
            w__coef = 4.0 if c % 2 == 1 else 2.0
            acc += w * f(x)
        with _:
            fx__value__f_c = f(x)
            if c % 2 == 1:
                acc += 4.0 * fx
            else:
                acc += 2.0 * fx
result__value_out = acc * h / 3.0
""",
    "midpoint": """
h__dx__width = (e - a) / real(max(steps, 1))
acc__total__integral_sum = real(0.0)
comp__carry = real(0.0)
for c in range(steps):
    x__xc__node = a + (real(c) + 0.5) * h
    with either:
        with _:
            acc += f(x)
        with _:
            y__term = f(x) - comp
            t__new_sum = acc + y
            comp = (t - acc) - y
            acc = t
result__value_out = acc * h
""",
    "sampled": """
row_total__acc = real(0.0)
for c in range(1, m):
    dx__gap = knots[c] - knots[c - 1]
    left__f0 = samples[i, c - 1]
    right__f1 = samples[i, c]
    with maybe(0.4):
        if left * right < 0.0:
            continue
    with either:
        with _(2):
            panel__area = 0.5 * dx * (left + right)
        with _:
            panel__area = dx * pick(left, right)
        with _:
            panel__area = dx * polish(left + right)
    with maybe(0.4):
        panel = panel * pick(f(knots[c]), f(0.5 * (knots[c] + knots[c - 1])))
    row_total += panel
result__value_out = row_total
""",
    "stepping": """
x__t__cursor = a
acc__total__integral_sum = real(0.0)
count__used__num_evals = int(0)
h__dx__width = (e - a) * num(0.1, 0.05, 0.25)
while x < e and count < 64:
    take__span = min(h, e - x)
    coarse__rough = take * f(x + 0.5 * take)
    fine__better = 0.5 * take * (f(x + 0.25 * take) + f(x + 0.75 * take))
    err__gap = abs(fine - coarse)
    if err > tol and h > num(0.001, 0.01):
        h = 0.5 * h
    else:
        acc += pick(fine, fine + (fine - coarse) / 3.0)
        x += take
        with maybe(0.5):
            if err < 0.1 * tol:
                h = 2.0 * h
    count += 1
result__value_out = acc
""",
}

LIMITS = """
with either:
    with _:
        a__x_lo = lo[i]
        e__x_hi = hi[i]
    with _:
        a__x_lo = min(lo[i], hi[i])
        e__x_hi = max(lo[i], hi[i])
"""

COMPOSITE_END = """
with maybe(0.3):
    result = polish(result)
with either:
    with _(3):
        out[i] = result
    with _:
        tally(result)
with maybe(0.25):
    tally(abs(result))
"""

ROMBERG = """
a__x_lo = lo[i]
e__x_hi = hi[i]
h__width = e - a
best__estimate = 0.5 * h * (f(a) + f(e))
panels__count = int(1)
error__change = abs(best)
for level in range(LEVELS):
    acc__mid_sum = real(0.0)
    for c in range(panels):
        acc += f(a + (real(c) + 0.5) * h)
    finer__refined = 0.5 * (best + h * acc)
    extra__extrapolated = pick(finer + (finer - best) / 3.0, (4.0 * finer - best) / 3.0)
    error = abs(extra - best)
    best = pick(extra, finer)
    with maybe(0.7):
        if error < tol:
            break
    h = 0.5 * h
    panels = pick(panels * 2, panels + panels)
out[i] = best
with maybe(0.6):
    err_out[i] = error
with maybe(0.3):
    tally(error)
"""
