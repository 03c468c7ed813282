"""Mining, on a package with everything that makes kernels hard to take out of one, and on some of Warp's."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from textwrap import dedent

import pytest

from generation.compilation import compile_source
from generation.corpus import Package, mine
from generation.corpus.packages import PACKAGES, check_installed
from generation.errors import SetupError

PARTS = {
    "__init__": "import torch, some_heavy_thing\nprint('hello')\nraise_nothing = torch.nn.Module()",
    "broken": """
        import warp as wp
        raise RuntimeError("no GPU")
        @wp.kernel
        def survives(a: wp.array[float]):
            a[0] = 1.0
        """,
    "words": """
        import enum
        import warp as wp
        class Mode(enum.IntEnum):
            SLOW = 3
        class Scheme(enum.Enum):
            GATHER = 11
        GAIN = wp.constant(0.25)
        TINY = 1.0e-6
        @wp.struct
        class Body:
            mass: float
            spin: wp.types.vector(length=5, dtype=wp.float64)
        @wp.func
        def damp(x: float):
            return x * GAIN  # gain
        @wp.func
        def damp(x: wp.vec3):
            return x * GAIN
        """,
    "kernels": '''
        import math
        from typing import Any
        import torch
        import warp as wp
        from . import words
        from .words import Body, Mode, Scheme, damp
        @wp.kernel
        def plain(
            a: wp.array[float],  # in and out
        ):
            """Scale."""
            i = wp.tid()
            a[i] = a[i] * math.pi
        @wp.kernel(enable_backward=False)
        def other_modules(bodies: wp.array(dtype=Body), mode: int):
            i = wp.tid()
            if mode == Mode.SLOW:
                words = bodies[i]
                words.mass = damp(words.mass)
                bodies[i] = words
        @wp.kernel
        def chained(a: wp.array(dtype=wp.vec3)):
            a[0] = words.damp(a[0]) + wp.vec3(words.TINY)
        @wp.kernel
        def open_types(a: wp.array(dtype=Any), b: wp.array(dtype=Any)):
            i = wp.tid()
            b[i] = a[i] + a[i]
        @wp.kernel
        def plain_member(a: wp.array(dtype=int)):
            if a[0] == wp.static(Scheme.GATHER.value):
                a[0] = 0
        @wp.kernel
        def usual(moment: wp.array(dtype=wp.mat22), spin: wp.array(dtype=wp.spatial_vector)):
            spin[0] = spin[0] * wp.trace(moment[0])
        @wp.kernel
        def of_usual_types(a: wp.array(dtype=Any), spin: wp.array(dtype=Any), moment: wp.array(dtype=Any)):
            a[0] = wp.spatial_top(spin[0])[0] * wp.trace(moment[0]) * a[0]
        @wp.kernel
        def launched(a: wp.array(dtype=Any)):
            a[0] = a[0] * a[0]
        wp.launch(launched, dim=1, inputs=[wp.zeros(3, dtype=wp.int64)])
        def make(scale: float, flag: bool, order: int = 2):
            @wp.func
            def twist(x: float):
                return x + scale
            @wp.kernel
            def made(a: wp.array[float]):
                for j in range(wp.static(order + 1)):
                    a[j] = twist(a[j])
            return made
        def by_hand(x):
            return x
        @wp.kernel
        def hopeless(a: wp.array[float]):
            a[0] = by_hand(a[0])
        ''',
}
EXPECTED = {
    "plain_member",
    "usual",
    "of_usual_types",
    "survives",
    "plain",
    "other_modules",
    "chained",
    "open_types",
    "launched",
    "made",
}


@pytest.fixture(scope="module")
def mined(tmp_path_factory):
    root = tmp_path_factory.mktemp("packages")
    (root / "people").mkdir()
    for name, text in PARTS.items():
        (root / "people" / f"{name}.py").write_text(dedent(text))
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(root))
        package = Package("people", "1", "people")
        return mine(package), mine(package)


def one(mined, name: str) -> dict:
    return next(kernel for kernel in mined[0]["kernels"] if kernel["kernel_name"] == name)


def test_all_kernels_are_found_each_time_the_same(mined):
    assert mined[0] == mined[1]
    assert {kernel["kernel_name"] for kernel in mined[0]["kernels"]} == EXPECTED
    assert mined[0]["causes"] == {"codegen": 1} and "hopeless" in mined[0]["examples"]["codegen"][0]
    places = [(kernel["file"], kernel["line"]) for kernel in mined[0]["kernels"]]
    assert places == sorted(places)
    for kernel in mined[0]["kernels"]:
        line = dedent(PARTS[kernel["file"][len("people/") : -len(".py")]]).splitlines()[kernel["line"] - 1]
        assert "@wp.kernel" in line


def test_sources_need_nothing_but_warp(mined):
    for kernel in mined[0]["kernels"]:
        source = kernel["python_source"]
        assert set(re.findall(r"^(?:import|from) (\w+)", source, re.M)) <= {"warp", "typing", "math", "enum"}
        (ir,) = compile_source(source, ("cpu", "cuda"))
        assert ir["cpu"].kernel_name == kernel["kernel_name"] and ir["cuda"].forward


def test_the_text_is_the_authors(mined):
    plain = one(mined, "plain")
    start = dedent(PARTS["kernels"]).index("@wp.kernel\ndef plain")
    end = dedent(PARTS["kernels"]).index("@wp.kernel(enable")
    assert plain["form"] == "module"
    assert dedent(PARTS["kernels"])[start:end].strip() in plain["python_source"]
    other = one(mined, "other_modules")
    assert other["form"] == "module" and "    return x * GAIN  # gain" in other["python_source"]
    assert "def damp(x: wp.vec3)" not in other["python_source"]  # an overload that is not called
    chained = one(mined, "chained")
    assert chained["form"] == "reduced" and "damp(a[0]) + wp.vec3(words.TINY)" in chained["python_source"]


def test_open_types_are_closed(mined):
    kinds = [
        re.findall(r"dtype=([\w.]+)", kernel["python_source"])
        for kernel in mined[0]["kernels"]
        if kernel["kernel_name"] in ("open_types", "launched")
    ]
    single, double, launched = sorted(kinds, key=lambda found: (len(found) == 1, found))
    assert single == ["wp.float32"] * 2 and double == ["wp.float64"] * 2 and launched == ["wp.int64"]


def test_open_types_are_those_that_parameters_of_the_same_name_have(mined):
    kinds = [
        re.findall(r"(\w+): wp.array\(dtype=([\w.]+)", kernel["python_source"])
        for kernel in mined[0]["kernels"]
        if kernel["kernel_name"] == "of_usual_types"
    ]
    usual = {("moment", "wp.mat22"), ("spin", "wp.spatial_vector")}
    assert any(usual <= {(name, kind.removesuffix("f")) for name, kind in one} for one in kinds), kinds


def test_members_of_enumerations_of_no_numbers_are_known_by_their_values(mined):
    assert "wp.static(GATHER.value)" in one(mined, "plain_member")["python_source"]


def test_a_package_that_cannot_be_mined_costs_itself_only(tmp_path, monkeypatch):
    (tmp_path / "suicidal").mkdir()
    (tmp_path / "suicidal" / "__init__.py").write_text("import os, warp as wp\n# wp.kernel\nos._exit(3)\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(SetupError, match="suicidal 1 could not be mined: status 3"):
        mine(Package("suicidal", "1", "suicidal"))


def test_packages_are_pinned():
    wrong = {"warp-lang": PACKAGES["warp-lang"]._replace(version="0.1")}
    with pytest.raises(SetupError, match=re.escape("warp-lang==0.1 (found: 1.19.0). Run: pip install")):
        check_installed(wrong)
    missing = {"people": Package("people", "1", "people", needs=("no_such_module",))}
    with pytest.raises(SetupError, match=r"people==1 \(found: none\), no_such_module"):
        check_installed(missing)
    for package in PACKAGES.values():
        if find_spec(package.module):  # the tests do not need them all
            assert package.licence in ("Apache-2.0", "MIT"), package
    assert json.loads(json.dumps(PACKAGES["warp-lang"]))[0] == "warp-lang"
