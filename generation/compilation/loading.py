"""Texts of either backend compiled for this machine and loaded into this process.

CUDA C++ runs here too: a block of one thread in a grid of one, on Warp's headers for the host. What is loaded
may crash or hang; whoever calls it does so in a process of its own.
"""

from __future__ import annotations

import bisect
import ctypes
import itertools
import re
import tempfile

import warp._src.context as context

from generation.compilation import clang
from generation.compilation.emission import prelude
from generation.compilation.ir import KernelIR
from generation.compilation.pinned import BLOCK_DIM, warp
from generation.errors import CompilationError

_ZEROED = "-ftrivial-auto-var-init=zero"
_MESSAGE_LINES = 12
_handles = itertools.count()
_UNIT = re.compile(r"^.*/unit\.cpp:(\d+):\d+: ")

# `inline`: what nobody calls is checked and not turned into code.
_GRID = """\
#define __global__ inline
struct wp_dim { size_t x, y, z; };
static constexpr wp_dim blockDim = {1, 1, 1}, gridDim = {1, 1, 1};
static constexpr wp_dim blockIdx = {0, 0, 0}, threadIdx = {0, 0, 0};
#undef builtin_tid1d
#undef builtin_tid2d
#undef builtin_tid3d
#undef builtin_tid4d
#define builtin_tid1d() wp::tid(_idx, dim)
#define builtin_tid2d(x, y) wp::tid(x, y, _idx, dim)
#define builtin_tid3d(x, y, z) wp::tid(x, y, z, _idx, dim)
#define builtin_tid4d(x, y, z, w) wp::tid(x, y, z, w, _idx, dim)
#define WP_CLUSTER_DIMS(x, y, z)
#define WP_MAXNREG(n)
#define WP_ENABLE_SMEM_SPILLING()
"""
_PARAMETER = re.compile(r"^    (.+) (?:var|adj)_(\w+?)[,)]+$", re.MULTILINE)


_WIDE = BLOCK_DIM["cuda"]
_EXTENTS = re.compile(rf"(tile_(?:shape|stride|tuple)_t<[^>]*?)\b{_WIDE}\b")
_FFT = re.compile(
    r"(tile_i?fft\([^;]*?, )\d+, (\d+), (\d+), (?=var_)"
)  # shared bytes, rows, values per thread
_OF_BLOCKS = re.compile(r"wp::tile<|_next\(|builtin_block_dim\(")  # what gives a value for each thread


def on_one_thread(ir: KernelIR) -> KernelIR | None:
    """The text as one thread can run it, which is all there is in a block here: it has all values of a
    transform, and tiles with an element for each thread of a block have one. None where those cannot be told
    from tiles that the source makes as wide."""
    if ir.backend == "cpu":
        return ir
    ir = _rewritten(ir, lambda text: _FFT.sub(lambda m: f"{m[1]}0, {m[2]}, {int(m[3]) * _WIDE}, ", text))
    text = ir.support + ir.forward + ir.backward
    if not _EXTENTS.search(text):
        return ir
    if f"= {_WIDE};" in text:  # a number of the source
        return None if _OF_BLOCKS.search(text) else ir
    return _rewritten(ir, _narrowed)


def _rewritten(ir: KernelIR, change) -> KernelIR:
    return ir._replace(**{name: change(getattr(ir, name)) for name in ("support", "forward", "backward")})


def _narrowed(text: str) -> str:
    while (narrower := _EXTENTS.sub(r"\g<1>1", text)) != text:
        text = narrower
    return text


class Refused(CompilationError):
    """Some texts of several do not compile; `reasons` has the compiler's words by their number, or is empty
    where nobody can tell which."""

    def __init__(self, message: str, reasons: dict[int, str]):
        super().__init__(message, "native")
        self.reasons = reasons


def object_code(
    irs: list[KernelIR], adjoints: list[bool], optimisation: int = 0, zeroed: bool = False
) -> bytes:
    """Some kernels of one backend as machine code for this host.

    The compiler checks every text; it turns a backward pass into code, which costs most, where `adjoints` has
    True for it. With `zeroed` variables that a text leaves open are zero, and not what was there before.
    Raises `Refused`.
    """
    text, lines = text_of(irs, adjoints)
    code, messages = clang.compile_text(text, clang.Mode(optimisation), _ZEROED if zeroed else "")
    if code is None:
        raise Refused("\n".join(messages[:_MESSAGE_LINES]) or "no output", _blamed(messages, lines))
    return code


class Library:
    """Machine code in this process.

    What `object_code` makes has functions of kernels: a forward one takes the addresses of a
    `wp::launch_bounds_t` and of the kernel's arguments, packed as a C struct in their order; a backward one
    in addition that of the adjoint arguments.
    """

    def __init__(self, code: bytes):
        warp()
        self._llvm = context.runtime.llvm
        self._handle = f"unit_{next(_handles)}".encode()
        with tempfile.NamedTemporaryFile(prefix="warp-ir-", suffix=".o") as file:
            file.write(code)
            file.flush()
            if self._llvm.wp_load_obj(file.name.encode(), self._handle, False) != 0:
                raise CompilationError("the object code does not load", "native")

    def functions(self, number: int, adjoint: bool) -> tuple:
        """The forward function of a kernel and the backward one, or None."""
        backward = self._function(f"unit_{number}_backward", 3) if adjoint else None
        return self._function(f"unit_{number}_forward", 2), backward

    def address(self, name: str) -> int:
        """Of a function or a variable; 0 where there is none."""
        return self._llvm.wp_lookup(self._handle, name.encode()) or 0

    def _function(self, name: str, count: int):
        return ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * count)(self.address(name))

    def close(self) -> None:
        self._llvm.wp_unload_obj(self._handle)


