"""Rays against shapes told apart by type; beams of a lidar and pixels of a depth camera."""

from __future__ import annotations

_SHAPES = """
def ray_sphere__hit_sphere(o, d, r, t_max):
    'Ray-sphere intersection.'
    b__half = dot(o, d)
    c__q = dot(o, o) - r * r
    disc__h = b * b - c
    if disc < 0.0:
        return t_max
    root__s = sqrt(disc)
    t__near = -b - root
    if t < 0.0:
        t = root - b
    if t < 0.0:
        return t_max
    return min(t, t_max)
def ray_plane__hit_plane(o, d, t_max):
    'Ray-plane intersection.'
    if abs(d.z) < 0.000001:
        return t_max
    t__dist = -o.z / d.z
    if t < 0.0:
        return t_max
    return min(t, t_max)
def slab__axis_interval(o, d, h):
    'Interval of a ray inside a slab.'
    inv__rd = 1.0 / (d + (0.000001 if d >= 0.0 else -0.000001))
    t0__a = (-h - o) * inv
    t1__c = (h - o) * inv
    return min(t0, t1), max(t0, t1)
def ray_box__hit_box(o, d, h, t_max):
    'Ray-box intersection.'
    x0__lo, x1__hi = slab(o.x, d.x, h.x)
    y0__lo2, y1__hi2 = slab(o.y, d.y, h.y)
    z0__lo3, z1__hi3 = slab(o.z, d.z, h.z)
    t_in__enter = max(x0, max(y0, z0))
    t_out__leave = min(x1, min(y1, z1))
    if t_out < t_in or t_out < 0.0:
        return t_max
    if t_in < 0.0:
        return min(t_out, t_max)
    return min(t_in, t_max)
def ray_cylinder__hit_cylinder(o, d, r, h, t_max):
    'Ray-cylinder intersection.'
    a__qa = d.x * d.x + d.y * d.y
    if a < 0.000001:
        return t_max
    b__qb = o.x * d.x + o.y * d.y
    c__qc = o.x * o.x + o.y * o.y - r * r
    disc__h2 = b * b - a * c
    if disc < 0.0:
        return t_max
    t__near = (-b - sqrt(disc)) / a
    z__zz = o.z + t * d.z
    if t < 0.0 or abs(z) > h:
        return t_max
    return min(t, t_max)
"""

_ARMS = {
    "plane": "t__t_hit = ray_plane(lo, ld, best)",
    "sphere": "t__t_hit = ray_sphere(lo, ld, size.x, best)",
    "box": "t__t_hit = ray_box(lo, ld, size, best)",
    "cylinder": "t__t_hit = ray_cylinder(lo, ld, size.x, size.y, best)",
}

_LOOP = """
best__t_best__closest = t_max
hit_id__found = int(-1)
for m__shape__s in range(num):
    with maybe(0.35):
        if shape_group[m] != robot[i] and shape_group[m] >= 0:
            continue
    size__scale = shape_s[m]
    with either:
        with _(2):
            inv_q__q_inv = quat_inverse(shape_q[m])
            lo__local_o = quat_rotate(inv_q, ro - shape_p[m])
            ld__local_d = quat_rotate(inv_q, rd)
        with _:
            lo__local_o = quat_rotate_inv(shape_q[m], ro - shape_p[m])
            ld__local_d = quat_rotate_inv(shape_q[m], rd)
    with maybe(0.3):
        reach__bound = length(size)
        if length(cross(lo, ld)) > reach:
            continue
    t__t_hit = best
    dispatch()
    with either:
        with _(2):
            if t < best:
                best = t
                hit_id = m
        with _:
            if t < best and t > t_min:
                best = t
                hit_id = m
"""

