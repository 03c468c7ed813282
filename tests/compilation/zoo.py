"""Hand-written Warp sources, one per corner of the language; and sources that Warp must refuse."""

from __future__ import annotations

import textwrap

HEAD = "import warp as wp\n"


def _sources(listing: str) -> dict[str, str]:
    """`=== name` lines part the listing into sources."""
    found = {}
    for part in textwrap.dedent(listing).split("=== ")[1:]:
        name, _, body = part.partition("\n")
        found[name.strip()] = HEAD + body.rstrip("\n") + "\n"
    return found


UNITS = _sources(
    r'''
=== plain
@wp.kernel
def axpy(x: wp.array(dtype=float), y: wp.array(dtype=float), a: float):
    i = wp.tid()
    y[i] = a * x[i] + y[i]
=== control_flow
@wp.kernel
def walk(
    x: wp.array(dtype=float),
    out: wp.array(dtype=float),
    n: int,
):
    """A docstring
    over two lines."""
    i = wp.tid()
    if i >= n:
        return

    total = float(0.0)
    for j in range(3):
        total = total + x[i] * float(j)
    for j in range(n):
        if j == 2:
            continue
        if total > 100.0:
            break
        k = int(0)
        while k < j:
            k = k + 1
            total += (
                wp.sin(x[i])
                - wp.cos(x[k])
            )
    value = total if total > 1.0 else -total
    if value > 2.0 and n > 1 or i == 0:
        value = value * 2.0
    elif value > 1.0:
        value = value * 3.0
    else:
        value = wp.max(
            value,
            0.5,
        )
    out[i] = value; out[i] += 1.0
=== constant_loop_beyond_unrolling
@wp.kernel
def many(x: wp.array(dtype=float)):
    i = wp.tid()
    s = float(0.0)
    for j in range(2, 100, 3):
        s += x[j] * 0.5
    while s > 4.0:
        s -= 1.0
    x[i] = s
=== structs
@wp.struct
class Inner:
    v: wp.vec3
    k: wp.int64

@wp.struct
class Outer:
    inner: Inner
    data: wp.array(dtype=wp.vec3)
    flag: wp.bool

@wp.kernel
def use(o: Outer, items: wp.array(dtype=Inner), out: wp.array(dtype=wp.vec3)):
    i = wp.tid()
    item = items[i]
    item.v = item.v * 2.0
    if o.flag:
        out[i] = o.inner.v + o.data[i] + item.v
    made = Inner()
    made.v = wp.vec3(1.0, 2.0, 3.0)
    items[i] = made
=== functions
@wp.func
def square(x: float):
    return x * x

@wp.func
def norm(a: float, b: float) -> float:
    return wp.sqrt(square(a) + square(b))

@wp.func
def both(a: float, b: float):
    return a + b, a - b

@wp.func
def unused(a: float):
    return a

@wp.kernel
def call(x: wp.array(dtype=float)):
    i = wp.tid()
    s, d = both(x[i], 2.0)
    x[i] = norm(s, d)
=== overloads
@wp.func
def twice(x: float):
    return x + x

@wp.func
def twice(x: wp.vec3):
    return x + x

@wp.func
def twice(x: int):
    return x * 2

@wp.kernel
def over(x: wp.array(dtype=float), v: wp.array(dtype=wp.vec3)):
    i = wp.tid()
    x[i] = twice(x[i]) + float(twice(i))
    v[i] = twice(v[i])
=== generic_function
from typing import Any

@wp.func
def lerp(a: Any, b: Any, t: float):
    return a * (1.0 - t) + b * t

@wp.kernel
def mix(x: wp.array(dtype=float), v: wp.array(dtype=wp.vec2)):
    i = wp.tid()
    x[i] = lerp(x[i], 1.0, 0.5)
    v[i] = lerp(v[i], wp.vec2(1.0, 0.0), 0.25)
=== generic_kernel
from typing import Any

@wp.kernel
def scale(x: wp.array(dtype=Any), s: Any):
    i = wp.tid()
    x[i] = s * x[i]

@wp.kernel
def not_instantiated(x: wp.array(dtype=Any)):
    x[0] = x[1]

wp.overload(scale, [wp.array(dtype=float), float])
wp.overload(scale, [wp.array(dtype=wp.float64), wp.float64])
=== closures
def make(factor):
    @wp.func
    def inner(x: float):
        return x * factor

    @wp.kernel
    def made(x: wp.array(dtype=float)):
        i = wp.tid()
        x[i] = inner(x[i]) + factor

    return made

kernels = [make(2.0), make(3.0)]
=== redefined
@wp.kernel
def again(x: wp.array(dtype=float)):
    x[0] = 1.0

@wp.kernel
def again(x: wp.array(dtype=float)):
    x[0] = 2.0
=== custom_gradient
@wp.func
def safe_sqrt(x: float):
    return wp.sqrt(x)

@wp.func_grad(safe_sqrt)
def adj_safe_sqrt(x: float, adj_ret: float):
    if x > 0.0:
        wp.adjoint[x] += 1.0 / (2.0 * wp.sqrt(x)) * adj_ret

@wp.kernel
def rooted(x: wp.array(dtype=float)):
    i = wp.tid()
    x[i] = safe_sqrt(x[i])
=== custom_replay
@wp.func
def reserve(counter: wp.array(dtype=int), slots: wp.array(dtype=int), i: int):
    slot = wp.atomic_add(counter, 0, 1)
    slots[i] = slot
    return slot

@wp.func_replay(reserve)
def replay_reserve(counter: wp.array(dtype=int), slots: wp.array(dtype=int), i: int):
    return slots[i]

@wp.kernel
def compact(counter: wp.array(dtype=int), slots: wp.array(dtype=int), x: wp.array(dtype=float)):
    i = wp.tid()
    s = reserve(counter, slots, i)
    x[s] = x[s] * 2.0
=== native_snippet
SNIPPET = """
    out[i] = x[i] * x[i];
"""
ADJOINT = """
    adj_x[i] += 2.0f * x[i] * adj_out[i];
"""

@wp.func_native(SNIPPET, ADJOINT)
def native_square(x: wp.array(dtype=float), out: wp.array(dtype=float), i: int): ...

@wp.kernel
def snippet(x: wp.array(dtype=float), out: wp.array(dtype=float)):
    i = wp.tid()
    native_square(x, out, i)
=== tiles
TILE = wp.constant(16)

@wp.kernel
def tile_sums(x: wp.array2d(dtype=float), out: wp.array(dtype=float)):
    i = wp.tid()
    t = wp.tile_load(x[i], shape=TILE)
    s = wp.tile_sum(t * 2.0)
    wp.tile_store(out, s, offset=i)
=== tile_matmul
@wp.kernel
def gemm(a: wp.array2d(dtype=float), b: wp.array2d(dtype=float), c: wp.array2d(dtype=float)):
    i, j = wp.tid()
    acc = wp.tile_zeros(shape=(8, 8), dtype=float)
    for k in range(2):
        left = wp.tile_load(a, shape=(8, 8), offset=(i * 8, k * 8))
        right = wp.tile_load(b, shape=(8, 8), offset=(k * 8, j * 8))
        wp.tile_matmul(left, right, acc)
    wp.tile_store(c, acc, offset=(i * 8, j * 8))
=== tile_cholesky
@wp.kernel(enable_backward=False)
def solve(a: wp.array2d(dtype=float), y: wp.array(dtype=float)):
    t = wp.tile_load(a, shape=(4, 4))
    factor = wp.tile_cholesky(t)
    b = wp.tile_load(y, shape=4)
    wp.tile_store(y, wp.tile_cholesky_solve(factor, b))
=== tile_of_threads
@wp.kernel
def block_sum(x: wp.array(dtype=float), out: wp.array(dtype=float)):
    i = wp.tid()
    value = x[i]
    t = wp.tile(value)
    s = wp.tile_sum(t)
    wp.tile_atomic_add(out, s)
=== static
COUNT = 3
WEIGHTS = [0.25, 0.5, 0.25]

@wp.kernel
def filtered(x: wp.array(dtype=float)):
    i = wp.tid()
    s = float(0.0)
    for k in range(wp.static(COUNT)):
        s += x[i] * wp.static(WEIGHTS[k])
    x[i] = s + wp.static(sum(WEIGHTS))
=== gradient_call
@wp.func
def cubed(x: float):
    return x * x * x

@wp.kernel(enable_backward=False)
def slope(x: wp.array(dtype=float)):
    i = wp.tid()
    x[i] = wp.grad(cubed)(x[i])
=== function_arguments
@wp.func
def up(x: float):
    return x + 1.0

@wp.func
def down(x: float):
    return x - 1.0

@wp.func
def apply(f: wp.Function, x: float):
    return f(x)

@wp.kernel
def chosen(x: wp.array(dtype=float)):
    i = wp.tid()
    x[i] = apply(up, x[i]) * apply(down, x[i]) + apply(wp.sin, x[i])
=== strings
@wp.kernel
def say(x: wp.array(dtype=float)):
    i = wp.tid()
    if x[i] > 1.0:  # } a comment { with braces
        wp.printf("value {%d} };\n /* */ // %f\n", i, x[i])
    print("done }")
    x[i] = 0.0
=== unique_module
@wp.kernel(module="unique")
def alone(x: wp.array(dtype=float)):
    x[wp.tid()] = 4.0

@wp.kernel(module="unique", enable_backward=False)
def forward_only(x: wp.array(dtype=float)):
    x[wp.tid()] = 5.0
=== several
@wp.kernel
def second(x: wp.array(dtype=float)):
    i, j = wp.tid()
    x[i] = float(j)

@wp.kernel
def first(x: wp.array3d(dtype=wp.int32)):
    i, j, k = wp.tid()
    wp.atomic_add(x, i, j, k, 1)
=== options
wp.set_module_options({"max_unroll": 2, "enable_backward": False, "fast_math": True})

@wp.kernel(launch_bounds=128, grid_stride=False)
def lean(x: wp.array(dtype=float)):
    i = wp.tid()
    for j in range(4):
        x[i] = x[i] + float(j)
    if x[i] > 2.0:
        return
    x[i] = 0.0
=== linear_algebra
mat43 = wp.types.matrix(shape=(4, 3), dtype=wp.float64)

@wp.kernel
def rigid(
    q: wp.array(dtype=wp.quat),
    t: wp.array(dtype=wp.transform),
    m: wp.array(dtype=wp.mat33),
    d: wp.array(dtype=mat43),
):
    i = wp.tid()
    v = wp.quat_rotate(q[i], wp.vec3(0.0, 1.0, 0.0))
    v[1] = 3.0
    m[i] = wp.transpose(m[i]) @ wp.outer(v, v) + wp.diag(v)
    t[i] = t[i] * wp.transform(v, q[i])
    d[i][0] = wp.vec3d(wp.float64(1.0), wp.float64(2.0), wp.float64(3.0))
    m[i][0, 1] += wp.length(v)
=== scalars
@wp.kernel
def widths(
    a: wp.array(dtype=wp.float16),
    b: wp.array(dtype=wp.uint8),
    c: wp.array(dtype=wp.int64),
    d: wp.array(dtype=wp.float64),
    e: wp.array(dtype=wp.bfloat16),
):
    i = wp.tid()
    a[i] = wp.float16(float(a[i]) * 2.0)
    b[i] = b[i] << wp.uint8(1)
    c[i] = wp.int64(5000000000) + c[i] // wp.int64(3)
    d[i] = wp.float64(0.1) * d[i]
    e[i] = wp.bfloat16(1.5)
=== indexed_arrays
@wp.kernel
def gather(x: wp.indexedarray(dtype=float), out: wp.array(dtype=float), local: wp.array(dtype=wp.vec3)):
    i = wp.tid()
    scratch = wp.zeros(shape=(4,), dtype=float)
    for j in range(4):
        scratch[j] = x[i] * float(j)
    out[i] = scratch[1] + scratch[2] + local[i].x
=== library
@wp.kernel
def smooth(v: wp.array(dtype=wp.vec3), out: wp.array(dtype=float), seed: int):
    i = wp.tid()
    state = wp.rand_init(seed, i)
    out[i] = wp.noise(state, v[i]) + wp.smooth_normalize(v[i], 0.1)[0] + wp.randf(state)
=== enumeration
from enum import IntEnum

class Mode(IntEnum):
    SLOW = 1
    FAST = 2

@wp.kernel
def switch(x: wp.array(dtype=float), mode: int):
    i = wp.tid()
    if mode == Mode.FAST:
        x[i] = x[i] * float(Mode.SLOW)
    x[wp.max(mode, Mode.SLOW)] = float(wp.min(Mode.FAST, Mode.SLOW))
=== thread_index_elsewhere
@wp.func
def one():
    return 1.0

@wp.kernel
def local_name(x: wp.array2d(dtype=float)):
    f = one
    i, j = wp.tid()
    x[i, j] = f()

@wp.kernel
def nested(x: wp.array2d(dtype=float)):
    if x.shape[0] > 3:
        i, j = wp.tid()
        x[i, j] = 2.0
=== geometry
@wp.kernel
def closest(mesh: wp.uint64, p: wp.array(dtype=wp.vec3), d: wp.array(dtype=float)):
    i = wp.tid()
    hit = wp.mesh_query_point_sign_normal(mesh, p[i], 100.0)
    if hit.result:
        d[i] = wp.length(wp.mesh_eval_position(mesh, hit.face, hit.u, hit.v) - p[i])
'''
)

