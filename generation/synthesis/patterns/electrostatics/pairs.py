"""Sums over pairs: what a pair of charges gives, which pairs count, dipoles induced by the field."""

from __future__ import annotations

_KERNELS = """
def damped_energy__erfc_term(qq, r, alpha):
    return qq * erfc(alpha * r) / r
def damped_slope__erfc_force(qq, r, alpha):
    ar__scaled = alpha * r
    return qq * (erfc(ar) / r + num(1.12838, 1.1284) * alpha * exp(-ar * ar)) / (r * r)
"""

_PAIR_LAWS = {
    "plain": """
e_pair__u = qq / r
f_over_r__fr = pick(qq / (r * r2), e_pair / r2)
""",
    "reaction": """
krf__k_rf = (eps_rf - 1.0) / (2.0 * eps_rf + 1.0) / (cutoff * cutoff * cutoff)
crf__c_rf = 1.0 / cutoff + krf * cutoff * cutoff
e_pair__u = qq * (1.0 / r + krf * r2 - crf)
f_over_r__fr = qq * (1.0 / (r * r2) - 2.0 * krf)
""",
    "shifted": """
e_pair__u = qq * (1.0 / r - 1.0 / cutoff + (r - cutoff) / (cutoff * cutoff))
f_over_r__fr = qq * (1.0 / r2 - 1.0 / (cutoff * cutoff)) / r
""",
    "wolf": """
e_pair__u = damped_energy(qq, r, alpha) - damped_energy(qq, cutoff, alpha)
f_over_r__fr = (damped_slope(qq, r, alpha) - damped_slope(qq, cutoff, alpha)) / r
""",
    "ewald": """
e_pair__u = damped_energy(qq, r, alpha)
f_over_r__fr = damped_slope(qq, r, alpha) / r
""",
    "yukawa": """
decay__screen = exp(-min(kappa * r, 20.0))
e_pair__u = qq * decay / r
f_over_r__fr = e_pair * (1.0 / r + kappa) / r
""",
    "switched": """
t__s = clamp((r - 0.8 * cutoff) / (0.2 * cutoff), 0.0, 1.0)
sw__switch = 1.0 - t * t * (3.0 - 2.0 * t)
e_pair__u = qq * sw / r
f_over_r__fr = sw * qq / (r * r2)
""",
}

_DELTAS = (
    "d__rij = xi - x[j]",
    """
d__rij = xi - x[j]
d = vec(d.x - box.x * round(d.x / box.x), d.y - box.y * round(d.y / box.y), d.z - box.z * round(d.z / box.z))
""",
    """
d__rij = xi - x[j]
if d.x > 0.5 * box.x:
    d.x -= box.x
elif d.x < -0.5 * box.x:
    d.x += box.x
""",
)

_CLOSE = """
with either:
    with _(2):
        r2__dist_sq = dot(d, d)
        if r2 > cutoff * cutoff or r2 < num(0.000001, 0.0001):
            continue
        r__dist = sqrt(r2)
    with _(2):
        r__dist = length(d)
        if r >= cutoff:
            continue
        r = max(r, num(0.01, 0.001))
        r2__dist_sq = r * r
    with _:
        r2__dist_sq = dot(d, d) + num(0.0001, 0.01)
        r__dist = sqrt(r2)
"""

_WITHIN = """
delta()
close()
qq__qij = pick(k_e * qi * q[j], qi * q[j])
with maybe(0.4):
    bonded__is_excluded = int(0)
    for s__e in range(4):
        if excl[i, s] == j:
            bonded = 1
    with either:
        with _:
            if bonded == 1:
                continue
        with _:
            if bonded == 1:
                qq = qq * scale14
law()
with maybe(0.3):
    if mol[i] == mol[j]:
        e_pair = e_pair * num(0.5, 0.25)
e_sum += 0.5 * e_pair
f__force += f_over_r * d
"""

