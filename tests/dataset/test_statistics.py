"""The figures see what kernels do and nothing of how they are written."""

import ast
import builtins
import itertools
import json
import math
import random
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from generation.cli import main
from generation.dataset import measures
from generation.dataset.canonical import ir_operations, python_shape
from generation.dataset.near_duplicates import Collection, jaccard
from generation.dataset.statistics import read_reference, statistics
from generation.errors import OptionError
from generation.program import operations, structure_id, to_source
from generation.synthesis import synthesise

TEXT_SIZES = {"python_lines", "ir_lines", "ir_bytes"}  # of the text as it is written, so not masked


@pytest.fixture(scope="module")
def rows():
    """Rows of the first programs of a stream, with a text that is like IR."""
    return [row_of(synthesise(5, index)) for index in range(120)]


def row_of(program) -> dict:
    used = operations(program)
    lines = [f"    var_{n} = wp::{name}(var_{n + 1}, {n}.5);" for n, name in enumerate(used)]
    return {
        "python_source": to_source(program),
        "ir_forward": "\n".join([f"void {program.name}_forward(int dim) {{", *lines, "}"]),
        "structure_id": structure_id(program),
        "kernel_type": program.family,
        "complexity": "simple",
        "operations": list(used),
    }


@pytest.fixture
def dataset(tmp_path):
    """Writes rows to a directory of Parquet files, one for each split, and returns it."""

    def dataset(name="data", **splits):
        (tmp_path / name).mkdir(parents=True)
        for split, rows in splits.items():
            path = tmp_path / name / f"{split}-00000-of-00001.parquet"
            pq.write_table(pa.Table.from_pylist(rows), path)
        return tmp_path / name

    return dataset


def measure(directory, *args, **options) -> dict:
    return statistics(directory, *args, near_duplicates=False, **options)


def numbers(figures, *leave_out) -> dict:
    """Every number by its path."""
    found = {}

    def walk(place, value):
        if isinstance(value, dict | list):
            for key, item in value.items() if isinstance(value, dict) else enumerate(value):
                if key not in leave_out:
                    walk((*place, key), item)
        else:
            found[place] = value

    walk((), figures)
    return found


class Rewritten(ast.NodeTransformer):
    """The same kernel by an author with other names, other numbers and a word of explanation."""

    def visit_Name(self, node):
        return node if node.id == "wp" or hasattr(builtins, node.id) else ast.Name(f"my_{node.id}", node.ctx)

    def visit_arg(self, node):
        return ast.arg(f"my_{node.arg}", node.annotation and self.visit(node.annotation))

    def visit_FunctionDef(self, node):
        node = self.generic_visit(node)
        node.name = f"my_{node.name}"
        if ast.get_docstring(node) is not None:
            node.body.pop(0)
        node.body.insert(0, ast.Expr(ast.Constant("What this does.")))
        return node

    def visit_ClassDef(self, node):
        node = self.generic_visit(node)
        node.name = f"my_{node.name}"
        return node

    def visit_Constant(self, node):
        return ast.Constant(node.value if isinstance(node.value, bool | str) else node.value * 3)


def rewritten(row: dict) -> dict:
    source = ast.unparse(ast.fix_missing_locations(Rewritten().visit(ast.parse(row["python_source"]))))
    ir = row["ir_forward"].replace("var_", "var_9").replace(".5", ".25f").replace("_forward", "_2_forward")
    return row | {
        "python_source": "\n\n# by hand\n" + source.replace("    ", "  "),
        "ir_forward": ir.replace("\n", "\n\n    // next: wp::sin(var_0)\n"),
    }


def test_names_numbers_and_layout_change_no_figure(rows, dataset):
    before = numbers(measure(dataset("a", all=rows)), *TEXT_SIZES)
    after = numbers(measure(dataset("b", all=[rewritten(row) for row in rows])), *TEXT_SIZES)
    assert before == pytest.approx(after)


