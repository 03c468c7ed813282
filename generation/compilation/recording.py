"""Warp's builder, with two differences: it quotes no Python, and it knows which line wrote each statement.

Nothing of Warp is patched for this: an adjoint (Warp's object that turns one Python function into
statements) changes its class while it is being built here and gets it back afterwards.
"""

from __future__ import annotations

import types

import warp._src.codegen as codegen
import warp._src.context as context
import warp._src.types as warp_types

MAX_VARIABLES = 20_000  # nested constant loops unroll into a product; no kernel that anybody wrote comes near


class TextTooLarge(Exception):
    """The function unrolls into more variables than any useful text has."""


class Statement(str):
    """One statement of generated code and the line (0-based, within the function) that wrote it."""

    __slots__ = ("line",)


class FunctionAdjoint(codegen.Adjoint):
    """Builds a device function without comments that quote its source."""

    def set_lineno(adj, lineno):
        adj.lineno = lineno

    def add_var(adj, type=None, constant=None):
        if len(adj.variables) >= MAX_VARIABLES:
            raise TextTooLarge(f"more than {MAX_VARIABLES} variables; loops over constants are unrolled")
        return super().add_var(type, constant)


class KernelAdjoint(FunctionAdjoint):
    """Builds a kernel, and tags each forward statement with its line."""

    # Without line directives, which are off for good, this is all that Warp's own method does.
    def add_forward(adj, statement, replay=None, skip_replay=False):
        block = adj.blocks[-1]
        tagged = Statement(adj.indentation + statement)
        tagged.line = adj.lineno
        block.body_forward.append(tagged)
        if not skip_replay:
            block.body_replay.append(adj.indentation + replay if replay else tagged)

    def begin_while(adj, cond):
        line = adj.lineno
        super().begin_while(cond)
        # The condition's block opens with a label that Warp appends by hand.
        body = adj.loop_blocks[-1].body_forward
        body[0] = Statement(body[0])
        body[0].line = line


class _SingleKernel:
    """Stands in for Warp's hasher: one kernel to build, no content hash (names are without it)."""

    unique_kernels = types.MappingProxyType({})

    def __init__(self, kernel):
        self.kernel = kernel

    def get_unique_kernels(self):
        return (self.kernel,)


# All that a builder wants of its module is a place to note launch limits.
_NO_MODULE = types.SimpleNamespace(_cache_kernel_tid_extent_limit=lambda kernel, block_dim: None)


class Builder(context.ModuleBuilder):
    """Builds one kernel and all that it calls.

    `classes` are the adjoint classes for kernel and functions; `prepare` is called with the kernel before it
    is built. After `release()` every adjoint is of its own class again; with `preserve` it is also in the
    state it had before.
    """

    def __init__(self, kernel, options: dict, classes, prepare, preserve: bool = False):
        self._kernel_class, self._function_class = classes
        self._prepare = prepare
        self._preserve = preserve
        self._adopted: list[tuple] = []
        try:
            super().__init__(_NO_MODULE, options, hasher=_SingleKernel(kernel))
        except BaseException:
            self.release()
            raise

    def _adopt(self, adj, adjoint_class):
        if type(adj) is not adjoint_class:
            self._adopted.append((adj, type(adj), dict(vars(adj)) if self._preserve else None))
            adj.__class__ = adjoint_class

    def build_kernel(self, kernel):
        self._adopt(kernel.adj, self._kernel_class)
        self._prepare(kernel)
        super().build_kernel(kernel)

    @staticmethod
    def _kernel_has_value_return(kernel):
        # Look for the word before walking the tree: most kernels do without it.
        adj = kernel.adj
        maybe = "return" in adj.source or adj.transformers
        return bool(maybe) and context.ModuleBuilder._kernel_has_value_return(kernel)

    def build_function(self, func):
        if func not in self.functions:
            self._adopt(func.adj, self._function_class)
            super().build_function(func)

    # Two walks over every variable that find nothing unless there are such types at all.

    def _collect_native_types(self, var_type):
        if warp_types._native_value_types:
            super()._collect_native_types(var_type)

    def _get_tile_helper_struct_hashes(self):
        return super()._get_tile_helper_struct_hashes() if self.structs else set()

    def release(self):
        for adj, original, state in reversed(self._adopted):
            adj.__class__ = original
            if state is not None:
                vars(adj).clear()
                vars(adj).update(state)
        self._adopted.clear()

    def uses_tiles(self) -> bool:
        """Whether the text was built for one block size, so that another backend needs its own build."""
        is_tile, is_stack = codegen.is_tile, codegen.is_tile_stack
        for thing in (*self.kernels, *self.functions):
            for var in (*thing.adj.variables, *thing.adj.args):
                kind = codegen.strip_reference(var.type)
                if is_tile(kind) or is_stack(kind):
                    return True
        return False
