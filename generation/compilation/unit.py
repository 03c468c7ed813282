"""A unit: one Python source, executed in a module of its own and released without a trace.

Warp keeps what it sees: source lines, modules, function numbers. A unit gets its own copy of each, so that
its text cannot depend on what the process did before, and so that nothing of it stays behind.
"""

from __future__ import annotations

import linecache
import sys
import types
import weakref
from contextlib import contextmanager

import warp._src.codegen as codegen
import warp._src.context as context

from generation.compilation.pinned import module_options, warp

NAME = "_warp_ir_unit"
FILENAME = f"<{NAME}>"


def _library_counts() -> dict[str, int]:
    """How many device functions of each name come with `import warp`; a unit's must not take their numbers.

    Counted from Warp's modules, as its own counter goes on with whatever the process defines.
    """
    counts = {}
    for module in ("warp.math", "warp.utils"):
        for key, head in context.user_modules[module].functions.items():
            known = (*head.user_overloads.values(), *head.user_templates.values())
            counts[key] = len({function.native_func for function in known})
    return counts


_LIBRARY_COUNTS = _library_counts()


def library_count(key: str) -> int:
    """How many device functions named `key` Warp itself brings."""
    return _LIBRARY_COUNTS.get(key, 0)


def _nothing(*args):
    pass


class _Registry(dict):
    """Stands in for Warp's table of modules: the unit's own in front, everybody else's behind.

    It notes the unit's kernels in the order of their definition; Warp itself keeps them in a weak set.
    """

    def __init__(self, outer: dict):
        super().__init__()
        self.outer = outer
        self.kernels: list[weakref.ref] = []

    def __missing__(self, name):
        return self.outer[name]

    def __contains__(self, name):
        return super().__contains__(name) or name in self.outer

    # `get` is left alone on purpose: Warp uses it to find a "unique" module with the same content, and one
    # that belongs to somebody else must not stand in for the unit's kernel.

    def __setitem__(self, name, module):
        super().__setitem__(name, module)
        if name != NAME and name in sys.modules:
            return  # a library imported by the unit
        for kernel in module.kernels.values():
            self._note(kernel)

        def register_kernel(kernel):
            self._note(kernel)
            context.Module.register_kernel(module, kernel)

        module.register_kernel = register_kernel
        # Which module depends on which matters only when one is reloaded; and library modules would hold
        # the unit's strongly.
        module._find_references = _nothing

    def _note(self, kernel):
        if kernel.func.__code__.co_filename == FILENAME:
            self.kernels.append(weakref.ref(kernel))

    def own(self) -> list:
        """The modules the unit made."""
        return [module for name, module in self.items() if name == NAME or name not in sys.modules]

    def hand_over(self):
        """Leave modules of imported libraries to the process."""
        own = self.own()
        self.outer.update({name: module for name, module in self.items() if module not in own})


def _counter():
    """Number the unit's device functions from where Warp's own end, and others as Warp would."""
    counts = dict(_LIBRARY_COUNTS)
    outside = context.generate_unique_function_identifier

    def generate_unique_function_identifier(key):
        # The key alone does not tell a function of the unit from one of a library being imported by it.
        function = sys._getframe(1).f_locals.get("func")
        if getattr(function, "__module__", NAME) != NAME:
            return outside(key)
        number = counts.get(key, 0)
        counts[key] = number + 1
        return f"{key}_{number}"

    return generate_unique_function_identifier


@contextmanager
def loaded(source: str):
    """Execute `source` as a unit; within the block its kernels exist, afterwards nothing of it does.

    Yields the kernels in order of definition; one that was defined again under the same name is gone, as in
    Python. Raises whatever the source or Warp's decorators raise.
    """
    wp = warp()
    code = compile(source, FILENAME, "exec", dont_inherit=True)
    namespace = types.ModuleType(NAME)
    outer_modules, outer_identifier = context.user_modules, context.generate_unique_function_identifier
    registry = _Registry(outer_modules)
    with codegen._codegen_lock:
        linecache.cache[FILENAME] = (len(source), None, source.splitlines(True), FILENAME)
        sys.modules[NAME] = namespace
        context.user_modules = registry
        context.generate_unique_function_identifier = _counter()
        try:
            module = wp.Module(NAME, None)
            module.options = dict(module_options())
            registry[NAME] = module
            exec(code, namespace.__dict__)
            yield [kernel for kernel in (reference() for reference in registry.kernels) if kernel is not None]
        finally:
            context.user_modules = outer_modules
            context.generate_unique_function_identifier = outer_identifier
            linecache.cache.pop(FILENAME, None)
            sys.modules.pop(NAME, None)
            registry.hand_over()
            registry.clear()
