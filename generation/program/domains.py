"""The checker's rules for what an operation asks of its arguments besides their types."""

from __future__ import annotations

from generation.errors import CheckError
from generation.language.operations import OPERATIONS
from generation.language.tables import CHANGES
from generation.language.types import F64, I64, U64, scalar_of
from generation.program import bounds
from generation.program.effects import EffectRules
from generation.program.nodes import Alike, Bound, Const, Op, Var
from generation.program.sense import NONNEGATIVE
from generation.program.storage import StorageRules

_WIDE = (F64, I64, U64)
_WHOLE_ARRAYS = ("lower_bound", "sample_cdf")  # operations that take an array and look anywhere in it
_STATIC = ("add", "sub", "mul", "div", "floordiv", "min", "max", "lt", "gt", "le", "ge", "eq", "ne", "not")


class DomainRules:
    """Part of the walk through a body; the state is that of `ExpressionRules`."""

    def domain(self, e: Op) -> None:
        """What an operation asks of its arguments besides their types."""
        rule = DOMAINS.get(e.operation)
        if rule:
            rule(self, e)

    def divisor(self, e: Op) -> None:
        by = e.arguments[1]
        scalar = scalar_of(by.type)
        if scalar is not None and scalar.kind != "float":
            if not bounds.at_most(bounds.ONE, self.span(by)[0]):
                raise CheckError("an integer divisor that may be zero or negative", e)
        elif type(by) is Const and not by.value:
            raise CheckError("a division by the literal zero", e)

    def convert(self, e: Op) -> None:
        (source,) = e.arguments
        if e.type in _WIDE and type(source) is Var:
            if source.name in self.constants and source.name not in self.defined:
                raise CheckError("Warp turns a constant into its 64-bit conversion", e)
            self.widened.add(source.name)
        if e.type.kind == "uint" and source.type.kind == "float" and not _is_nonnegative(source):
            raise CheckError("a float that may be negative as an unsigned integer", e)

    def shift(self, e: Op) -> None:
        if not bounds.inside(
            self.span(e.arguments[1]), bounds.ZERO, Bound("", min(31, scalar_of(e.type).bits - 1))
        ):
            raise CheckError("a shift by an amount that may leave the bits of its type", e)

    def indexed(self, e: Op, domains) -> None:
        """An index that the handle bounds; what a query found may only be used where it found something."""
        extents = self.params[e.arguments[0].name].extents
        for argument, domain in zip(e.arguments, domains, strict=True):
            if domain and not bounds.inside(
                self.span(argument), bounds.ZERO, bounds.shift(extents[domain == "corner"], -1)
            ):
                raise CheckError(f"an index of {e.arguments[0].name} that may leave its extent", e)

    def static(self, e: Op) -> None:
        self.known(e.arguments[0])

    def known(self, e) -> None:
        """What Python evaluates when the kernel is built: literals, module constants, arithmetic on them."""
        if type(e) is Op and e.operation in _STATIC:
            for argument in e.arguments:
                self.known(argument)
        elif type(e) is not Const and not (type(e) is Var and e.name in self.constants):
            raise CheckError("only constants are known when the kernel is built", e)


def _is_nonnegative(e) -> bool:
    """Whether a float is at least zero by its form."""
    if type(e) is Alike:
        e = e.value
    if type(e) is Const:
        return e.value >= 0
    if type(e) is not Op:
        return False
    if e.operation == "max":
        return any(map(_is_nonnegative, e.arguments))
    if e.operation in ("min", "add", "mul", "floor", "rint", "round", "trunc"):
        return all(map(_is_nonnegative, e.arguments))
    return e.operation in NONNEGATIVE or (e.operation == "clamp" and _is_nonnegative(e.arguments[1]))


DOMAINS = {
    **dict.fromkeys(("div", "div_approx", "floordiv", "mod"), DomainRules.divisor),
    **dict.fromkeys(("lshift", "rshift"), DomainRules.shift),
    **dict.fromkeys(_WHOLE_ARRAYS, StorageRules.whole),
    "static": DomainRules.static,
    "convert": DomainRules.convert,
    **{name: EffectRules.volume for name in OPERATIONS if name.startswith("volume_")},
    **dict.fromkeys(CHANGES, EffectRules.changes),
}
