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
from generation.synthesis.patterns.signal_transform.filters import ENVELOPE, FIR
from generation.synthesis.patterns.signal_transform.spectra import DFT, GOERTZEL, HAAR, WINDOWS
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
    s(WINDOWS)
    text = {"dft": DFT, "goertzel": GOERTZEL, "haar": HAAR, "fir": FIR, "envelope": ENVELOPE}[form]
    s(text.replace("SIGN", b.pick(("6.28318", "-6.28318"))))
    framing.bookkeeping(b, 0.4)
    s.done()