def test_the_order_of_rows_does_not_matter(rows, dataset):
    shuffled = random.Random(1).sample(rows, len(rows))
    before, after = (measure(dataset(name, all=order)) for name, order in [("a", rows), ("b", shuffled)])
    assert numbers(before) == pytest.approx(numbers(after))


def test_duplicating_every_row_halves_variety(rows, dataset):
    once, twice = measure(dataset("a", all=rows)), measure(dataset("b", all=rows * 2))
    for level, found in once["diversity"].items():
        doubled = twice["diversity"][level]
        assert doubled["distinct"] == found["distinct"]
        assert doubled["effective_per_row"] == pytest.approx(found["effective_per_row"] / 2)
        assert doubled["unseen"] == 0


def test_duplicates_are_near_duplicates(rows, dataset):
    pytest.importorskip("datasketch")
    once, twice = (statistics(dataset(name, all=rows * n)) for name, n in [("a", 1), ("b", 2)])
    assert once["near_duplicates"]["rate"] < 0.05
    assert twice["near_duplicates"]["originals"] == once["near_duplicates"]["originals"]
    assert twice["near_duplicates"]["rate"] == pytest.approx((1 + once["near_duplicates"]["rate"]) / 2)


GROUPS = {"whole": (0,), "little": (1, 2), "much": (3,)}


def test_near_duplicates_are_those_of_all_pairs():
    pytest.importorskip("datasketch")
    draw = random.Random(3)
    collection = Collection()
    for family in range(40):
        words = [f"w{draw.randrange(30)}" for _ in range(300)]
        for member in range(4):
            for _ in range(draw.choice((0, 2, 6, 20))):
                words[draw.randrange(300)] = "changed"
            collection.add((family, member), words)
    kept = []
    for key in sorted(collection._sets):
        if not any(jaccard(collection._sets[key], other) >= 0.8 for other in kept):
            kept.append(collection._sets[key])
    assert 40 < len(kept) < 160
    assert collection.originals(collection._sets) == pytest.approx(len(kept), abs=1)
    groups = {name: [key for key in collection._sets if key[1] in own] for name, own in GROUPS.items()}
    found = collection.between(groups)
    for name, other in itertools.permutations(groups, 2):
        near = sum(
            any(jaccard(collection._sets[key], collection._sets[its]) >= 0.8 for its in groups[other])
            for key in groups[name]
        )
        assert found[name][other] == pytest.approx(near, abs=1) and 0 < near < len(groups[name])


def test_another_dataset_counts_as_one_more_split(rows, dataset):
    pytest.importorskip("datasketch")
    parts = dataset("parts", train=rows[:80], test=rows[80:])
    other = dataset("other", all=rows[70:90])
    alone, both = statistics(parts), statistics(parts, beside={"other": other})
    assert sum(alone["between_splits"]["train"].values()) < 5
    assert both["between_splits"]["other"]["train"] >= 10 <= both["between_splits"]["other"]["test"]
    assert both["shared_between_splits"]["structure"] == 20
    for name in ("rows", "diversity", "near_duplicates"):
        assert both[name] == alone[name]


def test_a_dataset_is_like_itself(rows, dataset, tmp_path):
    directory = dataset(all=rows)
    (tmp_path / "stats.json").write_text(json.dumps(measure(directory)))
    figures = measure(directory, read_reference(tmp_path / "stats.json"))
    assert set(figures["divergence"].values()) == {0}
    assert set(figures["coverage"].values()) == {1}
    own = [figures["diversity"][level]["effective_per_row"] for level in ("structure", "shape", "ir")]
    assert figures["score"] == pytest.approx(100 * math.prod(own) ** (1 / 11))


