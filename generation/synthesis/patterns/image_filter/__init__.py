"""Image processing: blurs that keep edges, edge detectors, medians, tone curves, morphology, demosaicing,
warps.

Free choices: filter, window, border, grey or colour, order of steps, output range, masks.
Source: Tomasi and Manduchi, "Bilateral Filtering", 1998; Reinhard et al., "Photographic Tone Reproduction",
2002.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.image_filter.colour import BAYER, HELPERS, TONE, WARP
from generation.synthesis.patterns.image_filter.smoothing import BILATERAL, EDGES, MEDIAN, MORPHOLOGY
from generation.synthesis.sketches import Sketch

VERBS = ("filter", "sharpen", "denoise", "tone_map", "process")
FIELDS = ("image",)
_FORMS = Weights(
    {"bilateral": 20, "edges": 18, "median": 12, "tone": 20, "morphology": 12, "bayer": 8, "warp": 10}
)
TITLES = {
    "bilateral": (
        "bilateral_filter denoise_bilateral",
        "Bilateral filter.",
        "Edge-preserving smoothing of an image.",
    ),
    "edges": ("detect_edges sobel_edges edge_filter", "Edge detection."),
    "median": ("median_filter denoise_median", "Median filter over a small window."),
    "tone": ("tone_map apply_tone_curve", "Tone mapping."),
    "morphology": ("erode_dilate morphology", "Morphological filter."),
    "bayer": ("demosaic debayer", "Demosaic a Bayer pattern."),
    "warp": ("warp_image remap_image", "Warp an image by a displacement map."),
}

_SCOPE = {
    "h": "n:n height rows num_rows",
    "w": "n:rows width cols num_cols",
    "img": "s[n,rows] image src gray",
    "col": "v3[n,rows] image color rgb",
    "guide": "s[n,rows] guide reference_image depth_map",
    "mask": "i[n,rows] mask valid_mask roi",
    "flow_x": "s[n,rows] flow_x map_x shift_u",
    "flow_y": "s[n,rows] flow_y map_y shift_v",
    "out": "out s[n,rows] out filtered dst",
    "out_c": "out v3[n,rows] out filtered dst",
    "out_i": "out i[n,rows] edge_map binary label_out",
    "out_2": "out s[n,rows] magnitude strength aux_out",
    "sigma_s": "c sigma_spatial sigma_s inv_sigma_s",
    "sigma_r": "c sigma_range sigma_r range_scale",
    "thr": "c threshold low_threshold cut",
    "thr_hi": "c high_threshold upper_threshold",
    "amount": "c amount strength sharpness",
    "exposure": "c exposure ev gain",
    "white": "s white_point l_white burn",
    "outside": "s border_value fill_value outside_value",
    "gamma": "s inv_gamma gamma display_gamma",
    "sat": "s saturation color_boost vibrance",
    "taps": "s[5,5] taps kernel_weights weights",
    "cmat": "m3 color_matrix cc_matrix rgb_to_out",
}


_TEXT = {
    "bilateral": BILATERAL, "edges": EDGES, "median": MEDIAN, "tone": TONE,
    "morphology": MORPHOLOGY, "bayer": BAYER, "warp": WARP,
}  # fmt: skip


def build(b: Builder) -> None:
    b.grid(2)
    form = b.form(_FORMS)
    framing.prologue(b)
    s = Sketch(b, **_SCOPE)
    s.scope["tally"] = lambda e: framing.tally(b, e, "energy", "level", "contrast")
    radius = b.integer(1, 3)
    text = _TEXT[form].replace("RADIUS + 1", str(radius + 1)).replace("RADIUS", str(radius))
    s(HELPERS)(text.replace("K * ", b.pick(("2.0 * ", "10.0 * ", ""))))
    framing.bookkeeping(b)
    s.done()