class Loaded(Library):
    """Some kernels of one backend compiled and loaded; `entries` has a pair (forward, backward or None) for
    each. Raises `Refused`."""

    def __init__(self, irs: list[KernelIR], adjoints: list[bool], optimisation: int = 0):
        super().__init__(object_code(irs, adjoints, optimisation))
        wanted = [bool(ir.backward) and adjoint for ir, adjoint in zip(irs, adjoints, strict=True)]
        self.entries = [self.functions(n, adjoint) for n, adjoint in enumerate(wanted)]


def _blamed(messages: list[str], lines: list[int]) -> dict[int, str]:
    """The first error of each unit that has one; where that is in a header, a later line names the unit."""
    found: dict[int, str] = {}
    told = ""
    for message in messages:
        if ": error: " in message:
            told = message.partition(": error: ")[2]
        place = _UNIT.match(message)
        if told and place and int(place[1]) >= lines[0]:
            found.setdefault(bisect.bisect_right(lines, int(place[1])) - 1, told)
            told = ""
    return found


def text_of(irs: list[KernelIR], adjoints: list[bool]) -> tuple[str, list[int]]:
    """All kernels in one text, each in a namespace of its own, with entry points that run every thread; and
    the line on which each begins."""
    (backend,) = {ir.backend for ir in irs}
    units = [_unit(*one, number) for number, one in enumerate(zip(irs, adjoints, strict=True))]
    head = prelude("cpu", "".join(units)) + (_GRID if backend == "cuda" else "")
    lines = itertools.accumulate((text.count("\n") for text in units), initial=head.count("\n") + 1)
    return head + "".join(units), list(lines)[:-1]


def _unit(ir: KernelIR, adjoint: bool, number: int) -> str:
    (axes,) = set(re.findall(r"launch_bounds_t<(\d)>", ir.forward))
    make = _host_entries if ir.backend == "cpu" else _device_entries
    adjoint = adjoint and bool(ir.backward)
    before, entries, after = make(ir, adjoint, f"unit_{number}", axes)
    forward = _TEMPLATE.sub("", ir.forward)
    backward = _TEMPLATE.sub("", ir.backward) if adjoint else ir.backward
    text = f"{ir.support}{forward}{backward}{entries}"
    return f"{before}namespace unit_{number} {{ {_ANY_LAUNCH}\n{text}}}\n{after}"


_STORAGE = "wp::tile_shared_storage_t tile_mem; wp::shared_tile_storage = &tile_mem;"
# A kernel for the host is a template of whether its launch is contiguous. As a function, which it becomes
# where it is to run, it takes the compiler less time, the most with the adjoint.
_TEMPLATE = re.compile(r"^template <bool wp_linear_contiguous>", re.MULTILINE)
_ANY_LAUNCH = "static constexpr bool wp_linear_contiguous = false;"


def _host_entries(ir: KernelIR, adjoint: bool, space: str, axes: str):
    name, loop = ir.kernel_name, "for (size_t i = 0; i < dim->size; ++i)"
    entries = (
        f'extern "C" void {space}_forward(wp::launch_bounds_t<{axes}>* dim, wp_args_{name}* args)\n'
        f"{{ {_STORAGE} {loop} {name}_cpu_kernel_forward(*dim, i, args); }}\n"
    )
    if adjoint:
        entries += (
            f'extern "C" void {space}_backward'
            f"(wp::launch_bounds_t<{axes}>* dim, wp_args_{name}* args, wp_args_{name}* adj)\n"
            f"{{ {_STORAGE} {loop} {name}_cpu_kernel_backward(*dim, i, args, adj); }}\n"
        )
    return "", entries, ""


def _device_entries(ir: KernelIR, adjoint: bool, space: str, axes: str):
    name = ir.kernel_name
    head = ir.forward[: ir.forward.index("\n{")]
    parameters = [
        (kind, field) for kind, field in _PARAMETER.findall(head) if not kind.startswith("wp::launch_bounds")
    ]
    fields = "".join(f"    {kind} {field};\n" for kind, field in parameters)
    passed = "".join(f", args->{field}" for _, field in parameters)
    adjoints = "".join(f", adj->{field}" for _, field in parameters)
    entries = (
        f"struct wp_args_{name} {{\n{fields}}};\n"
        f'extern "C" void {space}_forward(wp::launch_bounds_t<{axes}>* dim, wp_args_{name}* args)\n'
        f"{{ {name}_cuda_kernel_forward(*dim{passed}); }}\n"
    )
    if adjoint:
        entries += (
            f'extern "C" void {space}_backward'
            f"(wp::launch_bounds_t<{axes}>* dim, wp_args_{name}* args, wp_args_{name}* adj)\n"
            f"{{ {name}_cuda_kernel_backward(*dim{passed}{adjoints}); }}\n"
        )
    # Entry points have C linkage, which no namespace keeps apart.
    names = [f"{name}_cuda_kernel_{way}" for way in ("forward", "backward")]
    before = "".join(f"#define {entry} {space}_{entry}\n" for entry in names)
    return before, entries, "".join(f"#undef {entry}\n" for entry in names)
