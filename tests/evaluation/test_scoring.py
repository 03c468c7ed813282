"""True answers of every task are right, mutants of them are not, and files give the same as calls."""

from __future__ import annotations

import json
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from generation import cli
from generation.compilation import compile_source
from generation.compilation.lowering import cuda_tools, lower
from generation.errors import OptionError
from generation.evaluation import TASKS, cpp, evaluate, ptx, python, tasks
from generation.verification import Pair, verify
from tests.verification.mutation import mutants

TASKS_THAT_RUN = [name for name in TASKS if name != "python_to_ptx"]


def right(task: str, row: dict) -> str:
    return tasks.reference_text(TASKS[task], row)


@pytest.mark.parametrize("task", TASKS_THAT_RUN)
def test_true_answers_are_right_and_answers_to_others_are_not(rows, task):
    some = rows[:8]
    answers = [
        [right(task, row), right(task, other)] for row, other in zip(some, some[1:] + some[:1], strict=True)
    ]
    scores = evaluate(answers, some, task=task, run_exact=True)
    assert scores.unscored.total() <= 2
    for problem in scores.problems:
        true, other = problem.results
        assert true.exact and true.compiles and (true.executes or problem.unscored), (problem.id, true)
        assert not other.exact and not other.executes
    assert scores.metric("executes")[0] == 0.5
    assert scores.metric("exact", kernel_type=some[0]["kernel_type"])[0] == 0.5


def test_mutants_score_no_more_than_they_pass_a_proof(rows):
    """Those that live on are nearly all the same kernel, whoever looks; the launches are others."""
    pairs, answers = [], []
    for row in rows[:8]:
        whole = tasks.ir_of_row("python_to_ir", row)
        pair = Pair(row["python_source"], whole, json.loads(row["launch"]), (row["seed"], row["index"]))
        pairs.append(mutants(pair, 3))
        answers.append([f"{row['ir_support']}\n{mutant.ir.forward}" for mutant in pairs[-1]])
    proven = sum(verdict.tier == "executed" for verdict in verify([pair for some in pairs for pair in some]))
    scores = evaluate(answers, rows[:8], task="python_to_ir")
    results = [result for problem in scores.problems for result in problem.results]
    assert len(results) >= 15 and not scores.unscored
    assert sum(bool(result.executes) for result in results) <= proven + 1 <= len(results) / 3
    assert not any(result.exact for result in results)


def test_an_exact_answer_is_known_without_running_it(rows, monkeypatch):
    proven = [row | {"verification": "executed"} for row in rows[:4]]
    monkeypatch.setattr("generation.evaluation.judging.running", None)
    scores = evaluate([right("python_to_ir", row) for row in proven], proven, task="python_to_ir", k=[1])
    assert scores.metric("executes")[0] == 1.0


def test_canonical_forms_forget_layout_and_numbers_and_nothing_else(rows):
    for row in rows:
        text = right("python_to_ir", row)
        other = re.sub(r"\b(var|adj|label)_(\d+)\b", lambda m: f"{m[1]}_{int(m[2]) + 7}", text)
        other = other.replace("    ", " ").replace("// forward", "// pass")
        assert other != text and cpp.canonical(other) == cpp.canonical(text)
        pair = Pair(row["python_source"], tasks.ir_of_row("python_to_ir", row))
        whole = cpp.canonical(pair.ir.forward)
        assert all(cpp.canonical(other.ir.forward) != whole for other in mutants(pair, 4))
        source = row["python_source"]
        assert python.canonical(source.replace("\n\n\n", "\n\n# A comment.\n")) == python.canonical(source)
    assert len({python.canonical(row["python_source"]) for row in rows}) == len(rows)


