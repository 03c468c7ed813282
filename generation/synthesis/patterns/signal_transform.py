"""Transforms and filters of signals: discrete Fourier and cosine rows, Goertzel, Haar steps, FIR, windows,
envelopes.

Free choices: transform, direction, window, normalisation, border, one output per thread or a whole row, in
place.
Source: Oppenheim and Schafer, "Discrete-Time Signal Processing", 2009; Goertzel, 1958; Haar, 1910.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.sketches import Sketch

VERBS = ("transform", "analyse", "filter", "spectrum", "convolve")
FIELDS = ("signal",)
_FORMS = Weights({"dft": 26, "goertzel": 14, "haar": 16, "fir": 24, "envelope": 20})
TITLES = {
    "dft": ("dft compute_dft dft_bins", "Discrete Fourier transform."),
    "goertzel": ("goertzel goertzel_filter", "Goertzel's algorithm for single frequencies."),
    "haar": ("haar_step haar_wavelet", "One level of a Haar wavelet transform."),
    "fir": ("fir_filter apply_fir convolve_fir", "Finite impulse response filter."),
    "envelope": ("envelope_follower track_envelope", "Follow the envelope of a signal."),
}

_SCOPE = {
    "nf": "n:rows num_bins spectrum_size num_freqs",
    "ns": "n:len num_samples signal_length frame_size",
    "x": "s[n,len] signal samples frames",
    "xi": "s[n,len] imag_in signal_imag frames_imag",
    "re": "out s[n,rows] real_out spectrum_re re_out",
    "im": "out s[n,rows] imag_out spectrum_im im_out",
    "pw": "out s[n,rows] power magnitude spectrum",
    "win": "s[len] window taper window_values",
    "phase0": "c phase_offset start_phase phi0",
    "gain": "c gain level amplitude",
    "freq": "s[n] target_freq bin_freq center_frequency",
    "thr": "c threshold gate_level noise_floor",
    "taps": "n:taps_n num_taps filter_length order",
    "h": "s[taps_n] taps coefficients impulse_response",
    "y": "out s[n,len] filtered output_signal y_out",
    "ring": "inout s[n,taps_n] delay_line history state_buf",
    "a": "s attack attack_coef rise",
    "r": "s release release_coef fall",
    "ratio": "c ratio compression slope_ratio",
    "env": "out s[n,len] envelope level_out detector",
    "low": "out s[n,len] approximation low_band averages",
    "high": "out s[n,len] detail high_band differences",
    "half": "i<len half_length num_pairs level_size",
    "peak": "out s[n] peak_level rms_out loudness",
    "count": "out i[n] zero_crossings num_onsets clip_count",
    "mode": "i[n] channel_mode filter_mode window_kind",
    "stride": "i hop stride decimation",
}

_WINDOWS = """
def hann__raised_cosine(c, total):
    'Hann window.'
    return 0.5 - 0.5 * cos(6.28318 * c / safe(total))
def hamming__hamming_window(c, total):
    'Hamming window.'
    return 0.54 - 0.46 * cos(6.28318 * c / safe(total))
def blackman__blackman_window(c, total):
    'Blackman window.'
    a = 6.28318 * c / safe(total)
    return 0.42 - 0.5 * cos(a) + 0.08 * cos(2.0 * a)
def soft_knee__compress(level, limit, ratio):
    if level <= limit:
        return level
    return limit + (level - limit) / safe(ratio)
"""

_DFT = """
acc_re__sum_re__re_k = real(0.0)
acc_im__sum_im__im_k = real(0.0)
with either:
    with _(2):
        omega__w0__delta_phase = SIGN * real(j) / real(ns)
    with _:
        omega__w0__delta_phase = 3.14159 * real(j) / real(ns)
