"""Importing all of a package for the kernels it defines, and for nothing else.

What a package needs to run is not needed to define kernels. So everything outside the standard library,
NumPy, Warp and the packages that are said to be needed is replaced by a stand-in, whether it is installed or
not: what is mined does not depend on what else is there, and nothing heavy is loaded or reaches for a GPU. A
statement of the package that fails at the import is skipped.
"""

from __future__ import annotations
import __future__

import ast
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import re
import sys
import types
from collections.abc import Iterable
from pathlib import Path

_ALWAYS = {"warp", "numpy", "generation"}
_DEFINES = re.compile(r"\b(wp|warp)\.(kernel|func|struct|overload)|from warp import")


def import_all(package: str, needed: set[str], without: Iterable[str] = ()) -> dict[str, str]:
    """Imports every module of `package` that mentions kernels, in the order of their names, but those of
    `without` and below. `needed`: top-level packages that are imported in earnest.
    Returns what failed: {module: message}."""
    real = _ALWAYS | needed | {package}
    sys.meta_path.append(_StandIns(real, last=True))
    sys.meta_path.insert(0, _StandIns(real))
    sys.meta_path.insert(0, _Tolerant(package))
    failed = {}
    for module in _modules(package, without):
        try:
            importlib.import_module(module)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            failed[module] = f"{type(error).__name__}: {error}"
    return failed | _Loader.skipped


def _modules(package: str, without: Iterable[str]) -> list[str]:
    root = Path(importlib.machinery.PathFinder.find_spec(package).origin).parent
    found = []
    for path in root.rglob("*.py"):
        name = ".".join([package, *path.relative_to(root).with_suffix("").parts]).removesuffix(".__init__")
        inside = not any(f"{name}.".startswith(f"{other}.") for other in without)
        if inside and not name.endswith("__main__") and _DEFINES.search(path.read_text(errors="replace")):
            found.append(name)
    return sorted(found)


class _Kind(type):
    """Classes of which every attribute is such a class."""

    def __getattr__(cls, name: str):
        return _stand_in(name)

    def __or__(cls, other):
        return cls

    __ror__ = __or__

    def __getitem__(cls, item):
        return cls

    def __iter__(cls):
        return iter(())


class _Anything(metaclass=_Kind):
    def __init__(self, *args, **options):
        pass

    def __call__(self, *args, **options):
        return args[0] if len(args) == 1 and callable(args[0]) and not options else self

    def __getattr__(self, name: str):
        return _stand_in(name)

    def __getitem__(self, item):
        return self

    def __class_getitem__(cls, item):
        return cls

    def __iter__(self):
        return iter(())

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False

    def __lt__(self, other):
        return False

    def __gt__(self, other):
        return True

    __le__, __ge__ = __lt__, __gt__

    def _same(self, other=None):
        return self

    __add__ = __sub__ = __mul__ = __or__ = __ror__ = _same


def _stand_in(name: str) -> type:
    if name.startswith("__") and name.endswith("__"):
        raise AttributeError(name)
    return _Kind(name, (_Anything,), {})


class _Module(types.ModuleType):
    __path__ = ()
    __version__ = "99.0.0"

    def __getattr__(self, name: str):
        return _stand_in(name)


class _StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """In front: everything that is not to be imported in earnest. At the end: what of the rest is missing."""

    def __init__(self, real: set[str], last: bool = False) -> None:
        self.real, self.last = real, last

    def find_spec(self, name: str, path=None, target=None):
        top = name.partition(".")[0]
        known = top in sys.stdlib_module_names or top.startswith("_")
        if (
            known
            or top in _ALWAYS
            or (top in self.real and not self.last)
            or (top in self.real and "." in name)
        ):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return _Module(spec.name)

    def exec_module(self, module) -> None:
        pass


class _Tolerant(importlib.abc.MetaPathFinder):
    def __init__(self, package: str) -> None:
        self.package = package

    def find_spec(self, name: str, path=None, target=None):
        if name.partition(".")[0] != self.package:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and type(spec.loader) is importlib.machinery.SourceFileLoader:
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    """Runs a module statement by statement; what fails is noted and skipped."""

    skipped: dict[str, str] = {}  # noqa: RUF012

    def exec_module(self, module) -> None:
        body = ast.parse(self.get_data(self.path)).body
        flags = 0
        for node in body:
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                for alias in node.names:
                    flags |= getattr(__future__, alias.name).compiler_flag
        for node in body:
            code = compile(ast.Module([node], []), self.path, "exec", flags, dont_inherit=True)
            try:
                exec(code, vars(module))
            except Exception as error:
                place = f"{module.__name__}:{node.lineno}"
                self.skipped[place] = f"{type(error).__name__}: {error}"
                if isinstance(node, ast.Import | ast.ImportFrom):
                    for alias in node.names:
                        name = alias.asname or alias.name.partition(".")[0]
                        vars(module).setdefault(name, _stand_in(name) if name != "*" else None)
