"""The built-ins that no program of ours names, each with the reason why.

Together with `program.vocabulary.BUILT_INS` this is Warp's registry, every name in one of the two.
"""

from __future__ import annotations

_REASONS = {
    "code generation inserts it for subscripts, assignments, loops and copies; no source names it": """
        add_inplace address array_store assign assign_copy assign_inplace bit_and_inplace bit_or_inplace
        bit_xor_inplace copy extract index indexref iter_next load slice store sub_inplace tile_add_inplace
        tile_bit_and_inplace tile_bit_or_inplace tile_bit_xor_inplace tile_slice_indexed tile_sub_inplace
        transform_add_inplace transform_sub_inplace tuple view""",
    "Warp refuses it in a kernel": "select transform_set_rotation_copy transform_set_translation_copy",
    "it halts a debugger": "breakpoint",
    "it says on the console that a test has failed, and no more: it reaches no output": """
        expect_eq expect_near expect_neq""",
    "an internal of Warp's former simulation module, without a public name": """
        dense_chol dense_chol_batched dense_gemm dense_gemm_batched dense_solve dense_solve_batched
        dense_subs""",
    "a type of storage without literals or a NumPy type to launch with; float16 stands for it": "bfloat16",
    "it says nothing: +x is x": "pos",
    "a range with a negative step says the same": "reversed",
    "what a thread finds there depends on the order of the block's threads: no run tells what is right": """
        tile_scatter_masked tile_stack tile_stack_clear tile_stack_count tile_stack_pop tile_stack_push""",
    "deprecated since Warp 1.18: a tile_* name says the same": """
        bvh_query_aabb_tiled bvh_query_next_tiled bvh_query_ray_tiled mesh_query_aabb_next_tiled
        mesh_query_aabb_tiled""",
    "its contents are undefined until every element is overwritten, which no rule follows": "tile_empty",
    "it gives arrays or a handle whose extents nothing declares": "array",
}

EXCEPTIONS: dict[str, str] = {name: why for why, names in _REASONS.items() for name in names.split()}
