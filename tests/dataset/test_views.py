"""Training examples: TRL's formats to the letter, no answer in a prompt, and CPU beside CUDA by id."""

from __future__ import annotations

import itertools
import pickle
import random

import datasets
import pytest

import warp_ir_pairs
from generation.compilation import KernelIR, build_native
from generation.dataset.configs import SCHEMA
from generation.dataset.options import Recipe
from generation.dataset.rows import complete, draft
from generation.dataset.streams import SHARDS
from generation.dataset.views import FORMATS, TASKS, View, join
from generation.errors import OptionError

PAIRS = 40
TEXTS = ("ir_forward", "ir_backward", "ir_support")


def stream(backend: str, pairs: int = PAIRS, **options):
    return warp_ir_pairs.load_dataset(backend, num_pairs=pairs, streaming=True, split="train", **options)


@pytest.fixture(scope="module")
def cpu() -> list[dict]:
    return list(stream("cpu"))


@pytest.fixture(scope="module")
def cuda() -> list[dict]:
    return list(stream("cuda"))


@pytest.fixture(scope="module")
def joined(cpu, cuda) -> list[dict]:
    """The definition."""
    theirs = {row["id"]: row for row in cuda}
    return [
        row | {f"cuda_{name}": theirs[row["id"]][name] for name in TEXTS}
        for row in cpu
        if row["id"] in theirs
    ]


def finished(rows) -> datasets.Dataset:
    return datasets.Dataset.from_list(rows, features=datasets.Features.from_arrow_schema(SCHEMA))


def plain(example) -> tuple[str, str]:
    """Prompt and answer of an example in any format."""
    if "messages" in example:
        assert set(example) == {"messages"}
        user, assistant = example["messages"]
    else:
        assert set(example) == {"prompt", "completion"}
        if isinstance(example["prompt"], str):
            return example["prompt"], example["completion"]
        (user,), (assistant,) = example["prompt"], example["completion"]
    assert set(user) == set(assistant) == {"role", "content"}
    assert (user["role"], assistant["role"]) == ("user", "assistant")
    return user["content"], assistant["content"]


@pytest.mark.parametrize("task", TASKS)
def test_every_format_says_the_same_and_no_prompt_holds_a_line_of_its_answer(joined, task):
    instructions = set()
    for row in joined:
        examples = {kind: View(task, kind)(row) for kind in FORMATS}
        prompt, answer = plain(examples["chat"])
        assert plain(examples["chat_completion"]) == (prompt, answer)
        assert plain(examples["completion"]) == (prompt + "\n", answer)
        assert answer == "\n".join(row[name] for name in TASKS[task].answer if row[name])
        for name in TASKS[task].given:
            assert row[name].strip() in prompt
        instructions.add(prompt.partition("\n")[0])
        if task == "forward_to_adjoint":
            body = set(row["ir_backward"].partition("// reverse\n")[2].splitlines())
            told = {line for line in body if line.strip().startswith("wp::adj_")} & set(prompt.splitlines())
            assert not told - set(row["ir_support"].splitlines())  # of device functions, which are given
        elif "python" in task:
            code = {line.strip() for line in answer.splitlines() if len(line.strip()) > 25}
            assert not code & {line.strip() for line in prompt.splitlines()}
    assert len(instructions) == 1


def test_the_language_is_that_of_the_row(cpu, cuda):
    for row, language in ((cpu[0], "C++"), (cuda[0], "CUDA C++")):
        assert f"Write the {language} that" in View("python_to_ir")(row)["prompt"]
        assert f"this {language} for" in View("ir_to_python")(row)["prompt"]


@pytest.mark.parametrize("task, backend", [("python_to_ir", "cpu"), ("cpu_to_cuda", "cuda")])
def test_an_answer_in_ir_compiles_alone(joined, task, backend):
    answers = [(row["kernel_name"], View(task)(row)["completion"]) for row in joined[:3]]
    assert build_native([KernelIR(name, backend, answer, "", "", ()) for name, answer in answers])


def test_rows_without_an_example_are_left_out(cpu):
    view = View("forward_to_adjoint")
    some = [row | {"ir_backward": value} for row, value in zip(cpu, ["", None, "adjoint"], strict=False)]
    assert [view.exists(row) for row in some] == [False, False, True]
    with pytest.raises(OptionError, match=r"has no ir_backward; drop such rows first.*view\.apply\(rows\)"):
        view(some[0])
    for rows in (finished(some), finished(some).to_iterable_dataset()):
        assert list(view.apply(rows)) == [view(some[2])]
    without = stream("cpu", 5, enable_backward=False)
    assert list(view.apply(without)) == []
    assert len(list(View("python_to_ir").apply(without))) == len(list(without))


