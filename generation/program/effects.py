"""The checker's rules for built-ins that change what they are given: a local in place, or a voxel."""

from __future__ import annotations

from generation.errors import CheckError
from generation.language.tables import CHANGES, VOXEL_STORES
from generation.language.types import Array
from generation.program.nodes import Op, Var


class EffectRules:
    """Part of the walk through a body; the state is that of `ExpressionRules`."""

    statement: object = None  # the value of the statement at hand; only there may a built-in have an effect

    def changes(self, e: Op) -> None:
        """The local that is changed is from now on made of all that the statement reads."""
        target = e.arguments[CHANGES[e.operation]]
        fixed = (self.params, self.constants, self.owner.threads)
        if e is not self.statement or type(target) is not Var or any(target.name in names for names in fixed):
            raise CheckError(f"{e.operation} changes a local, in a statement of its own", e)
        self.flow.update(target.name, set(self.flow.reads))
        if e.operation.startswith("volume"):
            self.volume(e)

    def volume(self, e: Op) -> None:
        """A volume is read or written, never both; data beside it has an element per voxel."""
        handle = e.arguments[0]
        param = self.params[handle.name]
        if (param.role == "in") is (e.operation in VOXEL_STORES):
            raise CheckError(f"{param.name} is read where it is written, or written where it is an input", e)
        if param.role != "in":
            if e is not self.statement:
                raise CheckError("a voxel is stored in a statement of its own", e)
            self.unread_outputs.discard(param.name)
            self.owner.stores.setdefault(param.name, []).append((self.owner.pattern(e.arguments[1:4]), e))
        for data in e.arguments:
            if isinstance(data.type, Array):
                if self.place(data).extents != param.extents:
                    raise CheckError(f"{self.place(data).root} has no element per voxel of {param.name}", e)
                self.whole(e)
