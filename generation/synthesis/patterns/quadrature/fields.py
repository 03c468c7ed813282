"""Integrals over squares and along rays."""

from __future__ import annotations

DOUBLE = """
x0__left = lo[i]
x1__right = hi[i]
hx__dx = 0.5 * (x1 - x0)
acc__total__integral_sum = real(0.0)
for p in range(order):
    x__xp = x0 + hx * (1.0 + points[p])
    inner__row_sum = real(0.0)
    with either:
        with _:
            y_top__height = x
        with _:
            y_top__height = 1.0 - 0.5 * x
        with _:
            y_top__height = f(x)
    hy__dy = 0.5 * y_top
    for q in range(order):
        y__yq = hy * (1.0 + points[q])
        with maybe(0.25):
            if y > tol and x > tol:
                continue
        with either:
            with _(2):
                inner += weights[q] * f(x) * f(y)
            with _:
                inner += weights[q] * f(x + y)
            with _:
                r2 = x * x + y * y
                inner += weights[q] * f(sqrt(r2))
    acc += weights[p] * inner * hy
out[i] = pick(acc * hx, polish(acc * hx))
with maybe(0.3):
    tally(acc)
"""

ABSORB = """
depth__tau__optical_depth = real(0.0)
light__radiance__gathered = real(0.0)
trans__transmittance__visibility = real(1.0)
for c in range(m):
    sigma__ext__density_c = dens[i, c]
    with maybe(0.5):
        if sigma <= 0.0:
            continue
    with either:
        with _:
            keep__attenuation = exp(-clamp(sigma * step, 0.0, 8.0))
            alpha__opacity = 1.0 - keep
        with _:
            alpha__opacity = clamp(sigma * step, 0.0, 1.0)
            keep__attenuation = 1.0 - alpha
    source__emitted = emit[i, c]
    with maybe(0.3):
        source = source * f(real(c) * step)
    light += trans * alpha * source
    depth += sigma * step
    with either:
        with _:
            trans = trans * keep
        with _:
            trans = exp(-clamp(depth, 0.0, 16.0))
    with maybe(0.6):
        if trans < pick(cut, num(0.01, 0.001)):
            break
out[i] = pick(light, polish(light))
with maybe(0.5):
    trans_out[i] = trans
with maybe(0.3):
    tally(depth)
"""
