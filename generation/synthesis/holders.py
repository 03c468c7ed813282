"""Module constants as attributes of a class: `Config.GRAVITY`."""

from __future__ import annotations

from generation.language.types import I32
from generation.program.declarations import Program
from generation.program.nodes import Var
from generation.program.rewriting import rewrite
from generation.synthesis.draw import Draw

_CLASSES = ("Config", "Constants", "Settings", "Defaults", "Tuning")


def held_by_class(draw: Draw, program: Program) -> Program:
    """The program with its constants in one class; the same where it has none but those of enumerations."""
    taken = {struct.name for struct in program.structs}
    holder = draw.pick([name for name in _CLASSES if name not in taken])
    plain = [(var, const) for var, const in program.constants if "." not in var.name]
    if all(var.type is I32 for var, _ in plain):
        return program  # it would read as an enumeration
    names = {var.name: f"{holder}.{var.name}" for var, _ in plain}

    def rename(node):
        return node._replace(name=names[node.name]) if type(node) is Var and node.name in names else node

    constants, functions, kernel = rewrite((program.constants, program.functions, program.kernel), rename)
    return program._replace(constants=constants, functions=functions, kernel=kernel)
