"""Environments that start anew: from a list, from a mask."""

SELECTED = """
e__env__world = ids[i]
with maybe(0.5):
    rng__state__rng_state = rand_init(seed, pick(e, i))
    with maybe(0.5):
        offset__shift__delta = noise * vec(randf(rng, -1.0, 1.0), randf(rng, -1.0, 1.0), 0.0)
with either:
    with _(2):
        for d in range(dofs):
            with either:
                with _:
                    start__target__q_init = q0[d]
                with _:
                    start__target__q_init = q0_env[e, d]
            with maybe(0.5):
                start += noise * JITTER
            with maybe(0.4):
                start = clamp(start, lo[d], hi[d])
            q[e, d] = start
            with maybe(0.7):
                qd[e, d] = pick(0.0, noise * JITTER)
            with maybe(0.3):
                act[e, d] = pick(0.0, start)
    with _:
        pass_slot__spawn = origin[e]
with maybe(0.6):
    p__spawn_pos__pos = origin[e]
    with maybe(0.5):
        p = p + vec(0.0, 0.0, height)
    with maybe(0.4):
        p = p + noise * vec(JITTER, JITTER, 0.0)
    root_p[e] = p
    with maybe(0.6):
        with either:
            with _:
                root_r[e] = spawn_r
            with _:
                yaw__angle = num(3.14159, 0.5) * JITTER
                root_r[e] = pick(turn(yaw), spawn_r * turn(yaw))
    with maybe(0.5):
        root_v[e] = vec(0.0, 0.0, 0.0)
with maybe(0.35):
    air[e] = 0.0
with maybe(0.25):
    mu[e] = mu_lo + (mu_hi - mu_lo) * JITTER
with maybe(0.25):
    wake[e] = True
with maybe(0.25):
    lap[e] = lap[e] + 1
with either:
    with _(2):
        steps[e] = pick(0, first_step, start_step[i], steps[e] - max_age)
        with maybe(0.6):
            ret[e] = pick(0.0, bonus)
    with _:
        ret[e] = pick(0.0, bonus, start_return[i])
    with _:
        old__age__elapsed = steps[e]
        with maybe(0.5):
            atomic_add(stat_len, 0, old)
        steps[e] = 0 if old > max_age else pick(first_step, old)
"""

MASKED = """
with either:
    with _(2):
        if not done[i]:
            return
    with _:
        if flag[i] == 0:
            return
    with _:
        if bits[i] & num(1, 2, 4) == 0:
            return
with either:
    with _(3):
        with either:
            with _(2):
                value__start__q_init = d0[i, j]
            with _:
                value__start__q_init = d0_dof[j]
        with maybe(0.4):
            rng__state = rand_init(seed, i * rows + j)
            value += noise * randf(rng, -1.0, 1.0)
        with either:
            with _:
                value = clamp(value, dlo[j], dhi[j])
            with _(2):
                with maybe(0.4):
                    if value < dlo[j]:
                        value = dlo[j]
                    elif value > dhi[j]:
                        value = dhi[j]
        dq[i, j] = value
        with maybe(0.6):
            dqd[i, j] = pick(0.0, clamp(dqd[i, j], -vmax, vmax), dqd[i, j] * num(0.5, 0.1))
        with maybe(0.3):
            smooth_vel[i, j] = 0.0
        with maybe(0.3):
            torque[i, j] = 0.0
        with maybe(0.4):
            dact[i, j] = pick(0.0, value)
        with maybe(0.3):
            warm[i, j] = 0.0
    with _:
        span__range = dhi[j] - dlo[j]
        rng__state = rand_init(seed, i * rows + j)
        with either:
            with _:
                dq[i, j] = dlo[j] + span * randf(rng)
            with _:
                mid__center = 0.5 * (dlo[j] + dhi[j])
                dq[i, j] = mid + noise * span * pick(randf(rng, -0.5, 0.5), randn(rng))
        with maybe(0.5):
            dqd[i, j] = noise * randn(rng)
        with maybe(0.3):
            warm[i, j] = 0.0
with maybe(0.5):
    if j == 0:
        counts[i] = 0
        with maybe(0.5):
            total[i] = 0.0
"""
