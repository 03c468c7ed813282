"""Rows as training examples, in the formats that TRL's trainers take as they are.

    View("python_to_ir", "chat").apply(rows)  # a Dataset or an IterableDataset

| task | given | answer |
|---|---|---|
| python_to_ir | `python_source` | `ir_support` and `ir_forward` |
| ir_to_python | `ir_support` and `ir_forward` | `python_source` |
| forward_to_adjoint | `ir_support` and `ir_forward` | `ir_backward` |
| cpu_to_cuda | `ir_support` and `ir_forward` | `cuda_ir_support` and `cuda_ir_forward`, of `join` |

The answer is the columns' text and nothing else, so that a model's answer can be held against it, compiled
and run. A prompt names the task, in the same words for every row, and holds the given text in a fence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from generation.dataset.joining import join
from generation.errors import OptionError

__all__ = ["FORMATS", "TASKS", "View", "join"]

_LANGUAGES = {"cpu": "C++", "cuda": "CUDA C++"}


@dataclass(frozen=True)
class Task:
    """What is asked, with {language} for that of the row; the columns given and those of the answer. The last
    of each must hold a text; the others may be empty."""

    instruction: str
    given: tuple[str, ...]
    answer: tuple[str, ...]


_IR = ("ir_support", "ir_forward")
TASKS = {
    "python_to_ir": Task(
        "Write the {language} that NVIDIA Warp generates for the forward pass of this kernel, after the "
        "structs and device functions that it needs.",
        ("python_source",),
        _IR,
    ),
    "ir_to_python": Task(
        "NVIDIA Warp generated this {language} for the forward pass of a kernel. Write the kernel in Python, "
        "with the imports, structs and functions that it needs.",
        _IR,
        ("python_source",),
    ),
    "forward_to_adjoint": Task(
        "NVIDIA Warp generated this {language} for the forward pass of a kernel. Write the function that it "
        "generates for the backward pass.",
        _IR,
        ("ir_backward",),
    ),
    "cpu_to_cuda": Task(
        "NVIDIA Warp generated this C++ for the forward pass of a kernel on a CPU. Write the CUDA C++ that "
        "it generates for the same kernel on a GPU, after the structs and device functions that it needs.",
        _IR,
        ("cuda_ir_support", "cuda_ir_forward"),
    ),
}


def _user(prompt: str) -> list[dict]:
    return [{"role": "user", "content": prompt}]


def _assistant(answer: str) -> list[dict]:
    return [{"role": "assistant", "content": answer}]


FORMATS: dict[str, Callable[[str, str], dict]] = {
    # "prompt-completion": texts, for any language model
    "completion": lambda prompt, answer: {"prompt": prompt + "\n", "completion": answer},
    # "conversational": one list, for chat models
    "chat": lambda prompt, answer: {"messages": _user(prompt) + _assistant(answer)},
    # "conversational prompt-completion": the loss is taken on the answer alone
    "chat_completion": lambda prompt, answer: {"prompt": _user(prompt), "completion": _assistant(answer)},
}


@dataclass(frozen=True)
class View:
    """A task and a format as a function from row to example, for `map`; can be sent to other processes.

    task: one of TASKS. format: one of FORMATS: "completion" gives `prompt` and `completion` as texts, "chat"
    gives `messages`, a list of {"role", "content"}, "chat_completion" gives `prompt` and `completion` as such
    lists. OptionError for any other.
    """

    task: str
    format: str = "completion"

    def __post_init__(self):
        for option, known in (("task", TASKS), ("format", FORMATS)):
            value = getattr(self, option)
            if not isinstance(value, str) or value not in known:
                raise OptionError(f"{option}={value!r} is not one of {', '.join(known)}")

    def exists(self, row: Mapping) -> bool:
        """Whether the row has what the task needs: one made with `enable_backward=False` has no adjoint. For
        `filter`; datasets 3.x fails to filter a stream, for it there is `apply`. OptionError where a column
        is missing altogether."""
        task = TASKS[self.task]
        missing = [name for name in (*task.given, *task.answer) if name not in row]
        if missing:
            hint = "; join(cpu, cuda) adds it" if missing[0].startswith("cuda_") else ""
            raise OptionError(f"task={self.task!r} needs the column {missing[0]!r}{hint}")
        return bool(row[task.given[-1]] and row[task.answer[-1]])

    def __call__(self, row: Mapping) -> dict:
        """The example. OptionError for a row without one: see `exists`."""
        if not self.exists(row):
            raise OptionError(
                f"task={self.task!r}: row {row.get('id')} has no {TASKS[self.task].answer[-1]}; "
                f"drop such rows first, with filter(view.exists), or use view.apply(rows)"
            )
        task = TASKS[self.task]
        given, answer = (_joined(row, names) for names in (task.given, task.answer))
        instruction = task.instruction.format(language=_LANGUAGES.get(row.get("backend"), "IR"))
        fence = "python" if task.given == ("python_source",) else "cpp"
        prompt = f"{instruction} Answer with the code alone.\n\n```{fence}\n{given.rstrip()}\n```\n"
        return FORMATS[self.format](prompt, answer)

    def apply(self, rows):
        """The examples of a Dataset or an IterableDataset; rows without one are left out."""
        examples = rows.map(self._example_or_nulls, remove_columns=rows.column_names)
        return examples.filter(_is_example)

    def _example_or_nulls(self, row: Mapping) -> dict:
        return self(row) if self.exists(row) else dict.fromkeys(FORMATS[self.format]("", ""))


def _is_example(example: Mapping) -> bool:
    return all(value is not None for value in example.values())


def _joined(row: Mapping, names: tuple[str, ...]) -> str:
    """The texts that there are, an empty line between them."""
    return "\n".join(row[name] for name in names if row[name])
