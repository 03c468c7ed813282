"""Losses and their gradients."""

from __future__ import annotations

LOSS = {
    "regression": """
total_err__acc__loss_i = real(0.0)
for c in range(classes):
    e__diff__residual = pred[i, c] - target[i, c]
    with either:
        with _:
            l__term__cost = 0.5 * e * e
            d__slope__de = polish(e)
        with _:
            a__size__e_abs = abs(e)
            l__term__cost = delta * (a - 0.5 * delta)
            d__slope__de = delta * sign(e)
            if a < delta:
                l = 0.5 * e * e
                d = e
        with _:
            l__term__cost = sqrt(e * e + delta * delta) - abs(delta)
            d__slope__de = e / safe(l + abs(delta))
        with _:
            l__term__cost = log(1.0 + e * e)
            d__slope__de = 2.0 * e / (1.0 + e * e)
        with _:
            l__term__cost = max(e * delta, (delta - 1.0) * e)
            d__slope__de = delta if e > 0.0 else delta - 1.0
    with maybe(0.4):
        l = l * weight[c]
        d = d * weight[c]
    total_err += l
    dpred[i, c] = pick(d, d / real(batch), d / real(classes))
""",
    "softmax": """
top__m__peak = pred[i, 0]
for c in range(1, classes):
    top = max(top, pred[i, c])
z__norm__denom = real(0.0)
for c in range(classes):
    z += exp(clamp((pred[i, c] - top) * temp, -16.0, 0.0))
y__truth__want = label[i]
with maybe(0.4):
    if z <= 0.0:
        return
total_err__acc__loss_i = log(safe(z)) - (pred[i, y] - top) * temp
with maybe(0.4):
    total_err = total_err * weight[y]
for c in range(classes):
    prob__p_c__q = exp(clamp((pred[i, c] - top) * temp, -16.0, 0.0)) / safe(z)
    with either:
        with _:
            goal__hot__t_c = 1.0 if c == y else 0.0
            dpred[i, c] = pick(prob - goal, (prob - goal) / real(batch))
        with _:
            goal__hot__t_c = smooth / real(classes)
            if c == y:
                goal += 1.0 - smooth
            dpred[i, c] = pick(prob - goal, temp * (prob - goal))
        with _:
            d__slope__dz = prob
            if c == y:
                d -= 1.0
            dpred[i, c] = d * pick(weight[c], temp)
with maybe(0.4):
    if pred[i, y] >= top:
        atomic_add(right, 0, 1)
""",
    "margin": """
y__truth__want = label[i]
own__score_y__s_y = pred[i, y]
total_err__acc__loss_i = real(0.0)
hits_c__violations__num_bad = int(0)
for c in range(classes):
    if c == y:
        continue
    gap__slack__viol = pred[i, c] - own + delta
    if gap > 0.0:
        total_err += pick(gap, 0.5 * gap * gap, gap * weight[c])
        hits_c += 1
        dpred[i, c] = pick(temp, gap * temp)
    else:
        dpred[i, c] = 0.0
dpred[i, y] = -real(hits_c) * temp
""",
    "binary": """
total_err__acc__loss_i = real(0.0)
for c in range(classes):
    x__z__logit_c = pred[i, c]
    y__t__truth = target[i, c]
    with maybe(0.3):
        if y < 0.0:
            continue
    p__prob__sig = 1.0 / (1.0 + exp(-clamp(x, -16.0, 16.0)))
    with either:
        with _:
            l__term__cost = max(x, 0.0) - x * y + log(1.0 + exp(-clamp(abs(x), 0.0, 16.0)))
        with _:
            l__term__cost = -(y * log(safe(p)) + (1.0 - y) * log(safe(1.0 - p)))
        with _:
            hard__focus__one_m = 1.0 - (p * y + (1.0 - p) * (1.0 - y))
            l__term__cost = -hard * hard * log(safe(1.0 - hard))
    with maybe(0.4):
        l = l * weight[c]
    total_err += l
    dpred[i, c] = pick(p - y, (p - y) * weight[c], (p - y) / real(classes))
""",
}
