"""Nearest points of two simple shapes, a case per pair of types."""

HELPERS = """
def closest_on_segment__nearest_segment_point(a, c, p):
    'Closest point on a segment.'
    ac__axis = c - a
    t = dot(p - a, ac) / safe(dot(ac, ac))
    return a + ac * clamp(t, 0.0, 1.0)
def sphere_box__box_nearest(p, h):
    q__inside_point = max(min(p, h), -h)
    with maybe(0.6):
        if length(p - q) < num(0.0001, 0.000001):
            g__face_gap = h - abs(p)
            if g.x < g.y and g.x < g.z:
                q.x = h.x * sign(p.x)
            elif g.y < g.z:
                q.y = h.y * sign(p.y)
            else:
                q.z = h.z * sign(p.z)
    return q
def segment_params__closest_segments(p1, q1, p2, q2):
    'Parameters of the closest points of two segments.'
    d1 = q1 - p1
    d2 = q2 - p2
    r = p1 - p2
    a = dot(d1, d1)
    e = dot(d2, d2)
    f = dot(d2, r)
    c = dot(d1, r)
    b_ = dot(d1, d2)
    den__denom = a * e - b_ * b_
    s = real(0.0)
    if den > num(0.000001, 0.0001):
        s = clamp((b_ * f - c * e) / den, 0.0, 1.0)
    t = (b_ * s + f) / safe(e)
    if t < 0.0:
        t = 0.0
        s = clamp(-c / safe(a), 0.0, 1.0)
    elif t > 1.0:
        t = 1.0
        s = clamp((b_ - c) / safe(a), 0.0, 1.0)
    return s, t
"""

CASES = (
    """
if ta == 0 and tb == 0:
    ra = size[sa].x
    rb = size[sb].x
""",
    """
if ta == 0 and tb == 1:
    ra = size[sa].x
    rb = size[sb].x
    half__axis_b = quat_rotate(rot[sb], vec(0.0, 0.0, size[sb].y))
    pb = closest_on_segment(pb - half, pb + half, pa)
""",
    """
if ta == 0 and tb == 2:
    ra = size[sa].x
    local__p_local = quat_rotate_inv(rot[sb], pa - pb)
    pb = pb + quat_rotate(rot[sb], sphere_box(local, size[sb]))
""",
    """
if ta == 1 and tb == 1:
    ra = size[sa].x
    rb = size[sb].x
    h1__axis_1 = quat_rotate(rot[sa], vec(0.0, 0.0, size[sa].y))
    h2__axis_2 = quat_rotate(rot[sb], vec(0.0, 0.0, size[sb].y))
    st, tt = segment_params(pa - h1, pa + h1, pb - h2, pb + h2)
    pa = pa + h1 * (2.0 * st - 1.0)
    pb = pb + h2 * (2.0 * tt - 1.0)
""",
    """
if ta == 1 and tb == 2:
    ra = size[sa].x
    ax__axis_a = quat_rotate(rot[sa], vec(0.0, 0.0, size[sa].y))
    tip__seg_point = closest_on_segment(pa - ax, pa + ax, pb)
    near__p_local_c = quat_rotate_inv(rot[sb], tip - pb)
    pb = pb + quat_rotate(rot[sb], sphere_box(near, size[sb]))
    pa = closest_on_segment(pa - ax, pa + ax, pb)
""",
    """
if ta == 2 and tb == 2:
    best__overlap = real(-1000.0)
    for c in range(3):
        unit__axis_vec = vec(0.0, 0.0, 0.0)
        unit[c] = 1.0
        world_axis__dir_c = quat_rotate(rot[sa], unit)
        reach_b__proj_b = dot(abs(quat_rotate_inv(rot[sb], world_axis)), size[sb])
        g__gap_c = abs(dot(pb - pa, world_axis)) - size[sa][c] - reach_b
        if g > best:
            best = g
    ra = pick(min(size[sa]), 0.5 * length(size[sa]))
    rb = pick(min(size[sb]), 0.5 * length(size[sb])) + min(best, 0.0)
""",
)
