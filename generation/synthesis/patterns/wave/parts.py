"""Borders, sources and absorbing layers."""

from __future__ import annotations

EDGE = """
with either:
    with _(3):
        if i < 1 or i >= nx - 1 or j < 1 or j >= ny - 1:
            return
    with _:
        if i == 0 or j == 0 or i >= nx - 1 or j >= ny - 1:
            border()
            return
with maybe(0.35):
    if mask[i, j] != 0:
        edge()
        return
"""

_PULSE = """
with maybe(0.55):
    if i == src_i and j == src_j:
        with either:
            with _:
                arg__tau = num(3.14159, 3.1416) * freq * (time - 1.0 / freq)
                a2__q = arg * arg
                w__ricker = (1.0 - 2.0 * a2) * exp(-min(a2, 30.0))
            with _:
                w__pulse = sin(num(6.28318, 6.2832) * freq * time)
            with _:
                s0__spread = (time - 3.0 / freq) * freq
                w__pulse = exp(-min(s0 * s0, 30.0))
            with _:
                w__ramp = sin(6.28318 * freq * time)
                if time < 1.0 / freq:
                    w = w * time * freq
        inject()
"""

_SPONGE = """
with maybe(0.5):
    with either:
        with _:
            fade()
        with _:
            near__edge_dist = min(min(i, nx - 1 - i), min(j, ny - 1 - j))
            if near < layer:
                q__ramp = real(layer - near) / real(layer)
                ramped()
"""


def field(text: str, edge: str, inject: str, border: str = ""):
    """A text with its border, its source and its absorbing layer."""

    def form(b, s) -> str:
        s.parts(edge=edge, border=border, sponge=_SPONGE, pulse=_PULSE, inject=inject)
        s.parts(fade="next = next * (1.0 - damp_map[i, j] * dt)")
        s.parts(ramped=b.pick(("next = next * exp(-damp * q * q)", "next = next * (1.0 - damp * q * q)")))
        return text

    return form
