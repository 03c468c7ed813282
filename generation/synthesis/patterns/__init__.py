"""One module per family of kernels; each offers `build(builder)`. A new file here is a new family."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules

PATTERNS: dict[str, Callable] = {
    name: import_module(f"{__name__}.{name}").build for name in sorted(m.name for m in iter_modules(__path__))
}
