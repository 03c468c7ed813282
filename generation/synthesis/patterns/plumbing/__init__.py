"""Small kernels between the large ones: copies, selections, offsets, clears, counters, changes of layout.

Free choices: what the arrays hold, how many go along, who selects, what changes on the way, where a launch
stops, which of a pair of layouts is the source.
Source: Blelloch, "Prefix Sums and Their Applications", 1990 (compaction, offsets of segments); kernels of
this kind stand in every program that keeps state in arrays.
"""

from __future__ import annotations

from generation.errors import SynthesisError
from generation.synthesis.builder import Builder
from generation.synthesis.forms import Family, Form
from generation.synthesis.patterns.plumbing import fields, lists, moves

VERBS = ("copy", "update", "set")

_SCOPE = {
    **fields.SCOPE,
    "mask": "b[n] mask env_mask selected is_active world_mask",
    "flag": "i[n] reset_flags dirty active world_flag status",
    "wanted": "i target_group world_id selected_type layer",
    "count": "i[1] num_active count contact_count",
    "limit": "i num_valid active_count max_index",
    "ids": "i!total[n] env_ids indices world_ids selection",
    "src_id": "i>total[n] source_index parent_ids remap indices",
    "free_id": "i?total[n] parent_index mapping shape_body",
    "total": "n:total num_envs num_total world_count",
    "width": "n:width num_dofs dofs_per_env num_channels",
    "tag": "i[n] group_id material category cell_id",
    "kinds": "n:kinds num_groups num_cells num_bins",
    "bin_of": "i>kinds[n] group_index cell_index bin_id",
    "tally_n": "inout i[kinds] group_count cell_count histogram",
    "cursor": "inout i>cap[1] count num_written write_cursor",
    "since": "i[n] step_count elapsed cooldown",
    "fill": "inout i[1] count num_written write_cursor",
    "list": "out i[cap] active_list indices compacted",
    "cap": "n:cap capacity max_count list_size",
    "rank": "i!cap[n] offsets write_pos scan",
    "starts": "i<cap[n+1] offsets row_start segment_start",
    "lengths": "out i[n] counts lengths segment_length",
    "begin": "out i[n] starts segment_begin first_index",
    "inverse": "out i[total] inverse_map reverse_index slot_of",
    "iota": "out i[n] order sequence identity",
    "line": "out s[n] grid_points sample_times linspace",
    "row": "out i[n] row_index world_of env_of",
    "col": "out i[n] col_index local_index dof_of",
    "age": "inout i[n] age step_count frames",
    "period": "i period interval decimation",
    "ready": "out b[n] is_due should_update triggered",
    "dirty": "inout i[1] changed any_dirty needs_rebuild",
    "tol": "s tolerance threshold epsilon",
}


_FAMILY = Family(
    _SCOPE,
    Form(
        20,
        "copy_state assign sync",
        moves.copy,
        prologue=False,
        summary="Copy state from one buffer to the other.",
    ),
    Form(
        16,
        "gather take_selected fetch",
        moves.gather,
        prologue=False,
        summary="Gather selected elements.",
    ),
    Form(
        16,
        "scatter write_back put_selected",
        moves.scatter,
        prologue=False,
        summary="Scatter elements back.",
    ),
    Form(
        18,
        "reset_selected restore reset_envs",
        moves.reset_selected,
        prologue=False,
        summary="Reset the selected elements.",
    ),
    Form(
        14,
        "clear_buffers zero_out clear",
        moves.clear,
        prologue=False,
        summary="Clear what the mask selects.",
    ),
    Form(
        10,
        "copy_rows select_rows gather_rows",
        moves.rows,
        threads=(2,),
        prologue=False,
        summary="Copy rows of the selected environments.",
    ),
    Form(
        8,
        "swap_buffers exchange",
        moves.swap,
        prologue=False,
        summary="Exchange two buffers.",
    ),
    Form(
        12,
        "pack split_components convert_layout",
        moves.layout,
        space=(3,),
        prologue=False,
        summary="Change the layout of the components.",
    ),
    Form(
        10,
        "mark_changed compare_state detect_changes",
        moves.compare,
        prologue=False,
        summary="Mark what has changed.",
    ),
    Form(
        12,
        "unpack_state pack_state gather_struct",
        moves.struct,
        prologue=False,
        summary="Convert between arrays and structs.",
    ),
    Form(
        12,
        "compact mask_to_indices build_list",
        lists.compact,
        prologue=False,
        summary="Indices of the elements that a mask selects.",
    ),
    Form(
        8,
        "segment_lengths split_offsets",
        lists.along(lists.SEGMENTS),
        prologue=False,
        summary="Lengths from offsets.",
    ),
    Form(
        9,
        "count_groups count_elements",
        lists.count,
        prologue=False,
        summary="Count elements by group.",
    ),
    Form(
        8,
        "unpack_indices flat_index sample_times",
        lists.along(lists.SEQUENCE),
        prologue=False,
        summary="Indices and times from numbers.",
    ),
    Form(
        7,
        "advance_counters tick increment",
        lists.along(lists.TICK),
        prologue=False,
        summary="Advance the counters.",
    ),
    Form(
        5,
        "invert_permutation invert_map",
        lists.along(lists.INVERT),
        prologue=False,
        summary="Invert an index map.",
    ),
)


def build(b: Builder) -> None:
    if b.earlier:
        raise SynthesisError("plumbing: one step is all that such a kernel does")
    b.lean = False  # it is as small as it should be
    _FAMILY.build(b)