_ENDS = """
with either:
    with _(3):
        forces[i] = pick(f, k_e * f)
        with maybe(0.6):
            energy[i] = e_sum
    with _:
        field[i] = pick(f / safe(qi), k_e * f + applied)
        with maybe(0.5):
            potential[i] = e_sum
    with _:
        atomic_add(energies, mol[i], e_sum)
        forces[i] = f
with maybe(0.25):
    tally(e_sum)
"""

_DIRECT = f"""
{_KERNELS}
xi__pos_i = x[i]
qi__charge_i = q[i]
with maybe(0.35):
    if abs(qi) < num(0.000001, 0.00001):
        return
e_sum__u_acc = real(0.0)
f__force__acc = vzero()
with either:
    with _:
        for j__other__nb in range(num):
            with either:
                with _(2):
                    if j == i:
                        continue
                with _:
                    if i == j or mol[i] != mol[j]:
                        continue
            within()
    with _(2):
        for m__p__e in range(starts[i], starts[i + 1]):
            j__nb = list[m]
            with maybe(0.3):
                if j == i:
                    continue
            within()
    with _:
        for m__slot in range(max_nb):
            j__nb = matrix[i, m]
            with either:
                with _:
                    if j < 0:
                        break
                with _:
                    if j < 0:
                        continue
            within()
{_ENDS}
"""

_INDUCED = """
xi__pos_i = x[i]
with maybe(0.5):
    if polar[i] <= 0.0:
        mu_out[i] = vzero()
        return
total__e_field = pick(applied, vzero(), vzero())
for m__p__slot in range(starts[i], starts[i + 1]):
    j__nb = list[m]
    with maybe(0.5):
        if j == i:
            continue
    delta()
    r2__dist_sq = dot(d, d)
    with maybe(0.6):
        if r2 > cutoff * cutoff:
            continue
    r__dist = sqrt(max(r2, num(0.0001, 0.01)))
    inv_r3__ir3 = 1.0 / (r * r * r)
    s6__vol = sqrt(max(polar[i] * polar[j], num(0.000001, 0.0001)))
    with either:
        with _:
            u__au3 = thole * r * r * r / s6
            damp__lambda3 = 1.0 - exp(-min(u, 20.0))
        with _:
            u__v = r / (thole * s6)
            damp__lambda3 = real(1.0)
            if u < 1.0:
                damp = u * u * u * (4.0 - 3.0 * u)
        with _:
            damp__lambda3 = min(r * r * r / s6, 1.0)
    muj__mu_j = dipole[j]
    along__mu_dot_d = dot(muj, d)
    with either:
        with _:
            total += damp * (3.0 * along / (r * r) * d - muj) * inv_r3
        with _:
            total += (d * (3.0 * along / (r * r)) - muj) * (inv_r3 * damp)
    with maybe(0.6):
        total += q[j] * inv_r3 * d
with either:
    with _(2):
        new_mu__mu = polar[i] * total
        with maybe(0.5):
            new_mu = pick(0.5 * (new_mu + dipole[i]), 0.7 * new_mu + 0.3 * dipole[i])
    with _:
        new_mu__mu = dipole[i] + kappa * (polar[i] * total - dipole[i])
with maybe(0.3):
    if length(new_mu) > cutoff:
        new_mu = normalize(new_mu) * cutoff
mu_out[i] = new_mu
with either:
    with _:
        tally(length(new_mu - dipole[i]))
    with _:
        energy[i] = -0.5 * dot(new_mu, total)
    with _(2):
        field[i] = total
"""


def direct(b, s) -> str:
    law = b.pick(list(_PAIR_LAWS))
    s.parts(delta=b.pick(_DELTAS), close=_CLOSE, law=_PAIR_LAWS[law], within=_WITHIN)
    return _DIRECT


def induced(b, s) -> str:
    s.parts(delta=b.pick(_DELTAS))
    return _INDUCED
