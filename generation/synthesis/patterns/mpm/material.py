"""The stress of a particle by its material, after plastic flow."""

from __future__ import annotations

from textwrap import dedent

from generation.program.nodes import Field
from generation.synthesis.builder import Builder
from generation.synthesis.sketches import Sketch
from generation.synthesis.terms import build as made
from generation.synthesis.terms import number, op

_SVD = """
u__U, sig__sigma, vt__V = svd(Fi)
"""
_PLASTIC = {
    "snow": """
        for d in range(dims):
            s0__old = sig[d]
            s1__clamped = clamp(s0, 1.0 - theta_c, 1.0 + theta_s)
            Jp = Jp * s0 / safe(s1)
            sig[d] = s1
        with maybe(0.6):
            Jp = clamp(Jp, num(0.6, 0.1), num(20.0, 10.0))
    """,
    "von_mises": """
        eps__log_strain = logs(sig)
        dev__deviatoric = eps - ones * (sum_of(eps) / fdims)
        gap__delta_gamma = length(dev) - yield_stress / safe(2.0 * mu0)
        if gap > 0.0:
            eps = eps - dev * (gap / safe(length(dev)))
            sig = exps(eps)
    """,
    "sand": """
        eps__log_strain = logs(sig)
        tr__trace_eps = sum_of(eps)
        if tr >= 0.0:
            sig = ones
        else:
            dev__deviatoric = eps - ones * (tr / fdims)
            gap__delta_gamma = length(dev) + (lam0 + mu0) / safe(mu0) * tr * friction
            if gap > 0.0:
                eps = eps - dev * (gap / safe(length(dev)))
                sig = exps(eps)
    """,
}


def stress(b: Builder, s: Sketch) -> None:
    """The Kirchhoff stress of a particle, by its material, after the plastic flow."""
    dims = b.space.length
    components = range(dims)
    s.scope |= {"dims": dims, "fdims": float(dims)}
    s.scope["svd"] = lambda f: op(f"svd{dims}", f)
    s.scope["ones"] = made(b.space, *[number(b.real, 1.0)] * dims)
    part = ", ".join
    s(
        "def logs__log_strain_of(sig):\n    return vec("
        + part(f"log(max(sig[{d}], 0.05))" for d in components)
        + ")"
    )
    s(
        "def exps__stretch_of(eps):\n    return vec("
        + part(f"exp(clamp(eps[{d}], -4.0, 4.0))" for d in components)
        + ")"
    )
    s.scope["sum_of"] = lambda e: _sum(s, e, dims)
    s("Fi__F_trial__def_grad = F_io[i]\nmu__mu_i = mu0\nlam__la = lam0")
    kinds = b.sample(("fluid", "elastic", "snow", "von_mises", "sand"), b.integer(2, 4))
    if "snow" in kinds:
        s("Jp__plastic = jp_io[i]")
    if any(kind in _PLASTIC for kind in kinds):
        s(_SVD)
    arms = []
    for label, kind in enumerate(kinds):
        if kind == "fluid":
            body = "J_f__det = determinant(Fi)\nmu = 0.0\n" + b.pick(
                ("lam = bulk", "lam = bulk * abs(J_f)", "Fi = ident(Fi) * sqrt(abs(J_f))")
            )
        elif kind == "elastic":
            body = b.pick(("mu = mu * num(0.3, 0.5)\nlam = lam * num(0.3, 0.5)", "mu = mu * 1.5"))
        else:
            body = dedent(_PLASTIC[kind]) + "\nFi = u @ diag(sig) @ transpose(vt)"
            if kind == "snow":
                body += "\nhard__h = exp(clamp(hardening * (1.0 - Jp), -3.0, 3.0))"
                body += "\nmu = mu * hard\nlam = lam * hard"
        arms.append((f"kind == {label}", body))
    otherwise = arms.pop()[1] if b.chance(0.5) else ""
    s("(kind__mat := material[i])")
    s.cases(arms, otherwise)
    s("""
    J__vol_ratio = determinant(Fi)
    with either:
        with _:
            P__stress_i = mu * (Fi @ transpose(Fi) - ident(Fi)) + ident(Fi) * (lam * log(max(J, 0.05)))
        with _:
            strain__E = 0.5 * (transpose(Fi) @ Fi - ident(Fi))
            P__stress_i = 2.0 * mu * strain + ident(Fi) * (lam * trace(strain))
        with _:
            P__stress_i = mu * (Fi @ transpose(Fi)) + ident(Fi) * (lam * J * (J - 1.0))
        with _:
            left__b = Fi @ transpose(Fi)
            P__stress_i = mu * (left - ident(Fi) * (trace(left) / fdims))
            P += ident(Fi) * (0.5 * bulk * (J * J - 1.0))
    stress_out[i] = P
    F_io[i] = Fi
    with maybe(0.3):
        tally(0.5 * trace(transpose(P) @ P))
    """)
    if "Jp" in s.scope:
        s("jp_io[i] = Jp")


def _sum(s: Sketch, e, dims: int):
    total = None
    for letter in "xyz"[:dims]:
        part = Field(s.b.real, e, letter)
        total = part if total is None else op("add", total, part)
    return total
