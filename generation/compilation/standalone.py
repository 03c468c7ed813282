"""A kernel in memory as one source text that needs nothing but Warp.

The text is the author's own: the definitions of the kernel and of the functions it uses are copied with their
comments and layout. Structs and constants are written out above them. Edited is only what would not mean the
same there: names of other modules, values of closures, types of an overload, the author's own decorators.
"""

from __future__ import annotations

import ast
import enum
import re
from typing import NamedTuple

from generation.compilation.edits import Edits
from generation.compilation.pinned import module_options
from generation.compilation.scope import IMPORTS, PYTHON, Scope, root
from generation.compilation.spelling import spell_type, spell_value

_FROM = {"Any": "typing", "IntEnum": "enum"}
_TAKEN = {"wp", *_FROM, *IMPORTS.values(), *PYTHON}
_OPTIONS = ("enable_backward", "max_unroll", "fast_math", "fuse_fp", "default_grid_stride")
_KERNEL_OPTIONS = (
    "enable_backward", "launch_bounds", "cuda_max_registers", "enable_cuda_smem_spilling", "cluster_dim",
    "grid_stride",
)  # fmt: skip


class Standalone(NamedTuple):
    source: str
    verbatim: bool
    """Whether every definition stands as its author wrote it."""


def standalone(kernel, functions) -> Standalone:
    """The source of a kernel that is not generic, or of an overload; `functions` are those that Warp builds
    for it. CompilationError with the reason `spelling` names what cannot be written."""
    scout = _Writer(kernel, functions, {})
    scout.text()
    # Locals are known now: what must be renamed does not take a name that would hide it where it is used.
    return _Writer(kernel, functions, scout.locals_at).text()