def test_datasets_without_a_common_call_are_disjoint(dataset, tmp_path):
    def kernels(call):
        source = f"@wp.kernel\ndef k(a: wp.array[float]):\n    a[0] = wp.{call}(a[1])\n"
        return [{"python_source": source, "ir_forward": f"var_1 = wp::{call}(var_0); wp::{call}(var_1);"}]

    (tmp_path / "stats.json").write_text(json.dumps(measure(dataset("a", all=kernels("sin")))))
    figures = measure(dataset("b", all=kernels("cos")), read_reference(tmp_path / "stats.json"))
    assert figures["divergence"] | {"builtins": 1, "ir_bigrams": 1, "paths": 0} == figures["divergence"]
    assert figures["coverage"] == {"paths": 1, "builtins": 0, "ir_bigrams": 0}


def test_counts_by_split_family_and_operation(rows, dataset):
    figures = measure(dataset(train=rows[:90], test=rows[90:]), weights={rows[0]["kernel_type"]: 1})
    assert figures["splits"] == {"test": 30, "train": 90}
    assert sum(figures["families"].values()) == len(rows)
    assert figures["families_p"] == 0
    assert figures["operations"]["add"] == sum("add" in row["operations"] for row in rows)
    assert sum(figures["histograms"]["nodes"].values()) == len(rows)


def test_structures_in_several_splits_are_counted(rows, dataset):
    leak = dataset(train=rows, validation=[rewritten(rows[3])], test=[rewritten(rows[3]), rows[4]])
    assert measure(leak)["shared_between_splits"] == {"structure": 2, "structure_id": 2}


def test_datasets_in_memory_are_measured_like_their_files(rows, dataset):
    import datasets

    splits = {"train": datasets.Dataset.from_list(rows[:90]), "test": datasets.Dataset.from_list(rows[90:])}
    files = measure(dataset(train=rows[:90], test=rows[90:]))
    assert numbers(measure(datasets.DatasetDict(splits))) == pytest.approx(numbers(files))
    assert measure(splits["train"])["rows"] == 90


def test_rows_that_are_not_python_are_counted_apart(rows, dataset):
    broken = [{"python_source": "def (", "ir_forward": ""}, {"python_source": None, "ir_forward": None}]
    figures = measure(dataset(all=rows + broken))
    assert (figures["rows"], figures["unreadable"]) == (len(rows), 2)
    assert figures["families"] == measure(dataset("whole", all=rows))["families"]


@pytest.mark.parametrize(
    "same, one, other",
    [
        (True, "a = -1.5", "b = 2.0"),
        (True, "def f(x):\n    return x", "@wp.func\ndef g(y):\n    '''Why.'''\n    return y"),
        (False, "a = 1", "a = 1.0"),
        (False, "def f(x, y):\n    return x", "def f(x, y):\n    return y"),
        (False, "def f(x):\n    return x + 1", "def f(x):\n    return x * 1"),
        (False, "def f(x):\n    return x.y", "def f(x):\n    return x.z"),
        (True, "def f(x):\n    return x.mass", "def f(x):\n    return x.charge"),
        (False, "def f(x: wp.vec3): pass", "def f(x: wp.vec4): pass"),
    ],
)
def test_structure_keeps_what_the_kernel_does(same, one, other):
    assert (python_shape(one).words == python_shape(other).words) is same


def test_ir_operations():
    text = """
        // wp::cos(var_0)
        if (var_1) {
            var_2 = wp::mul<wp::float32>(var_0, helper_0(var_1));
            var_3 = (var_2 < var_0);
            const wp::vec_t<3, wp::float32> var_4 = {static_cast<int>(0)};
            printf("wp::sin(%d)", builtin_tid1d());
        }"""
    assert ir_operations(text) == ["@if", "mul", "@call", "cmp<", "@call", "builtin_tid1d"]


