"""Between levels: fine residuals to coarse cells, coarse corrections to fine cells."""

from __future__ import annotations

RESTRICT = """
x0__fi__two_i = clamp(2 * i, 0, fx - 1)
y0__fj__two_j = clamp(2 * j, 0, fy - 1)
with either:
    with _(2):
        # mean of the four fine cells
        # the coarse cell covers four fine ones
        x1__fi1__next_i = min(x0 + 1, fx - 1)
        y1__fj1__next_j = min(y0 + 1, fy - 1)
        acc__mean__r_sum = fine[x0, y0] + fine[x1, y0] + fine[x0, y1] + fine[x1, y1]
        acc = acc * pick(0.25, scale, 1.0)
    with _(2):
        # full weighting
        acc__mean__r_sum = real(0.0)
        for a__dx__di in range(-1, 2):
            for b0__dy__dj in range(-1, 2):
                x__xf__fine_i = x0 + a
                y__yf__fine_j = y0 + b0
                with either:
                    with _(2):
                        if x < 0 or x >= fx or y < 0 or y >= fy:
                            continue
                    with _:
                        x = clamp(x, 0, fx - 1)
                        y = clamp(y, 0, fy - 1)
                with maybe(0.3):
                    if fine_ok[x, y] == num(0, 1):
                        continue
                with either:
                    with _(2):
                        wt__weight_ab__k_ab = real((2 - abs(a)) * (2 - abs(b0))) / 16.0
                    with _:
                        wt__weight_ab__k_ab = 0.125
                        if a == 0 and b0 == 0:
                            wt = 0.5
                        elif abs(a) + abs(b0) == 2:
                            continue
                    with _:
                        wt__weight_ab__k_ab = 1.0 / real(1 + abs(a) + abs(b0))
                acc += wt * fine[x, y]
    with _:
        # half weighting
        acc__mean__r_sum = 0.5 * fine[x0, y0]
        acc += 0.125 * (fine[max(x0 - 1, 0), y0] + fine[min(x0 + 1, fx - 1), y0])
        acc += 0.125 * (fine[x0, max(y0 - 1, 0)] + fine[x0, min(y0 + 1, fy - 1)])
    with _:
        # injection
        acc__mean__r_sum = fine[x0, y0]
        with maybe(0.5):
            if fine_ok[x0, y0] == 0:
                acc = 0.0
    with _:
        acc__mean__r_sum = real(0.0)
        taken__open__num_open = int(0)
        for a in range(2):
            for b0 in range(2):
                x__xf__fine_i = min(x0 + a, fx - 1)
                y__yf__fine_j = min(y0 + b0, fy - 1)
                if fine_ok[x, y] != 0:
                    acc += fine[x, y]
                    taken += 1
        with either:
            with _:
                if taken > 0:
                    acc = acc / real(max(taken, 1))
            with _:
                acc = pick(acc * 0.25, acc * scale) * real(taken)
            with _:
                if taken < num(2, 3):
                    acc = 0.5 * acc
with maybe(0.25):
    acc = pick(acc * h2, acc * scale)
with maybe(0.4):
    if pick(flags[i, j] == num(0, 1, 2), flags[i, j] != 0):
        acc = 0.0
coarse_out[i, j] = acc
with maybe(0.4):
    start[i, j] = pick(fine_sol[x0, y0], omega * acc)
with maybe(0.3):
    with either:
        with _:
            atomic_add(sum, 0, acc)
        with _:
            atomic_max(worst, 0, abs(acc))
        with _:
            tally(acc * acc)
"""

