"""The bounds that the checker proves hold when the kernels run.

Kernels are built by Warp with its own array bounds checks and launched over arrays of the declared extents in
a child process; an index outside its array ends the child.
"""

import subprocess
import sys
import textwrap

from generation.program import to_source
from generation.synthesis import synthesise

KERNELS = 90
LAUNCHER = """
import importlib.util, sys
import numpy as np
import warp as wp
from generation.language.types import Array, BOOL, Handle, Matrix, Scalar, Struct, Transform, Vector
from generation.errors import CheckError
from generation.program import check, to_source
from generation.synthesis import Population, synthesise

wp.config.quiet = True
wp.config.mode = "debug"
wp.config.enable_backward = False  # kernels are only launched forwards
rng = np.random.default_rng(0)


def extent(bound, sizes):
    return bound.offset + (sizes.setdefault(bound.size, int(rng.integers(1, 6))) if bound.size else 0)


def numbers(type_, shape, span, sizes):
    scalar = type_ if isinstance(type_, Scalar) else type_.dtype
    extra = () if isinstance(type_, Scalar) else (type_.length,) if isinstance(type_, Vector) else (4,)
    extra = (type_.rows, type_.cols) if isinstance(type_, Matrix) else extra
    extra = (7,) if isinstance(type_, Transform) else extra
    if scalar.kind == "float":
        values = rng.normal(size=(*shape, *extra)) * 2
    else:
        low = extent(span.low, sizes) if span else -3
        high = extent(span.high, sizes) if span and span.high else low + 6
        values = rng.integers(low, max(low, high) + 1, size=(*shape, *extra))
        if span and span.distinct:
            values = rng.permutation(high + 1)[np.arange(shape[0]) % (high + 1)]
    return values.astype(np.bool_ if scalar is BOOL else scalar.name)


def value(module, param, sizes):
    type_ = param.type
    dtype = type_.dtype if isinstance(type_, Array) else type_
    warp_type = kernel_types(module)[param.name]
    shape = tuple(extent(e, sizes) for e in param.extents)
    if isinstance(dtype, Struct):
        return wp.zeros(shape, dtype=warp_type.dtype) if shape else filled(module, param, sizes)
    data = numbers(dtype, shape, param.span, sizes)
    if isinstance(type_, Array):
        return wp.array(data, dtype=warp_type.dtype)
    if isinstance(dtype, Transform):
        return warp_type(*data.tolist())
    return warp_type(data.tolist()) if not isinstance(dtype, Scalar) else data.item()


def filled(module, param, sizes):
    # a struct with the arrays and sizes that it is declared to hold
    struct = getattr(module, param.type.name)
    instance = struct()
    for inner in param.held:
        if isinstance(inner.type, Array):
            shape = tuple(extent(e, sizes) for e in inner.extents)
            data = numbers(inner.type.dtype, shape, inner.span, sizes)
            setattr(instance, inner.name, wp.array(data, dtype=struct.vars[inner.name].type.dtype))
        else:
            setattr(instance, inner.name, extent(inner.span.low, sizes))
    return instance


def structure(param, sizes):
    # an acceleration structure of the declared extents
    name = param.type.name
    count = extent(param.extents[0], sizes) if param.extents else 0
    if name == "mesh":
        sizes[param.extents[1].size] = 3 * count
        points = [wp.array(rng.normal(size=(3 * count, 3)), dtype=wp.vec3) for _ in range(2)]
        corners = wp.array(np.arange(3 * count), dtype=int)
        return wp.Mesh(points[0], corners, velocities=points[1], support_winding_number=True)
    low = rng.normal(size=(count, 3))
    if name == "bvh":
        sides = [wp.array(x, dtype=wp.vec3) for x in (low, low + 1.0)]
        return wp.Bvh(*sides, groups=wp.zeros(count, dtype=int))
    grid = wp.HashGrid(8, 8, 8)
    grid.build(wp.array(low, dtype=wp.vec3), 1.0)
    return grid


def kernel_types(module):
    return kernel_of(module).adj.arg_types


def kernel_of(module):
    # of a generic kernel its one overload
    kernel = next(v for v in vars(module).values() if isinstance(v, wp.Kernel))
    return next(iter(kernel.overloads.values()), kernel)


for index in range(*map(int, sys.argv[2:])):
    program = synthesise(21, index)
    try:
        check(program)
    except CheckError:
        continue  # the stream draws again
    path = f"{sys.argv[1]}/kernel_{index}.py"
    open(path, "w").write(to_source(program))
    spec = importlib.util.spec_from_file_location(f"kernel_{index}", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    kernel = kernel_of(module)
    print(index, program.family, flush=True)
    if any(getattr(p.type, "name", "").startswith(("volume", "texture")) for p in program.kernel.params):
        continue
    for _ in range(2):
        sizes = {}
        handles = {p.name: structure(p, sizes) for p in program.kernel.params if isinstance(p.type, Handle)}
        dim = tuple(extent(bound, sizes) for bound in program.kernel.launch)
        arguments = [
            handles[param.name].id if param.name in handles else value(module, param, sizes)
            for param in program.kernel.params
        ]
        if program.family.startswith("tile"):
            wp.launch_tiled(kernel, dim=dim, inputs=arguments, block_dim=64, device="cpu")
        else:
            wp.launch(kernel, dim=dim, inputs=arguments, device="cpu")
print("done")
"""


def launch(tmp_path, stream: str, kernels: int) -> None:
    """Build and run the first kernels of a stream in two child processes, every other one in each."""
    code = textwrap.dedent(LAUNCHER).replace("21, index", stream)
    children = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path), str(first), str(kernels), "2"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for first in range(2)
    ]
    for child, (told, complaints) in zip(children, [c.communicate() for c in children], strict=True):
        last = told.strip().splitlines()[-1:]
        assert child.returncode == 0 and last == ["done"], f"stopped after {last}: {complaints[-1500:]}"


def test_no_kernel_leaves_its_arrays(tmp_path):
    launch(tmp_path, "21, index", KERNELS)


def test_no_kernel_leaves_its_scratch_views_or_structs(tmp_path):
    families = ("scratch_array", "row_views", "struct_state", "jacobian")
    launch(tmp_path, f"21, index // 4, Population(({families}[index % 4],))", 8 * len(families))


def test_the_launcher_notices_an_index_outside(tmp_path):
    source = to_source(synthesise(21, 0))
    kernel = """
    import warp as wp
    wp.config.quiet = True
    wp.config.mode = "debug"

    @wp.kernel
    def leave(x: wp.array(dtype=float)):
        i = wp.tid()
        x[i + 1] = 1.0

    wp.launch(leave, dim=4, inputs=[wp.zeros(4, dtype=float)], device="cpu")
    """
    assert source
    path = tmp_path / "leave.py"
    path.write_text(textwrap.dedent(kernel))
    run = subprocess.run([sys.executable, str(path)], capture_output=True)
    assert run.returncode != 0
