"""The levels below CUDA C++: LLVM IR for GPUs, PTX, SASS."""

import os
import pickle
import subprocess
import sys

import pytest

from generation.compilation import compile_source
from generation.compilation.lowering import LEVELS, by_level, check, count, lower, tools
from generation.compilation.lowering.batches import in_child, in_halves
from generation.compilation.lowering.llvm_text import Module
from generation.errors import CompilationError, SetupError

SOURCE = """
import warp as wp

@wp.func
def blend(a: float, b: float, w: float):
    return a * w + b * (1.0 - w)

@wp.kernel
def mix(xs: wp.array(dtype=float), ys: wp.array(dtype=float), total: wp.array(dtype=float)):
    i = wp.tid()
    if xs[i] > 0.0:
        wp.atomic_add(total, 0, blend(xs[i], ys[i], 0.25))

@wp.kernel
def swing(angles: wp.array(dtype=wp.float64), out: wp.array(dtype=wp.vec2d)):
    i = wp.tid()
    out[i] = wp.vec2d(wp.sin(angles[i]), wp.float64(2.0))

@wp.kernel
def rows(a: wp.array2d(dtype=float), out: wp.array(dtype=float)):
    i = wp.tid()
    tile = wp.tile_load(a[i], shape=16)
    wp.tile_store(out, wp.tile_sum(tile), offset=i)
"""
NAMES = ["llvm_o0", "llvm_o2", "ptx_sm80", "ptx_sm100", "sass_sm80"]  # the others differ by a number


def kernels():
    return [kernel["cuda"] for kernel in compile_source(SOURCE, ("cuda",))]


@pytest.fixture(scope="module")
def lowered():
    found = lower(kernels(), NAMES)
    assert not any(one.missing for one in found)
    return [one.texts for one in found]


ALONE = """
import pickle, sys
from test_lowering_cuda import kernels, lower
sys.stdout.buffer.write(pickle.dumps(lower(kernels()[1:2], ["ptx_sm80", "sass_sm80"])[0].texts))
"""


def test_a_text_is_the_same_alone_in_another_process(lowered):
    place = os.pathsep.join((os.path.dirname(__file__), os.getcwd()))
    done = subprocess.run(
        [sys.executable, "-c", ALONE], capture_output=True, check=True, env=os.environ | {"PYTHONPATH": place}
    )
    again = pickle.loads(done.stdout)
    assert len(again) == 4 and again == {column: lowered[1][column] for column in again}


def test_a_forward_text_does_not_depend_on_the_adjoint(lowered):
    names = ["llvm_o2", "ptx_sm80", "sass_sm80"]
    (found,) = lower([kernels()[0]._replace(backward="")], names)
    assert found.texts == {column: lowered[0][column] for column in names}


def test_every_text_is_there_and_of_its_kernel_alone(lowered):
    for ir, texts in zip(kernels(), lowered, strict=True):
        levels = [LEVELS["cuda"][name] for name in NAMES]
        assert set(texts) == {column for level in levels for column in level.columns}
        for column, text in texts.items():
            part = "backward" if column.endswith("_backward") else "forward"
            assert column.endswith("_support") or f"{ir.kernel_name}_cuda_kernel_{part}" in text
            assert all(
                hint not in text for hint in ("/tmp", "pnanovdb", "_INTERNAL_", "_k00", "_entry0", "+f16c")
            )


OF_NVRTC = """
import warp as wp

@wp.kernel
def scan(x: wp.array(dtype={kind})):
    i = wp.tid()
    tile = wp.tile_load(x, shape=64, offset=i * 64)
    wp.tile_store(x, wp.tile_scan_inclusive(tile), offset=i * 64)

@wp.kernel
def sort(keys: wp.array(dtype={kind}), values: wp.array(dtype={kind})):
    i = wp.tid()
    tile, other = wp.tile_load(keys, shape=64, offset=i * 64), wp.tile_load(values, shape=64, offset=i * 64)
    wp.tile_sort(tile, other)
    wp.tile_store(keys, tile, offset=i * 64)

@wp.kernel
def change(bits: wp.array(dtype={kind}), mask: wp.array(dtype={kind})):
    i = wp.tid()
    old = wp.atomic_and(bits, 0, mask[i])
    wp.atomic_or(bits, 1, old)
    wp.atomic_xor(bits, 2, old)
"""


