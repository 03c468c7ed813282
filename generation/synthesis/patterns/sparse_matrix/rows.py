"""A thread per row; compressed rows, padded rows, diagonals, and what becomes of the sum."""

from __future__ import annotations

ROW = """
with either:
    with _(2):
        first__begin__row_begin = start[i]
        last__end__row_end = start[i + 1]
        for e in range(first, last):
            visit()
    with _:
        for e in range(start[i], start[i + 1]):
            visit()
"""

ELL = """
for e in range(width):
    c__j__column = ell_col[i, e]
    with either:
        with _:
            if c < 0:
                break
        with _:
            if c < 0:
                continue
    inner()
"""

DIA = """
for e in range(5):
    c__j__column = i + shifts[e]
    with either:
        with _:
            if c < 0 or c >= count:
                continue
            inner()
        with _:
            if c >= 0 and c < count:
                inner()
"""

CHANGES = """
with maybe(0.2):
    if blocked[c] != 0:
        continue
with maybe(0.25):
    a = a * pick(col_scale[c], row_scale[i] * col_scale[c], 1.0 / safe(col_scale[c]))
with maybe(0.2):
    if c == i:
        a = pick(a + shift, a * (1.0 + shift), shift * a)
with maybe(0.2):
    a = polish(a)
"""

USES = {
    "product": """
with maybe(0.25):
    if abs(a) < tol:
        continue
acc += a * x[c]
""",
    "jacobi": """
if c == i:
    diag = a
else:
    acc += a * x[c]
""",
    "diagonal": """
if c == i:
    diag = a
    with maybe(0.5):
        break
""",
    "norms": """
with either:
    with _:
        acc += abs(a)
    with _:
        acc += a * a
    with _:
        acc = max(acc, abs(a))
if c != i:
    off_diag += abs(a)
""",
    "triangular": """
if c >= i:
    continue
acc += a * x[c]
""",
    "masked": """
if mask[c] != 0:
    lift__bc_term += a * fixed[c]
    continue
acc += a * x[c]
""",
    "count": """
if abs(a) > tol:
    used__kept__num_kept += 1
    acc += abs(a)
""",
}

FINISH = {
    "product": """
with maybe(0.35):
    acc += shift * x[i]
with either:
    with _(2):
        y[i] = pick(acc, alpha * acc)
    with _(2):
        y_acc[i] = alpha * acc + beta * y_acc[i]
    with _(2):
        r__defect__residual = rhs[i] - acc
        y[i] = r
        with maybe(0.5):
            tally(r * r)
    with _:
        r__defect__residual = rhs[i] - acc
        z__preconditioned__scaled_r = inv_diag[i] * r
        x_new[i] = x[i] + pick(omega * z, z)
        tally(pick(r * z, abs(r)))
with maybe(0.25):
    tally(acc * x[i])
""",
    "jacobi": """
with either:
    with _:
        if abs(diag) < tol:
            x_new[i] = x[i]
            return
        fresh__target__x_star = (rhs[i] - acc) / diag
    with _:
        fresh__target__x_star = (rhs[i] - acc) / safe(diag)
with maybe(0.5):
    fresh = pick(x[i] + omega * (fresh - x[i]), (1.0 - omega) * x[i] + omega * fresh)
x_new[i] = fresh
with maybe(0.5):
    tally(abs(fresh - x[i]))
""",
    "diagonal": """
with either:
    with _:
        diag_out[i] = diag
    with _:
        if abs(diag) < tol:
            diag = 1.0
        diag_out[i] = 1.0 / diag
    with _:
        diag_out[i] = 1.0 / safe(sqrt(abs(diag + shift)))
with maybe(0.4):
    tally(abs(diag))
""",
    "norms": """
norm_out[i] = pick(acc, sqrt(acc), 1.0 / safe(acc))
with maybe(0.6):
    dominance__gap = acc - 2.0 * off_diag
    with maybe(0.4):
        dominance = polish(dominance)
    tally(dominance)
""",
    "triangular": """
value__forward__xi = (rhs[i] - acc) * pick(inv_diag[i], 1.0 / safe(inv_diag[i]))
with maybe(0.4):
    value = value * omega + (1.0 - omega) * x[i]
x_new[i] = value
with maybe(0.4):
    tally(abs(value - x[i]))
""",
    "masked": """
if mask[i] != 0:
    y[i] = pick(fixed[i], x[i], fixed[i] - x[i])
    return
y[i] = pick(acc - lift, rhs[i] - acc - lift, acc + lift)
with maybe(0.4):
    tally(pick(lift, acc * acc))
""",
    "count": """
nnz_out[i] = used
with maybe(0.6):
    if used > 0:
        acc = acc / real(used)
    norm_out[i] = acc
with maybe(0.3):
    tally(acc)
""",
}
