"""Kernels that people wrote, mined from installed packages: what they define, cut down to one text each.

Nothing of them is kept here. `mine` imports a package in a process of its own, with stand-ins for whatever
heavy thing it imports, and writes each kernel that it finds there as a source that needs nothing but Warp,
from the author's own text: see `generation.compilation.live` and `generation.compilation.standalone`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from generation.corpus.packages import PACKAGES, Package, check_installed
from generation.errors import SetupError

__all__ = ["PACKAGES", "Package", "check_installed", "mine"]

_ROOT = str(Path(__file__).resolve().parents[2])
_PATIENCE = 3600  # seconds; half a minute to ten are needed


def mine(package: Package) -> dict:
    """The kernels of an installed package, in the order of their files and lines, as a JSON-ready dict:

    `kernels`: for each `kernel_name`, `file` (below the directory that the package lies in), `line`, `form`
    (`module`: every definition stands as in the package; `reduced`: names of other modules, values of
    closures, types of overloads or decorators were written out), `num_params` and `python_source`. Each was
    compiled for all backends, and gives the text of the kernel in the package up to names.
    `causes`: how many kernels were refused for each reason: those of `generation.compilation.live.checked`,
    and `native` where types were guessed with which the C++ does not compile.
    `examples`: the first of them in words.

    A pure function of the package. SetupError where its process ends without a result.
    """
    path = os.pathsep.join([_ROOT, *filter(None, sys.path)])
    quiet = {"CUDA_VISIBLE_DEVICES": "", "PYTHONHASHSEED": "0", "PYTHONPATH": path, "OMP_NUM_THREADS": "1"}
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "kernels.json"
        command = [sys.executable, "-m", "generation.corpus.mining", json.dumps(package), str(out)]
        try:
            ended = subprocess.run(
                command,
                cwd=scratch,  # packages write files
                env={**os.environ, **quiet},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=_PATIENCE,
            )
            return json.loads(out.read_text(encoding="utf-8"))
        except subprocess.TimeoutExpired:
            told = f"took more than {_PATIENCE} s"
        except (OSError, ValueError):
            told = (
                ended.stderr.decode(errors="replace").strip().splitlines() or [f"status {ended.returncode}"]
            )[-1]
    raise SetupError(f"the kernels of {package.distribution} {package.version} could not be mined: {told}")
