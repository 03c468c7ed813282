"""Optimisers and losses: one step of SGD, momentum, Adam, RMSProp, Adagrad, Lion; clipping, schedules,
reductions.

Free choices: rule, weight decay (coupled or not), gradient clipping, schedule, bias correction, averaging,
loss.
Source: Kingma and Ba, "Adam", 2015; Loshchilov and Hutter, "Decoupled Weight Decay", 2019; Chen et al.,
"Lion", 2023.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.sketches import Sketch

VERBS = ("training_step", "optimizer_step", "update", "optimise", "apply_gradients")
FIELDS = ("learning",)
_FORMS = Weights({"rule": 66, "loss": 34})
TITLES = {
    "rule": (
        "optimizer_step apply_gradients update_parameters",
        "Update parameters from their gradients.",
        "One optimizer step.",
    ),
    "loss": ("compute_loss loss_and_grad loss_gradient", "Loss and its gradient.", "Evaluate a loss."),
}

_SCOPE = {
    "theta": "inout KIND[n] params weights theta",
    "g": "KIND[n] grads gradients grad",
    "m": "inout KIND[n] exp_avg m moment1",
    "v": "inout s[n] exp_avg_sq v moment2",
    "buf": "inout KIND[n] momentum_buf velocity_buf buf",
    "acc": "inout s[n] grad_sq_sum accumulator sum_sq",
    "ema": "inout KIND[n] ema_params shadow averaged",
    "frozen": "i[n] frozen is_frozen trainable_mask",
    "group": "i>num_groups[n] group_ids param_group layer_id",
    "lr_table": "s[num_groups] group_lr lr_by_group layer_lr",
    "lr": "s lr learning_rate step_size",
    "beta1": "s beta1 momentum decay1",
    "beta2": "s beta2 decay2 rho",
    "eps": "s eps epsilon stability",
    "wd": "c weight_decay wd l2_penalty",
    "clip": "s max_norm clip_value grad_clip",
    "norm": "s[1] grad_norm global_norm norm_buffer",
    "t": "i step_count iteration t",
    "warm": "i warmup_steps warmup num_warmup",
    "total": "i total_steps num_steps max_steps",
    "tau": "s ema_decay polyak tau",
    "pred": "s[n,classes] logits predictions outputs",
    "target": "s[n,classes] targets labels_soft ground_truth",
    "label": "i>classes[n] labels target_class classes_true",
    "weight": "s[classes] class_weights channel_scale alpha_c",
    "classes": "n:classes num_classes num_outputs",
    "dpred": "out s[n,classes] grad_logits d_pred loss_grad",
    "loss": "out s[n] losses loss_out per_sample",
    "delta": "s delta huber_delta margin",
    "temp": "c temperature sharpness scale_factor",
    "smooth": "s label_smoothing smoothing",
    "batch": "n:n batch_size num_samples",
    "right": "inout i[1] num_correct correct_count hits",
}

_BEFORE = """
def soft_clip__squash_grad(x, limit):
    'Squash a gradient smoothly.'
    return limit * tanh(x / safe(limit))
def warm_cosine__schedule(step, warm, total):
    'Learning rate schedule with a warm-up.'
    if step < warm:
        return (real(step) + 1.0) / real(max(warm, 1))
    frac = real(step - warm) / real(max(total - warm, 1))
    return 0.5 * (1.0 + cos(3.14159 * clamp(frac, 0.0, 1.0)))
def inverse_sqrt__decay_rate(step, warm):
    return 1.0 / sqrt(1.0 + real(max(step, warm)))
with maybe(0.25):
    if frozen[i] == 1:
        return
x__w__p = theta[i]
grad__gi__d = g[i]
with maybe(0.25):
    grad = grad * clip / max(norm[0], clip)
with maybe(0.2):
    size__g_abs__g_norm = NORM
    if size > clip:
        grad = grad * (clip / size)
with maybe(0.3):
    grad = pick(grad + wd * x, grad + x * wd)
with either:
    with _(4):
        (rate__alpha__eta := lr)
    with _:
        rate__alpha__eta = lr * warm_cosine(t, warm, total)
    with _:
        rate__alpha__eta = lr * inverse_sqrt(t, warm)
    with _:
        rate__alpha__eta = lr_table[group[i]] * pick(lr, beta2)
    with _:
        rate__alpha__eta = lr / (1.0 + polish(wd * real(t)))
"""
_RULES = {
    "sgd": "step__change__dx = -rate * grad",
    "momentum": """
