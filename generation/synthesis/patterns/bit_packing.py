"""Integers as bits: Morton codes, packed colours and keys, flags, hashes, quantised numbers, linked cells.

Free choices: width and type of the word, layout of the fields, what is packed, masked or counted.
Source: Morton, 1966; Warren, "Hacker's Delight", 2012; Green, "Particle simulation using CUDA", 2010.
"""

from __future__ import annotations

from generation.language.types import F32, I8, I16, I32, I64, U8, U16, U32, U64, Scalar, vector
from generation.program.nodes import Atomic, Bound, Const, Field, Op, Return, Store, Var
from generation.synthesis import phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.terms import at, convert, integer, number, op

VERBS = ("pack", "encode", "hash", "unpack", "mark", "quantize")
_FORMS = Weights({"morton": 22, "pack": 24, "flags": 20, "hash": 16, "floats": 8, "cells": 14})
TITLES = {
    "morton": (
        "compute_morton_codes morton_encode encode_morton",
        "Compute Morton codes.",
        "Interleave the bits of cell coordinates into a Morton code.",
    ),
    "pack": ("pack_bits pack_words encode_fields", "Pack small integers into one word."),
    "flags": ("update_flags test_flags mark_flags", "Test and set bits of a flag word."),
    "hash": ("hash_keys compute_hash mix_hash", "Mix the bits of a key into a hash."),
    "floats": ("pack_floats quantize_floats", "Pack floating-point values into bits."),
    "cells": (
        "hash_cells compute_cell_keys cell_keys",
        "Compute the key of the cell that a point falls into.",
    ),
}


def build(b: Builder) -> None:
    b.real, b.space = F32, vector(3, F32)
    b.grid(1)
    if b.chance(0.35):
        phrases.bounds_guard(b)
    pool = _FORM[b.form(_FORMS)](b)
    if pool and b.chance(0.9):
        if b.chance(0.5):
            pool.append(phrases.source(b, b.pick((F32, I32, b.space))))
        pool = turns.develop(b, pool, b.integer(1, 3), goal=1)
    for value in pool:
        b.store(value)


def _shifted(e, name: str, amount: int):
    return op(name, e, Const(e.type, amount))


def _spread_function(b: Builder, word: Var):
    """`x` with its bits moved apart, two zeros between each."""
    with b.function([word], "expand_bits", "spread_bits", "part_by_two") as (params, made):
        x = params[0]
        steps = ((16, 0x030000FF), (8, 0x0300F00F), (4, 0x030C30C3), (2, 0x09249249))
        v = op("bit_and", x, Const(x.type, 0x3FF))
        for shift, mask in steps:
            v = b.let(v, "v", "x1", "spread", "bits")
            v = op("bit_and", op("bit_or", v, _shifted(v, "lshift", shift)), Const(x.type, mask))
        b.emit(Return((v,)))
    return made[0]


def _cells(b: Builder):
    """The integer cell of a point: a component each, clamped to the grid."""
    p = b.let(at(b.array(b.space, b.launch, "points", "positions", "centers"), *b.threads), "p", "x")
    scale = b.parameter(F32, "inv_cell", "resolution")
    cells = []
    for letter, name in zip("xyz", ("ix", "iy", "iz"), strict=True):
        scaled = op("mul", Field(F32, p, letter), scale)
        whole = convert(op("floor", scaled) if b.chance(0.5) else scaled, I32)
        cells.append(b.let(op("clamp", whole, integer(0), integer(1023)), name))
    return cells


def _morton(b: Builder):
    """The Morton code of a point: three spread words interleaved."""
    word = b.pick((U32, U32, I32))
    cells = [
        b.let(convert(c, word), n) if word is not I32 else c for c, n in zip(_cells(b), "uvw", strict=True)
    ]
    spread = _spread_function(b, cells[0])
    parts = [b.call(spread, [cell])[0] for cell in cells]
    code = op("bit_or", parts[0], _shifted(parts[1], "lshift", 1))
    code = b.let(op("bit_or", code, _shifted(parts[2], "lshift", 2)), "code", "morton", "key")
    if b.chance(0.4):
        wide = op("lshift", convert(code, U64), Const(U64, 32 - b.integer(1, 2)))
        return [b.let(op("bit_or", wide, convert(b.threads[0], U64)), "sort_key", "key64")]
    return [code]


