"""Answers that are not answers: none of them scores, none of them stops the scorer."""

from __future__ import annotations

import os

import pytest

from generation.compilation import compile_source
from generation.dataset.views import View
from generation.errors import SetupError
from generation.evaluation import cpp, evaluate, harness, python, runner, sandbox
from generation.verification import Expectation
from tests.evaluation.conftest import row_of

BLEND = """import warp as wp


@wp.kernel
def blend(near: wp.array[float], far: wp.array[float], weight: float, mixed: wp.array[float]):
    i = wp.tid()
    mixed[i] = near[i] * weight + far[i] * (1.0 - weight)
"""
BODY = "mixed[i] = near[i] * weight + far[i] * (1.0 - weight)"

# Kernels that do something else: as Python they answer ir_to_python, as C++ python_to_ir.
WRONG = {
    "a constant": "mixed[i] = 0.5",
    "nothing": "mixed[i] = mixed[i]",
    "an input as it is": "mixed[i] = near[i]",
    "an input ignored": "mixed[i] = near[i] * weight",
    "another order": "mixed[i] = far[i] * weight + near[i] * (1.0 - weight)",
    "one element": "if i == 0:\n        mixed[i] = near[i] * weight + far[i] * (1.0 - weight)",
    "not a number": "mixed[i] = (near[i] - near[i]) / (near[i] - near[i])",
    "beside the array": "mixed[i + mixed.shape[0]] = near[i] * weight + far[i] * (1.0 - weight)",
    "what lies beside": "mixed[i] = near[i + 3] * weight + far[i] * (1.0 - weight)",
    "an input spoilt": f"{BODY}\n    far[i] = 0.0",
    "for ever": f"{BODY}\n    while weight == weight:\n        mixed[i] += 0.0",
}

# C++ to stand in the middle of a kernel, or before it.
INSIDE = {
    "assembler": 'asm volatile("mov $60, %eax; syscall");',
    "a keyword of the compiler": '__asm__("nop");',
    "a cast": "*(wp::float32*)(16) = 1.0f;",
    "a C++ cast": "*reinterpret_cast<wp::float32*>(16) = 1.0f;",
    "a pointer out of a number": "var_9 = *wp::cast<wp::float32*>(16);",
    "the C library": 'system("id");',
    "the C library, declared": 'wp::int32 system(wp::str); system("id");',
    "memory of the C library": "memcpy(var_9, var_9, 1 << 20);",
    "a declared extern": 'extern "C" int kill(int, int); kill(1, 9);',
    "another namespace": "::kill(1, 9);",
    "the answer next door": "unit_0::blend_cpu_kernel_forward<false>(dim, task_index, _wp_args);",
    "the entry point": "unit_0_forward(&dim, _wp_args);",
    "a lambda": "auto f = [=]() { return 1; }; f();",
    "a static variable": "static wp::int32 var_99 = 0;",
    "a loop for ever": "for (;;) {}",
    "a while": "while (true) {}",
    "an attribute": "[[maybe_unused]] wp::int32 var_99;",
    "an old attribute": "__attribute__((unused)) wp::int32 var_99;",
    "digraphs": "%:include </etc/passwd>",
    "trigraphs": "??=include </etc/passwd>",
    "a brace that closes all": "}}} void f() {{{",
    "a comment that goes on": "// \\\n",
    "a subscript": "var_near.data[1 << 20] = 1.0f;",
    "a string elsewhere": 'printf("SUCCESS");',
    "a huge type": "wp::vec_t<100000000, wp::float32> var_99;",
    "another alphabet": "wp::float32 \u03bdar = 1.0f;",
    "a method": "var_near.destroy();",
    "a throw": "throw 1;",
    "new": "new wp::float32;",
}
BEFORE = {
    "a file": '#include "/etc/passwd"\n',
    "a macro": "#define wp std\n",
    "a pragma": "#pragma GCC poison wp\n",
    "a line": '#line 1 "reference.cpp"\n',
    "a constructor": "__attribute__((constructor)) static void f() {}\n",
    "a global": "wp::int32 var_hidden = 1;\n",
    "a template": "template <int n> struct T { T<n + 1> t; }; T<0> var_t;\n",
    "a namespace": "namespace wp { }\n",
    "an alias": "using f = void (*)();\n",
    "a specialisation": "template <> struct std::hash<int> {};\n",
    "a flood": "// " + "x" * (1 << 20) + "\n",
    "a deep nest": "void f() " + "{" * 3000 + "}" * 3000 + "\n",
}

