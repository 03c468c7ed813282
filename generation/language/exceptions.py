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
    "it stops the program or halts a debugger: a matter of tests, not of kernels": """
        breakpoint expect_eq expect_near expect_neq""",
    "an old internal of Warp's simulation module, without a public name": """
        dense_chol dense_chol_batched dense_gemm dense_gemm_batched dense_solve dense_solve_batched
        dense_subs""",
    "its result differs between the backends by design": "div_approx inverse_approx",
    "a type of storage without literals or a NumPy type to launch with; float16 stands for it": "bfloat16",
    "it says nothing: +x is x": "pos",
    "a range with a negative step says the same": "reversed",
    "it changes an argument in place, which the nodes, all but random states and tile_matmul, do not do": """
        tile_assign tile_axpy tile_cholesky_inplace tile_cholesky_solve_inplace tile_fft tile_ifft
        tile_lower_solve_inplace tile_scatter_add tile_scatter_masked tile_sort tile_upper_solve_inplace""",
    "a query or a stack that a whole block shares: its loop is over a tile that may be partly empty": """
        bvh_query_aabb_tiled bvh_query_next_tiled bvh_query_ray_tiled mesh_query_aabb_next_tiled
        mesh_query_aabb_tiled tile_bvh_query_aabb tile_bvh_query_next tile_bvh_query_ray
        tile_mesh_query_aabb tile_mesh_query_aabb_next tile_query_valid tile_stack tile_stack_clear
        tile_stack_count tile_stack_pop tile_stack_push""",
    "it goes where a tile of indices says, which no span of ours bounds": """
        tile_atomic_add_indexed tile_load_indexed tile_store_indexed""",
    "a part of a tile, or one without defined contents, which the shapes of the nodes do not describe": """
        tile_empty tile_from_thread tile_squeeze tile_view""",
    "it gives arrays or a handle whose extents nothing declares": "array mesh_get mesh_get_bvh",
    "tile_randf stands for it": "tile_randi",
}

EXCEPTIONS: dict[str, str] = {name: why for why, names in _REASONS.items() for name in names.split()}
