"""Relaxation, preconditioners, residuals by rows; steps that are tried and refused."""

from __future__ import annotations

_ROW = """
with maybe(0.4):
    if color[i] != now:
        return
with maybe(0.3):
    if fixed[i] != 0:
        with maybe(0.6):
            x_out[i] = rhs[i]
        return
"""

RELAX = f"""
{_ROW}
sum__acc__off_diag = real(0.0)
d_i__pivot__a_ii = diag[i]
for e in range(row[i], row[i + 1]):
    j__neighbor__c_e = col[e]
    with either:
        with _(2):
            if j == i:
                with maybe(0.5):
                    d_i = val[e]
                continue
            sum += val[e] * x_in[j]
        with _:
            if j != i:
                sum += val[e] * x_in[j]
            else:
                d_i = val[e]
with maybe(0.3):
    if abs(d_i) < tol:
        x_out[i] = x_in[i]
        return
with either:
    with _(2):
        next__x_new__y_new = (rhs[i] - sum) / safe(d_i)
    with _(2):
        next__x_new__y_new = x_in[i] + relax * ((rhs[i] - sum) / safe(d_i) - x_in[i])
    with _:
        next__x_new__y_new = (1.0 - relax) * x_in[i] + relax * (rhs[i] - sum) / safe(d_i)
    with _:
        next__x_new__y_new = x_in[i] + (rhs[i] - sum) * relax / safe(abs(d_i) + lo)
with maybe(0.3):
    # projected onto the bounds
    # keep the unknown feasible
    next = pick(max(next, 0.0), clamp(next, lo, hi), min(next, hi))
x_out[i] = next
with maybe(0.5):
    gap__change__dx = next - x_in[i]
    with either:
        with _:
            atomic_max(worst, sys[i], abs(gap))
        with _:
            atomic_add(dot_out, sys[i], gap * gap)
        with _:
            if abs(gap) > tol:
                atomic_add(left, 0, 1)
with maybe(0.2):
    tally(next)
"""

RESIDUAL = f"""
{_ROW}
sum__acc__ax = real(0.0)
with either:
    with _(2):
        for e in range(row[i], row[i + 1]):
            sum += val[e] * x_in[col[e]]
    with _:
        for e in range(row[i], row[i + 1]):
            j__neighbor__c_e = col[e]
            with maybe(0.5):
                if fixed[j] != 0:
                    continue
            sum += pick(val[e] * x_in[j], val[e] * (x_in[j] - x_in[i]))
        with maybe(0.5):
            sum += diag[i] * x_in[i]
res__r_i__defect = pick(rhs[i] - sum, sum - rhs[i])
with maybe(0.3):
    res = pick(res / safe(diag[i]), res * relax, res + relax * x_in[i])
z[i] = res
with either:
    with _(2):
        atomic_add(dot_out, sys[i], res * res)
    with _:
        atomic_max(worst, sys[i], abs(res))
    with _:
        if abs(res) > pick(tol, tol * abs(rhs[i])):
            atomic_add(left, 0, 1)
            with maybe(0.4):
                atomic_max(worst, sys[i], abs(res))
    with _:
        atomic_add(dot_out, sys[i], res * x_in[i])
        with maybe(0.5):
            atomic_add(dot_b, sys[i], rhs[i] * x_in[i])
with maybe(0.25):
    x_out[i] = x_in[i] + pick(relax * res, relax * res / safe(diag[i]))
with maybe(0.2):
    tally(res * res)
"""

