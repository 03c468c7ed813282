"""The text of function bodies, joined without asking each line whether it is a line directive.

There are none: they are off, as in any release build.
"""

from __future__ import annotations

import warp._src.codegen as codegen
import warp._src.types as warp_types
from warp._src.codegen import Var

from generation.compilation.memo_types import ctype


def _declarations(adj, prefix: str, requires_grad: bool) -> list[str]:
    is_tile, is_stack = warp_types.is_tile, warp_types.is_tile_stack
    lines = []
    for var in adj.variables:
        kind = var.type
        if is_tile(kind):
            value = f" = {kind.cinit(requires_grad=requires_grad)}"
        elif is_stack(kind):
            value = f" = {kind.cinit()}"
        elif var.constant is not None:
            lines.append(
                f"{prefix}const {ctype(kind)} {var.emit()} = {codegen.constant_str(var.constant)};\n"
            )
            continue
        else:
            value = ""
        lines.append(f"{prefix}{ctype(kind)} {var.emit()}{value};\n")
    return lines


def _adjoint_declarations(adj, prefix: str) -> list[str]:
    is_tile, is_stack = warp_types.is_tile, warp_types.is_tile_stack
    lines = []
    for var in adj.variables:
        kind, name = var.type, var.emit_adj()
        if is_tile(kind):
            if kind.storage == "register":
                lines.append(f"{prefix}{kind.ctype()} {name}{{}};\n")
            elif kind.storage == "shared":
                lines.append(f"{prefix}{kind.ctype()}& {name} = {var.emit()};\n")
        elif is_stack(kind):
            lines.append(f"{prefix}{ctype(kind)} {name};\n")
        else:
            lines.append(f"{prefix}{ctype(kind, True)} {name} = {{}};\n")
    return lines


def _arguments(adj, prefix: str, emit, source: str) -> list[str]:
    return [f"{prefix}{ctype(arg.type)} {emit(arg)} = {source}->{arg.label};\n" for arg in adj.args]


def make_codegen_func_forward(stock):
    def codegen_func_forward(adj, func_type="kernel", device="cpu", grid_stride=False):
        kernel = func_type == "kernel"
        prefix = "        " if kernel and device == "cuda" else "    "
        rule = f"{prefix}//---------\n{prefix}// "
        parts = []
        if kernel and device == "cpu":
            parts += [f"{rule}argument vars\n", *_arguments(adj, prefix, Var.emit, "_wp_args")]
        parts += [f"{rule}primal vars\n", *_declarations(adj, prefix, False), f"{rule}forward\n"]
        body = adj.blocks[0].body_forward
        if grid_stride and kernel and device == "cuda":
            body = [
                line.replace("return;", "continue;") if line.lstrip().startswith("return;") else line
                for line in body
            ]
        parts += [f"{prefix}{line}\n" for line in body]
        return "".join(parts)

    return codegen_func_forward


def make_codegen_func_reverse(stock):
    def codegen_func_reverse(adj, func_type="kernel", device="cpu", grid_stride=False):
        if adj.slot_augassign_error is not None:
            return stock(adj, func_type, device, grid_stride)  # which raises it
        kernel = func_type == "kernel"
        prefix = "        " if kernel and device == "cuda" else "    "
        rule = f"{prefix}//---------\n{prefix}// "
        parts = []
        if kernel and device == "cpu":
            parts += [f"{rule}argument vars\n", *_arguments(adj, prefix, Var.emit, "_wp_args")]
            parts += _arguments(adj, prefix, Var.emit_adj, "_wp_adj_args")
        parts += [f"{rule}primal vars\n", *_declarations(adj, prefix, True)]
        parts += [f"{rule}dual vars\n", *_adjoint_declarations(adj, prefix), f"{rule}forward\n"]
        block = adj.blocks[0]
        parts += [f"{prefix}{line}\n" for line in block.body_replay]
        parts.append(f"{rule}reverse\n")
        parts += [f"{prefix}{line}\n" for line in reversed(block.body_reverse)]
        parts.append(
            f"{prefix}continue;\n" if grid_stride and kernel and device == "cuda" else f"{prefix}return;\n"
        )
        return "".join(parts)

    return codegen_func_reverse