RARE = """
import warp as wp

HALF = 0.5

@wp.kernel
def k(mesh: wp.uint64, waves: wp.array2d[wp.vec2f], counts: wp.array[int], x: wp.array[wp.vec3]):
    i = wp.tid()
    wave = wp.tile_load(waves, shape=(4, 256), offset=(4 * i, 0))
    wp.tile_fft(wave)
    wp.tile_store(waves, wave, offset=(4 * i, 0))
    histogram = wp.tile_zeros(shape=16, dtype=int)
    wp.tile_atomic_add(counts, histogram, offset=0)
    whole = wp.mesh_get(mesh)
    query = wp.tile_mesh_query_aabb(mesh, x[i], x[i] + wp.vec3(wp.static(HALF * type(HALF)(2.0))))
    if wp.tile_query_valid(query):
        x[i] = whole.points[0]
"""


@pytest.mark.parametrize("backend", ["cpu", "cuda"])
def test_what_warp_writes_is_allowed(backend):
    python.check(RARE)
    (kernel,) = compile_source(RARE, (backend,))
    ir = kernel[backend]
    cpp.check(f"{ir.support}\n{ir.forward}")
    cpp.check(ir.backward, f"{ir.support}\n{ir.forward}")


@pytest.mark.parametrize("call", ["type(k)(1)", "type(wp)(1)", "type(HALF, HALF)(1)", "type(type(HALF))(1)"])
def test_only_the_type_of_a_number_is_called(call):
    with pytest.raises(cpp.Forbidden):
        python.check(RARE.replace("type(HALF)(2.0)", call))


LOOPS = """
import warp as wp

@wp.kernel
def k(tokens: wp.array(dtype=int), n: int, out: wp.array2d(dtype=float)):
    i = wp.tid()
    for m in range(n):
        out[i, m] = 1.0 if m == tokens[i] else 0.0
"""
PTX = """//
.version 9.4
.target sm_80
.address_size 64
.visible .entry k(.param .u64 k_param_0)
{
    .reg .b64 %rd<3>;
    .reg .b32 %r<2>;
    ld.param.u64 %rd1, [k_param_0];
    cvta.to.global.u64 %rd2, %rd1;
    mov.b32 %r1, 7;
    st.global.b32 [%rd2], %r1;
    ret;
}
"""


def test_ptx_may_hold_what_nvrtc_writes_and_nothing_that_names_files():
    (kernel,) = compile_source(LOOPS, ("cuda",))
    (found,) = lower([kernel["cuda"]], ["ptx_sm80", "ptx_sm100"])
    assert any('.pragma "nounroll"' in text for text in found.texts.values())
    for text in found.texts.values():
        ptx.check(text)
    ptx.check('.pragma "used_bytes_mask 0xfff";')
    for directive in ('.pragma "line /etc/passwd";', '.pragma "nounroll", "other";', '.file 1 "/etc/passwd"'):
        with pytest.raises(cpp.Forbidden):
            ptx.check(PTX + directive)


def test_ptx_is_compared_and_assembled():
    row = {"id": "k", "kernel_type": "written", "ptx_sm80": PTX}
    renumbered = PTX.replace("%rd1,", "%rd9,").replace(", %rd1;", ", %rd9;").replace("//\n", "// by hand\n")
    other = PTX.replace("7;", "8;")
    answers = [PTX, renumbered, other, PTX.replace("ret;", "rett;"), PTX + '.file 1 "/etc/passwd"\n', ""]
    scores = evaluate([answers], [row], task="python_to_ptx", k=(1, 2))
    found = [result.exact for result in scores.problems[0].results]
    assert found == [True, True, False, False, False, False]
    if cuda_tools.find("ptxas") is None:
        assert scores.problems[0].unscored == "no ptxas"
    else:
        assert [r.compiles for r in scores.problems[0].results] == [True, True, True, False, False, False]
        assert "rett" in scores.problems[0].results[3].reason
        assert not any("warp-ir-" in r.reason for r in scores.problems[0].results)  # nothing of this machine
    assert scores.metrics[0] == "exact" and "executes" not in scores.metrics


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"task": "ir_to_rust"}, "task='ir_to_rust' is not one of python_to_ir"),
        ({"task": "cpu_to_cuda"}, "views.join"),
        ({"task": "python_to_ptx"}, "ptx_sm80"),
        ({"k": (2,)}, "whole numbers from 1 to 1"),
        ({"k": ()}, "whole numbers"),
        ({"isolation": "none"}, "isolation='none' is not one of seccomp, limits"),
        ({"predictions": ["", ""]}, "a list of 1"),
        ({"predictions": [[3]]}, "got a int"),
    ],
)
def test_the_impossible_is_told(rows, options, message):
    row = {name: value for name, value in rows[0].items() if not name.startswith("cuda_")}
    with pytest.raises(OptionError, match=message):
        evaluate(**({"predictions": [""], "references": [row], "task": "python_to_ir"} | options))


