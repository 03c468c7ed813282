"""The table of operations says what Warp says."""

import pytest

from generation.compilation import compile_source
from generation.language.operations import OPERATIONS, PRODUCERS, RESULTS, of_shape, overload_of
from generation.language.tables import CHANGES, DOMAINS, IN_PLACE, VOXEL_STORES
from generation.language.types import (
    BOOL,
    F32,
    F64,
    I32,
    MESH_ARRAYS,
    QUERY,
    U8,
    Array,
    Handle,
    Struct,
    Tuple,
    array,
    has_name,
    own_name,
)
from generation.program import to_source
from generation.program.declarations import Kernel, Param, Program, Style
from generation.program.nodes import Assign, Bound, Const, Do, Each, Field, Load, Op, Store, Unpack, Var

N = Bound("n", 0)
TID = Var(I32, "tid")


def program_of(overload) -> Program:
    """out[tid] = operation(a0[tid], a1[tid], ...), or one output per result."""
    arguments, params, body = [], [], []
    for k, type_ in enumerate(overload.arguments):
        if overload.operation == "static":
            arguments.append(Const(type_, {"float": 1.0, "bool": True}.get(type_.kind, 1)))
            continue
        if isinstance(type_, Handle):
            params.append(Param(f"a{k}", type_, "in", (N,) * type_.axes))
            arguments.append(Var(type_, f"a{k}"))
            continue
        array_type = type_ if isinstance(type_, Array) else array(type_)
        params.append(Param(f"a{k}", array_type, "in", (N,)))
        whole = Var(array_type, f"a{k}")
        arguments.append(whole if isinstance(type_, Array) else Load(type_, whole, (TID,)))
    if overload.operation in CHANGES:
        place = CHANGES[overload.operation]
        changed = Var(overload.arguments[place], "changed")
        body.append(Assign(changed, arguments[place]))
        arguments[place] = changed
    value = Op(overload.result, overload.operation, tuple(arguments))
    if overload.operation in (*IN_PLACE, *VOXEL_STORES):
        body.append(Do(value))
        value = changed if overload.operation in IN_PLACE else arguments[-1]
    if overload.result is QUERY:
        return _loop(overload, value, params)
    if overload.result is MESH_ARRAYS:
        mesh, points = Var(MESH_ARRAYS, "mesh"), MESH_ARRAYS.field("points")
        body.append(Assign(mesh, value))
        overload = overload._replace(result=points.dtype)
        value = Load(points.dtype, Field(points, mesh, "points"), (TID,))
    elif isinstance(overload.result, Struct):
        value = Field(BOOL, value, "result")
        overload = overload._replace(result=BOOL)
    results = overload.result.items if isinstance(overload.result, Tuple) else (overload.result,)
    values = [Var(type_, f"r{k}") for k, type_ in enumerate(results)] if len(results) > 1 else [value]
    if len(results) > 1:
        body.append(Unpack(tuple(values), value))
    for k, (type_, value) in enumerate(zip(results, values, strict=True)):
        params.append(Param(f"out{k}", array(type_), "out", (N,)))
        body.append(Store(Load(type_, Var(array(type_), f"out{k}"), (TID,)), value))
    return Program("test", (), (), (), Kernel("k", tuple(params), (N,), (TID,), tuple(body)))


def _loop(overload, query, params) -> Program:
    """out[tid] = each index that the query finds, in a `while`, which every query has."""
    name = overload.operation
    whole = ("hash_grid_query", "mesh_query_aabb", "tile_mesh_query_aabb")
    head = name if name in whole else name.split("_query")[0] + "_query"
    params.append(Param("out0", array(I32), "out", (N,)))
    store = Store(Load(I32, Var(array(I32), "out0"), (TID,)), Var(I32, "j"))
    body = (Each(Var(I32, "j"), query, Var(QUERY, "query"), f"{head}_next", (store,)),)
    return Program("test", (), (), (), Kernel("k", tuple(params), (N,), (TID,), body))


@pytest.mark.parametrize("name", OPERATIONS)
def test_warp_gives_every_overload_the_type_in_the_table(name):
    # A store into an array of another type than the value's is an error in Warp.
    for overload in OPERATIONS[name].overloads:
        source = to_source(program_of(overload))
        (pair,) = compile_source(source, ("cpu",))
        assert pair["cpu"].forward and pair["cpu"].backward, source


SHAPES = ((F32, 5), (F64, 7), (I32, 5), (U8, 6), (F32, 2, 3), (F64, 6, 3), (F32, 5, 5))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_warp_gives_rare_shapes_the_types_they_are_said_to_have(shape):
    overloads = of_shape(*shape)
    assert len(overloads) > 5
    for overload in overloads:
        types = (*overload.arguments, overload.result)
        rare = [t for t in dict.fromkeys(types) if not has_name(t)]
        program = program_of(overload)
        names = tuple((type_, own_name(type_, 0)) for type_ in rare)
        source = to_source(program._replace(style=Style(type_names=names)))
        (pair,) = compile_source(source, ("cpu",))
        assert pair["cpu"].forward and pair["cpu"].backward, source
        assert overload_of(overload.operation, overload.arguments, overload.result) == overload


def test_overloads_are_found_by_their_arguments():
    for overload in RESULTS.values():
        assert overload_of(overload.operation, overload.arguments, overload.result) is overload
        assert overload in PRODUCERS[overload.result]
        assert len(overload.domains) == len(overload.arguments)
        assert set(overload.domains) <= {None, *DOMAINS}