PRECONDITION = """
with maybe(0.3):
    if done[sys[i]] != 0:
        return
res__r_i__rhs_i = r_in[i]
with maybe(0.3):
    if fixed[i] != 0:
        z[i] = pick(res, NOTHING)
        return
with either:
    with _(2):
        out_z__z_i__y_i = res / safe(diag[i])
    with _:
        out_z__z_i__y_i = res
        if abs(diag[i]) > tol:
            out_z = res / diag[i]
    with _(2):
        out_z__z_i__y_i = block[i] MUL res
    with _:
        # Chebyshev acceleration
        out_z__z_i__y_i = p[i] * (delta / safe(theta)) + res * (num(2.0, 1.0) / safe(theta))
    with _:
        out_z__z_i__y_i = res * relax + relax * (res - relax * ap[i])
    with _:
        out_z__z_i__y_i = res / sqrt(safe(diag[i]))
    with _:
        out_z__z_i__y_i = res * (1.0 / safe(diag[i] + lo)) * relax
with maybe(0.25):
    out_z = out_z + relax * pick(z_in[i], p[i])
with maybe(0.2):
    if SIZE(out_z) > hi:
        out_z = out_z * (hi / safe(SIZE(out_z)))
z[i] = out_z
with either:
    with _(3):
        atomic_add(dot_b, sys[i], DOT(res, out_z))
        with maybe(0.4):
            atomic_add(dot_out, sys[i], DOT(res, res))
    with _:
        tally(DOT(res, out_z))
    with _:
        p_io[i] = pick(out_z, out_z + relax * p_io[i])
with maybe(0.2):
    x[i] = x[i] + pick(out_z, relax * out_z)
"""

SEARCH = """
with maybe(0.3):
    if tries[i] > max_iter:
        return
a__alpha__s_i = step[i]
old__f0__base = cost[i]
new__f1__tried = trial[i]
with maybe(0.3):
    if not isfinite(new):
        step[i] = a * shrink
        ok[i] = 0
        return
with either:
    with _(2):
        bar__limit__goal = old + armijo * a * slope[i]
    with _:
        bar__limit__goal = old - armijo * a * abs(slope[i])
    with _:
        bar__limit__goal = old - pick(tol, armijo * norm_d[i] * norm_d[i])
if new <= bar:
    ok[i] = 1
    with maybe(0.7):
        best[i] = pick(new, min(best[i], new))
    with maybe(0.6):
        step[i] = pick(min(a * grow, step_max), a, step_max)
    with maybe(0.3):
        iters[i] = 0
else:
    with either:
        with _(2):
            a = a * shrink
        with _:
            # minimum of the parabola through both costs
            bend__quad__den = 2.0 * (new - old - a * slope[i])
            cand__a_q__quad_step = -slope[i] * a * a / safe(bend)
            a = clamp(cand, a * num(0.1, 0.2), a * num(0.5, 0.8))
        with _:
            a = 0.5 * (a + step_min)
    with maybe(0.6):
        if a < step_min:
            with either:
                with _:
                    a = step_min
                    ok[i] = num(-1, 2)
                with _:
                    ok[i] = -1
                    step[i] = 0.0
                    return
    step[i] = a
    with maybe(0.5):
        ok[i] = 0
    with maybe(0.4):
        iters[i] = iters[i] + 1
    with maybe(0.4):
        atomic_add(left, 0, 1)
with maybe(0.3):
    tally(old - new)
"""

TRUST = """
drop__actual__gained = cost[i] - trial[i]
ratio__rho_i__quality = drop / safe(model[i])
d__reg__r_i = radius[i]
with maybe(0.3):
    if not isfinite(trial[i]):
        radius[i] = d * num(0.25, 0.5)
        ok[i] = 0
        return
with either:
    with _:
        if ratio < num(0.25, 0.2):
            d = d * num(0.25, 0.5)
        elif ratio > num(0.75, 0.9) and norm_d[i] >= num(0.8, 0.95) * d:
            d = min(d * 2.0, step_max)
    with _:
        # damping grows where the model is poor
        if ratio > 0.0:
            u__cubic__t_r = 2.0 * ratio - 1.0
            d = d * max(1.0 - u * u * u, num(0.3333, 0.1))
        else:
            d = min(d * grow, step_max)
    with _:
        if drop > 0.0:
            d = max(d * shrink, step_min)
        else:
            d = pick(min(d * grow, step_max), d * grow)
with maybe(0.3):
    d = clamp(d, step_min, step_max)
radius[i] = d
with either:
    with _:
        if ratio > pick(armijo, 0.0, tol):
            ok[i] = 1
            with maybe(0.6):
                best[i] = min(best[i], trial[i])
        else:
            ok[i] = 0
            with maybe(0.5):
                atomic_add(left, 0, 1)
    with _:
        ok[i] = 1 if drop > pick(tol, 0.0) else 0
with maybe(0.4):
    if abs(drop) < tol * abs(cost[i]):
        done_out[i] = 1
with maybe(0.4):
    iters[i] = iters[i] + 1
with maybe(0.3):
    tally(pick(ratio, drop))
"""
