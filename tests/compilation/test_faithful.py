"""The texts are Warp's own, they are whole, and their lines are told right."""

import pytest
import zoo
from conftest import solid

from generation.compilation import BACKENDS, CompilationError, build_native, prelude

# Warp's name for an overload is that of the generic kernel once the hash is stripped; then they clash.
RENAMED = {"generic_kernel"}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", [name for name in zoo.UNITS if name not in RENAMED])
def test_texts_are_those_of_ahead_of_time_compilation(compiled, stock, name, backend):
    theirs = stock(zoo.UNITS[name], backend)
    irs = [found[backend] for found in compiled[name]]
    for ir in irs:
        start = theirs.find(ir.forward)
        assert start >= 0
        assert not ir.backward or theirs.find(ir.backward) >= 0
        for line, number, other in zip(
            solid(ir.forward), solid_numbers(ir), theirs.numbers[start:], strict=False
        ):
            assert number in (0, other), line
    if len(irs) == 1:
        ours = solid(prelude(backend, irs[0].support + irs[0].forward)) + solid(irs[0].support)
        ours += solid(irs[0].forward) + solid(irs[0].backward)
        assert theirs.lines[: len(ours)] == ours
        rest = theirs.lines[len(ours) :]
        assert not rest if backend == "cuda" else "_cpu_forward_tasks(" in rest[1]


def solid_numbers(ir):
    return [number for line, number in zip(ir.forward.splitlines(), ir.line_map, strict=True) if line.strip()]


@pytest.mark.parametrize("backend", BACKENDS)
def test_every_statement_has_a_line(compiled, backend):
    for name, kernels in compiled.items():
        source = zoo.UNITS[name].splitlines()
        for ir in (found[backend] for found in kernels):
            body = ir.forward.split("// forward\n")[1].splitlines()
            closing = [
                line.strip()
                for line, number in zip(body, ir.line_map[-len(body) :], strict=True)
                if not number
            ]
            assert set(closing) <= {"}"}, (name, closing)
            assert any(ir.line_map) and max(ir.line_map) <= len(source)


def test_lines_of_a_kernel_by_hand(compiled):
    ir = compiled["control_flow"][0]["cuda"]
    source = zoo.UNITS["control_flow"].splitlines()
    seen = {}
    for line, number in zip(ir.forward.splitlines(), ir.line_map, strict=True):
        seen.setdefault(source[number - 1].strip() if number else "", []).append(line.strip())
    assert "continue;" in seen["return"]
    assert any("builtin_tid1d" in line for line in seen["i = wp.tid()"])
    assert sum("wp::sin(" in line for line in seen["wp.sin(x[i])"]) == 1
    assert any("start_while" in line for line in seen["while k < j:"])
    assert any("wp::array_store(" in line for line in seen["out[i] = value; out[i] += 1.0"])
    # Three rounds of a loop that is unrolled.
    assert sum("wp::mul(" in line for line in seen["total = total + x[i] * float(j)"]) == 3


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_whole_zoo_compiles_again(compiled, backend):
    irs = [found[backend] for kernels in compiled.values() for found in kernels]
    assert b"unit_0" in build_native(irs)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_text_without_its_support_does_not_compile(compiled, backend):
    ir = compiled["functions"][0][backend]
    assert build_native(ir)
    with pytest.raises(CompilationError, match="norm_0") as caught:
        build_native(ir._replace(support=ir.support.replace("norm_0", "other_0")))
    assert caught.value.reason == "native"


def test_no_python_is_quoted(compiled):
    for kernels in compiled.values():
        for ir in (ir for found in kernels for ir in found.values()):
            text = ir.support + ir.forward + ir.backward
            assert "<L " not in text and "_warp_ir_unit" not in text and "\x01" not in text
