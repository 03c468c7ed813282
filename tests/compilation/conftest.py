"""The zoo compiled once, and Warp's own output of the same sources to hold it against."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import zoo

from generation.compilation import BACKENDS, compile_source

# What Warp adds to quote or locate the Python source, and the canonical text leaves out.
_STATEMENT_COMMENT = re.compile(r"\s*// .* <L (\d+)>$")
_FILE_COMMENT = re.compile(r"// .*\.py:\d+$")


class Stock:
    """What Warp itself writes for a module: its lines, and the Python line of each by Warp's own comments."""

    def __init__(self, text: str):
        self.text = text
        self.lines: list[str] = []
        self.numbers: list[int] = []
        number = 0
        for line in text.splitlines():
            if comment := _STATEMENT_COMMENT.match(line):
                number = int(comment[1])
            elif line.strip() and not _FILE_COMMENT.match(line):
                self.lines.append(line)
                self.numbers.append(number)

    def find(self, text: str) -> int:
        """The index of the first line of `text`, which must stand in the lines as a whole; -1 if not."""
        wanted = solid(text)
        for start in range(len(self.lines) - len(wanted) + 1):
            if self.lines[start : start + len(wanted)] == wanted:
                return start
        return -1


def solid(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


@pytest.fixture(scope="session")
def compiled():
    """`{unit: [{backend: KernelIR}]}` for the whole zoo."""
    return {name: compile_source(source, BACKENDS) for name, source in zoo.UNITS.items()}


@pytest.fixture(scope="session")
def stock(tmp_path_factory):
    """`stock(source, backend)`: what ahead-of-time compilation, the public route to the code, writes."""
    import warp as wp
    import warp._src.build as build

    folder = tmp_path_factory.mktemp("stock")

    def write_nothing(output, *args, **kwargs):
        Path(output).touch()

    def write_nothing_cuda(source, architecture, output, *args, **kwargs):
        Path(output).touch()

    def stock(source: str, backend: str) -> Stock:
        name = f"stock_{len(list(folder.iterdir()))}"
        path = folder / f"{name}.py"
        path.write_text(source)
        module = load(path, name, fresh_numbers=True)
        options = {"enable_mathdx_gemm": False, "enable_mathdx_solver": False, "enable_mathdx_fft": False}
        target = {"device": "cpu"} if backend == "cpu" else {"arch": 80}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(build, "build_cpu", write_nothing)
            patch.setattr(build, "build_cuda", write_nothing_cuda)
            texts = []
            for warp_module in own_modules(module):
                warp_module.options.update(options, block_dim=1 if backend == "cpu" else 256)
                output = folder / f"{name}_{warp_module.name}_{backend}"
                wp.compile_aot_module(warp_module, module_dir=output, strip_hash=True, **target)
                texts += [file.read_text() for file in output.glob("*.c*") if file.suffix in (".cpp", ".cu")]
        return Stock("\n".join(texts))

    return stock


def own_modules(module) -> list:
    """The Warp modules of a Python module: its own, and the unique ones of its kernels."""
    import warp._src.context as context

    kernels = [value for value in vars(module).values() if isinstance(value, context.Kernel)]
    found = [context.user_modules.get(module.__name__), *(kernel.module for kernel in kernels)]
    return list(dict.fromkeys(one for one in found if one is not None and one.kernels))


def load(path: Path, name: str, fresh_numbers: bool = False):
    """Import a file; with `fresh_numbers` its device functions are numbered as in a fresh process."""
    import warp._src.context as context

    if fresh_numbers:
        context.function_key_counts.clear()
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
