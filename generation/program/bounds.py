"""Arithmetic on spans of integers: symbolic interval analysis over named sizes.

A size is known to be at least 1 and nothing else. An unknown end of a span is None.
Source: Cousot and Cousot, "Abstract interpretation", POPL 1977; ends are `size + constant`.
"""

from __future__ import annotations

from generation.program.nodes import Bound, Span

Ends = tuple[Bound | None, Bound | None]
UNKNOWN: Ends = (None, None)
ZERO = Bound("", 0)
ONE = Bound("", 1)


def exactly(number: int) -> Ends:
    bound = Bound("", number)
    return bound, bound


def ends(span: Span | None) -> Ends:
    return UNKNOWN if span is None else (span.low, span.high)


def at_most(a: Bound | None, b: Bound | None) -> bool:
    """Whether a <= b holds for every value of the sizes."""
    if a is None or b is None:
        return False
    if a.size == b.size:
        return a.offset <= b.offset
    return not a.size and a.offset <= b.offset + 1


def inside(value: Ends, low: Bound, high: Bound) -> bool:
    return at_most(low, value[0]) and at_most(value[1], high)


def shift(bound: Bound | None, amount: int) -> Bound | None:
    return None if bound is None else Bound(bound.size, bound.offset + amount)


def _sum(a: Bound | None, b: Bound | None) -> Bound | None:
    if a is None or b is None or (a.size and b.size):
        return None
    return Bound(a.size or b.size, a.offset + b.offset)


def _difference(a: Bound | None, b: Bound | None) -> Bound | None:
    if a is None or b is None:
        return None
    if a.size == b.size:
        return Bound("", a.offset - b.offset)
    return None if b.size else Bound(a.size, a.offset - b.offset)


def _lesser(a: Bound | None, b: Bound | None) -> Bound | None:
    """The smaller of two upper ends that both hold; the first where they cannot be compared."""
    if a is None or b is None:
        return a or b
    return b if at_most(b, a) else a


def _greater(a: Bound | None, b: Bound | None) -> Bound | None:
    if a is None or b is None:
        return a or b
    return b if at_most(a, b) else a


def _least(a: Bound | None, b: Bound | None) -> Bound | None:
    """A lower end of either of two values."""
    if at_most(a, b) or at_most(b, a):
        return a if at_most(a, b) else b
    if a is None or b is None or (a.size and b.size):
        return None
    # a number against size + offset, which is at least 1 + offset
    return Bound("", min(bound.offset + bool(bound.size) for bound in (a, b)))


def _most(a: Bound | None, b: Bound | None) -> Bound | None:
    """An upper end of either of two values."""
    if at_most(a, b) or at_most(b, a):
        return b if at_most(a, b) else a
    if a is None or b is None or (a.size and b.size):
        return None
    # a number c is at most size + (c - 1)
    return Bound(a.size or b.size, max(bound.offset - (not bound.size) for bound in (a, b)))


def join(a: Ends, b: Ends) -> Ends:
    return _least(a[0], b[0]), _most(a[1], b[1])


def meet(a: Ends, b: Ends) -> Ends:
    return _greater(a[0], b[0]), _lesser(a[1], b[1])


def _add(a: Ends, b: Ends) -> Ends:
    return _sum(a[0], b[0]), _sum(a[1], b[1])


def _sub(a: Ends, b: Ends) -> Ends:
    return _difference(a[0], b[1]), _difference(a[1], b[0])


def _mul(a: Ends, b: Ends) -> Ends:
    numbers = [bound.offset for bound in (*a, *b) if bound is not None and not bound.size]
    if len(numbers) == 4:
        products = [x * y for x in numbers[:2] for y in numbers[2:]]
        return Bound("", min(products)), Bound("", max(products))
    return (ZERO, None) if at_most(ZERO, a[0]) and at_most(ZERO, b[0]) else UNKNOWN


def _mod(a: Ends, b: Ends) -> Ends:
    if not (at_most(ZERO, a[0]) and at_most(ONE, b[0])):
        return UNKNOWN
    return ZERO, _lesser(shift(b[1], -1), a[1])


def _floordiv(a: Ends, b: Ends) -> Ends:
    numbers = [bound.offset for bound in (*a, *b) if bound is not None and not bound.size]
    if len(numbers) == 4 and numbers[2] >= 1:
        quotients = [x // y for x in numbers[:2] for y in numbers[2:]]
        return Bound("", min(quotients)), Bound("", max(quotients))
    return (ZERO, a[1]) if at_most(ZERO, a[0]) and at_most(ONE, b[0]) else UNKNOWN


def _min(a: Ends, b: Ends = UNKNOWN) -> Ends:
    # `min(x, size - 1)` is written for the sake of its second argument.
    return _least(a[0], b[0]), _lesser(b[1], a[1])


def _max(a: Ends, b: Ends = UNKNOWN) -> Ends:
    # With no lower end on one side the other's still holds.
    return _greater(b[0], a[0]), _most(a[1], b[1])


def _abs(a: Ends) -> Ends:
    return a if at_most(ZERO, a[0]) else (ZERO, None)


def _clamp(a: Ends, low: Ends, high: Ends) -> Ends:
    # Warp evaluates min(max(low, x), high), so the upper end always holds and the lower if low <= high.
    return (low[0] if at_most(low[1], high[0]) else _least(low[0], high[0])), high[1]


def _where(_: Ends, a: Ends, b: Ends) -> Ends:
    return join(a, b)


def _bit_and(a: Ends, b: Ends) -> Ends:
    if at_most(ZERO, b[0]):
        return ZERO, b[1]
    return (ZERO, a[1]) if at_most(ZERO, a[0]) else UNKNOWN


TRANSFER = {
    "add": _add,
    "sub": _sub,
    "mul": _mul,
    "mod": _mod,
    "floordiv": _floordiv,
    "min": _min,
    "max": _max,
    "abs": _abs,
    "clamp": _clamp,
    "where": _where,
    "bit_and": _bit_and,
    "dynamic": lambda a: a,
    "static": lambda a: a,
    "lower_bound": lambda a, *_: (ZERO, a[1]),
    "sample_cdf": lambda _, a: (ZERO, a[1]),
    "hash_grid_point_id": lambda grid, _: (ZERO, shift(grid[1], -1)),
    "volume_lookup_index": lambda volume, *_: (Bound("", -1), shift(volume[1], -1)),
    "volume_voxel_count": lambda volume: volume,
    "block_dim": lambda: (ONE, None),
}


def restrict(value: Ends, relation: str, other: Ends) -> Ends:
    """What is known of `value` once `value relation other` holds."""
    low, high = other
    if relation == "lt":
        return meet(value, (None, shift(high, -1)))
    if relation == "le":
        return meet(value, (None, high))
    if relation == "gt":
        return meet(value, (shift(low, 1), None))
    if relation == "ge":
        return meet(value, (low, None))
    if relation == "eq":
        return meet(value, other)
    if relation == "ne" and low is not None and low == high:
        return (
            shift(low, 1) if value[0] == low else value[0],
            shift(high, -1) if value[1] == high else value[1],
        )
    return value


NEGATED = {"lt": "ge", "ge": "lt", "gt": "le", "le": "gt", "eq": "ne", "ne": "eq"}
MIRRORED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le", "eq": "eq", "ne": "ne"}