vel__b_new__moving = pick(beta1 * buf[i] + grad, beta1 * buf[i] + (1.0 - beta1) * grad)
buf[i] = vel
with either:
    with _:
        step__change__dx = -rate * vel
    with _:
        step__change__dx = -rate * (grad + beta1 * vel)
""",
    "adam": """
m1__m_new__first = beta1 * m[i] + (1.0 - beta1) * grad
sq__g2__grad_sq = SQUARE
with either:
    with _(3):
        v1__v_new__second = beta2 * v[i] + (1.0 - beta2) * sq
    with _:
        v1__v_new__second = max(beta2 * v[i], sq)
m[i] = m1
v[i] = v1
with maybe(0.6):
    c1__bias1 = 1.0 - safe(beta1) ** min(real(t + 1), 4.0)
    c2__bias2 = 1.0 - safe(beta2) ** min(real(t + 1), 4.0)
    m1 = m1 / safe(c1)
    v1 = v1 / safe(c2)
with either:
    with _(2):
        denom__root = sqrt(max(v1, 0.0)) + eps
    with _:
        denom__root = sqrt(max(v1 + eps * eps, 0.0)) + eps
step__change__dx = -rate * m1 / safe(denom)
""",
    "rmsprop": """
sq__g2__grad_sq = SQUARE
v1__v_new__mean_sq = beta2 * v[i] + (1.0 - beta2) * sq
v[i] = v1
scaled__g_hat__normed = grad / safe(sqrt(max(v1, 0.0)) + eps)
with maybe(0.4):
    scaled = beta1 * buf[i] + scaled
    buf[i] = scaled
step__change__dx = -rate * scaled
""",
    "adagrad": """
total_sq__s_new__hist = acc[i] + SQUARE
acc[i] = total_sq
step__change__dx = -rate / safe(sqrt(max(total_sq, 0.0)) + eps) * grad
""",
    "lion": """
mix_g__blend__c_t = beta1 * m[i] + (1.0 - beta1) * grad
m[i] = beta2 * m[i] + (1.0 - beta2) * grad
step__change__dx = -rate * sign(mix_g)
""",
    "amsbound": """
m1__m_new__first = lerp(grad, m[i], clamp(beta1, 0.0, 1.0))
v1__v_new__second = max(v[i], beta2 * v[i] + (1.0 - beta2) * SQUARE)
m[i] = m1
v[i] = v1
gain__lr_eff__rate_t = clamp(rate / safe(sqrt(max(v1, 0.0)) + eps), num(0.001, 0.01), num(1.0, 0.5))
step__change__dx = -gain * m1
""",
}
_AFTER = """
with maybe(0.25):
    step = pick(step - rate * wd * x, step - wd * x)
x_new__w_new__p_new = x + step
with maybe(0.2):
    x_new = BOUND
theta[i] = x_new
with maybe(0.3):
    ema[i] = pick(tau * ema[i] + (1.0 - tau) * x_new, ema[i] + tau * (x_new - ema[i]))
with maybe(0.3):
    tally(STEPSIZE)
"""

_LOSS = {
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


def build(b: Builder) -> None:
    b.grid(1)
    framing.prologue(b)
    vectors = b.chance(0.2)
    scope = {name: text.replace("KIND", "v" if vectors else "s") for name, text in _SCOPE.items()}
    s = Sketch(b, **scope)
    s.scope["tally"] = lambda e: framing.tally(b, e, "loss_sum", "update_norm", "cost")
    if b.form(_FORMS) == "loss":
        s(_LOSS[b.pick(tuple(_LOSS))])
        s(
            "with either:\n    with _:\n        loss[i] = pick(total_err, polish(total_err))\n"
            "    with _:\n        tally(total_err)"
        )
        framing.bookkeeping(b)
    else:
        words = {
            "NORM": "length(grad)" if vectors else "abs(grad)",
            "SQUARE": "dot(grad, grad)" if vectors else "grad * grad",
            "BOUND": "x_new * (1.0 - wd)" if vectors else "clamp(x_new, -clip, clip)",
            "STEPSIZE": "dot(step, step)" if vectors else "pick(abs(step), step * step, abs(grad))",
        }
        for text in (_BEFORE, _RULES[b.pick(tuple(_RULES))], _AFTER):
            for word, replacement in words.items():
                text = text.replace(word, replacement)
            s(text)
        framing.bookkeeping(b, 0.2)
    s.done()
