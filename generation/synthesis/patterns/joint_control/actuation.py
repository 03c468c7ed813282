"""What lies before and behind a force: activation, gears, couplings."""

ACTIVATION = """
a__act_i__state = act[i, j]
u__ctrl_i__excitation = clamp(ctrl[i, j], pick(0.0, clo[j]), pick(1.0, chi[j]))
with maybe(0.3):
    if hold[i, j]:
        act_out[i, j] = a
        return
k__kind__type_j = kind[j]
with either:
    with _(2):
        da__act_dot__rate = real(0.0)
        if k == 0:
            da = u
        elif k == 1:
            da = (u - a) / safe(tau_up[j])
        else:
            with either:
                with _:
                    rise__tau_a = tau_up[j] * (0.5 + 1.5 * a)
                    fall__tau_d = tau_dn[j] / safe(0.5 + 1.5 * a)
                    da = (u - a) / safe(rise if u > a else fall)
                with _:
                    width__dctrl = u - a
                    tc__tau_now = tau_dn[j]
                    if width > 0.0:
                        tc = tau_up[j]
                    da = width / safe(tc)
                with _:
                    mix_w__sig = 1.0 / (1.0 + exp(-clamp((u - a) * num(10.0, 20.0), -8.0, 8.0)))
                    tc__tau_now = lerp(tau_dn[j], tau_up[j], mix_w)
                    da = (u - a) / safe(tc)
    with _:
        da__act_dot__rate = (u - a) / safe(tau_up[j])
        with maybe(0.5):
            if u < a:
                da = (u - a) / safe(tau_dn[j])
with either:
    with _(2):
        fresh__a_new__next_a = a + da * dt
    with _:
        fresh__a_new__next_a = a + da * safe(tau_up[j]) * (1.0 - exp(-clamp(dt / safe(tau_up[j]), 0.0, 8.0)))
with maybe(0.7):
    with either:
        with _:
            fresh = clamp(fresh, 0.0, 1.0)
        with _:
            if fresh < clo[j]:
                fresh = clo[j]
            elif fresh > chi[j]:
                fresh = chi[j]
act_out[i, j] = fresh
with maybe(0.4):
    force[i, j] = pick(fresh * lim[j], g0[j, 0] * fresh + b0[j, 0])
with maybe(0.25):
    atomic_add(power, i, pick(fresh * fresh, abs(da)))
"""

TRANSMISSION = """
at__jnt__dof = joint[j]
if at < 0:
    return
f__frc__act_f = f_in[i, j]
with maybe(0.3):
    if hold[i, j]:
        return
with maybe(0.4):
    if abs(f) < num(0.0001, 0.001):
        return
with either:
    with _(2):
        t__torque__effort = gear[j] * f
    with _:
        t__torque__effort = gear[j] * f * pick(eff[j], strength[i, j])
    with _:
        t__torque__effort = gear[j] * f
        with either:
            with _:
                if t * vel[i, j] > 0.0:
                    t = t * eff[j]
                else:
                    t = t / safe(eff[j])
            with _:
                t = t - fv[j] * vel[i, j]
with maybe(0.4):
    t = clamp(t, -lim[j], lim[j])
atomic_add(qfrc, i, at, t)
with maybe(0.55):
    other__slave__mate_j = mate[j]
    if other >= 0:
        with either:
            with _:
                atomic_sub(qfrc, i, other, t * ratio[j])
            with _:
                share__split = clamp(ratio[j], 0.0, 1.0)
                atomic_add(qfrc, i, other, t * share)
            with _:
                gap__slip = len[i, j] - ratio[j] * q[i, j]
                pull__corr = kp[j] * gap + kd[j] * vel[i, j]
                atomic_sub(qfrc, i, other, pull)
                with maybe(0.5):
                    atomic_add(qfrc, i, at, pull * ratio[j])
with maybe(0.35):
    raw[i, j] = pick(t, f * gear[j])
with maybe(0.3):
    atomic_add(power, i, abs(t * vel[i, j]))
with maybe(0.2):
    tally(abs(t))
"""
