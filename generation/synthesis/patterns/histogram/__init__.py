"""Histograms: samples into bins, partial counts, joint bins, gradients by orientation, equalisation, peaks.

Free choices: the bins (linear, logarithmic, by edges, hashed, wrapped), what a sample adds and to how many
bins, what lies outside, private counts, what is read off: sums, moments, entropy, peaks, distances.
Source: Podlozhnyuk, "Histogram calculation in CUDA", 2007; Otsu, "A Threshold Selection Method from
Gray-Level Histograms", 1979; Dalal and Triggs, "Histograms of Oriented Gradients for Human Detection", 2005;
Pizer et al., "Adaptive Histogram Equalization and Its Variations", 1987.
"""

from __future__ import annotations

from generation.synthesis.forms import Family, Form
from generation.synthesis.patterns.histogram.counts import BINNING, JOINT, ORIENTED, PRIVATE, counted
from generation.synthesis.patterns.histogram.uses import COMPARE, EQUALIZE, MERGE, PEAK, SPLIT, cumulative

VERBS = ("histogram", "count", "bin")
FIELDS = ("image", "learning", "signal")
SUBJECTS = ("histogram", "bins", "samples", "intensities")

_SCOPE = {
    "x": "s[n] values samples intensities",
    "y": "s[n] other_values second_channel depths",
    "p": "v[n] points colors samples",
    "w": "s[n] weights importance mass",
    "label": "i[n] labels categories codes",
    "group": "i>groups[n] group_id segment batch",
    "valid": "b[n] valid mask is_finite",
    "bins": "n:bins num_bins bin_count",
    "own_bins": "n:n num_bins bin_count",
    "bins2": "n:cols num_bins_y num_cols bins_y",
    "groups": "n:groups num_groups num_segments",
    "low": "s min_value range_min lower",
    "high": "s max_value range_max upper",
    "scale": "s inv_bin_width bin_scale inv_width",
    "edges": "s[bins] bin_edges edges boundaries",
    "hist": "inout i[bins] histogram counts bin_counts",
    "mass": "inout s[bins] weighted_hist bin_weight bin_sums",
    "square": "inout s[bins] bin_sq_sums second_moment energy_hist",
    "table": "inout i[groups,bins] histograms group_hist local_hist",
    "joint": "inout s[bins,cols] joint_hist histogram_2d co_occurrence",
    "bin_out": "out i[n] bin_index bin_ids assigned_bin",
    "outside": "inout i[1] num_outside dropped overflow_count",
    "under": "inout i[2] under_over range_misses tails",
    "peak_x": "inout s[1] observed_max peak_value largest",
    "count": "n:m samples_per_thread chunk_size items_per_thread",
    "chunk": "s[n,m] values sample_rows chunks",
    "private": "inout i[n,bins] partial_hist private_counts sub_hist",
    "parts": "i[copies,n] partial_hist private_counts sub_hist",
    "part_w": "s[copies,n] partial_weight private_sums sub_weight",
    "copies": "n:copies num_copies num_partials num_blocks",
    "merged": "out i[n] histogram merged_counts total_hist",
    "merged_w": "out s[n] merged_weight density bin_mass",
    "own": "i[n] histogram counts bin_counts",
    "cdf": "out s[n] cdf cumulative lookup",
    "total": "i num_samples total_count sample_count",
    "clip": "i clip_limit max_count ceiling",
    "lut": "s[bins] cdf lookup mapping",
    "lut_low": "s cdf_min lowest floor_level",
    "gain": "c contrast strength amount",
    "image_out": "out s[n] equalized remapped values_out",
    "rows": "s[n,bins] histograms hist_rows densities",
    "rows2": "s[n,bins] reference target_hist model_hist",
    "peak": "out i[n] peak_bin mode_bin argmax_bin",
    "height": "out s[n] peak_height mode_count max_count",
    "place": "out s[n] peak_value mode_value dominant",
    "level": "s noise_floor min_height significance",
    "dist": "out s[n] distances similarity divergence",
    "split": "out i[n] thresholds otsu_bin cut_bin",
    "score": "out s[n] separation between_variance entropy",
    "img": "s[n,rows] image gray intensity",
    "h": "n:n height image_height",
    "wd": "n:rows width image_width",
    "cells": "inout s[cy,cx,bins] cell_hist orientation_hist hog_cells",
    "cy": "n:cy cells_y num_cells_y",
    "cx": "n:cx cells_x num_cells_x",
    "size": "i cell_size pixels_per_cell window",
}


build = Family(
    _SCOPE,
    Form(
        30,
        "histogram count_bins accumulate",
        counted(BINNING),
        "sample value",
        summary="Count samples by bin.",
    ),
    Form(
        14,
        "joint_histogram histogram_2d co_occurrence",
        counted(JOINT),
        "joint_weight sample",
        summary="Joint histogram of two variables.",
    ),
    Form(
        16,
        "private_histogram count_chunk partial_histogram",
        counted(PRIVATE),
        "chunk_max counted",
        summary="Each thread counts its own chunk before the counts are merged.",
    ),
    Form(
        10,
        "oriented_gradients hog_cells",
        ORIENTED,
        threads=(2,),
        prologue=False,
        summary="Histograms of gradient orientation by cell.",
    ),
    Form(
        12,
        "merge_histograms reduce_partials",
        MERGE,
        "bin_total largest_bin",
        summary="Sum the partial counts of each bin.",
    ),
    Form(
        12,
        "cumulative_histogram build_cdf",
        cumulative,
        "cumulated cdf_value",
        summary="Cumulative distribution from bin counts.",
    ),
    Form(
        14,
        "equalize remap_intensity apply_lut",
        EQUALIZE,
        "remapped shift",
        summary="Equalize intensities through the cumulative histogram.",
    ),
    Form(
        16,
        "find_mode peak_bin argmax_bin",
        PEAK,
        "peak_mass mode",
        summary="Find the dominant bin of each histogram.",
    ),
    Form(
        10,
        "otsu_threshold split_histogram",
        SPLIT,
        "separation threshold_score",
        summary="Threshold that separates the two classes best.",
    ),
    Form(
        12,
        "compare_histograms histogram_distance",
        COMPARE,
        "distance similarity",
        summary="Distance between pairs of histograms.",
    ),
).build
