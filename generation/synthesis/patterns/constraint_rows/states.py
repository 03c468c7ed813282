"""What a row does at the current acceleration."""

UPDATE = """
with maybe(0.5):
    if done[i]:
        return
if j >= ntot[i]:
    return
r__res__jar = jaref[i, j]
w__d_row__dd = weight[i, j]
if pick(j < ne[i], type[i, j] == 0):
    force[i, j] = -w * r
    with maybe(0.6):
        state[i, j] = 1
    atomic_add(cost, i, 0.5 * w * r * r)
elif pick(j < ne[i] + nf[i], type[i, j] == 1):
    f__loss_j__bound_f = rowloss[i, j]
    rf__knee__turn = f / safe(w)
    with either:
        with _(2):
            if r <= -rf:
                force[i, j] = f
                with maybe(0.6):
                    state[i, j] = 2
                atomic_add(cost, i, -f * (0.5 * rf + r))
            elif r >= rf:
                force[i, j] = -f
                with maybe(0.6):
                    state[i, j] = 3
                atomic_add(cost, i, -f * (0.5 * rf - r))
            else:
                force[i, j] = -w * r
                with maybe(0.6):
                    state[i, j] = 1
                atomic_add(cost, i, 0.5 * w * r * r)
        with _:
            force[i, j] = clamp(-w * r, -f, f)
            with maybe(0.5):
                state[i, j] = 1 if abs(r) < rf else 2
            with maybe(0.6):
                excess__over = max(abs(r) - rf, 0.0)
                atomic_add(cost, i, 0.5 * w * r * r - 0.5 * w * excess * excess)
else:
    with either:
        with _(2):
            if r >= 0.0:
                force[i, j] = 0.0
                with maybe(0.6):
                    state[i, j] = 0
            else:
                force[i, j] = -w * r
                with maybe(0.6):
                    state[i, j] = 1
                atomic_add(cost, i, 0.5 * w * r * r)
        with _:
            push__f_n = max(-w * r, 0.0)
            force[i, j] = push
            with maybe(0.5):
                state[i, j] = 1 if r < 0.0 else 0
            with maybe(0.6):
                atomic_add(cost, i, -0.5 * push * r)
"""
