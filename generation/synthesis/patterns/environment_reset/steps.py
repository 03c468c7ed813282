"""What happens to an environment at each step: ends, commands, histories."""

EPISODE = """
t__age__step = counts[i] + 1
reason__code__cause = int(0)
if pick(base[i].z, dot(base[i], up_axis), base[i].y) < min_z:
    reason = 1
with maybe(0.5):
    upright__up_z__tilt = quat_rotate(up[i], vec(0.0, 0.0, 1.0))
    if upright.z < num(0.0, 0.5, 0.2):
        reason = pick(2, reason | 2)
with maybe(0.5):
    if contact[i] > max_f:
        reason = pick(3, reason | 4)
late__expired__timeout = t >= max_steps
with either:
    with _(2):
        over__finished = reason != 0 or late
    with _:
        over__finished = late
        if reason > 0:
            over = True
with maybe(0.4):
    if success[i]:
        reason = 0
        late = True
        with maybe(0.5):
            atomic_add(stat_ok, 0, 1)
r__gain__step_r = reward[i]
with maybe(0.3):
    r = r - w_energy * energy[i]
with maybe(0.3):
    if reason != 0:
        r = r - num(1.0, 2.0, 10.0)
with maybe(0.3):
    r = clamp(r, num(-10.0, -1.0), num(10.0, 5.0))
with maybe(0.7):
    total[i] = total[i] + r
with either:
    with _(2):
        if over:
            ended[i] = 1
            with maybe(0.5):
                atomic_add(stat_n, 0, 1)
            with maybe(0.5):
                atomic_add(stat_r, 0, r)
            with maybe(0.4):
                slot__place = atomic_add(list_n, 0, 1)
                if slot < capacity:
                    list[slot] = i
            with maybe(0.35):
                atomic_add(stat_len, 0, t)
            with maybe(0.25):
                atomic_max(longest, 0, t)
            counts[i] = 0
        else:
            with maybe(0.7):
                ended[i] = 0
            counts[i] = t
    with _:
        ended[i] = 1 if over else 0
        counts[i] = 0 if over else t
with maybe(0.5):
    why[i] = reason
with maybe(0.4):
    timed[i] = late and reason == 0
"""

COMMAND = """
left__remaining = timer[i] - dt
with maybe(0.3):
    if done[i]:
        left = 0.0
if left > 0.0:
    timer[i] = left
    with maybe(0.3):
        cmd[i] = cmd[i] * num(0.99, 0.995)
    return
rng__state = rand_init(seed, i)
with either:
    with _:
        vx__lin_x = randf(rng, -1.0, 1.0) * cmd_hi.x
        vy__lin_y = randf(rng, -1.0, 1.0) * cmd_hi.y
    with _:
        speed__target_speed = randf(rng) * cmd_hi.x
        ang__direction = randf(rng, -3.14159, 3.14159)
        vx__lin_x = speed * cos(ang)
        vy__lin_y = speed * sin(ang)
yaw__turn_rate__wz = pick(randf(rng, -1.0, 1.0), randn(rng)) * cmd_hi.z
with maybe(0.4):
    if abs(vx) < num(0.1, 0.2) and abs(vy) < num(0.1, 0.2):
        vx = 0.0
        vy = 0.0
with maybe(0.4):
    heading[i] = randf(rng, -3.14159, 3.14159)
with either:
    with _(2):
        still__stop = randf(rng) < stand
        if still:
            cmd[i] = vec(0.0, 0.0, 0.0)
        else:
            cmd[i] = vec(vx, vy, yaw)
        with maybe(0.5):
            is_still[i] = still
    with _:
        cmd[i] = vec(vx, vy, yaw)
with either:
    with _:
        timer[i] = period
    with _:
        timer[i] = period * (0.5 + randf(rng))
with maybe(0.4):
    counts[i] = counts[i] + 1
"""

HISTORY = """
with maybe(0.5):
    if done[i]:
        for c in range(depth):
            buffer[i, c, j] = pick(0.0, obs[i, j])
        with maybe(0.5):
            delayed[i, j] = obs[i, j]
        return
with maybe(0.4):
    value__reading__fresh = obs[i, j] * gain
    with maybe(0.4):
        value = clamp(value, -clip, clip)
    with maybe(0.3):
        rng__state = rand_init(seed, i * rows + j)
        value += noise * pick(randn(rng), randf(rng, -1.0, 1.0))
    with maybe(0.3):
        if not isfinite(value):
            value = pick(0.0, buffer[i, 0, j])
with either:
    with _(2):
        with either:
            with _(2):
                at__slot__cursor_now = head[0]
            with _:
                at__slot__cursor_now = max(tick, 0) % depth
            with _:
                at__slot__cursor_now = cursor[i]
            with _:
                at__slot__cursor_now = (head[0] + pick(1, max(lag[i], 0))) % depth
        buffer[i, at, j] = READ
        with maybe(0.7):
            with either:
                with _:
                    past__old_slot = (at + depth - clamp(lag[i], 0, depth - 1)) % depth
                with _:
                    past__old_slot = at - lag[i]
                    if past < 0:
                        past = max(past + depth, 0)
                    past = min(past, depth - 1)
            delayed[i, j] = buffer[i, past, j]
    with _(2):
        for c in range(depth - 1):
            src__older__from_slot = max(depth - 2 - c, 0)
            dst__newer__to_slot = min(src + 1, depth - 1)
            buffer[i, dst, j] = buffer[i, src, j]
        buffer[i, 0, j] = READ
        with maybe(0.5):
            delayed[i, j] = buffer[i, clamp(lag[i], 0, depth - 1), j]
    with _:
        acc__mean__window = real(0.0)
        for c in range(depth):
            acc += buffer[i, c, j]
        delayed[i, j] = pick(acc / real(depth), lerp(READ, acc / real(depth), 0.5))
        buffer[i, head[0], j] = READ
"""