def _pack(b: Builder):
    """Fields packed into one word, or taken out of it."""
    if b.chance(0.5):
        color = b.let(at(b.array(b.space, b.launch, "colors", "rgb", "normals"), *b.threads), "c", "color")
        low, high = number(F32, 0.0), number(F32, 1.0)
        packed = None
        for k, letter in enumerate("xyz"):
            unit = op("clamp", Field(F32, color, letter), low, high)
            scaled = op("mul", unit, number(F32, 255.0))
            byte = convert(op("round", scaled) if b.chance(0.3) else scaled, U32)
            byte = b.let(_shifted(byte, "lshift", 8 * k) if k else byte, ("r", "g", "b_bits")[k])
            packed = byte if packed is None else op("bit_or", packed, byte)
        if b.chance(0.4):
            packed = op("bit_or", packed, Const(U32, 0xFF000000))
        return [b.let(packed, "packed", "rgba")]
    word = b.let(
        at(b.array(b.pick((U32, U32, U64, I32)), b.launch, "packed", "words", "keys"), *b.threads),
        "word",
        "w",
    )
    width = b.pick((4, 8, 10))
    mask = Const(word.type, 2**width - 1)
    fields = []
    for k in range(b.integer(2, 3)):
        shifted = _shifted(word, "rshift", width * k) if k else word
        fields.append(b.let(op("bit_and", shifted, mask), f"field_{'abc'[k]}", "part", "channel"))
    if b.chance(0.5):
        narrow = b.pick((U8, U16, I16, I8))
        return [b.let(convert(field, narrow), "byte", "small") for field in fields]
    scale = 1.0 / (2**width - 1)
    reals = [op("mul", convert(field, F32), number(F32, round(scale, 6))) for field in fields]
    while len(reals) < 3:
        reals.append(number(F32, 1.0))
    return [b.let(Op(b.space, "construct", tuple(reals)), "unpacked", "color")]


def _flags(b: Builder):
    """Bits of a mask tested, set, cleared and counted; a shared bitmap marked atomically."""
    word = b.pick((U32, I32, U64, U8))
    masks = b.array(word, b.launch, "flags", "masks", "collision_group")
    mask = b.let(at(masks, *b.threads), "mask", "bits", "flag_bits")
    other = b.parameter(word, "filter_mask", "query_mask", "layer_mask")
    both = b.let(op(b.pick(("bit_and", "bit_or", "bit_xor")), mask, other), "common", "combined")
    how = b.integer(0, 3)
    if how == 0:
        return [b.let(op("bit_count", both), "popcount", "num_set")]
    if how == 1:
        kept = op("bit_and", both, op("invert", Const(word, 2 ** b.integer(0, 6))))
        condition = op("ne", kept, Const(word, 0))
        label = at(b.array(I32, b.launch, "labels", "group_ids"), *b.threads)
        return [b.let(op("where", condition, label, integer(-1)), "selected", "visible_label")]
    if how == 2 and word in (U32, I32):
        words = Bound("num_words", 0)
        slot = b.let(
            at(b.index_array(b.launch, words, "word_index", "block_id"), *b.threads), "slot", "w_idx"
        )
        bitmap = b.array(word, (words,), "bitmap", "occupancy", "visited", role="inout")
        b.add_to(b.pick(("atomic_or", "atomic_or", "atomic_xor", "atomic_and")), at(bitmap, slot), both)
        return [both] if b.chance(0.6) else []
    low = op("bit_and", both, Const(word, 1))
    return [b.let(op("eq", low, Const(word, b.integer(0, 1))), "parity_even", "is_set"), both]


