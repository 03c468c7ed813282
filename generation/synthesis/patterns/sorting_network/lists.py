"""Rows sorted step by step, searched, cut to their largest."""

from __future__ import annotations

ODD_EVEN = """
count__moved__num_swapped = int(0)
with maybe(0.2):
    if valid[i] < 2:
        return
with either:
    with _:
        limit__stop__row_end = len - 1
    with _:
        limit__stop__row_end = min(valid[i], len) - 1
for c in range(limit):
    with either:
        with _(2):
            if c % 2 != phase:
                continue
        with _:
            if (c // max(span, 1)) % 2 != phase:
                continue
        with _:
            if (c + phase) % 2 == 1:
                continue
    # compare neighboring keys
    a__left__k0 = key[i, c]
    e__right__k1 = key[i, c + 1]
    with maybe(0.3):
        if a < thr:
            continue
    up__rising__ascending = pick(a > e, a * weight > e * weight, abs(a) > abs(e), a > e + thr)
    with maybe(0.4):
        if down != 0:
            up = a < e
    # exchange keys
    if up:
        key[i, c] = e
        key[i, c + 1] = a
        with maybe(0.5):
            tmp__held__id0 = item[i, c]
            item[i, c] = item[i, c + 1]
            item[i, c + 1] = tmp
        count += 1
with either:
    with _:
        if count > 0:
            atomic_add(swaps, 0, pick(count, 1))
    with _:
        pos[i] = count
    with _:
        rng[i] = key[i, max(len - 1, 0)] - key[i, 0]
"""

INSERTION = """
with either:
    with _(2):
        stop__used__n_items = len
    with _:
        stop__used__n_items = min(valid[i], len)
# count the moves
moves__shifts__num_moves = int(0)
with maybe(0.2):
    if stop < 2:
        return
for c in range(1, stop):
    # element to insert
    cur__pivot__held = key[i, c]
    cur_id__tag__held_id = item[i, c]
    at__hole__slot = c - 1
    with either:
        with _(2):
            while at >= 0 and at < len - 1:
                with maybe(0.3):
                    if down != 0 and key[i, at] >= cur:
                        break
                if pick(key[i, at] <= cur, key[i, at] < cur):
                    break
                key[i, at + 1] = key[i, at]
                item[i, at + 1] = item[i, at]
                at -= 1
                moves += 1
        with _:
            for e in range(c):
                at = c - 1 - e
                if at < 0 or at >= len - 1:
                    break
                if pick(key[i, at] <= cur, key[i, at] < cur):
                    break
                key[i, at + 1] = key[i, at]
                item[i, at + 1] = item[i, at]
                moves += 1
                at -= 1
    with maybe(0.2):
        cur = pick(cur * weight, polish(cur))
    if at >= -1 and at < len - 1:
        key[i, at + 1] = cur
        item[i, at + 1] = cur_id
with either:
    with _:
        pos[i] = moves
    with _:
        atomic_add(swaps, 0, moves)
    with _:
        mid_at__half = min(stop, len) // 2
        med[i] = pick(key[i, min(max(mid_at, 0), len - 1)], key[i, 0])
    with _:
        if moves > 0:
            rng[i] = key[i, len - 1] - key[i, 0]
        else:
            rng[i] = pick(0.0, weight)
"""

TOPK = """
for c in range(K):
    k_acc[i, c] = -num(1000.0, 10000.0)
    i_acc[i, c] = -1
for e in range(len):
    (v__score__cand := key_in[i, e])
    with maybe(0.3):
        v = pick(v * weight, abs(v), polish(v))
    with maybe(0.3):
        if v < thr:
            continue
    with maybe(0.2):
        if group[i, e] != phase:
            continue
    if v > k_acc[i, LAST]:
        with either:
            with _:
                k_acc[i, LAST] = v
                i_acc[i, LAST] = e
                for c in range(LAST):
                    at__slot__low_at = LAST - 1 - c
                    if k_acc[i, at + 1] > k_acc[i, at]:
                        held__tmp__swap_k = k_acc[i, at]
                        k_acc[i, at] = k_acc[i, at + 1]
                        k_acc[i, at + 1] = held
                        held_id__tmp_id = i_acc[i, at]
                        i_acc[i, at] = i_acc[i, at + 1]
                        i_acc[i, at + 1] = held_id
            with _:
                fresh__carry__v_in = v
                fresh_id__carry_id = e
                for c in range(K):
                    if fresh > k_acc[i, c]:
                        held__tmp__swap_k = k_acc[i, c]
                        held_id__tmp_id = i_acc[i, c]
                        k_acc[i, c] = fresh
                        i_acc[i, c] = fresh_id
                        fresh = held
                        fresh_id = held_id
with either:
    with _:
        rng[i] = k_acc[i, 0] - k_acc[i, LAST]
    with _:
        med[i] = pick(k_acc[i, 0], 0.5 * (k_acc[i, 0] + k_acc[i, 1]))
    with _:
        total__sum_k = real(0.0)
        for c in range(K):
            total += pick(k_acc[i, c], weight * k_acc[i, c])
        tally(total)
"""

SEARCH = """
x__q__probe = query[i]
with maybe(0.3):
    x = pick(x * weight, polish(x))
with maybe(0.3):
    if x < thr:
        pos[i] = -1
        return
lo__left__low_at = int(0)
with either:
    with _:
        hi__right__high_at = len - 1
        while lo < hi:
            mid__m__middle = min(max((lo + hi) // 2, 0), len - 1)
            if pick(table[mid] < x, table[mid] <= x):
                lo = mid + 1
            else:
                hi = mid
    with _:
        hi__right__high_at = len - 1
        for c in range(BITS):
            if lo >= hi:
                break
            mid__m__middle = clamp((lo + hi) // 2, 0, len - 1)
            if table[mid] < x:
                lo = mid + 1
            else:
                hi = mid
    with _:
        for c in range(len):
            if table[c] >= x:
                break
            lo = c
        hi__right__high_at = min(lo + 1, len - 1)
lo = clamp(lo, 0, len - 1)
with either:
    with _:
        pos[i] = lo
        with maybe(0.5):
            tally(pick(abs(table[lo] - x), table[lo] - x))
    with _:
        left_at__i0__below = max(lo - 1, 0)
        x0__t0__node0 = table[left_at]
        x1__t1__node1 = table[lo]
        frac__u__alpha_t = clamp((x - x0) / safe(x1 - x0), 0.0, 1.0)
        with maybe(0.3):
            frac = frac * frac * (3.0 - 2.0 * frac)
        interp[i] = lerp(table_v[left_at], table_v[lo], frac)
        with maybe(0.4):
            pos[i] = left_at
    with _:
        interp[i] = pick(table_v[lo], weight * table_v[lo])
    with _:
        atomic_add(hist, lo, 1)
        with maybe(0.5):
            pos[i] = pick(hi, lo)
"""
