"""A thread per block row or per entry."""

from __future__ import annotations

BSR = """
with either:
    with _(3):
        first__begin__row_begin = start[i]
        last__end__row_end = start[i + 1]
    with _:
        first__begin__row_begin = start[i]
        last__end__row_end = min(start[i + 1], first + num(8, 16, 32))
acc__total__row_sum = vzero()
xi__own__x_row = bx[i]
for e in range(first, last):
    c__j__column = col[e]
    block__a_ij__blk = bval[e]
    with either:
        with _(2):
            acc += block @ bx[c]
        with _:
            if c == i:
                continue
            acc += block @ (bx[c] - xi)
        with _:
            if c == i:
                bdiag[i] = block
            acc += pick(transpose(block), block) @ bx[c]
        with _:
            if trace(block) > tol:
                acc += pick(alpha * (block @ bx[c]), block @ bx[c])
with either:
    with _(2):
        by[i] = acc
    with _:
        by_acc[i] = beta * by_acc[i] + alpha * acc
    with _(2):
        r__defect__residual = brhs[i] - acc
        with maybe(0.4):
            if mask[i] != 0:
                r = zero(r)
        by[i] = pick(r, inv_diag[i] * r, xi + omega * r)
        tally(dot(r, r))
with maybe(0.4):
    tally(dot(xi, acc))
"""

COO = """
r__row__dest_row = row_of[i]
c__column__src_col = col_of[i]
a__value__a_rc = entry[i]
with maybe(0.4):
    if abs(a) < tol:
        return
with maybe(0.3):
    if r == c:
        a = pick(a + shift, a * omega)
with maybe(0.3):
    a = a * pick(xr[r], 1.0 / safe(xr[r]))
with maybe(0.25):
    a = polish(a)
with maybe(0.25):
    if blocked_r[r] != 0 or blocked_c[c] != 0:
        return
product__term__contribution = pick(a, alpha * a) * xc[c]
with either:
    with _(3):
        atomic_add(yr, r, product)
    with _:
        if r > c:
            atomic_add(yr, r, product)
            tally(product)
        else:
            atomic_sub(yr, r, pick(product, a))
    with _:
        atomic_add(yr, r, product)
        with maybe(0.6):
            tally(pick(abs(a), product))
"""