def _hash(b: Builder):
    """Words mixed to a hash: FNV, xorshift, or a product with primes."""
    word: Scalar = b.pick((U32, U64))
    names = (("ids", "keys"), ("salts", "cells"))[: b.integer(1, 2)]
    values = [*(at(b.array(I32, b.launch, *words), *b.threads) for words in names), b.threads[0]]
    start = 2166136261 if word is U32 else 14695981039346656037
    prime = 16777619 if word is U32 else 1099511628211
    h = b.let(op("bit_xor", Const(word, start), convert(values[0], word)), "h", "hash_value")
    for value in values[1:]:
        b.rebind(h, op("mul", h, Const(word, prime)))
        mixed = op("bit_xor", h, convert(value, word))
        b.rebind(h, op("bit_xor", mixed, _shifted(h, "rshift", b.integer(11, 17))))
    slots = b.pick((256, 1024, 4096))
    if b.chance(0.5):
        return [b.let(convert(op("bit_and", h, Const(word, slots - 1)), I32), "bucket", "slot")]
    return [h] if b.chance(0.5) else [b.let(op("mod", h, Const(word, slots - 5)), "bucket_id", "table_slot")]


def _floats(b: Builder):
    """The bits of floating point numbers: sortable keys, exponents, signs."""
    x = b.let(at(b.array(F32, b.launch, "depths", "values_data", "distances"), *b.threads), "x", "depth")
    bits = b.let(Op(U32, "cast", (x,)), "bits", "raw_bits")
    sign = op("rshift", bits, Const(U32, 31))
    if b.chance(0.5):
        negative = op("ne", sign, Const(U32, 0))
        mask = op("where", negative, Const(U32, 0xFFFFFFFF), Const(U32, 0x80000000))
        return [b.let(op("bit_xor", bits, mask), "sort_key", "ordered")]
    exponent = op("bit_and", op("rshift", bits, Const(U32, 23)), Const(U32, 0xFF))
    level = b.let(op("sub", convert(exponent, I32), integer(127)), "exponent_value", "level_of")
    rounded = Op(F32, "cast", (op("bit_and", bits, Const(U32, 0xFFFF0000)),))
    return [level, rounded] if b.chance(0.5) else [level]


def _linked(b: Builder):
    """Items threaded into cells: a list per cell, or one owner per cell."""
    cells = Bound("num_cells", 0)
    cell = b.let(at(b.index_array(b.launch, cells, "cell_index", "bucket_of"), *b.threads), "cell", "c")
    me = b.threads[0]
    how = b.random()
    if how < 0.2:
        counts = b.array(I32, (cells,), "cell_counts", "bucket_sizes", role="inout")
        rank = b.let(Atomic(I32, "atomic_add", counts, (cell,), integer(1)), "rank", "slot")
        packed = op("bit_or", op("lshift", cell, integer(b.integer(6, 12))), rank)
        return [b.let(packed, "packed", "code")] if b.chance(0.6) else [rank, cell]
    heads = b.array(I32, (cells,), "heads", "owners", "first", role="inout")
    if how < 0.4:
        score = op("add", op("mul", at(b.array(I32, b.launch, "priority", "rank_of"), me), integer(16)), me)
        mark = op("bit_xor", score, b.parameter(I32, "salt", "seed")) if b.chance(0.5) else score
        b.add_to(b.pick(("atomic_max", "atomic_min")), at(heads, cell), b.named(mark, 0.6, "mark", "bid"))
        return [op("bit_and", mark, integer(255))] if b.chance(0.6) else []
    if how < 0.7:
        previous = b.let(Atomic(I32, "atomic_exch", heads, (cell,), me), "prev_head", "old")
        b.emit(Store(at(b.output(I32, None, "next_item", "links"), me), previous))
        return [b.let(op("ge", previous, integer(0)), "has_next", "linked")] if b.chance(0.6) else []
    claim = Atomic(I32, "atomic_cas", heads, (cell,), me, integer(-1))
    found = b.let(claim, "found", "previous_owner")
    won = b.let(op("eq", found, integer(-1)), "won", "claimed")
    if b.chance(0.5):
        key = op("bit_or", op("lshift", convert(cell, I64), Const(I64, 32 - 1)), convert(me, I64))
        return [b.let(op("where", won, key, Const(I64, -1)), "claim_key", "pair_key")]
    return [won]


_FORM = {
    "morton": _morton,
    "pack": _pack,
    "flags": _flags,
    "hash": _hash,
    "floats": _floats,
    "cells": _linked,
}
