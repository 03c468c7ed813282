"""Rasterisation: triangles to pixels with a depth buffer, points as splats, lines, shading of visible pixels.

Free choices: who is the thread (triangle, pixel, point), coverage rule, depth test, culling, attributes,
clipping, blending of splats, resolution of the depth test.
Source: Pineda, "A Parallel Algorithm for Polygon Rasterization", SIGGRAPH 1988; Laine and Karras, "High-
Performance Software Rasterization on GPUs", 2011; Kerbl et al., "3D Gaussian Splatting", 2023.
"""

from __future__ import annotations

from generation.synthesis.forms import Family, Form
from generation.synthesis.patterns.rasterisation.coverage import LINE, TRIANGLE, shade
from generation.synthesis.patterns.rasterisation.splats import BLEND, PROJECT, SPLAT

VERBS = ("rasterize", "splat", "shade")

FIELDS = ("image", "geometry")

_SCOPE = {
    "width": "n:cols width image_width res_x",
    "height": "n:rows height image_height res_y",
    "pw": "n:rows width image_width res_x",
    "ph": "n:n height image_height res_y",
    "tri": "i>verts[n,3] triangles faces tri_indices",
    "sx": "v3[verts] screen_pos projected clip_pos",
    "attr": "v3[verts] vertex_color attributes normals",
    "depth": "inout s[rows,cols] depth_buffer z_buffer",
    "face_id": "inout i[rows,cols] face_buffer id_buffer visible_face",
    "cover": "inout i[rows,cols] coverage overdraw hit_count",
    "color": "inout v3[rows,cols] color_buffer framebuffer accum_color",
    "wsum": "inout s[rows,cols] weight_buffer alpha_sum",
    "culled": "inout i[1] culled num_culled rejected",
    "limit": "n:limit max_pixels max_span",
    "near": "s near_plane z_near",
    "far": "s far_plane z_far",
    "bias": "s depth_bias z_offset",
    "x": "v3[n] points positions centers",
    "rgb": "v3[n] point_color colors rgb",
    "scale": "s[n] splat_radius point_size sigma",
    "alpha": "s[n] opacity alpha",
    "cam_q": "q camera_rotation view_q",
    "cam_p": "v3 camera_position eye",
    "fx": "s focal_x fx",
    "fy": "s focal_y fy",
    "cx": "s center_x cx",
    "cy": "s center_y cy",
    "out_p": "out v3[n] screen_pos projected",
    "radius_out": "out s[n] screen_radius radii",
    "tiles_out": "out i[n] tiles_touched tile_count",
    "visible": "out i[n] visible_flag in_frustum",
    "ids": "i?faces[n,rows] face_buffer id_buffer",
    "bary": "v3[n,rows] barycentrics bary_buffer",
    "tri_f": "i>verts[faces,3] triangles faces",
    "mat": "i[faces] material face_material",
    "light": "v3 light_dir sun_direction",
    "ambient": "s ambient ambient_level",
    "gloss": "s shininess gloss specular_power",
    "base": "v3 base_color albedo",
    "sky": "v3 background sky_color clear_color",
    "view": "v3 view_dir eye_dir",
    "image": "out v3[n,rows] image rendered shaded",
    "zin": "s[n,rows] depth_buffer z_buffer",
    "edge_out": "out i[n,rows] edge_mask outline",
    "p0": "v2[n] line_start segment_a",
    "p1": "v2[n] line_end segment_b",
    "order": "i>splats[splats] sorted_splats draw_order",
    "starts": "i<splats[tiles+1] tile_ranges bin_start",
    "tile_of": "i>tiles[n,rows] pixel_tile tile_id",
    "mean2": "v2[splats] splat_mean centers_2d",
    "conic": "v3[splats] conics inv_cov",
    "opac": "s[splats] splat_opacity opacities",
    "srgb": "v3[splats] splat_color features",
    "trans": "out s[n,rows] final_transmittance alpha_out",
    "used": "out i[n,rows] num_contrib last_splat",
}

build = Family(
    _SCOPE,
    Form(
        28,
        "rasterize raster_triangles draw_faces",
        TRIANGLE,
        space=(3,),
        summary="Rasterize one triangle per thread.",
    ),
    Form(
        16,
        "project project_points preprocess_splats",
        PROJECT,
        space=(3,),
        summary="Project each point to the image.",
    ),
    Form(20, "splat splat_points draw_points", SPLAT, space=(3,), summary="Splat each point onto the image."),
    Form(
        18,
        "blend_splats composite render_tiles",
        BLEND,
        threads=(2,),
        space=(3,),
        prologue=False,
        summary="Blend the sorted splats of each pixel.",
    ),
    Form(
        14,
        "shade shade_pixels deferred_shading",
        shade,
        threads=(2,),
        space=(3,),
        prologue=False,
        summary="Shade every visible pixel.",
    ),
    Form(8, "draw_lines raster_lines", LINE, space=(3,), summary="Draw one line per thread."),
).build
