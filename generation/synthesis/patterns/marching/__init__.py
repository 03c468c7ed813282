"""Isosurfaces of sampled fields: marching squares and cubes, surface nets, dual vertices.

Free choices: count or emit, table or cases, which corners and edges, where an edge is cut, how slots are
taken, masks, clipping, normals from the field.
Source: Lorensen and Cline, "Marching Cubes", SIGGRAPH 1987; Maple, "Geometric Design and Space Planning Using
the Marching Squares and Marching Cube Algorithms", 2003; Gibson, "Constrained Elastic Surface Nets", 1998.
"""

from __future__ import annotations

from generation.synthesis.forms import Family, Form
from generation.synthesis.patterns.marching.cells import REFINE
from generation.synthesis.patterns.marching.kernels import classify, contour, edges, net

VERBS = ("extract", "march", "classify")

FIELDS = ("geometry",)

_SCOPE = {
    "nx": "n:n nx num_x cells_x",
    "ny": "n:rows ny num_y cells_y",
    "nz": "n:cols nz num_z cells_z",
    "cube": "s[n+1,rows+1,cols+1] field density_grid sdf_values",
    "square": "s[n+1,rows+1] field height_field scalar_grid",
    "iso": "s iso threshold isovalue level",
    "valid": "i[n,rows,cols] cell_mask active_cells occupied",
    "valid2": "i[n,rows] cell_mask active_cells",
    "triangles": "i[256] tri_count_table case_to_tri_count triangle_counts",
    "segments": "i[16] segment_count_table case_to_lines",
    "cases": "out i[n,rows,cols] case_index cube_codes cell_case",
    "cases2": "out i[n,rows] case_index square_codes cell_case",
    "counts": "out i[n,rows,cols] tri_counts num_triangles cell_counts",
    "total": "inout i<capacity[1] triangle_count vertex_counter num_out",
    "verts": "out v[capacity] vertices out_points vert_positions",
    "verts2": "out v2[capacity] line_points contour_points out_points",
    "owner": "out i[capacity] vert_cell source_cell",
    "capacity": "n:capacity max_verts capacity max_points",
    "vertex_of": "out i[n,rows,cols] vertex_index cell_vertex vert_ids",
    "origin": "v grid_origin bounds_lower lower",
    "spacing": "s spacing cell_size voxel_size dx",
    "clip_z": "n:clip max_layer clip_depth",
    "seg_start": "out v2[n,rows] segment_start line_a",
    "seg_end": "out v2[n,rows] segment_end line_b",
    "cell_mean": "out s[n,rows,cols] cell_mean centre_values",
    "spread": "out s[n,rows,cols] cell_max upper_bounds",
    "cell_verts": "out v[n,rows,cols] cell_vertices dual_points",
    "normal2": "out v2[n,rows] segment_normal line_normal",
    "x": "v[n] vertices points positions",
    "gx": "n:gx grid_nx dim_x",
    "gy": "n:gy grid_ny dim_y",
    "gz": "n:gz grid_nz dim_z",
    "grid3": "s[gx,gy,gz] field sdf density_grid",
    "normals": "out v[n] normals out_normal vertex_normals",
    "moved": "out v[n] snapped_points projected new_positions",
}


build = Family(
    _SCOPE,
    Form(
        24,
        "classify count_triangles march",
        classify,
        "",
        (3,),
        (3,),
        prologue=False,
        summary="Find the marching-cubes case of each cell and count its triangles.",
    ),
    Form(
        22,
        "surface_nets place_vertices dual_contour",
        net,
        "",
        (3,),
        (3,),
        prologue=False,
        summary="Place one vertex in every cell that the surface crosses.",
    ),
    Form(
        22,
        "march contour extract_segments",
        contour,
        "contour_length perimeter",
        (2,),
        (2,),
        prologue=False,
        summary="Extract the contour segment of each square.",
    ),
    Form(
        18,
        "extract_edge cut_edges emit_vertices",
        edges,
        "",
        (3,),
        (3,),
        prologue=False,
        summary="Place a vertex on every edge that the isosurface cuts.",
    ),
    Form(
        14,
        "compute_normals refine project",
        REFINE,
        "gradient_norm slope",
        (1,),
        (3,),
        summary="Surface normals from the gradient of the field.",
    ),
).build
