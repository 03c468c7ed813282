"""What built-ins change in place, and where tiles and voxels may be written."""

import pytest

from generation.errors import CheckError
from generation.language.types import F32, I32, U8, VOLUME, array, tile_of, transform, vector
from generation.program import check
from generation.program.declarations import Kernel, Param, Program
from generation.program.nodes import Assign, Bound, Const, Do, Load, Op, Span, Store, Tiled, Var

N, M = Bound("n", 0), Bound("m", 0)
I = Var(I32, "i")  # noqa: E741
FRAME, V3 = transform(F32), vector(3, F32)


def program(params, *body) -> Program:
    return Program("test", (), (), (), Kernel("k", tuple(params), (N,), (I,), tuple(body)))


def number(value: int) -> Const:
    return Const(I32, value)


def element(name: str, dtype) -> Load:
    return Load(dtype, Var(array(dtype), name), (I,))


def given(name: str, dtype, role: str = "in", extent: Bound = N, span: Span | None = None) -> Param:
    return Param(name, array(dtype), role, (extent,), span)


def test_a_pose_is_set_in_a_statement_of_its_own():
    params = [given("pose", FRAME), given("x", V3), given("out", FRAME, "out")]
    pose = Var(FRAME, "X")
    change = Op(FRAME, "transform_set_translation", (pose, element("x", V3)))
    start, end = Assign(pose, element("pose", FRAME)), Store(element("out", FRAME), pose)
    check(program(params, start, Do(change), end))
    with pytest.raises(CheckError, match="statement of its own"):
        check(program(params, start, Store(element("out", FRAME), change)))


def test_a_float_becomes_an_unsigned_integer_where_it_cannot_be_negative():
    params = [given("x", F32), given("out", U8, "out")]
    x, bytes_ = element("x", F32), element("out", U8)
    kept = Op(F32, "clamp", (x, Const(F32, 0.0), Const(F32, 255.0)))
    check(program(params, Store(bytes_, Op(U8, "convert", (kept,)))))
    with pytest.raises(CheckError, match="negative"):
        check(program(params, Store(bytes_, Op(U8, "convert", (x,)))))


def test_a_voxel_has_one_writer_and_no_reader():
    source, target = Param("vin", VOLUME, "in", (M,)), Param("vout", VOLUME, "out", (M,))
    zero = number(0)

    def step(read: str, *place) -> Program:
        value = Op(F32, "volume_lookup_f", (Var(VOLUME, read), I, zero, zero))
        stored = Op(F32, "volume_store_f", (Var(VOLUME, "vout"), *place, value))
        return program([source, target], Do(stored))

    check(step("vin", I, zero, zero))
    with pytest.raises(CheckError, match="two threads"):
        check(step("vin", zero, zero, zero))
    with pytest.raises(CheckError):
        check(step("vout", I, zero, zero))


def _tile(name: str, size: int) -> Tiled:
    start = Op(I32, "mul", (I, number(size)))
    whole = Var(array(F32), name)
    return Tiled(tile_of((size,), F32), "tile_load", (whole,), None, (number(size),), (start,))


@pytest.mark.parametrize(("place", "fits"), [(0, True), (8, True), (9, False)])
def test_a_part_of_a_tile_lies_inside_it(place, fits):
    part, whole = tile_of((8,), F32), Var(tile_of((16,), F32), "t")
    view = Tiled(part, "tile_view", (whole,), None, (number(8),), (number(place),))
    start = Op(I32, "mul", (I, number(8)))
    store = Do(Tiled(part, "tile_store", (Var(array(F32), "out"), view), offset=(start,)))
    one = program(
        [given("x", F32, extent=M), given("out", F32, "out", M)], Assign(whole, _tile("x", 16)), store
    )
    if fits:
        check(one)
    else:
        with pytest.raises(CheckError, match="leave its tile"):
            check(one)


def test_rows_are_gathered_where_their_indices_point_into_the_table():
    def gather(span: Span | None) -> Program:
        params = [given("ids", I32, extent=M, span=span), given("table", F32, extent=N)]
        params.append(given("out", F32, "out", M))
        ids = Var(tile_of((8,), I32), "rows")
        load = _tile("ids", 8)._replace(type=ids.type, arguments=(Var(array(I32), "ids"),))
        table, part = Var(array(F32), "table"), tile_of((8,), F32)
        rows = Tiled(part, "tile_load_indexed", (table, ids), None, (number(8),), (number(0),), axis=0)
        start = (Op(I32, "mul", (I, number(8))),)
        store = Do(Tiled(part, "tile_store", (Var(array(F32), "out"), rows), offset=start))
        return program(params, Assign(ids, load), store)

    check(gather(Span(Bound("", 0), Bound("n", -1))))
    with pytest.raises(CheckError, match="leave the array"):
        check(gather(None))
