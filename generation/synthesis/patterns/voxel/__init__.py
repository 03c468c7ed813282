"""Voxel grids: occupancy from rays, fusion of depth, carving, connected cells, points to cells.

Free choices: log odds or counts, truncation and weights, who is the thread (ray, voxel, point), who is a
neighbour, early ends, thresholds, saturation.
Source: Hornung et al., "OctoMap", 2013; Curless and Levoy, "A Volumetric Method for Building Complex Models
from Range Images", 1996; Amanatides and Woo, "A Fast Voxel Traversal Algorithm", 1987.
"""

from __future__ import annotations

from generation.synthesis.forms import Family, Form
from generation.synthesis.patterns.voxel.cells import BINNING, neighbours
from generation.synthesis.patterns.voxel.views import CARVE, FUSE
from generation.synthesis.patterns.voxel.walk import walk

VERBS = ("fuse", "carve", "integrate")

FIELDS = ("geometry", "image")

_SCOPE = {
    "gx": "n:gx grid_x dim_x num_x",
    "gy": "n:gy grid_y dim_y num_y",
    "gz": "n:gz grid_z dim_z num_z",
    "nx": "n:n grid_x dim_x num_x",
    "ny": "n:rows grid_y dim_y num_y",
    "nz": "n:cols grid_z dim_z num_z",
    "origin": "v grid_origin lower bounds_min",
    "voxel": "s voxel_size cell_size resolution",
    "start": "v[n] ray_origins sensor_origin starts",
    "dir": "v[n] ray_dirs directions beams",
    "range": "s[n] ranges hit_distance measured_depth",
    "max_range": "s max_range range_limit max_depth",
    "hits": "inout i[gx,gy,gz] hit_count occupied_count",
    "passes": "inout i[gx,gy,gz] miss_count free_count",
    "odds": "inout s[gx,gy,gz] log_odds occupancy",
    "odds_own": "inout s[n,rows,cols] log_odds occupancy",
    "occ": "s[gx,gy,gz] occupancy density_grid voxels",
    "l_hit": "s log_odds_hit l_occ",
    "l_miss": "s log_odds_miss l_free",
    "l_min": "s clamp_min l_min",
    "l_max": "s clamp_max l_max",
    "limit": "n:limit max_steps step_limit",
    "threshold": "s occupancy_threshold threshold",
    "first": "out s[n] hit_t first_hit traversal_t",
    "cell_out": "out i[n,3] hit_voxel hit_cell",
    "visible": "out s[n] transmittance visibility",
    "depth": "s[height,width] depth_image depth_map",
    "mask": "i[height,width] silhouette object_mask segmentation",
    "width": "n:width image_width width",
    "height": "n:height image_height height",
    "fx": "s fx focal_x",
    "fy": "s fy focal_y",
    "cx": "s cx center_x",
    "cy": "s cy center_y",
    "cam_q": "q camera_rotation world_to_camera_q",
    "cam_p": "v camera_translation camera_offset",
    "trunc": "s truncation trunc_distance mu",
    "tsdf": "inout s[n,rows,cols] tsdf sdf_volume",
    "weight": "inout s[n,rows,cols] weights tsdf_weight",
    "w_max": "s max_weight weight_limit",
    "colors": "inout v[n,rows,cols] voxel_color color_volume",
    "image": "v[height,width] color_image rgb",
    "carved": "inout i[n,rows,cols] visual_hull votes occupied",
    "flags": "i[n,rows,cols] labels_in occupancy solid",
    "labels": "out i[n,rows,cols] labels_out component new_labels",
    "changed": "inout i[1] changed_flag num_changed",
    "dist": "out s[n,rows,cols] distance_out dist_next",
    "dist_in": "s[n,rows,cols] distance_in dist",
    "count": "inout i[1] surface_count num_surface num_occupied",
    "surface": "out i[n,rows,cols] surface_mask exposed boundary_mask",
    "points": "v[n] points cloud positions",
    "normals": "v[n] normals point_normals",
    "intensity": "s[n] intensity reflectance",
    "sum_p": "inout v[gx,gy,gz] centroid_sum point_sum",
    "sum_n": "inout v[gx,gy,gz] normal_sum accumulated_normals",
    "sum_w": "inout s[gx,gy,gz] weight_sum intensity_sum",
    "top": "inout s[gx,gy] elevation_max height_max",
    "index": "out i[n] voxel_index cell_id",
    "dropped": "inout i[1] dropped outside_count",
}

build = Family(
    _SCOPE,
    Form(
        30,
        "traverse integrate_rays insert_scan",
        walk,
        "depth mean_range",
        space=(3,),
        summary="Walk each ray through the voxel grid.",
    ),
    Form(
        26,
        "fuse integrate_depth update_tsdf",
        FUSE,
        threads=(3,),
        space=(3,),
        prologue=False,
        summary="Fuse a depth image into the signed distance volume.",
    ),
    Form(
        18,
        "carve project_silhouette",
        CARVE,
        threads=(3,),
        space=(3,),
        prologue=False,
        summary="Carve voxels that project outside the silhouette.",
    ),
    Form(
        14,
        "label_components find_surface sweep_cells",
        neighbours,
        threads=(3,),
        space=(3,),
        prologue=False,
        summary="Compare each voxel with its neighbors.",
    ),
    Form(
        14,
        "voxelize insert_points accumulate_voxels",
        BINNING,
        space=(3,),
        summary="Accumulate points in voxels.",
    ),
).build