def lines(path, *objects) -> str:
    path.write_text("".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in objects))
    return str(path)


@pytest.fixture(scope="module")
def dataset(rows, tmp_path_factory):
    directory = tmp_path_factory.mktemp("references")
    pq.write_table(pa.Table.from_pylist(rows[:3]), directory / "test-00000-of-00001.parquet")
    pq.write_table(pa.Table.from_pylist(rows[3:4]), directory / "train-00000-of-00001.parquet")
    return str(directory)


def test_the_command_says_what_the_call_says(rows, dataset, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    said = [
        {"id": row["id"], "answer": answer}
        for row in rows[:2]
        for answer in (right("python_to_ir", row), "nonsense")
    ]
    answers, out = lines(tmp_path / "answers.jsonl", *said, ""), tmp_path / "scores.json"
    command = ["evaluate", answers, "--references", dataset, "--split", "test", "--task", "python_to_ir"]
    assert cli.main([*command, "--k", "1,2", "--out", str(out)]) == 0
    shown = capsys.readouterr().out
    told = json.loads(out.read_text())
    # The third reference has no answers, which are wrong.
    given = [[one["answer"] for one in said[:2]], [one["answer"] for one in said[2:]], []]
    assert told == json.loads(json.dumps(evaluate(given, rows[:3], task="python_to_ir", k=(1, 2)).to_dict()))
    assert told["metrics"]["exact_pass@1"]["mean"] == pytest.approx(1 / 3)
    assert told["metrics"]["executes_pass@2"]["mean"] == pytest.approx(2 / 3)
    assert "exact pass@1" in shown and "33.3 %" in shown and rows[0]["kernel_type"] in shown


BAD = [
    (["{"], 2, "line 1 is no JSON"),
    (['["x"]'], 2, 'must be an object with "id" and "answer"'),
    ([{"id": 1, "answer": ""}], 2, '"id" must be a text'),
    ([{"id": "x", "answer": ""}], 2, "1 ids of answers are not among the 4 references, as 'x'"),
    ([], 2, "holds no answers"),
]


@pytest.mark.parametrize(("said", "status", "message"), BAD, ids=str)
def test_a_bad_file_is_one_line(dataset, tmp_path, capsys, said, status, message):
    answers = lines(tmp_path / "answers.jsonl", *said)
    assert cli.main(["evaluate", answers, "--references", dataset, "--task", "python_to_ir"]) == status
    out, err = capsys.readouterr()
    assert message in err and err.count("\n") == 1 and not out


def test_a_missing_file_or_split_is_one_line(rows, dataset, tmp_path, capsys):
    answers = lines(tmp_path / "answers.jsonl", {"id": rows[0]["id"], "answer": ""})
    for arguments, status in (
        ([str(tmp_path / "none"), "--references", dataset], 1),
        ([answers, "--references", dataset, "--split", "dev"], 2),
        ([answers, "--references", dataset, "--k", "x"], 2),
        ([answers, "--references", dataset, "--out", str(tmp_path / "no" / "file")], 1),
    ):
        assert cli.main(["evaluate", *arguments, "--task", "python_to_ir"]) == status
        assert capsys.readouterr().err.count("\n") == 1
