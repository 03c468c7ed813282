"""Kernels steered by numbers for the whole launch: axpy and its kin, remaps, schedules, optimiser steps."""

from __future__ import annotations

from generation.language.types import BOOL, I32
from generation.program.nodes import Assign, Field, Store, Update
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, integer, number, op

VERBS = ("scale", "axpy", "adjust", "normalize", "tune")
_FORMS = Weights({"combination": 30, "remap": 22, "optimizer": 24, "switch": 24})
TITLES = {
    "combination": ("axpy linear_combination axpby", "Linear combination of inputs."),
    "remap": ("remap_range rescale_values normalize_range", "Map values from one range to another."),
    "optimizer": ("optimizer_step momentum_step", "One optimizer step on state kept in place."),
}


def build(b: Builder) -> None:
    b.grid()
    if b.chance(0.25):
        phrases.bounds_guard(b)
    value = _FORM[b.form(_FORMS)](b)
    pool = turns.develop(b, [value], b.integer(0, 2))
    phrases.finish(b, pool, 1)


def _parameters(b: Builder, count: int) -> list:
    """Float parameters, loose or in one struct."""
    if count > 2 and b.chance(0.3):
        struct = b.struct([b.real] * count)
        holder = b.parameter(struct, "params", "settings", "config", "options")
        return [Field(type_, holder, name) for name, type_ in struct.fields]
    return [b.parameter(b.real) for _ in range(count)]


def _combination(b: Builder):
    """alpha x + beta y + ..., over scalars or vectors, with an optional bias or scale."""
    type_ = b.pick((b.real, b.real, b.space))
    terms = b.integer(1, 4)
    arrays = phrases.inputs(b, [type_] * terms)
    weights = _parameters(b, terms)
    total = op("mul", weights[0], arrays[0])
    for weight, array in zip(weights[1:], arrays[1:], strict=True):
        if b.chance(0.4):
            total = b.let(total, "partial", "sum_value", "combined")
        total = op(b.pick(("add", "add", "sub")), total, op("mul", weight, array))
    if b.chance(0.5):
        total = op("add", total, b.parameter(type_, "bias", "shift", "offset_value"))
    return b.let(total)


def _remap(b: Builder):
    """A value from one range to another, perhaps clamped, bent or inverted."""
    low, high, out_low, out_high = _parameters(b, 4)
    (x,) = phrases.inputs(b, [b.real])
    t = b.let(
        op(
            "div",
            op("sub", x, low),
            op("add", op("abs", op("sub", high, low)), b.guard("positive", b.literal(b.real))),
        ),
        "t",
        "normalized",
    )
    if b.chance(0.6):
        b.rebind(t, op("clamp", t, number(b.real, 0.0), number(b.real, 1.0)))
    bend = b.integer(0, 3)
    if bend == 1:
        t = b.let(
            op("mul", op("mul", t, t), op("sub", number(b.real, 3.0), op("mul", number(b.real, 2.0), t))),
            "smooth",
            "eased",
        )
    elif bend == 2:
        t = b.let(
            op("pow", b.guard("positive", t), b.parameter(b.real, "gamma", "exponent")), "curved", "bent"
        )
    elif bend == 3:
        t = op("sub", number(b.real, 1.0), t)
    return b.let(
        op("lerp", out_low, out_high, t)
        if b.chance(0.4)
        else op("add", out_low, op("mul", t, op("sub", out_high, out_low)))
    )


def _optimizer(b: Builder):
    """A step of momentum, RMSProp or Adam on state kept in place; Kingma and Ba, 2015."""
    grad = b.let(at(b.array(b.real, b.launch, "grad", "gradient", "dloss"), *b.threads), "g", "grad_value")
    rate, decay = _parameters(b, 2)
    if b.chance(0.4):
        b.rebind(
            grad, op("add", grad, op("mul", b.parameter(b.real, "weight_decay", "l2"), b.literal(b.real)))
        )
    first = at(b.array(b.real, b.launch, "m", "velocity_state", "first_moment", role="inout"), *b.threads)
    one = number(b.real, 1.0)
    m = b.let(
        op("add", op("mul", decay, first), op("mul", op("sub", one, decay), grad)), "m_new", "momentum_value"
    )
    b.emit(Store(first, m))
    direction = m
    if b.chance(0.65):
        beta = b.parameter(b.real, "beta2", "rho", "decay2")
        second = at(b.array(b.real, b.launch, "v", "second_moment", "sq_avg", role="inout"), *b.threads)
        v = b.let(
            op("add", op("mul", beta, second), op("mul", op("mul", op("sub", one, beta), grad), grad)),
            "v_new",
            "variance_value",
        )
        b.emit(Store(second, v))
        direction = op(
            "div",
            m,
            op(
                "add",
                op("sqrt", op("abs", v)),
                b.parameter(b.real, "eps", "epsilon") if b.chance(0.5) else number(b.real, 1e-3),
            ),
        )
    step = b.let(op("mul", rate, direction), "step", "update_value")
    if b.chance(0.4):
        limit = b.parameter(b.real, "max_step", "clip", "trust")
        b.rebind(step, op("clamp", step, op("neg", limit), limit))
    target = at(b.array(b.real, b.launch, "weights", "params_data", "theta", role="inout"), *b.threads)
    b.emit(Update(target, "sub", step))
    return step


def _switch(b: Builder):
    """Flags and modes of the launch choose among formulas."""
    types = [b.real, b.pick((b.real, b.space)), I32]
    values = phrases.inputs(b, types[: b.integer(1, 3)])
    gains = _parameters(b, b.integer(1, 3))
    type_ = values[-1].type if values[-1].type is not I32 else b.real
    result = b.let(b.mix(type_, values), "value", "result", "scaled_value")
    if b.chance(0.6):
        condition = b.parameter(BOOL, "enable", "normalize_output", "use_limit", "inverse_mode")
    else:
        condition = op("eq", b.parameter(I32, "mode", "variant", "stage"), integer(b.integer(0, 3)))
    with b.block() as accepted:
        b.emit(Assign(result, b.mix(type_, [result, *gains])))
    otherwise = []
    if b.chance(0.5):
        with b.block() as otherwise:
            b.update(result, "add", b.mix(type_, b.sample(gains, 1), 0.7))
    b.when(condition, accepted, otherwise)
    return b.let(op("mul", result, b.parameter(b.real)))


_FORM = {"combination": _combination, "remap": _remap, "optimizer": _optimizer, "switch": _switch}
