"""The grid between the transfers: momentum to velocity, forces, obstacles, walls."""

GRID = """
m__node_m = mas[i, j, k]
with either:
    with _(3):
        if m <= num(0.0, 0.000001, 0.0001):
            with maybe(0.5):
                vel_out[i, j, k] = vec(0.0, 0.0, 0.0)
            return
    with _:
        if not m > num(0.000001, 0.0001):
            return
u__vel__node_v = mom[i, j, k] / pick(m, safe(m))
with maybe(0.8):
    u = u + gravity * dt
with maybe(0.4):
    u = u * pick(damp, max(1.0 - damp * dt, 0.0), exp(-clamp(damp * dt, 0.0, 4.0)))
with maybe(0.6):
    phi__dist = sdf[i, j, k]
    if phi < pick(0.0, dx, 0.5 * dx):
        with either:
            with _:
                u = pick(wall_v, vec(0.0, 0.0, 0.0))
            with _(3):
                nn__normal = nrm[i, j, k]
                rel__v_rel = u - wall_v
                vn__normal_vel = dot(rel, nn)
                with either:
                    with _:
                        if vn < 0.0:
                            vt__tangent = rel - nn * vn
                            with maybe(0.7):
                                tl__slip = length(vt)
                                if tl > num(0.000001, 0.0001):
                                    vt = vt * max(1.0 + mu * vn / tl, 0.0)
                                else:
                                    vt = vec(0.0, 0.0, 0.0)
                            u = wall_v + vt
                    with _:
                        u = u - nn * min(vn, 0.0)
                    with _:
                        u = wall_v + rel - nn * vn
with maybe(0.75):
    WALLS
with maybe(0.25):
    speed__s = length(u)
    if speed * dt > dx:
        u = u * (dx / safe(speed * dt))
vel_out[i, j, k] = u
with maybe(0.25):
    tally(m * dot(u, u))
"""
WALLS = (
    """
if i < pad and u.x < 0.0:
    u.x = 0.0
if i >= nx - pad and u.x > 0.0:
    u.x = 0.0
if j < pad and u.y < 0.0:
    u.y = 0.0
if j >= ny - pad and u.y > 0.0:
    u.y = 0.0
if k < pad and u.z < 0.0:
    u.z = 0.0
if k >= nz - pad and u.z > 0.0:
    u.z = 0.0
""",
    """
if i < pad or i >= nx - pad or j < pad or j >= ny - pad or k < pad or k >= nz - pad:
    u = vec(0.0, 0.0, 0.0)
""",
    """
if k < pad:
    u = vec(0.0, 0.0, max(u.z, 0.0))
elif k >= nz - pad:
    u.z = min(u.z, 0.0)
""",
    """
if i < pad:
    u.x = max(u.x, 0.0)
elif i >= nx - pad:
    u.x = min(u.x, 0.0)
if j < pad:
    u.y = max(u.y, 0.0)
    u = u * mu
elif j >= ny - pad:
    u.y = min(u.y, 0.0)
""",
)
