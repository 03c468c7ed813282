"""LLVM as a library, by llvmlite: modules of text parsed and verified, and turned into assembly."""

from __future__ import annotations

import functools

from generation.errors import CompilationError


@functools.cache
def llvm():
    """The binding, with every target that it has."""
    import llvmlite.binding as binding

    binding.initialize_all_targets()
    binding.initialize_all_asmprinters()
    binding.initialize_native_asmparser()
    return binding


def parsed(text: str, *, apart: bool = False):
    """The verified module of a text. CompilationError where it is none.

    Modules share a context, in which a type whose name another module took gets another one. One that is
    `apart` keeps the names of its text, and cannot be linked with others.
    """
    try:
        module = llvm().parse_assembly(text, llvm().create_context() if apart else None)
        module.verify()
    except RuntimeError as error:
        raise CompilationError(" ".join(str(error).split()), "llvm") from None
    return module


def drop_unused(module) -> None:
    """Removes what nobody outside can call and nobody inside calls."""
    binding = llvm()
    passes = binding.create_new_module_pass_manager()
    passes.add_global_dead_code_eliminate_pass()
    passes.run(module, _passes())


@functools.cache
def _passes():
    binding = llvm()
    target = machine(binding.get_default_triple(), "")
    return binding.create_pass_builder(target, binding.create_pipeline_tuning_options(speed_level=0))


@functools.cache
def machine(triple: str, cpu: str, features: str = "", optimisation: int = 2, **options):
    """A code generator; `optimisation` is its level (0 to 3)."""
    target = llvm().Target.from_triple(triple)
    return target.create_target_machine(cpu=cpu, features=features, opt=optimisation, **options)
