"""Range sensors: lidar beams against shapes by type, height scans, depth images, a march over a height field.

Free choices: shapes and their order, beam layout, range noise and dropouts, nearest or any hit, missing
returns, slopes, frames of the sensor.
Source: Williams et al., "An Efficient and Robust Ray-Box Intersection Algorithm", 2005; Amanatides and Woo,
"A Fast Voxel Traversal Algorithm for Ray Tracing", 1987; Rudin et al., "Learning to Walk in Minutes", 2021.
"""

from __future__ import annotations

from generation.synthesis.forms import Family, Form
from generation.synthesis.patterns.raycast_sensor.shapes import DEPTH, LIDAR, shapes
from generation.synthesis.patterns.raycast_sensor.terrain import HEIGHTS, MARCH, terrain

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

build = Family(
    _SCOPE,
    Form(
        26,
        "cast_rays lidar_scan raycast",
        shapes(LIDAR),
        threads=(2,),
        space=(3,),
        prologue=False,
        summary="Cast the beams of a lidar against all shapes.",
    ),
    Form(
        18,
        "render_depth depth_camera raycast_pixels",
        shapes(DEPTH),
        threads=(2,),
        space=(3,),
        prologue=False,
        summary="Render a depth image by ray casting.",
    ),
    Form(
        22,
        "height_scan measure_heights sample_terrain",
        terrain(HEIGHTS, "heights[i, j] = -clip\nreturn|return|heights[i, j] = clip\nreturn"),
        threads=(2,),
        space=(3,),
        prologue=False,
        summary="Sample terrain heights around each robot.",
    ),
    Form(
        20,
        "march_terrain raycast_heightfield",
        terrain(MARCH, "break|break"),
        threads=(2,),
        space=(3,),
        summary="March each ray until it meets the terrain.",
    ),
    Form(
        14,
        "bin_sectors polar_histogram",
        _SECTORS,
        threads=(2,),
        space=(3,),
        summary="Nearest obstacle per sector around the sensor.",
    ),
).build
