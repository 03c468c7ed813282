"""Implicit solvent: effective Born radii and the energy they give."""

BORN = """
xi__pos_i = x[i]
ri__rho_i = radius[i] - num(0.09, 0.05)
with either:
    with _:
        sum_i__integral = real(0.0)
        for j__other__nb in range(num):
            if j == i:
                continue
            r__dist = length(x[j] - xi)
            with maybe(0.4):
                if r > cutoff:
                    continue
            sj__scaled = radius[j] * num(0.8, 0.72)
            if r < sj - ri:
                sum_i += 1.0 / safe(ri)
                continue
            low__l = 1.0 / safe(max(ri, abs(r - sj)))
            up__u = 1.0 / safe(r + sj)
            if r + sj > ri:
                term__t = low - up + 0.25 * (r - sj * sj / safe(r)) * (up * up - low * low)
                with maybe(0.6):
                    term += 0.5 * log(safe(up) / safe(low)) / safe(r)
                sum_i += 0.5 * term
        with either:
            with _:
                born_out[i] = 1.0 / max(1.0 / safe(ri) - sum_i, num(0.02, 0.05))
            with _:
                psi__s = sum_i * ri
                bend__obc = tanh(psi - 0.8 * psi * psi + 4.85 * psi * psi * psi)
                born_out[i] = 1.0 / safe(1.0 / safe(ri) - bend / safe(radius[i]))
    with _(2):
        qi__charge_i = q[i]
        tau__pref = 1.0 / solute - 1.0 / solvent
        e_sum__u_gb = real(0.0)
        f__force = vzero()
        for j__other__nb in range(num):
            with maybe(0.4):
                if mol[j] != mol[i]:
                    continue
            d__rij = xi - x[j]
            r2__dist_sq = dot(d, d)
            with maybe(0.5):
                if r2 > cutoff * cutoff:
                    continue
            bb__prod = safe(born[i] * born[j])
            gauss__ex = exp(-min(r2 / (4.0 * bb), 20.0))
            f_gb__fgb = sqrt(safe(r2 + bb * gauss))
            (pair__qq := qi * q[j] * tau)
            with maybe(0.4):
                pair = pair * exp(-min(kappa * f_gb, 10.0))
            e_sum -= 0.5 * pair / f_gb
            f -= d * (pair * (1.0 - 0.25 * gauss) / (f_gb * f_gb * f_gb))
        with either:
            with _:
                energy[i] = polish(k_e * e_sum)
                forces[i] = k_e * f
            with _:
                atomic_add(energies, mol[i], e_sum)
                forces[i] = f
"""