# Source text: the reason its refusal must carry.
BAD = {
    "syntax": ("def k(:\n", "syntax"),
    "raises": (HEAD + "raise ValueError('no')\n", "source"),
    "leaves": (HEAD + "raise SystemExit(3)\n", "source"),
    "no_annotation": (HEAD + "@wp.kernel\ndef k(a):\n    a[0] = 1.0\n", "source"),
    "unknown_name": (HEAD + "@wp.kernel\ndef k(a: wp.array(dtype=float)):\n    a[0] = nowhere\n", "codegen"),
    "mixed_types": (HEAD + "@wp.kernel\ndef k(a: wp.array(dtype=float)):\n    a[0] = a[0] + 1\n", "codegen"),
    "dictionary": (HEAD + "@wp.kernel\ndef k(a: wp.array(dtype=float)):\n    d = {1: 2}\n", "codegen"),
    "list_argument": (HEAD + "@wp.kernel\ndef k(a: list):\n    i = wp.tid()\n", "codegen"),
    "returns": (HEAD + "@wp.kernel\ndef k(a: wp.array(dtype=float)):\n    return 1.0\n", "codegen"),
    "bad_static": (
        HEAD + "@wp.kernel\ndef k(a: wp.array(dtype=float)):\n    a[0] = wp.static(1.0 / 0.0)\n",
        "codegen",
    ),
    "static_exit": (
        HEAD + "@wp.kernel\ndef k(a: wp.array(dtype=float)):\n    a[0] = wp.static(exit(1))\n",
        "source",
    ),
    "recursion": (
        HEAD + "@wp.func\ndef f(x: float):\n    return f(x)\n"
        "@wp.kernel\ndef k(a: wp.array(dtype=float)):\n    a[0] = f(a[0])\n",
        "recursion",
    ),
    "explosion": (
        HEAD + "@wp.kernel\ndef k(a: wp.array(dtype=float)):\n    for p in range(16):\n"
        "        for q in range(16):\n            for r in range(16):\n"
        "                for s in range(16):\n                    a[p] = a[q] + a[r] * a[s]\n",
        "size",
    ),
    "bad_function": (
        HEAD + "@wp.func\ndef helper(x: float):\n    if x > 0.0:\n        return 1\n    return x\n"
        "@wp.kernel\ndef k(a: wp.array(dtype=float)):\n    a[0] = helper(a[0])\n",
        "codegen",
    ),
    "second_kernel": (
        HEAD + "@wp.kernel\ndef good(a: wp.array(dtype=float)):\n    a[0] = 1.0\n"
        "@wp.kernel\ndef bad(a: wp.array(dtype=float)):\n    a[0] = a\n",
        "codegen",
    ),
}
