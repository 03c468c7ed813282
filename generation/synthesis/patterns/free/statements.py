"""Pure typed sampling: no algorithm, only types, scopes and a policy that each program draws for itself.

The policy, how likely each form of statement is, is drawn anew per program, so that programs differ more
than samples of one distribution do.
Source: generation policies of YARPGen (Livinskii, Babokin and Regehr, PLDI 2023); swarm testing (Groce et
al., ISSTA 2012).
"""

from __future__ import annotations

from collections.abc import Sequence

from generation.language.types import BOOL, F64, I32, Scalar
from generation.program.nodes import Bound, Break, Const, Continue, Expression, Var
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.pruning import prune
from generation.synthesis.terms import at, convert, dynamic, integer, op, zero

_KINDS = Weights(
    {"scalar": 40, "vector": 22, "label": 14, "matrix": 7, "rotation": 5, "flag": 5, "frame": 4, "spatial": 3}
)
_DEEPEST = 4


def build(b: Builder) -> None:
    b.grid()
    if b.maybe(0.3):
        phrases.bounds_guard(b)
    policy = Weights({form: b.random() ** 2 + 0.02 for form in _FORM})
    pool = phrases.inputs(b, [phrases.kind(b, _KINDS) for _ in range(b.integer(1, 5))])
    budget = [int(b.wanted / 22) + 1]
    pool = _grow(b, pool, policy, budget, 1)
    phrases.finish(b, turns.develop(b, pool, 0, goal=2), b.integer(1, 3))
    prune(b)


def _grow(b: Builder, pool: list[Expression], policy: Weights, budget: list[int], depth: int):
    """Statements until the budget is spent; values that a statement uses make room for what it makes."""
    while budget[0] > 0:
        budget[0] -= 1
        taken = b.sample(pool, min(len(pool), b.pick((1, 2, 2, 3))))
        form = b.weighted(policy) if depth < _DEEPEST else "turn"
        made = _FORM[form](b, taken, policy, budget, depth)
        spent = [v for v in taken if len(pool) > 2 and b.chance(0.75)]
        pool = list(dict.fromkeys([*[v for v in pool if v not in spent], *made]))
        if depth > 1 and b.chance(0.35):
            break
    return pool


def _turn(b: Builder, values, policy, budget, depth) -> list[Expression]:
    return [turns.turn(b, turns.turn_type(b, values), values)]


def _deciding(b: Builder, values, policy, budget, depth) -> list[Expression]:
    """A local that nested branches change."""
    var = _local(b, values)
    condition = b.condition(b.sample(values, 1))
    with b.block() as accepted:
        inner = _grow(b, [var, *values], policy, budget, depth + 1)
        b.rebind(var, _changed(b, var, inner))
    otherwise: list = []
    if b.chance(0.5):
        with b.block() as otherwise:
            inner = _grow(b, list(values), policy, budget, depth + 1)
            b.rebind(var, _changed(b, var, inner))
        if otherwise == accepted:
            otherwise = []
    b.when(condition, accepted, otherwise)
    return [var]


def _counting(b: Builder, values, policy, budget, depth) -> list[Expression]:
    """A local gathered over a loop, along an axis of an array or for a fixed number of turns."""
    type_ = turns.turn_type(b, values)
    acc = b.let(zero(type_), "acc", "total", "running", "accum")
    axis = Bound("inner", 0)
    along = b.real is F64 or b.chance(0.6)
    stop = b.size(axis, "inner_size", "num_steps", "count", "width") if along else integer(b.integer(2, 8))
    with b.loop(integer(0), stop) as k:
        extra: Expression = k if along else convert(k, b.real)
        if along:
            extra = at(b.array(type_, (*b.launch, axis) if b.chance(0.4) else (axis,)), *_places(b, k))
        inner = _grow(b, [extra, *values], policy, budget, depth + 1)
        if b.chance(0.2):
            b.when(b.condition(b.sample(inner, 1)), [b.pick((Continue(), Break()))])
        b.update(acc, b.pick(("add", "add", "sub")), b.mix(type_, b.sample(inner, min(len(inner), 3))))
    return [acc]


def _places(b: Builder, k: Var) -> tuple[Expression, ...]:
    return (*b.threads, k) if b.params[-1].type.ndim > 1 else (k,)


def _shrinking(b: Builder, values, policy, budget, depth) -> list[Expression]:
    """A loop that halves a remainder and counts its turns."""
    rest = b.let(b.guard("nonnegative", b.mix(b.real, values)), "rest", "remaining", "residual")
    rounds = b.let(dynamic(I32, 0), "turns", "count", "iterations")
    with b.while_(op("and", op("gt", rest, b.literal(b.real)), op("lt", rounds, integer(b.integer(4, 32))))):
        inner = _grow(b, [rest, *values], policy, budget, depth + 1)
        factor = Const(b.real, b.pick((0.5, 0.25, 0.8, 0.9)))
        others = b.sample([value for value in inner if value != rest], 1)
        b.rebind(rest, op("mul", factor, b.guard("nonnegative", b.mix(b.real, [rest, *others]))))
        b.update(rounds, "add", integer(1))
    return [rest, rounds]


def _leaving(b: Builder, values, policy, budget, depth) -> list[Expression]:
    if depth == 1:
        phrases.guard(b, values)
    return list(values)


def _writing(b: Builder, values, policy, budget, depth) -> list[Expression]:
    """An output on the way."""
    value = b.mix(turns.turn_type(b, values), values)
    if type(value) is Const:
        value = b.polished(value)
    if isinstance(value.type, Scalar) and value.type is not BOOL and b.chance(0.4):
        total = b.array(value.type, (Bound("", 1),), "total", "sum_out", "accumulated", role="inout")
        b.add_to("atomic_add", at(total, integer(0)), value)
    elif depth == 1:
        b.store(value)
    else:
        return [b.let(value)]
    return list(values)


def _helping(b: Builder, values, policy, budget, depth) -> list[Expression]:
    return [turns.helper(b, turns.turn_type(b, values), values)]


def _local(b: Builder, values: Sequence[Expression]) -> Var:
    """A new local that may change."""
    type_ = turns.turn_type(b, values)
    start = b.mix(type_, b.sample(values, 1))
    return b.let(dynamic(type_, start.value) if type(start) is Const and isinstance(type_, Scalar) else start)


def _changed(b: Builder, var: Var, values: Sequence[Expression]) -> Expression:
    value = b.mix(var.type, b.sample(values, min(len(values), b.integer(1, 3))))
    return value if value != var and type(value) is not Const else b.polished(var)


_FORM = {
    "turn": _turn,
    "deciding": _deciding,
    "counting": _counting,
    "shrinking": _shrinking,
    "leaving": _leaving,
    "writing": _writing,
    "helping": _helping,
}
