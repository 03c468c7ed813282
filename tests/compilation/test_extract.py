"""The public function for kernels of any origin, and what it must not disturb."""

import numpy as np
import pytest
import zoo
from conftest import load

from generation.compilation import BACKENDS, CompilationError, compile_source, extract, prelude, toolchain
from generation.errors import OptionError

LIVE = (
    "plain",
    "functions",
    "structs",
    "custom_replay",
    "function_arguments",
    "gradient_call",
    "tiles",
    "overloads",
)


def first_kernel(module):
    import warp as wp

    return next(value for value in vars(module).values() if isinstance(value, wp.Kernel))


@pytest.mark.parametrize("name", LIVE)
@pytest.mark.parametrize("backend", BACKENDS)
def test_live_kernel_gives_the_text_of_its_source(compiled, tmp_path, name, backend):
    path = tmp_path / "live.py"
    path.write_text(zoo.UNITS[name])
    load(path, f"earlier_{name}_{backend}")  # takes the first numbers for device functions
    kernel = first_kernel(load(path, f"live_{name}_{backend}"))
    ir = extract(kernel, backend)
    expected = compiled[name][0][backend]
    assert ir._replace(line_map=()) == expected._replace(line_map=())
    shift = {ours - theirs for ours, theirs in zip(ir.line_map, expected.line_map, strict=True) if theirs}
    assert shift == {1 - kernel.func.__code__.co_firstlineno}


def test_launches_are_untouched(stock, tmp_path):
    import warp as wp

    source = zoo.UNITS["plain"].replace("a * x[i]", "wp.sin(a) * x[i]")
    before = stock(source, "cpu").lines
    path = tmp_path / "launched.py"
    path.write_text(source)
    kernel = first_kernel(load(path, "launched"))
    state = dict(vars(kernel)), dict(vars(kernel.adj)), dict(kernel.module.options), type(kernel.adj)
    extract(kernel, "cuda", enable_backward=False)
    assert (
        dict(vars(kernel)),
        dict(vars(kernel.adj)),
        dict(kernel.module.options),
        type(kernel.adj),
    ) == state
    for turn in range(2):
        x = wp.array(np.arange(4), dtype=float, device="cpu")
        y = wp.zeros(4, dtype=float, device="cpu")
        wp.launch(kernel, dim=4, inputs=[x, y, 1.0 + turn], device="cpu")
        assert np.allclose(y.numpy(), np.sin(1.0 + turn) * np.arange(4), atol=1e-6)
        extract(kernel)
        compile_source(zoo.UNITS["generic_function"])
    assert stock(source, "cpu").lines == before


def test_source_with_several_kernels_needs_a_name():
    source = zoo.UNITS["several"]
    assert extract(source, kernel="first").kernel_name == "first"
    with pytest.raises(CompilationError, match=r"\['first', 'second'\]") as caught:
        extract(source)
    assert caught.value.reason == "kernel"
    with pytest.raises(CompilationError, match="no kernel 'third'"):
        extract(source, kernel="third")


def test_generic_kernel_needs_an_overload(tmp_path):
    path = tmp_path / "generic.py"
    path.write_text(zoo.UNITS["generic_kernel"])
    module = load(path, "generic_live")
    assert extract(module.scale, kernel="scale_a1f8_f8").kernel_name == "scale_a1f8_f8"
    with pytest.raises(CompilationError, match="several kernels"):
        extract(module.scale)
    with pytest.raises(CompilationError, match=r"wp\.overload"):
        extract(module.not_instantiated)
    with pytest.raises(CompilationError, match="got int"):
        extract(3)


def test_backward_can_be_left_out(compiled):
    full = compiled["functions"][0]["cuda"]
    ir = extract(zoo.UNITS["functions"], "cuda", enable_backward=False)
    assert ir.backward == "" and ir.forward == full.forward and full.backward
    assert compiled["tile_cholesky"][0]["cpu"].backward == ""


def test_options_and_fingerprint():
    with pytest.raises(OptionError, match="rocm"):
        compile_source(zoo.UNITS["plain"], ("rocm",))
    with pytest.raises(OptionError):
        compile_source(zoo.UNITS["plain"], ())
    assert toolchain()["warp-lang"] == "1.19.0" and all(toolchain().values())
    assert "WP_NO_BFLOAT16" in prelude("cpu") and "WP_NO_BFLOAT16" not in prelude("cpu", "wp::bfloat16 x;")
    assert "WP_TILE_BLOCK_DIM 1\n" in prelude("cpu") and "WP_TILE_BLOCK_DIM 256\n" in prelude("cuda")