class _Writer:
    def __init__(self, kernel, functions, locals_at: dict) -> None:
        self.kernel = kernel
        self.built = {id(root(function)) for function in functions}
        self.hidden = locals_at
        self.locals_at: dict[object, set[str]] = {}
        self.names: dict[object, str] = {}
        self.taken = set(_TAKEN)
        self.imports: set[str] = set()
        self.constants: list[str] = []
        self.spaces: dict[str, list[str]] = {}
        self.definitions: list[str] = []
        self.kept: list[object] = []  # ids stand for objects that are alive
        self.verbatim = True

    def text(self) -> Standalone:
        kernel = self.kernel
        name = self.name(("kernel",), kernel.func.__name__)
        declared = (kernel.generic_parent or kernel).adj.arg_types
        body = self.definition(kernel.adj, name, _kernel_decorator(kernel), "kernel", declared)
        head = ["import warp as wp"]
        head += sorted(f"import {module} as {short}" if module != short else f"import {module}"
                       for module, short in IMPORTS.items() if module in self.imports)  # fmt: skip
        head += [f"from {module} import {name}" for name, module in _FROM.items() if name in self.imports]
        options = {
            key: value
            for key in _OPTIONS
            if (value := kernel.module.options.get(key)) != module_options().get(key)
        }
        if options:
            self.constants.insert(0, f"wp.set_module_options({options!r})")
        head.sort(key=lambda line: ("warp" in line or "numpy" in line, line.startswith("from"), line))
        blocks = ["\n".join(head)]
        if self.constants:
            blocks.append("\n".join(self.constants))
        spaces = ["\n    ".join([f"class {name}:", *members]) for name, members in self.spaces.items()]
        source = "\n\n\n".join(["\n\n".join(blocks), *spaces, *self.definitions, body]) + "\n"
        return Standalone(source, self.verbatim)

    # Names of the unit.

    def name(self, key: object, wanted: str) -> str:
        """The name under which `key` stands in the unit."""
        if key not in self.names:
            wanted = re.sub(r"\W", "_", wanted) or "value"
            taken, number, name = self.taken | self.hidden.get(key, set()), 2, wanted
            while name in taken:
                name, number = f"{wanted}_{number}", number + 1
            self.taken.add(name)
            self.names[key] = name
        return self.names[key]

    def constant(self, text: str, wanted: str) -> str:
        key = ("constant", wanted, text)
        new = key not in self.names
        name = self.name(key, wanted)
        if new:
            self.constants.append(f"{name} = {text}")
        return name

    def member(self, place: object, wanted: str, member: str, text: str) -> str:
        """A constant that is reached by way of a class, an object or a module, in a class of such constants:
        Warp's text differs from that of a plain name."""
        self.kept.append(place)
        name = self.name(id(place), wanted)
        members = self.spaces.setdefault(self.space_head(name, place), [])
        line = f"{member} = {text}"
        if line not in members:
            members.append(line)
        return f"{name}.{member}"

    def space_head(self, name: str, place: object) -> str:
        if isinstance(place, type) and issubclass(place, enum.IntEnum):
            self.imports.add("IntEnum")
            return f"{name}(IntEnum)"
        return name

    def struct(self, struct) -> str:
        self.kept.append(struct)
        key = id(struct)
        if key not in self.names:
            name = self.name(key, struct.cls.__name__)
            fields = [f"    {field}: {self.type(var.type)}" for field, var in struct.vars.items()]
            self.definitions.append("\n".join([f"@wp.struct\nclass {name}:", *(fields or ["    pass"])]))
        return self.names[key]

    def function(self, function) -> str:
        head = root(function)
        self.kept.append(head)
        key = id(head)
        if key in self.names:
            return self.names[key]
        name = self.name(key, head.func.__name__)
        overloads = [*head.user_templates.values()]
        overloads += [one for one in head.user_overloads.values() if one.generic_parent is None]
        overloads = overloads or [head]
        for one in overloads:
            self.names[id(one)] = name
        needed = [one for one in overloads if id(one) in self.built] or overloads
        for one in needed:
            self.definitions.append(self.definition(one.adj, name, self.function_decorator(one), "func"))
            for word, own in (("func_grad", one.custom_grad_func), ("func_replay", one.custom_replay_func)):
                if own is not None:
                    self.kept.append(own)
                    own_name = self.name(id(own), f"{name}_{word[5:]}")
                    text = self.definition(own.adj, own_name, f"@wp.{word}({name})", word)
                    self.definitions.append(text)
        return name

    def function_decorator(self, function) -> str:
        if function.native_snippet is None:
            inline = function.inline_hint
            return "@wp.func" if inline is None else f"@wp.func(inline={inline == 'forceinline'})"
        snippets = {
            "snippet": function.native_snippet,
            "adj_snippet": function.adj_native_snippet,
            "replay_snippet": function.replay_snippet,
        }
        given = [f"{key}={self.value(text)}" for key, text in snippets.items() if text]
        return f"@wp.func_native({', '.join(given)})"

    def type(self, kind: object) -> str:
        text = spell_type(kind, self.struct)
        if re.search(r"\bAny\b", text):
            self.imports.add("Any")
        return text

    def value(self, value: object) -> str:
        return spell_value(value, self.struct)

    # Definitions.

    def definition(self, adjoint, name: str, decorator: str, word: str, declared: dict | None = None) -> str:
        source = ast.unparse(adjoint.tree) if adjoint.transformers else adjoint.source
        self.verbatim &= not adjoint.transformers
        tree = ast.parse(source).body[0]
        edits = Edits(source)
        scope = Scope(self, adjoint, tree, edits)
        scope.signature(declared or adjoint.arg_types)
        if tree.name != name:
            edits.rename(tree, name)
        for statement in [] if decorator.startswith("@wp.func_native") else tree.body:
            scope.visit(statement)
        for key in scope.referred:
            self.locals_at.setdefault(key, set()).update(scope.locals)
        first = min([tree.lineno, *(node.lineno for node in tree.decorator_list)])
        own = source.splitlines()[first - 1 : tree.lineno - 1]
        plain = [line.strip() for line in own] == [decorator]
        self.verbatim &= plain and not edits.changes
        return decorator + "\n" + edits.applied(tree)


def _kernel_decorator(kernel) -> str:
    given = [f"{key}={kernel.options[key]!r}" for key in _KERNEL_OPTIONS if key in kernel.options]
    return f"@wp.kernel({', '.join(given)})" if given else "@wp.kernel"
