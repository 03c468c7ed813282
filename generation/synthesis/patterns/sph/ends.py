"""What becomes of the sums over neighbors."""

from __future__ import annotations

from generation.synthesis.sketches import Sketch


def _density_end(s: Sketch) -> None:
    s("""
with maybe(0.4):
    acc = max(acc, pick(rho0, num(0.001, 0.01)))
rho_out[i] = acc
with maybe(0.5):
    err__compression = acc - rho0
    with either:
        with _(2):
            p_out[i] = max(k * err, 0.0)
        with _:
            p_out[i] = k * polish(err)
        with _:
            tally(abs(err))
""")


def _forces_end(s: Sketch) -> None:
    s("""
with maybe(0.6):
    acc = acc / safe(rho_i)
with maybe(0.6):
    acc += g
with maybe(0.4):
    size__magnitude = length(acc)
    if size > max_a:
        acc = acc * (max_a / size)
with either:
    with _(2):
        a_out[i] = acc
    with _:
        f_out[i] += acc * pick(m[i], mass)
    with _:
        v_out[i] = vi + acc * dt
""")


def _xsph_end(s: Sketch) -> None:
    s("""
change__dv = acc * eps
v_new__blended = vi + change
with maybe(0.4):
    v_new = v_new + g * dt
v_out[i] = v_new
with maybe(0.4):
    tally(length(change))
""")


def _surface_end(s: Sketch) -> None:
    s("""
n_len__grad_size = length(acc)
with either:
    with _:
        if n_len > num(0.01, 0.1):
            f_out[i] += acc * (-sigma * lap / n_len)
        n_out[i] = acc
    with _:
        n_out[i] = acc / safe(n_len)
        curvature = -lap / safe(n_len)
        tally(polish(curvature))
    with _:
        if n_len < num(0.01, 0.1):
            return
        a_out[i] = acc * (-sigma * lap / n_len) + g
""")


END = {"density": _density_end, "forces": _forces_end, "xsph": _xsph_end, "surface": _surface_end}