@pytest.mark.parametrize("kind", FORMATS)
def test_apply_is_map_on_datasets_and_on_streams(cpu, kind):
    view = View("ir_to_python", kind)
    expected = [view(row) for row in cpu]
    whole = finished(cpu)
    assert list(view.apply(whole)) == list(view.apply(stream("cpu"))) == expected
    # What other processes get; `num_proc` itself would replace this process's os.environ in datasets 3.x.
    sent, exists = pickle.loads(pickle.dumps((view, view.exists)))
    assert list(whole.filter(exists).map(sent, remove_columns=whole.column_names)) == expected


def test_resuming_a_stream_of_examples_compiles_only_what_it_yields(monkeypatch):
    from generation import compilation

    compiled, real = [], compilation.compile_source
    monkeypatch.setattr(compilation, "compile_source", lambda *a, **k: (compiled.append(a), real(*a, **k))[1])
    examples = View("python_to_ir").apply(stream("cpu", 0))
    iterator = iter(examples)
    first = [next(iterator) for _ in range(12)]
    state = examples.state_dict()
    again = View("python_to_ir").apply(stream("cpu", 0))
    again.load_state_dict(state)
    compiled.clear()
    following = next(iter(again))
    assert following == next(iterator) and following not in first and len(compiled) == 2


def test_an_unknown_task_or_format_lists_the_known_ones():
    with pytest.raises(OptionError, match=f"task='ir_to_ir' is not one of {', '.join(TASKS)}"):
        View("ir_to_ir")
    with pytest.raises(OptionError, match=f"format=None is not one of {', '.join(FORMATS)}"):
        View("python_to_ir", None)


def test_a_missing_column_is_named(cpu):
    with pytest.raises(OptionError, match=r"'cuda_ir_support'; join\(cpu, cuda\) adds it"):
        View("cpu_to_cuda")(cpu[0])


def test_the_front_door_leads_here():
    from warp_ir_pairs import views

    assert views.View is View
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = warp_ir_pairs.nothing


def test_finished_datasets_are_joined_by_id_in_any_order(cpu, cuda, joined):
    rng = random.Random(3)
    shuffled = rng.sample(cuda, len(cuda) - 5)
    kept = {row["id"] for row in shuffled}
    expected = [row for row in joined if row["id"] in kept]
    assert list(join(finished(cpu), finished(shuffled))) == expected
    both = [datasets.DatasetDict(train=finished(rows)) for rows in (cpu, cuda)]
    assert list(join(*both)["train"]) == joined


def test_streams_are_joined_side_by_side(joined):
    found = join(stream("cpu"), stream("cuda"))
    assert list(found) == joined and set(found.column_names) == set(joined[0])


def test_what_only_one_stream_holds_is_passed_over(cpu, cuda, joined):
    replaced = [row | {"id": "another"} if number == 3 else row for number, row in enumerate(cuda)]
    fewer = replaced[:9] + replaced[11:]
    expected = [row for number, row in enumerate(joined) if number not in (3, 9, 10)]
    assert list(join(*(finished(rows).to_iterable_dataset() for rows in (cpu, fewer)))) == expected
    shards = [finished(rows).to_iterable_dataset(num_shards=3) for rows in (cpu, fewer)]
    with pytest.raises(OptionError, match="shards of these streams hold other rows"):
        list(join(*shards))


def test_loader_workers_share_a_joined_endless_stream():
    torch_data = pytest.importorskip("torch.utils.data", reason="needs PyTorch: the extra notebooks")
    both = join(stream("cpu", 0), stream("cuda", 0))
    taken = itertools.islice(torch_data.DataLoader(both, batch_size=None, num_workers=2), 8)
    indices = [row["index"] for row in taken]
    assert {index % SHARDS for index in indices} == {0, 1} and len(set(indices)) == 8
    for row in itertools.islice(both, 2):
        recipe = Recipe.of("cuda")
        theirs = complete(draft(0, row["index"], recipe.population), recipe)
        assert row["cuda_ir_forward"] == theirs["ir_forward"]


NOT_JOINED = [
    (lambda a, b: (a, b.to_iterable_dataset()), "takes two Datasets, two IterableDatasets"),
    (lambda a, b: (a, b.remove_columns("id")), "needs the column 'id' on both sides"),
    (lambda a, b: (a.to_iterable_dataset(2), b.to_iterable_dataset(3)), "same number of shards, not 2 and 3"),
    (
        lambda a, b: (a.to_iterable_dataset(), b.shuffle(1).to_iterable_dataset()),
        "order of their column `index`",
    ),
]


@pytest.mark.parametrize("change, message", NOT_JOINED, ids=[message for _, message in NOT_JOINED])
def test_what_cannot_be_joined_is_said(cpu, cuda, change, message):
    with pytest.raises(OptionError, match=message):
        list(join(*change(finished(cpu), finished(cuda))))
