"""One module per family of kernels. A new file here is a new family and needs no other change.

A pattern offers `build(builder)`, `VERBS` for the kernel's name, and, where the family belongs to some fields
only, `FIELDS`, names of `language.identifiers.THEMES`, `SUBJECTS`, what its kernels work on, and `TITLES`,
per form what its kernels are called and sentences about them. A family of many forms is a package that offers
the same.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

PATTERNS: dict[str, ModuleType] = {
    name: import_module(f"{__name__}.{name}")
    for name in sorted(module.name for module in iter_modules(__path__))
}