@pytest.mark.parametrize("kind", ["wp.int32", "wp.uint32", "wp.int64", "wp.uint64", "wp.float32"])
def test_clang_has_what_only_nvrtc_brings(kind):
    without = {"wp.float32": "change", "wp.int64": "scan", "wp.uint64": "scan"}.get(kind)
    before, *functions = OF_NVRTC.format(kind=kind).split("@wp.kernel\n")
    source = "@wp.kernel\n".join([before, *(f for f in functions if f"def {without}(" not in f)])
    for found in lower([kernel["cuda"] for kernel in compile_source(source, ("cuda",))], ["llvm_o0"]):
        assert not found.missing
        check(LEVELS["cuda"]["llvm_o0"], by_level(found.texts, "cuda")["llvm_o0"])


def test_texts_are_what_they_say(lowered):
    for texts in (lowered[0], lowered[1]):
        for name in NAMES:
            level = LEVELS["cuda"][name]
            check(level, {part: texts[level.column(part)] for part in level.parts})
    assert "__internal_trig_reduction_slowpathd" in lowered[1]["ptx_sm80"]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("ptx_sm80", "mul.wide.u32", "mul.wide.f16"),
        ("ptx_sm100", ".reg .pred", ".reg .b32"),
        ("ptx_sm80", "smem_base[1024];", "other[1024];"),
        ("llvm_o2", "udiv i64", "udiv i32"),
        ("sass_sm80", ".L_0:", ".L_900:"),
        ("sass_sm80", "EXIT ;", "EXIT"),
    ],
)
def test_a_text_that_was_changed_is_refused(lowered, name, old, new):
    text = lowered[0][name]
    assert old in text
    with pytest.raises(CompilationError):
        check(LEVELS["cuda"][name], {"forward": text.replace(old, new, 1)})


PTX = """.version 9.4
.target sm_80
.address_size 64

.visible .entry f(
\t.param .u64 f_param_0
)
{
\t.reg .pred \t%p<2>;
\t.reg .b32 \t%r<4>;
\t.reg .b64 \t%rd<2>;

\tld.param.u64 \t%rd1, [f_param_0];
\tld.global.v2.u32 \t{%r1, %r2}, [%rd1];
\tsetp.eq.s32 \t%p1, %r1, %r2;
\t@%p1 bra \t$L__BB0_2;

\tadd.s32 \t%r3, %r1, %r2;
\tatom.global.add.u32 \t%r3, [%rd1], %r3;

$L__BB0_2:
\tret;

}
"""
SASS = """.target sm_80

f:
/*0000*/ IMAD.MOV.U32 R1, RZ, RZ, c[0x0][0x28] ;
/*0010*/ LDG.E.64 R2, [R4.64] ;
/*0020*/ @!P0 BRA `(.L_0) ;
/*0030*/ STG.E [R4.64], R2 ;
.L_0:
/*0040*/ EXIT ;
"""


def test_counts_are_those_of_the_text():
    check(LEVELS["cuda"]["sass_sm80"], {"forward": SASS})
    ptx, sass = count({"ptx_sm80": PTX, "sass_sm80": SASS}, "cuda")
    assert ptx == ("ptx_sm80", 7, 2, 1, 64, 5)
    assert sass == ("sass_sm80", 5, 2, 1, 64, 5)


def test_a_compiler_that_dies_costs_one_text():
    def build(items):
        return [os.abort() if item == 3 else item * 10 for item in items]

    *others, crashed = (in_halves(in_child(build), range(5))[n] for n in (0, 1, 2, 4, 3))
    assert others == [0, 10, 20, 40]
    assert "SIGABRT" in str(crashed) and isinstance(crashed, CompilationError)


def test_without_the_tools_it_says_what_to_install(monkeypatch):
    missing = tools.TOOLS["nvdisasm"]._replace(package="not-installed-here")
    monkeypatch.setitem(tools.TOOLS, "nvdisasm", missing)
    with pytest.raises(SetupError, match=r"pip install '\.\[cuda\]'"):
        lower(kernels()[:1], ["sass_sm80"])


def test_names_that_look_like_strings_are_followed():
    text = """%"struct.abc" = type { i8 }

@h = global i8 0

define void @f() {
  %x = call %"struct.abc" @g(ptr @h)
  ret void
}

define %"struct.abc" @g(ptr %p) {
  ret %"struct.abc" zeroinitializer
}
"""
    assert set(Module(text).reached(["f"])) == {"f", "g", "h"}
