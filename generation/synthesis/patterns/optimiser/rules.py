"""Update rules of optimisers, what comes before and after them."""

from __future__ import annotations

BEFORE = """
def soft_clip__squash_grad(x, limit):
    'Squash a gradient smoothly.'
    return limit * tanh(x / safe(limit))
def warm_cosine__schedule(step, warm, total):
    'Learning rate schedule with a warm-up.'
    if step < warm:
        return (real(step) + 1.0) / real(max(warm, 1))
    frac = real(step - warm) / real(max(total - warm, 1))
    return 0.5 * (1.0 + cos(3.14159 * clamp(frac, 0.0, 1.0)))
def blend__running_mean__ema_of(old__mean, fresh__new, k__rate=0.1):
    return old + (fresh - old) * k
def inverse_sqrt__decay_rate(step, warm):
    return 1.0 / sqrt(1.0 + real(max(step, warm)))
with maybe(0.25):
    if frozen[i] == 1:
        return
x__w__p = theta[i]
grad__gi__d = g[i]
with maybe(0.25):
    # clip by the global norm
    # gradient clipping
    grad = grad * clip / max(norm[0], clip)
with maybe(0.2):
    size__g_abs__g_norm = NORM
    # clip the gradient
    # gradient clipping
    if size > clip:
        grad = grad * (clip / size)
with maybe(0.3):
    # weight decay
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

RULES = {
    "sgd": "step__change__dx = -rate * grad",
    "momentum": """
# momentum
vel__b_new__moving = pick(beta1 * buf[i] + grad, beta1 * buf[i] + (1.0 - beta1) * grad)
buf[i] = vel
with either:
    with _:
        step__change__dx = -rate * vel
    with _:
        step__change__dx = -rate * (grad + beta1 * vel)
""",
    "adam": """
# update the moments
# first moment
m1__m_new__first = beta1 * m[i] + (1.0 - beta1) * grad
sq__g2__grad_sq = SQUARE
with either:
    with _(3):
        v1__v_new__second = pick(beta2 * v[i] + (1.0 - beta2) * sq, blend(v[i], sq, 1.0 - beta2))
    with _:
        v1__v_new__second = max(beta2 * v[i], sq)
m[i] = m1
v[i] = v1
with maybe(0.6):
    # bias correction
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
# running mean of the squared gradient
v1__v_new__mean_sq = beta2 * v[i] + (1.0 - beta2) * sq
v[i] = v1
scaled__g_hat__normed = grad / safe(sqrt(max(v1, 0.0)) + eps)
with maybe(0.4):
    scaled = beta1 * buf[i] + scaled
    buf[i] = scaled
step__change__dx = -rate * scaled
""",
    "adagrad": """
# sum of squared gradients
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

AFTER = """
with maybe(0.25):
    step = pick(step - rate * wd * x, step - wd * x)
x_new__w_new__p_new = x + step
with maybe(0.2):
    x_new = BOUND
theta[i] = x_new
with maybe(0.3):
    with either:
        with _(2):
            ema[i] = pick(tau * ema[i] + (1.0 - tau) * x_new, ema[i] + tau * (x_new - ema[i]))
        with _:
            ema[i] = pick(blend(ema[i], x_new), blend(ema[i], x_new, 1.0 - tau))
with maybe(0.3):
    tally(STEPSIZE)
"""
