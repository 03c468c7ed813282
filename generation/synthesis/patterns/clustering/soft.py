"""Memberships by degree, and clusters by density."""

SOFT = """
with maybe(0.3):
    if not valid[i]:
        return
p__xi__point = x[i]
norm__total__z = real(0.0)
for m in range(k):
    with maybe(0.3):
        if not alive[m]:
            continue
    d__dist_m__score = METRIC
    LOWER
    with either:
        with _:
            e__term__like = exp(-clamp(beta * d, 0.0, 8.0))
        with _:
            e__term__like = exp(-clamp(0.5 * d / safe(var[m]), 0.0, 8.0))
        with _:
            e__term__like = 1.0 / safe(d + eps)
    with maybe(0.3):
        e = e * pick(bias[m], w[i])
    norm += e
for m in range(k):
    d2__again__dist_k = METRIC
    share__r_im__weight_m = exp(-clamp(beta * d2, 0.0, 8.0)) / safe(norm)
    with maybe(0.3):
        if share < few:
            share = 0.0
    member[i, m] = share
    with maybe(0.5):
        atomic_add(num, m, share)
    with maybe(0.4):
        atomic_add(sum, m, p * share)
with maybe(0.35):
    entropy[i] = log(safe(norm))
with maybe(0.25):
    tally(norm)
"""

DENSITY = """
with maybe(0.3):
    if not valid[i]:
        return
p__xi__point = x[i]
with either:
    with _(2):
        near__found__num_near = int(0)
        for m in range(slots):
            j__other__nb = nbr[i, m]
            if j < 0:
                STOP
            with maybe(0.5):
                if j == i:
                    continue
            d__dist_m__score = METRIC_N
            if d <= pick(eps, eps * eps):
                near += 1
                with maybe(0.4):
                    if near >= least:
                        break
        with either:
            with _:
                core[i] = 1 if near >= least else 0
            with _:
                if near >= least:
                    core[i] = 1
                    with maybe(0.6):
                        atomic_add(changed, 0, 1)
                else:
                    core[i] = 0
            with _:
                core[i] = near
                if near < least:
                    core[i] = -1
    with _(3):
        root__lowest__mine = group[i]
        with maybe(0.6):
            if core_in[i] == 0:
                with maybe(0.5):
                    group_out[i] = root
                return
        for m in range(slots):
            j__other__nb = nbr[i, m]
            if j < 0:
                STOP
            with maybe(0.6):
                if core_in[j] == 0:
                    continue
            d__dist_m__score = METRIC_N
            if d > pick(eps, eps * eps):
                continue
            with either:
                with _:
                    root = min(root, group[j])
                with _:
                    theirs__their_root = group[j]
                    if theirs >= 0 and theirs < root:
                        root = theirs
                with _:
                    root = max(root, group[j])
        with maybe(0.4):
            root = min(root, group[clamp(root, 0, n - 1)])
        group_out[i] = root
        with either:
            with _:
                if root != group[i]:
                    atomic_add(changed, 0, 1)
            with _:
                atomic_max(changed, 0, abs(root - group[i]))
with maybe(0.2):
    tally(length(p))
"""
