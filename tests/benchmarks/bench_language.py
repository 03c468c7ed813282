"""How much of Warp's language a stream of programs reaches. Run by hand:

    python tests/benchmarks/bench_language.py --programs 20000 [--missing]

Every program is walked; one that holds something not seen before (a node with other operand types, a
spelling) is compiled, and Warp itself says which overloads of its built-ins stand behind it. So the figures
are Warp's own and most programs cost no compilation. Every hundredth of the others is compiled all the same:
the last line says how many overloads those showed that were thought unreached, which should be next to none.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import fields, is_dataclass

from generation.compilation import resolved
from generation.errors import GenerationError
from generation.language.exceptions import EXCEPTIONS
from generation.language.types import Struct, Tile, Tuple
from generation.program import Program, check, operations, to_source
from generation.program.declarations import Function, Kernel
from generation.program.nodes import Call
from generation.program.vocabulary import BUILT_INS
from generation.synthesis import KERNEL_TYPES, Population, synthesise

_AUDITED = 100  # one in so many programs that show nothing new


def uses(program: Program) -> set[tuple]:
    """What of the language a program uses: node, operation, types of the parts, and spelling."""
    found: set[tuple] = set()
    spelled = tuple(name for name, on in program.style._asdict().items() if on)
    stack: list = [program.kernel, *program.functions, *program.constants]
    while stack:
        node = stack.pop()
        words = [type(node).__name__]
        for item in node:
            if isinstance(item, tuple):
                stack.append(item)
                words.append(_kind(item))
            elif isinstance(item, str):
                words.append(item if hasattr(node, "operation") else "")
            elif item is not None and not isinstance(item, int | float):
                words.append(_kind(item))
        if hasattr(node, "_fields") and not isinstance(node, Kernel | Function | Call):
            found.add(tuple(words))
            found.update((style, *words[:2]) for style in spelled)
    return found


def _kind(item) -> str:
    """A type, or that of a node, without the sizes of tiles and the names of structs."""
    if isinstance(item, tuple):
        if hasattr(item, "_fields"):
            return _kind(item.type) if hasattr(item, "type") else ""
        return ",".join(filter(None, map(_kind, item)))
    if isinstance(item, Struct | Tuple | Tile):
        return f"{type(item).__name__}/{len(getattr(item, 'shape', ()))}"
    if not is_dataclass(item):
        return str(item) if isinstance(item, bool) else ""
    return "/".join([type(item).__name__, *(_word(getattr(item, f.name)) for f in fields(item))])


def _word(part) -> str:
    return _kind(part) if is_dataclass(part) else str(part)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kernel-types", nargs="*", default=KERNEL_TYPES)
    parser.add_argument("--missing", action="store_true", help="name the overloads per built-in")
    options = parser.parse_args()
    population = Population(tuple(options.kernel_types))
    known: set[tuple] = set()
    reached: set[tuple[str, int]] = set()
    written: set[str] = set()
    compiled = rejected = late = 0
    marks = {options.programs * k // 10 for k in range(1, 11)}
    for index in range(options.programs):
        try:
            program = synthesise(options.seed, index, population)
            check(program)
        except GenerationError:
            continue
        written.update(operations(program))
        new = uses(program) - known
        if new or index % _AUDITED == 0:
            known |= new
            compiled += 1
            try:
                found = resolved(to_source(program))
            except GenerationError as error:
                rejected += 1
                print(f"rejected: {program.family} {index}: {error}")
                continue
            late += 0 if new else len(found - reached)
            reached |= found
        if index + 1 in marks:
            names = {name for name, _ in reached}
            print(f"{index + 1:8d} programs: {len(reached)} overloads of {len(names)} built-ins")
    names = {name for name, _ in reached}
    print("never reached:", " ".join(sorted(BUILT_INS - names - written)) or "none")
    print("reached though excepted:", " ".join(sorted(names & set(EXCEPTIONS))) or "none")
    if options.missing:
        per = Counter(name for name, _ in reached)
        print(" ".join(f"{name}:{count}" for name, count in sorted(per.items())))
    print(f"{compiled} compiled, {rejected} rejected by Warp, {late} overloads found by audit")


if __name__ == "__main__":
    main()