for c in range(ns):
    (v__s__sample := x[i, c])
    with maybe(0.4):
        at_c__x_pos = real(c)
        size_n__total_n = real(ns)
        v = v * pick(win[c], hann(at_c, size_n), hamming(at_c, size_n), blackman(at_c, size_n))
    with maybe(0.2):
        if abs(v) < thr:
            continue
    arg__angle__theta = omega * pick(real(c), real(c) + 0.5, real(c))
    with maybe(0.2):
        arg = arg + phase0
    with either:
        with _(2):
            acc_re += v * cos(arg)
            acc_im -= v * sin(arg)
        with _:
            vi__s_im__quad = xi[i, c]
            cs__co = cos(arg)
            sn__si = sin(arg)
            acc_re += v * cs + vi * sn
            acc_im += vi * cs - v * sn
        with _:
            both__cas_s = cos(arg) + sin(arg)
            acc_re += v * both
            acc_im += v * (2.0 * cos(arg) - both)
with maybe(0.4):
    norm__scale__inv_n = pick(1.0 / real(ns), 1.0 / sqrt(real(ns)), 2.0 / real(ns))
    acc_re = acc_re * norm
    acc_im = acc_im * norm
with either:
    with _:
        re[i, j] = acc_re
        im[i, j] = acc_im
    with _:
        p__energy__mag_sq = acc_re * acc_re + acc_im * acc_im
        pw[i, j] = pick(p, sqrt(p), log(1.0 + p), gain * p)
    with _:
        re[i, j] = acc_re
        pw[i, j] = polish(abs(acc_re) + abs(acc_im))
    with _:
        angle__phase__arg_k = atan2(acc_im, safe(acc_re))
        im[i, j] = pick(angle, angle - phase0)
with maybe(0.3):
    tally(acc_re * acc_re + acc_im * acc_im)
"""

_GOERTZEL = """
f0__target__bin_f = freq[i]
k0__cosine__coef = 2.0 * cos(pick(6.28318 * f0 / real(ns), f0))
s1__prev__q1 = real(0.0)
s2__prev2__q2 = real(0.0)
for c in range(ns):
    (v__s__sample := x[i, c])
    with maybe(0.4):
        v = v * pick(win[c], hann(real(c), real(ns)), hamming(real(c), real(ns)))
    with maybe(0.2):
        v = polish(v)
    s0__now__q0 = v + k0 * s1 - s2
    with maybe(0.25):
        s0 = clamp(s0, -num(100.0, 1000.0), num(100.0, 1000.0))
    s2 = s1
    s1 = s0
p__energy__mag_sq = s1 * s1 + s2 * s2 - k0 * s1 * s2
with maybe(0.4):
    p = p / pick(real(ns), real(ns * ns))
with either:
    with _:
        peak[i] = pick(p, sqrt(max(p, 0.0)), gain * p)
    with _:
        if p > thr:
            count[i] = 1
        else:
            count[i] = 0
        peak[i] = p
    with _:
        peak[i] = 0.5 * log(safe(p))
        tally(p)
with maybe(0.4):
    tally(pick(abs(s1), s1 - s2))
"""

_HAAR = """
peak_v__largest = real(0.0)
for c in range(half):
    e__p0__left_at = min(2 * c, ns - 1)
    o__p1__right_at = min(2 * c + 1, ns - 1)
    a0__even__left = x[i, e]
    a1__odd__right = x[i, o]
    with maybe(0.3):
        a0 = a0 * pick(win[e], gain)
        a1 = a1 * pick(win[o], gain)
    with either:
        with _:
            avg__mean_v__smooth = (a0 + a1) * num(0.5, 0.7071)
            dif__diff_v__wave = (a0 - a1) * num(0.5, 0.7071)
        with _:
            dif__diff_v__wave = a1 - a0
            avg__mean_v__smooth = a0 + 0.5 * dif
        with _:
            before__back_v = x[i, max(e - 1, 0)]
            dif__diff_v__wave = a0 - 0.5 * (before + a1)
            avg__mean_v__smooth = a1 + 0.25 * dif
    with maybe(0.5):
        with either:
            with _:
                if abs(dif) < thr:
                    dif = 0.0
            with _:
                dif = sign(dif) * max(abs(dif) - thr, 0.0)
            with _:
                dif = polish(dif)
    low[i, c] = pick(avg, avg, polish(avg))
    high[i, c] = dif
    peak_v = max(peak_v, abs(dif))
