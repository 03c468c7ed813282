"""Constraints with what is outside, and what happens before and after the projections."""

from __future__ import annotations

ATTACH = """
p__k__particle = point[i]
wp__wi__w_point = w[p]
if wp <= 0.0:
    return
with either:
    with _(2):
        bd__body = owner[i]
        arm__r__offset = quat_rotate(body_r[bd], local[i])
        anchor__target_pos = body_p[bd] + arm
    with _:
        anchor__target_pos = goal[i]
d__gap__diff = x[p] - anchor
l__c__dist = length(d)
with maybe(0.5):
    if l <= pick(rest[i], num(0.0001, 0.000001)):
        return
c__err = l - pick(rest[i], relax * rest[i])
wsum__w_total = wp
n__dir = d / safe(l)
MULTIPLIER
move__corr = n * (wp * dlam)
with maybe(0.35):
    size__mag = length(move)
    if size > limit:
        move = move * (limit / size)
atomic_add(delta, p, move)
REACTION
with maybe(0.3):
    atomic_add(hits, p, 1)
with maybe(0.3):
    tally(l)
"""

CONTACT = """
if pflags[i] & 1 == 0:
    return
wi__w_self = pw[i]
with maybe(0.6):
    if wi <= 0.0:
        return
pos__xi = px[i]
corr__total = vec(0.0, 0.0, 0.0)
with either:
    with _(3):
        GROUND
    with _(3):
        OTHERS
    with _(4):
        GROUND
        OTHERS
with maybe(0.35):
    corr = clamp_vec(corr)
own_delta[i] = pick(corr, corr * relax)
with maybe(0.3):
    tally(length(corr))
"""

PREDICT = """
with either:
    with _(2):
        if pflags[i] & num(1, 2) == 0:
            HOLD
            return
    with _:
        if pw[i] <= 0.0:
            HOLD
            return
pos__x0 = px[i]
vel__v0 = pv[i]
with either:
    with _(2):
        vel = vel + (force[i] * pw[i] + gravity) * dt
    with _:
        vel = vel + gravity * dt
    with _:
        a__accel = gravity
        if pw[i] > 0.0:
            a = a + force[i] * pw[i]
        vel = vel + a * dt
with maybe(0.45):
    vel = vel * pick(max(1.0 - drag * dt, 0.0), exp(-clamp(drag * dt, 0.0, 4.0)))
with maybe(0.4):
    speed__vl = length(vel)
    if speed > vmax:
        vel = vel * (vmax / pick(speed, safe(speed)))
nx__x1__moved = pos + vel * dt
with maybe(0.35):
    for k in range(3):
        if nx[k] < bound_lo[k]:
            nx[k] = bound_lo[k]
            with maybe(0.5):
                vel[k] = pick(0.0, -relax * vel[k])
        elif nx[k] > bound_hi[k]:
            nx[k] = bound_hi[k]
            with maybe(0.5):
                vel[k] = 0.0
with maybe(0.3):
    if dot(nx, normal) < height:
        nx = nx + normal * (height - dot(nx, normal))
with maybe(0.5):
    prev_out[i] = pos
x_out[i] = nx
with maybe(0.8):
    v_out[i] = vel
"""

FINISH = """
with either:
    with _:
        if pflags[i] & num(1, 2) == 0:
            return
    with _:
        if pw[i] <= 0.0:
            v_out[i] = vec(0.0, 0.0, 0.0)
            return
d__corr__total = given[i]
with maybe(0.5):
    with either:
        with _:
            if given_n[i] > 0:
                d = d * (relax / real(given_n[i]))
        with _:
            d = d / real(max(given_n[i], 1))
with maybe(0.4):
    d = clamp_vec(d)
with either:
    with _(2):
        nx__x1__moved = px[i] + d
    with _:
        nx__x1__moved = px[i] + d * relax
with either:
    with _(2):
        vel__v1 = (nx - pprev[i]) / safe(dt)
    with _:
        vel__v1 = pv[i] + d / safe(dt)
with maybe(0.4):
    speed__vl = length(vel)
    with either:
        with _:
            if speed > vmax:
                vel = vel * (vmax / pick(speed, safe(speed)))
        with _:
            if speed < sleep:
                vel = zero(vel)
                with maybe(0.6):
                    nx = pprev[i]
                with maybe(0.5):
                    idle[i] = 1
with maybe(0.35):
    vel = vel * max(1.0 - drag * dt, 0.0)
x_out[i] = nx
v_out[i] = vel
with maybe(0.3):
    tally(length(d))
"""

GROUND = """
depth__gap = dot(pos, normal) - height - radius
if depth < 0.0:
    push__dn = -depth
    corr = corr + normal * push
    with either:
        with _(2):
            slip__dx = pos - pprev[i]
            tang__dt_vec = slip - normal * dot(slip, normal)
            tl__slip_len = length(tang)
            with either:
                with _:
                    if tl < mu * push:
                        corr = corr - tang
                    elif tl > 0.0:
                        corr = corr - tang * min(mu_k * push / tl, 1.0)
                with _:
                    if tl > num(0.000001, 0.0001):
                        corr = corr - tang * (min(tl, mu * push) / tl)
        with _:
            corr = corr - (pv[i] - normal * dot(pv[i], normal)) * (mu * dt)
"""

OTHERS = """
for c in range(slots):
    o__other__nb = others[i, c]
    if o < 0:
        pick_break
    with maybe(0.5):
        if o == i:
            continue
    d__diff = pos - px[o]
    l__dist = length(d)
    reach__min_dist = radius * 2.0
    if l >= reach or l < num(0.000001, 0.0001):
        continue
    share__ratio = wi / safe(wi + pw[o])
    fix__overlap = (reach - l) * share
    corr = corr + d * (fix / l)
    with maybe(0.4):
        vrel__dv = pv[i] - pv[o]
        nn__dir = d / l
        corr -= (vrel - nn * dot(vrel, nn)) * (mu * dt * share)
"""