SOURCES = {
    "an exit": "import sys\nsys.exit(0)",
    "an exit at once": "exit(0)",
    "the parent killed": "import os\nos.kill(os.getppid(), 9)",
    "the scorer changed": "import generation.evaluation.report as r\nr.pass_at_k = lambda *a: 1.0",
    "modules": "wp.sys.modules.clear()",
    "a hidden door": "().__class__.__base__.__subclasses__()",
    "a door by name": "getattr(wp, 'context')",
    "builtins": "__builtins__['open']('/etc/passwd')",
    "a file": "x = open('/etc/passwd').read()",
    "a comprehension": "x = [0 for i in range(10 ** 12)]",
    "a loop": "while True:\n    pass",
    "a lambda": "f = lambda: f()\nf()",
    "text in another's name": "wp.config.mode = 'debug'",
    "C++ of its own": "@wp.func_native('wp::float32 x; return x;')\ndef f() -> float: ...",
    "C++ in a decorator": "f = wp.func_native('return 1;')(blend)",
    "a decorator of its own": "@blend\ndef f(): ...",
    "an array at an address": "x = wp.array(ptr=16, dtype=float, shape=4)",
    "a launch": "wp.launch(blend, dim=1)",
    "a metaclass": "class A(metaclass=type): pass",
    "a method": "class A:\n    def f(self): pass",
    "a default": "def f(x=exec('1')): return f",
    "an annotation": "x: exec('1') = 1",
    "warp anew": "wp = 1",
    "a star": "from warp import *",
    "a walrus": "(x := 1)",
    "a format": "x = f'{wp}'",
    "a global": "def f():\n    global wp\n    return f",
    "a try": "try:\n    pass\nexcept Exception:\n    pass",
    "nonsense": "this is no Python",
    "a flood": "x = 1\n" * 100_000,
    "a deep nest": "x = " + "(" * 5000 + ")" * 5000,
    "static": "@wp.kernel\ndef g(x: wp.array[float]):\n    x[0] = wp.static(exec('1'))",
}


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setattr(harness, "SECONDS", 0.5)
    monkeypatch.setattr(harness, "_COMPILE", (3.0, 0.1))


def texts(source: str) -> str:
    ir = compile_source(source)[0]["cpu"]
    return f"{ir.support}\n{ir.forward}"


RIGHT = texts(BLEND)
MIDDLE = RIGHT.index("// forward\n") + len("// forward\n")
HOSTILE = {name: f"{RIGHT[:MIDDLE]}{code}\n{RIGHT[MIDDLE:]}" for name, code in INSIDE.items()}
HOSTILE |= {name: code + RIGHT for name, code in BEFORE.items()}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_cpp_meets_no_compiler(name):
    assert cpp.check(RIGHT) is None and HOSTILE[name] != RIGHT
    with pytest.raises(cpp.Forbidden):
        cpp.check(HOSTILE[name])


@pytest.mark.parametrize("name", SOURCES)
def test_hostile_python_is_not_run(name):
    assert python.check(BLEND) is None
    with pytest.raises(cpp.Forbidden):
        python.check(f"{BLEND}\n{SOURCES[name]}\n")


def test_texts_that_do_not_answer_score_zero():
    row = row_of(BLEND)
    wrong = {name: texts(BLEND.replace(BODY, code)) for name, code in WRONG.items()}
    renamed = RIGHT.replace("var_weight", "var_wait")
    prompt = View("python_to_ir")(row)["prompt"]
    others = {"prompt": prompt, "source": BLEND, "empty": "", "a fence": f"```cpp\n{RIGHT}\n```\nDone."}
    answers = [RIGHT, *wrong.values(), *others.values(), *HOSTILE.values(), renamed, f"```cpp\n{RIGHT}```"]
    (problem,) = evaluate([answers], [row], task="python_to_ir", run_exact=True).problems
    first, *results, renamed, fenced = problem.results
    assert not problem.unscored
    for result in (first, renamed, fenced):
        assert result.compiles and result.executes, result
    for name, result in zip(wrong, results, strict=False):
        assert result.compiles and not result.executes and not result.exact, (name, result)
    told = dict(zip(wrong, (result.reason for result in results), strict=False))
    assert told["for ever"] == "timeout" and told["beside the array"].startswith("crash")
    assert not any(result.executes or result.compiles or result.exact for result in results[len(wrong) :])


def test_sources_that_do_not_answer_score_zero():
    row = row_of(BLEND)
    embedded = f"import warp as wp\n\n@wp.func_native('''{RIGHT}''')\ndef blend(x: float) -> float: ...\n"
    wrong = [BLEND.replace(BODY, code) for code in WRONG.values()]
    wrong += [embedded, View("ir_to_python")(row)["prompt"], RIGHT, "", BLEND + BLEND.replace("blend", "b")]
    wrong += [f"{BLEND}\n{code}\n" for code in SOURCES.values()]
    unroll = "\n".join(f"{'    ' * n}for a{n} in range(16):" for n in range(1, 9))
    wrong += [BLEND.replace(BODY, f"{BODY}\n{unroll}\n{'    ' * 9}mixed[i] += 0.0")]
    renamed = BLEND.replace("i =", "index =").replace("[i]", "[index]")
    answers = [BLEND, renamed, *wrong]
    (problem,) = evaluate([answers], [row], task="ir_to_python", run_exact=True).problems
    first, second, *results = problem.results
    assert first.exact and second.exact and first.round_trip and second.executes
    # Two kernels of which one has the right name are an answer.
    twice = results.pop(wrong.index(BLEND + BLEND.replace("blend", "b")))
    assert twice.executes and not twice.exact
    assert not any(result.executes or result.exact or result.round_trip for result in results)


