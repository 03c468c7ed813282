"""What two atoms at a distance do to each other: images, mixing rules, potentials, switching, charges."""

from __future__ import annotations

IMAGE = """
with either:
    with _(3):
        pass_()
    with _(2):
        d.x -= box.x * round(d.x / safe(box.x))
        d.y -= box.y * round(d.y / safe(box.y))
        d.z -= box.z * round(d.z / safe(box.z))
    with _:
        for ax in range(3):
            half = 0.5 * box[ax]
            if d[ax] > half:
                d[ax] -= box[ax]
            elif d[ax] < -half:
                d[ax] += box[ax]
    with _:
        frac__u = inv_cell @ d
        u__wrapped = vec(frac.x - round(frac.x), frac.y - round(frac.y), frac.z - round(frac.z))
        d = cell @ u
"""


FUNCTIONS = """
def lennard_jones__lj_pair(r2, sig, ep):
    'Lennard-Jones pair interaction.'
    s2 = sig * sig / safe(r2)
    s6 = s2 * s2 * s2
    e = 4.0 * ep * (s6 * s6 - s6)
    return e, 24.0 * ep * (2.0 * s6 * s6 - s6) / safe(r2)
def mie__soft_pair(r2, sig, ep):
    'Soft pair interaction.'
    s2 = sig * sig / safe(r2 + 0.1 * sig * sig)
    s4 = s2 * s2
    return ep * (s4 * s4 - s4), ep * (8.0 * s4 * s4 - 4.0 * s4) / safe(r2)
def morse__morse_pair(r2, sig, ep):
    'Morse pair interaction.'
    r = sqrt(r2)
    decay = exp(-clamp(r - sig, -4.0, 4.0))
    return ep * (1.0 - decay) * (1.0 - decay), -2.0 * ep * (1.0 - decay) * decay / safe(r)
def switching__smooth_cut(r, r_on, r_off):
    'Smooth switch from one to zero between r_on and r_off.'
    if r <= r_on:
        return 1.0
    t = (r - r_on) / safe(r_off - r_on)
    return 1.0 - t * t * (3.0 - 2.0 * t)
def cosine__cosine_cut(r, r_off):
    return 0.5 * (1.0 + cos(3.14159 * r / safe(r_off)))
def lorentz__mix_sigma(a, c):
    return 0.5 * (a + c)
def berthelot__mix_epsilon(a, c):
    return sqrt(abs(a * c))
def yukawa__screened_coulomb(qq, r, kappa):
    'Screened Coulomb interaction.'
    return qq * exp(-clamp(kappa * r, 0.0, 8.0)) / safe(r)
def wolf__reaction_field(qq, r2, rc):
    'Reaction-field Coulomb interaction.'
    return qq * (1.0 / safe(sqrt(r2)) + r2 / safe(rc * rc * rc))
"""


STRENGTH = """
with either:
    with _(3):
        (sg__sigma_ij := sigma)
        (ep := eps)
    with _(2):
        ti__type_i = TYPE[A]
        tj__type_j = TYPE[C]
        (ep__eps_ij := eps_t[ti, tj])
        (sg__sigma_ij := sig_t[ti, tj])
    with _:
        ti__type_i = TYPE[A]
        tj__type_j = TYPE[C]
        ep__eps_ij = berthelot(eps_1[ti], eps_1[tj])
        sg__sigma_ij = lorentz(sig_1[ti], sig_1[tj])
"""


INTERACT = """
# squared distance
r2__dist_sq = dot(d, d)
with either:
    with _(2):
        if r2 > cutoff * cutoff:
            SKIP
    with _:
        if r2 >= cutoff * cutoff or r2 <= num(0.0001, 0.001):
            SKIP
strength()
with either:
    with _(3):
        e_pair__u, f_pair__fr = lennard_jones(r2, sg, ep)
    with _:
        e_pair__u, f_pair__fr = mie(r2, sg, ep)
    with _:
        e_pair__u, f_pair__fr = morse(r2, sg, ep)
"""


EXTRA = """
with maybe(0.35):
    # let the interaction fade out at the cutoff
    r__dist = sqrt(r2)
    with either:
        with _:
            smooth__s = switching(r, on, cutoff)
        with _:
            smooth__s = cosine(r, cutoff)
    e_pair = e_pair * smooth
    f_pair = f_pair * smooth
with maybe(0.35):
    # electrostatics
    # add the charge interaction
    qq__charge_product = ke * CHARGE[A] * CHARGE[C]
    with either:
        with _:
            e_el__e_coul = yukawa(qq, sqrt(r2), kappa)
        with _:
            e_el__e_coul = wolf(qq, r2, cutoff)
        with _:
            e_el__e_coul = qq / safe(sqrt(r2))
    e_pair = e_pair + e_el
    f_pair = f_pair + e_el / safe(r2)
"""


GATHER = """
force += d * f_pair
energy += pick(0.5 * e_pair, e_pair * 0.5, e_pair)
"""