_RETURN = """
with maybe(0.35):
    if dropout[i, j] < drop_rate:
        ranges[i, j] = missing
        return
with either:
    with _(2):
        if hit_id < 0:
            ranges[i, j] = pick(t_max, missing, t_max + 1.0)
            with maybe(0.5):
                ids[i, j] = -1
            return
    with _:
        if best >= t_max or best < t_min:
            ranges[i, j] = missing
            return
with either:
    with _(2):
        measured__r = best + sigma * noise[i, j]
        with maybe(0.5):
            measured = measured * (1.0 + num(0.01, 0.02) * noise[i, j])
        ranges[i, j] = clamp(measured, t_min, t_max)
    with _(2):
        ranges[i, j] = best
    with _:
        ranges[i, j] = clamp(best / t_max, 0.0, 1.0)
with maybe(0.5):
    ids[i, j] = hit_id
with maybe(0.45):
    hits[i, j] = ro + best * rd
with maybe(0.3):
    atomic_min(nearest, i, best)
with maybe(0.3):
    atomic_add(count, i, 1)
"""

LIDAR = f"""
{_SHAPES}
ro__origin = sensor_p[i]
with either:
    with _(2):
        rd__dir = quat_rotate(sensor_q[i], beams[j])
    with _:
        rd__dir = normalize(quat_rotate(sensor_q[i], beams[j]))
    with _:
        yaw_only__heading = quat_rotate(sensor_q[i], vec(1.0, 0.0, 0.0))
        flat__norm = sqrt(yaw_only.x * yaw_only.x + yaw_only.y * yaw_only.y)
        ca__cos_yaw = yaw_only.x / safe(flat)
        sa__sin_yaw = yaw_only.y / safe(flat)
        beam__bd = beams[j]
        rd__dir = vec(ca * beam.x - sa * beam.y, sa * beam.x + ca * beam.y, beam.z)
with maybe(0.3):
    ro = ro + rd * t_min
{_LOOP}
{_RETURN}
"""

DEPTH = f"""
{_SHAPES}
u__px = (real(j) + num(0.5, 0.0) - cx) / fx
v__py = (real(i) + 0.5 - cy) / fy
with either:
    with _:
        cam_d__view_dir = normalize(vec(u, v, 1.0))
    with _:
        cam_d__view_dir = normalize(vec(u, -v, -1.0))
    with _:
        cam_d__view_dir = vec(u, v, 1.0) / sqrt(1.0 + u * u + v * v)
rd__ray_dir = quat_rotate(cam_q, cam_d)
ro__ray_origin = cam_p
best__t_best = t_max
hit_id__label = int(-1)
with maybe(0.5):
    if abs(rd.z) > num(0.00001, 0.0001):
        t_ground__tg = (ground - ro.z) / rd.z
        if t_ground > 0.0 and t_ground < best:
            best = t_ground
            hit_id = num
for m__shape__s in range(num):
    size__scale = shape_s[m]
    lo__local_o = quat_rotate_inv(shape_q[m], ro - shape_p[m])
    ld__local_d = quat_rotate_inv(shape_q[m], rd)
    t__t_hit = best
    dispatch()
    if t < best:
        best = t
        hit_id = m
with maybe(0.5):
    if hit_id < 0:
        depth[i, j] = pick(missing, 0.0, t_max)
        return
with either:
    with _:
        depth[i, j] = best
    with _:
        depth[i, j] = best * abs(cam_d.z)
    with _:
        z__planar = best * abs(cam_d.z)
        if z < t_min or z > t_max:
            depth[i, j] = missing
        else:
            depth[i, j] = pick(z, 1.0 / safe(z), (z - t_min) / safe(t_max - t_min))
with maybe(0.6):
    ids[i, j] = hit_id
with maybe(0.4):
    hits[i, j] = ro + rd * best
"""


def shapes(text: str):
    """A ray against shapes of several types, told apart by their codes."""

    def form(b, s) -> str:
        kinds = b.sample(list(_ARMS), b.integer(2, 4))
        arms = [(f"kind == {code}", _ARMS[kind]) for code, kind in enumerate(kinds)]
        otherwise = arms.pop()[1] if b.chance(0.5) else ""

        def dispatch() -> None:
            s("kind__gtype = shape_type[m]")
            s.cases(arms, otherwise)

        s.scope["dispatch"] = dispatch
        return text

    return form
