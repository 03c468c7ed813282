"""Sources and live kernels to `KernelIR`: what the public functions do once Warp is there."""

from __future__ import annotations

import itertools

import warp._src.codegen as codegen
import warp._src.context as context

from generation.compilation import unit
from generation.compilation.emission import concrete, emit
from generation.compilation.ir import KernelIR
from generation.compilation.recording import TextTooLarge
from generation.errors import CompilationError

_MESSAGE_LINES = 6

_REASONS = {SyntaxError: "syntax", RecursionError: "recursion", TextTooLarge: "size"}


def failure_of(error: BaseException, stage: str) -> CompilationError:
    """What the user needs of an error of the source or of Warp; frames, and what they hold, stay behind."""
    reason = next((word for kind, word in _REASONS.items() if isinstance(error, kind)), stage)
    text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    lines = [line for line in text.splitlines() if line.strip()][:_MESSAGE_LINES]
    return CompilationError(f"{type(error).__name__}: " + "\n".join(lines), reason)


def compile_unit(source: str, backends: tuple[str, ...], enable_backward: bool) -> list[dict[str, KernelIR]]:
    """See `generation.compilation.compile_source`."""
    stage, failure = "source", None
    try:
        with unit.loaded(source) as kernels:
            stage = "codegen"
            results = []
            for kernel, name in concrete(kernels):
                first_line = _first_line(kernel)
                results.append(
                    emit(kernel, name, backends, enable_backward=enable_backward, first_line=first_line)[0]
                )
            return results
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # sources run arbitrary code; SystemExit is among what they raise
        failure = failure_of(error, stage)
    raise failure  # here, where the original error and the frames it holds are gone


def _first_line(kernel) -> int:
    """The line of the unit's source on which the kernel's function begins, 0 if it came from elsewhere."""
    begun = (kernel.generic_parent or kernel).adj.fun_lineno  # an overload has forgotten its own
    return begun if kernel.func.__code__.co_filename == unit.FILENAME else 0


def extract_one(subject, backend: str, name: str | None, enable_backward: bool) -> KernelIR:
    """See `generation.compilation.extract`."""
    if isinstance(subject, str):
        irs = [found[backend] for found in compile_unit(subject, (backend,), enable_backward)]
        return _choose({ir.kernel_name: ir for ir in irs}, name, "the source")
    if not isinstance(subject, context.Kernel):
        raise CompilationError(
            f"a wp.Kernel or a source text is needed, got {type(subject).__name__}", "kernel"
        )
    candidates = {own_name: kernel for kernel, own_name in concrete([subject])}
    kernel = _choose(candidates, name, f"kernel {subject.key!r}")
    own_name = next(candidate for candidate, value in candidates.items() if value is kernel)
    failure = None
    try:
        with codegen._codegen_lock:
            return _emit_live(kernel, own_name, backend, enable_backward)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        failure = failure_of(error, "codegen")
    raise failure


def _choose(candidates: dict, name: str | None, where: str):
    if name is not None and name in candidates:
        return candidates[name]
    if name is None and len(candidates) == 1:
        return next(iter(candidates.values()))
    if not candidates:
        raise CompilationError(
            f"{where} has no kernel to extract; a generic kernel needs wp.overload() first", "kernel"
        )
    problem = "several kernels" if name is None else f"no kernel {name!r}"
    raise CompilationError(f"{where} has {problem}; kernel= must be one of {sorted(candidates)}", "kernel")


def _emit_live(kernel, name: str, backend: str, enable_backward: bool) -> KernelIR:
    def emitted():
        # A live kernel's lines count from its own first one.
        return emit(kernel, name, (backend,), enable_backward=enable_backward, first_line=1, preserve=True)

    _, functions = emitted()  # finds out what the kernel calls
    states = [(function, dict(vars(function))) for function in _family(kernel, functions)]
    try:
        _renumber([function for function, _ in states])
        return emitted()[0][backend]
    finally:
        for function, state in states:
            vars(function).clear()
            vars(function).update(state)


def _family(kernel, functions) -> list:
    """The device functions of the kernel's Python module: those it calls and their neighbours there."""
    module = context.user_modules.get(kernel.func.__module__)
    heads = [*functions, *(module.functions.values() if module is not None else ())]
    found = {}
    for head in heads:
        for function in (head, *head.user_overloads.values(), *head.user_templates.values()):
            for one in (function, function.custom_grad_func, function.custom_replay_func):
                if one is not None and one.func.__module__ == kernel.func.__module__:
                    found[id(one)] = one
    return list(found.values())


def _renumber(functions) -> None:
    """Give device functions the numbers they would have in a fresh process.

    Warp numbers functions of one name through the life of the process; a custom gradient has the number of
    its function, a replay function has it behind a prefix.
    """
    prefix = "replay_"
    numbers: dict[str, set[int]] = {}
    for function in functions:
        stem, _, number = function.native_func.removeprefix(prefix).rpartition("_")
        if number.isdigit():
            numbers.setdefault(stem, set()).add(int(number))
    fresh = {
        f"{stem}_{old}": f"{stem}_{new}"
        for stem, taken in numbers.items()
        for new, old in zip(itertools.count(unit.library_count(stem)), sorted(taken), strict=False)
    }
    for function in functions:
        # Specialisations for function arguments are named after what they call; they are made again.
        vars(function).pop("_callable_specializations", None)
        native = function.native_func
        bare = native.removeprefix(prefix)
        if bare in fresh:
            function.native_func = native.removesuffix(bare) + fresh[bare]
