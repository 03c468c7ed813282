"""One joint in time, and the columns of a Jacobian."""

JOINT = """
with maybe(0.5):
    if wake[i] == 0:
        q_out[i] = jq[i]
        qd_out[i] = jqd[i]
        return
t__k__jtype = jk[i]
with either:
    with _(3):
        if t == 0 or t == 1:
            acc__qdd_i = jqdd[i]
            rate__qd_i = jqd[i] + acc * dt
            with maybe(0.4):
                rate = clamp(rate, -qd_max, qd_max)
            with maybe(0.3):
                rate = rate * max(1.0 - damping_all * dt, 0.0)
            angle__q_i = jq[i] + pick(rate, 0.5 * (rate + jqd[i])) * dt
            with maybe(0.5):
                with either:
                    with _:
                        if angle < jlo[i]:
                            angle = jlo[i]
                            rate = max(rate, 0.0)
                        elif angle > jhi[i]:
                            angle = jhi[i]
                            rate = min(rate, 0.0)
                    with _:
                        angle = clamp(angle, jlo[i], jhi[i])
            with maybe(0.3):
                if t == 0 and abs(angle) > 3.14159:
                    angle = angle - sign(angle) * 6.28319
            q_out[i] = angle
            qd_out[i] = rate
    with _:
        q_out[i] = jq[i] + jqd[i] * dt
        with maybe(0.5):
            qd_out[i] = jqd[i] + jqdd[i] * dt
with maybe(0.8):
    if t == 2:
        r__rot_i = jrot[i]
        om__omega_i = jw[i]
        with either:
            with _:
                half__dq = quaternion_of(om.x * 0.5 * dt, om.y * 0.5 * dt, om.z * 0.5 * dt, 0.0)
                rot_out[i] = normalize(r + half * r)
            with _:
                ang__theta = length(om) * dt
                if ang > num(0.0001, 0.000001):
                    r = quat_from_axis_angle(om * (dt / ang), ang) * r
                rot_out[i] = normalize(r)
with maybe(0.7):
    if t == 3:
        p_out[i] = jp[i] + pick(jv[i] * dt, (jv[i] + gravity * dt) * dt)
        with maybe(0.5):
            rot_out[i] = jrot[i]
with maybe(0.2):
    tally(pick(abs(jqd[i]), jqd[i] * jqd[i]))
"""

JACOBIAN = """
with maybe(0.35):
    if wake[i] == 0:
        return
with maybe(0.25):
    rate__speed__v_j = vec(0.0, 0.0, 0.0)
    for c in range(links):
        rate += quat_rotate(rot[i, c], axis[c]) * qd[i, c]
    tally(length(rate))
with either:
    with _(2):
        at__anc__k = j
        hops__depth__steps = int(0)
        while at >= 0 and hops < links:
            ax__z__dir = quat_rotate(rot[i, at], axis[at])
            STORE
            at = parent[at]
            hops += 1
    with _(2):
        for c in range(links):
            at__link__k = c
            if pick(moves[j, at] == 0, moves[j, at] != 1):
                with maybe(0.6):
                    jl[i, j, at] = vec(0.0, 0.0, 0.0)
                continue
            ax__z__dir = quat_rotate(rot[i, at], axis[at])
            STORE
"""

STORE = """
with either:
    with _:
        if kind[at] == 0:
            jl[i, j, at] = cross(ax, point_of(j) - pos[i, at])
            ja[i, j, at] = ax
        elif kind[at] == 1:
            jl[i, j, at] = ax
            with maybe(0.5):
                ja[i, j, at] = vec(0.0, 0.0, 0.0)
    with _:
        jl[i, j, at] = ax if kind[at] == 1 else cross(ax, point_of(j) - pos[i, at])
        with maybe(0.6):
            ja[i, j, at] = ax * (0.0 if kind[at] == 1 else 1.0)
"""
