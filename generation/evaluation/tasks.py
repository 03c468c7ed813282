"""What is asked of a model, and what becomes of an answer before it is compiled: a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from generation.compilation import KernelIR
from generation.dataset.views import TASKS as VIEWS
from generation.errors import OptionError
from generation.evaluation import cpp, ptx, python

PTX = re.compile(r"ptx_sm(\d+[a-z]?)")
_FENCE = re.compile(r"\s*```[\w+-]*[ \t]*\n(.*?)\n?```\s*", re.DOTALL)


@dataclass(frozen=True)
class Task:
    """The columns that hold the right answer and those that scoring needs besides; how an answer is checked
    and brought into canonical form; and which pass is run, if any."""

    answer: tuple[str, ...]
    needs: tuple[str, ...]
    check: Callable[..., None]
    canonical: Callable[[str], str]
    passes: str = "forward"
    """`forward`, `backward`, or nothing where an answer cannot be run."""


_NEEDS = ("python_source", "kernel_name", "backend")
_IR = ("ir_support", "ir_forward")


def _cpp(view: str, needs: tuple[str, ...] = _NEEDS, passes: str = "forward") -> Task:
    return Task(VIEWS[view].answer, needs, cpp.check, cpp.canonical, passes)


TASKS = {
    "python_to_ir": _cpp("python_to_ir"),
    "ir_to_python": Task(VIEWS["ir_to_python"].answer, (*_NEEDS, *_IR), python.check, python.canonical),
    "forward_to_adjoint": _cpp("forward_to_adjoint", (*_NEEDS, *_IR), "backward"),
    "cpu_to_cuda": _cpp("cpu_to_cuda"),
    "python_to_ptx": Task((), (), ptx.check, ptx.canonical, ""),
}


def task_of(name: str, columns: Mapping) -> Task:
    """The task for rows with such columns. OptionError for another name, or where a column is missing."""
    if not isinstance(name, str) or name not in TASKS:
        raise OptionError(f"task={name!r} is not one of {', '.join(TASKS)}")
    task = TASKS[name]
    if name == "python_to_ptx":
        texts = [column for column in columns if PTX.fullmatch(column)]
        if not texts:
            raise OptionError(f"task={name!r} needs a column like 'ptx_sm80' in the references")
        task = Task((texts[0],), (), task.check, task.canonical, "")
    missing = [column for column in (*task.answer, *task.needs) if column not in columns]
    if missing:
        hint = "; views.join(cpu, cuda) adds it" if missing[0].startswith("cuda_") else ""
        raise OptionError(f"task={name!r} needs the column {missing[0]!r} in the references{hint}")
    return task


def without_fence(answer: str) -> str:
    """The text inside, where an answer is one fenced block and nothing else."""
    fenced = _FENCE.fullmatch(answer)
    return fenced[1] + "\n" if fenced and "```" not in fenced[1] else answer


def reference_text(task: Task, row: Mapping) -> str:
    """The right answer, as `generation.dataset.views` gives it; empty where the row has none."""
    return "\n".join(row[name] for name in task.answer if row[name]) if row[task.answer[-1]] else ""


def ir_of_row(name: str, row: Mapping) -> KernelIR:
    """The texts that the right answer to a task leads to."""
    prefix, backend = ("cuda_", "cuda") if name == "cpu_to_cuda" else ("", row["backend"])
    backward = row["ir_backward"] if name == "forward_to_adjoint" else ""
    forward, support = row[f"{prefix}ir_forward"], row[f"{prefix}ir_support"] or ""
    return KernelIR(row["kernel_name"], backend, forward, backward, support, ())


def ir_of_answer(name: str, row: Mapping, answer: str) -> KernelIR:
    """The texts that an answer in C++ leads to. `Forbidden` where it has not the function asked for."""
    whole = ir_of_row(name, row)
    way = "backward" if name == "forward_to_adjoint" else "forward"
    parts = cpp.kernel_and_support(answer, f"{whole.kernel_name}_{whole.backend}_kernel_{way}")
    if parts is None:
        raise cpp.Forbidden(f"no single function {whole.kernel_name}_{whole.backend}_kernel_{way}")
    if way == "backward":
        return checked_launch(whole._replace(backward=answer), whole)
    return checked_launch(whole._replace(forward=parts[0], support=parts[1]), whole)


def checked_launch(ir: KernelIR, like: KernelIR) -> KernelIR:
    """`Forbidden` unless a text is launched as another: over as many axes, in the one form that is run."""
    axes = [set(re.findall(r"launch_bounds_t<(\d+)>", text.forward + text.backward)) for text in (ir, like)]
    if axes[0] != axes[1] or len(axes[0]) != 1 or "\n{" not in ir.forward:
        raise cpp.Forbidden("another form of launch")
    return ir
