"""Levels below the C++: each text is its kernel's alone, whatever is lowered with it, and wherever."""

from __future__ import annotations

import hashlib
import json
import os
import re
from importlib import metadata

import pytest
import zoo

from generation.compilation import compile_source, extract
from generation.compilation.lowering import LEVELS, Counts, by_level, count, lower
from generation.compilation.lowering.llvm import parsed
from generation.errors import CompilationError, OptionError, SetupError

HOST = tuple(LEVELS["cpu"])
ALONE = ("structs", "functions", "tiles")
OTHERS = ("custom_replay", "strings", "redefined")
SUM = """
import warp as wp

@wp.kernel
def sums(x: wp.array(dtype=float), y: wp.array(dtype=float)):
    i = wp.tid()
    total = float(0.0)
    for k in range(4):
        total += x[4 * i + k]
    y[i] = total
"""


@pytest.fixture(scope="module")
def kernels(compiled) -> dict:
    """The first kernel of some units."""
    return {name: compiled[name][0]["cpu"] for name in (*ALONE, *OTHERS)}


@pytest.fixture(scope="module")
def together(kernels) -> dict:
    return dict(zip(kernels, lower(kernels.values(), HOST), strict=True))


def test_every_kernel_has_every_text(kernels, together):
    for name, found in together.items():
        assert not found.missing
        expected = {column for level in LEVELS["cpu"].values() for column in level.columns}
        if not kernels[name].backward:
            expected = {column for column in expected if not column.endswith("_backward")}
        assert expected - {"llvm_o0_support"} <= set(found.texts) <= expected


@pytest.mark.parametrize("name", ALONE)
def test_a_text_does_not_depend_on_what_is_lowered_with_it(kernels, together, name):
    assert lower([kernels[name]], HOST) == [together[name]]
    forward_alone = kernels[name]._replace(backward="")
    (found,) = lower([forward_alone], ["llvm_o2", "asm"])
    assert found.texts == {column: together[name].texts[column] for column in ("llvm_o2", "asm")}


def test_a_text_does_not_depend_on_the_process(kernels, together, python):
    code = f"""
import hashlib, json
from generation.compilation import compile_source
from generation.compilation.lowering import lower
ir = compile_source({zoo.UNITS["structs"]!r})[0]["cpu"]
(found,) = lower([ir], ["llvm_o0", "asm"])
print(hashlib.sha256(json.dumps(found.texts).encode()).hexdigest())
"""
    texts = {
        column: text
        for column, text in together["structs"].texts.items()
        if column.startswith(("llvm_o0", "asm"))
    }
    assert python(code).strip() == hashlib.sha256(json.dumps(texts).encode()).hexdigest()


def test_no_text_tells_of_the_machine(together):
    for found in together.values():
        for text in found.texts.values():
            assert not re.search(
                rf"\"/|{os.sep}tmp{os.sep}|site-packages|target-cpu|tune-cpu|avx2|_k\d{{4}}", text
            )


def test_modules_are_complete_and_numbered_in_order_of_use(together):
    for found in together.values():
        for column, text in found.texts.items():
            if column.startswith("llvm"):
                parsed(text)
                for sign, what in (("#", r"^attributes #(\d+)"), ("!", r"^!(\d+) =")):
                    numbers = list(map(int, re.findall(what, text, re.MULTILINE)))
                    assert numbers == list(range(len(numbers))), f"{column}: {sign}"
                body = text[text.index("\ndefine ") :]
                used = list(dict.fromkeys(re.findall(r"[)\w] #(\d+)", body[: body.index("\n}")])))
                assert used == sorted(used, key=int)


def test_what_does_not_compile_costs_one_kernel(kernels, together):
    sound = kernels["structs"]
    broken = sound._replace(forward=sound.forward.replace("// forward\n", "// forward\nundeclared = 1;\n"))
    first, second, third = lower([sound, broken, sound], ["llvm_o2", "asm"])
    assert first == third and not first.missing
    assert not second.texts and set(second.missing) == {"llvm_o2", "llvm_o2_backward", "asm", "asm_backward"}
    assert all("undeclared" in why for why in second.missing.values())


def test_counts_are_of_the_text():
    (found,) = lower([compile_source(SUM, enable_backward=False)[0]["cpu"]], HOST)
    counts = {one.level: one for one in count(found.texts, "cpu")}
    assert list(counts) == list(HOST)
    o0, o2, asm = (counts[level] for level in ("llvm_o0", "llvm_o2", "asm"))
    assert o0.instructions > 2 * o2.instructions and o0.memory_operations > o2.memory_operations
    texts = found.texts
    assert o2.memory_operations == len(re.findall(r"^  (?:%\S+ = )?(?:load|store) ", texts["llvm_o2"], re.M))
    assert o2.registers == len(re.findall(r"^  %\S+ = ", texts["llvm_o2"], re.M))
    assert asm.instructions == len(re.findall(r"^\t[a-z]", texts["asm"], re.M))
    vector = "define void @f(ptr %p) {\n  %v = load <8 x float>, ptr %p\n  ret void\n}\n"
    assert count({"llvm_o2": vector}, "cpu") == [Counts("llvm_o2", 2, 1, 0, 256, 1)]
    moved = "f:\n\tvmovups\t(%rdi), %ymm0\n\tmovl\t%edi, %eax\n\tjne\t.L\n\tretq\n"
    assert count({"asm": moved}, "cpu") == [Counts("asm", 4, 1, 1, 256, 3)]


def test_anybodys_kernel_at_a_level():
    ir = extract(SUM, level="llvm")
    assert "define void @sums_cpu_kernel_forward(" in ir.forward
    assert "define void @sums_cpu_kernel_backward(" in ir.backward and not ir.support
    assert "\nsums_cpu_kernel_forward:\n" in extract(SUM, level="asm").forward
    with pytest.raises(OptionError, match=r"level='o4' is not one of llvm_o0, llvm_o2, llvm_o3, asm"):
        extract(SUM, level="o4")


def test_a_missing_package_is_named(monkeypatch, compiled):
    def version(package):
        if package == "llvmlite":
            raise metadata.PackageNotFoundError
        return "1"

    monkeypatch.setattr(metadata, "version", version)
    with pytest.raises(SetupError, match=r"llvmlite .* found none: pip install '.\[llvm\]'"):
        extract(SUM, level="asm")
    assert extract(SUM, level="llvm_o2").forward  # Warp's own compiler is enough


def test_columns_and_levels_are_the_same_thing(together):
    texts = together["functions"].texts
    parts = by_level(texts | {"ir_forward": "int f();", "llvm_o3": ""}, "cpu")
    assert parts["llvm_o0"]["support"] == texts["llvm_o0_support"]
    assert set(parts["llvm_o3"]) == {"backward"} and set(parts) == set(HOST)


def test_text_that_is_no_module_is_refused():
    with pytest.raises(CompilationError, match="expected"):
        parsed("define void @f( {")
