"""Functions with an adjoint of their own: safe roots, norms and quotients, straight-through rounding and
clipping, scaled or reversed gradients.

Free choices: the function and its adjoint, what it serves (a loss, a constraint, quantised weights, an
activation), weights, reductions.
Source: Bengio et al., "Estimating or propagating gradients through stochastic neurons", 2013; Ganin and
Lempitsky, "Unsupervised domain adaptation by backpropagation", 2015; Warp documentation, "Custom gradients".
"""

from __future__ import annotations

from generation.synthesis.builder import Builder
from generation.synthesis.forms import Family, Form
from generation.synthesis.sketches import Sketch

VERBS = ("apply", "evaluate_loss", "forward")
FIELDS = ("learning", "particles")

SCOPE = {
    "x": "v[n] positions predicted_pos features embeddings",
    "y": "v[n] targets reference_pos anchors",
    "s_in": "s[n] inputs logits raw_values pre_activation",
    "goal": "s[n] targets labels wanted",
    "w": "c weight loss_weight importance",
    "rest": "s rest_length margin radius_target",
    "ends": "i>n[n] partner neighbor_index paired_with",
    "step": "s step_size quantum scale_q bin_width",
    "low": "s lower clip_low min_value",
    "high": "s upper clip_high max_value",
    "lam": "s reversal_strength lam grad_scale",
    "count": "n:n num_samples batch_size count",
    "mats": "v[rows] rows weights_rows",
    "out": "out s[n] values activations out_values",
    "loss": "inout s[1] loss total_loss objective",
    "each": "out s[n] errors per_sample distances",
    "dir_out": "out v[n] directions unit_vectors headings",
}

_ROOT = """
def safe_sqrt__guarded_sqrt(x__value):
    return sqrt(max(x, 0.0))
@gradient(safe_sqrt)
def adj_root(x, adj_ret__adj_out):
    with either:
        with _:
            if x > num(0.000001, 0.0001):
                adjoint[x] += 0.5 * adj_ret / sqrt(x)
        with _:
            adjoint[x] += adj_ret / (2.0 * sqrt(max(x, num(0.0001, 0.000001))))
d__gap__delta = x[i] - y[i]
r__dist__root = safe_sqrt(dot(d, d))
with maybe(0.6):
    r = r - rest
"""
_NORM = """
def safe_length__norm_of(v__d):
    return length(v)
@gradient(safe_length)
def adj_norm(v, adj_ret__adj_out):
    size = length(v)
    with either:
        with _:
            if size > num(0.000001, 0.00001):
                adjoint[v] += v / size * adj_ret
        with _:
            adjoint[v] += v * (adj_ret / max(size, num(0.0001, 0.000001)))
with either:
    with _:
        d__gap__delta = x[i] - y[i]
    with _:
        d__gap__delta = x[ends[i]] - x[i]
r__dist__root = pick(safe_length(d), safe_length(d) - rest)
"""
_UNIT = """
def safe_normalize__unit_of(v__d):
    size = length(v)
    if size < num(0.000001, 0.0001):
        return zero(v)
    return v / size
@gradient(safe_normalize)
def adj_unit(v, adj_ret__adj_out):
    size = length(v)
    if size > num(0.000001, 0.0001):
        u = v / size
        adjoint[v] += (adj_ret - u * dot(u, adj_ret)) / size
u__unit__heading = safe_normalize(x[i] - y[i])
dir_out[i] = u
r__align__cosine = 1.0 - dot(u, safe_normalize(y[i]))
"""
_ROUND = """
def ste_round__round_through(x__value, step__q):
    return round(x / safe(step)) * step
@gradient(ste_round)
def adj_round(x, step, adj_ret__adj_out):
    with either:
        with _(2):
            adjoint[x] += adj_ret
        with _:
            if abs(x) < num(8.0, 4.0) * step:
                adjoint[x] += adj_ret
        with _:
            adjoint[x] += adj_ret
            adjoint[step] += adj_ret * (round(x / safe(step)) - x / safe(step))
z__quantised__xq = ste_round(s_in[i], step)
out[i] = z
r__err__gap = pick(z - goal[i], (z - goal[i]) * w)
"""
_CLIP = """
def clip_through__ste_clamp(x__value, lo, hi):
    return clamp(x, lo, hi)
@gradient(clip_through)
def adj_clip(x, lo, hi, adj_ret__adj_out):
    with either:
        with _(2):
            adjoint[x] += adj_ret
        with _:
            if (x > lo or adj_ret < 0.0) and (x < hi or adj_ret > 0.0):
                adjoint[x] += adj_ret
        with _:
            if x < lo:
                adjoint[lo] += adj_ret
            elif x > hi:
                adjoint[hi] += adj_ret
            else:
                adjoint[x] += adj_ret
z__limited__xc = clip_through(pick(s_in[i], s_in[i] * w), low, high)
out[i] = z
r__err__gap = z - goal[i]
"""
_SCALE = """
def GRADIENT_NAME(x__value, k__factor):
    return x
@gradient(scaled_grad)
def adj_scaled(x, k, adj_ret__adj_out):
    adjoint[x] += pick(-k * adj_ret, k * adj_ret, clamp(adj_ret, -k, k))
z__passed__held = scaled_grad(s_in[i], lam)
r__err__gap = pick(tanh(z) - goal[i], z - goal[i], z * w - goal[i])
"""
_SMOOTH = """
def spike__heaviside(x__value, k__sharp):
    if x > 0.0:
        return 1.0
    return 0.0
@gradient(spike)
def adj_spike(x, k, adj_ret__adj_out):
    with either:
        with _:
            adjoint[x] += adj_ret / ((1.0 + k * abs(x)) * (1.0 + k * abs(x)))
        with _:
            adjoint[x] += adj_ret * max(0.0, 1.0 - k * abs(x))
        with _:
            t = tanh(k * x)
            adjoint[x] += adj_ret * k * (1.0 - t * t)
z__fired__spikes = spike(s_in[i] - high, lam)
out[i] = z
r__err__gap = pick(z - goal[i], w * (z - goal[i]))
"""
_DIVIDE = """
def safe_div__ratio_of(a__num_v, c__den_v):
    if abs(c) < num(0.000001, 0.0001):
        return 0.0
    return a / c
@gradient(safe_div)
def adj_div(a, c, adj_ret__adj_out):
    if abs(c) > num(0.000001, 0.0001):
        inv = 1.0 / c
        adjoint[a] += adj_ret * inv
        adjoint[c] -= adj_ret * a * inv * inv
z__ratio__relative = safe_div(pick(s_in[i] - goal[i], s_in[i]), pick(goal[i], w * goal[i]))
out[i] = z
r__err__gap = z - num(1.0, 0.5)
"""
_TEXTS = (_ROOT, _NORM, _NORM, _UNIT, _ROUND, _CLIP, _SCALE.replace("GRADIENT_NAME", "scaled_grad"))
_TEXTS += (_SMOOTH, _DIVIDE)
_LOSS = """
with either:
    with _(2):
        l__cost__term = pick(r * r, 0.5 * r * r, w * r * r)
    with _:
        l__cost__term = w * abs(r)
    with _:
        l__cost__term = log(1.0 + r * r)
with either:
    with _(2):
        atomic_add(loss, 0, pick(l, l / real(count)))
    with _:
        each[i] = l
    with _:
        each[i] = r
        atomic_add(loss, 0, l)
"""


def _text(b: Builder, s: Sketch) -> str:
    return b.pick(_TEXTS) + _LOSS


build = Family(SCOPE, Form(1, "evaluate_loss forward_pass penalty apply_loss", _text)).build
