"""From particles to the grid and back: weights, what each node takes or gives."""

WEIGHTS = """
with either:
    with _(3):
        p__gp__grid_pos = x[i] * inv_dx
    with _:
        p__gp__grid_pos = (x[i] - origin) * inv_dx
bx__base_x = int(floor(p.x - HALF))
by__base_y = int(floor(p.y - HALF))
bz__base_z = int(floor(p.z - HALF))
fx__frac = vec(p.x - real(bx), p.y - real(by), p.z - real(bz))
"""
QUADRATIC = """
def weight_1d__bspline(a: "3", t):
    'Interpolation weight of one node along an axis.'
    with either:
        with _(2):
            if a == 0:
                return 0.5 * (1.5 - t) * (1.5 - t)
            if a == 1:
                return 0.75 - (t - 1.0) * (t - 1.0)
            return 0.5 * (t - 0.5) * (t - 0.5)
        with _:
            d__dist = abs(t - real(a))
            if d < 0.5:
                return 0.75 - d * d
            if d < 1.5:
                return 0.5 * (1.5 - d) * (1.5 - d)
            return 0.0
"""
LINEAR = """
def weight_1d__hat(a: "2", t):
    'Interpolation weight of one node along an axis.'
    with either:
        with _:
            return 1.0 - t if a == 0 else t
        with _:
            return max(1.0 - abs(t - real(a)), 0.0)
"""
CUBIC = """
def weight_1d__cubic(a: "4", t):
    'Interpolation weight of one node along an axis.'
    d__dist = abs(t - real(a))
    if d < 1.0:
        return 0.5 * d * d * d - d * d + 0.66667
    if d < 2.0:
        return (2.0 - d) * (2.0 - d) * (2.0 - d) / 6.0
    return 0.0
"""

NODE = """
ix__node_x = bx + a
iy__node_y = by + c
iz__node_z = bz + e
GUARD
w__weight = weight_1d(a, fx.x) * weight_1d(c, fx.y) * weight_1d(e, fx.z)
dpos__d__offset = (vec(real(a), real(c), real(e)) - fx) * dx
"""

GUARDS = (
    "if ix < 0 or iy < 0 or iz < 0 or ix >= gx or iy >= gy or iz >= gz:\n    continue",
    "ix = clamp(ix, 0, gx - 1)\niy = clamp(iy, 0, gy - 1)\niz = clamp(iz, 0, gz - 1)",
    "if ix < 0 or ix >= gx:\n    continue\nif iy < 0 or iy >= gy or iz < 0 or iz >= gz:\n    continue",
)
KERNELS = ((QUADRATIC, 3, "0.5"), (QUADRATIC, 3, "0.5"), (LINEAR, 2, "0.0"), (CUBIC, 4, "1.0"))

TO_GRID = """
with maybe(0.4):
    if selected[i] != num(0, 1):
        return
WEIGHTS
with either:
    with _(3):
        s0__momentum_term__affine_p = stress[i] * (-dt * volume * 4.0 * inv_dx * inv_dx)
        with maybe(0.7):
            s0 = s0 + affine[i] * mass
    with _(2):
        s0__momentum_term__affine_p = affine[i] * mass
    with _:
        s0__momentum_term__affine_p = polish_m(affine[i])
vp__vel_p = v[i]
with maybe(0.3):
    vp = vp + gravity * dt
LOOP
with maybe(0.3):
    tally(pick(length(vp), dot(vp, vp) * mass))
"""

TO_PARTICLES = """
with maybe(0.4):
    if selected[i] != num(0, 1):
        return
WEIGHTS
nv__new_v = vec(0.0, 0.0, 0.0)
nc__new_c__b_mat = zero_m()
ov__old_grid_v = vec(0.0, 0.0, 0.0)
LOOP
with either:
    with _(2):
        v1__vel_new = nv
    with _(2):
        v1__vel_new = nv * (1.0 - flip) + (v[i] + nv - ov) * flip
    with _:
        v1__vel_new = lerp(nv, v[i] + (nv - ov), clamp(flip, 0.0, 1.0))
with maybe(0.3):
    v1 = v1 * pick(damp, max(1.0 - damp * dt, 0.0))
x1__pos_new = x[i] + pick(nv, v1) * dt
with maybe(0.45):
    with either:
        with _:
            x1 = max(min(x1, hi), lo)
        with _:
            for k in range(3):
                if x1[k] < lo[k]:
                    x1[k] = lo[k]
                    v1[k] = max(v1[k], 0.0)
                elif x1[k] > hi[k]:
                    x1[k] = hi[k]
                    v1[k] = min(v1[k], 0.0)
x_out[i] = x1
v_out[i] = v1
with maybe(0.6):
    c_out[i] = nc
with maybe(0.3):
    f_out[i] = (identity3() + nc * dt) @ f[i]
with maybe(0.25):
    tally(length(v1))
"""

GIVE = """
NODE
with either:
    with _(3):
        mv__contrib = (vp * mass + s0 @ dpos) * w
    with _:
        mv__contrib = vp * (w * mass)
atomic_add(grid_v, ix, iy, iz, mv)
with maybe(0.85):
    atomic_add(grid_m, ix, iy, iz, w * mass)
"""

TAKE = """
NODE
g__node_v = gv[ix, iy, iz]
nv += g * w
nc = nc + outer(g, dpos) * (w * 4.0 * inv_dx * inv_dx)
ov += gv_old[ix, iy, iz] * w
"""

NESTED = """
for a in range(SPAN):
    for c in range(SPAN):
        for e in range(SPAN):
            BODY
"""

FLAT = """
for q in range(CUBE):
    a__di__ox = q // SQUARE
    c__dj__oy = (q // SPAN) % SPAN
    e__dk__oz = q % SPAN
    BODY
"""
