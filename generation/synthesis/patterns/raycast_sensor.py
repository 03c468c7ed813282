"""Range sensors: lidar beams against shapes by type, height scans, depth images, a march over a height field.

Free choices: shapes and their order, beam layout, range noise and dropouts, nearest or any hit, missing returns,
slopes, occupancy of a hit, frames of the sensor.
Source: Williams et al., "An Efficient and Robust Ray-Box Intersection Algorithm", 2005; Amanatides and Woo, "A
Fast Voxel Traversal Algorithm for Ray Tracing", 1987; Rudin et al., "Learning to Walk in Minutes", 2021.
"""

from __future__ import annotations

from generation.synthesis.forms import Family, Form

VERBS = ("cast_rays", "scan", "sense")
FIELDS = ("geometry", "rigid_body")

_SCOPE = {
    "sensor_p": "v[n] sensor_pos lidar_origin base_position",
    "sensor_q": "q[n] sensor_quat lidar_rotation base_quat",
    "beams": "v[rows] beam_dirs ray_directions pattern",
    "offsets": "v[rows] scan_offsets height_points sample_offsets",
    "ranges": "out s[n,rows] ranges depth_out distances",
    "hits": "out v[n,rows] hit_points points_out point_cloud",
    "normals": "out v[n,rows] hit_normals normals_out",
    "ids": "out i[n,rows] hit_shape shape_ids label_out",
    "num": "n:shapes num_shapes shape_count",
    "shape_type": "i[shapes] shape_type geo_type shape_kind",
    "shape_p": "v[shapes] shape_pos geo_position centers",
    "shape_q": "q[shapes] shape_quat geo_rotation orientations",
    "shape_s": "v[shapes] shape_size geo_scale half_extents",
    "shape_group": "i[shapes] shape_world collision_group owner",
    "robot": "i[n] robot_world env_index owner_id",
    "t_max": "s max_range max_distance far",
    "t_min": "s min_range near_clip near",
    "noise": "s[n,rows] range_noise noise_samples",
    "sigma": "s noise_std sigma_range",
    "dropout": "s[n,rows] dropout_draw uniform_samples",
    "drop_rate": "s dropout_rate drop_probability",
    "missing": "s miss_value no_return invalid_range",
    "hmap": "s[gx,gy] heightfield terrain height_map",
    "gx": "n:gx map_rows grid_x num_x",
    "gy": "n:gy map_cols grid_y num_y",
    "cell": "s horizontal_scale cell_size resolution",
    "vscale": "s vertical_scale height_scale",
    "corner": "v terrain_origin map_corner border",
    "heights": "out s[n,rows] measured_heights height_scan heights_out",
    "clip": "s clip_height max_height height_clip",
    "offset_z": "s base_height height_offset",
    "depth": "out s[n,rows] depth_image depth_buffer range_image",
    "fx": "s focal_x fx",
    "fy": "s focal_y fy",
    "cx": "s center_x cx principal_x",
    "cy": "s center_y cy principal_y",
    "cam_p": "v camera_pos eye cam_origin",
    "cam_q": "q camera_quat cam_rotation",
    "ground": "s ground_height floor_z",
    "world_n": "n:n height image_rows num_rows",
    "world_m": "n:rows width image_cols num_cols",
    "steps": "n:steps max_steps num_steps march_steps",
    "nearest": "inout s[n] nearest_range closest_obstacle",
    "count": "inout i[n] num_returns hit_count",
    "bins": "out s[n,16] sector_ranges polar_bins",
    "points": "v[n,rows] cloud scan_points lidar_points",
    "valid": "i[n,rows] valid_mask returns",
    "sectors": "inout s[n,16] sector_ranges polar_range",
}

_SHAPES = """
def ray_sphere__hit_sphere(o, d, r, t_max):
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
    if abs(d.z) < 0.000001:
        return t_max
    t__dist = -o.z / d.z
    if t < 0.0:
        return t_max
    return min(t, t_max)
def slab__axis_interval(o, d, h):
    inv__rd = 1.0 / (d + (0.000001 if d >= 0.0 else -0.000001))
    t0__a = (-h - o) * inv
    t1__c = (h - o) * inv
    return min(t0, t1), max(t0, t1)
def ray_box__hit_box(o, d, h, t_max):
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

_LIDAR = f"""
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

