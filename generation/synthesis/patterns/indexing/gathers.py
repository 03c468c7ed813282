"""Many elements to one place or few: one-hot rows, segments, compactions."""

ONEHOT = """
k__cls__which = label[i]
with maybe(0.3):
    if mask[i] == 0:
        pos[i] = -1
        return
with either:
    with _:
        if k < 0:
            return
    with _:
        with maybe(0.5):
            pos[i] = max(k, 0)
with either:
    with _:
        for c in range(rows):
            onehot[i, c] = 1.0 if c == k else pick(0.0, smooth)
    with _:
        off__low__background = smooth / real(rows)
        for c in range(rows):
            if c == k:
                onehot[i, c] = 1.0 - pick(smooth, smooth + off)
            else:
                onehot[i, c] = off
    with _:
        for c in range(rows):
            near__gap__steps_away = abs(c - k)
            onehot[i, c] = pick(exp(-clamp(w * real(near), 0.0, 8.0)), max(1.0 - w * real(near), 0.0))
    with _:
        onehot_acc[i, max(k, 0)] += pick(w, 1.0)
    with _:
        for c in range(rows):
            if c > k:
                break
            onehot[i, c] = pick(1.0, w)
with maybe(0.4):
    if k >= 0:
        atomic_add(class_hits, k, 1)
"""

SEGMENTS = """
first__begin__seg_start = start[i]
last__end__seg_end = start[i + 1]
with maybe(0.4):
    lengths[i] = last - first
with maybe(0.4):
    if last <= first:
        out[i] = fill
        return
with either:
    with _:
        acc__total__seg_sum = ZERO
        for e in range(first, last):
            with either:
                with _:
                    acc += items[e]
                with _:
                    acc += src[item_id[e]]
                with _:
                    at__j__member = item_id[e]
                    with maybe(0.5):
                        if at == i:
                            continue
                    acc += pick(src[at], items[e])
        with maybe(0.4):
            acc = POST
        out[i] = pick(acc, polish(acc))
    with _:
        value__v__picked = items[clamp(first, 0, last_entry - 1)]
        out[i] = value
    with _:
        for e in range(first, last):
            atomic_add(dst, item_id[e], pick(own[i], items[e]))
        with maybe(0.5):
            pos[i] = last - first
"""

COMPACT = """
(value__v__candidate := own[i])
with either:
    with _:
        if mask[i] == 0:
            return
    with _:
        if SIZE <= limit:
            return
    with _:
        if mask[i] == 0 or SIZE < limit:
            return
slot__dest__place_at = atomic_add(counter, 0, 1)
with either:
    with _:
        if slot >= capacity:
            return
        kept[slot] = pick(value, CHANGE)
        with maybe(0.6):
            kept_id[slot] = i
    with _:
        if slot < capacity:
            kept[slot] = pick(value, polish(value))
            with maybe(0.6):
                kept_id[slot] = pick(i, i + shift)
with maybe(0.4):
    pos[i] = slot
"""
