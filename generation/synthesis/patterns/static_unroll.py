"""Kernels with sizes and switches that are fixed when they are built: loops that Warp unrolls, branches that
it drops, functions that are passed in.

Free choices: polynomials, filters, harmonics, multistep formulas, small dense layers; number of terms,
switches, end of the range; whether a factory takes what is fixed or the module defines it.
Source: Warp documentation, "Static expressions" and "Closures"; Bashforth and Adams, 1883.
"""

from __future__ import annotations

from generation.language.types import BOOL, I32
from generation.synthesis.builder import Builder
from generation.synthesis.factories import made_by_factory
from generation.synthesis.forms import Family, Form
from generation.synthesis.sketches import Sketch

VERBS = ("evaluate", "unrolled", "apply_fixed")
FIELDS = ("learning", "signal", "grid")

SCOPE = {
    "x": "s[n] inputs samples x",
    "coef": "s[COUNT] coefficients coef taps",
    "own": "s[n,COUNT] local_coeffs weights history",
    "freq": "s base_frequency omega freq0",
    "phase": "s phase_shift phase0 offset_phase",
    "gain": "c gain amplitude scale_out",
    "shift": "s bias_value offset dc_level",
    "bias": "s[n] biases bias offsets",
    "low": "s clip_low lower min_out",
    "high": "s clip_high upper max_out",
    "dt": "s dt step_size h",
    "size": "n:n num_samples length count",
    "y_in": "s[n] previous prev_values y0",
    "y": "inout s[n] values state y",
    "out": "out s[n] outputs result filtered",
    "mask": "i[n] mask valid selected",
}

_POWERS = """
xi__t__arg = x[i]
acc__p__value_p = real(0.0)
pw__power__xk = real(1.0)
for k__order__deg in range(static(number)):
    acc += TERM(k) * pw
    pw = pw * xi
"""
_FILTER = """
acc__total__y_i = real(0.0)
norm__weight_sum__used_w = real(0.0)
for k__tap__o in range(static(number)):
    at__src__idx = i + k - static(number // 2)
    with either:
        with _:
            at = clamp(at, 0, size - 1)
            acc += coef[k] * x[at]
        with _:
            if at >= 0 and at < size:
                acc += coef[k] * x[at]
                norm += abs(coef[k])
"""
_HARMONICS = """
xi__t__arg = x[i]
acc__total__series = real(0.0)
for k__h__band in range(static(number)):
    w__wave__angle = pick(freq * real(k + 1), freq * real(2 * k + 1)) * xi + phase
    with either:
        with _:
            acc += TERM(k) * sin(w)
        with _:
            acc += TERM(k) * cos(w)
        with _:
            acc += TERM(k) * sin(w) / real(k + 1)
"""
_MULTISTEP = """
acc__rate__incr = real(0.0)
for k__s__back in range(static(number)):
    acc += coef[k] * own[i, k]
with maybe(0.5):
    acc = acc * dt
acc = acc + y_in[i]
"""
_TEXTS = (_POWERS, _FILTER, _FILTER, _HARMONICS, _MULTISTEP)
_SWITCHES = (
    ("acc = acc + shift", "use_bias add_bias has_bias"),
    ("acc = acc + bias[i]", "use_bias add_bias has_bias"),
    ("acc = clamp(acc, low, high)", "clip_output clamp_result limited"),
    ("acc = acc * gain", "apply_gain scaled use_gain"),
    ("acc = acc / real(number)", "normalize average mean_output"),
    ("acc = max(acc, 0.0)", "rectify use_relu positive"),
    ("acc = tanh(acc)", "squash bounded use_tanh"),
)

_STORE = """
with either:
    with _(4):
        out[i] = acc
    with _:
        y[i] = acc
    with _:
        y[i] += acc * dt
"""


def _fixed(b: Builder, type_, words: str, value, upper: bool):
    names = [word.upper() if upper else word for word in words.split()]
    return b.constant(type_, *names, value=value)


def _text(b: Builder, s: Sketch) -> None:
    upper = b.chance(0.25)
    if not upper:
        b.wrapping = made_by_factory
    count = b.pick((2, 3, 3, 4, 4, 5, 6, 8))
    number = _fixed(b, I32, "num_terms order degree num_taps", count, upper)
    for name, text in list(s.scope.items()):
        if isinstance(text, str):
            s.scope[name] = text.replace("COUNT", str(count))
    s.scope["number"] = number
    term = b.pick(("coef[{}]", "own[i, {}]"))
    text = b.pick(_TEXTS)
    while "TERM(" in text:
        before, _, rest = text.partition("TERM(")
        inside, _, after = rest.partition(")")
        text = f"{before}{term.format(inside)}{after}"
    if b.chance(0.25):
        s("if mask[i] == 0:\n    return")
    s(text)
    for change, words in b.sample(_SWITCHES, b.pick((1, 1, 2, 2, 3))):
        s.scope["switch"] = _fixed(b, BOOL, words, b.chance(0.65), upper)
        test = b.pick(("switch", "static(switch)"))
        s(f"if {test}:\n    {change}")
    if b.chance(0.3):
        test = b.pick(("number > 2", "static(number > 3)", "static(number > 2)"))
        s(f"if {test}:\n    acc = pick(acc * gain, acc + shift)\nelse:\n    acc = polish(acc)")
    s(_STORE)


build = Family(SCOPE, Form(1, "evaluate_series apply_filter evaluate unrolled_sum", _text)).build
