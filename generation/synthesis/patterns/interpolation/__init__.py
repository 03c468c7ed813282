"""Values between samples: linear in one to three dimensions, cubic, from tables, from scattered points.

Free choices: dimension, what lies outside the grid, weights, uniform or sorted abscissae, what is carried.
Source: Press et al., "Numerical Recipes", 2007, chapter 3; Catmull and Rom, 1974; Shepard, 1968.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.interpolation.curves import SCATTERED, SPLINE, TABLE
from generation.synthesis.patterns.interpolation.grids import BILINEAR, TRILINEAR
from generation.synthesis.sketches import Sketch

VERBS = ("interpolate", "sample", "resample", "lookup", "evaluate")
FIELDS = ("signal", "image", "fluid", "finite_element")
SUBJECTS = ("field", "table", "samples", "curve", "grid", "trajectory")
TITLES = {
    "bilinear": ("sample_bilinear bilinear_lookup", "Bilinear samples of a grid at given places."),
    "trilinear": ("sample_trilinear trilinear_lookup", "Trilinear samples of a volume at given places."),
    "table": ("lookup_table interp1d evaluate_table", "Values of a table between its entries."),
    "spline": ("evaluate_spline catmull_rom_curve", "Points of a cubic curve."),
    "scattered": ("inverse_distance shepard_interpolation", "Weighted means of scattered samples."),
}
_FORMS = Weights({"bilinear": 24, "trilinear": 20, "table": 24, "spline": 22, "scattered": 20})

_SCOPE = {
    "p2": "v2[n] sample_points coords uv",
    "p3": "v3[n] sample_points query_points positions",
    "img": "KIND[h,wd] grid_values field image",
    "vol": "KIND[gx,gy,gz] volume grid_values field",
    "h": "n:h grid_height num_rows ny",
    "wd": "n:wd grid_width num_cols nx",
    "gx": "n:gx nx grid_x dim_x",
    "gy": "n:gy ny grid_y dim_y",
    "gz": "n:gz nz grid_z dim_z",
    "inv": "s inv_dx inv_spacing scale",
    "dx": "s dx spacing cell_size",
    "origin2": "v2 origin lower_corner grid_origin",
    "origin3": "v3 origin lower_corner grid_origin",
    "outside": "KIND fill_value outside_value background",
    "out": "out KIND[n] sampled values_out interpolated",
    "inside": "out i[n] inside_flags valid_out in_range",
    "grad2": "out v2[n] gradient_out slope_out derivative",
    "q": "s[n] query times x_eval",
    "xs": "s[m] knots abscissae breakpoints",
    "ys": "KIND[m] table values ordinates",
    "slopes": "KIND[m] slopes tangents derivatives",
    "m": "n:m num_knots table_size num_entries",
    "lo": "s t_min table_start first_x",
    "step": "s dt_table table_step inv_step",
    "seg": "out i[n] segment_out interval found_index",
    "ctrl": "KIND[m] control_points knots_p waypoints",
    "tension": "s tension stiffness alpha",
    "loop": "i closed is_loop periodic",
    "speed": "out s[n] speed_out arc_speed rate_out",
    "w": "s[n] weights sample_weight blend",
    "gain": "c gain amplitude scale_factor",
    "pts": "v[m] sample_positions data_points sources",
    "pv": "KIND[m] sample_values data_values source_values",
    "at": "v[n] query_points targets eval_points",
    "near": "i?m[n,slots] neighbors nearest_ids stencil_ids",
    "slots": "n:slots num_neighbors max_neighbors stencil_size",
    "power": "s power exponent falloff",
    "radius": "s radius support cutoff",
    "total": "out s[n] weight_sum total_weight density_out",
}


_TEXT = {
    "bilinear": BILINEAR, "trilinear": TRILINEAR, "table": TABLE, "spline": SPLINE, "scattered": SCATTERED,
}  # fmt: skip


def build(b: Builder) -> None:
    form = b.form(_FORMS)
    b.grid(1)
    if b.chance(0.45):
        framing.prologue(b)
    kind = "s" if b.chance(0.6) else "v"
    listed = b.chance(0.6)
    words = {
        "NOTHING": "real(0.0)" if kind == "s" else "vzero()",
        "COUNT": "slots" if listed else "m",
        "LOAD": "j__other__src_id = near[i, e]\n    if j < 0:\n        break" if listed else "j = e",
        "SIZE(d)": "abs(d)" if kind == "s" else "length(d)",
    }
    text = _TEXT[form]
    for word, value in words.items():
        text = text.replace(word, value)
    s = Sketch(b, **{name: declared.replace("KIND", kind) for name, declared in _SCOPE.items()})
    s(text)
    framing.bookkeeping(b, 0.15)
    s.done()
