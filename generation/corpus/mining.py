"""Every kernel of one package as a source of its own: what a child process does for `generation.corpus.mine`.

A package may print, crash, start threads or look for a GPU when it is imported; all of that stays there.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections import Counter
from importlib import util
from pathlib import Path

from generation.compilation import live
from generation.corpus.factories import call_factories
from generation.corpus.imports import import_all
from generation.corpus.packages import Package
from generation.errors import CompilationError

_EXAMPLES = 5  # of each cause, in words


def mine_here(package: Package) -> dict:
    """What `generation.corpus.mine` returns, as JSON; imports the package into this process."""
    root = Path(util.find_spec(package.module).origin).parent
    with live.recorded() as found:
        import_all(package.module, set(package.needs), package.without)
        call_factories(package.module)
    gc.collect()
    gc.freeze()
    own = [kernel for kernel in found if kernel.func.__code__.co_filename.startswith(f"{root}{os.sep}")]
    kernels, refusals, guessed = {}, [], {}
    usual = live.usual_types(own)
    for kernel in own:
        guesses = kernel.is_generic and not kernel.overloads
        for one in live.instances(kernel, usual) or [kernel]:
            described = live.described(one)
            place = (os.path.relpath(described.file, root.parent).replace(os.sep, "/"), described.line)
            if any(f"{place[0]}.".startswith(f"{name.replace('.', '/')}/") for name in package.without):
                continue
            try:
                source, verbatim, ir = live.checked(one)
            except CompilationError as error:
                refusals.append((error.reason, *place, described.name, str(error)))
                continue
            key = (*place, source)
            if guesses:
                guessed[key] = ir
            kernels[key] = {
                "kernel_name": described.name,
                "file": place[0],
                "line": place[1],
                "form": "module" if verbatim else "reduced",
                "num_params": len(one.adj.args),
                "python_source": source,
            }
    # Types that nobody chose must at least compile.
    keys = list(guessed)
    for number, told in live.refused(list(guessed.values())).items():
        refusals.append(("native", *keys[number][:2], kernels.pop(keys[number])["kernel_name"], told))
    causes, examples = Counter(reason for reason, *_ in refusals), {}
    for reason, file, line, name, told in refusals:
        words = f"{file}:{line} {name}: {told.partition(chr(10))[0]}"
        examples.setdefault(reason, []).append(words)
    return {
        "kernels": [kernels[key] for key in sorted(kernels)],
        "causes": dict(sorted(causes.items())),
        "examples": {cause: sorted(told)[:_EXAMPLES] for cause, told in sorted(examples.items())},
    }


if __name__ == "__main__":
    described, out = sys.argv[1:]
    Path(out).write_text(json.dumps(mine_here(Package(*json.loads(described)))), encoding="utf-8")
