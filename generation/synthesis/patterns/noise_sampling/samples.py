"""Random numbers from hashes and walks that accept or refuse."""

from __future__ import annotations

GAUSSIAN = """
state__key__rng = HASH(u32(ids[i]) ^ HASH(u32(seed)))
with maybe(0.3):
    state = HASH(state + u32(ids[i]))
u1__first__ua = unit(state)
state = HASH(state)
u2__second__ub = unit(state)
with either:
    with _(2):
        radius__r_bm__mag = sqrt(-2.0 * log(safe(1.0 - 0.999 * u1)))
        z__normal__g1 = radius * cos(6.28318 * u2)
        with maybe(0.5):
            z2__normal_b__g2 = radius * sin(6.28318 * u2)
    with _:
        z__normal__g1 = pick(u1 + u2 - 1.0, 2.0 * u1 - 1.0 + 0.5 * (u2 - 0.5))
    with _:
        z__normal__g1 = -log(safe(1.0 - 0.999 * u1)) / safe(sd)
with either:
    with _:
        g_out[i] = mean + sd * z
    with _:
        g_out[i] = base[i] + sd * pick(z, polish(z))
    with _:
        g_out[i] = base[i] * exp(-clamp(sd * z, -4.0, 4.0))
    with _:
        pos__xyz__old_x = x[i]
        angle__theta__phi = 6.28318 * u2
        x_out[i] = pos + vec(cos(angle), sin(angle), 2.0 * u1 - 1.0) * sd
with maybe(0.5):
    chance__u3__draw = unit(HASH(state ^ u32(374761393)))
    with either:
        with _:
            if chance < prob:
                keep[i] = 1
                atomic_add(count, 0, 1)
            else:
                keep[i] = 0
        with _:
            keep[i] = 1 if chance < prob * exp(-clamp(abs(z), 0.0, 4.0)) else 0
        with _:
            if chance > prob:
                keep[i] = 0
                return
            keep[i] = 1
with maybe(0.3):
    tally(z)
"""

WALK = """
state__key__rng = HASH(u32(ids[i]) * u32(668265263) + u32(seed))
pos__here__y = base[i]
taken__moves__accepted_n = int(0)
for c in range(STEPS):
    state = HASH(pick(state, state + u32(c)))
    u__draw__r01 = unit(state)
    move__dz__jump = pick(sd * (2.0 * u - 1.0), sd * (u - 0.5))
    with either:
        with _:
            pos = pos - k * pos * dt + move
            if move > 0.0:
                taken += 1
        with _:
            before__e_old = 0.5 * k * pos * pos
            trial__cand = pos + move
            after__e_new = 0.5 * k * trial * trial
            state = HASH(state)
            if after < before or unit(state) < exp(-clamp(after - before, 0.0, 8.0)):
                pos = trial
                taken += 1
        with _:
            if u < prob:
                pos += sd
                taken += 1
            else:
                pos -= pick(sd, sd * 0.5)
    with maybe(0.35):
        if abs(pos) > thr:
            with either:
                with _:
                    break
                with _:
                    pos = clamp(pos, -thr, thr)
g_out[i] = pick(pos, mean + pos, polish(pos))
with either:
    with _:
        keep[i] = taken
    with _:
        atomic_add(count, 0, taken)
    with _:
        tally(pick(pos * pos, abs(pos)))
"""
