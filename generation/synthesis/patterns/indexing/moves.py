"""One element to one place: gathers, scatters, paddings, transposes."""

GATHER = """
with either:
    with _(2):
        at__j__src_index = idx[i]
        with either:
            with _:
                if at < 0:
                    PUT(fill)
                    return
            with _:
                at = max(at, 0)
    with _(2):
        at__j__src_index = perm[i]
    with _:
        at__j__src_index = clamp(i + shift, 0, m - 1)
    with _:
        at__j__src_index = max(i + shift + m, 0) % m
    with _:
        first__hop__via = perm[i]
        at__j__src_index = map[first]
(value__v__picked := TAKE)
with maybe(0.3):
    value = pick(CHANGE, polish(value))
with maybe(0.25):
    if mask[i] == 0:
        PUT(pick(ALT, fill))
        return
with maybe(0.3):
    pos[i] = at
with maybe(0.3):
    atomic_add(hits, at, 1)
PUT(value)
"""

BAG = """
acc__pooled__bag = ZERO
num_used__used__filled = int(0)
for c in range(taps):
    at__j__src_index = idx2[i, c]
    with maybe(0.3):
        if c > 0 and idx2[i, max(c - 1, 0)] == at:
            continue
    acc += pick(bag_w[i, c] * src[at], w * src[at])
    num_used += 1
with maybe(0.4):
    acc = acc / real(max(num_used, 1))
out[i] = pick(acc, polish(acc))
"""

SCATTER = """
with either:
    with _:
        to__slot__dst_index = idx[i]
        if to < 0:
            return
    with _:
        to__slot__dst_index = perm[i]
    with _:
        to__slot__dst_index = map[perm[i]]
(value__v__payload_i := OWN)
with maybe(0.3):
    if mask[i] == 0:
        return
with maybe(0.4):
    value = pick(CHANGE, polish(value))
with either:
    with _(2):
        atomic_add(DST, value)
    with _:
        atomic_sub(DST, value)
    with _:
        atomic_add(DST, value)
        atomic_add(hits, to, 1)
with maybe(0.3):
    pos[i] = to
"""

PAD = """
y__sy__from_row = i - pad
x__sx__from_col = j - pick(pad, shift)
with either:
    with _:
        if y < 0 or y >= h or x < 0 or x >= wd:
            out2[i, j] = fill
            return
    with _:
        y = clamp(y, 0, h - 1)
        x = clamp(x, 0, wd - 1)
    with _:
        y = max(y + h, 0) % h
        x = max(x + wd, 0) % wd
    with _:
        if y < 0:
            y = -y
        if x < 0:
            x = -x
        y = min(abs(y), h - 1)
        x = min(abs(x), wd - 1)
(value__v__picked := inner[y, x])
with maybe(0.35):
    value = pick(CHANGE, polish(value))
with maybe(0.25):
    if not mask2[i, j]:
        out2[i, j] = pick(fill, ALT)
        return
with maybe(0.2):
    if (i + j) % 2 == 1:
        out2[i, j] = ALT
        return
out2[i, j] = value
"""

TRANSPOSE = """
(value__v__elem := own2[i, j])
with maybe(0.25):
    if not mask2[i, j]:
        return
with maybe(0.35):
    value = pick(CHANGE, polish(value))
with either:
    with _(2):
        outm[j, i] = value
    with _:
        out2[i, j] = SUM(own2[n - 1 - i, j])
    with _:
        outm[j, i] = SUM(own2[i, rows - 1 - j])
    with _:
        col__to_col__dest_j = max(j + shift + rows, 0) % rows
        out2[i, j] = SUM(own2[i, col])
    with _:
        row__to_row__dest_i = max(i + shift2 + n, 0) % n
        out2[i, j] = SUM(own2[row, j])
    with _:
        if i > j:
            out2[i, j] = fill
        else:
            out2[i, j] = value
"""
