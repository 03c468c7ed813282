"""Modules of LLVM IR as text: one kernel cut out of the module of a batch, in its canonical form.

What a module numbers through (types, attribute groups, metadata, private constants) is numbered in the order
of its first use in the part; definitions stand in the order in which they are first called. Left out are
comments, comdats, the module's name and flags, which tell nothing of a kernel or hold for the batch. Paths in
messages begin where Warp does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

# Strings first: what looks like a reference in one is none.
_TOKEN = re.compile(
    r'([c!]"[^"]*"|[@%]"[^"]*"|@[-\w.$]+|%(?:struct|class|union)\.[-\w.$]+|%printf_args[.\d]*'
    r"|[#!]\d+(?![\w.]))",
    re.ASCII,
)
_SYMBOL = re.compile(r'[c!%]"[^"]*"|@("[^"]+"|[-\w.$]+)', re.ASCII)
_DEFINED = re.compile(r'^(?:define|declare) .*?@("[^"]+"|[-\w.$]+)\(', re.ASCII)
_NAMED = re.compile(r'^([@%]"[^"]+"|[@%][-\w.$]+|attributes #\d+|!\d+) = (.*)', re.ASCII)
_COMDAT = re.compile(r",? comdat(\([^)]*\))?")
_PATH = re.compile(r'\[\d+ x i8\] c"[^"]*/(warp/native/[\w./]+)\\00"', re.ASCII)
_COUNTER = re.compile(r"\.\d+$")
_LOCAL = re.compile(r"^(?:define )?(?:internal|private) ")
_VALUE_NAME = re.compile(r' %(?:"[^"]*"|[-\w.$]+)(?=[,)])', re.ASCII)
_NOT_OF_DECLARATIONS = re.compile(r"\b(?:linkonce_odr|weak_odr|internal|private|dso_local) ")


class Module:
    """The text of a module, taken apart once; `part` cuts kernels out of it."""

    def __init__(self, text: str):
        self.definitions: dict[str, str] = {}
        self.declarations: dict[str, str] = {}
        self.named: dict[str, str] = {}
        """What stands behind `=` for each global, type, attribute group and metadata node."""
        self.target: list[str] = []
        self._references: dict[str, tuple[str, ...]] = {}
        self._pieces: dict[str, list[str]] = {}
        lines = iter(text.splitlines())
        for line in lines:
            if line.startswith("define "):
                name, body = _DEFINED.match(line)[1], [_COMDAT.sub("", line)]
                while line != "}":
                    line = next(lines)
                    label = line[:1] not in (" ", "}") and "; " in line
                    body.append(line[: line.rindex("; ")].rstrip() if label else line)
                self.definitions[name] = "\n".join(body)
            elif found := _NAMED.match(line):
                self.named[found[1].removeprefix("attributes ")] = _relative(_COMDAT.sub("", found[2]))
            elif line.startswith("declare "):
                self.declarations[_DEFINED.match(line)[1]] = line
            elif line.startswith("target "):
                self.target.append(line)

    def references(self, name: str) -> tuple[str, ...]:
        """The functions and globals that the definition of one names, each once, in order."""
        if name not in self._references:
            text = self.definitions.get(name) or self.named.get("@" + name) or ""
            found = dict.fromkeys(_SYMBOL.findall(text))
            self._references[name] = tuple(
                each
                for each in found
                if each in self.definitions or each in self.declarations or "@" + each in self.named
            )
        return self._references[name]

    def reached(self, roots: Iterable[str], ends: Callable[[str], bool] = lambda name: False) -> list[str]:
        """All that `roots` use, directly or not, in order of first use; nobody looks into what `ends`."""
        found = dict.fromkeys(roots)
        order = list(found)
        for name in order:
            if name in roots or not ends(name):
                fresh = [each for each in self.references(name) if each not in found]
                found.update(dict.fromkeys(fresh))
                order += fresh
        return order

    def part(self, roots: dict[str, str], ends: Callable[[str], bool] = lambda name: False) -> str:
        """A module of `roots` (functions, each with the name that it is given) and of all that they use.

        Of a function that `ends` there is a declaration only.
        """
        names = self.reached(roots, ends)
        writer = _Writer(self, roots, names)
        defined = [name for name in names if name in self.definitions and (name in roots or not ends(name))]
        functions = [writer.joined(self.pieces(name)) for name in defined]
        functions = [
            text.replace("define internal ", "define ", 1) if name in roots else text
            for name, text in zip(defined, functions, strict=True)
        ]
        rest = [name for name in names if name not in defined and "@" + name not in self.named]
        declarations = [writer.canonical(self._declaration(name)) for name in rest]
        variables = writer.entries([f"@{name}" for name in names if f"@{name}" in self.named])
        types, attributes, metadata = (writer.used(sign) for sign in "%#!")
        blocks = (self.target, types, variables, *([each] for each in functions), declarations)
        blocks += ([f"attributes {line}" for line in attributes], metadata)
        return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"

    def pieces(self, name: str) -> list[str]:
        """The definition of a function, cut before and after whatever may be named anew."""
        if name not in self._pieces:
            self._pieces[name] = _TOKEN.split(self.definitions[name])
        return self._pieces[name]

    def _declaration(self, name: str) -> str:
        if name in self.declarations:
            return self.declarations[name]
        head, _, rest = self.definitions[name].partition("\n")[0].partition(f"@{name}(")
        head = _NOT_OF_DECLARATIONS.sub("", head.replace("define ", "declare ", 1))
        return f"{head}@{name}({_VALUE_NAME.sub('', rest[: rest.rindex(')') + 1])}"


class _Writer:
    """Gives numbers in the order in which it sees things."""

    def __init__(self, module: Module, roots: dict[str, str], names: Iterable[str]):
        self._module = module
        self._new = {f"@{old}": f"@{new}" for old, new in roots.items()}
        self._taken: Counter = Counter()
        self._seen: dict[str, list[str]] = {sign: [] for sign in "%#!"}
        self._local = {
            f"@{name}"
            for name in names
            if _LOCAL.match(module.definitions.get(name) or module.named.get("@" + name) or "")
        }

    def canonical(self, text: str) -> str:
        return self.joined(_TOKEN.split(text))

    def joined(self, pieces: list[str]) -> str:
        """Every second one of the pieces is named anew."""
        pieces = list(pieces)
        pieces[1::2] = [self._new.get(token) or self._renamed(token) for token in pieces[1::2]]
        return "".join(pieces)

    def entries(self, names: Iterable[str]) -> list[str]:
        return [f"{self.canonical(name)} = {self.canonical(self._module.named[name])}" for name in names]

    def used(self, sign: str) -> list[str]:
        """The entries of all types, attribute groups or metadata nodes that were seen, and of those that
        they use in turn."""
        lines = []
        for name in self._seen[sign]:  # grows meanwhile
            lines += self.entries([name])
        return lines

    def _renamed(self, name: str) -> str:
        self._new[name] = new = self._named(name)
        return new

    def _named(self, name: str) -> str:
        sign = name[0]
        if sign == "c" or (name not in self._module.named and name not in self._local):
            return name
        if sign == "@":
            return self._numbered(name) if name in self._local else name
        self._seen[sign].append(name)
        return self._numbered(name) if sign == "%" else f"{sign}{len(self._seen[sign]) - 1}"

    def _numbered(self, name: str) -> str:
        quote = '"' * name.endswith('"')
        base = _COUNTER.sub("", name.removesuffix('"'))
        number = self._taken[base]
        self._taken[base] += 1
        return f"{base}{f'.{number}' * bool(number)}{quote}"


def _relative(text: str) -> str:
    """A constant string that is the path of one of Warp's headers, without what stands before Warp."""
    return _PATH.sub(lambda found: f'[{len(found[1]) + 1} x i8] c"{found[1]}\\00"', text)