with either:
    with _:
        tally(peak_v)
    with _:
        peak[i] = peak_v
    with _:
        last__tail__x_end = x[i, ns - 1]
        peak[i] = pick(last, abs(last) * gain)
"""

_FIR = """
acc__out_v__filtered = real(0.0)
norm__tap_sum__weight = real(0.0)
for c in range(taps):
    with either:
        with _:
            at__src__tap_at = j - c
            if at < 0:
                break
        with _:
            at__src__tap_at = max(j - c, 0)
        with _:
            at__src__tap_at = max(j - c + ns, 0) % ns
        with _:
            at__src__tap_at = j + c - taps // 2
            if at < 0 or at >= ns:
                continue
        with _:
            at__src__tap_at = j - c * max(stride, 1)
            if at < 0:
                continue
    wt__tap__h_c = h[c]
    with maybe(0.25):
        wt = wt * pick(hann(real(c), real(taps)), blackman(real(c), real(taps)))
    with maybe(0.2):
        if abs(wt) < thr:
            continue
    acc += wt * x[i, min(at, ns - 1)]
    norm += abs(wt)
with maybe(0.3):
    acc = acc / safe(norm)
with maybe(0.4):
    acc = pick(gain * acc, polish(acc), tanh(gain * acc))
with maybe(0.3):
    if mode[i] == 1:
        acc = x[i, j] - acc
y[i, j] = acc
with maybe(0.35):
    tally(pick(acc * acc, abs(acc - x[i, j])))
"""

_ENVELOPE = """
level__e__state = real(0.0)
energy__sum_sq__power = real(0.0)
prev__before__last_s = x[i, 0]
crossings__flips__num_c = int(0)
hold__keep__timer = int(0)
for c in range(ns):
    (v__s__sample := x[i, c])
    with maybe(0.3):
        v = v - pick(prev, 0.95 * prev)
    rect__mag__size = pick(abs(v), v * v)
    with either:
        with _:
            if rect > level:
                level = a * level + (1.0 - a) * rect
            else:
                level = r * level + (1.0 - r) * rect
        with _:
            k__coef__blend = a if rect > level else r
            level += k * (rect - level)
        with _:
            level = max(rect, level * r)
        with _:
            if rect > level:
                level = rect
                hold = int(8)
            elif hold > 0:
                hold -= 1
            else:
                level = level * r
    energy += v * v
    if v * prev < 0.0 and abs(v - prev) > thr:
        crossings += 1
    prev = x[i, c]
    with either:
        with _:
            env[i, c] = level
        with _:
            out_l__shaped__squeezed = soft_knee(level, thr, ratio)
            y[i, c] = v * pick(out_l / safe(level), gain)
            with maybe(0.4):
                env[i, c] = out_l
        with _:
            if level < thr:
                y[i, c] = pick(0.1 * v, gain * v)
            else:
                y[i, c] = v
with maybe(0.6):
    peak[i] = pick(level, sqrt(energy / real(ns)), energy)
with maybe(0.4):
    count[i] = crossings
with maybe(0.3):
    tally(pick(level, energy))
"""


def build(b: Builder) -> None:
    form = b.form(_FORMS)
    b.grid(2 if form in ("dft", "fir") else 1)
    framing.prologue(b)
    scope = dict(_SCOPE)
    if form == "fir":
        scope = {
            name: text.replace(",len]", ",rows]").replace("n:len", "n:rows") for name, text in scope.items()
        }
    s = Sketch(b, **scope)
    s.scope["tally"] = lambda e: framing.tally(b, e, "energy", "band_power", "level_sum")
    s(_WINDOWS)
    text = {"dft": _DFT, "goertzel": _GOERTZEL, "haar": _HAAR, "fir": _FIR, "envelope": _ENVELOPE}[form]
    s(text.replace("SIGN", b.pick(("6.28318", "-6.28318"))))
    framing.bookkeeping(b, 0.4)
    s.done()
