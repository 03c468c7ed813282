"""Many arrays at once: fused updates, packing and unpacking, structs of arrays and arrays of structs."""

from __future__ import annotations

from generation.language.identifiers import plural, snake
from generation.language.types import BOOL, I32
from generation.program.nodes import Construct, Field, Store
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, op

VERBS = ("update", "fuse", "pack", "combine")
_KINDS = Weights({"scalar": 48, "vector": 28, "label": 10, "matrix": 6, "rotation": 4, "flag": 4})
_FORMS = Weights({"fused": 44, "pack": 20, "unpack": 18, "state": 18})
TITLES = {
    "pack": ("pack_state pack_structs gather_structs", "Pack arrays into an array of structs."),
    "unpack": ("unpack_state unpack_structs split_structs", "Unpack an array of structs into arrays."),
    "state": ("update_state advance_state update_structs", "Update an array of structs in place."),
}


def build(b: Builder) -> None:
    b.grid()
    if b.chance(0.2):
        phrases.bounds_guard(b)
    _FORM[b.form(_FORMS)](b)


def _fused(b: Builder) -> None:
    """Several inputs, several outputs, each output a different mixture."""
    pool = phrases.inputs(b, [phrases.kind(b, _KINDS) for _ in range(b.integer(4, 7))], bound=0.75)
    pool = turns.develop(b, pool, b.integer(1, 4), goal=4)
    phrases.finish(b, pool, b.integer(2, 4))


def _struct_types(b: Builder) -> list:
    kinds = [phrases.kind(b, _KINDS) for _ in range(b.integer(2, 4))]
    return [b.real, *[b.real if t is BOOL else t for t in kinds]]


def _pack(b: Builder) -> None:
    """Loose arrays into an array of structs."""
    struct = b.struct(_struct_types(b))
    inputs = phrases.inputs(b, [t for _, t in struct.fields])
    item = b.let(Construct(struct), snake(struct.name), "item", "packed")
    out = b.output(struct, None, "items", "packed_out", plural(struct.name))
    extra = phrases.inputs(b, [b.real] * b.integer(0, 1))
    for (name, type_), value in zip(struct.fields, inputs, strict=True):
        mixed = b.mix(type_, [value, *extra] if extra and b.chance(0.5) else [value], 0.5)
        b.emit(Store(Field(type_, item, name), mixed))
    b.emit(Store(at(out, *b.threads), item))
    if extra:
        b.store(b.mix(b.real, [*extra, inputs[0]]))


def _unpack(b: Builder) -> None:
    """An array of structs into loose arrays, with work on the way."""
    struct = b.struct(_struct_types(b))
    source = at(
        b.array(struct, b.launch, "items", plural(struct.name), "records"),
        *b.threads,
    )
    item = b.let(source, snake(struct.name), "item", "record")
    pool = [Field(type_, item, name) for name, type_ in struct.fields]
    pool = turns.develop(b, pool, b.integer(1, 4), goal=3)
    phrases.finish(b, pool, b.integer(1, 3))


def _state(b: Builder) -> None:
    """Fields of structs updated in place, by themselves and by other arrays."""
    struct = b.struct(_struct_types(b))
    states = b.array(
        struct,
        b.launch,
        "states",
        plural(struct.name),
        "particles",
        role="inout",
    )
    item = b.let(at(states, *b.threads), snake(struct.name), "state", "s")
    fields = [Field(type_, item, name) for name, type_ in struct.fields]
    extra = phrases.inputs(b, [phrases.kind(b, _KINDS) for _ in range(b.integer(1, 3))])
    changed = b.sample(fields, b.integer(1, min(3, len(fields))))
    rest = [f for f in fields if f not in changed]
    hands = b.split([*extra, *rest], len(changed))
    for target, hand in zip(changed, hands, strict=True):
        if target.type is I32 or target.type is b.rotation:
            value = b.mix(target.type, [target, *hand], 0.5)
        else:
            value = op(b.pick(("add", "add", "sub")), target, b.mix(target.type, hand, 0.5))
        if b.chance(0.25):
            with b.block() as body:
                b.emit(Store(target, value))
            b.when(b.condition([b.pick(hand)] if hand else [target]), body)
        else:
            b.emit(Store(target, value))
    b.emit(Store(at(states, *b.threads), item))
    if b.chance(0.4):
        b.store(b.mix(b.real, b.sample(fields, 2)))


_FORM = {"fused": _fused, "pack": _pack, "unpack": _unpack, "state": _state}