def test_chi_squared():
    tail = measures.chi_squared_p
    assert tail({"a": 60, "b": 40}, {"a": 1, "b": 1}) == pytest.approx(math.erfc(math.sqrt(2)))
    assert tail({"a": 10, "b": 20, "c": 30}, dict.fromkeys("abc", 5)) == pytest.approx(math.exp(-5))
    assert measures._chi_squared_tail(16.919, 9) == pytest.approx(0.05, abs=1e-5)
    assert measures._chi_squared_tail(18.307, 10) == pytest.approx(0.05, abs=1e-5)
    assert tail({"a": 5}, {"a": 1}) == tail({"a": 5, "b": 5}, {"a": 1, "b": 1}) == 1
    assert tail({"a": 5, "b": 5}, {"a": 1}) == 0


def test_growth_is_the_mean_over_all_orders():
    counts = {"a": 3, "b": 2, "c": 1}
    items = [kind for kind, many in counts.items() for _ in range(many)]
    draw = random.Random(2)
    means = [sum(len(set(draw.sample(items, n))) for _ in range(4000)) / 4000 for n in range(1, 7)]
    assert measures.growth(counts, range(1, 7)) == pytest.approx(means, abs=0.05)
    assert measures.diversity(counts)["unseen"] == pytest.approx(1 / 6)


def test_divergence():
    assert measures.divergence({"a": 1, "b": 1}, {"a": 10, "b": 10}) == 0
    assert measures.divergence({"a": 1}, {"b": 3}) == measures.divergence({"a": 1}, {}) == 1
    assert 0 < measures.divergence({"a": 1, "b": 1}, {"a": 1}) < 1


def test_command(rows, dataset, tmp_path, capsys):
    pytest.importorskip("datasketch")
    pytest.importorskip("matplotlib")
    directory, out = str(dataset(train=rows)), tmp_path / "out"
    assert main(["stats", directory, "--out", str(out)]) == 0
    written = {"stats.json", "families.png", "sizes.png", "operations.png", "growth.png"}
    assert {path.name for path in out.iterdir()} == written
    assert "Score" not in capsys.readouterr().out
    assert main(["stats", directory, "--reference", str(out / "stats.json")]) == 0
    assert "Score" in capsys.readouterr().out
    assert main(["stats", directory, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads((out / "stats.json").read_text())


def test_what_cannot_be_measured_is_one_option_error(rows, dataset, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "damaged.parquet").write_bytes(b"PAR1")
    (tmp_path / "words.json").write_text('{"dist": {"path": [1]}}')
    source = {"python_source": "x = ("}
    cases = {
        "neither": tmp_path / "nowhere",
        "holds no Parquet files$": tmp_path / "empty",
        "name one of these": dataset("above/a", all=rows).parent,
        "cannot be read as Parquet": tmp_path / "damaged.parquet",
        "no column 'ir_forward'": dataset("b", all=[source]),
        "holds no kernel": dataset("c", all=[source | {"ir_forward": ""}]),
        "neither a path": 7,
    }
    for message, place in cases.items():
        with pytest.raises(OptionError, match=message) as error:
            measure(place)
        assert "\n" not in str(error.value)
    for message, name in {"cannot be read": "nowhere", "must be JSON": "words.json"}.items():
        with pytest.raises(OptionError, match=message):
            read_reference(tmp_path / name)


PACKAGES = [
    ("datasketch", ["datasketch"], []),
    ("matplotlib", ["matplotlib", "matplotlib.figure"], ["--out", "out"]),
    ("scikit-learn", ["sklearn", "sklearn.feature_extraction"], ["--reference", "stats.json"]),
]


@pytest.mark.parametrize("package, modules, option", PACKAGES)
def test_a_missing_package_is_named_before_the_work(
    package, modules, option, rows, dataset, monkeypatch, capsys
):
    monkeypatch.chdir(dataset(all=rows))
    Path("stats.json").write_text(json.dumps(measure(".")))
    for name in modules:
        monkeypatch.setitem(sys.modules, name, None)
    assert main(["stats", ".", *option]) == 1
    assert f"{package}; install it with" in capsys.readouterr().err