INTERPOLATE = """
with maybe(0.4):
    if flags[i, j] == num(0, 1, 2):
        return
with either:
    with _(2):
        # vertices of the coarse grid lie on even vertices
        x0__ci__half_i = clamp(i / 2, 0, cx - 1)
        y0__cj__half_j = clamp(j / 2, 0, cy - 1)
        x1__ci1__next_i = clamp(x0 + i % 2, 0, cx - 1)
        y1__cj1__next_j = clamp(y0 + j % 2, 0, cy - 1)
        e__corr__delta = coarse[x0, y0] + coarse[x1, y0] + coarse[x0, y1] + coarse[x1, y1]
        e = 0.25 * e
    with _(2):
        # cell centres: the nearer coarse cell weighs three quarters
        x0__ci__half_i = clamp(i / 2, 0, cx - 1)
        y0__cj__half_j = clamp(j / 2, 0, cy - 1)
        x1__ci1__next_i = clamp(x0 + 2 * (i % 2) - 1, 0, cx - 1)
        y1__cj1__next_j = clamp(y0 + 2 * (j % 2) - 1, 0, cy - 1)
        near__row_a__first = 0.75 * coarse[x0, y0] + 0.25 * coarse[x1, y0]
        far_c__row_b__second = 0.75 * coarse[x0, y1] + 0.25 * coarse[x1, y1]
        e__corr__delta = pick(0.75 * near + 0.25 * far_c, lerp(far_c, near, 0.75))
    with _:
        x0__ci__half_i = clamp(i / 2, 0, cx - 1)
        y0__cj__half_j = clamp(j / 2, 0, cy - 1)
        e__corr__delta = coarse[x0, y0]
        with either:
            with _:
                if i % 2 == 1:
                    e = 0.5 * (e + coarse[min(x0 + 1, cx - 1), y0])
                elif j % 2 == 1:
                    e = 0.5 * (e + coarse[x0, min(y0 + 1, cy - 1)])
            with _:
                if i % 2 == 1 and j % 2 == 1:
                    e = 0.5 * (e + coarse[min(x0 + 1, cx - 1), min(y0 + 1, cy - 1)])
    with _:
        px__gx__xc = 0.5 * (real(i) + 0.5) - 0.5
        py__gy__yc = 0.5 * (real(j) + 0.5) - 0.5
        x0__ci__half_i = clamp(int(floor(px)), 0, cx - 1)
        y0__cj__half_j = clamp(int(floor(py)), 0, cy - 1)
        x1__ci1__next_i = min(x0 + 1, cx - 1)
        y1__cj1__next_j = min(y0 + 1, cy - 1)
        tx__wx__frac_x = clamp(px - real(x0), 0.0, 1.0)
        ty__wy__frac_y = clamp(py - real(y0), 0.0, 1.0)
        e__corr__delta = lerp(
            lerp(coarse[x0, y0], coarse[x1, y0], tx), lerp(coarse[x0, y1], coarse[x1, y1], tx), ty
        )
with maybe(0.4):
    e = pick(e * scale, e * omega, clamp(e, -tol, tol))
with either:
    with _(3):
        u[i, j] = u[i, j] + e
    with _:
        u_out[i, j] = u_in[i, j] + pick(e, scale * e)
    with _:
        res[i, j] = pick(e, f[i, j] - e)
with maybe(0.35):
    with either:
        with _:
            atomic_add(norm, 0, e * e)
        with _:
            atomic_max(worst, 0, abs(e))
        with _:
            tally(pick(abs(e), e * e))
"""

CORRECT = """
x0__ci__half_i = clamp(pick(i / 2, (i + 1) / 2), 0, cx - 1)
y0__cj__half_j = clamp(pick(j / 2, (j + 1) / 2), 0, cy - 1)
with maybe(0.5):
    if flags[i, j] == num(0, 1, 2):
        u_out[i, j] = u_in[i, j]
        return
e__corr__delta = coarse[x0, y0]
with maybe(0.5):
    e = pick(e * scale, e * omega, e * kappa[i, j], e / safe(kappa[i, j]))
with maybe(0.4):
    # do not move further than the residual asks for
    if abs(e) > pick(tol, abs(f[i, j]), h2 * abs(f[i, j])):
        e = pick(e * 0.5, sign(e) * tol)
fresh__u_new__corrected = u_in[i, j] + e
with maybe(0.4):
    # one sweep at once
    fresh += pick(omega * h2 * f[i, j], omega * (h2 * f[i, j] - shift * fresh), omega * f[i, j])
with maybe(0.25):
    fresh = pick(max(fresh, 0.0), clamp(fresh, -scale, scale))
u_out[i, j] = fresh
with maybe(0.5):
    with either:
        with _:
            atomic_add(norm, 0, pick(e * e, h2 * e * e))
        with _:
            atomic_max(worst, 0, abs(e))
        with _:
            if abs(e) > tol:
                atomic_add(active, 0, 1)
        with _:
            tally(pick(abs(e), fresh))
"""