_DEPTH = f"""
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

_SAMPLE = """
with either:
    with _(2):
        ix__px = clamp(int(gx_pos), 0, gx - 2)
        iy__py = clamp(int(gy_pos), 0, gy - 2)
        if ix < 0 or iy < 0:
            pick_miss()
        with either:
            with _(2):
                h00__h1 = hmap[ix, iy]
                h10__h2 = hmap[ix + 1, iy]
                h01__h3 = hmap[ix, iy + 1]
                with either:
                    with _:
                        ground_h__h = min(h00, min(h10, h01))
                    with _:
                        h11__h4 = hmap[ix + 1, iy + 1]
                        wx__fx_part = clamp(gx_pos - real(ix), 0.0, 1.0)
                        wy__fy_part = clamp(gy_pos - real(iy), 0.0, 1.0)
                        ground_h__h = lerp(lerp(h00, h10, wx), lerp(h01, h11, wx), wy)
                    with _:
                        wx__fx_part = clamp(gx_pos - real(ix), 0.0, 1.0)
                        wy__fy_part = clamp(gy_pos - real(iy), 0.0, 1.0)
                        ground_h__h = h00
                        if wx + wy <= 1.0:
                            ground_h = h00 + wx * (h10 - h00) + wy * (h01 - h00)
                        else:
                            h11__h4 = hmap[ix + 1, iy + 1]
                            ground_h = h11 + (1.0 - wx) * (h01 - h11) + (1.0 - wy) * (h10 - h11)
            with _:
                ground_h__h = hmap[ix, iy]
    with _:
        ix__px = int(floor(gx_pos))
        iy__py = int(floor(gy_pos))
        if ix < 0 or ix >= gx or iy < 0 or iy >= gy:
            pick_miss()
        ground_h__h = hmap[ix, iy]
with maybe(0.5):
    ground_h = ground_h * vscale
"""

_HEIGHTS = """
base__root = sensor_p[i]
off__local = offsets[j]
with either:
    with _(2):
        fwd__heading = quat_rotate(sensor_q[i], vec(1.0, 0.0, 0.0))
        norm_xy__flat = safe(sqrt(fwd.x * fwd.x + fwd.y * fwd.y))
        c__cos_yaw = fwd.x / norm_xy
        s__sin_yaw = fwd.y / norm_xy
        p__world = base + vec(c * off.x - s * off.y, s * off.x + c * off.y, off.z)
    with _:
        p__world = base + quat_rotate(sensor_q[i], off)
    with _:
        p__world = base + off
gx_pos__col = (p.x - corner.x) / cell
gy_pos__row = (p.y - corner.y) / cell
with maybe(0.3):
    gx_pos = gx_pos + num(0.5, -0.5)
    gy_pos = gy_pos + 0.5
sample()
with maybe(0.3):
    ground_h = ground_h + sigma * noise[i, j]
with either:
    with _(2):
        heights[i, j] = clamp(base.z - ground_h - offset_z, -clip, clip)
    with _:
        gap__clearance = base.z - offset_z - ground_h
        if gap > clip:
            gap = clip
        elif gap < -clip:
            gap = -clip
        heights[i, j] = gap
    with _:
        heights[i, j] = ground_h
        with maybe(0.6):
            if base.z - ground_h < offset_z:
                atomic_add(count, i, 1)
with maybe(0.3):
    hits[i, j] = vec(p.x, p.y, ground_h)
with maybe(0.25):
    atomic_min(nearest, i, base.z - ground_h)
"""

_MARCH = """
ro__origin = sensor_p[i]
with either:
    with _:
        rd__dir = quat_rotate(sensor_q[i], beams[j])
    with _:
        rd__dir = beams[j]
t__travel = t_min
prev_t__t_last = t_min
found__hit = int(0)
with maybe(0.4):
    if rd.z > num(0.5, 0.3):
        ranges[i, j] = t_max
        return