# What is done to the process should a text get past the allow-list: nothing comes of it.
SYSCALL = 'extern "C" long syscall(long, ...);\n'
BREAKOUTS = {
    "a socket": "syscall(41, 2, 1, 0);",
    "a process": "for (int n = 0; n < 1000; ++n) syscall(57);",
    "a thread": "syscall(56, 0x10f00, 0, 0, 0, 0);",
    "a program": 'syscall(59, "/bin/true", 0, 0);',
    "a kill": "syscall(62, PARENT, 9);",
    "all killed": "syscall(62, -1, 9);",
    "a trace": "syscall(101, 16, PARENT, 0, 0);",
    "another's memory": "syscall(310, PARENT, 0, 0, 0, 0, 0);",
    "an end that looks well": "syscall(231, 0);",
    "a flood on the pipe": "static char x[99]; for (;;) for (int f = 3; f < 64; ++f) syscall(1, f, x, 99);",
    "memory": "for (;;) { char* p = (char*)syscall(9, 0, 1L << 26, 3, 34, -1, 0);"
    " for (int n = 0; n < 1 << 26; n += 4096) p[n] = 1; }",
    "the stack": "struct R { static int f(volatile int n) { return n ? f(n + 1) + f(n + 2) : 0; } };"
    " R::f(1);",
    "a wait": "syscall(34);",
    "no limit of time": "long no[4] = {0}; syscall(38, 2, no, 0); for (volatile int n = 1; n;) {}",
    "a word of success": 'for (int f = 0; f < 9; ++f) syscall(1, f, "PASSED\\n", 7);',
}


@pytest.fixture(scope="module")
def expected():
    found = Expectation(BLEND, None, (3,))
    yield found
    found.release()


def test_what_gets_past_the_list_gets_nowhere(expected):
    ir = compile_source(BLEND)[0]["cpu"]._replace(backward="")
    launches = [(case.dim, case.arguments, None) for case in expected.cases[:2]]
    sound = harness.Candidate(ir, expected.parameters, launches)

    def broken(code):
        code = code.replace("PARENT", str(os.getpid()))
        forward = ir.forward.replace("// forward\n", f"// forward\n{code}\n", 1)
        return sound._replace(ir=ir._replace(forward=forward, support=SYSCALL + ir.support))

    candidates = [one for code in BREAKOUTS.values() for one in (broken(code), sound)]
    outcomes = harness.run(runner.running("answers"), candidates, False, "seccomp")
    for outcome in outcomes[1::2]:
        assert not outcome.failure and len(outcome.results) == 2
    for name, outcome in zip(BREAKOUTS, outcomes[::2], strict=True):
        assert outcome.failure.startswith(("crash", "timeout")), (name, outcome.failure)


def test_files_are_not_to_be_read(expected):
    ir = compile_source(BLEND)[0]["cpu"]._replace(backward="")
    code = 'long f = syscall(2, "/etc/passwd", 0); var_mixed.data[0] = f < 0 ? 1.0f : 2.0f;'
    forward = ir.forward.replace("// forward\n", f"// forward\n{code}\nreturn;\n", 1)
    (case, *_) = expected.cases
    candidate = harness.Candidate(
        ir._replace(forward=forward, support=SYSCALL + ir.support),
        expected.parameters,
        [(case.dim, case.arguments, None)],
    )
    (outcome,) = harness.run(runner.running("answers"), [candidate], False, "seccomp")
    assert outcome.results[0][0]["mixed"][0] == 1.0


def test_python_that_gets_past_the_list_gets_nowhere():
    hostile = [
        "import os\nos._exit(0)",
        "import os\nos.fork()",
        "x = open('/etc/passwd')",
        "while True: pass",
    ]
    hostile += [
        "import socket\nsocket.socket()",
        "x = ' ' * (1 << 40)",
        "import os\nos.kill(os.getppid(), 9)",
    ]
    given = [text for code in hostile for text in (f"{BLEND}\n{code}\n", BLEND)]
    found = harness.compile_sources(runner.running("answers"), given, "cpu", "seccomp")
    assert all(isinstance(one, str) for one in found[::2])
    assert all(one[0].forward == compile_source(BLEND)[0]["cpu"].forward for one in found[1::2])


def test_results_are_believed_in_their_shape_only(expected):
    case = expected.cases[0]
    job = harness.Job(0, expected.parameters, [(case.dim, case.arguments, None)], False)
    layout = harness._layout(job)
    size = harness._size(layout)
    assert harness._arrays(layout, b"\0" * size) is not None
    assert all(harness._arrays(layout, b"\0" * wrong) is None for wrong in (0, size - 1, size + 1, 2 * size))
    frame = harness.FRAME.pack(0, 1 << 60) + b"PASSED"
    assert harness.frames(frame) == [] and harness.frames(b"PASSED") == []


def test_without_the_filter_nothing_runs_unasked(monkeypatch):
    monkeypatch.setattr(sandbox.platform, "machine", lambda: "riscv64")
    with pytest.raises(SetupError, match="isolation='limits'"):
        evaluate([RIGHT], [row_of(BLEND)], task="python_to_ir")
