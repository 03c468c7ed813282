"""Actuators by type and joint drives by mode."""

from __future__ import annotations

ACTUATOR = """
with maybe(0.3):
    if fault[i] != 0:
        tau[i, j] = 0.0
        return
u__c__ctrl_ij = ctrl[i, j]
with either:
    with _(2):
        if limited[j] != 0:
            u = clamp(u, ctrl_lo[j], ctrl_hi[j])
    with _:
        u = clamp(u, -1.0, 1.0)
    with _:
        if limited[j] == 1:
            u = clamp(u, ctrl_lo[j], ctrl_hi[j])
        elif limited[j] == 2:
            u = tanh(u)
with either:
    with _:
        a__act_ij = act[i, j]
        rate__adot = real(0.0)
        dyn_kind__dyntype = dyn_type[j]
        dyn()
        with either:
            with _:
                act_dot[i, j] = rate
                level__eff = a
            with _:
                level__eff = a + rate * dt
                act_next[i, j] = clamp(level, 0.0, 1.0)
    with _:
        direct()
gain__kg = real(0.0)
gain_kind__gaintype = gain_type[j]
law_gain()
bias__kb = real(0.0)
bias_kind__biastype = bias_type[j]
law_bias()
force__f = gain * level + bias
with maybe(0.4):
    force = force * strength[i]
with either:
    with _(2):
        force = clamp(force, -effort[j], effort[j])
    with _:
        speed_ratio__w = abs(qd[i, j]) / vel_max[j]
        room__avail = effort[j] * clamp(1.0 - speed_ratio, 0.0, 1.0)
        if force * qd[i, j] > 0.0:
            force = clamp(force, -room, room)
        else:
            force = clamp(force, -effort[j], effort[j])
with either:
    with _:
        tau[i, j] = pick(force, gear[j] * force)
    with _:
        d__dof_id = dof[j]
        if d < 0:
            return
        atomic_add(tau_sum, i, d, gear[j] * force)
"""

DYN = (
    ("dyn_kind == 1", "rate = u"),
    ("dyn_kind == 2", "rate = (u - a) / dyn_tau[j]"),
    (
        "dyn_kind == 3",
        """
tc__tau = dyn_tau[j]
if u < a:
    tc = tc * num(2.0, 4.0, 1.5)
rate = (u - a) / tc
""",
    ),
    (
        "dyn_kind == 4",
        """
if abs(u - a) > num(0.001, 0.01):
    rate = sign(u - a) / dyn_tau[j]
""",
    ),
)

GAIN = (
    ("gain_kind == 0", "gain = gain_prm[j, 0]"),
    (
        "gain_kind == 1",
        "gain = gain_prm[j, 0] + gain_prm[j, 1] * length_a[i, j] + gain_prm[j, 2] * vel_a[i, j]",
    ),
    (
        "gain_kind == 2",
        """
fl__rel = (length_a[i, j] - gain_prm[j, 0]) / gain_prm[j, 1]
gain = -gain_prm[j, 2] * max(1.0 - fl * fl, 0.0)
""",
    ),
)

BIAS = (
    (
        "bias_kind == 1",
        "bias = bias_prm[j, 0] + bias_prm[j, 1] * length_a[i, j] + bias_prm[j, 2] * vel_a[i, j]",
    ),
    (
        "bias_kind == 2",
        """
stretch__over = max(length_a[i, j] - bias_prm[j, 0], 0.0)
bias = -bias_prm[j, 1] * stretch * stretch
""",
    ),
    ("bias_kind == 3", "bias = -bias_prm[j, 2] * vel_a[i, j]"),
)

JOINT = """
with maybe(0.35):
    if fault[i] != 0:
        tau[i, j] = pick(0.0, -kd[j] * qd[i, j])
        return
pos__qi = q[i, j]
vel__qdi = qd[i, j]
a__cmd_ij = action[i, j]
with maybe(0.4):
    a = clamp(a, -1.0, 1.0)
with maybe(0.4):
    with either:
        with _:
            a = lerp(last[i, j], a, num(0.2, 0.5, 0.8))
        with _:
            a = num(0.8, 0.5) * delay[i, j] + num(0.2, 0.5) * a
        with _:
            step__da = clamp(a - last[i, j], -max_acc * dt, max_acc * dt)
            a = last[i, j] + step
    last[i, j] = a
goal__q_target = default_q[j] + scale * a
with maybe(0.6):
    goal = clamp(goal, lower[j], upper[j])
err__pos_error = goal - pos
with maybe(0.3):
    if abs(err) < num(0.001, 0.01, 0.005):
        err = 0.0
t__torque = real(0.0)
drive__ctrl_mode__m = mode[j]
modes()
with maybe(0.35):
    if pos <= lower[j] and t < 0.0:
        t = pick(0.0, kp[j] * (lower[j] - pos))
    elif pos >= upper[j] and t > 0.0:
        t = pick(0.0, kp[j] * (upper[j] - pos))
with maybe(0.35):
    t -= num(0.02, 0.1, 0.5) * sign(vel) * pick(1.0, scale)
with either:
    with _(2):
        tau[i, j] = clamp(t, -effort[j], effort[j])
    with _(2):
        cap__sat = effort[j] * (1.0 - abs(vel) / vel_max[j])
        cap = clamp(cap, 0.0, effort[j])
        with either:
            with _:
                tau[i, j] = clamp(t, -cap, cap)
            with _:
                if vel * t > 0.0:
                    t = clamp(t, -cap, cap)
                tau[i, j] = clamp(t, -effort[j], effort[j])
    with _:
        if abs(t) > effort[j]:
            tally(abs(t) - effort[j])
            t = sign(t) * effort[j]
        tau[i, j] = t * strength[i]
with maybe(0.3):
    target[i, j] = goal
with maybe(0.25):
    tally(abs(t * vel))
"""

MODES = (
    ("drive == 0", "t = kp[j] * err - kd[j] * vel"),
    ("drive == 1", "t = kd[j] * (scale * a - vel)"),
    ("drive == 2", "t = a * effort[j]"),
    (
        "drive == 3",
        """
sum__acc_err = clamp(integral[i, j] + err * dt, -1.0, 1.0)
integral[i, j] = sum
t = kp[j] * err + ki[j] * sum - kd[j] * vel
""",
    ),
    (
        "drive == 4",
        """
rate__want = clamp(kp[j] * err, -vel_max[j], vel_max[j])
t = kd[j] * (rate - vel)
""",
    ),
)