for m__step in range(steps):
    with either:
        with _(3):
            if t > t_max:
                break
        with _:
            if t > t_max or found == 1:
                break
    p__pos = ro + t * rd
    gx_pos__col = (p.x - corner.x) / cell
    gy_pos__row = (p.y - corner.y) / cell
    sample()
    gap__above = p.z - ground_h
    with either:
        with _:
            if gap < num(0.0, 0.001):
                found = 1
                break
            prev_t = t
            t += pick(cell, 0.5 * cell)
        with _:
            if gap < 0.0:
                found = 1
                with maybe(0.6):
                    t = 0.5 * (t + prev_t)
                break
            prev_t = t
            t += max(num(0.5, 0.4, 0.7) * gap, cell * num(0.1, 0.25))
        with _:
            if gap < 0.001 * t:
                found = 1
                break
            prev_t = t
            with either:
                with _:
                    t += gap / (1.0 + abs(rd.z))
                with _:
                    t += clamp(gap, 0.1 * cell, cell)
with maybe(0.5):
    if found == 1 and t > prev_t:
        t = pick(0.5 * (prev_t + t), prev_t)
with either:
    with _:
        if found == 0:
            ranges[i, j] = missing
            return
        ranges[i, j] = t
    with _:
        ranges[i, j] = t if found == 1 else t_max
    with _:
        ranges[i, j] = min(t, t_max)
        with maybe(0.6):
            ids[i, j] = found
with maybe(0.5):
    hits[i, j] = ro + t * rd
with maybe(0.3):
    atomic_min(nearest, i, t)
"""

_SECTORS = """
with maybe(0.5):
    if valid[i, j] == 0:
        return
p__pt = points[i, j]
with either:
    with _:
        local__rel = quat_rotate_inv(sensor_q[i], p - sensor_p[i])
    with _:
        local__rel = p - sensor_p[i]
with maybe(0.6):
    if local.z > clip or local.z < pick(ground, -clip):
        return
r__dist = sqrt(local.x * local.x + local.y * local.y)
with either:
    with _:
        if r < t_min or r > t_max:
            return
    with _:
        if r < t_min:
            return
        r = min(r, t_max)
angle__bearing = atan2(local.y, pick(local.x, safe(local.x)))
with either:
    with _:
        sector__bin = clamp(int((angle + num(3.14159, 3.1416)) / num(6.28318, 6.2832) * 16.0), 0, 15)
    with _:
        if angle < 0.0:
            angle += num(6.28318, 6.2832)
        sector__bin = min(int(angle * num(2.546, 2.5465)), 15)
        if sector < 0:
            sector = 0
    with _:
        sector__bin = int(floor((angle + 3.14159) * num(2.546, 2.5465)))
        if sector < 0 or sector > 15:
            return
with maybe(0.4):
    r = r + sigma * noise[i, j]
with either:
    with _(2):
        atomic_min(sectors, i, sector, r)
    with _:
        atomic_min(sectors, i, sector, r / t_max)
    with _:
        atomic_max(sectors, i, sector, pick(1.0 - r / t_max, 1.0 / safe(r)))
with maybe(0.4):
    if r < num(1.0, 0.5) * t_min + offset_z:
        atomic_add(count, i, 1)
with maybe(0.3):
    atomic_min(nearest, i, r)
"""


def _shapes(text: str):
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


def _terrain(text: str, miss: str):
    """A text that samples the height field, and what happens outside of it."""

    def form(b, s) -> str:
        s.parts(sample=_SAMPLE, pick_miss=b.pick(miss.split("|")))
        return text

    return form


build = Family(
    _SCOPE,
    Form(26, "cast_rays lidar_scan raycast", _shapes(_LIDAR), threads=(2,), space=(3,), prologue=False),
    Form(
        18,
        "render_depth depth_camera raycast_pixels",
        _shapes(_DEPTH),
        threads=(2,),
        space=(3,),
        prologue=False,
    ),
    Form(
        22,
        "height_scan measure_heights sample_terrain",
        _terrain(_HEIGHTS, "heights[i, j] = -clip\nreturn|return|heights[i, j] = clip\nreturn"),
        threads=(2,),
        space=(3,),
        prologue=False,
    ),
    Form(20, "march_terrain raycast_heightfield", _terrain(_MARCH, "break|break"), threads=(2,), space=(3,)),
    Form(14, "bin_sectors polar_histogram", _SECTORS, threads=(2,), space=(3,)),
).build
